/**
 * What a shopper does at the checkout: tries a card, answers the bank's question, walks away.
 * Law: each form carries how many cards had been tried when it was shown. A form that is sent twice, or from a page
 * that is no longer true, changes nothing; so nobody pays twice.
 */
import type { Transaction } from '../kernel/database.ts'
import { planDispute } from './disputes.ts'
import { delayMsDefault, type SandboxPspOptions } from './options.ts'
import { lockPayment, writeProgress } from './payments.ts'
import {
  answerChallenge,
  asOf,
  isOpen,
  type Progress,
  type SandboxPayment,
  tryCard,
} from './sandbox-payment.ts'
import type { TestCard } from './test-card.ts'

export interface Step {
  readonly payment: SandboxPayment
  /** False when the form came too late or twice. */
  readonly changed: boolean
}

/** Undefined when there is no such checkout. */
export function payWithCard(
  sandbox: SandboxPspOptions,
  checkoutToken: string,
  attempt: number,
  card: TestCard,
  lastFour: string,
): Promise<Step | undefined> {
  return step(sandbox, checkoutToken, (payment, now) => {
    if (payment.status !== 'open' || payment.attempts !== attempt) return undefined
    return tryCard(payment, { case: card.case, lastFour }, now, sandbox.delayMs ?? delayMsDefault)
  })
}

export function answerBank(
  sandbox: SandboxPspOptions,
  checkoutToken: string,
  attempt: number,
  approved: boolean,
): Promise<Step | undefined> {
  return step(sandbox, checkoutToken, (payment, now) => {
    if (payment.status !== 'processing' || payment.attempts !== attempt) return undefined
    return answerChallenge(payment, approved, now)
  })
}

export function cancelCheckout(sandbox: SandboxPspOptions, checkoutToken: string): Promise<Step | undefined> {
  return step(sandbox, checkoutToken, (payment) =>
    isOpen(payment) ? { ...payment, status: 'cancelled' } : undefined,
  )
}

/** Locks, lets time do its part first, then applies the change that `decide` finds, if any. */
function step(
  sandbox: SandboxPspOptions,
  checkoutToken: string,
  decide: (payment: SandboxPayment, now: Date) => Progress | undefined,
): Promise<Step | undefined> {
  return sandbox.database.transaction(async (tx: Transaction) => {
    const locked = await lockPayment(tx, { checkoutToken })
    if (locked === undefined) return undefined
    const now = sandbox.clock.now()
    const payment = asOf(locked, now)
    const to = decide(payment, now)
    if (to !== undefined) {
      const written = await writeProgress(sandbox, tx, locked, to)
      if (written.status === 'paid') await planDispute(sandbox, tx, written, 'payment')
      return { payment: written, changed: true }
    }
    if (payment !== locked) await writeProgress(sandbox, tx, locked, payment)
    return { payment, changed: false }
  })
}
