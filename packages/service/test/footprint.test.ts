// A footprint that anybody can recompute: from the API's answer alone, with order items, in a currency of the
// operator's own rates, and with a factor set of the operator's own.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { footprintCli, verifyRecord } from '@ekko/footprint/cli'
import { loadFactorSet } from '@ekko/footprint/node-factor-sets'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../src/config.ts'
import { settableClock } from '../src/kernel/clock.ts'
import type { Database } from '../src/kernel/database.ts'
import { silentLog } from '../src/kernel/log.ts'
import { readRateTable } from '../src/quotes/rate-table.ts'
import { importRates, ratesIn } from '../src/quotes/rates.ts'
import { startService } from '../src/service.ts'
import { engines, testDatabase } from './support/database.ts'
import {
  call,
  freePort,
  organisationExample,
  sessionExample,
  type TestService,
  testService,
} from './support/service.ts'

const folder = mkdtempSync(join(tmpdir(), 'ekko-footprint-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// biome-ignore lint/suspicious/noExplicitAny: answers are taken apart and tampered with
type Answer = any

async function verifyFile(answer: unknown): Promise<{ code: number; text: string }> {
  const file = join(folder, 'quote.json')
  writeFileSync(file, JSON.stringify(answer))
  let text = ''
  const write = (more: string) => {
    text += more
  }
  return { code: await footprintCli(['verify', file], { out: write, err: write }), text }
}

const gbp = (value: number) => ({ value, currencyCode: 'GBP' })
const paying = (amount: number, currencyCode = 'GBP') => ({ transaction: { amount, currencyCode } })

describe.each(engines)('a footprint on %s', (engine) => {
  let service: TestService
  let shop = ''
  beforeAll(async () => {
    service = await testService({ engine })
    shop = await service.organisation()
  })
  afterAll(() => service.dispose())

  async function session(over: Record<string, unknown> = {}): Promise<Answer> {
    const { status, body } = await service.api('POST', '/v3/post-purchase/sessions', {
      ...sessionExample(shop),
      ...over,
    })
    expect([status, body.issues]).toEqual([201, undefined])
    return body
  }
  const refusal = async (over: Record<string, unknown>) => {
    const { status, body } = await service.api('POST', '/v3/post-purchase/sessions', {
      ...sessionExample(shop),
      ...over,
    })
    return { status, code: body.code, path: body.issues?.[0].path, message: body.issues?.[0].message }
  }
  const bought = (...orderItems: unknown[]) => ({ merchant: { name: 'A grocer', mcc: '5411' }, orderItems })

  it('verifies from the answer to the merchant, and from the session later', async () => {
    for (const impactType of ['carbon', 'nature']) {
      const created = await session({ impactType })
      const got = (await service.api('GET', `/v3/post-purchase/sessions/${created.sessionId}`)).body
      expect(got.footprint).toEqual(created.footprint)
      for (const answer of [created, got]) {
        const { code, text } = await verifyFile(answer)
        expect([code, text]).toEqual([0, expect.stringMatching(/^verified/)])
      }
    }
  })

  it.each<[string, (answer: Answer) => void, string]>([
    ['a gram', ({ footprint }) => (footprint.grams += 1), 'grams: stored'],
    ['a bound', ({ footprint }) => (footprint.lowGrams -= 1), 'lowGrams: stored'],
    ['a comparison', ({ footprint }) => (footprint.equivalents[0].value /= 2), 'equivalents.0.value: stored'],
    ['the exchange rate', (a) => (a.footprint.provenance.exchangeRate.perUsd *= 1.01), 'exchangeRate.perUsd'],
    ['a row', (a) => (a.footprint.provenance.mccRow.basket = 'grocery'), 'mccRow.basket'],
    [
      'a factor',
      (a) => (a.footprint.provenance.parts[0].emissionFactor.total *= 0.99),
      'emissionFactor.total',
    ],
    ['the amount', (a) => (a.footprint.provenance.input.amount = 1), 'grams: stored'],
    ['what was paid', ({ transaction }) => (transaction.amount = 1), 'transaction.amount: stored 1'],
    [
      'the version',
      (a) => (a.footprint.provenance.factorSet.version = '1.0.1'),
      'no factor set ekko-factors@1.0.1',
    ],
    ['the set', (a) => (a.footprint.provenance.factorSet.id = 'epa-us'), 'factorSet.sha256'],
    ['the hash', (a) => (a.footprint.provenance.factorSet.sha256 = '0'.repeat(64)), 'factorSet.sha256'],
  ])('does not verify when %s was changed', async (_, change, message) => {
    const { sessionId } = await session()
    const answer = (await service.api('GET', `/v3/post-purchase/sessions/${sessionId}`)).body
    change(answer)
    const { code, text } = await verifyFile(answer)
    expect([code, text]).toEqual([1, expect.stringContaining(message)])
  })

  it('of the documented example is what it was before order items counted', async () => {
    const { footprint } = await session()
    const without = await session({ orderItems: null })
    expect(footprint).toEqual(without.footprint)
    expect(footprint.itemShare).toBe(0)
    expect(footprint.provenance.input).toEqual({
      ...{ kind: 'carbon', mcc: '5992', country: 'GBR', amount: 47.97, currency: 'GBP' },
      date: new Date().toISOString().slice(0, 10),
    })
  })

  it('counts order items by COICOP, NAICS and basket, and the rest by the merchant', async () => {
    const items = [
      { category: '01.1.4', quantity: 2, unitPrice: gbp(5) },
      { category: '311511', quantity: 1, unitPrice: gbp(5) },
      { category: 'meat', quantity: 0.5, unitPrice: gbp(20) },
      { category: 'pots', quantity: 1, unitPrice: gbp(5) },
    ]
    const answer = await session({ ...paying(50), ...bought(...items) })
    const { itemShare, provenance } = answer.footprint
    expect(itemShare).toBeCloseTo(0.5, 12)
    expect(provenance.parts.map((part: Answer) => [part.basketRow.basket, part.share])).toEqual([
      ['grocery', expect.closeTo(0.5, 12)],
      ['dairy', expect.closeTo(0.3, 12)],
      ['meat', expect.closeTo(0.2, 12)],
    ])
    expect((await verifyRecord(answer)).outcome).toBe('same')
    expect((await verifyFile(answer)).code).toBe(0)
  })

  it('adds up to the money that was paid, whatever the items cost and were reduced by', async () => {
    const reduced = (meat: number, dairy: number) =>
      session({
        ...paying(30),
        ...bought(
          { category: 'meat', unitPrice: gbp(meat), listPrice: gbp(80) },
          { category: 'dairy', unitPrice: gbp(dairy), listPrice: gbp(20) },
        ),
      })
    const [first, ...others] = await Promise.all([reduced(10, 20), reduced(30, 0), reduced(80, 20)])
    const numbers = ({ grams, lowGrams, highGrams }: Answer) => ({ grams, lowGrams, highGrams })
    for (const other of others) expect(numbers(other.footprint)).toEqual(numbers(first.footprint))
    const parts = first.footprint.provenance.parts
    expect(parts.map((part: Answer) => part.share)).toEqual([expect.closeTo(0.8, 9), expect.closeTo(0.2, 9)])
    expect((await verifyRecord(first)).outcome).toBe('same')
  })

  it('is never refused for its items', async () => {
    const plain = await session({ ...paying(50), ...bought() })
    const strange = [
      { category: 'meat' },
      { category: 'meat', unitPrice: null, listPrice: gbp(5) },
      { category: 'meat', quantity: 1, unitPrice: { value: 5, currencyCode: 'XXX' } },
      { category: 'meat', quantity: 1, unitPrice: gbp(-5) },
      { category: 'meat', quantity: -1, unitPrice: gbp(5) },
      { category: 'meat', quantity: 1e308, unitPrice: gbp(1e308) },
      { category: '999999', quantity: 1, unitPrice: gbp(5) },
      { category: '', quantity: 0, unitPrice: gbp(0) },
    ]
    const { footprint } = await session({ ...paying(50), ...bought(...strange) })
    expect(footprint).toEqual(plain.footprint)
  })

  it('in a currency without a rate is refused, saying what to do', async () => {
    expect(await refusal(paying(5000, 'COP'))).toEqual({
      ...{ status: 422, code: 'UNSUPPORTED_CURRENCY', path: '/transaction/currencyCode' },
      message: expect.stringContaining('ekko rates import'),
    })
  })

  it('in another currency takes the rate that the operator imported', async () => {
    const { database } = service.data
    const day = daysAgo(3)
    const table = readRateTable(`date,currency,per_usd\n${day},ARS,1412.5\n${daysAgo(9)},ARS,1300\n`)
    await importRates(database, service.service.context.clock, table.rates, 'A bank')

    const nature = await session({ ...paying(50_000, 'ARS'), impactType: 'nature' })
    expect(nature.footprint.provenance).toMatchObject({
      exchangeRate: { currency: 'ARS', perUsd: 1412.5, date: day, source: 'A bank' },
      deflator: { country: 'USA' },
    })
    expect((await verifyFile(nature)).code).toBe(0)
    const cheaper = structuredClone(nature)
    cheaper.footprint.provenance.input.rates.perUsd.ARS = 2000
    expect((await verifyFile(cheaper)).text).toContain('squareMetres: stored')

    expect(await refusal(paying(50_000, 'ARS'))).toMatchObject({ status: 422, code: 'PROJECTS_UNAVAILABLE' })
    await database.query(
      `insert into project_price (project_id, currency, unit_price_minor)
       select id, 'ARS', 3000000 from project where type = 'carbonCredits'`,
    )
    await expect
      .poll(() => refusal(paying(50_000, 'ARS')), { timeout: 15_000, interval: 500 })
      .toMatchObject({
        status: 201,
      })
    const { payUrl } = await service.session(shop, paying(50_000, 'ARS'))
    const page = await service.contribute(payUrl, '10000', 'success')
    expect(page.status).toBe(200)
    await service.expectLawful()
  })
})

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10)
}

describe.each(engines)('imported rates on %s', (engine) => {
  const clock = settableClock(new Date('2024-07-01T09:00:00Z'))
  let data: Awaited<ReturnType<typeof testDatabase>>
  beforeAll(async () => {
    data = await testDatabase({ engine })
  })
  afterAll(() => data.dispose())

  const ecb = `Date,USD,TRY,ZAR,\n2024-06-28,1.25,35,N/A,\n2024-06-27,1.2,36,N/A,\n`
  const add = (text: string, source: string) =>
    importRates(data.database, clock, readRateTable(text).rates, source)
  const found = (currency: string, day: string) => ratesIn(data.database, clock).find(currency, day)

  it('are added once, and never changed', async () => {
    expect(await add(ecb, 'ECB')).toEqual({ added: 6, known: 0 })
    expect(await add(ecb, 'ECB')).toEqual({ added: 0, known: 6 })
    const other = ecb.replace('1.25,35', '1.25,35.5').replace('2024-06-27', '2024-06-26')
    await expect(add(other, 'ECB')).rejects.toThrow(
      'ECB has 35 EUR for TRY on 2024-06-28 already, not 35.5 EUR',
    )
    expect(await found('TRY', '2024-06-26')).toBeUndefined()
    await expect(add(ecb, '')).rejects.toThrow('a source has 1 to 100 characters')
    for (const change of ['update exchange_rate set units_per_base = 1', 'delete from exchange_rate']) {
      await expect(data.database.query(change)).rejects.toThrow('append-only')
    }
  })

  it('for a euro become rates for a dollar of the same day', async () => {
    expect(await found('TRY', '2024-06-28')).toEqual({
      date: '2024-06-28',
      perUsd: { TRY: 28 },
      source: 'ECB',
    })
    expect(await found('TRY', '2024-06-27')).toEqual({
      date: '2024-06-27',
      perUsd: { TRY: 30 },
      source: 'ECB',
    })
    expect(await found('EUR', '2024-06-28')).toMatchObject({ perUsd: { EUR: 0.8 } })
    expect(await found('USD', '2024-06-28')).toMatchObject({ perUsd: { USD: 1 } })
  })

  it('stand for the 31 days after, and not for the day before', async () => {
    expect(await found('TRY', '2024-07-29')).toMatchObject({ date: '2024-06-28' })
    expect(await found('TRY', '2024-07-30')).toBeUndefined()
    expect(await found('TRY', '2024-06-26')).toBeUndefined()
    expect(await found('ZAR', '2024-06-28')).toBeUndefined()
  })

  it('of a later import are preferred', async () => {
    clock.advance(1000)
    await add('date,currency,per_usd\n2024-06-28,TRY,29\n', 'A correction')
    expect(await found('TRY', '2024-06-30')).toMatchObject({ perUsd: { TRY: 29 }, source: 'A correction' })
  })

  it('are asked for once a minute', async () => {
    let asked = 0
    const counted: Pick<typeof data.database, 'query'> = {
      query: (text, values) => {
        asked += 1
        return data.database.query(text, values)
      },
    }
    const rates = ratesIn(counted, clock)
    for (let time = 0; time < 5; time++) await rates.find('TRY', '2024-06-28')
    expect(asked).toBe(1)
    clock.advance(60_001)
    await rates.find('TRY', '2024-06-28')
    expect(asked).toBe(2)
  })
})

describe('a factor set of the operator’s own', () => {
  const published = loadFactorSet()
  async function ownSet(over: Record<string, unknown> = {}): Promise<string> {
    const { file } = await published
    const stated = {
      usage: 'permitted',
      priceBasis: 'purchaser',
      currency: 'USD',
      licence: 'LicenseRef-acme',
    }
    const path = join(folder, `acme-${Math.random()}.json`)
    writeFileSync(path, JSON.stringify({ ...file, id: 'acme', version: '3', ...stated, ...over }))
    return path
  }
  const configured = async (factorSet: string) =>
    readConfig({ PORT: String(await freePort()), EKKO_DATA_DIR: folder, EKKO_FACTOR_SET: factorSet })
  async function started(factorSet: string) {
    const data = await testDatabase({ engine: 'embedded' })
    const service = await startService(await configured(factorSet), {
      database: data.database,
      log: silentLog,
    })
    return { ...service, dispose: () => service.close().then(() => data.dispose()) }
  }
  /** Refused before the database is looked at. */
  const refused = async (factorSet: string) =>
    startService(await configured(factorSet), { database: {} as Database, log: silentLog }).then(
      () => 'started',
      (cause: Error) => cause.message,
    )

  it('is named by EKKO_FACTOR_SET, and its estimates name it', async () => {
    const file = await ownSet()
    const service = await started(file)
    const { origin, apiKey, rootId } = service
    const organisation = await call(origin, apiKey!, 'POST', '/v3/organisations', organisationExample(rootId))
    const example = sessionExample(organisation.body.organisationId)
    const { status, body } = await call(origin, apiKey!, 'POST', '/v3/post-purchase/sessions', example)
    await service.dispose()
    expect([status, body.footprint.provenance.factorSet]).toEqual([
      201,
      expect.objectContaining({ id: 'acme', version: '3', licence: 'LicenseRef-acme' }),
    ])
    const quote = join(folder, 'acme-quote.json')
    writeFileSync(quote, JSON.stringify(body))
    const io = { out: () => undefined, err: () => undefined }
    expect(await footprintCli(['verify', quote, '--set', file], io)).toBe(0)
    expect(await footprintCli(['verify', quote], io)).toBe(1)
  })

  it('may be another published one', async () => {
    const service = await started('epa-us@1.0.0')
    const method = await fetch(`${service.origin}/method`)
    expect(await method.text()).toContain('epa-us')
    await service.dispose()
  })

  it.each([
    [{ licence: 'CC-BY-NC-4.0' }, 'EKKO_FACTOR_SET: acme@3 may not be used'],
    [{ usage: 'forbidden' }, 'EKKO_FACTOR_SET: acme@3 may not be used'],
    [{ usage: undefined }, 'does not state its usage'],
    [{ baskets: [] }, 'EKKO_FACTOR_SET: mccs 0742'],
  ])('with %j is refused at the start', async (over, message) => {
    expect(await refused(await ownSet(over))).toContain(message)
  })

  it('under a licence of its own for the operator is taken', async () => {
    const service = await started(await ownSet({ licence: 'CC-BY-NC-4.0', licensedTo: 'Sample operator' }))
    await service.dispose()
  })

  it('that is not there is refused, saying what there is', async () => {
    expect(await refused('acme@3')).toContain('there are ekko-factors@1.0.0, epa-us@1.0.0')
    expect(await refused('./acme.json')).toContain('nor a file that can be read')
    expect(() => readConfig({ EKKO_FACTOR_SETS: 'x' })).toThrow('unknown variables: EKKO_FACTOR_SETS')
  })
})
