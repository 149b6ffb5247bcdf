/** For tests: what every adapter has to keep about refunds that we ask for. */
import { expect, it } from 'vitest'
import type { PspHarness } from './psp-conformance.ts'
import { after, eventually, paidSession, price, unique, value } from './psp-conformance-steps.ts'

export function refunds(harness: () => PspHarness): void {
  it('gives money back in parts, to the last minor unit and no further', async () => {
    const { psp } = harness()
    const pspReference = await paidSession(harness())
    const part = (minor: bigint) =>
      psp.refund({ pspReference, reference: unique(), money: { ...price, minor } }, unique())
    expect((await part(1n)).kind).toBe('done')
    expect((await part(600n)).kind).toBe('done')
    expect(await part(401n)).toMatchObject({ kind: 'rejected' })
    const last = await part(400n)
    expect(last).toMatchObject({ kind: 'done', value: { status: 'succeeded', money: { minor: 400n } } })
    expect(await part(1n)).toMatchObject({ kind: 'rejected' })
    expect(value(await psp.fetchPayment(pspReference))).toMatchObject({
      status: 'paid',
      refundedMinor: price.minor,
    })
  })

  it('gives money back once for one key, and refuses the key for another amount', async () => {
    const { psp } = harness()
    const pspReference = await paidSession(harness())
    const command = { pspReference, reference: unique(), money: { ...price, minor: 300n } }
    const key = unique()
    const first = value(await psp.refund(command, key))
    expect(value(await psp.refund(command, key)).refundReference).toBe(first.refundReference)
    const other = { ...command, money: { ...price, minor: 301n } }
    expect((await psp.refund(other, key)).kind).toBe('rejected')
    expect(value(await psp.fetchPayment(pspReference)).refundedMinor).toBe(300n)
    expect(value(await psp.fetchRefund(first.refundReference))).toEqual(first)
    expect(value(await psp.findRefund(pspReference, command.reference))).toEqual(first)
    expect(await psp.findRefund(pspReference, unique())).toEqual({ kind: 'done', value: undefined })
  })

  lateRefunds(harness)
}

function lateRefunds(harness: () => PspHarness): void {
  const endings = [
    ['pays, refunds fail later', 'failed', 0n],
    ['pays, refunds take a while', 'succeeded', price.minor],
  ] as const
  for (const [story, status, refundedMinor] of endings) {
    it(`tells of a refund that ${status} late`, async () => {
      const { psp } = harness()
      const { pspReference } = await after(harness(), story, 'paid')
      const outcome = await psp.refund({ pspReference, reference: unique(), money: price }, unique())
      const refund = value(outcome)
      await eventually(async () => {
        expect(value(await psp.fetchRefund(refund.refundReference)).status).toBe(status)
      })
      expect(value(await psp.fetchPayment(pspReference)).refundedMinor).toBe(refundedMinor)
    })
  }
}
