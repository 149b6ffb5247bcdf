// From the shopper's card to the bank, through the public doors: the provider settles, its lines are read and matched, and
// the clearing account is empty. And what happens when a notification never came.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../src/kernel/clock.ts'
import { trialBalance } from '../src/ledger/ledger.ts'
import type { CardCase } from '../src/sandbox-psp/test-card.ts'
import { engines } from './support/database.ts'
import { type TestService, testService } from './support/service.ts'
import { type Settling, settlingOf } from './support/settling.ts'

const soon = { timeout: 25_000, interval: 100 }

describe.each(engines)('settlement on %s', (engine) => {
  let service: TestService
  let settling: Settling
  let shop: string

  beforeAll(async () => {
    service = await testService({ engine, delayMs: 300 })
    settling = settlingOf(service)
    shop = await service.organisation({ relativeProfitShare: 0.5 })
  })
  afterAll(() => service.dispose())

  async function paid(amount: string, card: CardCase): Promise<{ allocationId: string; payment: string }> {
    const session = await service.session(shop)
    await service.contribute(session.payUrl, amount, card)
    const [row] = await service.data.database.query<{ payment: string; allocationId: string }>(
      `select c.psp_reference as payment, a.id as "allocationId" from contribution c
       join funds_allocation a on a.contribution_id = c.id where c.session_id = $1`,
      [session.sessionId],
    )
    return row!
  }
  const reverse = ({ allocationId }: { allocationId: string }, body?: unknown) =>
    service.api('POST', `/v3/funds/allocations/${allocationId}/reverse`, body)
  const balance = async (kind: string) =>
    (await trialBalance(service.data.database, { account: kind })).reduce(
      (sum, each) => sum + each.balance,
      0n,
    )
  const journals = (kind: string) =>
    service.data.database.query('select id from journal where kind = $1', [kind]).then((rows) => rows.length)
  const openBreaks = async () => (await service.api('GET', '/v3/settlements/breaks?state=open')).body.data

  it('empties the clearing account, whatever became of the payments', async () => {
    await paid('5.00', 'success')
    const refunded = await paid('4.00', 'success')
    await settling.dashboard('settle')
    expect((await reverse(refunded, { amount: 1.5 })).status).toBe(201)
    const returned = await paid('3.00', 'late_refund_failure')
    expect((await reverse(returned, { amount: 1 })).status).toBe(201)
    await paid('2.00', 'dispute_won')
    await paid('2.50', 'dispute_lost')
    const voided = await paid('2.00', 'success')
    expect((await reverse(voided)).body.reversalKind).toBe('void')
    await expect
      .poll(
        async () => [
          await journals('refund_failed'),
          await journals('chargeback_won'),
          await journals('chargeback_lost'),
        ],
        soon,
      )
      .toEqual([1, 1, 1])
    await settling.dashboard('settle')
    await settling.read()
    await settling.read()
    expect(await openBreaks()).toEqual([])
    const waiting = await service.data.database.query('select line_id from settlement_due')
    expect(waiting).toEqual([])
    expect(await balance('psp_clearing')).toBe(0n)
    const [told] = await service.data.database.query<{ paid: bigint; kept: bigint }>(
      `select -(sum(net_minor) filter (where type = 'payout'))::bigint as paid, -sum(fee_minor + case when type = 'fee' then gross_minor else 0 end)::bigint as kept
       from settlement_line`,
    )
    expect([await balance('bank'), await balance('psp_cost')]).toEqual([told!.paid, told!.kept])
    await service.expectLawful()
  })

  it('heals a refund of which no notification ever came', async () => {
    const one = await paid('5.00', 'success')
    await settling.dashboard(`payments/${one.payment}/news`, { mode: 'held' })
    await settling.dashboard(`payments/${one.payment}/refund`, { amountMinor: '137' })
    await settling.dashboard('settle')
    await settling.read()
    await service.data.database.query("update settlement_due set look_at = look_at - interval '1 day'")
    // The service itself asks the provider about the line that it cannot explain.
    await expect
      .poll(() => service.data.database.query('select line_id from settlement_due'), soon)
      .toEqual([])
    expect(await openBreaks()).toEqual([])
    expect(await balance('psp_clearing')).toBe(0n)
    await service.expectLawful()
  })

  it('shows on the page that follows a payment what it cost, how it was paid out, and what a project did with it', async () => {
    const one = await paid('5.00', 'success')
    await settling.dashboard('settle')
    await settling.read()
    const { body } = await service.api('GET', `/v3/funds/allocations/${one.allocationId}/impact`)
    const { projectId } = body.credits[0]
    const [owed] = await service.data.database.query<{ tonnes: number }>(
      `select ((select sum(grams) from allocation_line where project_id = $1) - coalesce((
         select sum(b.grams) from reversal r join reversal_line b on b.reversal_id = r.id
         join allocation_line l on l.allocation_id = r.allocation_id and l.line = b.line
         where r.state = 'booked' and l.project_id = $1), 0))::float8 / 1e6 as tonnes`,
      [projectId],
    )
    const path = `/v3/operator/projects/${projectId}/deliveries`
    const delivery = {
      kind: 'retired',
      on: new Date().toISOString().slice(0, 10),
      tonnes: Number(owed!.tonnes.toFixed(9)),
      registry: 'Sample registry',
      serials: 'SR-1-5',
      reference: 'RET-1',
      url: 'https://registry.example/1',
    }
    expect(await service.api('POST', path, delivery)).toMatchObject({ status: 201 })
    const page = await fetch(`${service.origin}/books?reference=${one.allocationId}`, {
      headers: { authorization: `Basic ${Buffer.from(`${service.rootKey}:`).toString('base64')}` },
    })
    const text = await page.text()
    const [batch] = await service.data.database.query<{ name: string }>(
      `select batch as name from settlement_batch_line b join settlement_line l on l.id = b.line_id where l.psp_reference = $1`,
      [one.payment],
    )
    for (const part of [
      'Settlement cost',
      'settlement has a payment of £5.00',
      `paid out with ${batch!.name}`,
      'Sample registry',
      'SR-1-5',
      '<a href="https://registry.example/1" rel="noopener noreferrer nofollow">RET-1</a>',
    ])
      expect(text).toContain(part)
  })

  it('shows the open breaks to the root, on a page and by the API, and to nobody below it', async () => {
    await service.data.database.query(
      `with line as (
         insert into settlement_line (id, psp, line_reference, type, psp_reference, currency, gross_minor, fee_minor,
           net_minor, at, recorded_at)
         values (gen_random_uuid(), 'sandbox', '<line>', 'payment', 'pay_of_others', 'GBP', 500, 0, 500, now(), now())
         returning id)
       insert into settlement_due (line_id, look_at) select id, now() - interval '1 day' from line`,
    )
    await expect.poll(async () => (await openBreaks()).length, soon).toBe(1)
    expect((await openBreaks())[0]).toMatchObject({
      reason: 'unknown_payment',
      amount: 5,
      pspReference: 'pay_of_others',
    })
    const pageFor = (key: string) =>
      fetch(`${service.origin}/books/breaks`, {
        headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` },
      })
    const page = await pageFor(service.rootKey)
    expect(page.status).toBe(200)
    expect(await page.text()).toMatch(/unknown payment[\s\S]*£5\.00[\s\S]*&lt;line&gt;[\s\S]*pay_of_others/)
    const { generateKey, storeKey } = await import('../src/organisations/api-keys.ts')
    const key = generateKey('sandbox')
    await storeKey(service.data.database, systemClock, shop, key)
    expect((await pageFor(key)).status).toBe(403)
    expect((await service.api('GET', '/v3/settlements/breaks', undefined, key)).body.code).toBe('FORBIDDEN')
    expect((await pageFor('nobody')).status).toBe(401)
  })
})
