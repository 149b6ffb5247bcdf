/**
 * Changing an endpoint while events may be on their way to it: another URL, fewer types, pause, resume, a new secret.
 * Law: nothing that waits is lost by a change, and the next attempt already follows it. An attempt that is under way ends
 * as it began.
 */
import type {
  NewSecretRotation,
  SecretRotation,
  WebhookEndpoint,
  WebhookEndpointChanges,
} from '@ekko/contract/webhook-resources'
import { deliveriesChannel } from '../events/events.ts'
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { Refusal } from '../kernel/refusal.ts'
import { showEndpoint, wantedTypes } from './endpoint.ts'
import { checkEndpointUrl } from './endpoint-url.ts'
import { findEndpoint, getEndpoint, insertSecretSql } from './endpoints.ts'
import { newWebhookSecret } from './signature.ts'
import { SigningKeys } from './signing-key.ts'

const overlapSecondsDefault = 86_400
/** Secrets that sign at the same time; each makes the header longer and the receiver slower. */
const secretsMax = 4
/** What waits and is brought forward or cancelled at once; the rest keeps its time. */
const waitingMax = 10_000

/** @throws Refusal NOT_FOUND, ENDPOINT_REFUSED, UNPROCESSABLE_ENTITY */
export async function updateEndpoint(
  context: Context,
  principalId: string,
  id: string,
  changes: WebhookEndpointChanges,
): Promise<WebhookEndpoint> {
  const eventTypes = wantedTypes(changes.eventTypes)
  if (changes.url !== undefined) checkEndpointUrl(changes.url, context.environment)
  const url = changes.url === undefined ? null : new URL(changes.url).href
  const { database, clock } = context
  const now = clock.now()
  const before = await findEndpoint(database, principalId, id, now)
  await database.transaction(async (tx) => {
    await tx.query(updateSql, [
      id,
      url,
      changes.eventTypes !== undefined,
      eventTypes,
      changes.asymmetricSignature ?? null,
      changes.legacySignature ?? null,
      changes.ordered ?? null,
    ])
    if (eventTypes !== null) await tx.query(cancelUnwantedSql, [id, eventTypes, now, waitingMax])
    if (url === null || url === before.url) return
    await tx.query(trustAgainSql, [id])
    await tx.query(bringForwardSql, [id, now, waitingMax])
  })
  await wakeFor(database, id)
  return getEndpoint(context, principalId, id)
}

/** Nothing is sent until it is resumed. @throws Refusal NOT_FOUND, CONFLICT when it is disabled */
export async function pauseEndpoint(
  context: Context,
  principalId: string,
  id: string,
): Promise<WebhookEndpoint> {
  const now = context.clock.now()
  const { status } = await findEndpoint(context.database, principalId, id, now)
  if (status === 'disabled') throw new Refusal('CONFLICT', 'the endpoint is disabled and gets nothing anyway')
  await context.database.query(
    'update webhook_endpoint set paused_at = coalesce(paused_at, $2) where id = $1',
    [id, now],
  )
  return getEndpoint(context, principalId, id)
}

/**
 * Ends a pause, and takes up an endpoint that was disabled. It is trusted with one attempt at a time until one succeeds.
 * What happened while it was disabled has no deliveries; a replay makes them.
 * @throws Refusal NOT_FOUND
 */
export async function resumeEndpoint(
  context: Context,
  principalId: string,
  id: string,
): Promise<WebhookEndpoint> {
  const { database, clock } = context
  const { status } = await findEndpoint(database, principalId, id, clock.now())
  await database.transaction(async (tx) => {
    await tx.query(resumeSql, [id])
    if (status === 'disabled') await tx.query(trustAgainSql, [id])
  })
  await wakeFor(database, id)
  return getEndpoint(context, principalId, id)
}

/** @throws Refusal NOT_FOUND, CONFLICT when too many secrets are valid already */
export async function rotateSecret(
  context: Context,
  principalId: string,
  id: string,
  { overlapSeconds }: NewSecretRotation,
  secretId?: string,
): Promise<SecretRotation> {
  const { database, clock } = context
  const now = clock.now()
  await findEndpoint(database, principalId, id, now)
  const overlapMs = (overlapSeconds ?? overlapSecondsDefault) * 1000
  const validUntil = new Date(now.getTime() + overlapMs)
  const keys = new SigningKeys(context.keys.master)
  const made = await database.transaction(async (tx) => {
    await tx.query('select from webhook_endpoint where id = $1 for no key update', [id])
    const [earlier] = await tx.query<MadeSecret>(madeSecretSql, [id, secretId ?? null])
    if (earlier) return earlier
    const sealed = keys.seal(id, newWebhookSecret())
    await tx.query(endSecretsSql, [id, now, validUntil])
    const valid = await tx.query(validSecretsSql, [id, now])
    if (valid.length >= secretsMax) {
      throw new Refusal(
        'CONFLICT',
        `${secretsMax} secrets are valid already; end them with overlapSeconds 0, or wait`,
      )
    }
    await tx.query(insertSecretSql, [secretId ?? newId(now.getTime()), id, sealed, now])
    return { sealed, validFrom: now }
  })
  const { publicKeys } = showEndpoint(await findEndpoint(database, principalId, id, now), keys, now)
  const previousValidUntil = new Date(made.validFrom.getTime() + overlapMs).toISOString()
  return { secret: keys.unseal(id, made.sealed), previousValidUntil, publicKeys }
}

interface MadeSecret {
  readonly sealed: Uint8Array
  readonly validFrom: Date
}

/** Tells the dispatchers that something may be due at this endpoint. Their own look around makes up for a lost call. */
export async function wakeFor(db: Queryable, endpointId: string): Promise<void> {
  await db.query('select pg_notify($1, $2)', [deliveriesChannel, endpointId])
}

const updateSql = `
update webhook_endpoint
set url = coalesce($2, url), event_types = case when $3::boolean then $4::text[] else event_types end,
  ed25519 = coalesce($5, ed25519), legacy_signature = coalesce($6, legacy_signature),
  ordered = coalesce($7, ordered)
where id = $1`

// With a receiver of its own the endpoint begins with one attempt at a time, and its failures are history.
const trustAgainSql = `
update webhook_endpoint
set health = 'degraded', attempts_at_once = 1, failures = 0, failing_since = null, last_failure_at = null,
  probe_at = null
where id = $1`

const resumeSql = `
update webhook_endpoint set paused_at = null, status = 'enabled', disabled_at = null, disabled_reason = null
where id = $1`

const bringForwardSql = `
update delivery set next_at = $2
where id in (select id from delivery where endpoint_id = $1 and status = 'pending' and next_at > $2
             order by next_at, id limit $3::integer for update skip locked)`

const cancelUnwantedSql = `
update delivery set status = 'cancelled', lease_until = null, lease_token = null
where id in (
  select d.id from delivery d join event e on e.id = d.event_id
  where d.endpoint_id = $1 and d.status = 'pending' and e.type <> all ($2::text[]) and not e.test
    and (d.lease_until is null or d.lease_until <= $3)
  limit $4::integer for update of d skip locked)`

// A secret begins in the past; one made in this very millisecond still ends after it began.
const endSecretsSql = `
update webhook_secret set valid_until = greatest($3::timestamptz, valid_from + interval '1 microsecond')
where endpoint_id = $1 and (valid_until is null or valid_until > greatest($3::timestamptz, $2::timestamptz))`

const madeSecretSql = `
select sealed, valid_from as "validFrom" from webhook_secret where endpoint_id = $1 and id = $2`

const validSecretsSql = `
select id from webhook_secret where endpoint_id = $1 and (valid_until is null or valid_until > $2)`
