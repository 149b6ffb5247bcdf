/**
 * Webhook endpoints: who has events posted where.
 * Not for sending (`deliveries.ts`).
 * Law: an organisation sees itself and what is below it, never a sibling or an ancestor; what belongs to others does not
 * exist. A signing secret leaves the service once, when it is made, and is kept sealed.
 */
import type { CreatedWebhookEndpoint, NewWebhookEndpoint, WebhookEndpoint } from '@ekko/contract/resources'
import type { Context } from '../kernel/context.ts'
import type { Transaction } from '../kernel/database.ts'
import { isId, newId } from '../kernel/id.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import { deriveKey, seal } from '../kernel/secret.ts'
import { closeLeftovers } from './claims.ts'
import { checkEndpointUrl } from './endpoint-url.ts'
import { newWebhookSecret } from './signature.ts'

/** Live endpoints of one organisation, disabled ones included. */
export const endpointsPerOrganisationMax = 16
/** Newest first; an operator with more looks at one organisation at a time. */
export const endpointsListedMax = 1_000

/** The key that signing secrets are sealed with, and what binds a sealed secret to its endpoint. */
export const secretsKey = (context: Context): Uint8Array => deriveKey(context.keys.master, 'webhook secrets')
export const sealContext = (endpointId: string): string => `webhook endpoint ${endpointId}`

/**
 * Subscribes an organisation, by default the caller's own, and all below it.
 * Without `eventTypes` it gets every type, also those to come. An empty list is refused: it would mean nothing or all.
 * @throws Refusal ENDPOINT_REFUSED, MAX_ENDPOINTS_REACHED, UNPROCESSABLE_ENTITY; NOT_FOUND for an organisation elsewhere
 */
export async function createEndpoint(
  context: Context,
  principalOrganisationId: string,
  wanted: NewWebhookEndpoint,
): Promise<CreatedWebhookEndpoint> {
  const eventTypes = wanted.eventTypes ? [...new Set(wanted.eventTypes)] : null
  if (eventTypes?.length === 0) {
    throw refuseField(
      'UNPROCESSABLE_ENTITY',
      '/eventTypes',
      'name at least one type, or leave it out for all',
    )
  }
  checkEndpointUrl(wanted.url, context.environment)
  const now = context.clock.now()
  const secret = newWebhookSecret()
  const endpoint: WebhookEndpoint = {
    id: newId(now.getTime()),
    organisationId: (wanted.organisationId ?? principalOrganisationId).toLowerCase(),
    url: new URL(wanted.url).href,
    eventTypes,
    status: 'enabled',
    createdAt: now.toISOString(),
  }
  const sealed = seal(secretsKey(context), secret, sealContext(endpoint.id))
  await context.database.transaction(async (tx) => {
    const rootId = await lockOrganisation(tx, principalOrganisationId, endpoint.organisationId)
    const [row] = await tx.query<{ live: number }>(countSql, [endpoint.organisationId])
    if ((row?.live ?? 0) >= endpointsPerOrganisationMax) {
      throw new Refusal(
        'MAX_ENDPOINTS_REACHED',
        `an organisation has at most ${endpointsPerOrganisationMax} endpoints`,
      )
    }
    await tx.query(insertSql, [endpoint.id, endpoint.organisationId, rootId, endpoint.url, eventTypes, now])
    await tx.query(insertSecretSql, [newId(now.getTime()), endpoint.id, sealed, now])
  })
  return { ...endpoint, secret }
}

/** The live endpoints of the organisation and of all below it. */
export async function listEndpoints(
  context: Context,
  principalOrganisationId: string,
): Promise<WebhookEndpoint[]> {
  const rows = await context.database.query<EndpointRow>(listSql, [
    principalOrganisationId,
    endpointsListedMax,
  ])
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }))
}

/**
 * Ends a subscription. What waits for it is cancelled; an attempt that is under way may still arrive.
 * @throws Refusal NOT_FOUND
 */
export async function deleteEndpoint(
  context: Context,
  principalOrganisationId: string,
  id: string,
): Promise<void> {
  const now = context.clock.now()
  const rows = isId(id) ? await context.database.query(deleteSql, [id, principalOrganisationId, now]) : []
  if (rows.length === 0) throw new Refusal('NOT_FOUND', 'no such webhook endpoint')
  await closeLeftovers(context.database, now)
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

type EndpointRow = Omit<WebhookEndpoint, 'createdAt'> & { createdAt: Date }

const lockSql = `
select root_id as "rootId" from organisation where id = $1 and $2::uuid = any (path) for no key update`

const countSql = `
select count(*)::integer as live from webhook_endpoint where organisation_id = $1 and deleted_at is null`

const insertSql = `
insert into webhook_endpoint (id, organisation_id, root_id, url, event_types, created_at) values ($1, $2, $3, $4, $5, $6)`

const insertSecretSql = `
insert into webhook_secret (id, endpoint_id, sealed, valid_from) values ($1, $2, $3, $4)`

const listSql = `
select e.id, e.organisation_id as "organisationId", e.url, e.event_types as "eventTypes", e.status,
  e.created_at as "createdAt"
from webhook_endpoint e join organisation o on o.id = e.organisation_id
where o.path @> array[$1::uuid] and e.deleted_at is null
order by e.created_at desc, e.id desc limit $2`

const deleteSql = `
update webhook_endpoint e set deleted_at = $3
from organisation o
where e.id = $1 and e.deleted_at is null and o.id = e.organisation_id and $2::uuid = any (o.path)
returning e.id`
