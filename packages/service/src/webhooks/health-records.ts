/**
 * Keeps each endpoint's health up to date after an attempt, and disables an endpoint that is gone or hopeless.
 * The rules are in `health.ts`.
 * Law: a success of an endpoint that is well writes nothing, since all deliveries of a merchant share the row.
 */
import type { Database } from '../kernel/database.ts'
import type { Claim } from './claims.ts'
import { type Attempt, goneStatus, tooMuchStatuses } from './delivery.ts'
import {
  afterFailure,
  afterSuccess,
  type Health,
  isEntirelyWell,
  isHopeless,
  noticeAfterMs,
} from './health.ts'

export type DisabledReason = 'gone' | 'failing'

export interface RecordedHealth extends Health {
  /** Set when this attempt disabled the endpoint. */
  readonly disabled: DisabledReason | undefined
  /** Set when this attempt is the first to fail after so long that a notice is due. */
  readonly noticeAfterMs: number | undefined
}

/** Undefined when nothing had to be recorded, or the endpoint is not there any more. */
export async function recordHealth(
  database: Database,
  claim: Claim,
  attempt: Attempt,
  now: Date,
): Promise<RecordedHealth | undefined> {
  const succeeded = attempt.outcome === 'accepted'
  if (succeeded && isEntirelyWell(claim)) return undefined
  return database.transaction(async (tx) => {
    const [before] = await tx.query<Health>(lockSql, [claim.endpointId])
    if (before === undefined) return undefined
    const isTooMuch = tooMuchStatuses.includes(attempt.httpStatus ?? 0)
    const health = succeeded ? afterSuccess(before) : afterFailure(before, now, isTooMuch)
    const disabled = succeeded ? undefined : reasonToDisable(attempt, health, now)
    await tx.query(recordSql, [
      claim.endpointId,
      health.health,
      health.failures,
      health.failingSince,
      health.lastFailureAt,
      health.probeAt,
      disabled ?? null,
      now,
      health.attemptsAtOnce,
    ])
    const notice = noticeAfterMs(health, now)
    // The clock of the failure before: whoever was told then is not told again.
    const told = before.lastFailureAt && noticeAfterMs(health, before.lastFailureAt)
    return { ...health, disabled, noticeAfterMs: notice === told ? undefined : notice }
  })
}

function reasonToDisable(attempt: Attempt, health: Health, now: Date): DisabledReason | undefined {
  if (attempt.httpStatus === goneStatus) return 'gone'
  return isHopeless(health, now) ? 'failing' : undefined
}

const lockSql = `
select health, attempts_at_once as "attemptsAtOnce", failures, failing_since as "failingSince",
  last_failure_at as "lastFailureAt", probe_at as "probeAt"
from webhook_endpoint where id = $1 and status = 'enabled' and deleted_at is null for no key update`

const recordSql = `
update webhook_endpoint
set health = $2, failures = $3, failing_since = $4, last_failure_at = $5, probe_at = $6, attempts_at_once = $9,
  status = case when $7::text is null then status else 'disabled' end,
  disabled_reason = $7, disabled_at = case when $7::text is null then null else $8::timestamptz end
where id = $1`
