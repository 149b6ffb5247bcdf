import Stripe from 'stripe'
import { expect, it } from 'vitest'
import { Secret } from '../kernel/secret.ts'
import { verifyStripeNotification } from './stripe-notification.ts'

const { webhooks } = new Stripe('sk_test_none')
const now = new Date('2030-01-01T00:00:00Z')
const nowS = now.getTime() / 1000

function verify(
  object: unknown,
  type = 'checkout.session.completed',
  { at = nowS, secret = 'whsec_ours', secrets = ['whsec_ours'], header = (text: string) => text } = {},
) {
  const payload = JSON.stringify({ id: 'evt_1', object: 'event', type, data: { object } })
  const signed = webhooks.generateTestHeaderString({ payload, secret, timestamp: at })
  const valid = secrets.map((each) => new Secret(each))
  return verifyStripeNotification(
    webhooks,
    valid,
    Buffer.from(payload),
    { 'stripe-signature': header(signed) },
    now,
  )
}

const session = { id: 'cs_1', object: 'checkout.session' }

it.each([
  ['checkout.session.completed', session, { kind: 'payment', pspReference: 'cs_1' }],
  ['checkout.session.async_payment_failed', session, { kind: 'payment', pspReference: 'cs_1' }],
  ['payment_intent.payment_failed', { id: 'pi_1' }, { kind: 'payment', pspReference: 'pi_1' }],
  ['charge.succeeded', { id: 'ch_1', payment_intent: 'pi_1' }, { kind: 'payment', pspReference: 'pi_1' }],
  ['charge.refunded', { id: 'ch_1', payment_intent: 'pi_1' }, { kind: 'refund', pspReference: 'pi_1' }],
  [
    'charge.refund.updated',
    { id: 're_1', payment_intent: 'pi_1' },
    { kind: 'refund', pspReference: 'pi_1', refundReference: 're_1' },
  ],
  [
    'refund.failed',
    { id: 're_1', payment_intent: 'pi_1' },
    { kind: 'refund', pspReference: 'pi_1', refundReference: 're_1' },
  ],
  [
    'charge.dispute.funds_withdrawn',
    { id: 'du_1', payment_intent: 'pi_1' },
    { kind: 'dispute', pspReference: 'pi_1', disputeReference: 'du_1' },
  ],
  ['charge.succeeded', { id: 'ch_1', payment_intent: null }, { kind: 'other', pspReference: 'ch_1' }],
  ['payout.paid', { id: 'po_1' }, { kind: 'other', pspReference: 'po_1' }],
])('points at what %s is about', (type, object, about) => {
  expect(verify(object, type)).toEqual({ kind: 'verified', value: { eventId: 'evt_1', ...about } })
})

it.each([
  ['five minutes old', { at: nowS - 300 }, 'verified'],
  ['older', { at: nowS - 301 }, 'rejected'],
  ['a minute ahead', { at: nowS + 60 }, 'verified'],
  ['further ahead, which the SDK would let pass', { at: nowS + 61 }, 'rejected'],
  ['signed by another', { secret: 'whsec_theirs' }, 'rejected'],
  ['signed with the first of two secrets', { secrets: ['whsec_ours', 'whsec_next'] }, 'verified'],
  ['signed with the second of two secrets', { secrets: ['whsec_next', 'whsec_ours'] }, 'verified'],
  ['for nobody', { secrets: [] }, 'rejected'],
  ['not signed', { header: () => '' }, 'rejected'],
  ['of an old scheme', { header: (text: string) => text.replace('v1=', 'v0=') }, 'rejected'],
  ['of two times', { header: (text: string) => `t=${nowS - 10},${text}` }, 'rejected'],
  ['without a time', { header: (text: string) => text.replace(/^t=\d+,/, '') }, 'rejected'],
])('takes one that is %s as it should', (_what, how, kind) => {
  expect(verify(session, undefined, how).kind).toBe(kind)
})

it.each([null, 1, {}, { id: 5 }])('refuses a signed body about %j', (object) => {
  expect(verify(object)).toEqual({ kind: 'rejected', code: 'unreadable' })
})
