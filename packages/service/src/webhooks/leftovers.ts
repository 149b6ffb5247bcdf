/**
 * Closes deliveries that nobody will send any more.
 * Law: what is being sent is left until its attempt has ended.
 */
import type { Queryable } from '../kernel/database.ts'

const leftoversMax = 1_000

/**
 * Closes what is pending at those of these endpoints that were deleted (`cancelled`) or disabled (`exhausted`), at most
 * 1,000 at a time. Answers how many; the rest is found by the next look around.
 */
export async function closeLeftovers(
  db: Queryable,
  now: Date,
  endpointIds: readonly string[],
): Promise<number> {
  const rows = await db.query(leftoversSql, [now, endpointIds, leftoversMax])
  return rows.length
}

const leftoversSql = `
with leftover as materialized (
  select d.id, case when e.deleted_at is null then 'exhausted' else 'cancelled' end as status
  from webhook_endpoint e
  join delivery d on d.endpoint_id = e.id
  where e.id = any ($2::uuid[]) and (e.deleted_at is not null or e.status = 'disabled')
    and d.status = 'pending' and (d.lease_until is null or d.lease_until <= $1)
  limit $3::integer
  for update of d skip locked
)
update delivery d set status = l.status, lease_until = null, lease_token = null
from leftover l where d.id = any (array(select id from leftover)) and d.id = l.id
returning d.id`
