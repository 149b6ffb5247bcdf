/**
 * Taking deliveries on lease.
 * Not for knowing which endpoints are worth asking for (`agenda.ts`), sending (`deliveries.ts`) or saying how it went
 * (`settlements.ts`).
 * Law: only who holds the lease changes a delivery. What a claim costs depends on how many endpoints it asks for, not on
 * how many deliveries wait.
 */
import type { KeptConsumer } from '../consumers/consumer.ts'
import { consumerIn } from '../consumers/consumers.ts'
import type { Queryable } from '../kernel/database.ts'
import type { HealthState } from './health.ts'

/** Longer than an attempt's deadline by more than replicas' clocks differ. */
export const leaseMs = 45_000

export interface Claim {
  readonly deliveryId: string
  readonly attempts: number
  readonly token: string
  readonly eventId: string
  /** As it is stored, without the consumer. */
  readonly body: string
  readonly consumer: KeptConsumer
  readonly eventCreatedAt: Date
  /** Whose event it is. */
  readonly organisationId: string
  readonly endpointId: string
  readonly url: string
  readonly health: HealthState
  /** How many attempts at a time it is trusted with. */
  readonly attemptsAtOnce: number
  readonly asymmetric: boolean
  readonly legacySignature: boolean
  /** Newest first, both lists alike. */
  readonly secretIds: readonly string[]
  readonly sealedSecrets: readonly Uint8Array[]
}

export interface Candidate {
  readonly endpointId: string
  /** How much this process is sending there now. */
  readonly sending: number
}

export interface Room {
  /** For all endpoints together. */
  readonly total: number
  /** Of these, for endpoints that are not well. */
  readonly failing: number
}

/** Leases what is due at these endpoints to `token`, the oldest of each first. */
export async function claimDeliveries(
  db: Queryable,
  now: Date,
  token: string,
  room: Room,
  candidates: readonly Candidate[],
): Promise<Claim[]> {
  const rows = await db.query<Omit<Claim, 'token'>>(claimSql, [
    now,
    new Date(now.getTime() + leaseMs),
    token,
    room.total,
    room.failing,
    candidates.map((one) => one.endpointId),
    candidates.map((one) => one.sending),
  ])
  return rows.map((row) => ({ ...row, token }))
}

// For an endpoint that wants it, an event waits until those before it of the same object are over. Without `offset 0` the
// planner may read all events to answer for one.
const inTurn = `(not r.ordered or not exists (
      select from event mine
      join event earlier on earlier.object_id = mine.object_id and earlier.object_sequence < mine.object_sequence
      join delivery before on before.event_id = earlier.id and before.endpoint_id = d.endpoint_id
      where mine.id = d.event_id and before.status = 'pending' offset 0))`
const dueAtEndpoint = `from delivery d
    where d.endpoint_id = r.id and d.status = 'pending' and d.next_at <= $1
      and (d.lease_until is null or d.lease_until <= $1) and ${inTurn}
    order by d.next_at, d.id`

// A lease does not wait for the disk: one that a crash of the database forgets is given again, and its former holder is
// refused by its token.
// `any (array(…))` and `offset 0` keep the plan on primary keys also while the planner takes the tables for small ones.
// A limit that the planner cannot see makes one plan as good as the next, so that it stops planning anew for each claim.
// `probing` moves the time of the next probe, so that of several processes only one sends it.
const claimSql = `
with candidate as materialized (
  select r.*, case when r.health = 'closed' then r.attempts_at_once else 1 end - asked.sending as room
  from (select set_config('synchronous_commit', 'off', true)) as unflushed
  cross join unnest($6::uuid[], $7::integer[]) as asked (id, sending)
  cross join lateral (select * from webhook_endpoint e where e.id = asked.id offset 0) as r
  where r.status = 'enabled' and r.deleted_at is null and r.paused_at is null
    and (r.health <> 'paused' or r.probe_at <= $1)
), ready as materialized (
  select r.id, r.health, r.ordered, r.room, first.next_at,
    row_number() over (partition by r.health = 'closed' order by first.next_at) as place
  from candidate r
  cross join lateral (select d.next_at ${dueAtEndpoint} limit 1) as first
  where r.room > 0
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
    select r.* from ready r
    where r.health = 'closed' or (r.place <= $5::integer
      and (r.health = 'degraded' or r.id in (select id from probing)))
    order by r.next_at limit (select $4::integer)) as r
  cross join lateral (select d.id, d.event_id ${dueAtEndpoint} limit r.room for update skip locked) as due
  limit (select $4::integer)
)
update delivery d set lease_until = $2, lease_token = $3
from event ev, webhook_endpoint e
where d.id = any (array(select id from chosen)) and ev.id = any (array(select event_id from chosen))
  and ev.id = d.event_id and e.id = d.endpoint_id
returning d.id as "deliveryId", d.attempts, d.event_id as "eventId", ev.body,
  ${consumerIn('ev.consumer_id')} as consumer, ev.created_at as "eventCreatedAt",
  ev.organisation_id as "organisationId", e.id as "endpointId", e.url, e.health,
  e.attempts_at_once as "attemptsAtOnce", e.ed25519 as "asymmetric", e.legacy_signature as "legacySignature",
  ${validSecrets('s.id')} as "secretIds", ${validSecrets('s.sealed')} as "sealedSecrets"`

// When a secret began is not asked: a process whose clock is behind would find none and could not sign.
function validSecrets(column: string): string {
  return `array(select ${column} from webhook_secret s
    where s.endpoint_id = e.id and (s.valid_until is null or s.valid_until > $1)
    order by s.valid_from desc, s.id desc)`
}
