// A short run of the simulation on each engine: one seed that meets every fault, and the day's. And proof that it can fail.
// The long run is `npm run simulate -- --operations 1000000`.

import { randomBytes } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { Chance } from './simulation/chance.ts'
import { type LaneReport, runLane } from './simulation/lane.ts'
import { embeddedStore, postgresStore } from './simulation/stores.ts'
import type { LaneOptions } from './simulation/world.ts'
import type { Engine } from './support/database.ts'

const timeoutMs = 300_000
const operations: { readonly [engine in Engine]: number } = { postgres: 1_500, embedded: 400 }
/** Its short run meets every one of `faults`. Where a change makes it miss one, look for another seed that meets them all. */
const fixed = 'ekko-3'
/** Another one each day; the report of a broken law names it. */
const today = new Date().toISOString().slice(0, 10)

/** As the run counts them. */
const faults = [
  'provider: connection refused',
  'provider: closed after effect',
  'provider: 409',
  'provider: 429',
  'provider: replayed 500',
  'provider: truncated answer',
  'provider: timed out, succeeds later',
  'notification twice',
  'notification lost',
  'notification three days late',
  'notification forged',
  'notification future-dated',
  'expiry while paying',
  'operation: two tabs paying',
  'operation: dispute',
  'operation: reversals racing',
  'refund failed after success',
  'another amount or currency reported',
  'another amount or currency taken',
  'killed between operations',
  'crash before',
  'crash after',
  'backend killed during commit',
  'commit unknown, committed',
  'commit unknown, not committed',
  'connection lost in a transaction',
  'database unavailable',
  'serialization failure',
  'deadlock',
  'two sealers',
  'two pollers',
  'long transaction',
  'clock set',
  'restored from a backup',
]

async function simulate(engine: Engine, over: Partial<LaneOptions>): Promise<LaneReport> {
  const { url, run, problem } = inject('ekkoPostgres')
  if (engine === 'postgres' && url === undefined) throw new Error(problem)
  const store =
    engine === 'embedded'
      ? await embeddedStore()
      : await postgresStore(url!, `${run}_s${randomBytes(4).toString('hex')}`)
  try {
    const lane = {
      seed: 'ekko',
      lane: 0,
      operations: operations[engine],
      organisations: 40,
      losses: 1,
      store,
    }
    return await runLane({ ...lane, ...over })
  } finally {
    await store.dispose()
  }
}

describe('random operations under every fault', () => {
  it.each([
    ['postgres', fixed],
    ['postgres', today],
    ['embedded', today],
  ] as const)(
    'on %s end with every law holding and no minor unit lost or doubled, by seed %s',
    async (engine, seed) => {
      const report = await simulate(engine, { seed })
      expect(report.broken).toBeUndefined()
      expect(report.payments).toBeGreaterThan(operations[engine] / 20)
      if (seed === fixed) expect(faults.filter((fault) => !(fault in report.counts))).toEqual([])
    },
    timeoutMs,
  )
})

describe('the simulation', () => {
  it(
    'does the same again by the same seed',
    async () => {
      const short = { operations: 150, organisations: 12, losses: 0 }
      const [first, second, other] = [
        await simulate('postgres', short),
        await simulate('postgres', short),
        await simulate('postgres', { ...short, seed: 'another' }),
      ]
      expect(second.counts).toEqual(first.counts)
      expect(second.digest).toBe(first.digest)
      expect(other.digest).not.toBe(first.digest)
    },
    timeoutMs,
  )

  it.each([
    [
      'a provider that forgets what it paid back',
      { paysTwice: true, seed: fixed },
      /paid back twice|paid for twice/,
    ],
    [
      'a reversal that loses a minor unit',
      { sabotage: withLessTakenBack },
      /clearing is|takes? |beyond|lines/,
    ],
    [
      'a contribution booked as one minor unit more',
      { sabotage: withMoreTaken },
      /clearing is|exactly its total/,
    ],
  ] as const)(
    'finds %s',
    async (_, mistake, finding) => {
      const report = await simulate('postgres', { ...mistake, operations: 1_500, losses: 0 })
      expect(report.broken).toMatch(/^seed \S+, lane 0, operation \d+: /)
      expect(report.broken).toMatch(finding)
    },
    timeoutMs,
  )
})

describe('chance', () => {
  it('is brought back by its seed, and what one fork draws changes no other', () => {
    const draw = (chance: Chance) => Array.from({ length: 5 }, () => chance.below(1_000_000))
    const [one, other] = [new Chance('seed'), new Chance('seed')]
    draw(one.fork('first'))
    expect(draw(one.fork('second'))).toEqual(draw(other.fork('second')))
    expect(draw(new Chance('seed'))).toEqual(draw(one))
    expect(draw(new Chance('seeds'))).not.toEqual(draw(new Chance('seed')))
  })
})

/** Moves one minor unit between the first two postings of a reversal: it still balances. */
function withLessTakenBack(text: string, values: readonly unknown[]): readonly unknown[] {
  if (!text.includes('book_reversal')) return values
  return [values[0], JSON.stringify(movedByOne(JSON.parse(String(values[1])))), ...values.slice(2)]
}

/** The same with contributions. */
function withMoreTaken(text: string, values: readonly unknown[]): readonly unknown[] {
  if (!text.includes('book_contributions')) return values
  return [JSON.stringify(JSON.parse(String(values[0])).map(movedByOne))]
}

function movedByOne<Booking extends { postings: { amount: string }[] }>(booking: Booking): Booking {
  const [first, second, ...rest] = booking.postings
  const moved = (posting: typeof first, by: bigint) => ({
    ...posting!,
    amount: String(BigInt(posting!.amount) + by),
  })
  const postings = [moved(first, 1n), moved(second, -1n), ...rest]
  return { ...booking, postings: postings.filter(({ amount }) => amount !== '0') }
}
