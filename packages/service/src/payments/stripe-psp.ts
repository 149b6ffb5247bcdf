/**
 * The adapter to Stripe: a payment is a Checkout Session, and its reference with the provider is the session's id.
 * Not for what Stripe's answers mean (`stripe-answer.ts`) nor for its account statement (`stripe-settlements.ts`).
 *
 * Laws: what Stripe cannot represent is refused before it is asked. Every request follows from its command alone, so that
 * repeating it with its key is the same request. Search is never used: Stripe's index lags behind what happened.
 */
import type Stripe from 'stripe'
import type { Secret } from '../kernel/secret.ts'
import type { NewPspRefund, NewPspSession, Outcome, Psp, PspPayment, PspRefund } from './psp.ts'
import { toStripeAmount } from './stripe-amount.ts'
import {
  asSession,
  chargeOf,
  intentOf,
  isOurs,
  paymentExpansion,
  readPayment,
  readRefund,
  referenceKey,
} from './stripe-answer.ts'
import { openStripe, type StripeCallOptions, type StripeCalls, type StripeServer } from './stripe-calls.ts'
import { checkoutLocale } from './stripe-locale.ts'
import { verifyStripeNotification } from './stripe-notification.ts'
import { andThen, understood } from './stripe-outcome.ts'
import { disputeOf, refundOf, refundsOf, reversalsOf, sessionIdOf } from './stripe-reversals.ts'
import { stripeSettlementLines } from './stripe-settlements.ts'

export interface StripePspOptions extends StripeCallOptions {
  /** Several while one replaces another. */
  readonly webhookSecrets: readonly Secret[]
}

const checkoutOrigin = 'https://checkout.stripe.com'
const descriptionMaxChars = 200
/**
 * Stripe keeps a session open for 30 minutes at least, counted from when it is made. A session is therefore asked to live
 * for that much longer than wished, and a minute more for clocks that differ: any call made before `expiresAt` is then
 * accepted, any later one refused, and each repetition asks for the same.
 */
const extraLifeS = 31 * 60
/** A session with our reference was made within its wished life, give or take what clocks differ. */
const searchBeforeS = 5 * 60
const searchAfterS = 40 * 60
const searchPagesMax = 50

export async function stripePsp(options: StripePspOptions): Promise<Psp> {
  const stripe = await openStripe(options)
  const { sdk } = stripe
  return {
    id: 'stripe',
    pageOrigins: () => [options.server ? originOf(options.server) : checkoutOrigin],

    async createSession(command, key) {
      const amount = toStripeAmount(command.money)
      if (amount === undefined) return { kind: 'rejected', code: 'unrepresentable_amount' }
      const asked = sessionParams(command, amount)
      const made = await stripe.call(() =>
        sdk.checkout.sessions.create(asked, { idempotencyKey: `${key}:session` }),
      )
      return andThen(made, ({ object, id, url }) =>
        understood(
          object === 'checkout.session' && url !== null ? { pspReference: id, redirectUrl: url } : undefined,
        ),
      )
    },

    async expireSession(pspReference, key) {
      const options = { idempotencyKey: `${key}:expire` }
      const expired = await stripe.call(() => sdk.checkout.sessions.expire(pspReference, {}, options))
      if (expired.kind === 'unknown') return expired
      // Stripe refuses for an expired session as for a paid one; which of them it is, the session tells.
      return andThen(await fetchPayment(stripe, pspReference), (payment) =>
        payment.status === 'expired'
          ? { kind: 'done', value: payment }
          : { kind: 'rejected', code: expired.kind === 'rejected' ? expired.code : 'not_open' },
      )
    },

    fetchPayment: (pspReference) => fetchPayment(stripe, pspReference),
    findByReference: (reference, begunAt) => findByReference(stripe, reference, begunAt),
    refund: (command, key) => refund(stripe, command, key),
    fetchRefund: (refundReference) => refundOf(stripe, refundReference),
    findRefund: (pspReference, reference) => findRefund(stripe, pspReference, reference),
    fetchDispute: (disputeReference) => disputeOf(stripe, disputeReference),
    fetchReversals: async (pspReference) =>
      andThen(await fetchSession(stripe, pspReference), (session) =>
        reversalsOf(stripe, session.id, intentOf(session)),
      ),
    settlementLines: (window) => stripeSettlementLines(stripe, window),
    verifyNotification: (rawBody, headers, now) =>
      verifyStripeNotification(sdk.webhooks, options.webhookSecrets, rawBody, headers, now),
  }
}

function originOf({ protocol, host, port }: StripeServer): string {
  return `${protocol}://${host}:${port}`
}

function sessionParams(
  { reference, money, description, locale, returnUrl, expiresAt }: NewPspSession,
  amount: number,
): Stripe.Checkout.SessionCreateParams {
  const metadata = { [referenceKey]: reference }
  // By whole characters: half of one cannot be sent.
  const name = [...description].slice(0, descriptionMaxChars).join('')
  return {
    mode: 'payment',
    client_reference_id: reference,
    metadata,
    // Captured later, as is usual there, a payment would be known to be paid before it is known what it cost.
    payment_intent_data: { metadata, capture_method: 'automatic' },
    line_items: [
      {
        quantity: 1,
        price_data: { currency: money.currency.toLowerCase(), unit_amount: amount, product_data: { name } },
      },
    ],
    // The shopper pays in the currency that was consented to, so that what comes back compares with what was asked.
    adaptive_pricing: { enabled: false },
    success_url: returnUrl,
    cancel_url: returnUrl,
    expires_at: Math.ceil(expiresAt.getTime() / 1000) + extraLifeS,
    locale: checkoutLocale(locale),
  }
}

/** By the session's id, or by its payment intent's, which is all that refunds and disputes name. */
async function fetchSession(
  stripe: StripeCalls,
  pspReference: string,
): Promise<Outcome<Stripe.Checkout.Session>> {
  const id: Outcome<string> = pspReference.startsWith('pi_')
    ? await sessionIdOf(stripe, pspReference)
    : { kind: 'done', value: pspReference }
  return andThen(id, async (sessionId) => {
    const expand = { expand: paymentExpansion }
    const found = await stripe.call(() => stripe.sdk.checkout.sessions.retrieve(sessionId, expand))
    return andThen(found, (session) =>
      session.object === 'checkout.session' && !isOurs(session)
        ? { kind: 'rejected', code: 'not_found' }
        : understood(asSession(session)),
    )
  })
}

async function fetchPayment(stripe: StripeCalls, pspReference: string): Promise<Outcome<PspPayment>> {
  return andThen(await fetchSession(stripe, pspReference), async (session) => {
    const intent = intentOf(session)
    const listed = chargeOf(intent)?.refunds
    const refunds: Outcome<readonly Stripe.Refund[]> =
      intent && listed?.has_more
        ? await refundsOf(stripe, intent.id)
        : { kind: 'done', value: listed?.data ?? [] }
    return andThen(refunds, (all) => understood(readPayment(session, all)))
  })
}

/**
 * Stripe has no list of sessions by our reference, so those made around then are read and compared. Lists are complete
 * at once; a list that is longer than we read proves nothing and is `unknown`.
 */
async function findByReference(
  stripe: StripeCalls,
  reference: string,
  begunAt: Date,
): Promise<Outcome<PspPayment | undefined>> {
  const begunS = Math.floor(begunAt.getTime() / 1000)
  const created = { gte: begunS - searchBeforeS, lte: begunS + searchAfterS }
  const made = await stripe.all(searchPagesMax, (page) =>
    stripe.sdk.checkout.sessions.list({ created, ...page }),
  )
  return andThen(made, (sessions) => {
    const ours = sessions.filter((session) => session.client_reference_id === reference)
    const best = ours.find((session) => session.payment_status === 'paid') ?? ours[0]
    return best ? fetchPayment(stripe, best.id) : { kind: 'done', value: undefined }
  })
}

async function refund(stripe: StripeCalls, command: NewPspRefund, key: string): Promise<Outcome<PspRefund>> {
  const { reference, money } = command
  const amount = toStripeAmount(money)
  if (amount === undefined) return { kind: 'rejected', code: 'unrepresentable_amount' }
  return andThen(await fetchSession(stripe, command.pspReference), async (session) => {
    const intent = intentOf(session)
    if (intent?.status !== 'succeeded') return { kind: 'rejected', code: 'not_paid' }
    if (intent.currency !== money.currency.toLowerCase()) return { kind: 'rejected', code: 'wrong_currency' }
    const asked = { payment_intent: intent.id, amount, metadata: { [referenceKey]: reference } }
    const made = await stripe.call(() =>
      stripe.sdk.refunds.create(asked, { idempotencyKey: `${key}:refund` }),
    )
    return andThen(made, (refunded) => refundOutcome(readRefund(refunded, session.id)))
  })
}

function refundOutcome(refund: PspRefund | undefined): Outcome<PspRefund> {
  if (refund?.status === 'failed') return { kind: 'declined', code: refund.failureCode ?? 'refund_failed' }
  return refund?.status === 'pending' ? { kind: 'pending', value: refund } : understood(refund)
}

async function findRefund(
  stripe: StripeCalls,
  pspReference: string,
  reference: string,
): Promise<Outcome<PspRefund | undefined>> {
  return andThen(await fetchSession(stripe, pspReference), async (session) => {
    const intent = intentOf(session)
    if (intent === null) return { kind: 'done', value: undefined }
    return andThen(await refundsOf(stripe, intent.id), (refunds): Outcome<PspRefund | undefined> => {
      const found = refunds.find(({ metadata }) => metadata?.[referenceKey] === reference)
      return found ? understood(readRefund(found, session.id)) : { kind: 'done', value: undefined }
    })
  })
}
