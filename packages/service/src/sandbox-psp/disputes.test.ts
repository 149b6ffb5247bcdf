import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines, type TestDatabase, testDatabase } from '../../test/support/database.ts'
import { delayMs, type SandboxMerchant, sandboxMerchant, start } from '../../test/support/sandbox-merchant.ts'
import { type Stand, standUp } from '../../test/support/sandbox-stand.ts'
import { settableClock } from '../kernel/clock.ts'

describe.each(engines)('disputes on %s', (engine) => {
  let db: TestDatabase
  let stand: Stand
  let merchant: SandboxMerchant
  const clock = settableClock(start)

  beforeAll(async () => {
    db = await testDatabase({ engine })
    stand = await standUp(db.database, { clock, delayMs })
    merchant = sandboxMerchant(stand)
  })
  afterAll(async () => {
    await stand?.close()
    await db?.dispose()
  })
  beforeEach(() => merchant.forgetEverything())

  const later = async (ms = delayMs) => {
    clock.advance(ms)
    await merchant.work()
  }
  const disputesOf = async (payment: string) => (await merchant.reversals(payment)).disputes
  const types = async () => (await merchant.lines()).map(({ type, netMinor }) => [type, netMinor])

  it.each([
    ['dispute_won', 'won', 1_001n, 0n],
    ['dispute_lost', 'lost', 1_001n, 1_500n],
    ['partial_dispute_lost', 'lost', 501n, 1_500n],
  ] as const)(
    '%s opens one a while after paying and ends it after another',
    async (card, ending, minor, feeMinor) => {
      const payment = await merchant.paid(card, 1_001n)
      await later(delayMs - 1)
      expect(await disputesOf(payment)).toEqual([])
      await later(1)
      const [opened, ...others] = await disputesOf(payment)
      expect(others).toEqual([])
      expect(opened).toMatchObject({
        pspReference: payment,
        status: 'open',
        money: { minor, currency: 'GBP' },
        feeMinor: 1_500n,
        reason: 'fraudulent',
        openedAt: clock.now(),
      })
      expect(await types()).toEqual([
        ['payment', 966n],
        ['chargeback', -minor],
        ['fee', -1_500n],
      ])
      await later()
      const closed = await merchant.psp.fetchDispute(opened!.disputeReference)
      expect(closed).toMatchObject({
        kind: 'done',
        value: { status: ending, feeMinor, closedAt: clock.now() },
      })
      const given = [
        ['chargeback_reversed', minor],
        ['fee', 1_500n],
      ]
      expect((await types()).slice(3)).toEqual(ending === 'won' ? given : [])
      const told = merchant.events().filter(({ type }) => type === 'dispute.changed')
      expect(told).toMatchObject([
        { payment, dispute: opened!.disputeReference },
        { payment, dispute: opened!.disputeReference },
      ])
      await later()
      expect(await disputesOf(payment)).toHaveLength(1)
    },
  )

  it('takes the same money twice when a refund came first', async () => {
    const payment = await merchant.paid('dispute_after_refund', 1_000n)
    await later(3 * delayMs)
    expect(await disputesOf(payment)).toEqual([])
    expect(await merchant.refund(payment, 600n)).toMatchObject({ kind: 'done', value: { kind: 'refund' } })
    await later()
    expect(await disputesOf(payment)).toMatchObject([{ status: 'open', money: { minor: 1_000n } }])
    expect(await merchant.refund(payment, 400n)).toEqual({ kind: 'rejected', code: 'payment_disputed' })
    await later()
    expect(await disputesOf(payment)).toMatchObject([{ status: 'lost' }])
    expect(await merchant.balance('GBP')).toBe(1_000n - 35n - 600n - 1_000n - 1_500n)
  })

  it('brings none to a payment that was called off in time', async () => {
    const payment = await merchant.paid('dispute_lost', 1_000n)
    expect(await merchant.refund(payment, 1_000n)).toMatchObject({ value: { kind: 'void' } })
    await later()
    await later()
    expect(await merchant.reversals(payment)).toMatchObject({ refunds: [{ kind: 'void' }], disputes: [] })
    expect(await types()).toEqual([])
  })

  it('leaves for refunds what it does not hold, and all once it is won', async () => {
    const payment = await merchant.paid('success', 1_000n)
    const { body } = await stand.dashboard(`payments/${payment}/dispute`, { amountMinor: '300' })
    expect(await merchant.refund(payment, 701n)).toEqual({ kind: 'rejected', code: 'payment_disputed' })
    expect((await merchant.refund(payment, 700n)).kind).toBe('done')
    await stand.dashboard(`disputes/${(body as { id: string }).id}/win`)
    expect(await merchant.refund(payment, 301n)).toEqual({ kind: 'rejected', code: 'refund_exceeds_payment' })
    expect((await merchant.refund(payment, 300n)).kind).toBe('done')
  })

  it('is opened, decided and opened again in the dashboard, one at a time', async () => {
    const payment = await merchant.paid('success', 1_000n)
    const open = (body: unknown = {}) => stand.dashboard(`payments/${payment}/dispute`, body)
    const first = (await open({ amountMinor: '1200', reason: 'not_received' })).body as { id: string }
    expect(first).toMatchObject({
      status: 'open',
      amountMinor: '1200',
      reason: 'not_received',
      closedAt: null,
    })
    expect(await open()).toMatchObject({ status: 409, body: { error: { code: 'dispute_open' } } })
    await later(30 * delayMs)
    expect(await disputesOf(payment)).toMatchObject([{ status: 'open' }])
    const decide = (how: 'win' | 'lose') => stand.dashboard(`disputes/${first.id}/${how}`)
    expect(await decide('win')).toMatchObject({ status: 200, body: { status: 'won', feeMinor: '0' } })
    expect(await decide('win')).toMatchObject({ status: 200, body: { status: 'won' } })
    expect(await decide('lose')).toMatchObject({ status: 409, body: { error: { code: 'dispute_closed' } } })
    expect((await open({ outcome: 'lost' })).status).toBe(200)
    await later()
    expect(await disputesOf(payment)).toMatchObject([{ status: 'won' }, { status: 'lost' }])
  })

  it('is not opened for what was never taken, nor beyond reason', async () => {
    const { pspReference } = await merchant.opened()
    const dispute = (id: string, body = {}) => stand.dashboard(`payments/${id}/dispute`, body)
    expect(await dispute(pspReference)).toMatchObject({ status: 409, body: { error: { code: 'not_paid' } } })
    const voided = await merchant.paid('success', 500n)
    await stand.dashboard(`payments/${voided}/void`)
    expect(await dispute(voided)).toMatchObject({ status: 409, body: { error: { code: 'voided' } } })
    const paid = await merchant.paid('success', 500n)
    expect((await dispute(paid, { amountMinor: '1001' })).status).toBe(422)
    expect((await dispute(crypto.randomUUID())).status).toBe(404)
  })

  it('is opened and not yet decided when several replicas open it at once', async () => {
    const payments = await Promise.all([1, 2, 3].map(() => merchant.paid('dispute_won', 1_000n)))
    clock.advance(delayMs)
    await Promise.all([merchant.work(), merchant.work(), merchant.work()])
    for (const payment of payments) expect(await disputesOf(payment)).toMatchObject([{ status: 'open' }])
    await merchant.expectBooks(payments)
  })

  it('is decided once however many decide at once', async () => {
    const payment = await merchant.paid('dispute_won', 1_000n)
    await later()
    const id = (await disputesOf(payment))[0]!.disputeReference
    clock.advance(delayMs)
    await Promise.all([
      merchant.work(),
      merchant.work(),
      stand.dashboard(`disputes/${id}/win`),
      stand.dashboard(`disputes/${id}/lose`),
    ])
    await merchant.expectBooks([payment])
  })
})
