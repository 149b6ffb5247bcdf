/**
 * Refunds and disputes at Stripe, which name a payment by its payment intent; we name it by its Checkout Session.
 * Law: a list that is longer than we read is `unknown`, never taken for the whole.
 */
import type Stripe from 'stripe'
import type { Outcome, PspDispute, PspRefund, PspReversals } from './psp.ts'
import { asDispute, asRefund, isOurs, readDispute, readRefund } from './stripe-answer.ts'
import type { StripeCalls } from './stripe-calls.ts'
import { andThen, understood } from './stripe-outcome.ts'

const listPagesMax = 10

type Intent = string | { readonly id: string } | null

/** Rejected with `not_found` when the intent was not made by a session of ours. */
export async function sessionIdOf({ sdk, page }: StripeCalls, intent: Intent): Promise<Outcome<string>> {
  const id = typeof intent === 'string' ? intent : intent?.id
  if (id === undefined) return { kind: 'rejected', code: 'not_found' }
  const listed = await page(() => sdk.checkout.sessions.list({ payment_intent: id, limit: 1 }))
  return andThen(listed, ({ data: [session] }) =>
    session && isOurs(session)
      ? { kind: 'done', value: session.id }
      : { kind: 'rejected', code: 'not_found' },
  )
}

export function refundsOf(
  { sdk, all }: StripeCalls,
  intent: string,
): Promise<Outcome<readonly Stripe.Refund[]>> {
  return all(listPagesMax, (page) => sdk.refunds.list({ payment_intent: intent, ...page }))
}

export async function refundOf(stripe: StripeCalls, refundReference: string): Promise<Outcome<PspRefund>> {
  const found = await stripe.call(() => stripe.sdk.refunds.retrieve(refundReference))
  const refund = await andThen(found, (answer) => understood(asRefund(answer)))
  return andThen(refund, async (known) =>
    andThen(await sessionIdOf(stripe, known.payment_intent), (session) =>
      understood(readRefund(known, session)),
    ),
  )
}

export async function disputeOf(stripe: StripeCalls, disputeReference: string): Promise<Outcome<PspDispute>> {
  const found = await stripe.call(() => stripe.sdk.disputes.retrieve(disputeReference))
  const dispute = await andThen(found, (answer) => understood(asDispute(answer)))
  return andThen(dispute, async (known) =>
    andThen(await sessionIdOf(stripe, known.payment_intent), (session) => {
      const read = readDispute(known, session)
      return read === null ? { kind: 'rejected', code: 'not_a_dispute' } : understood(read)
    }),
  )
}

export async function reversalsOf(
  stripe: StripeCalls,
  session: string,
  intent: Stripe.PaymentIntent | null,
): Promise<Outcome<PspReversals>> {
  if (intent === null) return { kind: 'done', value: { refunds: [], disputes: [] } }
  return andThen(await refundsOf(stripe, intent.id), async (refunds) => {
    const disputes = await stripe.all(listPagesMax, (page) =>
      stripe.sdk.disputes.list({ payment_intent: intent.id, ...page }),
    )
    return andThen(disputes, (found) => understood(readReversals(refunds, found, session)))
  })
}

/** Stripe lists the newest first; among those of the same second that order is all there is. */
function readReversals(
  refunds: readonly Stripe.Refund[],
  disputes: readonly Stripe.Dispute[],
  session: string,
): PspReversals | undefined {
  const readRefunds = allOrNothing(refunds.map((refund) => readRefund(refund, session)))
  const readDisputes = allOrNothing(disputes.map((dispute) => readDispute(dispute, session)))
  if (readRefunds === undefined || readDisputes === undefined) return undefined
  return {
    refunds: readRefunds.reverse(),
    disputes: readDisputes.filter((dispute) => dispute !== null).reverse(),
  }
}

function allOrNothing<T>(values: readonly (T | undefined)[]): T[] | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === values.length ? known : undefined
}
