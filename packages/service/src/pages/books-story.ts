/** Pure: what happened to a contribution, one sentence for each thing, in the order of time. */
import type { Trace } from '../reconciliation/traces.ts'

export interface Chapter {
  readonly at: Date
  readonly what: string
  /** How another system calls it. */
  readonly reference: string | null
}

type Money = (minor: bigint) => string

export function storyOf(trace: Trace, money: Money): Chapter[] {
  const chapters = [
    ...paying(trace, money),
    ...trace.reversals.flatMap((reversal) => givingBack(reversal, money)),
    ...trace.disputes.flatMap((dispute) => disputing(dispute, money)),
    ...trace.settled.map((line) => settling(line, money)),
    ...trace.events.map(telling),
  ]
  return chapters.sort((a, b) => a.at.getTime() - b.at.getTime())
}

function paying({ contribution, lines }: Trace, money: Money): Chapter[] {
  const { quotedAt, createdAt, paidAt, amountMinor, psp, pspReference, failureCode } = contribution
  const amount = money(amountMinor)
  const quoted = chapter(
    quotedAt,
    'The purchase was estimated and the terms of an offer were frozen.',
    contribution.quoteId,
  )
  if (psp === null) {
    return [
      quoted,
      chapter(
        createdAt,
        `${amount} that was collected by an organisation went to ${recipientsOf(lines)}.`,
        contribution.id,
      ),
    ]
  }
  const story = [
    quoted,
    chapter(createdAt, `The shopper agreed to contribute ${amount} and was sent to ${psp}.`, contribution.id),
  ]
  if (paidAt) {
    story.push(chapter(paidAt, `${psp} took ${amount}.`, pspReference))
    story.push(chapter(paidAt, `It was allocated to ${recipientsOf(lines)}.`, contribution.allocationId))
  } else if (failureCode) story.push(chapter(createdAt, `Not paid so far: ${failureCode}.`, pspReference))
  return story
}

function recipientsOf({ length }: Trace['lines']): string {
  return length === 1 ? 'one project or partner' : `${length} projects and partners`
}

const who: Readonly<Record<string, string>> = {
  merchant: 'the merchant asked',
  consumer: 'the shopper asked',
  operator: 'the operator asked',
  provider: 'it was done at the payment provider',
  scheme: 'the scheme decided so',
}

function givingBack(reversal: Trace['reversals'][number], money: Money): Chapter[] {
  const { kind, initiator, state, amountMinor, lossMinor, reason, createdAt, bookedAt, undoneAt } = reversal
  const amount = money(amountMinor + lossMinor)
  const why = `${who[initiator]}${reason === null ? '' : `: ${reason}`}`
  const story = [chapter(createdAt, `A ${kind} of ${amount} began; ${why}.`, reversal.id)]
  if (state === 'rejected' || state === 'failed')
    story.push(
      chapter(createdAt, `The ${kind} of ${amount} was ${state}; nothing was booked.`, reversal.pspReference),
    )
  const loss = lossMinor > 0n ? ` ${money(lossMinor)} of it was more than the allocation had left.` : ''
  if (bookedAt) story.push(chapter(bookedAt, `${amount} went back.${loss}`, reversal.pspReference))
  if (undoneAt) story.push(chapter(undoneAt, `The ${amount} came back to us.`, reversal.pspReference))
  return story
}

function disputing(dispute: Trace['disputes'][number], money: Money): Chapter[] {
  const amount = money(dispute.amountMinor)
  const fee = dispute.feeMinor > 0n ? ` The provider charged ${money(dispute.feeMinor)} for it.` : ''
  const opened = `The payer’s bank took ${amount} back: ${dispute.reason}.${fee}`
  const story = [chapter(dispute.openedAt, opened, dispute.pspReference)]
  if (dispute.closedAt)
    story.push(chapter(dispute.closedAt, `The dispute about ${amount} was ${dispute.state}.`, dispute.id))
  return story
}

function settling(
  { type, grossMinor, feeMinor, lineReference, batch, at }: Trace['settled'][number],
  money: Money,
): Chapter {
  const cost = feeMinor === 0n ? '' : `, less ${money(-feeMinor)} that it keeps`
  const payout = batch === null ? 'not paid out yet' : `paid out with ${batch}`
  const what = type.replaceAll('_', ' ')
  return chapter(
    at,
    `The provider’s settlement has a ${what} of ${money(grossMinor)}${cost}; ${payout}.`,
    lineReference,
  )
}

function telling({ id, type, createdAt, deliveries, delivered }: Trace['events'][number]): Chapter {
  const receivers =
    deliveries === 0 ? 'nobody subscribes to it' : `${delivered} of ${deliveries} receivers have it`
  return chapter(createdAt, `${type} was announced; ${receivers}.`, id)
}

function chapter(at: Date, what: string, reference: string | null): Chapter {
  return { at, what, reference }
}
