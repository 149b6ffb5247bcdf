// Sealing while the connection breaks: the failure reaches whoever asked for the seal, and nobody else.

import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../src/kernel/clock.ts'
import type { Database, Transaction } from '../src/kernel/database.ts'
import { SqlError } from '../src/kernel/database-errors.ts'
import { sealBatch } from '../src/ledger/seals.ts'
import { bookings } from './support/bookings.ts'
import { engines, type TestDatabase, testDatabase } from './support/database.ts'

const opened: TestDatabase[] = []
afterEach(async () => {
  for (const data of opened.splice(0)) await data.dispose()
})

/** As it is when a connection breaks with statements under way: the first written fails while others still wait. */
function breakingAt(real: Database, table: RegExp): Database {
  const query = (tx: Transaction): Transaction['query'] => {
    return (text, values) =>
      table.test(text)
        ? Promise.reject(new SqlError({ message: 'broken', code: '57P01' }, text))
        : tx.query(text, values)
  }
  return {
    ...real,
    transaction: (work, limits) =>
      real.transaction((tx) => work({ ...tx, query: query(tx) as Transaction['query'] }), limits),
  }
}

describe.each(engines)('a seal that fails on %s', (engine) => {
  it('leaves no rejection behind that would end the process, and is made later', async () => {
    const data = await testDatabase({ engine })
    opened.push(data)
    const books = await bookings(data.database)
    await books.book(data.database, 1)
    const context = { database: data.database, clock: systemClock, keys: { master: new Uint8Array(32) } }
    const unhandled: unknown[] = []
    const onUnhandled = (cause: unknown) => unhandled.push(cause)
    process.on('unhandledRejection', onUnhandled)
    const broken = { ...context, database: breakingAt(data.database, /insert into seal \(/) }
    await expect(sealBatch(broken, 'now')).rejects.toThrow('broken')
    await new Promise((resolve) => setTimeout(resolve, 50))
    process.off('unhandledRejection', onUnhandled)
    expect(unhandled).toEqual([])
    expect((await sealBatch(context, 'now')).count).toBe(1)
  })
})
