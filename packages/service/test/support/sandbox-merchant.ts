/** For tests: a merchant of the sandbox provider, who knows it through the adapter, and its books by adding them up. */
import { expect } from 'vitest'
import type { Outcome, PspPayment, PspReversals, PspSettlementLine } from '../../src/payments/psp.ts'
import { sandboxPspAdapter } from '../../src/payments/sandbox-psp.ts'
import type { CardCase } from '../../src/sandbox-psp/test-card.ts'
import { workOnce } from '../../src/sandbox-psp/work.ts'
import { payWith } from './sandbox-shopper.ts'
import type { Stand } from './sandbox-stand.ts'

export const start = new Date('2026-03-01T12:00:00Z')
export const delayMs = 8_000
export const settleEveryMs = 3_600_000
const lifeMs = 1_800_000
const farAhead = new Date('2036-01-01T00:00:00Z')

export type SandboxMerchant = ReturnType<typeof sandboxMerchant>

export function sandboxMerchant(stand: Stand) {
  const { options, baseUrl } = stand
  const { apiKey, notificationSecret, clock, database } = options
  const psp = sandboxPspAdapter({ baseUrl: () => baseUrl, apiKey, notificationSecret })

  async function opened(minor = 500n, currency = 'GBP') {
    const command = {
      reference: crypto.randomUUID(),
      money: { minor, currency },
      description: 'A contribution',
      locale: 'en-GB',
      returnUrl: 'https://shop.example/',
      expiresAt: new Date(clock.now().getTime() + lifeMs),
    }
    return answered(await psp.createSession(command, crypto.randomUUID()))
  }

  async function lines(window = { from: start, until: farAhead }): Promise<PspSettlementLine[]> {
    const read: PspSettlementLine[] = []
    for await (const line of psp.settlementLines(window)) read.push(line)
    return read
  }

  const payment = async (id: string): Promise<PspPayment> => answered(await psp.fetchPayment(id))
  const reversals = async (id: string): Promise<PspReversals> => answered(await psp.fetchReversals(id))

  async function balance(currency: string): Promise<bigint> {
    const response = await fetch(`${baseUrl}/v1/balances`, {
      headers: { authorization: `Bearer ${apiKey.reveal()}` },
    })
    const { balances } = (await response.json()) as { balances: { currency: string; balanceMinor: string }[] }
    return BigInt(balances.find((each) => each.currency === currency)?.balanceMinor ?? 0)
  }

  return {
    psp,
    opened,
    payment,
    reversals,
    lines,
    balance,
    work: () => workOnce(options, new AbortController().signal),
    settle: () => stand.dashboard('settle'),
    events: () => stand.received.map(({ rawBody }) => JSON.parse(rawBody.toString())),

    async forgetEverything() {
      await database.query(
        'truncate sandbox_psp_payment, sandbox_psp_account, sandbox_psp_idempotency cascade',
      )
      stand.received.length = 0
    },
    async paid(card: CardCase, minor?: bigint, currency?: string) {
      const { pspReference, redirectUrl } = await opened(minor, currency)
      await payWith(redirectUrl, card)
      return pspReference
    },
    /** Many paid payments at once, past the checkout. */
    async seedPayments(count: number) {
      const { pspReference, redirectUrl } = await opened()
      await payWith(redirectUrl, 'success')
      await database.query(copyPayment, [pspReference, count - 1])
    },
    async refund(id: string, minor: bigint) {
      const { money } = await payment(id)
      const command = { pspReference: id, reference: crypto.randomUUID(), money: { ...money, minor } }
      return psp.refund(command, crypto.randomUUID())
    },
    async winAll(id: string) {
      for (const { disputeReference } of (await reversals(id)).disputes) {
        await stand.dashboard(`disputes/${disputeReference}/win`)
      }
    },
    /** Adds up what the provider tells in two ways: its lines, and what became of each payment. */
    async expectBooks(ids: readonly string[]) {
      const told = await lines()
      const sum = told.reduce((total, { netMinor }) => total + netMinor, 0n)
      expect(await balance('GBP')).toBe(sum)
      for (const batch of new Set(told.flatMap((line) => line.batch ?? []))) {
        const of = told.filter((line) => line.batch === batch)
        expect(of.reduce((total, { netMinor }) => total + netMinor, 0n)).toBe(0n)
      }
      for (const id of ids) await expectPayment(id, told)
    },
  }

  async function expectPayment(id: string, told: readonly PspSettlementLine[]): Promise<void> {
    const paid = await payment(id)
    const { refunds, disputes } = await reversals(id)
    const of = told.filter((line) => line.pspReference === id)
    const net = of.reduce((total, { netMinor }) => total + netMinor, 0n)
    const voided = refunds.some(({ kind }) => kind === 'void')
    const back = refunds
      .filter(({ status }) => status !== 'failed')
      .reduce((sum, { money }) => sum + money.minor, 0n)
    expect(paid.refundedMinor).toBe(back)
    expect(back).toBeLessThanOrEqual(paid.money.minor)
    const settled = of.some(({ type }) => type === 'payment')
    if (voided || !settled) return expect(of).toEqual([])
    const taken = disputes
      .filter(({ status }) => status !== 'won')
      .reduce((sum, { money }) => sum + money.minor, 0n)
    expect(net).toBe(paid.money.minor - paid.cardCostMinor! - back - taken)
    const fees = told
      .filter(
        ({ disputeReference: it, type }) => type === 'fee' && disputes.some((d) => d.disputeReference === it),
      )
      .reduce((total, { netMinor }) => total + netMinor, 0n)
    expect(-fees).toBe(disputes.reduce((sum, { feeMinor }) => sum + feeMinor, 0n))
  }
}

export function answered<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'done' || outcome.kind === 'pending') return outcome.value
  throw new Error(JSON.stringify(outcome))
}

const copyPayment = `insert into sandbox_psp_payment (id, checkout_token, reference, amount_minor, currency, description, locale,
    return_url, status, attempts, card_case, card_last_four, created_at, expires_at, paid_at, fee_minor)
  select gen_random_uuid(), gen_random_uuid(), 'copy', amount_minor, currency, description, locale, return_url, status, attempts,
    card_case, card_last_four, created_at, expires_at, paid_at, fee_minor
  from sandbox_psp_payment, generate_series(1, $2::integer) where id = $1`
