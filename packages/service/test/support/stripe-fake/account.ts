/**
 * For tests: one account at the unofficial fake of Stripe. What it holds, and every way in which that changes.
 * Not for HTTP. Each change emits the events that Stripe sends for it.
 */
import type Stripe from 'stripe'
import { Refused } from './form.ts'
import { newDispute, newLine, newPayout, newRefund } from './money-objects.ts'
import { newCharge, newIntent, newSession, type SessionInput } from './payment-objects.ts'

/** What a shopper pays with at the fake's page. Named for what comes of it. */
export type Means =
  | 'card'
  | 'declined card'
  | 'challenge'
  | 'approved challenge'
  | 'refused challenge'
  | 'slow success'
  | 'slow failure'
  | 'failing refunds'
  | 'slow refunds'
  | 'disputed, won'
  | 'disputed, lost'

type Kept = Stripe.Checkout.Session | Stripe.PaymentIntent | Stripe.Charge | Stripe.Refund | Stripe.Dispute
type KeptMoney = Stripe.BalanceTransaction | Stripe.Payout

export interface AccountOptions {
  readonly nowS: () => number
  readonly emit: (type: string, object: object) => void
  /** Runs something a while later; what banks take their time for. */
  readonly later: (what: () => void) => void
}

/** `automatic_async`, which is usual: Stripe says what it took a while after the payment succeeded. */
type CaptureMethod = 'automatic' | 'automatic_async'

const disputeFee = 2_000
const sessionLifeS = { min: 30 * 60, max: 24 * 3_600 }

export class FakeAccount {
  readonly objects = new Map<string, Kept | KeptMoney>()
  readonly payoutOfLine = new Map<string, string>()
  readonly #options: AccountOptions
  readonly #means = new Map<string, Means>()
  readonly #intentInput = new Map<
    string,
    { readonly metadata: Record<string, string>; readonly captureMethod: CaptureMethod }
  >()
  #lastId = 0

  constructor(options: AccountOptions) {
    this.#options = options
  }

  id(prefix: string): string {
    this.#lastId += 1
    return `${prefix}_${String(this.#lastId).padStart(6, '0')}${crypto.randomUUID().slice(0, 8)}`
  }

  now(): number {
    return this.#options.nowS()
  }

  /** Newest first, as Stripe lists. */
  all<T extends Kept | KeptMoney>(object: T['object']): T[] {
    return [...this.objects.values()].filter((each): each is T => each.object === object).reverse()
  }

  /** @throws Refused */
  get<T extends Kept | KeptMoney>(object: T['object'], id: string): T {
    const found = this.objects.get(id)
    if (found?.object !== object) throw new Refused(404, 'resource_missing', `No such ${object}: ${id}`)
    return found as T
  }

  /** @throws Refused */
  session(id: string): Stripe.Checkout.Session {
    return this.get<Stripe.Checkout.Session>('checkout.session', id)
  }

  #keep<T extends Kept | KeptMoney>(object: T): T {
    this.objects.set(object.id, object)
    return object
  }

  createSession(
    input: Omit<SessionInput, 'created'>,
    intentMetadata: Record<string, string>,
    captureMethod: CaptureMethod = 'automatic_async',
  ): Stripe.Checkout.Session {
    const lifeS = input.expiresAt - this.now()
    if (lifeS < sessionLifeS.min || lifeS > sessionLifeS.max)
      throw new Refused(400, 'parameter_invalid', 'expires_at is between 30 minutes and 24 hours from now')
    this.#intentInput.set(input.id, { metadata: intentMetadata, captureMethod })
    return this.#keep(newSession({ ...input, created: this.now() }))
  }

  expire(sessionId: string): Stripe.Checkout.Session {
    const session = this.session(sessionId)
    const intent = this.#intentOf(session)
    if (session.status !== 'open' || intent?.status === 'processing')
      throw new Refused(400, '', 'Only Checkout Sessions with a status in ["open"] can be expired.')
    session.status = 'expired'
    session.url = null
    if (intent) {
      intent.status = 'canceled'
      this.#options.emit('payment_intent.canceled', intent)
    }
    this.#options.emit('checkout.session.expired', session)
    return session
  }

  #intentOf({ payment_intent: id }: Stripe.Checkout.Session): Stripe.PaymentIntent | undefined {
    return typeof id === 'string' ? this.get<Stripe.PaymentIntent>('payment_intent', id) : undefined
  }

  chargeOf(intent: Stripe.PaymentIntent): Stripe.Charge {
    return this.get<Stripe.Charge>('charge', String(intent.latest_charge))
  }

  /** The shopper presses pay. @throws Refused when the session is no longer open */
  pay(sessionId: string, means: Means): void {
    const session = this.session(sessionId)
    if (session.status !== 'open') throw new Refused(410, 'session_over', 'this checkout is over')
    const intent = this.#intentOf(session) ?? this.#beginIntent(session)
    this.#means.set(intent.id, means)
    if (means === 'declined card' || means === 'refused challenge') this.#fail(intent, means)
    else if (means === 'challenge') this.#challenge(intent)
    else this.#complete(session, intent, means)
  }

  #challenge(intent: Stripe.PaymentIntent): void {
    intent.status = 'requires_action'
    this.#options.emit('payment_intent.requires_action', intent)
  }

  #complete(session: Stripe.Checkout.Session, intent: Stripe.PaymentIntent, means: Means): void {
    session.status = 'complete'
    session.url = null
    const isSlow = means === 'slow success' || means === 'slow failure'
    if (isSlow) {
      intent.status = 'processing'
      this.#options.emit('payment_intent.processing', intent)
      this.#options.later(() => this.#finish(session, intent, means))
    } else this.#succeed(session, intent)
    this.#options.emit('checkout.session.completed', session)
  }

  #finish(session: Stripe.Checkout.Session, intent: Stripe.PaymentIntent, means: Means): void {
    const succeeds = means === 'slow success'
    if (succeeds) this.#succeed(session, intent)
    else this.#fail(intent, means)
    this.#options.emit(`checkout.session.async_payment_${succeeds ? 'succeeded' : 'failed'}`, session)
  }

  #beginIntent(session: Stripe.Checkout.Session): Stripe.PaymentIntent {
    const thing = { created: this.now(), amount: session.amount_total!, currency: session.currency! }
    const { metadata, captureMethod } = this.#intentInput.get(session.id)!
    const intent = this.#keep(newIntent({ id: this.id('pi'), ...thing, metadata }))
    intent.capture_method = captureMethod
    session.payment_intent = intent.id
    return intent
  }

  #fail(intent: Stripe.PaymentIntent, means: Means): void {
    intent.status = 'requires_payment_method'
    intent.last_payment_error =
      means === 'declined card'
        ? { type: 'card_error', code: 'card_declined', decline_code: 'generic_decline' }
        : { type: 'card_error', code: 'payment_intent_authentication_failure' }
    this.#options.emit('payment_intent.payment_failed', intent)
  }

  #succeed(session: Stripe.Checkout.Session, intent: Stripe.PaymentIntent): void {
    const { amount, currency, metadata } = intent
    const charge = this.#keep(
      newCharge({ id: this.id('ch'), created: this.now(), amount, currency, metadata }, intent.id),
    )
    const fee = Math.round(amount * 0.015) + 20
    Object.assign(charge, { status: 'succeeded', paid: true, captured: true, amount_captured: amount })
    const settle = () => {
      charge.balance_transaction = this.line('charge', amount, fee, currency, charge.id).id
    }
    if (intent.capture_method === 'automatic') settle()
    else this.#options.later(settle)
    Object.assign(intent, { status: 'succeeded', amount_received: amount, latest_charge: charge.id })
    session.payment_status = 'paid'
    this.#options.emit('charge.succeeded', charge)
    this.#options.emit('payment_intent.succeeded', intent)
    const means = this.#means.get(intent.id)
    if (means === 'disputed, won' || means === 'disputed, lost') {
      this.#options.later(() => {
        const dispute = this.openDispute(charge, charge.amount)
        this.#options.later(() => this.closeDispute(dispute, means === 'disputed, won' ? 'won' : 'lost'))
      })
    }
  }

  line(category: string, amount: number, fee: number, currency: string, source: string) {
    const line = newLine({
      id: this.id('txn'),
      created: this.now(),
      amount,
      fee,
      currency,
      category,
      source,
    })
    return this.#keep<Stripe.BalanceTransaction>(line)
  }

  /** @throws Refused when more is asked for than is left */
  refund(intentId: string, amount: number, metadata: Record<string, string>): Stripe.Refund {
    const intent = this.get<Stripe.PaymentIntent>('payment_intent', intentId)
    if (intent.status !== 'succeeded')
      throw new Refused(400, 'payment_intent_unexpected_state', 'nothing was paid')
    const charge = this.chargeOf(intent)
    if (charge.disputed) throw new Refused(400, 'charge_disputed', 'the charge is disputed')
    if (amount <= 0 || amount > charge.amount - charge.amount_refunded)
      throw new Refused(400, 'charge_already_refunded', 'Refund amount is greater than unrefunded amount')
    const means = this.#means.get(intentId)
    const status = means === 'slow refunds' ? 'pending' : 'succeeded'
    const thing = { id: this.id('re'), created: this.now(), amount, currency: charge.currency, metadata }
    const refund = this.#keep(newRefund({ ...thing, charge, status }))
    refund.balance_transaction = this.line('refund', -amount, 0, charge.currency, refund.id).id
    this.#refunded(charge, amount)
    this.#options.emit('refund.created', refund)
    this.#options.emit('charge.refunded', charge)
    if (means === 'slow refunds') this.#options.later(() => this.settleRefund(refund, 'succeeded'))
    if (means === 'failing refunds') this.#options.later(() => this.settleRefund(refund, 'failed'))
    return refund
  }

  #refunded(charge: Stripe.Charge, amount: number): void {
    charge.amount_refunded += amount
    charge.refunded = charge.amount_refunded === charge.amount
  }

  settleRefund(refund: Stripe.Refund, status: 'succeeded' | 'failed'): void {
    refund.status = status
    if (status === 'failed') this.#bringBack(refund)
    this.#options.emit(status === 'failed' ? 'refund.failed' : 'refund.updated', refund)
  }

  #bringBack(refund: Stripe.Refund): void {
    const { amount, currency, id, charge } = refund
    refund.failure_reason = 'expired_or_canceled_card'
    refund.failure_balance_transaction = this.line('refund_failure', amount, 0, currency, id).id
    this.#refunded(this.get<Stripe.Charge>('charge', String(charge)), -amount)
  }

  openDispute(
    charge: Stripe.Charge,
    amount: number,
    status: Stripe.Dispute.Status = 'needs_response',
  ): Stripe.Dispute {
    const thing = { id: this.id('du'), created: this.now(), amount, currency: charge.currency, metadata: {} }
    const dispute = this.#keep(newDispute(thing, charge, status))
    charge.disputed = true
    if (!String(status).startsWith('warning_'))
      dispute.balance_transactions.push(
        this.line('dispute', -amount, disputeFee, charge.currency, dispute.id),
      )
    this.#options.emit('charge.dispute.created', dispute)
    return dispute
  }

  closeDispute(dispute: Stripe.Dispute, status: 'won' | 'lost'): void {
    dispute.status = status
    if (status === 'won') {
      dispute.balance_transactions.push(
        this.line('dispute_reversal', dispute.amount, 0, dispute.currency, dispute.id),
      )
    }
    this.#options.emit('charge.dispute.closed', dispute)
  }

  /** Pays out all that is there, in the one currency that it is in. */
  payOut(): Stripe.Payout {
    const waiting = this.all<Stripe.BalanceTransaction>('balance_transaction').filter(
      ({ id }) => !this.payoutOfLine.has(id),
    )
    const amount = waiting.reduce((sum, { net }) => sum + net, 0)
    const currency = waiting[0]?.currency ?? 'gbp'
    const thing = { id: this.id('po'), created: this.now(), amount, currency, metadata: {} }
    const payout = this.#keep(newPayout(thing))
    const line = this.line('payout', -amount, 0, currency, payout.id)
    payout.balance_transaction = line.id
    for (const { id } of [...waiting, line]) this.payoutOfLine.set(id, payout.id)
    return payout
  }
}
