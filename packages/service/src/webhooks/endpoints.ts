/**
 * Webhook endpoints: who has events posted where. Creating, reading and deleting them.
 * Not for changing them (`endpoint-changes.ts`) nor for sending (`deliveries.ts`).
 * Law: an organisation sees itself and what is below it, never a sibling or an ancestor; what belongs to others does not
 * exist. A signing secret leaves the service once, when it is made, and is kept sealed.
 */
import type {
  CreatedWebhookEndpoint,
  NewWebhookEndpoint,
  WebhookEndpoint,
} from '@ekko/contract/webhook-resources'
import type { Context } from '../kernel/context.ts'
import type { Queryable, Transaction } from '../kernel/database.ts'
import { isId, newId } from '../kernel/id.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import { type EndpointRow, showEndpoint, wantedTypes } from './endpoint.ts'
import { checkEndpointUrl } from './endpoint-url.ts'
import { closeLeftovers } from './leftovers.ts'
import { newWebhookSecret } from './signature.ts'
import { SigningKeys } from './signing-key.ts'

/** Live endpoints of one organisation, disabled ones included. */
export const endpointsPerOrganisationMax = 16
/** Newest first; an operator with more looks at one organisation at a time. */
export const endpointsListedMax = 1_000

/**
 * Subscribes an organisation, by default the caller's own, and all below it. With an id of the caller’s own, asking again
 * answers what the first time created.
 * @throws Refusal ENDPOINT_REFUSED, MAX_ENDPOINTS_REACHED, UNPROCESSABLE_ENTITY; NOT_FOUND for an organisation elsewhere
 */
export async function createEndpoint(
  context: Context,
  principalId: string,
  wanted: NewWebhookEndpoint,
  givenId?: string,
): Promise<CreatedWebhookEndpoint> {
  const eventTypes = wantedTypes(wanted.eventTypes)
  checkEndpointUrl(wanted.url, context.environment)
  const now = context.clock.now()
  const keys = new SigningKeys(context.keys.master)
  const id = givenId ?? newId(now.getTime())
  const organisationId = (wanted.organisationId ?? principalId).toLowerCase()
  return context.database.transaction(async (tx) => {
    const rootId = await lockOrganisation(tx, principalId, organisationId)
    const show = async (secret: string) => {
      const row = await findEndpoint(tx, principalId, id, now)
      return { ...showEndpoint(row, keys, now), secret }
    }
    const [earlier] = await tx.query<{ sealed: Uint8Array }>(firstSecretSql, [id])
    if (earlier) return show(keys.unseal(id, earlier.sealed))
    await refuseTooMany(tx, organisationId)
    const secret = newWebhookSecret()
    const { asymmetricSignature, legacySignature, ordered } = wanted
    const options = [asymmetricSignature ?? false, legacySignature ?? false, ordered ?? false]
    const url = new URL(wanted.url).href
    await tx.query(insertSql, [id, organisationId, rootId, url, eventTypes, now, ...options])
    await tx.query(insertSecretSql, [newId(now.getTime()), id, keys.seal(id, secret), now])
    return show(secret)
  })
}

/** The live endpoints of the organisation and of all below it. */
export async function listEndpoints(context: Context, principalId: string): Promise<WebhookEndpoint[]> {
  const { database, clock } = context
  const now = clock.now()
  const rows = await database.query<EndpointRow>(listSql, [principalId, endpointsListedMax, now])
  const keys = new SigningKeys(context.keys.master)
  return rows.map((row) => showEndpoint(row, keys, now))
}

/** @throws Refusal NOT_FOUND */
export async function getEndpoint(
  context: Context,
  principalId: string,
  id: string,
): Promise<WebhookEndpoint> {
  const now = context.clock.now()
  const row = await findEndpoint(context.database, principalId, id, now)
  return showEndpoint(row, new SigningKeys(context.keys.master), now)
}

/** @throws Refusal NOT_FOUND */
export async function findEndpoint(
  db: Queryable,
  principalId: string,
  id: string,
  now: Date,
): Promise<EndpointRow> {
  const [row] = isId(id) ? await db.query<EndpointRow>(findSql, [principalId, id, now]) : []
  if (row === undefined) throw new Refusal('NOT_FOUND', 'no such webhook endpoint')
  return row
}

/**
 * Ends a subscription. What waits for it is cancelled; an attempt that is under way may still arrive.
 * @throws Refusal NOT_FOUND
 */
export async function deleteEndpoint(context: Context, principalId: string, id: string): Promise<void> {
  const now = context.clock.now()
  const rows = isId(id) ? await context.database.query(deleteSql, [id, principalId, now]) : []
  if (rows.length === 0) throw new Refusal('NOT_FOUND', 'no such webhook endpoint')
  await closeLeftovers(context.database, now, [id])
}

// The lock makes two creations of one organisation wait for each other, so that the limit holds.
async function lockOrganisation(
  tx: Transaction,
  principalId: string,
  organisationId: string,
): Promise<string> {
  const rows = isId(organisationId)
    ? await tx.query<{ rootId: string }>(lockSql, [organisationId, principalId])
    : []
  const [row] = rows
  if (row === undefined) throw refuseField('NOT_FOUND', '/organisationId', 'no such organisation')
  return row.rootId
}

async function refuseTooMany(tx: Transaction, organisationId: string): Promise<void> {
  const [row] = await tx.query<{ live: number }>(countSql, [organisationId])
  if ((row?.live ?? 0) < endpointsPerOrganisationMax) return
  throw new Refusal(
    'MAX_ENDPOINTS_REACHED',
    `an organisation has at most ${endpointsPerOrganisationMax} endpoints`,
  )
}

const lockSql = `
select root_id as "rootId" from organisation where id = $1 and $2::uuid = any (path) for no key update`

const countSql = `
select count(*)::integer as live from webhook_endpoint where organisation_id = $1 and deleted_at is null`

const insertSql = `
insert into webhook_endpoint (id, organisation_id, root_id, url, event_types, created_at, ed25519, legacy_signature,
  ordered)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

export const insertSecretSql = `
insert into webhook_secret (id, endpoint_id, sealed, valid_from) values ($1, $2, $3, $4)`

const firstSecretSql =
  'select sealed from webhook_secret where endpoint_id = $1 order by valid_from, id limit 1'

// $1 principal, $3 now
const selectSql = `
select e.id, e.organisation_id as "organisationId", e.url, e.event_types as "eventTypes", e.status,
  e.created_at as "createdAt", e.paused_at as "pausedAt", e.disabled_at as "disabledAt",
  e.disabled_reason as "disabledReason", e.ed25519 as "asymmetric", e.legacy_signature as "legacySignature", e.ordered, e.health,
  e.attempts_at_once as "attemptsAtOnce", e.failures, e.failing_since as "failingSince",
  e.last_failure_at as "lastFailureAt", e.probe_at as "probeAt",
  array(select s.id from webhook_secret s
        where s.endpoint_id = e.id and (s.valid_until is null or s.valid_until > $3)
        order by s.valid_from desc, s.id desc) as "secretIds"
from webhook_endpoint e join organisation o on o.id = e.organisation_id
where o.path @> array[$1::uuid] and e.deleted_at is null`

const findSql = `${selectSql} and e.id = $2`
const listSql = `${selectSql} order by e.created_at desc, e.id desc limit $2::integer`

const deleteSql = `
update webhook_endpoint e set deleted_at = $3
from organisation o
where e.id = $1 and e.deleted_at is null and o.id = e.organisation_id and $2::uuid = any (o.path)
returning e.id`
