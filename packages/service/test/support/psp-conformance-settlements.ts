/** For tests: what every adapter has to keep about the account that the provider keeps for us. */
import { expect, it } from 'vitest'
import type { PspSettlementLine } from '../../src/payments/psp.ts'
import type { PspHarness } from './psp-conformance.ts'
import { after, eventually, paidSession, price, unique, value } from './psp-conformance-steps.ts'

export function settlements(harness: () => PspHarness): void {
  it('shows a payment with its cost and what was given back of it, in one batch that adds up', async () => {
    const { psp, payOutAtTheProvider } = harness()
    const begunAt = new Date(Date.now() - slackMs)
    // What was waiting from before would come into the same batch.
    await payOutAtTheProvider()
    const pspReference = await paidSession(harness())
    const part = { pspReference, reference: unique(), money: { ...price, minor: 600n } }
    const { refundReference } = value(await psp.refund(part, unique()))
    await payOutAtTheProvider()

    const lines = await linesSince(harness(), begunAt)
    const [payment, refund, ...others] = lines.filter((line) => line.pspReference === pspReference)
    expect(others).toEqual([])
    expect(payment).toMatchObject({ type: 'payment', grossMinor: price.minor, refundReference: null })
    expect(refund).toMatchObject({
      type: 'refund',
      grossMinor: -600n,
      refundReference,
      disputeReference: null,
    })
    expect(value(await psp.fetchPayment(pspReference)).cardCostMinor).toBe(-payment!.feeMinor)
    for (const line of [payment!, refund!]) {
      expect(line.currency).toBe(price.currency)
      expect(line.feeMinor).toBeLessThanOrEqual(0n)
      expect(line.batch).toEqual(expect.any(String))
      expect(line.at.getTime()).toBeGreaterThanOrEqual(begunAt.getTime())
    }
    expect(refund!.batch).toBe(payment!.batch)
    const batch = lines.filter((line) => line.batch === payment!.batch)
    expect(batch.filter(({ type }) => type === 'payout')).toMatchObject([{ pspReference: null }])
    expect(batch.reduce((sum, line) => sum + line.netMinor, 0n)).toBe(0n)
  })

  it('shows what a won dispute took and brought back, and a refund that failed', async () => {
    const { psp, payOutAtTheProvider } = harness()
    const begunAt = new Date(Date.now() - slackMs)
    const disputed = (await after(harness(), 'pays, disputes and we win', 'paid')).pspReference
    const refunded = (await after(harness(), 'pays, refunds fail later', 'paid')).pspReference
    await payOutAtTheProvider()
    const command = { pspReference: refunded, reference: unique(), money: { ...price, minor: 600n } }
    const { refundReference } = value(await psp.refund(command, unique()))
    await eventually(async () => {
      expect(value(await psp.fetchRefund(refundReference)).status).toBe('failed')
      expect(value(await psp.fetchReversals(disputed)).disputes).toMatchObject([{ status: 'won' }])
    })
    await payOutAtTheProvider()

    const lines = await linesSince(harness(), begunAt)
    const [dispute] = value(await psp.fetchReversals(disputed)).disputes
    const { disputeReference } = dispute!
    expect(lines.filter((line) => line.pspReference === disputed)).toMatchObject([
      { type: 'payment', grossMinor: price.minor, disputeReference: null },
      { type: 'chargeback', grossMinor: -price.minor, disputeReference },
      { type: 'chargeback_reversed', grossMinor: price.minor, disputeReference },
    ])
    expect(lines.filter((line) => line.pspReference === refunded)).toMatchObject([
      { type: 'payment', refundReference: null },
      { type: 'refund', grossMinor: -600n, refundReference },
      { type: 'refund_failed', grossMinor: 600n, refundReference },
    ])
  })

  it('tells the same lines once each, oldest first, however the time is cut', async () => {
    const begunAt = new Date(Date.now() - slackMs)
    await paidSession(harness())
    await paidSession(harness())
    await harness().payOutAtTheProvider()
    const until = new Date(Date.now() + slackMs)
    const whole = await lines(harness(), begunAt, until)
    expect(new Set(whole.map(({ lineReference }) => lineReference)).size).toBe(whole.length)
    const times = whole.map(({ at }) => at.getTime())
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(whole.every((line) => line.netMinor === line.grossMinor + line.feeMinor)).toBe(true)
    const middle = whole[Math.floor(whole.length / 2)]!.at
    const older = await lines(harness(), begunAt, middle)
    const newer = await lines(harness(), middle, until)
    expect([...older, ...newer]).toEqual(whole)
    expect(await lines(harness(), middle, middle)).toEqual([])
  })
}

/** Providers tell the time by the second, and their clocks differ from ours. */
const slackMs = 5_000

function linesSince(harness: PspHarness, from: Date): Promise<PspSettlementLine[]> {
  return lines(harness, from, new Date(Date.now() + slackMs))
}

async function lines({ psp }: PspHarness, from: Date, until: Date): Promise<PspSettlementLine[]> {
  const found: PspSettlementLine[] = []
  for await (const line of psp.settlementLines({ from, until })) found.push(line)
  return found
}
