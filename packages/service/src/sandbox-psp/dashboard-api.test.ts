import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines, type TestDatabase, testDatabase } from '../../test/support/database.ts'
import { delayMs, type SandboxMerchant, sandboxMerchant, start } from '../../test/support/sandbox-merchant.ts'
import { type Stand, standUp } from '../../test/support/sandbox-stand.ts'
import { settableClock } from '../kernel/clock.ts'

describe.each(engines)('the dashboard on %s', (engine) => {
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

  const act = (payment: string, action: string, body = {}) =>
    stand.dashboard(`payments/${payment}/${action}`, body)

  it('refunds a part, then the rest, without a reference of ours, and tells the merchant', async () => {
    const payment = await merchant.paid('success', 1_000n)
    expect((await act(payment, 'refund', { amountMinor: '300' })).status).toBe(200)
    expect((await act(payment, 'refund')).status).toBe(200)
    expect((await act(payment, 'refund')).body).toMatchObject({ error: { code: 'refund_exceeds_payment' } })
    const { refunds } = await merchant.reversals(payment)
    expect(refunds).toMatchObject([
      { reference: '', kind: 'refund', money: { minor: 300n } },
      { reference: '', kind: 'refund', money: { minor: 700n } },
    ])
    await merchant.work()
    expect(merchant.events().map(({ type, refund }) => [type, refund])).toEqual([
      ['payment.changed', undefined],
      ...refunds.map(({ refundReference }) => ['refund.changed', refundReference]),
    ])
  })

  it('voids what was not settled, once, and nothing else', async () => {
    const payment = await merchant.paid('success', 1_000n)
    expect(await act(payment, 'void')).toMatchObject({ status: 200, body: { kind: 'void', reference: '' } })
    expect((await act(payment, 'void')).status).toBe(409)
    const settled = await merchant.paid('success', 1_000n)
    await merchant.settle()
    expect(await act(settled, 'void')).toMatchObject({
      status: 409,
      body: { error: { code: 'not_voidable' } },
    })
  })

  it('expires a payment that nobody paid', async () => {
    const { pspReference } = await merchant.opened()
    expect(await act(pspReference, 'expire')).toMatchObject({ status: 200, body: { status: 'expired' } })
    const paid = await merchant.paid('success')
    expect(await act(paid, 'expire')).toMatchObject({ status: 409, body: { error: { code: 'not_open' } } })
  })

  it('has a refund that succeeded sent back by the bank later', async () => {
    const payment = await merchant.paid('late_refund_failure', 1_000n)
    expect(await merchant.refund(payment, 1_000n)).toMatchObject({ kind: 'done', value: { kind: 'refund' } })
    expect((await merchant.payment(payment)).refundedMinor).toBe(1_000n)
    clock.advance(delayMs)
    await merchant.work()
    expect((await merchant.reversals(payment)).refunds).toMatchObject([
      { status: 'failed', failureCode: 'refund_returned' },
    ])
    expect((await merchant.payment(payment)).refundedMinor).toBe(0n)
    expect((await merchant.lines()).map(({ type, netMinor }) => [type, netMinor])).toEqual([
      ['payment', 965n],
      ['refund', -1_000n],
      ['refund_failed', 1_000n],
    ])
    expect(merchant.events().filter(({ type }) => type === 'refund.changed')).toHaveLength(2)
  })

  it('refunds a payment a bounded number of times', async () => {
    const payment = await merchant.paid('success', 1_000n)
    await db.database.query(manyRefunds, [payment, clock.now()])
    expect(await merchant.refund(payment, 1n)).toEqual({ kind: 'rejected', code: 'too_many_refunds' })
  })

  it('either voids or settles when both come at once', async () => {
    for (let round = 0; round < 5; round++) {
      const payment = await merchant.paid('success', 1_000n)
      await Promise.all([act(payment, 'void'), merchant.settle(), act(payment, 'refund'), merchant.settle()])
      await merchant.settle()
      await merchant.expectBooks([payment])
      expect((await merchant.payment(payment)).refundedMinor).toBe(1_000n)
    }
  })

  it('is closed to whoever has no key', async () => {
    for (const path of ['settle', `payments/${crypto.randomUUID()}/void`]) {
      const response = await fetch(`${stand.baseUrl}/v1/dashboard/${path}`, { method: 'POST' })
      expect(response.status).toBe(401)
    }
  })
})

describe('a window of lines that was told', () => {
  it('waits for lines that are being written, and gets no more afterwards', async () => {
    const clock = settableClock(start)
    const db = await testDatabase({ engine: 'postgres' })
    const stand = await standUp(db.database, { clock, delayMs })
    try {
      const merchant = sandboxMerchant(stand)
      const payment = await merchant.paid('success', 1_000n)
      const window = { from: start, until: new Date(start.getTime() + 1) }
      const [written, commit] = [gate(), gate()]
      const writing = db.database.transaction(async (tx) => {
        await tx.query('update sandbox_psp_account set balance_minor = balance_minor')
        await tx.query(strayLine, [start])
        written.open()
        await commit.opened
      })
      await written.opened
      clock.advance(1_000)
      const reading = merchant.lines(window)
      await new Promise((resolve) => setTimeout(resolve, 200))
      commit.open()
      await writing
      expect(await reading).toHaveLength(1)
      // A writer whose clock is behind cannot get into what was told.
      clock.set(start)
      await stand.dashboard(`payments/${payment}/dispute`)
      expect(await merchant.lines(window)).toHaveLength(1)
      expect((await merchant.lines()).length).toBeGreaterThan(1)
    } finally {
      await stand.close()
      await db.dispose()
    }
  })
})

function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

const manyRefunds = `insert into sandbox_psp_refund (id, payment_id, reference, kind, amount_minor, status, failure_code, created_at)
  select gen_random_uuid(), $1, '', 'refund', 1, 'failed', 'refund_failed', $2 from generate_series(1, 100)`

const strayLine = `insert into sandbox_psp_line (currency, type, gross_minor, fee_minor, batch, at)
  values ('GBP', 'payout', -1, 0, gen_random_uuid(), $1)`
