import type Stripe from 'stripe'
import { expect, it } from 'vitest'
import { newDispute, newLine, newRefund } from '../../test/support/stripe-fake/money-objects.ts'
import { newCharge, newIntent, newSession } from '../../test/support/stripe-fake/payment-objects.ts'
import { readDispute, readPayment, readRefund } from './stripe-answer.ts'

const thing = { id: 'x', created: 1_900_000_000, amount: 1_000, currency: 'gbp', metadata: {} }
const charge = newCharge({ ...thing, id: 'ch_1' }, 'pi_1')

function session(status: string, intentStatus?: string): Stripe.Checkout.Session {
  const made = newSession({
    ...thing,
    id: 'cs_1',
    url: 'https://checkout.example/1',
    expiresAt: thing.created + 3_600,
    reference: 'ours',
    locale: 'en',
    successUrl: 'https://shop.example/',
    cancelUrl: 'https://shop.example/',
  })
  const intent = intentStatus && { ...newIntent({ ...thing, id: 'pi_1' }), status: intentStatus }
  return { ...made, status, payment_intent: intent ? { ...intent, amount_received: 1_000 } : null }
}

it.each([
  ['open', undefined, 'open'],
  ['open', 'requires_payment_method', 'open'],
  ['open', 'requires_action', 'processing'],
  ['open', 'processing', 'pending'],
  ['open', 'succeeded', 'paid'],
  ['complete', 'succeeded', 'paid'],
  ['complete', 'processing', 'pending'],
  ['complete', 'requires_action', 'pending'],
  ['complete', 'requires_payment_method', 'failed'],
  ['complete', 'canceled', 'cancelled'],
  ['expired', undefined, 'expired'],
  ['expired', 'canceled', 'expired'],
  ['expired', 'requires_action', 'expired'],
  ['expired', 'succeeded', 'paid'],
  ['complete', undefined, undefined],
  ['complete', 'levitating', undefined],
  ['open', 'levitating', undefined],
  ['levitating', undefined, undefined],
] as const)('calls a session that is %s with an intent that is %s %s', (status, intent, expected) => {
  expect(readPayment(session(status, intent), [])?.status).toBe(expected)
})

it.each([
  ['succeeded', 'succeeded'],
  ['pending', 'pending'],
  ['requires_action', 'pending'],
  ['failed', 'failed'],
  ['canceled', 'failed'],
  ['levitating', 'pending'],
])('calls a refund that is %s %s, and counts it while it may still arrive', (status, expected) => {
  const refund = newRefund({ ...thing, charge, status })
  expect(readRefund(refund, 'cs_1')?.status).toBe(expected)
  const payment = readPayment(session('complete', 'succeeded'), [refund])
  expect(payment?.refundedMinor).toBe(expected === 'failed' ? 0n : 1_000n)
})

it.each([
  ['warning_needs_response', [], null],
  ['warning_closed', [], null],
  ['prevented', [], null],
  ['prevented', [-1_000], 'open'],
  ['prevented', [-1_000, 1_000], 'won'],
  ['needs_response', [-1_000], 'open'],
  ['needs_response', [], 'open'],
  ['under_review', [-1_000], 'open'],
  ['appeal_under_review', [-1_000], 'open'],
  ['levitating', [-1_000], 'open'],
  ['lost', [-1_000], 'lost'],
  ['won', [-1_000, 1_000], 'won'],
] as const)('calls a dispute that is %s with movements %j %s', (status, amounts, expected) => {
  const dispute = newDispute({ ...thing, id: 'du_1' }, charge, status)
  dispute.balance_transactions = amounts.map((amount) =>
    newLine({ ...thing, amount, fee: amount < 0 ? 2_000 : 0, category: 'dispute', source: 'du_1' }),
  )
  const read = readDispute(dispute, 'cs_1')
  expect(read === null ? null : read?.status).toBe(expected)
  if (read) expect(read.feeMinor).toBe(amounts.length === 0 ? 0n : 2_000n)
})

it('names no fee of a dispute that was taken in another currency', () => {
  const dispute = newDispute({ ...thing, id: 'du_1' }, charge, 'lost')
  dispute.balance_transactions = [
    newLine({ ...thing, currency: 'eur', fee: 2_000, category: 'dispute', source: 'du_1' }),
  ]
  expect(readDispute(dispute, 'cs_1')?.feeMinor).toBe(0n)
})

it('names no cost of a payment that was converted', () => {
  const paid = session('complete', 'succeeded')
  const line = newLine({ ...thing, currency: 'eur', fee: 35, category: 'charge', source: 'ch_1' })
  const costOf = (balance_transaction: Stripe.BalanceTransaction | null) => {
    const intent = { ...(paid.payment_intent as Stripe.PaymentIntent) }
    intent.latest_charge = { ...charge, balance_transaction }
    return readPayment({ ...paid, payment_intent: intent }, [])?.cardCostMinor
  }
  expect(costOf(line)).toBeUndefined()
  expect(costOf(null)).toBeUndefined()
  expect(costOf({ ...line, currency: 'gbp' })).toBe(35n)
})
