// Exports of many rows: the same as the API pages, in CSV and NDJSON, with memory that does not grow, and no further reading
// once the receiver is gone.

import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../src/kernel/clock.ts'
import type { Context } from '../src/kernel/context.ts'
import { readCsv } from '../src/kernel/csv.ts'
import type { Database } from '../src/kernel/database.ts'
import { silentLog } from '../src/kernel/log.ts'
import { sealNow } from '../src/ledger/seals.ts'
import { type Organisations, organisationsIn } from '../src/organisations/organisations.ts'
import { type ExportFormat, type ExportName, openExport } from '../src/reconciliation/exports.ts'
import { listImpactRecords } from '../src/reconciliation/records.ts'
import { type Bookings, bookings } from './support/bookings.ts'
import { engines, type TestDatabase, testDatabase } from './support/database.ts'

const manyRows = 60_000
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
    const found: unknown[] = []
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

  it('are refused to whom they do not belong', async () => {
    const below = booked.organisationIds[0]!
    await expect(textOf('journals', 'csv', {}, below)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const sibling = { organisationId: booked.organisationIds[1]! }
    await expect(textOf('impact-records', 'csv', sibling, below)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

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
        if (lines % 5_000 < 500) heaps.push(heapAfterCollection())
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

function heapAfterCollection(): number {
  collect()
  return process.memoryUsage().heapUsed
}

const collect = await collector()

/** The garbage collector, which V8 only shows when it is asked to. */
async function collector(): Promise<() => void> {
  const { setFlagsFromString } = await import('node:v8')
  const { runInNewContext } = await import('node:vm')
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}
