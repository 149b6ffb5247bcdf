import { describe, expect, it } from 'vitest'
import {
  answerChallenge,
  asOf,
  attemptsMax,
  type SandboxPayment,
  settlePending,
  tryCard,
} from './sandbox-payment.ts'

const now = new Date('2026-03-01T12:00:00Z')
const later = new Date(now.getTime() + 1_000)
const open: SandboxPayment = {
  id: 'p',
  checkoutToken: 't',
  reference: 'r',
  amountMinor: 100n,
  refundedMinor: 0n,
  currency: 'GBP',
  description: '',
  locale: 'en',
  returnUrl: 'https://shop.example/',
  status: 'open',
  attempts: 0,
  cardCase: null,
  cardLastFour: null,
  failureCode: null,
  createdAt: now,
  expiresAt: later,
  dueAt: null,
  paidAt: null,
  feeMinor: null,
  settledAt: null,
  news: 'prompt',
}
const card = (of: Parameters<typeof tryCard>[1]['case']) => ({ case: of, lastFour: '0000' })

describe('a payment at the sandbox provider', () => {
  it('does what the card says', () => {
    expect(tryCard(open, card('success'), now, 5)).toMatchObject({ status: 'paid', paidAt: now, attempts: 1 })
    expect(tryCard(open, card('decline'), now, 5)).toMatchObject({
      status: 'open',
      failureCode: 'card_declined',
    })
    expect(tryCard(open, card('challenge'), now, 5)).toMatchObject({ status: 'processing' })
    const dueAt = new Date(now.getTime() + 5)
    expect(tryCard(open, card('delayed_failure'), now, 5)).toMatchObject({
      status: 'pending',
      dueAt,
      paidAt: null,
    })
  })

  it('forgets an earlier failure once a card works', () => {
    const declined = { ...open, ...tryCard(open, card('decline'), now, 5) }
    expect(tryCard(declined, card('success'), now, 5)).toMatchObject({ status: 'paid', failureCode: null })
  })

  it('fails for good after so many cards', () => {
    let payment = open
    for (let attempt = 1; attempt <= attemptsMax; attempt++) {
      expect(payment.status).toBe('open')
      payment = { ...payment, ...tryCard(payment, card('insufficient_funds'), now, 5) }
    }
    expect(payment).toMatchObject({ status: 'failed', failureCode: 'insufficient_funds' })
  })

  it('counts a refused challenge as a card that did not work', () => {
    const asked = { ...open, ...tryCard(open, card('challenge'), now, 5) }
    expect(answerChallenge(asked, true, later)).toMatchObject({ status: 'paid', paidAt: later })
    expect(answerChallenge(asked, false, later)).toMatchObject({
      status: 'open',
      failureCode: 'authentication_failed',
    })
    expect(answerChallenge({ ...asked, attempts: attemptsMax }, false, later)).toMatchObject({
      status: 'failed',
    })
  })

  it('ends a delay as its card promised', () => {
    const slow = { ...open, ...tryCard(open, card('delayed_success'), now, 5) }
    expect(settlePending(slow, later)).toMatchObject({ status: 'paid', paidAt: later, dueAt: null })
    const doomed = { ...open, ...tryCard(open, card('delayed_failure'), now, 5) }
    expect(settlePending(doomed, later)).toMatchObject({
      status: 'failed',
      failureCode: 'payment_failed',
      dueAt: null,
    })
  })

  it('expires at its time unless money is there or on its way', () => {
    expect(asOf(open, now).status).toBe('open')
    expect(asOf(open, later).status).toBe('expired')
    expect(asOf({ ...open, status: 'processing' }, later).status).toBe('expired')
    for (const status of ['pending', 'paid', 'failed', 'cancelled'] as const) {
      expect(asOf({ ...open, status }, later).status).toBe(status)
    }
  })
})
