// Every way in which money goes back, through the public doors: by the merchant, at the provider's dashboard, by a scheme,
// and back again when it does not stay there. The books have to follow all of it.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deriveKey } from '../src/kernel/secret.ts'
import { trialBalance } from '../src/ledger/ledger.ts'
import type { CardCase } from '../src/sandbox-psp/test-card.ts'
import { engines } from './support/database.ts'
import { type TestService, testService } from './support/service.ts'

const wide = 'dateTimeFrom=2020-01-01T00:00:00Z&dateTimeTo=2100-01-01T00:00:00Z'
const soon = { timeout: 20_000, interval: 50 }

interface Paid {
  readonly shop: string
  readonly allocationId: string
  readonly contributionId: string
  readonly payment: string
}

describe.each(engines)('giving money back on %s', (engine) => {
  let service: TestService

  beforeAll(async () => {
    service = await testService({ engine, delayMs: 400 })
  })
  afterAll(() => service.dispose())

  /** Each in a shop of its own, so that its records and balances are easy to tell apart. */
  async function paid(amount: string, card: CardCase): Promise<Paid> {
    const shop = await service.organisation({ relativeProfitShare: 0.5 })
    const session = await service.session(shop)
    await service.contribute(session.payUrl, amount, card)
    const [row] = await service.data.database.query<{ id: string; payment: string; allocation: string }>(
      `select c.id, c.psp_reference as payment, a.id as allocation from contribution c
       join funds_allocation a on a.contribution_id = c.id where c.session_id = $1`,
      [session.sessionId],
    )
    return { shop, allocationId: row!.allocation, contributionId: row!.id, payment: row!.payment }
  }

  async function dashboard(path: string, body: unknown = {}) {
    const key = deriveKey(service.service.context.keys.master, 'sandbox psp api key').toString('base64url')
    const response = await fetch(`${service.origin}/sandbox-psp/v1/dashboard/${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'idempotency-key': crypto.randomUUID(),
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    })
    const answer = (await response.json()) as { id: string }
    expect([200, 201], JSON.stringify(answer)).toContain(response.status)
    return answer
  }

  const reverse = ({ allocationId }: Paid, body?: unknown) =>
    service.api('POST', `/v3/funds/allocations/${allocationId}/reverse`, body)

  /** Oldest first: what the records say went in (positive) and back (negative), and how. */
  async function told({ shop }: Paid): Promise<Array<[number, string | null]>> {
    const path = `/v3/funds/allocations/impact?${wide}&fundsOrganisationId=${shop}`
    const { data } = (await service.api('GET', path)).body
    return data
      .map((record: { amounts: { total: number }; reversalKind: string | null }) => [
        record.amounts.total,
        record.reversalKind,
      ])
      .reverse()
  }

  async function balanceOf({ contributionId }: Paid, kind: string): Promise<bigint> {
    const [row] = await service.data.database.query<{ sum: bigint }>(
      `select coalesce(sum(p.amount_minor), 0)::bigint as sum from posting p join account k on k.id = p.account_id
       join journal j on j.id = p.journal_id
       where k.kind = $2 and j.cause in (
         select 'contribution:' || $1::uuid
         union all select x || r.id from reversal r join funds_allocation a on a.id = r.allocation_id
           cross join unnest(array['reversal:', 'undone:']) as x where a.contribution_id = $1::uuid
         union all select x || d.id from dispute d join funds_allocation a on a.id = d.allocation_id
           cross join unnest(array['dispute:', 'dispute_won:']) as x where a.contribution_id = $1::uuid)`,
      [contributionId, kind],
    )
    return row!.sum
  }

  it('books a refund that somebody made in the provider’s dashboard', async () => {
    const one = await paid('5.00', 'success')
    await dashboard(`payments/${one.payment}/refund`, { amountMinor: '137' })
    await expect
      .poll(() => told(one), soon)
      .toEqual([
        [5, null],
        [-1.37, 'refund'],
      ])
    const rest = await reverse(one)
    expect([rest.status, rest.body.totalAmount]).toEqual([201, -3.63])
    expect(await balanceOf(one, 'psp_clearing')).toBe(0n)
    await service.expectLawful()
  })

  it('calls a whole reversal of a payment that was not settled yet a void', async () => {
    const one = await paid('2.00', 'success')
    const reversal = await reverse(one)
    expect(reversal.body).toMatchObject({ status: 'done', reversalKind: 'void', totalAmount: -2 })
    await expect
      .poll(() => told(one), soon)
      .toEqual([
        [2, null],
        [-2, 'void'],
      ])
  })

  it('keeps the service fee when the consumer changed their mind, and gives it back later when the merchant asks', async () => {
    const one = await paid('2.00', 'success')
    const byConsumer = await reverse(one, { initiatedBy: 'consumer' })
    expect([byConsumer.status, byConsumer.body.totalAmount]).toEqual([201, -1.61])
    expect(
      byConsumer.body.credits.every((line: { serviceFeeAmount: number }) => line.serviceFeeAmount === 0),
    ).toBe(true)
    const again = await reverse(one, { initiatedBy: 'consumer', amount: 0.01 })
    expect([again.status, again.body.code]).toEqual([409, 'ALREADY_REVERSED'])
    const rest = await reverse(one)
    expect([rest.status, rest.body.totalAmount]).toEqual([201, -0.39])
    expect(await balanceOf(one, 'psp_clearing')).toBe(0n)
  })

  it('takes back a refund that succeeded and failed days later, and can then refund again', async () => {
    const one = await paid('5.00', 'late_refund_failure')
    const first = await reverse(one, { amount: 1.5 })
    expect([first.status, first.body.status]).toEqual([201, 'done'])
    await expect
      .poll(() => told(one), soon)
      .toEqual([
        [5, null],
        [-1.5, 'refund'],
        [1.5, 'refund'],
      ])
    expect(await balanceOf(one, 'psp_clearing')).toBe(500n)
    const events = (await service.api('GET', '/v3/events?order=newest&limit=100')).body.data.filter(
      (event: { fundsAllocationId: string }) => event.fundsAllocationId === one.allocationId,
    )
    expect(
      events
        .reverse()
        .map((event: Record<string, unknown>) => [event.eventType, event.sequence, event.reversalId]),
    ).toEqual([
      ['IMPACT_PAYMENT', 1, null],
      ['IMPACT_PAYMENT_REVERSAL', 2, first.body.reversalId],
      ['IMPACT_PAYMENT', 3, first.body.reversalId],
    ])
    expect((await reverse(one)).body.totalAmount).toBe(-5)
    await service.expectLawful()
  })

  it('holds a disputed amount in suspense, refuses to refund it meanwhile, and lets go when the dispute is won', async () => {
    const one = await paid('5.00', 'success')
    const dispute = await dashboard(`payments/${one.payment}/dispute`)
    await expect.poll(() => balanceOf(one, 'dispute_suspense'), soon).toBe(500n)
    const refused = await reverse(one)
    expect([refused.status, refused.body.code]).toEqual([409, 'CONFLICT'])
    const cost = await balanceOf(one, 'psp_cost')
    expect(cost).toBeGreaterThan(0n)
    expect(await balanceOf(one, 'psp_clearing')).toBe(-cost)
    await dashboard(`disputes/${dispute.id}/win`)
    await expect.poll(() => balanceOf(one, 'dispute_suspense'), soon).toBe(0n)
    expect(await balanceOf(one, 'psp_clearing')).toBe(500n - (await balanceOf(one, 'psp_cost')))
    expect(await told(one)).toEqual([[5, null]])
    expect((await reverse(one)).body.totalAmount).toBe(-5)
    await service.expectLawful()
  })

  it('reverses what a lost dispute took, and tells of it as a chargeback', async () => {
    const one = await paid('5.00', 'partial_dispute_lost')
    await expect
      .poll(() => told(one), soon)
      .toEqual([
        [5, null],
        [-2.5, 'chargeback'],
      ])
    expect(await balanceOf(one, 'dispute_suspense')).toBe(0n)
    expect((await reverse(one)).body.totalAmount).toBe(-2.5)
    await service.expectLawful()
  })

  it('bears itself what a dispute takes beyond what refunds left, and no project does', async () => {
    const one = await paid('5.00', 'success')
    expect((await reverse(one, { amount: 4 })).status).toBe(201)
    const dispute = await dashboard(`payments/${one.payment}/dispute`, { amountMinor: '500' })
    await expect.poll(() => balanceOf(one, 'dispute_suspense'), soon).toBe(500n)
    await dashboard(`disputes/${dispute.id}/lose`)
    await expect
      .poll(() => told(one), soon)
      .toEqual([
        [5, null],
        [-4, 'refund'],
        [-1, 'chargeback'],
      ])
    expect(await balanceOf(one, 'chargeback_loss')).toBe(400n)
    for (const kind of ['project_payable', 'partner_payable', 'service_fee', 'sales_tax_payable'])
      expect(await balanceOf(one, kind)).toBe(0n)
    await service.expectLawful()
  })

  it('keeps the same books however often and in whichever order the provider tells', async () => {
    const one = await paid('5.00', 'success')
    await dashboard(`payments/${one.payment}/news`, { mode: 'held' })
    await dashboard(`payments/${one.payment}/refund`, { amountMinor: '100' })
    await dashboard(`payments/${one.payment}/refund`, { amountMinor: '50' })
    await dashboard(`payments/${one.payment}/resend`, { copies: 3, order: 'reversed' })
    await expect.poll(async () => (await told(one)).length, soon).toBe(3)
    expect((await told(one)).map(([amount]) => amount).sort()).toEqual([-0.5, -1, 5])
    await service.expectLawful()
  })

  it('shows all of it on one page to whoever it belongs to, and to nobody else', async () => {
    const one = await paid('5.00', 'dispute_lost')
    await expect.poll(async () => (await told(one)).length, soon).toBe(2)
    const books = (reference: string, key = service.rootKey) =>
      fetch(`${service.origin}/books?${new URLSearchParams({ reference })}`, {
        headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` },
      })
    for (const reference of [one.contributionId, one.allocationId, one.payment]) {
      const page = await books(reference)
      expect(page.status).toBe(200)
      const text = await page.text()
      for (const part of [
        'Contribution of £5.00',
        'was lost',
        'Chargeback lost',
        'Dispute suspense',
        'sealed as number',
      ])
        expect(text).toContain(part)
    }
    const nobody = await fetch(`${service.origin}/books?reference=${one.contributionId}`)
    expect([nobody.status, nobody.headers.get('www-authenticate')]).toEqual([
      401,
      'Basic realm="ekko books", charset="UTF-8"',
    ])
    expect((await books('no such thing')).status).toBe(422)
    const { generateKey, storeKey } = await import('../src/organisations/api-keys.ts')
    const { systemClock } = await import('../src/kernel/clock.ts')
    const key = generateKey('sandbox')
    await storeKey(service.data.database, systemClock, await service.organisation(), key)
    expect((await books(one.contributionId, key)).status).toBe(404)
  })

  it('has a trial balance of zero in the end', async () => {
    const sums = new Map<string, bigint>()
    for (const { currency, balance } of await trialBalance(service.data.database))
      sums.set(currency, (sums.get(currency) ?? 0n) + balance)
    expect([...sums.values()].every((sum) => sum === 0n)).toBe(true)
    await service.expectLawful()
  })
})
