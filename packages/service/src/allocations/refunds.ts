/**
 * Refunds and voids at the provider: asking for one, hearing of one, and what becomes of it, however late.
 * Laws: a refund of ours is stored before the provider is asked, with its id as the idempotency key, so that a crash in
 * between is made good by the poller; one that somebody made in the provider's dashboard is booked all the same; nothing
 * is booked on a guess, nor when the provider speaks of another amount.
 */
import type { Context } from '../kernel/context.ts'
import { isId, newId } from '../kernel/id.ts'
import { nextState } from '../kernel/state-machine.ts'
import type { Outcome, Psp, PspRefund } from '../payments/psp.ts'
import { reversalStates } from './reversal.ts'
import { bookReversal, hold, undoReversal } from './reversal-bookings.ts'
import {
  allocationOfPayment,
  findReversal,
  isPaid,
  loadAllocation,
  lockAllocation,
  type PaidAllocation,
  type ReversalRow,
  reversalOfRefund,
} from './reversal-rows.ts'

export interface RefundSources {
  readonly psp: Psp
  /** Called when a session's contribution changed, after it was stored. */
  readonly onChange: (sessionId: string) => void
}

export const refundPollMs = 30_000
const pollBatchMax = 20
/** Banks send refunds back within days; after this a booked one is not looked at any more unless we are told to. */
const watchMs = 14 * 86_400_000
const watchEveryMs = 86_400_000

/** Asks the provider for the refund, or how it stands, and books what came of it. Safe to call again at any time. */
export async function settleRefund(
  context: Context,
  sources: RefundSources,
  reversalId: string,
): Promise<void> {
  const reversal = await findReversal(context.database, reversalId)
  if (!reversal || reversal.kind === 'chargeback' || Object.keys(reversalStates[reversal.state]).length === 0)
    return
  const allocation = await loadAllocation(context.database, reversal.allocationId)
  // A provider that was here before is not asked, and nobody else knows.
  if (!allocation || !isPaid(allocation) || allocation.psp !== sources.psp.id) return
  const outcome = await askForRefund(sources.psp, allocation, reversal)
  if (outcome.kind === 'unknown') return
  if (outcome.kind === 'declined' || outcome.kind === 'rejected') {
    if (reversal.state === 'requested') await endUnbooked(context, reversal, 'rejected')
    return
  }
  await applyRefund(context, sources, allocation, reversal, outcome.value)
}

/**
 * Our reference is looked up before asking: providers forget keys within hours, and our own row may be gone with a restored
 * backup, so that the same call could give the money back twice.
 */
async function askForRefund(
  psp: Psp,
  allocation: PaidAllocation,
  reversal: ReversalRow,
): Promise<Outcome<PspRefund>> {
  if (reversal.pspReference !== null) return psp.fetchRefund(reversal.pspReference)
  const found = await psp.findRefund(allocation.pspReference, reversal.id)
  if (found.kind === 'pending') return { kind: 'unknown', cause: 'the look-up of the refund is pending' }
  if (found.kind !== 'done') return found
  if (found.value) return { kind: 'done', value: found.value }
  const money = { minor: reversal.amountMinor, currency: allocation.currency }
  return psp.refund({ pspReference: allocation.pspReference, reference: reversal.id, money }, reversal.id)
}

/** The provider told of a refund, perhaps one that we never asked for. */
export async function followRefund(
  context: Context,
  sources: RefundSources,
  refund: PspRefund,
): Promise<void> {
  const allocation = await allocationOfPayment(context.database, sources.psp.id, refund.pspReference)
  if (!allocation) return
  const known =
    (await reversalOfRefund(context.database, sources.psp.id, refund.refundReference)) ??
    (await ownReversal(context, allocation, refund))
  const reversal = known ?? (await holdForeign(context, sources.psp.id, allocation, refund))
  if (reversal) await applyRefund(context, sources, allocation, reversal, refund)
}

/** The reversal that asked for the refund. One that counts as refused did not: the provider did it without us. */
async function ownReversal(
  { database }: Context,
  allocation: PaidAllocation,
  { reference }: PspRefund,
): Promise<ReversalRow | undefined> {
  const named = isId(reference) ? await findReversal(database, reference) : undefined
  return named?.allocationId === allocation.id && named.state === 'requested' ? named : undefined
}

/** What was refunded without us is taken out of the allocation as far as that goes. */
function holdForeign(
  context: Context,
  psp: string,
  allocation: PaidAllocation,
  { status, kind, refundReference, money }: PspRefund,
): Promise<ReversalRow | undefined> {
  if (status === 'failed') return Promise.resolve(undefined)
  if (money.currency !== allocation.currency || money.minor <= 0n) {
    context.log.error('a refund made at the provider is in another currency than the payment', {
      allocationId: allocation.id,
      refundReference,
    })
    return Promise.resolve(undefined)
  }
  return context.database.transaction(async (tx) => {
    await lockAllocation(tx, allocation)
    const known = await reversalOfRefund(tx, psp, refundReference)
    if (known) return known
    const now = context.clock.now()
    await hold(
      tx,
      context,
      allocation,
      {
        id: newId(now.getTime()),
        kind,
        initiator: 'provider',
        reason: null,
        pspReference: refundReference,
        pollAt: new Date(now.getTime() + refundPollMs),
      },
      () => money.minor,
    )
    return reversalOfRefund(tx, psp, refundReference)
  })
}

async function applyRefund(
  context: Context,
  { onChange }: RefundSources,
  allocation: PaidAllocation,
  reversal: ReversalRow,
  refund: PspRefund,
): Promise<void> {
  const { money, status, refundReference } = refund
  if (money.minor !== reversal.amountMinor + reversal.lossMinor || money.currency !== allocation.currency) {
    const about = { reversalId: reversal.id, refundReference }
    return context.log.error('the payment provider reports another refund than was asked for', about)
  }
  if (await isAnothers(context, allocation, reversal, refund))
    return endUnbooked(context, reversal, 'rejected')
  if (status === 'pending') {
    await context.database.query(
      'update reversal set psp_reference = $2 where id = $1 and psp_reference is null',
      [reversal.id, refundReference],
    )
    return
  }
  const to = nextState(reversalStates, reversal.state, status)
  const now = context.clock.now()
  if (to === 'booked') {
    const pollAt = new Date(now.getTime() + watchEveryMs)
    const booked = { kind: refund.kind, effectiveAt: now, pspReference: refundReference, pollAt }
    await context.database.transaction((tx) => bookReversal(tx, context, allocation, reversal.id, booked))
  } else if (to === 'undone')
    await context.database.transaction((tx) => undoReversal(tx, context, allocation, reversal.id, now))
  else if (to === 'failed') await endUnbooked(context, reversal, 'failed')
  if (to !== undefined) onChange(allocation.sessionId)
}

/**
 * Whether the refund is booked already under another id: a backup was restored, the refund was found at the provider, and
 * then whoever had asked for it asked again with its own id.
 */
async function isAnothers(
  { database }: Context,
  { psp }: PaidAllocation,
  reversal: ReversalRow,
  { refundReference }: PspRefund,
): Promise<boolean> {
  if (reversal.pspReference === refundReference) return false
  const known = await reversalOfRefund(database, psp, refundReference)
  return known !== undefined && known.id !== reversal.id
}

/** The money stays where it is, so the books do too; what was held back for this reversal is free again. */
async function endUnbooked(
  { database }: Context,
  { id }: ReversalRow,
  state: 'rejected' | 'failed',
): Promise<void> {
  await database.query(
    "update reversal set state = $2, poll_at = null where id = $1 and state = 'requested'",
    [id, state],
  )
}

/** Looks at refunds without a known end, and at those that may still come back. Answers how many it looked at. */
export async function pollRefunds(context: Context, sources: RefundSources): Promise<number> {
  const now = context.clock.now()
  const due = await context.database.query<{ id: string }>(takeDueSql, [
    now,
    new Date(now.getTime() + refundPollMs),
    new Date(now.getTime() + watchEveryMs),
    new Date(now.getTime() - watchMs),
    sources.psp.id,
  ])
  for (const { id } of due) {
    await settleRefund(context, sources, id).catch((cause) =>
      context.log.error('settling a reversal failed; it will be tried again', { reversalId: id, cause }),
    )
  }
  return due.length
}

const takeDueSql = `update reversal
  set poll_at = case when state = 'requested' then $2::timestamptz when booked_at > $4::timestamptz then $3::timestamptz end
  where id in (
    select id from reversal where poll_at <= $1 and psp = $5 order by poll_at limit ${pollBatchMax} for update skip locked)
  returning id`
