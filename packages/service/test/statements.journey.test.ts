// Three levels of organisations, two currencies, refunds, a void, disputes, settlement, over two months: the statements of
// each month add up to the records and to the ledger to the minor unit, and never change after.

import { createHash } from 'node:crypto'
import type { ImpactRecord } from '@ekko/contract/record-resources'
import type { Statement } from '@ekko/contract/settlement-resources'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readCsv } from '../src/kernel/csv.ts'
import { type AccountKind, chart } from '../src/ledger/chart.ts'
import { trialBalance } from '../src/ledger/ledger.ts'
import { importRates } from '../src/quotes/rates.ts'
import { periodNamed } from '../src/reconciliation/period.ts'
import { closeDueMonths, closeMonths } from '../src/reconciliation/statements.ts'
import type { CardCase } from '../src/sandbox-psp/test-card.ts'
import { engines } from './support/database.ts'
import { sessionExample, type TestService, testService } from './support/service.ts'
import { type Settling, settlingOf } from './support/settling.ts'

const wide = 'dateTimeFrom=2020-01-01T00:00:00Z&dateTimeTo=2100-01-01T00:00:00Z&limit=100'
const soon = { timeout: 25_000, interval: 100 }
const minor = (amount: number) => Math.round(amount * 100)

describe.each(engines)('the statements of two months on %s', (engine) => {
  let service: TestService
  let settling: Settling
  let offsetMs = 0
  const clock = { now: () => new Date(Date.now() + offsetMs) }
  const travel = (to: string) => {
    offsetMs = Date.parse(to) - Date.now()
  }
  let provider: string
  let shop: string
  let kiosk: string
  let records: ImpactRecord[]

  beforeAll(async () => {
    travel('2026-03-20T10:00:00Z')
    service = await testService({ engine, delayMs: 300, clock })
    settling = settlingOf(service)
    provider = await service.organisation({ relativeProfitShare: 0.6, tradingName: 'A provider' })
    const below = { parentOrganisationId: provider, relativeProfitShare: 0.35 }
    shop = await service.organisation({ ...below, currencyCode: 'EUR', tradingName: 'A shop' })
    kiosk = await service.organisation({ ...below, tradingName: 'A kiosk' })
    const rates = [
      { day: '2026-03-27', currency: 'GBP', base: 'EUR', unitsPerBase: '0.86535' },
      { day: '2026-03-27', currency: 'EUR', base: 'EUR', unitsPerBase: '1' },
    ] as const
    await importRates(service.data.database, clock, rates, 'A central bank')
    await twoMonths()
  }, 120_000)
  afterAll(() => service.dispose())

  async function paid(organisation: string, currencyCode: string, amount: string, card: CardCase) {
    const transaction = { amount: 47.97, currencyCode }
    const { orderItems: _, ...example } = sessionExample(organisation)
    const session = await service.session(organisation, { ...example, orderItems: [], transaction })
    await service.contribute(session.payUrl, amount, card)
    const [row] = await service.data.database.query<{ id: string }>(
      `select a.id from contribution c join funds_allocation a on a.contribution_id = c.id where c.session_id = $1`,
      [session.sessionId],
    )
    return row!.id
  }
  async function reverse(allocation: string, body?: unknown) {
    const answer = await service.api('POST', `/v3/funds/allocations/${allocation}/reverse`, body)
    expect(answer.status).toBe(201)
  }
  const journals = (kind: string) =>
    service.data.database.query('select id from journal where kind = $1', [kind]).then((rows) => rows.length)

  async function twoMonths(): Promise<void> {
    await paid(shop, 'EUR', '7.77', 'success')
    const inPounds = await paid(shop, 'GBP', '5.01', 'success')
    const atKiosk = await paid(kiosk, 'GBP', '3.33', 'success')
    await paid(kiosk, 'EUR', '4.44', 'partial_dispute_lost')
    await paid(shop, 'GBP', '2.50', 'dispute_won')
    await reverse(await paid(shop, 'EUR', '2.00', 'success'))
    await vi.waitFor(async () => {
      const decided = [await journals('chargeback_lost'), await journals('chargeback_won')]
      if (decided.some((count) => count === 0)) throw new Error('the disputes are not decided yet')
    }, soon)
    await settling.dashboard('settle')
    await reverse(inPounds, { amount: 1.23 })
    await settling.dashboard('settle')
    await settling.read()
    travel('2026-04-12T10:00:00Z')
    await reverse(atKiosk)
    await paid(shop, 'EUR', '6.18', 'success')
    await settling.dashboard('settle')
    await settling.read()
    travel('2026-05-05T10:00:00Z')
    expect(await closeDueMonths(service.service.context)).toBe(2)
    records = (await service.api('GET', `/v3/funds/allocations/impact?${wide}`)).body.data
  }

  const statements = async (query = '', key = service.rootKey): Promise<Statement[]> =>
    (await service.api('GET', `/v3/statements?limit=100&${query}`, undefined, key)).body.data
  const statementOf = async (organisationId: string, period: string) =>
    (await statements(`organisationId=${organisationId}&period=${period}`))[0]!
  const sumOf = ({ lines }: Statement, currency: string, ...kinds: string[]) =>
    lines
      .filter(({ kind, currencyCode }) => kinds.includes(kind) && currencyCode === currency)
      .reduce((sum, { amount }) => sum + minor(amount), 0)

  it.each(['2026-03', '2026-04'])('add up to the records of %s', async (period) => {
    const ofMonth = records.filter(({ fundsDateTime }) => fundsDateTime.startsWith(period))
    expect(ofMonth.length).toBeGreaterThan(1)
    for (const organisationId of [service.rootId, provider, shop, kiosk]) {
      const statement = await statementOf(organisationId, period)
      for (const currency of ['EUR', 'GBP']) {
        const own = ofMonth.filter((each) => each.fundsCurrencyCode === currency)
        const totals = own
          .filter((each) => each.fundsOrganisationId === organisationId)
          .reduce((sum, { amounts }) => sum + minor(amounts.total), 0)
        const activity = ['contribution', 'refund', 'void', 'chargeback', 'reversal_undone']
        expect(statement ? sumOf(statement, currency, ...activity) : 0).toBe(totals)
        const parts = ['impact', 'impact_tax', 'fee', 'fee_tax']
        expect(statement ? sumOf(statement, currency, ...parts) : 0).toBe(totals)
        const shares = own
          .flatMap(({ profitShares }) => profitShares)
          .filter((share) => share.organisationId === organisationId)
          .reduce((sum, { amount }) => sum + minor(amount), 0)
        const account = organisationId === service.rootId ? 'service_fee' : 'profit_share_payable'
        expect(statement ? sumOf(statement, currency, account) : 0).toBe(shares)
      }
    }
  })

  it.each(['2026-03', '2026-04'])(
    'add up to the ledger at the end of %s, account by account',
    async (period) => {
      const all = (await statements()).filter((each) => each.period <= period)
      const balances = await trialBalance(service.data.database, {
        before: periodNamed(period)!.until,
        by: 'recorded',
      })
      const kinds = Object.keys(chart) as AccountKind[]
      const sums = new Map<string, number>()
      for (const { kind, currency, balance } of balances) {
        const sign = chart[kind as AccountKind].normalSide === 'debit' ? 1 : -1
        const key = `${kind} ${currency}`
        sums.set(key, (sums.get(key) ?? 0) + sign * Number(balance))
      }
      for (const currency of ['EUR', 'GBP']) {
        for (const kind of kinds) {
          const stated = all.reduce((sum, statement) => sum + sumOf(statement, currency, kind), 0)
          expect([kind, currency, stated]).toEqual([kind, currency, sums.get(`${kind} ${currency}`) ?? 0])
        }
      }
      // What was sent through the provider shows: costs, disputes and what came to the bank.
      expect(sums.get('psp_cost GBP')).toBeGreaterThan(0)
      expect(sums.get('bank GBP')).toBeGreaterThan(0)
    },
  )

  it('say what is to be paid, in the organisation’s currency at the rate of the last day', async () => {
    const { payouts, currencyCode } = await statementOf(shop, '2026-03')
    expect(currencyCode).toBe('EUR')
    const pounds = payouts.find((each) => each.currencyCode === 'GBP')!
    expect(pounds.converted).toMatchObject({
      currencyCode: 'EUR',
      rateDate: '2026-03-27',
      rateSource: 'A central bank',
    })
    expect(minor(pounds.converted!.amount)).toBe(Math.round(minor(pounds.amount) / 0.86535))
    expect(payouts.find((each) => each.currencyCode === 'EUR')).toMatchObject({ converted: null })
  })

  it('carry what was given back of a share that was paid to the next statement', async () => {
    const march = await statementOf(kiosk, '2026-03')
    const april = await statementOf(kiosk, '2026-04')
    expect(sumOf(march, 'GBP', 'payable')).toBeGreaterThan(0)
    expect(sumOf(april, 'GBP', 'carried_forward')).toBe(-sumOf(march, 'GBP', 'payable'))
    expect(sumOf(april, 'GBP', 'payable')).toBe(0)
    expect(april.payouts).toEqual([])
  })

  it('are chained: each is hashed with the one before', async () => {
    for (const organisationId of [service.rootId, provider, shop, kiosk]) {
      let previous = '0'.repeat(64)
      for (const period of ['2026-03', '2026-04']) {
        const { hash, previousHash, ...content } = await statementOf(organisationId, period)
        expect(previousHash).toBe(previous)
        const text = Buffer.concat([Buffer.from(previousHash, 'hex'), Buffer.from(JSON.stringify(content))])
        expect(createHash('sha256').update(text).digest('hex')).toBe(hash)
        previous = hash
      }
    }
    await service.expectLawful()
  })

  it('are closed once, in order, and never while the month lasts', async () => {
    const { context } = service.service
    const before = await statements()
    expect(await closeDueMonths(context)).toBe(0)
    await Promise.all([closeDueMonths(context), closeDueMonths(context)])
    expect(await statements()).toEqual(before)
    const may = closeMonths(context, service.rootId, periodNamed('2026-05')!)
    await expect(may).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(service.data.database.query("update statement set content = '{}'")).rejects.toThrow(
      'append-only',
    )
  })

  it('are seen by those whom they are about and those above, and by nobody else', async () => {
    const { generateKey, storeKey } = await import('../src/organisations/api-keys.ts')
    const key = generateKey('sandbox')
    await storeKey(service.data.database, clock, provider, key)
    const seen = await statements('', key)
    expect([...new Set(seen.map(({ organisationId }) => organisationId))].sort()).toEqual(
      [provider, shop, kiosk].sort(),
    )
    const ofRoot = await statementOf(service.rootId, '2026-03')
    expect((await service.api('GET', `/v3/statements/${ofRoot.id}`, undefined, key)).status).toBe(404)
    expect((await service.api('GET', `/v3/statements/${ofRoot.id}`)).body).toEqual(ofRoot)
  })

  it('are exported line by line, the same as the API has them', async () => {
    const { body } = await service.api('GET', '/v3/exports/statement-lines.csv?period=2026-03')
    const [header, ...rows] = readCsv(body).map(({ fields }) => fields)
    const exported = rows.map((fields) =>
      Object.fromEntries(fields.map((field, column) => [header![column], field])),
    )
    const listed = (await statements('period=2026-03')).flatMap(({ id, lines }) =>
      lines.map(({ kind, currencyCode, amount }) => ({
        statementId: id,
        kind,
        currencyCode,
        amount: String(amount),
      })),
    )
    const key = (row: Record<string, unknown>) =>
      JSON.stringify([row.statementId, row.kind, row.currencyCode, row.amount])
    expect(exported.map(key).sort()).toEqual(listed.map(key).sort())
  })
})
