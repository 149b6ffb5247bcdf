/**
 * Keeps each endpoint's health up to date after an attempt, and disables an endpoint that is gone or hopeless.
 * The rules are in `health.ts`.
 * Law: a success of an endpoint that is well writes nothing, since all deliveries of a merchant share the row.
 */
import type { Database } from '../kernel/database.ts'
import type { Claim } from './claims.ts'
import { type Attempt, goneStatus } from './delivery.ts'
import { afterFailure, afterSuccess, type Health, isHopeless } from './health.ts'

export type DisabledReason = 'gone' | 'failing'

/** The reason when this attempt disabled the endpoint. */
export async function recordHealth(
  database: Database,
  claim: Claim,
  attempt: Attempt,
  now: Date,
): Promise<DisabledReason | undefined> {
  const succeeded = attempt.outcome === 'accepted'
  if (succeeded && claim.health === 'closed') return undefined
  return database.transaction(async (tx) => {
    const [before] = await tx.query<Health>(lockSql, [claim.endpointId])
    if (before === undefined) return undefined
    const health = succeeded ? afterSuccess(before) : afterFailure(before, now)
    const reason = succeeded ? undefined : reasonToDisable(attempt, health, now)
    await tx.query(recordSql, [
      claim.endpointId,
      health.health,
      health.failures,
      health.failingSince,
      health.lastFailureAt,
      health.probeAt,
      reason ?? null,
      now,
    ])
    return reason
  })
}

function reasonToDisable(attempt: Attempt, health: Health, now: Date): DisabledReason | undefined {
  if (attempt.httpStatus === goneStatus) return 'gone'
  return isHopeless(health, now) ? 'failing' : undefined
}

const lockSql = `
select health, failures, failing_since as "failingSince", last_failure_at as "lastFailureAt", probe_at as "probeAt"
from webhook_endpoint where id = $1 and status = 'enabled' and deleted_at is null for no key update`

const recordSql = `
update webhook_endpoint
set health = $2, failures = $3, failing_since = $4, last_failure_at = $5, probe_at = $6,
  status = case when $7::text is null then status else 'disabled' end,
  disabled_reason = $7, disabled_at = case when $7::text is null then null else $8::timestamptz end
where id = $1`
