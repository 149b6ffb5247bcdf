/**
 * The SQL of sending: taking deliveries on lease, saying how they went, closing those that nobody will send.
 * Not for sending (`deliveries.ts`).
 * Law: only who holds the lease changes a delivery; an attempt is recorded even when its lease has passed on.
 */
import type { Queryable } from '../kernel/database.ts'
import type { Attempt, Verdict } from './delivery.ts'
import type { HealthState } from './health.ts'

/** How many attempts one process makes at a time to one endpoint that is well. */
export const attemptsPerEndpointMax = 4
/** Longer than an attempt's deadline by more than replicas' clocks differ. */
export const leaseMs = 45_000
const leftoversPerSweepMax = 1_000

export interface Claim {
  readonly deliveryId: string
  readonly attempts: number
  readonly token: string
  readonly eventId: string
  readonly body: string
  readonly endpointId: string
  readonly url: string
  readonly health: HealthState
  readonly sealedSecrets: readonly Uint8Array[]
}

export interface Room {
  /** For all endpoints together. */
  readonly total: number
  /** Of these, for endpoints that are not well. */
  readonly failing: number
  /** What this process is sending now, by endpoint. */
  readonly inFlight: ReadonlyMap<string, number>
}

/** Leases deliveries that are due, oldest first, to `token`. */
export async function claimDeliveries(db: Queryable, now: Date, token: string, room: Room): Promise<Claim[]> {
  const rows = await db.query<Omit<Claim, 'token'>>(claimSql, [
    now,
    new Date(now.getTime() + leaseMs),
    token,
    room.total,
    room.failing,
    [...room.inFlight.keys()],
    [...room.inFlight.values()],
    attemptsPerEndpointMax,
  ])
  return rows.map((row) => ({ ...row, token }))
}

// `waiting` hops through the index of pending deliveries from endpoint to endpoint, so a long queue of one costs nothing.
// `any (array(…))` keeps the plan on primary keys also while the planner takes the tables for small ones.
// `probing` moves the time of the next probe, so that of several processes only one sends it.
const claimSql = `
with recursive waiting as (
  (select endpoint_id from delivery where status = 'pending' order by endpoint_id limit 1)
  union all
  select (select d.endpoint_id from delivery d
          where d.status = 'pending' and d.endpoint_id > w.endpoint_id order by d.endpoint_id limit 1)
  from waiting w where w.endpoint_id is not null
), ready as materialized (
  select e.id, e.health, first.next_at,
    case when e.health = 'closed' then $8::integer else 1 end - coalesce(mine.sending, 0) as room,
    row_number() over (partition by e.health = 'closed' order by first.next_at) as place
  from waiting w
  join webhook_endpoint e on e.id = w.endpoint_id
  left join unnest($6::uuid[], $7::integer[]) as mine (id, sending) on mine.id = e.id
  cross join lateral (
    select d.next_at from delivery d
    where d.endpoint_id = e.id and d.status = 'pending' and d.next_at <= $1
      and (d.lease_until is null or d.lease_until <= $1)
    order by d.next_at, d.id limit 1) as first
  where e.status = 'enabled' and e.deleted_at is null and (e.health <> 'paused' or e.probe_at <= $1)
    and case when e.health = 'closed' then $8::integer else 1 end > coalesce(mine.sending, 0)
), probing as (
  update webhook_endpoint set probe_at = $2
  where id in (
    select e.id from webhook_endpoint e join ready r on r.id = e.id
    where r.health = 'paused' and r.place <= $5::integer and e.health = 'paused' and e.probe_at <= $1
    order by e.id for no key update of e skip locked)
  returning id
), chosen as materialized (
  select due.id, due.event_id
  from (
    select r.id, r.room from ready r
    where r.health = 'closed' or (r.place <= $5::integer
      and (r.health = 'degraded' or r.id in (select id from probing)))
    order by r.next_at limit $4::integer) as r
  cross join lateral (
    select d.id, d.event_id from delivery d
    where d.endpoint_id = r.id and d.status = 'pending' and d.next_at <= $1
      and (d.lease_until is null or d.lease_until <= $1)
    order by d.next_at, d.id limit r.room
    for update skip locked) as due
  limit $4::integer
)
update delivery d set lease_until = $2, lease_token = $3
from event ev, webhook_endpoint e
where d.id = any (array(select id from chosen)) and ev.id = any (array(select event_id from chosen))
  and ev.id = d.event_id and e.id = d.endpoint_id
returning d.id as "deliveryId", d.attempts, d.event_id as "eventId", ev.body, e.id as "endpointId", e.url, e.health,
  array(select s.sealed from webhook_secret s
        where s.endpoint_id = e.id and s.valid_from <= $1 and (s.valid_until is null or s.valid_until > $1)
        order by s.valid_from desc) as "sealedSecrets"`

export interface Settlement {
  /** Of the attempt; saying the same thing twice records it once. */
  readonly id: string
  readonly claim: Claim
  readonly attempt: Attempt
  readonly verdict: Verdict
  readonly startedAt: Date
  readonly settledAt: Date
}

/**
 * Records attempts and what follows from them. The answer names those that counted; of the others the lease had passed
 * on, or we broke off ourselves, and the delivery was told nothing.
 */
export async function settleDeliveries(
  db: Queryable,
  settlements: readonly Settlement[],
): Promise<Set<string>> {
  const said = settlements.map(({ id, claim, attempt, verdict, startedAt, settledAt }) => ({
    ...attempt,
    id,
    startedAt,
    deliveryId: claim.deliveryId,
    token: claim.token,
    status: verdict.status,
    nextAt: verdict.nextAt,
    deliveredAt: verdict.status === 'delivered' ? settledAt : null,
    complete: attempt.outcome !== 'interrupted',
  }))
  const deliveryIds = said.map((one) => one.deliveryId)
  const rows = await db.query<{ id: string; counted: boolean }>(settleSql, [
    JSON.stringify(said),
    deliveryIds,
  ])
  return new Set(rows.filter((row) => row.counted).map((row) => row.id))
}

const settleSql = `
with said as materialized (
  select * from json_to_recordset($1::json) as said (
    id uuid, "deliveryId" uuid, token uuid, status text, "nextAt" timestamptz, "deliveredAt" timestamptz,
    complete boolean, "startedAt" timestamptz, "durationMs" integer, outcome text, "httpStatus" integer, detail text,
    answer text)
), settled as (
  update delivery d
  set status = s.status, next_at = s."nextAt", delivered_at = s."deliveredAt",
    attempts = d.attempts + case when s.complete then 1 else 0 end, lease_until = null, lease_token = null
  from said s
  where d.id = any ($2::uuid[]) and d.id = s."deliveryId" and d.lease_token = s.token
  returning s.id
)
insert into delivery_attempt (id, delivery_id, counted, started_at, duration_ms, outcome, http_status, detail, answer)
select s.id, s."deliveryId", s.complete and exists (select from settled where settled.id = s.id), s."startedAt",
  s."durationMs", s.outcome, s."httpStatus", s.detail, s.answer
from said s
on conflict (id) do nothing
returning id, counted`

/**
 * Closes pending deliveries of endpoints that were deleted (`cancelled`) or disabled (`exhausted`), a batch at a time.
 * Those being sent are left until their attempt has ended.
 */
export async function closeLeftovers(db: Queryable, now: Date): Promise<number> {
  const rows = await db.query(leftoversSql, [now, leftoversPerSweepMax])
  return rows.length
}

const leftoversSql = `
with recursive waiting as (
  (select endpoint_id from delivery where status = 'pending' order by endpoint_id limit 1)
  union all
  select (select d.endpoint_id from delivery d
          where d.status = 'pending' and d.endpoint_id > w.endpoint_id order by d.endpoint_id limit 1)
  from waiting w where w.endpoint_id is not null
), leftover as materialized (
  select d.id, case when e.deleted_at is null then 'exhausted' else 'cancelled' end as status
  from waiting w
  join webhook_endpoint e on e.id = w.endpoint_id
  join delivery d on d.endpoint_id = e.id
  where (e.deleted_at is not null or e.status = 'disabled')
    and d.status = 'pending' and (d.lease_until is null or d.lease_until <= $1)
  limit $2
  for update of d skip locked
)
update delivery d set status = l.status, lease_until = null, lease_token = null
from leftover l where d.id = any (array(select id from leftover)) and d.id = l.id
returning d.id`
