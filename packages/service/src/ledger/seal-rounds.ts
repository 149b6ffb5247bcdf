/**
 * When sealing happens: soon after each booking, whoever booked, and for a reader who must see what was just committed.
 * Not for how (`seals.ts`). Any number of processes may run this: they take turns.
 * Law: nobody waits for a seal in the way of a payment; a reader waits a moment at most, and then reads what is sealed.
 */
import type { Clock } from '../kernel/clock.ts'
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import type { Metrics } from '../kernel/metrics.ts'
import { hasUnsealed, sealBatch, sealedMax, sealNow } from './seals.ts'

/** Bookings of the same moment share a batch. */
const gatherMs = 20
const pollMs = 250
const readerWaitMaxMs = 1_000
const countedMax = 100_000
const secondsBounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600]

export interface Sealing {
  /** Starts no new round and waits for the one under way. */
  stop(): Promise<void>
}

/** @param bell the channel that is notified when something was booked, in any process */
export function startSealing(context: Context, metrics: Metrics, bell: string): Sealing {
  const lag = metrics.histogram(
    'ekko_ledger_seal_lag_seconds',
    'From recording a journal to its seal, of those that this process sealed in the background.',
    secondsBounds,
  )
  const rounds = new Rounds(context, (seconds) => lag.observe(seconds))
  const ring = () => rounds.ring()
  const unlisten = context.database.listen(bell, ring, ring).catch((cause) => {
    context.log.warn('the sealer is not notified, it only polls', { cause })
    return async () => {}
  })
  return {
    async stop() {
      await rounds.stop()
      await (await unlisten)()
    },
  }
}

class Rounds {
  readonly #context: Context
  readonly #observe: (seconds: number) => void
  readonly #running: Promise<void>
  #isStopping = false
  #isRung = false
  #wake = () => {}

  constructor(context: Context, observe: (seconds: number) => void) {
    this.#context = context
    this.#observe = observe
    this.#running = this.#run()
  }

  ring(): void {
    this.#isRung = true
    this.#wake()
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    this.#wake()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      const isFull = await this.#round().catch((cause) => {
        this.#context.log.error('sealing failed; it will be tried again', { cause })
        return false
      })
      if (isFull) continue
      if (!this.#isRung) await this.#pause(pollMs)
      // A round that fails must not be followed by the next at once, however often the bell rings.
      await this.#pause(gatherMs)
      this.#isRung = false
    }
  }

  async #round(): Promise<boolean> {
    const { database, clock } = this.#context
    if (!(await hasUnsealed(database))) return false
    const { count, recordedAt } = await sealBatch(this.#context)
    const now = clock.now().getTime()
    for (const at of recordedAt) this.#observe(Math.max(0, now - at.getTime()) / 1000)
    return count === sealedMax
  }

  #pause(ms: number): Promise<void> {
    if (this.#isStopping) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

/** For a reader of what is sealed: resolves when what was committed before the call is, or after a moment. */
export async function sealedUpToNow(context: Context): Promise<void> {
  const [row] = await context.database.query<{ waits: boolean }>(
    'select exists (select from unsealed) as waits',
  )
  if (!row!.waits) return
  let timer: NodeJS.Timeout | undefined
  const longEnough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, readerWaitMaxMs)
  })
  const sealed = sealNow(context).catch((cause) =>
    context.log.error('sealing for a reader failed; the reader sees what was sealed before', { cause }),
  )
  await Promise.race([sealed, longEnough])
  clearTimeout(timer)
}

/** Adds what the tables say, for all processes together. */
export function sealMeasures(
  metrics: Metrics,
  { database, clock }: { database: Queryable; clock: Clock },
): void {
  metrics.gauges(async () => {
    const [row] = await database.query<{ waiting: number; seconds: number; seals: number }>(measuresSql, [
      countedMax,
      clock.now(),
    ])
    const one = (name: string, help: string, value: number) => ({ name, help, samples: [{ value }] })
    return [
      one(
        'ekko_ledger_unsealed',
        `Journals and events to be sealed, counted up to ${countedMax}.`,
        row!.waiting,
      ),
      one('ekko_ledger_unsealed_age_seconds', 'Age of the first of these.', row!.seconds),
      one('ekko_ledger_seals', 'The last seal’s number.', row!.seals),
    ]
  })
}

const measuresSql = `
select (select count(*) from (select from unsealed limit $1::integer) as counted)::integer as waiting,
  greatest(coalesce((
    select extract(epoch from $2::timestamptz - coalesce(j.recorded_at, e.created_at))
    from (select journal_id, event_id from unsealed order by position limit 1) as first
    left join journal j on j.id = first.journal_id left join event e on e.id = first.event_id), 0), 0)::float8 as seconds,
  coalesce((select max(seal_number) from seal), 0)::float8 as seals`
