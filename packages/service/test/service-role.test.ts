// The service works under a role that does not own its tables and may change nothing that was booked: privileges refuse it
// before any trigger has to.

import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { runMigrate } from '../src/cli/migrate.ts'
import { settableClock } from '../src/kernel/clock.ts'
import type { Context } from '../src/kernel/context.ts'
import type { Database } from '../src/kernel/database.ts'
import { openPostgres } from '../src/kernel/postgres.ts'
import { verifyLedger } from '../src/ledger/ledger.ts'
import { sealNow } from '../src/ledger/seals.ts'
import { periodAt } from '../src/reconciliation/period.ts'
import { closeMonths } from '../src/reconciliation/statements.ts'
import { bookings } from './support/bookings.ts'
import { type TestDatabase, testDatabase } from './support/database.ts'

const role = `ekko_service_${randomBytes(6).toString('hex')}`
const master = new Uint8Array(32).fill(7)

describe('a role of the service’s own', () => {
  let data: TestDatabase
  let database: Database
  beforeAll(async () => {
    data = await testDatabase({ engine: 'postgres' })
    await data.database.query(`create role ${role} login password '${role}'`)
    vi.stubEnv('DATABASE_URL', data.url!)
    vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
    await runMigrate(['--grant', role])
    const url = new URL(data.url!)
    url.username = role
    url.password = role
    database = await openPostgres({ url: url.href, poolMax: 4, onWarning: () => undefined })
  })
  afterAll(async () => {
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
    await database?.close()
    await data.database.query(`drop owned by ${role}`)
    await data.database.query(`drop role ${role}`)
    await data.dispose()
  })

  test('books, gives back, seals, closes months and verifies', async () => {
    const books = await bookings(database)
    const [journal] = await books.book(database, 3)
    await books.refund(database, journal!)
    const clock = settableClock(new Date(Date.now() + 40 * 86_400_000))
    await sealNow({ database, clock, keys: { master } })
    await closeMonths(
      { database, clock, keys: { master } } as unknown as Context,
      books.rootId,
      periodAt(new Date()),
    )
    const [allocation] = await database.query('select id from funds_allocation limit 1 for no key update')
    expect(allocation).toBeDefined()
    expect(await verifyLedger(database, master)).toMatchObject({ journals: 4, seals: 4, broken: [] })
  })

  test('is denied to change, delete or truncate what was booked, sealed or stated', async () => {
    const denied = { code: '42501' }
    for (const [table, column] of [
      ['account', 'kind'],
      ['journal', 'cause'],
      ['posting', 'amount_minor'],
      ['funds_allocation', 'total_minor'],
      ['allocation_line', 'impact_minor'],
      ['allocation_share', 'amount_minor'],
      ['reversal_line', 'impact_minor'],
      ['reversal_share', 'amount_minor'],
      ['impact_record', 'body'],
      ['event', 'body'],
      ['seal', 'leaf_hash'],
      ['seal_tree', 'hash'],
      ['checkpoint', 'signature'],
      ['checkpoint_key', 'public_key'],
      ['statement', 'content'],
      ['statement_line', 'amount_minor'],
      ['statement_period', 'sealed_up_to'],
      ['settlement_line', 'net_minor'],
      ['schema_migrations', 'sha256'],
    ] as const) {
      await expect(database.query(`update ${table} set ${column} = ${column}`), table).rejects.toMatchObject(
        denied,
      )
      await expect(database.query(`delete from ${table}`), table).rejects.toMatchObject(denied)
      await expect(database.query(`truncate ${table}`), table).rejects.toMatchObject(denied)
    }
    await expect(database.query('alter table posting disable trigger all')).rejects.toMatchObject(denied)
    await expect(database.query('set session_replication_role = replica')).rejects.toMatchObject(denied)
  })
})
