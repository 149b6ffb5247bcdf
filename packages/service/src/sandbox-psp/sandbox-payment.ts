/**
 * The sandbox provider's own rules for a payment: what a card, an answer to the bank's question and time do to it. Pure.
 * Not to be mixed up with `payments/payment.ts`, which is how the merchant's side sees a payment.
 * Law: once paid, a payment stays paid; a change starts from the row as locked.
 */
import { type CardCase, declineCodes, disputeCourses, refundCourses } from './test-card.ts'

export type SandboxPaymentStatus =
  | 'open'
  | 'processing'
  | 'pending'
  | 'paid'
  | 'failed'
  | 'expired'
  | 'cancelled'

/** How the notifications of a payment leave: at once, at once and twice, or not until somebody says so. */
export type NewsMode = 'prompt' | 'double' | 'held'

/** The columns that a change may touch. */
export interface Progress {
  readonly status: SandboxPaymentStatus
  readonly attempts: number
  readonly cardCase: CardCase | null
  readonly cardLastFour: string | null
  readonly failureCode: string | null
  readonly dueAt: Date | null
  readonly paidAt: Date | null
}

export interface SandboxPayment extends Progress {
  readonly id: string
  readonly checkoutToken: string
  readonly reference: string
  readonly amountMinor: bigint
  readonly refundedMinor: bigint
  readonly currency: string
  readonly description: string
  readonly locale: string
  readonly returnUrl: string
  /** What the payment costs the merchant; null until it is paid. */
  readonly feeMinor: bigint | null
  /** When it came to the merchant's account. */
  readonly settledAt: Date | null
  readonly news: NewsMode
  readonly createdAt: Date
  readonly expiresAt: Date
}

/** Cards that a shopper may try before the provider gives up. */
export const attemptsMax = 3

/** True while the shopper can still do something on the checkout page. */
export function isOpen(payment: SandboxPayment): boolean {
  return payment.status === 'open' || payment.status === 'processing'
}

/** Called off before it was settled: nobody gets the money, and nobody pays a fee. */
export function isVoided(payment: SandboxPayment): boolean {
  return payment.settledAt === null && payment.refundedMinor > 0n
}

/** True when giving back so much calls the payment off; a card whose refunds are the test always gets refunds. */
export function isVoid(payment: SandboxPayment, amountMinor: bigint): boolean {
  const course = payment.cardCase === null ? undefined : refundCourses[payment.cardCase]
  const disputedAfter = payment.cardCase !== null && disputeCourses[payment.cardCase]?.after === 'refund'
  const whole = payment.refundedMinor === 0n && amountMinor === payment.amountMinor
  return payment.settledAt === null && whole && course === undefined && !disputedAfter
}

/** The payment as it is at `now`: an open one whose time has passed is expired, whether or not that was written yet. */
export function asOf(payment: SandboxPayment, now: Date): SandboxPayment {
  const over = isOpen(payment) && payment.expiresAt.getTime() <= now.getTime()
  return over ? { ...payment, status: 'expired' } : payment
}

/** An open payment after the shopper tried a card. */
export function tryCard(
  payment: SandboxPayment,
  card: { readonly case: CardCase; readonly lastFour: string },
  now: Date,
  delayMs: number,
): Progress {
  const tried: Progress = {
    status: payment.status,
    attempts: payment.attempts + 1,
    cardCase: card.case,
    cardLastFour: card.lastFour,
    failureCode: null,
    dueAt: null,
    paidAt: null,
  }
  const declineCode = declineCodes[card.case]
  if (declineCode !== undefined) return refused(tried, declineCode)
  if (card.case === 'challenge') return { ...tried, status: 'processing' }
  if (card.case === 'delayed_success' || card.case === 'delayed_failure') {
    return { ...tried, status: 'pending', dueAt: new Date(now.getTime() + delayMs) }
  }
  return paid(tried, now)
}

/** A payment in its challenge after the shopper answered it. */
export function answerChallenge(payment: SandboxPayment, approved: boolean, now: Date): Progress {
  return approved ? paid(payment, now) : refused(payment, 'authentication_failed')
}

/** A pending payment whose time has come. */
export function settlePending(payment: SandboxPayment, now: Date): Progress {
  if (payment.cardCase === 'delayed_success') return paid(payment, now)
  return { ...payment, status: 'failed', dueAt: null, failureCode: 'payment_failed' }
}

function paid(progress: Progress, now: Date): Progress {
  return { ...progress, status: 'paid', failureCode: null, dueAt: null, paidAt: now }
}

/** The shopper may try another card, but not for ever. */
function refused(progress: Progress, failureCode: string): Progress {
  return { ...progress, status: progress.attempts < attemptsMax ? 'open' : 'failed', failureCode }
}
