/**
 * Saying how deliveries went: the attempts, and what follows from them.
 * Law: only who holds the lease changes a delivery; an attempt is recorded even when its lease has passed on.
 */
import type { Queryable } from '../kernel/database.ts'
import type { Claim } from './claims.ts'
import type { Attempt, Verdict } from './delivery.ts'

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
