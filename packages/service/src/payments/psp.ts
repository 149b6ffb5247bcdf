/**
 * The port to payment service providers: what the service asks of every one of them, sandbox and real alike.
 * Not for what a payment pays for, nor for one provider's vocabulary; adapters translate.
 *
 * Law: an outcome that is not known is `unknown`, never guessed. Every call has a deadline; a time-out, a reset, a 5xx
 * or an answer that cannot be read is `unknown`, and the caller asks again: with the same key, or by our reference.
 */
import type { Money } from '../kernel/money.ts'

/** What became of a call. `done` and `pending` carry the thing; whether money moved is said by the thing's status. */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  /** The provider took the request and will settle it later. */
  | { readonly kind: 'pending'; readonly value: T }
  /** The provider, a bank or a scheme said no; asking the same again is pointless. */
  | { readonly kind: 'declined'; readonly code: string }
  /** The request is wrong or comes too late, and nothing happened; `code` is the provider's. */
  | { readonly kind: 'rejected'; readonly code: string }
  | { readonly kind: 'unknown'; readonly cause: string }

export type PspPaymentStatus = 'open' | 'processing' | 'pending' | 'paid' | 'failed' | 'expired' | 'cancelled'

export interface NewPspSession {
  /** Our contribution's id. The provider keeps it, and `findByReference` finds the payment by it. */
  readonly reference: string
  readonly money: Money
  /** One line that the shopper reads at the provider. */
  readonly description: string
  /** BCP 47. */
  readonly locale: string
  /** Where the shopper comes back to, whatever happened; coming back proves nothing. */
  readonly returnUrl: string
  readonly expiresAt: Date
}

export interface PspSession {
  readonly pspReference: string
  /** The provider's page, where the shopper pays. Whoever has this URL can pay, so it is nobody else's business. */
  readonly redirectUrl: string
}

export interface PspPayment {
  readonly pspReference: string
  readonly reference: string
  readonly status: PspPaymentStatus
  readonly money: Money
  /** Minor units given back or on their way back; a refund that failed no longer counts. */
  readonly refundedMinor: bigint
  /** Why the last attempt did not work. Also set while the shopper may still try another card. */
  readonly failureCode?: string
  readonly paidAt?: Date
  /** What the provider charges for this payment, in the payment's currency, once it says so. */
  readonly cardCostMinor?: bigint
  /** The provider's page, while the shopper can still pay there. */
  readonly redirectUrl?: string
}

export interface NewPspRefund {
  readonly pspReference: string
  /** Our reversal's id. */
  readonly reference: string
  readonly money: Money
}

export interface PspRefund {
  readonly refundReference: string
  readonly pspReference: string
  /** Our reversal's id; empty when somebody gave the money back in the provider's own dashboard. */
  readonly reference: string
  /** `void`: the payment was called off before it was settled, so no settlement shows either of the two. */
  readonly kind: 'refund' | 'void'
  /** A refund that succeeded may still fail days later, when the payer's bank sends it back. */
  readonly status: 'pending' | 'succeeded' | 'failed'
  readonly money: Money
  readonly failureCode?: string
}

export interface PspDispute {
  readonly disputeReference: string
  readonly pspReference: string
  /** `open`: the scheme took the money and has not decided. A `won` dispute may be opened again as another one. */
  readonly status: 'open' | 'won' | 'lost'
  /** What the scheme takes; may be less or more than what was paid, never in another currency. */
  readonly money: Money
  /** What the provider charges for the dispute itself, in the same currency; zero when it does not say. */
  readonly feeMinor: bigint
  /** The provider's word for the payer's reason, for example `fraudulent`. */
  readonly reason: string
  readonly openedAt: Date
  readonly closedAt?: Date
}

/** Everything that took money back from a payment, whoever caused it, oldest first. */
export interface PspReversals {
  readonly refunds: readonly PspRefund[]
  readonly disputes: readonly PspDispute[]
}

/** One movement on the account that the provider keeps for us. Amounts are signed: what we get is positive. */
export interface PspSettlementLine {
  /** Unique for ever, so that a line that is read twice is one line. */
  readonly lineReference: string
  readonly type:
    | 'payment'
    | 'refund'
    | 'refund_failed'
    | 'chargeback'
    | 'chargeback_reversed'
    | 'fee'
    | 'payout'
    | 'other'
  /** Of the payment, refund or dispute that the line is about; null for fees and payouts. */
  readonly pspReference: string | null
  readonly refundReference: string | null
  readonly disputeReference: string | null
  readonly currency: string
  readonly grossMinor: bigint
  /** What the provider keeps, zero or negative. */
  readonly feeMinor: bigint
  /** `grossMinor + feeMinor`. */
  readonly netMinor: bigint
  /** The payout that the line went into; null while it is waiting. */
  readonly batch: string | null
  readonly at: Date
}

/** What a notification points at. It is a hint to fetch that thing and says nothing about its state. */
export interface PspHint {
  /** The same for every delivery of one event. */
  readonly eventId: string
  /**
   * Of the payment; may be another name that the provider has for it, when the notification says no better. Then
   * `fetchPayment` takes that name too and answers with the one that we know. Payments of others are not found.
   */
  readonly pspReference: string
  readonly kind: 'payment' | 'refund' | 'dispute' | 'other'
  readonly refundReference?: string
  readonly disputeReference?: string
}

export interface Verified<T> {
  readonly kind: 'verified'
  readonly value: T
}

export interface Rejected {
  readonly kind: 'rejected'
  readonly code: string
}

/** Header names in lower case, as node:http gives them. */
export type NotificationHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

export interface Psp {
  /** Name of the provider in our rows and URLs, for example `sandbox`. */
  readonly id: string
  /** Where the payer's browser is sent to; the hosted page's content security policy lets its form lead there only. */
  readonly pageOrigins: () => readonly string[]

  createSession(command: NewPspSession, key: string): Promise<Outcome<PspSession>>
  /** Closes a session that nobody has paid. Rejected once it is paid or on its way; done again when already expired. */
  expireSession(pspReference: string, key: string): Promise<Outcome<PspPayment>>
  /** A read is `done` whatever the payment's status. Rejected with `not_found` when the provider knows no such payment. */
  fetchPayment(pspReference: string): Promise<Outcome<PspPayment>>
  /**
   * The paid payment with our reference, else the newest; `done` with undefined when there is none.
   * @param begunAt when we began, for providers that only list what was made around a time
   */
  findByReference(reference: string, begunAt: Date): Promise<Outcome<PspPayment | undefined>>
  /** Gives money back. Rejected when more is asked for than is left. `pending` may still end as a failed refund. */
  refund(command: NewPspRefund, key: string): Promise<Outcome<PspRefund>>
  fetchRefund(refundReference: string): Promise<Outcome<PspRefund>>
  /**
   * The refund of a payment that has our reference; `done` with undefined when there is none. For a refund whose outcome
   * stayed `unknown` beyond the idempotency window: asking again unseen could give the money back twice.
   */
  findRefund(pspReference: string, reference: string): Promise<Outcome<PspRefund | undefined>>
  fetchDispute(disputeReference: string): Promise<Outcome<PspDispute>>
  /** What a payment gave back, found without a notification. Rejected with `not_found` as `fetchPayment`. */
  fetchReversals(pspReference: string): Promise<Outcome<PspReversals>>
  /**
   * Every line that came to our account with the provider from `from` until before `until`, oldest first, page by page.
   * @throws Error when the provider does not answer; lines read before stand, and the window is read again
   */
  settlementLines(window: { readonly from: Date; readonly until: Date }): AsyncIterable<PspSettlementLine>
  /**
   * Checks that the provider sent these bytes, lately and not in the future. Pure: no SQL, no network, no clock of its
   * own. The same event may come twice and events come in any order; both are the caller's to bear.
   */
  verifyNotification(
    rawBody: Uint8Array,
    headers: NotificationHeaders,
    now: Date,
  ): Verified<PspHint> | Rejected
}
