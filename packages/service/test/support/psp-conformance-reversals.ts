/** For tests: what every adapter has to keep about money that others take back: disputes, refunds and voids made elsewhere. */
import { expect, it } from 'vitest'
import type { PspDispute } from '../../src/payments/psp.ts'
import type { PspHarness } from './psp-conformance.ts'
import { after, eventually, paidSession, price, unique, value } from './psp-conformance-steps.ts'

export function reversals(harness: () => PspHarness): void {
  const endings = [
    ['pays, disputes and we win', 'won'],
    ['pays, disputes and we lose', 'lost'],
  ] as const
  for (const [story, status] of endings) {
    it(`tells of a dispute that is ${status}, and leaves the payment paid`, async () => {
      const { psp } = harness()
      const { pspReference } = await after(harness(), story, 'paid')
      const dispute = await disputed(harness(), pspReference, status)
      expect(dispute).toMatchObject({ pspReference, money: price, reason: expect.any(String) })
      expect(dispute.feeMinor).toBeGreaterThanOrEqual(0n)
      const closedAt = dispute.closedAt ?? dispute.openedAt
      expect(closedAt.getTime()).toBeGreaterThanOrEqual(dispute.openedAt.getTime())
      expect(value(await psp.fetchDispute(dispute.disputeReference))).toEqual(dispute)
      const payment = value(await psp.fetchPayment(pspReference))
      expect(payment).toMatchObject({ status: 'paid', refundedMinor: 0n })
      expect(value(await psp.fetchReversals(pspReference)).refunds).toEqual([])
    })
  }

  it('sends a notification of a dispute that leads to it and to its payment', async () => {
    const { psp } = harness()
    const { pspReference } = await after(harness(), 'pays, disputes and we lose', 'paid')
    const { disputeReference } = await disputed(harness(), pspReference, 'lost')
    await eventually(async () => {
      const hint = hintsOf(harness()).find((each) => each.disputeReference === disputeReference)
      expect(hint).toMatchObject({ kind: 'dispute' })
      expect(value(await psp.fetchPayment(hint!.pspReference)).pspReference).toBe(pspReference)
    })
  })

  it('tells of a refund that somebody made at the provider, beside ours', async () => {
    const { psp, refundAtTheProvider } = harness()
    const pspReference = await paidSession(harness())
    await refundAtTheProvider(pspReference, { ...price, minor: 400n })
    const [foreign] = value(await psp.fetchReversals(pspReference)).refunds
    expect(foreign).toMatchObject({ reference: '', kind: 'refund', status: 'succeeded', pspReference })
    expect(foreign!.money).toEqual({ ...price, minor: 400n })
    expect(value(await psp.fetchRefund(foreign!.refundReference))).toEqual(foreign)
    expect(value(await psp.fetchPayment(pspReference)).refundedMinor).toBe(400n)

    const ours = { pspReference, reference: unique(), money: { ...price, minor: 602n } }
    expect((await psp.refund(ours, unique())).kind).toBe('rejected')
    const rest = { ...ours, money: { ...price, minor: 601n } }
    const made = value(await psp.refund(rest, unique()))
    expect(value(await psp.fetchReversals(pspReference))).toEqual({ refunds: [foreign, made], disputes: [] })
    expect(value(await psp.findRefund(pspReference, ours.reference))).toEqual(made)
    await eventually(async () => {
      const hint = hintsOf(harness()).find((each) => each.refundReference === foreign!.refundReference)
      expect(hint).toMatchObject({ kind: 'refund' })
      expect(value(await psp.fetchPayment(hint!.pspReference)).pspReference).toBe(pspReference)
    })
  })
}

export function voids(harness: () => PspHarness): void {
  it('tells of a payment that was called off before it was settled', async () => {
    const { psp, voidAtTheProvider } = harness()
    const pspReference = await paidSession(harness())
    await voidAtTheProvider!(pspReference)
    const { refunds, disputes } = value(await psp.fetchReversals(pspReference))
    expect(disputes).toEqual([])
    expect(refunds).toMatchObject([{ kind: 'void', status: 'succeeded', reference: '', money: price }])
    expect(value(await psp.fetchPayment(pspReference)).refundedMinor).toBe(price.minor)
    const more = { pspReference, reference: unique(), money: { ...price, minor: 1n } }
    expect((await psp.refund(more, unique())).kind).toBe('rejected')
  })
}

function hintsOf({ psp, notifications }: PspHarness) {
  return notifications().flatMap(({ rawBody, headers }) => {
    const verified = psp.verifyNotification(rawBody, headers, new Date())
    return verified.kind === 'verified' ? [verified.value] : []
  })
}

function disputed(
  { psp }: PspHarness,
  pspReference: string,
  status: PspDispute['status'],
): Promise<PspDispute> {
  return eventually(async () => {
    const { disputes } = value(await psp.fetchReversals(pspReference))
    expect(disputes).toMatchObject([{ status }])
    return disputes[0]!
  })
}
