import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines, type TestDatabase, testDatabase } from '../../test/support/database.ts'
import {
  delayMs,
  type SandboxMerchant,
  sandboxMerchant,
  settleEveryMs,
  start,
} from '../../test/support/sandbox-merchant.ts'
import { type Stand, standUp } from '../../test/support/sandbox-stand.ts'
import { settableClock } from '../kernel/clock.ts'
import type { CardCase } from './test-card.ts'

describe.each(engines)('the account on %s', (engine) => {
  let db: TestDatabase
  let stand: Stand
  let merchant: SandboxMerchant
  const clock = settableClock(start)

  beforeAll(async () => {
    db = await testDatabase({ engine })
    stand = await standUp(db.database, { clock, delayMs, settleEveryMs })
    merchant = sandboxMerchant(stand)
  })
  afterAll(async () => {
    await stand?.close()
    await db?.dispose()
  })
  beforeEach(() => merchant.forgetEverything())

  it('gets a payment with its cost when the batch closes, and pays all of it out', async () => {
    const payment = await merchant.paid('success', 1_000n)
    expect(await merchant.lines()).toEqual([])
    clock.advance(settleEveryMs - 1)
    await merchant.work()
    expect(await merchant.lines()).toEqual([])
    clock.advance(1)
    await merchant.work()
    const [line, payout, ...others] = await merchant.lines()
    expect(others).toEqual([])
    expect(line).toMatchObject({ type: 'payment', pspReference: payment, grossMinor: 1_000n, feeMinor: -35n })
    expect(line).toMatchObject({ netMinor: 965n, batch: expect.any(String) })
    expect(payout).toMatchObject({ type: 'payout', pspReference: null, netMinor: -965n, batch: line!.batch })
    expect(await merchant.balance('GBP')).toBe(0n)
    await merchant.work()
    expect(await merchant.lines()).toHaveLength(2)
  })

  it('shows nothing of a void, which costs nothing', async () => {
    const payment = await merchant.paid('success', 1_000n)
    const refund = await merchant.refund(payment, 1_000n)
    expect(refund).toMatchObject({ kind: 'done', value: { kind: 'void', status: 'succeeded' } })
    expect((await merchant.payment(payment)).cardCostMinor).toBe(0n)
    clock.advance(settleEveryMs)
    await merchant.work()
    expect(await merchant.lines()).toEqual([])
  })

  it('refunds what was settled or given back in part, and keeps the cost', async () => {
    const parts = await merchant.paid('success', 1_000n)
    expect(await merchant.refund(parts, 400n)).toMatchObject({ value: { kind: 'refund' } })
    expect(await merchant.refund(parts, 600n)).toMatchObject({ value: { kind: 'refund' } })
    const settled = await merchant.paid('success', 500n)
    await merchant.settle()
    expect(await merchant.refund(settled, 500n)).toMatchObject({ value: { kind: 'refund' } })
    expect((await merchant.payment(settled)).cardCostMinor).toBe(28n)
    const lines = await merchant.lines()
    expect(lines.map(({ type, netMinor }) => [type, netMinor])).toEqual([
      ['payment', 965n],
      ['refund', -400n],
      ['refund', -600n],
      ['payment', 472n],
      ['payout', -437n],
      ['refund', -500n],
    ])
    expect(await merchant.balance('GBP')).toBe(-500n)
    await merchant.settle()
    expect((await merchant.lines()).at(-1)).toMatchObject({ type: 'payout', netMinor: 500n })
    expect(await merchant.balance('GBP')).toBe(0n)
  })

  it('keeps currencies apart', async () => {
    await merchant.paid('success', 1_000n, 'GBP')
    await merchant.paid('success', 1_000n, 'JPY')
    await merchant.settle()
    const lines = await merchant.lines()
    expect(lines.map(({ type, currency, netMinor }) => [type, currency, netMinor])).toEqual([
      ['payment', 'GBP', 965n],
      ['payout', 'GBP', -965n],
      ['payment', 'JPY', 955n],
      ['payout', 'JPY', -955n],
    ])
  })

  it('is told page by page, in one order, each line once', async () => {
    await merchant.seedPayments(130)
    await merchant.settle()
    const lines = await merchant.lines()
    expect(lines).toHaveLength(131)
    expect(new Set(lines.map(({ lineReference }) => lineReference)).size).toBe(131)
    expect(await merchant.lines()).toEqual(lines)
    const at = lines[0]!.at
    expect(await merchant.lines({ from: at, until: at })).toEqual([])
    expect(
      await merchant.lines({ from: new Date(at.getTime() + 1), until: new Date(at.getTime() + 2) }),
    ).toEqual([])
  })

  it('never holds more or less than its lines, whatever happens in whatever order', async () => {
    const cards: readonly CardCase[] = [
      'success',
      'refund_failure',
      'delayed_refund',
      'late_refund_failure',
      'dispute_won',
      'dispute_lost',
      'partial_dispute_lost',
      'dispute_after_refund',
    ]
    const amount = fc.bigInt(1n, 2_000n)
    const step = fc.oneof(
      fc.record({ does: fc.constant('pay' as const), card: fc.constantFrom(...cards), amount }),
      fc.record({ does: fc.constant('refund' as const), which: fc.nat(), amount }),
      fc.record({
        does: fc.constantFrom('void' as const, 'dispute' as const, 'win' as const),
        which: fc.nat(),
      }),
      fc.record({ does: fc.constant('wait' as const), ms: fc.constantFrom(1, delayMs, settleEveryMs) }),
      fc.constant({ does: 'settle' as const }),
    )
    const runs = engine === 'embedded' ? 12 : 8
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), async (steps) => {
        await merchant.forgetEverything()
        const payments: string[] = []
        for (const each of steps) {
          const at = 'which' in each ? payments[each.which % Math.max(1, payments.length)] : undefined
          if (each.does === 'pay') payments.push(await merchant.paid(each.card, each.amount))
          if (each.does === 'wait') clock.advance(each.ms)
          if (each.does === 'settle') await merchant.settle()
          if (at !== undefined && each.does === 'refund') await merchant.refund(at, each.amount)
          // Refusals are part of the game; what must hold is the books.
          if (at !== undefined && each.does === 'void') await stand.dashboard(`payments/${at}/void`)
          if (at !== undefined && each.does === 'dispute') await stand.dashboard(`payments/${at}/dispute`)
          if (at !== undefined && each.does === 'win') await merchant.winAll(at)
          await merchant.work()
          await merchant.expectBooks(payments)
        }
        await merchant.settle()
        expect(await merchant.balance('GBP')).toBe(0n)
      }),
      { numRuns: runs },
    )
  }, 120_000)
})
