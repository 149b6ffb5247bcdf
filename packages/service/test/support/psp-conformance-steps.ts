/** For tests: the steps that the port's conformance suite is made of. */
import { expect } from 'vitest'
import type { Money } from '../../src/kernel/money.ts'
import type { NewPspSession, Outcome, Psp, PspPayment, PspSession } from '../../src/payments/psp.ts'
import type { PspHarness, ShopperStory } from './psp-conformance.ts'

export const price: Money = { minor: 1_001n, currency: 'GBP' }
const lifeMs = 3_600_000
const patienceMs = 10_000
const lookEveryMs = 20

export async function begin(psp: Psp): Promise<{ session: PspSession; command: NewPspSession; key: string }> {
  const command = newSession()
  const key = unique()
  return { session: value(await psp.createSession(command, key)), command, key }
}

export function newSession(): NewPspSession {
  return {
    reference: unique(),
    money: price,
    description: 'A contribution',
    locale: 'en-GB',
    returnUrl: 'https://shop.example/thanks?order=1',
    expiresAt: new Date(Date.now() + lifeMs),
  }
}

export async function after(
  harness: PspHarness,
  story: ShopperStory,
  status: PspPayment['status'],
): Promise<PspPayment> {
  const { session } = await begin(harness.psp)
  await harness.shop(session.redirectUrl, story)
  return becomes(harness.psp, session.pspReference, status)
}

export async function paidSession(harness: PspHarness): Promise<string> {
  return (await after(harness, 'pays', 'paid')).pspReference
}

export async function becomes(
  psp: Psp,
  pspReference: string,
  status: PspPayment['status'],
): Promise<PspPayment> {
  return eventually(async () => {
    const payment = value(await psp.fetchPayment(pspReference))
    expect(payment.status).toBe(status)
    return payment
  })
}

export function value<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'done' || outcome.kind === 'pending') return outcome.value
  throw new Error(`expected a value, got ${JSON.stringify(outcome)}`)
}

export async function eventually<T>(look: () => Promise<T>): Promise<T> {
  const giveUpAt = Date.now() + patienceMs
  for (;;) {
    try {
      return await look()
    } catch (error) {
      if (Date.now() > giveUpAt) throw error
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    }
  }
}

export function unique(): string {
  return crypto.randomUUID()
}
