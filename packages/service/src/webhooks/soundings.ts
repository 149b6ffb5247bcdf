/**
 * Where deliveries may be due: the two looks by which a dispatcher learns which endpoints are worth a claim.
 * Not for claiming (`claims.ts`).
 * Law: each look costs the same however many endpoints and deliveries wait, and what one misses the other finds.
 */
import type { Queryable } from '../kernel/database.ts'

/** Of the newest events; those before them are found by looking around. */
const freshEventsMax = 512
/** Endpoints of one look around. */
export const lookAroundMax = 500

export interface Sounding {
  readonly endpointId: string
  readonly isWell: boolean
  /** The earliest of its deliveries. */
  readonly nextAt: Date
  /** It is deleted or disabled, so that what waits is to be closed. */
  readonly isOver: boolean
}

/**
 * Endpoints with deliveries of events that were committed since the look that answered `sinceXid`.
 * Whatever was not committed then belongs to a transaction that is not older than the oldest that was running.
 */
export async function soundFresh(
  db: Queryable,
  sinceXid: string | null,
): Promise<{ xid: string; endpoints: readonly { id: string; isWell: boolean }[] }> {
  const [row] = await db.query<{ xid: string; endpoints: { id: string; isWell: boolean }[] }>(freshSql, [
    sinceXid,
    freshEventsMax,
  ])
  return row!
}

// `offset 0` keeps the planner on the keys, also while it takes the tables for small ones.
const freshSql = `
select pg_snapshot_xmin(pg_current_snapshot())::text as xid, coalesce((
  select json_agg(json_build_object('id', e.id, 'isWell', e.health = 'closed'))
  from (
    select distinct due.endpoint_id
    from (select id from event where xid >= $1::xid8 order by xid desc, position desc limit (select $2::integer)) as fresh
    cross join lateral (
      select d.endpoint_id from delivery d where d.event_id = fresh.id and d.status = 'pending' offset 0) as due
  ) as endpoint
  cross join lateral (select w.id, w.health from webhook_endpoint w where w.id = endpoint.endpoint_id offset 0) as e
), '[]') as endpoints`

/** The next endpoints with anything pending, by id from `afterId` on. Fewer than `lookAroundMax` are the last. */
export async function soundAround(db: Queryable, afterId: string | null): Promise<Sounding[]> {
  return db.query<Sounding>(aroundSql, [afterId ?? nobody, lookAroundMax])
}

const nobody = '00000000-0000-0000-0000-000000000000'

// Hops through the index of pending deliveries from endpoint to endpoint, so that a long queue of one costs nothing.
const aroundSql = `
with recursive waiting as (
  (select endpoint_id, next_at, 1 as place from delivery
   where status = 'pending' and endpoint_id > $1::uuid order by endpoint_id, next_at, id limit 1)
  union all
  select next.endpoint_id, next.next_at, w.place + 1
  from waiting w cross join lateral (
    select d.endpoint_id, d.next_at from delivery d
    where d.status = 'pending' and d.endpoint_id > w.endpoint_id
    order by d.endpoint_id, d.next_at, d.id limit 1) as next
  where w.place < $2::integer
)
select w.endpoint_id as "endpointId", w.next_at as "nextAt", e.health = 'closed' as "isWell",
  e.deleted_at is not null or e.status = 'disabled' as "isOver"
from waiting w
cross join lateral (select * from webhook_endpoint e where e.id = w.endpoint_id offset 0) as e
order by w.place`
