/**
 * Whether bytes that claim to be a notification of Stripe are one, and what they point at. Pure.
 * Laws: the SDK's verifier decides about signature and age, we about the future, which the verifier lets pass; several
 * secrets may be valid while one replaces another; of the body only names are read, never a state.
 */
import type Stripe from 'stripe'
import type { Secret } from '../kernel/secret.ts'
import type { NotificationHeaders, PspHint, Rejected, Verified } from './psp.ts'

const ageMaxS = 300
const aheadMaxMs = 60_000

export function verifyStripeNotification(
  webhooks: Stripe['webhooks'],
  secrets: readonly Secret[],
  rawBody: Uint8Array,
  headers: NotificationHeaders,
  now: Date,
): Verified<PspHint> | Rejected {
  const header = headers['stripe-signature']
  const sentAtMs = typeof header === 'string' ? sentAtMsOf(header) : undefined
  if (typeof header !== 'string' || sentAtMs === undefined) return rejected('signature_missing')
  if (sentAtMs - now.getTime() > aheadMaxMs) return rejected('from_the_future')
  const event = secrets
    .map((secret) => constructEvent(webhooks, rawBody, header, secret, now))
    .find((each) => each !== undefined)
  if (event === undefined) return rejected('signature_wrong_or_too_old')
  const hint = hintOf(event)
  return hint === undefined ? rejected('unreadable') : { kind: 'verified', value: hint }
}

/** The header must name its time once, or the SDK and we might read different ones. */
function sentAtMsOf(header: string): number | undefined {
  const times = header.split(',').filter((part) => part.startsWith('t='))
  const [, seconds] = /^t=([0-9]{1,12})$/.exec(times[0] ?? '') ?? []
  return times.length === 1 && seconds !== undefined ? Number(seconds) * 1000 : undefined
}

function constructEvent(
  webhooks: Stripe['webhooks'],
  rawBody: Uint8Array,
  header: string,
  secret: Secret,
  now: Date,
): unknown {
  try {
    return webhooks.constructEvent(rawBody, header, secret.reveal(), ageMaxS, undefined, now.getTime())
  } catch {
    return undefined
  }
}

type Named = { readonly [name: string]: unknown }

function hintOf(event: unknown): PspHint | undefined {
  const { id, type, data } = (event ?? {}) as { id?: unknown; type?: unknown; data?: { object?: Named } }
  const object = data?.object
  if (typeof id !== 'string' || typeof type !== 'string' || typeof object?.id !== 'string') return undefined
  const about = aboutOf(type, object, object.id)
  return { eventId: id, ...about }
}

type About = Omit<PspHint, 'eventId'>

/** Refunds and disputes name the payment intent, which `fetchPayment` knows as another name of the session. */
function aboutOf(type: string, object: Named, id: string): About {
  if (type.startsWith('checkout.session.') || type.startsWith('payment_intent.'))
    return { kind: 'payment', pspReference: id }
  const pspReference = object.payment_intent
  if (typeof pspReference !== 'string') return { kind: 'other', pspReference: id }
  if (type.startsWith('charge.dispute.')) return { kind: 'dispute', pspReference, disputeReference: id }
  if (type.startsWith('refund.') || type.startsWith('charge.refund.'))
    return { kind: 'refund', pspReference, refundReference: id }
  if (type === 'charge.refunded') return { kind: 'refund', pspReference }
  return { kind: type.startsWith('charge.') ? 'payment' : 'other', pspReference }
}

function rejected(code: string): Rejected {
  return { kind: 'rejected', code }
}
