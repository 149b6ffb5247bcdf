/**
 * What Stripe's answers say, in the port's words. Pure.
 * Laws: an answer of another shape than expected gives undefined, and nothing is read out of it. Stripe adds new words to
 * its lists at any time: an unknown one never makes a payment paid, a refund final or a dispute decided.
 */
import type Stripe from 'stripe'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Money } from '../kernel/money.ts'
import type { PspDispute, PspPayment, PspPaymentStatus, PspRefund } from './psp.ts'
import { fromStripeAmount } from './stripe-amount.ts'

/** Where our reference stands in Stripe's metadata. */
export const referenceKey = 'ekko_reference'

/** What has to be expanded for `readPayment`. */
export const paymentExpansion = [
  'payment_intent.latest_charge.balance_transaction',
  'payment_intent.latest_charge.refunds',
]

const OptionalText = Type.Union([Type.String(), Type.Null()])
const Amount = Type.Object({ amount: Type.Integer(), currency: Type.String(), created: Type.Integer() })
const IntentBody = Type.Object({
  id: Type.String(),
  object: Type.Literal('payment_intent'),
  status: Type.String(),
  amount_received: Type.Integer(),
  currency: Type.String(),
})
const SessionBody = Type.Object({
  id: Type.String(),
  object: Type.Literal('checkout.session'),
  client_reference_id: OptionalText,
  status: OptionalText,
  amount_total: Type.Integer(),
  currency: Type.String(),
  url: OptionalText,
  payment_intent: Type.Union([Type.Null(), IntentBody]),
})
const RefundBody = Type.Intersect([
  Amount,
  Type.Object({ id: Type.String(), object: Type.Literal('refund'), status: OptionalText }),
])
const DisputeBody = Type.Intersect([
  Amount,
  Type.Object({
    id: Type.String(),
    object: Type.Literal('dispute'),
    status: Type.String(),
    reason: Type.String(),
    balance_transactions: Type.Array(Type.Intersect([Amount, Type.Object({ fee: Type.Integer() })])),
  }),
])

/** Others may take payments with the same account: theirs are none of ours, whatever else they look like. */
export function isOurs({ metadata }: Stripe.Checkout.Session): boolean {
  return metadata?.[referenceKey] !== undefined
}

/** Each of these gives undefined for an answer of another shape; the readers below take what passed. */
export function asSession(answer: Stripe.Checkout.Session): Stripe.Checkout.Session | undefined {
  return Value.Check(SessionBody, answer) ? answer : undefined
}

export function asRefund(answer: Stripe.Refund): Stripe.Refund | undefined {
  return Value.Check(RefundBody, answer) ? answer : undefined
}

export function asDispute(answer: Stripe.Dispute): Stripe.Dispute | undefined {
  return Value.Check(DisputeBody, answer) ? answer : undefined
}

export function intentOf({ payment_intent }: Stripe.Checkout.Session): Stripe.PaymentIntent | null {
  return typeof payment_intent === 'string' ? null : payment_intent
}

export function chargeOf(intent: Stripe.PaymentIntent | null): Stripe.Charge | null {
  return typeof intent?.latest_charge === 'string' ? null : (intent?.latest_charge ?? null)
}

/** @param session with `paymentExpansion` @param refunds all of the payment's */
export function readPayment(
  session: Stripe.Checkout.Session,
  refunds: readonly Stripe.Refund[],
): PspPayment | undefined {
  const intent = intentOf(session)
  const status = statusOf(session.status, intent?.status)
  const money =
    status === 'paid' && intent
      ? moneyOf(intent.amount_received, intent.currency)
      : moneyOf(session.amount_total ?? 0, session.currency ?? '')
  const refundedMinor = sumOf(refunds)
  if (status === undefined || money === undefined || refundedMinor === undefined) return undefined
  const failureCode = status === 'paid' ? undefined : failureCodeOf(intent)
  const canStillPay = status === 'open' || status === 'processing'
  return {
    pspReference: session.id,
    reference: session.client_reference_id ?? '',
    status,
    money,
    refundedMinor,
    ...(failureCode !== undefined && { failureCode }),
    ...(status === 'paid' && paidOf(chargeOf(intent))),
    ...(canStillPay && session.url !== null && { redirectUrl: session.url }),
  }
}

/** The payment intent knows about money, the session about what the shopper may still do. */
function statusOf(session: string | null, intent: string | undefined): PspPaymentStatus | undefined {
  if (intent === 'succeeded') return 'paid'
  if (intent === 'processing') return 'pending'
  if (session === 'expired') return 'expired'
  if (intent === 'canceled') return 'cancelled'
  if (session === 'complete') return afterShopping[intent ?? '']
  return session === 'open' ? whileShopping[intent ?? ''] : undefined
}

/** An intent begins when the shopper presses pay, and asks for another means after each failure. */
const whileShopping: { readonly [intent: string]: PspPaymentStatus } = {
  '': 'open',
  requires_payment_method: 'open',
  requires_confirmation: 'open',
  requires_action: 'processing',
}
/** The shopper is done. With a slow means of payment the money comes later (a voucher to pay in a shop), or never. */
const afterShopping: { readonly [intent: string]: PspPaymentStatus } = {
  requires_action: 'pending',
  requires_payment_method: 'failed',
}

function failureCodeOf(intent: Stripe.PaymentIntent | null): string | undefined {
  const error = intent?.last_payment_error
  return error?.decline_code ?? error?.code ?? error?.type
}

function paidOf(charge: Stripe.Charge | null): Pick<PspPayment, 'paidAt' | 'cardCostMinor'> {
  if (charge === null) return {}
  const { balance_transaction: line } = charge
  if (line === null || typeof line === 'string') return { paidAt: dateOf(charge.created) }
  // Another currency than the payer's means that Stripe converted; its fee is then in money that the payment is not in.
  const cost = line.currency === charge.currency ? fromStripeAmount(line.fee, line.currency) : undefined
  return { paidAt: dateOf(line.created), ...(cost !== undefined && { cardCostMinor: cost }) }
}

function sumOf(refunds: readonly Stripe.Refund[]): bigint | undefined {
  let sum = 0n
  for (const refund of refunds) {
    const minor = asRefund(refund) && fromStripeAmount(refund.amount, refund.currency)
    if (minor === undefined) return undefined
    if (refundStatusOf(refund.status) !== 'failed') sum += minor
  }
  return sum
}

/** @param pspReference of the payment that the refund names by its intent */
export function readRefund(refund: Stripe.Refund, pspReference: string): PspRefund | undefined {
  if (!asRefund(refund)) return undefined
  const money = moneyOf(refund.amount, refund.currency)
  const { failure_reason: failureCode } = refund
  return (
    money && {
      refundReference: refund.id,
      pspReference,
      reference: refund.metadata?.[referenceKey] ?? '',
      kind: 'refund',
      status: refundStatusOf(refund.status),
      money,
      ...(failureCode !== undefined && { failureCode }),
    }
  )
}

/** Also for words that we do not know: the money may be on its way, and is asked for again. */
function refundStatusOf(status: string | null): PspRefund['status'] {
  if (status === 'succeeded') return 'succeeded'
  return status === 'failed' || status === 'canceled' ? 'failed' : 'pending'
}

const noDispute = /^(warning_|prevented$)/
const decided: { readonly [status: string]: 'won' | 'lost' } = { won: 'won', lost: 'lost' }

/** Null for what is no dispute (yet): an inquiry, or one that was prevented, takes no money. */
export function readDispute(dispute: Stripe.Dispute, pspReference: string): PspDispute | null | undefined {
  if (!asDispute(dispute)) return undefined
  const lines = dispute.balance_transactions
  if (lines.length === 0 && noDispute.test(dispute.status)) return null
  const money = moneyOf(dispute.amount, dispute.currency)
  const returned = lines.find(({ amount }) => amount > 0)
  const isCalledOff = noDispute.test(dispute.status) && returned !== undefined
  const status = isCalledOff ? 'won' : (decided[dispute.status] ?? 'open')
  return (
    money && {
      disputeReference: dispute.id,
      pspReference,
      status,
      money,
      feeMinor: feeOf(lines, dispute.currency),
      reason: dispute.reason,
      openedAt: dateOf(dispute.created),
      // Stripe does not say when a dispute was lost.
      ...(status === 'won' && returned && { closedAt: dateOf(returned.created) }),
    }
  )
}

function feeOf(lines: readonly Stripe.BalanceTransaction[], currency: string): bigint {
  if (lines.some((line) => line.currency !== currency)) return 0n
  return (
    fromStripeAmount(
      lines.reduce((sum, { fee }) => sum + fee, 0),
      currency,
    ) ?? 0n
  )
}

function moneyOf(amount: number, currency: string): Money | undefined {
  const minor = fromStripeAmount(amount, currency)
  return minor === undefined ? undefined : { minor, currency: currency.toUpperCase() }
}

export function dateOf(seconds: number): Date {
  return new Date(seconds * 1000)
}
