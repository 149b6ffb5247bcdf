/**
 * A payment provider’s own books: what it really took and gave back. Payers, banks, schemes and people at its dashboard
 * act on it directly; the service only through the port (`sim-psp.ts`). Not for faults of the way between the two.
 * Laws: it answers by its own rules, never by what the service believes; every change is told of by a notification.
 */
import type { Money } from '../../src/kernel/money.ts'
import type { Outcome, PspDispute, PspHint, PspPaymentStatus, PspRefund } from '../../src/payments/psp.ts'
import type { Chance } from './chance.ts'

export type SimRefund = { -readonly [K in keyof PspRefund]: PspRefund[K] } & {
  readonly payment: SimPayment
  readonly createdAt: number
}
export type SimDispute = { -readonly [K in keyof PspDispute]: PspDispute[K] } & {
  readonly payment: SimPayment
}

export interface SimPayment {
  readonly pspReference: string
  /** Our contribution’s id. */
  readonly reference: string
  readonly money: Money
  readonly expiresAt: number
  status: PspPaymentStatus
  failureCode?: string
  paidAt?: number
  refunds: SimRefund[]
  disputes: SimDispute[]
  /** The payer was given the address of the provider’s page. */
  isOpenToPayer: boolean
  /** We were told that no money would come. */
  wasToldOver: boolean
  /** The provider took something else than it was asked to take, and says so; such a payment must never be booked. */
  isWrong?: 'amount' | 'currency'
  /** The restored backup does not know of it. */
  isForgotten: boolean
  /** Counts changes over all payments. */
  changed: number
  /** What happened to it, latest last. */
  readonly trail: string[]
}

/** Tells of a change. `certain`: nothing but this notification can bring it to our notice. */
export type Bell = (hint: PspHint, isCertain: boolean) => void

const voidWithinMs = 600_000

export class SimProvider {
  readonly payments: SimPayment[] = []
  readonly byReference = new Map<string, SimPayment[]>()
  readonly byPspReference = new Map<string, SimPayment>()
  readonly refunds = new Map<string, SimRefund>()
  readonly disputes = new Map<string, SimDispute>()
  /** Promises that it saw us break; empty for ever if we keep ours. */
  readonly broken: string[] = []
  /** Forgets which refund was asked for before, for a test of the simulation itself. */
  paysTwice = false
  changes = 0
  #eventsSent = 0
  readonly #now: () => number
  readonly #bell: Bell

  constructor(now: () => number, bell: Bell) {
    this.#now = now
    this.#bell = bell
  }

  open(reference: string, money: Money, expiresAt: Date): Outcome<SimPayment> {
    if (expiresAt.getTime() <= this.#now()) return { kind: 'rejected', code: 'expires_in_the_past' }
    const payment: SimPayment = {
      pspReference: `pay_${this.payments.length + 1}`,
      reference,
      money,
      expiresAt: expiresAt.getTime(),
      status: 'open',
      refunds: [],
      disputes: [],
      isOpenToPayer: false,
      wasToldOver: false,
      isForgotten: false,
      changed: 0,
      trail: [],
    }
    this.payments.push(payment)
    this.byPspReference.set(payment.pspReference, payment)
    this.byReference.set(reference, [...(this.byReference.get(reference) ?? []), payment])
    return { kind: 'done', value: payment }
  }

  /** The payer, their bank or the passing of time moved the payment. */
  move(payment: SimPayment, status: PspPaymentStatus, failureCode?: string): void {
    if (payment.status === 'paid') throw new Error('the simulation moves a payment that is paid')
    const isLate = payment.wasToldOver
    payment.status = status
    if (failureCode !== undefined) payment.failureCode = failureCode
    if (status === 'paid') {
      payment.paidAt = this.#now()
      const twins = this.byReference.get(payment.reference)!.filter((each) => each.status === 'paid')
      if (twins.length > 1) this.broken.push(`contribution ${payment.reference} was paid for twice`)
    }
    this.#changed(payment, `is ${status}`, { kind: 'payment' }, isLate)
  }

  expire(payment: SimPayment): Outcome<SimPayment> {
    if (payment.status === 'paid' || payment.status === 'pending')
      return { kind: 'rejected', code: 'already_paid' }
    if (payment.status === 'open' || payment.status === 'processing') this.move(payment, 'expired')
    return { kind: 'done', value: payment }
  }

  /** @param reference our reversal’s id, or empty for somebody at the dashboard */
  refund(payment: SimPayment, reference: string, money: Money, chance: Chance): Outcome<SimRefund> {
    const earlier = payment.refunds.filter((each) => each.reference === reference && each.status !== 'failed')
    if (reference !== '' && earlier.length > 0)
      this.broken.push(`reversal ${reference} of contribution ${payment.reference} was paid back twice`)
    const left = payment.money.minor - refundedOf(payment)
    if (payment.status !== 'paid') return { kind: 'rejected', code: 'not_paid' }
    if (money.currency !== payment.money.currency) return { kind: 'rejected', code: 'currency_mismatch' }
    if (money.minor > left && !this.paysTwice) return { kind: 'rejected', code: 'amount_too_large' }
    if (payment.disputes.some(({ status }) => status === 'open') && chance.happens(0.5))
      return { kind: 'rejected', code: 'disputed' }
    if (reference !== '' && chance.happens(0.03)) return { kind: 'declined', code: 'refund_declined' }
    const isVoid =
      left === payment.money.minor && money.minor === left && this.#now() - payment.paidAt! < voidWithinMs
    const refund: SimRefund = {
      refundReference: `ref_${this.refunds.size + 1}`,
      pspReference: payment.pspReference,
      reference,
      kind: isVoid ? 'void' : 'refund',
      status: isVoid || chance.happens(0.7) ? 'succeeded' : 'pending',
      money,
      payment,
      createdAt: this.#now(),
    }
    payment.refunds.push(refund)
    this.refunds.set(refund.refundReference, refund)
    this.#refundChanged(refund, reference === '')
    return { kind: refund.status === 'pending' ? 'pending' : 'done', value: refund }
  }

  settleRefund(refund: SimRefund, status: 'succeeded' | 'failed'): void {
    const isLate = refund.status === 'succeeded'
    refund.status = status
    if (status === 'failed') refund.failureCode = 'account_closed'
    this.#refundChanged(refund, isLate || refund.reference === '')
  }

  dispute(payment: SimPayment, minor: bigint, feeMinor: bigint, reason: string): SimDispute {
    const dispute: SimDispute = {
      disputeReference: `dis_${this.disputes.size + 1}`,
      pspReference: payment.pspReference,
      status: 'open',
      money: { minor, currency: payment.money.currency },
      feeMinor,
      reason,
      openedAt: new Date(this.#now()),
      payment,
    }
    payment.disputes.push(dispute)
    this.disputes.set(dispute.disputeReference, dispute)
    this.#disputeChanged(dispute, true)
    return dispute
  }

  decide(dispute: SimDispute, status: 'won' | 'lost', feeMinor: bigint): void {
    const isAppeal = dispute.status === 'lost'
    dispute.status = status
    dispute.feeMinor = feeMinor
    dispute.closedAt = new Date(this.#now())
    this.#disputeChanged(dispute, isAppeal)
  }

  #refundChanged({ payment, refundReference, status, money }: SimRefund, isCertain: boolean): void {
    const told = `refund ${refundReference} of ${money.minor} is ${status}`
    this.#changed(payment, told, { kind: 'refund', refundReference }, isCertain)
  }

  #disputeChanged({ payment, disputeReference, status, money }: SimDispute, isCertain: boolean): void {
    const told = `dispute ${disputeReference} of ${money.minor} is ${status}`
    this.#changed(payment, told, { kind: 'dispute', disputeReference }, isCertain)
  }

  #changed(
    payment: SimPayment,
    told: string,
    about: Omit<PspHint, 'eventId' | 'pspReference'>,
    isCertain: boolean,
  ): void {
    this.changes += 1
    payment.changed = this.changes
    note(payment, `provider: ${told}`)
    this.#eventsSent += 1
    this.#bell(
      { eventId: `evt_${this.#eventsSent}`, pspReference: payment.pspReference, ...about },
      isCertain,
    )
  }
}

const trailMax = 20

export function note(payment: SimPayment, text: string): void {
  payment.trail.push(text)
  if (payment.trail.length > trailMax) payment.trail.shift()
}

/** Minor units that went back or are on their way. */
export function refundedOf(payment: SimPayment): bigint {
  return payment.refunds
    .filter(({ status }) => status !== 'failed')
    .reduce((sum, { money }) => sum + money.minor, 0n)
}
