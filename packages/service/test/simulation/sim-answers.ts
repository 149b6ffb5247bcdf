/** Pure: what the simulated provider says of its payments, refunds and disputes, rightly or wrongly. */
import type { Money } from '../../src/kernel/money.ts'
import type { Outcome, PspPayment } from '../../src/payments/psp.ts'
import { refundedOf, type SimDispute, type SimPayment, type SimRefund } from './sim-provider.ts'

export const unknown = (cause: string) => ({ kind: 'unknown', cause }) as const

export const urlOf = (payment: SimPayment): string => `https://pay.example/${payment.pspReference}`

export function toPsp(payment: SimPayment): PspPayment {
  const { pspReference, reference, status, money, failureCode, paidAt } = payment
  return {
    pspReference,
    reference,
    status,
    money,
    refundedMinor: refundedOf(payment),
    ...(failureCode !== undefined && { failureCode }),
    ...(paidAt !== undefined && { paidAt: new Date(paidAt) }),
    ...((status === 'open' || status === 'processing') && { redirectUrl: urlOf(payment) }),
  }
}

export const found = <T>(thing: T | undefined): Outcome<T> =>
  thing === undefined ? { kind: 'rejected', code: 'not_found' } : { kind: 'done', value: thing }

/** As sent over the wire: what happens to the original later does not change it. */
export function copyOf<T extends SimRefund | SimDispute>(thing: T): Omit<T, 'payment'> {
  const { payment: _, ...rest } = thing
  return rest
}

export function plain<T extends SimRefund | SimDispute>(outcome: Outcome<T>): Outcome<Omit<T, 'payment'>> {
  return 'value' in outcome ? { ...outcome, value: copyOf(outcome.value) } : outcome
}

export function shown(outcome: Outcome<SimPayment>): Outcome<PspPayment> {
  return 'value' in outcome ? { ...outcome, value: toPsp(outcome.value) } : outcome
}

export function wrong(money: Money, what: 'amount' | 'currency'): Money {
  if (what === 'amount') return { ...money, minor: money.minor + 1n }
  return { ...money, currency: money.currency === 'USD' ? 'CAD' : 'USD' }
}

export function fingerprintOf(command: object): string {
  return JSON.stringify(command, (_, value) => (typeof value === 'bigint' ? value.toString() : value))
}
