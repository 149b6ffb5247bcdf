import { expect, test } from 'vitest'
import type { Queryable } from '../kernel/database.ts'
import type { Settlement } from './settlements.ts'
import { Settler } from './settler.ts'

const now = new Date('2026-11-21T10:00:00Z')
const settlement = (id: string): Settlement => ({
  id,
  claim: {
    deliveryId: id,
    attempts: 0,
    token: 't',
    eventId: 'e',
    body: '{}',
    consumer: null,
    eventCreatedAt: now,
    organisationId: 'o',
    endpointId: 'p',
    url: 'http://127.0.0.1/',
    health: 'closed',
    attemptsAtOnce: 4,
    asymmetric: false,
    legacySignature: false,
    secretIds: [],
    sealedSecrets: [],
  },
  attempt: {
    outcome: 'accepted',
    durationMs: 1,
    httpStatus: 200,
    detail: null,
    answer: '',
    retryAfter: undefined,
  },
  verdict: { status: 'delivered', nextAt: now },
  startedAt: now,
  settledAt: now,
})

/** Answers each statement after a moment; the first `failures` of them fail. */
function database(failures = 0) {
  const batches: string[][] = []
  const db: Queryable = {
    async query<Row>(_text: string, values?: readonly unknown[]) {
      const ids = (values as [string, string[]])[1]
      batches.push(ids)
      await new Promise((resolve) => setTimeout(resolve, 10))
      if (batches.length <= failures) throw new Error('connection lost')
      return ids.map((id) => ({ id, counted: id !== 'late' })) as Row[]
    },
  }
  return { db, batches }
}

test('the first is recorded at once, those that end meanwhile together, and each hears its own answer', async () => {
  const { db, batches } = database()
  const settler = new Settler(db)
  const answers = await Promise.all(['a', 'b', 'late', 'c'].map((id) => settler.settle(settlement(id))))
  expect(answers).toEqual([true, true, false, true])
  expect(batches).toEqual([['a'], ['b', 'late', 'c']])
})

test('a lost connection is tried again', async () => {
  const { db, batches } = database(1)
  expect(await new Settler(db).settle(settlement('a'))).toBe(true)
  expect(batches).toEqual([['a'], ['a']])
})

test('a database that stays away is an error, and the next settlement begins anew', async () => {
  const { db } = database(3)
  const settler = new Settler(db)
  await expect(settler.settle(settlement('a'))).rejects.toThrow('connection lost')
  expect(await settler.settle(settlement('b'))).toBe(true)
})
