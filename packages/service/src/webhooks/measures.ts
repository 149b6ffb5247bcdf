/**
 * What an operator watches of webhooks: how much waits and since when, what attempts come to, how long it takes from the
 * event to the receiver's answer, and which endpoints are not well.
 * Law: looking is cheap however much waits: counting stops at a limit, and says so.
 */
import type { Clock } from '../kernel/clock.ts'
import type { Context } from '../kernel/context.ts'
import type { Gauge, Metrics } from '../kernel/metrics.ts'
import type { Claim } from './claims.ts'
import type { Attempt } from './delivery.ts'
import { noticesAfterMs } from './health.ts'

const countedMax = 100_000
const unwellListedMax = 100
const keptMs = 5_000
const secondsBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600]

export interface DeliveryMeasures {
  claimed(durationMs: number): void
  attempted(claim: Claim, attempt: Attempt, endedAt: Date): void
}

/** Adds what one dispatcher counts itself. */
export function deliveryMeasures(metrics: Metrics, sending: () => number): DeliveryMeasures {
  const attempts = metrics.counter('ekko_webhook_attempts_total', 'Attempts of this process, by outcome.')
  const durations = metrics.histogram(
    'ekko_webhook_attempt_duration_seconds',
    'How long receivers take to answer.',
    secondsBounds,
  )
  const latency = metrics.histogram(
    'ekko_webhook_latency_seconds',
    'From an event to its receipt, of deliveries whose first attempt succeeded.',
    secondsBounds,
  )
  const claims = metrics.histogram(
    'ekko_webhook_claim_duration_seconds',
    'How long the database takes to lease deliveries.',
    [0.001, 0.0025, ...secondsBounds],
  )
  metrics.gauges(() => [
    {
      name: 'ekko_webhook_sending',
      help: 'Attempts under way in this process.',
      samples: [{ value: sending() }],
    },
  ])
  return {
    claimed: (durationMs) => claims.observe(durationMs / 1000),
    attempted(claim, { outcome, durationMs }, endedAt) {
      attempts.add({ outcome })
      durations.observe(durationMs / 1000)
      if (outcome !== 'accepted' || claim.attempts > 0) return
      latency.observe(Math.max(0, endedAt.getTime() - claim.eventCreatedAt.getTime()) / 1000)
    },
  }
}

/** Adds what the tables say, for all processes together. */
export function queueMeasures(
  metrics: Metrics,
  { database, clock }: Pick<Context, 'database' | 'clock'>,
): void {
  const read = keptFor(keptMs, clock, async () => {
    const [queue] = await database.query<Queue>(queueSql, [countedMax, clock.now()])
    const states = await database.query<{ state: string; count: number }>(statesSql)
    const failing = await database.query<Failing>(failingSql, [noticesAfterMs, clock.now()])
    const unwell = await database.query<{ id: string; health: string; failures: number }>(unwellSql, [
      unwellListedMax,
    ])
    return gaugesOf(queue!, states, failing, unwell)
  })
  metrics.gauges(read)
}

interface Failing {
  readonly afterMs: number
  readonly count: number
}

interface Queue {
  readonly pending: number
  readonly due: number
  readonly oldestSeconds: number
  readonly overdueSeconds: number
}

function gaugesOf(
  queue: Queue,
  states: readonly { state: string; count: number }[],
  failing: readonly Failing[],
  unwell: readonly { id: string; health: string; failures: number }[],
): Gauge[] {
  const one = (name: string, help: string, value: number): Gauge => ({ name, help, samples: [{ value }] })
  return [
    one('ekko_webhook_queue_depth', `Deliveries that wait, counted up to ${countedMax}.`, queue.pending),
    one('ekko_webhook_queue_due', 'Of these, those whose time has come.', queue.due),
    one('ekko_webhook_queue_oldest_age_seconds', 'Age of the oldest of these.', queue.oldestSeconds),
    one(
      'ekko_webhook_queue_overdue_seconds',
      'For how long the first of these is due.',
      queue.overdueSeconds,
    ),
    {
      name: 'ekko_webhook_endpoints',
      help: 'Endpoints by state: closed, degraded or halted (health), paused by their owner, disabled.',
      samples: states.map(({ state, count }) => ({ labels: { state }, value: count })),
    },
    {
      name: 'ekko_webhook_endpoints_failing',
      help: 'Endpoints that have done nothing but fail for this many hours; 120 disable one.',
      samples: failing.map(({ afterMs, count }) => ({
        labels: { hours: String(afterMs / 3_600_000) },
        value: count,
      })),
    },
    {
      name: 'ekko_webhook_endpoint_failures',
      help: `Failures in a row of endpoints that are not well, the worst ${unwellListedMax}.`,
      samples: unwell.map(({ id, health, failures }) => ({
        labels: { endpoint: id, health },
        value: failures,
      })),
    },
  ]
}

function keptFor<T>(ms: number, clock: Clock, read: () => Promise<T>): () => Promise<T> {
  let kept: { until: number; value: Promise<T> } | undefined
  return () => {
    const now = clock.now().getTime()
    if (kept === undefined || kept.until <= now) {
      const value = read()
      const entry = { until: now + ms, value }
      kept = entry
      // A failure is not kept.
      value.catch(() => {
        if (kept === entry) kept = undefined
      })
    }
    return kept.value
  }
}

const queueSql = `
select count(*)::integer as pending, count(*) filter (where next_at <= $2)::integer as due,
  coalesce(extract(epoch from $2 - min(created_at)), 0)::float8 as "oldestSeconds",
  greatest(coalesce(extract(epoch from $2 - min(next_at)), 0), 0)::float8 as "overdueSeconds"
from (select next_at, created_at from delivery where status = 'pending' limit $1::integer) as waiting`

const statesSql = `
select case when status = 'disabled' then 'disabled' when paused_at is not null then 'paused'
    when health = 'paused' then 'halted' else health end as state, count(*)::integer as count
from webhook_endpoint where deleted_at is null group by 1 order by 1`

const failingSql = `
select after_ms as "afterMs", count(e.id)::integer as count
from unnest($1::float8[]) as notice (after_ms)
left join webhook_endpoint e on e.deleted_at is null and e.status = 'enabled'
  and e.failing_since <= $2::timestamptz - after_ms * interval '1 millisecond'
group by after_ms order by after_ms`

const unwellSql = `
select id, health, failures from webhook_endpoint
where deleted_at is null and status = 'enabled' and health <> 'closed'
order by failures desc, id limit $1::integer`
