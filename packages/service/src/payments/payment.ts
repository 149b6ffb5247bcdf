/**
 * The life of a payment as we see it, and what each thing that a provider says does to it.
 * Not for asking the provider (that is the port) nor for what a paid payment causes.
 *
 * Law: observations may come late, twice and in any order, and still end in the same state. So the states are climbed
 * and never descended: created, processing, pending, expired, cancelled, failed, paid. Money that arrived wins over
 * everything; among the endings without money, the one that tells most wins.
 */
import type { Money } from '../kernel/money.ts'
import { nextState, type StateTable } from '../kernel/state-machine.ts'
import type { PspPayment, PspPaymentStatus } from './psp.ts'

export type PaymentState =
  /** Nothing has been paid yet; the shopper may not even have arrived at the provider. */
  | 'created'
  /** The shopper is in the middle of it, for example before the bank's question. */
  | 'processing'
  /** The shopper has done their part and the provider will tell the end later. */
  | 'pending'
  | 'paid'
  /** The provider gave up on it. A later `paid` still counts: some providers report each attempt. */
  | 'failed'
  | 'expired'
  | 'cancelled'

/** What is missing changes nothing: `open` never, and whatever is below the state that was reached. */
export const paymentStates: StateTable<PaymentState, PspPaymentStatus> = {
  created: {
    processing: 'processing',
    pending: 'pending',
    expired: 'expired',
    cancelled: 'cancelled',
    failed: 'failed',
    paid: 'paid',
  },
  processing: {
    pending: 'pending',
    expired: 'expired',
    cancelled: 'cancelled',
    failed: 'failed',
    paid: 'paid',
  },
  pending: { expired: 'expired', cancelled: 'cancelled', failed: 'failed', paid: 'paid' },
  expired: { cancelled: 'cancelled', failed: 'failed', paid: 'paid' },
  cancelled: { failed: 'failed', paid: 'paid' },
  failed: { paid: 'paid' },
  paid: {},
}

/** The state after the provider was seen to say `status`; the same state when that is no news. */
export function observe(state: PaymentState, status: PspPaymentStatus): PaymentState {
  return nextState(paymentStates, state, status) ?? state
}

/** True while a payment may still come by itself, so that the provider is worth asking again. */
export function isInFlight(state: PaymentState): boolean {
  return state === 'created' || state === 'processing' || state === 'pending'
}

/**
 * What a provider's payment has wrong, compared with what we asked for; undefined when nothing is. A payment that
 * disagrees must not be booked as ours, however paid it is: a person has to look.
 */
export function disagreement(
  asked: { readonly reference: string; readonly money: Money },
  seen: PspPayment,
): 'reference' | 'currency' | 'amount' | undefined {
  if (seen.reference !== asked.reference) return 'reference'
  if (seen.money.currency !== asked.money.currency) return 'currency'
  if (seen.money.minor !== asked.money.minor) return 'amount'
  return undefined
}
