// Exports of many rows: the same as the API pages, in CSV and NDJSON, with memory that does not grow, no further reading
// once the receiver is gone, and none that waits for a receiver for ever.

import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { ImpactRecord, ProfitShareRecord } from '@ekko/contract/record-resources'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConsumerSeals } from '../src/consumers/consumer.ts'
import { systemClock } from '../src/kernel/clock.ts'
import type { Context } from '../src/kernel/context.ts'
import { csvLine, readCsv } from '../src/kernel/csv.ts'
import type { Database } from '../src/kernel/database.ts'
import { silentLog } from '../src/kernel/log.ts'
import { sealNow } from '../src/ledger/seals.ts'
import { type Organisations, organisationsIn } from '../src/organisations/organisations.ts'
import { cellsOf, columnsOf } from '../src/reconciliation/export.ts'
import {
  type ExportFormat,
  type ExportLimits,
  type ExportName,
  openExport,
} from '../src/reconciliation/exports.ts'
import { profitShareOf } from '../src/reconciliation/profit-share.ts'
import { listImpactRecords, walkImpactRecords } from '../src/reconciliation/records.ts'
import { type Bookings, bookings } from './support/bookings.ts'
import { engines, type TestDatabase, testDatabase } from './support/database.ts'

/** Kept in memory they would be four times what the test allows. */
const manyRows = 30_000
const wide = { dateTimeFrom: '2020-01-01', dateTimeTo: '2100-01-01' }

function contextOf(database: Database): Context {
  const keys = { master: Buffer.alloc(32, 1) }
  return {
    environment: 'sandbox',
    origin: 'http://127.0.0.1',
    database,
    clock: systemClock,
    log: silentLog,
    keys,
  }
}

describe.each(engines)('exports on %s', (engine) => {
  let data: TestDatabase
  let context: Context
  let organisations: Organisations
  let booked: Bookings

  beforeAll(async () => {
    data = await testDatabase({ engine })
    context = contextOf(data.database)
    organisations = organisationsIn(data.database, systemClock)
    booked = await bookings(data.database, 3)
    const journals = await booked.book(data.database, 1_700)
    await booked.refund(data.database, journals[0]!)
    await writeBodies(data.database)
    await nameConsumers(context, booked.rootId)
    await sealNow(context)
  })
  afterAll(() => data.dispose())

  async function textOf(name: ExportName, format: ExportFormat, query = {}, principal = booked.rootId) {
    const stream = await openExport(context, organisations, principal, name, format, query)
    const parts: string[] = []
    for await (const part of stream) parts.push(String(part))
    return parts.join('')
  }
  const objectsOf = (text: string) =>
    text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]))

  async function fromApi(principal: string) {
    const found: ImpactRecord[] = []
    for (let startingAfter: string | undefined; ; ) {
      const page = await listImpactRecords(context, organisations, principal, {
        ...wide,
        limit: '100',
        ...(startingAfter && { startingAfter }),
      })
      found.push(...page.data)
      if (!page.hasMore) return found
      startingAfter = page.data.at(-1)!.id
    }
  }

  it('say the same as the pages of the API, oldest first, to the root and to one below it', async () => {
    for (const principal of [booked.rootId, booked.organisationIds[1]!]) {
      const exported = objectsOf(await textOf('impact-records', 'ndjson', {}, principal))
      expect(exported.toReversed()).toEqual(await fromApi(principal))
    }
  })

  it('are the records of the API byte for byte, whoever their consumer is or was', async () => {
    const records = (await fromApi(booked.rootId)).toReversed()
    const found = new Set(records.map(({ consumerReference }) => consumerReference))
    expect(found).toEqual(new Set([...awkward, null]))
    const views = [
      ['impact-records', ImpactRecord, records],
      ['profit-share-records', ProfitShareRecord, records.map(profitShareOf)],
    ] as const
    for (const [name, schema, shown] of views) {
      const columns = columnsOf(schema)
      const lines = shown.map((each) => csvLine(cellsOf(each, columns)))
      const ndjson = shown.map((each) => `${JSON.stringify(each)}\n`)
      expect(await textOf(name, 'csv')).toBe(csvLine(columns.map((each) => each.name)) + lines.join(''))
      expect(await textOf(name, 'ndjson')).toBe(ndjson.join(''))
    }
  })

  it('are broken off when nobody takes them, and when they go on for too long', async () => {
    const open = (limits: ExportLimits) =>
      openExport(context, organisations, booked.rootId, 'impact-records', 'ndjson', {}, limits)
    const waiting = await open({ pauseMs: 100, wholeMs: 60_000 })
    await once(waiting, 'readable')
    const [cause] = (await once(waiting, 'error')) as [Error]
    expect(cause.message).toBe('an export was broken off: its receiver took nothing')
    const slow = await open({ pauseMs: 60_000, wholeMs: 200 })
    const taking = (async () => {
      for await (const _ of slow) await pause(100)
    })()
    await expect(taking).rejects.toThrow('an export was broken off: it took too long')
  })

  it('say the same as CSV and as NDJSON', async () => {
    const objects = objectsOf(await textOf('journals', 'ndjson'))
    const [header, ...rows] = readCsv(await textOf('journals', 'csv')).map(({ fields }) => fields)
    expect(rows).toEqual(objects.map((each) => header!.map((name) => String(each[name]))))
    expect(objects.length).toBe(1_701 * 7)
  })

  it('keep to a time and to an organisation', async () => {
    const organisationId = booked.organisationIds[0]!
    const all = objectsOf(await textOf('impact-records', 'ndjson', { organisationId }))
    expect(all.length).toBeLessThan(1_700)
    expect(objectsOf(await textOf('impact-records', 'ndjson', { dateTimeTo: '2020-01-01' }))).toEqual([])
    const refused = textOf('impact-records', 'csv', { dateTimeFrom: 'yesterday' })
    await expect(refused).rejects.toMatchObject({ code: 'UNPROCESSABLE_ENTITY' })
  })

  it('pass over no record where few of the seals are wanted', async () => {
    const [organisationId] = booked.organisationIds
    const wanted = (await fromApi(organisationId!)).toReversed()
    for (const principal of [booked.rootId, organisationId!]) {
      const walked: unknown[] = []
      const walk = {
        from: new Date(0),
        until: new Date('2100-01-01'),
        organisationId: organisationId!,
        pageRows: 10,
        sealsAtOnce: 17n,
      }
      for await (const page of walkImpactRecords(context, principal, walk))
        walked.push(...page.map(({ json }) => JSON.parse(json)))
      expect(walked).toEqual(wanted)
    }
  })

  it('are refused to whom they do not belong', async () => {
    const below = booked.organisationIds[0]!
    await expect(textOf('journals', 'csv', {}, below)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const sibling = { organisationId: booked.organisationIds[1]! }
    await expect(textOf('impact-records', 'csv', sibling, below)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

/** Text that a spreadsheet, a table or a line could break on. */
const awkward = ['consumer_1', '=1+1', '-2', 'a "b", c', 'two\nlines\r\n\u001e', 'Grüße 🌱', '']

/** One after the other gets each of them; then one who was erased, and one of whom nothing was ever written. */
async function nameConsumers({ database, keys }: Context, rootId: string): Promise<void> {
  const seals = new ConsumerSeals(keys.master)
  const ids = await database.query<{ id: string }>(
    'select distinct consumer_id as id from impact_record order by 1',
  )
  const facts = ids.map(({ id }, index) => {
    const reference = awkward[index % (awkward.length + 2)]
    return { id, erased: index % (awkward.length + 2) === awkward.length, reference }
  })
  const known = facts.flatMap(({ id, reference }) =>
    reference === undefined ? [] : [{ id, ...seals.seal(id, rootId, { reference }) }],
  )
  await database.query(
    `insert into consumer (id, organisation_id, lookup, sealed_key, sealed)
     select id, $1, lookup, sealed_key, sealed from unnest($2::uuid[], $3::bytea[], $4::bytea[], $5::bytea[])
       as row (id, lookup, sealed_key, sealed)`,
    [
      rootId,
      known.map(({ id }) => id),
      known.map(({ lookup }) => lookup),
      known.map(({ sealedKey }) => sealedKey),
      known.map(({ sealed }) => sealed),
    ],
  )
  await database.query(
    'insert into consumer (id, organisation_id, erased_at) select id, $1, now() from unnest($2::uuid[]) as id',
    [rootId, facts.flatMap(({ id, erased }) => (erased ? [id] : []))],
  )
}

/** As the service writes them: without spaces, and with what exports look for. */
async function writeBodies(database: Database): Promise<void> {
  const rest = JSON.stringify({
    name: 'Grüße',
    amounts: { total: 7.92, impact: 6, impactTax: 1.2, serviceFee: 0.6, serviceFeeTax: 0.12 },
    profitShares: [
      { organisationId: 'o', organisationReference: '@o', amount: 0.4, billingCurrencyCode: 'GBP' },
    ],
    merchant: { name: '=Acme, "Ltd"\nLondon', mcc: null, address: null },
    credits: [{ grams: 1000.5, name: 'a,b' }],
    contribution: [],
    filler: 'x'.repeat(1_000),
  }).slice(1)
  await database.transaction(async (tx) => {
    await tx.script('alter table impact_record disable trigger impact_record_is_append_only')
    await tx.query(`update impact_record set body = '{"id":"' || id || '",' || $1::text`, [rest])
    await tx.script('alter table impact_record enable trigger impact_record_is_append_only')
  })
}

const soon = { timeout: 10_000 }

const openStreams = (app: FastifyInstance) =>
  new Promise<number>((resolve, reject) =>
    app.server.getConnections((cause, count) => (cause ? reject(cause) : resolve(count))),
  )

/** Until it stays what it is for a while. */
async function settled(count: () => number): Promise<void> {
  for (let last = -1, same = 0; same < 5; same = last === count() ? same + 1 : 0) {
    last = count()
    await pause(100)
  }
}

describe('an export of many rows', () => {
  const pagesOfAll = manyRows / 500
  let data: TestDatabase
  let context: Context
  let organisations: Organisations
  let booked: Bookings

  beforeAll(async () => {
    data = await testDatabase({ engine: 'postgres' })
    context = contextOf(data.database)
    organisations = organisationsIn(data.database, systemClock)
    booked = await bookings(data.database, 3)
    for (let done = 0; done < manyRows; done += 5_000) await booked.book(data.database, 5_000)
    await sealNow(context)
  }, 240_000)
  afterAll(() => data.dispose())

  it(`needs no more memory at its end than at its beginning, for ${manyRows} records`, async () => {
    const stream = await openExport(context, organisations, booked.rootId, 'impact-records', 'ndjson', {})
    let lines = 0
    const heaps: number[] = []
    await pipeline(stream, async (parts: AsyncIterable<Buffer>) => {
      for await (const part of parts) {
        for (const byte of part) if (byte === 10) lines += 1
        if (lines % (manyRows / 12) < 500) heaps.push(memoryAfterCollection())
      }
    })
    expect(lines).toBe(manyRows)
    const early = Math.max(...heaps.slice(1, 4))
    const late = Math.min(...heaps.slice(-3))
    expect(late - early).toBeLessThan(8 * 1024 * 1024)
  }, 240_000)

  it('stops reading while nothing is taken, and when the receiver goes away', async () => {
    let reads = 0
    const counted: Database = {
      engine: 'postgres',
      query: (text, values) => {
        reads += 1
        return data.database.query(text, values)
      },
      transaction: (work, limits) => data.database.transaction(work, limits),
      listen: (channel, onNotify, onGap) => data.database.listen(channel, onNotify, onGap),
      close: () => data.database.close(),
    }
    const app = Fastify({ forceCloseConnections: true })
    app.get('/', async (_request, reply) =>
      reply.send(
        await openExport(contextOf(counted), organisations, booked.rootId, 'impact-records', 'ndjson', {}),
      ),
    )
    await app.listen({ host: '127.0.0.1', port: 0 })
    try {
      const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
      socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')
      // One piece of the answer, and then nothing is taken any more.
      await once(socket, 'readable')
      await expect.poll(() => openStreams(app), soon).toBe(1)
      await settled(() => reads)
      const whilePaused = reads
      expect(whilePaused).toBeLessThan(pagesOfAll / 3)
      socket.destroy()
      await expect.poll(() => openStreams(app), soon).toBe(0)
      await settled(() => reads)
      expect(reads - whilePaused).toBeLessThanOrEqual(1)
    } finally {
      await app.close()
    }
  })
})

/** What objects and buffers hold. */
function memoryAfterCollection(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const collect = await collector()

/** The garbage collector, which V8 only shows when it is asked to. */
async function collector(): Promise<() => void> {
  const { setFlagsFromString } = await import('node:v8')
  const { runInNewContext } = await import('node:vm')
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}
