// Sealing: numbers without a gap in an order that never changes, whoever seals, whatever commits late or is killed, over a
// restored dump and a clock that goes backwards; and readers who page meanwhile.

import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { eventFeed } from '../src/events/feeds.ts'
import { settableClock, systemClock } from '../src/kernel/clock.ts'
import type { Context } from '../src/kernel/context.ts'
import type { Database } from '../src/kernel/database.ts'
import { newId } from '../src/kernel/id.ts'
import { silentLog } from '../src/kernel/log.ts'
import { Metrics } from '../src/kernel/metrics.ts'
import { latestCheckpoint } from '../src/ledger/checkpoints.ts'
import { verifyLedger } from '../src/ledger/ledger.ts'
import { sealMeasures, startSealing } from '../src/ledger/seal-rounds.ts'
import { sealBatch, sealNow } from '../src/ledger/seals.ts'
import { organisationsIn } from '../src/organisations/organisations.ts'
import { listImpactRecords } from '../src/reconciliation/records.ts'
import { bookings } from './support/bookings.ts'
import { engines, type TestDatabase, type TestDatabaseOptions, testDatabase } from './support/database.ts'
import { restored } from './support/restored.ts'

const master = new Uint8Array(32).fill(7)
const opened: TestDatabase[] = []
afterEach(async () => {
  for (const data of opened.splice(0)) await data.dispose()
})

async function open(options: TestDatabaseOptions): Promise<TestDatabase> {
  const data = await testDatabase(options)
  opened.push(data)
  return data
}

const contextOf = (database: Database): Context => ({
  environment: 'sandbox',
  origin: 'http://127.0.0.1',
  database,
  clock: systemClock,
  log: silentLog,
  keys: { master },
})

async function sealedJournals(database: Database): Promise<string[]> {
  const rows = await database.query<{ number: bigint; id: string }>(
    'select seal_number as number, coalesce(journal_id, event_id) as id from seal order by seal_number',
  )
  expect(rows.map(({ number }) => Number(number))).toEqual(rows.map((_, index) => index + 1))
  return rows.map(({ id }) => id)
}

async function expectSound(database: Database): Promise<void> {
  const report = await verifyLedger(database, master)
  expect(report.broken).toEqual([])
}

async function feedOf(context: Context, principalId: string): Promise<string[]> {
  const feed = eventFeed(context)
  const seen: string[] = []
  for (;;) {
    const cursor = seen.at(-1)
    const { data, hasMore } = await feed.list(principalId, {
      limit: '100',
      ...(cursor && { startingAfter: cursor }),
    })
    seen.push(...data.map(({ eventId }) => eventId))
    if (!hasMore) return seen
  }
}

const allTime = { dateTimeFrom: '2000-01-01', dateTimeTo: '2100-01-01' }

async function recordsOf(context: Context, principalId: string): Promise<string[]> {
  const organisations = organisationsIn(context.database, context.clock)
  const seen: string[] = []
  for (;;) {
    const cursor = seen.at(-1)
    const query = { ...allTime, limit: '100', ...(cursor && { startingAfter: cursor }) }
    const { data, hasMore } = await listImpactRecords(context, organisations, principalId, query)
    seen.push(...data.map(({ id }) => id))
    if (!hasMore) return seen.reverse()
  }
}

describe.each(engines)('sealing on %s', (engine) => {
  test('numbers what was booked in its order, over many batches, and signs for it', async () => {
    const { database } = await open({ engine })
    const context = contextOf(database)
    const books = await bookings(database)
    const booked: string[] = []
    for (const count of [1, 2, 255, 1, engine === 'postgres' ? 700 : 20]) {
      booked.push(...(await books.book(database, count)))
      await sealNow(context)
    }
    booked.push(await books.refund(database, booked[3]!))
    await sealNow(context, 'now')
    expect(await sealedJournals(database)).toEqual(booked)
    expect((await latestCheckpoint(database))?.size).toBe(booked.length)
    expect(await sealBatch(context)).toEqual({ count: 0, recordedAt: [] })
    await expectSound(database)
  })

  test('seals an event that tells of no journal, and none that is a test', async () => {
    const { database } = await open({ engine })
    const context = contextOf(database)
    const { rootId } = await bookings(database)
    const [told, test] = [newId(Date.now()), newId(Date.now())]
    await database.query(`select append_event($1::uuid, $2, 'IMPACT_PAYMENT', $1::uuid, 1, $3, now())`, [
      told,
      rootId,
      JSON.stringify({ eventId: told }),
    ])
    await database.query(
      `insert into event (id, organisation_id, root_id, type, object_id, object_sequence, body, created_at, test)
       values ($1, $2, $2, 'IMPACT_PAYMENT', $1, 1, '{}', now(), true)`,
      [test, rootId],
    )
    expect(await feedOf(context, rootId)).toEqual([told])
    expect(await sealedJournals(database)).toEqual([told])
    await expectSound(database)
  })

  test('goes on where it was after it was killed in the middle of a batch', async () => {
    const { database } = await open({ engine })
    const books = await bookings(database)
    const booked = await books.book(database, 40)
    const killed = Object.assign(Object.create(database) as Database, {
      transaction: (work: (tx: never) => Promise<unknown>) =>
        database.transaction(async (tx) => {
          await work(tx as never)
          throw new Error('killed')
        }),
    })
    await expect(sealBatch(contextOf(killed))).rejects.toThrow('killed')
    expect(await sealedJournals(database)).toEqual([])
    await sealNow(contextOf(database))
    expect(await sealedJournals(database)).toEqual(booked)
    await expectSound(database)
  })

  test('keeps numbers and checkpoints in order when the clock goes backwards', async () => {
    const { database } = await open({ engine })
    const clock = settableClock(new Date('2026-03-01T12:00:00Z'))
    const context = { ...contextOf(database), clock }
    const books = await bookings(database)
    const booked = await books.book(database, 3, clock.now())
    await sealNow(context)
    clock.set(new Date('2026-02-01T12:00:00Z'))
    booked.push(...(await books.book(database, 3, clock.now())))
    await sealNow(context)
    expect(await sealedJournals(database)).toEqual(booked)
    expect(await latestCheckpoint(database)).toMatchObject({ size: 6, signedAt: clock.now() })
    await expectSound(database)
  })

  test('goes on over a restored dump, whose transaction ids lie in the future of the new cluster', async () => {
    const { database } = await open({ engine })
    const books = await bookings(database)
    const booked = await books.book(database, 300)
    await sealNow(contextOf(database))
    booked.push(...(await books.book(database, 20)))
    const copy = await open({ engine })
    await restored(database, copy.database, '8000000000000')
    const context = contextOf(copy.database)
    booked.push(...(await books.book(copy.database, 5)))
    expect(await feedOf(context, books.rootId)).toHaveLength(booked.length)
    expect(await recordsOf(context, books.organisationIds[0]!)).toHaveLength(150 + 10 + 3)
    expect(await sealedJournals(copy.database)).toEqual(booked)
    await expectSound(copy.database)
  }, 60_000)
})

describe('sealing on a server', () => {
  test('is neither held up nor put out of order by a transaction that stays open', async () => {
    const { database, url } = await open({ engine: 'postgres' })
    const context = contextOf(database)
    const books = await bookings(database)
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const query = async (text: string, values: readonly unknown[] = []) =>
      (
        await client.query(
          text,
          values.map((value) => (value instanceof Date ? value : value)),
        )
      ).rows
    await client.query('begin')
    const [late] = await books.book({ query } as never, 1)
    const soon = await books.book(database, 3)
    await sealNow(context)
    expect(await sealedJournals(database)).toEqual(soon)
    await client.query('commit')
    await client.end()
    const after = await books.book(database, 1)
    await sealNow(context)
    expect(await sealedJournals(database)).toEqual([...soon, late, ...after])
    await expectSound(database)
  })

  test('is done once although many do it at the same time', async () => {
    const { database } = await open({ engine: 'postgres', poolMax: 12 })
    const context = contextOf(database)
    const books = await bookings(database)
    const booked: string[] = []
    for (let round = 0; round < 6; round += 1) {
      const [ids] = await Promise.all([
        books.book(database, 100),
        ...Array.from({ length: 6 }, () => sealBatch(context)),
      ])
      booked.push(...ids!)
    }
    await sealNow(context)
    expect(await sealedJournals(database)).toEqual(booked)
    await expectSound(database)
  })

  test('shows readers who page under sixteen writers everything once and in one order', async () => {
    const { database } = await open({ engine: 'postgres', poolMax: 24 })
    const context = contextOf(database)
    const books = await bookings(database, 3)
    const [shop] = books.organisationIds
    const first = await books.book(database, 1)
    const sealing = startSealing(context, new Metrics(), 'nobody_rings')
    const committed = [...first]
    let isWriting = true
    const writers = Array.from({ length: 16 }, async (_, writer) => {
      for (let round = 0; round < 12; round += 1) {
        const made = await database
          .transaction(async (tx) => {
            const ids = await books.book(tx, 1 + ((writer + round) % 3))
            await pause(Math.random() * 25)
            if ((writer + round) % 5 === 0) throw new Error('rolled back')
            return ids
          })
          .catch(() => [])
        committed.push(...made)
      }
    })
    const feed = eventFeed(context)
    const events: string[] = []
    const readEvents = (async () => {
      while (isWriting || events.length < committed.length) {
        const cursor = events.at(-1)
        const { data } = await feed.list(books.rootId, {
          limit: '7',
          ...(cursor && { startingAfter: cursor }),
        })
        events.push(...data.map(({ eventId }) => eventId))
        await pause(2)
      }
    })()
    const organisations = organisationsIn(database, systemClock)
    const records = await recordsOf(context, shop!)
    const readRecords = (async () => {
      for (let isLast = false; !isLast; ) {
        isLast = !isWriting
        // Pages are newest first, and what came after a record is read before it.
        const query = { ...allTime, limit: '5', endingBefore: records.at(-1)! }
        const { data } = await listImpactRecords(context, organisations, shop!, query)
        records.push(...data.map(({ id }) => id).reverse())
        if (data.length > 0) isLast = false
        await pause(2)
      }
    })()
    await Promise.all(writers)
    isWriting = false
    await Promise.all([readEvents, readRecords])
    await sealing.stop()
    expect((await sealedJournals(database)).sort()).toEqual([...committed].sort())
    expect(events).toEqual(await feedOf(context, books.rootId))
    expect([events.length, new Set(events).size]).toEqual([committed.length, committed.length])
    expect(records).toEqual(await recordsOf(context, shop!))
    expect(new Set(records).size).toBe(records.length)
    await expectSound(database)
  }, 60_000)

  test('happens by itself soon after the bell, and says how much waits', async () => {
    const { database } = await open({ engine: 'postgres' })
    const context = contextOf(database)
    const books = await bookings(database)
    const metrics = new Metrics()
    sealMeasures(metrics, context)
    await books.book(database, 3)
    expect(await metrics.print()).toMatch(/^ekko_ledger_unsealed 3$/m)
    const sealing = startSealing(context, metrics, 'bell')
    await expect.poll(() => sealedJournals(database)).toHaveLength(3)
    await books.book(database, 1)
    await database.query(`select pg_notify('bell', '')`)
    await expect.poll(() => sealedJournals(database)).toHaveLength(4)
    await expect.poll(async () => (await latestCheckpoint(database))?.size, { timeout: 5_000 }).toBe(4)
    await sealing.stop()
    const printed = await metrics.print()
    expect(printed).toMatch(/^ekko_ledger_unsealed 0$/m)
    expect(printed).toMatch(/^ekko_ledger_seal_lag_seconds_count 4$/m)
    expect(printed).toMatch(/^ekko_ledger_seals 4$/m)
  })
})

test('sealed rows are never changed, deleted or truncated', async () => {
  const { database } = await open({ engine: 'postgres' })
  const books = await bookings(database)
  await books.book(database, 260)
  await sealNow(contextOf(database), 'now')
  for (const table of ['seal', 'seal_tree', 'checkpoint', 'checkpoint_key']) {
    const [column] = await database.query<{ name: string }>(
      'select attname as name from pg_attribute where attrelid = $1::regclass and attnum = 1',
      [table],
    )
    const changes = [
      `update ${table} set ${column!.name} = ${column!.name}`,
      `delete from ${table}`,
      `truncate ${table} cascade`,
    ]
    for (const change of changes) await expect(database.query(change)).rejects.toThrow('append-only')
  }
})
