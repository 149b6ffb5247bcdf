/**
 * What became of each delivery, attempt by attempt, for whoever asks "did you get my event, and why not?".
 * Law: read only, and each page costs the same: it is asked for by endpoint or by event, so an index leads to it.
 */
import type {
  EventType,
  WebhookAttempt,
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookDeliveryPage,
  WebhookDeliveryQuery,
} from '@ekko/contract/webhook-resources'
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { isId } from '../kernel/id.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import type { DeliveryStatus } from './delivery.ts'
import { instant } from './endpoint.ts'
import { findEndpoint } from './endpoints.ts'

const pageDefault = 25
const pageMax = 100
const attemptsShownMax = 100

/** @throws Refusal UNPROCESSABLE_ENTITY, NOT_FOUND for an endpoint of others */
export async function listDeliveries(
  context: Context,
  principalId: string,
  query: WebhookDeliveryQuery,
): Promise<WebhookDeliveryPage> {
  const { database, clock } = context
  const { endpointId, eventId, startingAfter } = query
  const limit = Number(query.limit ?? pageDefault)
  if (limit < 1 || limit > pageMax)
    throw refuseField('UNPROCESSABLE_ENTITY', '/limit', `between 1 and ${pageMax}`)
  if (endpointId === undefined && eventId === undefined) {
    throw refuseField('UNPROCESSABLE_ENTITY', '/endpointId', 'name an endpoint or an event')
  }
  if (endpointId !== undefined) await findEndpoint(database, principalId, endpointId, clock.now())
  if (startingAfter !== undefined) await refuseForeignCursor(database, principalId, startingAfter)
  const rows = await database.query<DeliveryRow>(listSql(query.status, endpointId !== undefined), [
    principalId,
    clock.now(),
    endpointId ?? null,
    eventId ?? null,
    startingAfter ?? null,
    limit + 1,
  ])
  return { hasMore: rows.length > limit, data: rows.slice(0, limit).map(showDelivery) }
}

/** @throws Refusal NOT_FOUND */
export async function getDelivery(
  context: Context,
  principalId: string,
  id: string,
): Promise<WebhookDeliveryDetail> {
  const { database, clock } = context
  const delivery = await findDelivery(database, principalId, id, clock.now())
  const attempts = await database.query<AttemptRow>(attemptsSql, [id, attemptsShownMax])
  return { ...delivery, attempts: attempts.map(showAttempt).reverse() }
}

/** @throws Refusal NOT_FOUND */
export async function findDelivery(
  db: Queryable,
  principalId: string,
  id: string,
  now: Date,
): Promise<WebhookDelivery> {
  const [row] = isId(id) ? await db.query<DeliveryRow>(findSql, [principalId, now, id]) : []
  if (row === undefined) throw new Refusal('NOT_FOUND', 'no such delivery')
  return showDelivery(row)
}

async function refuseForeignCursor(db: Queryable, principalId: string, id: string): Promise<void> {
  const rows = await db.query(cursorSql, [id, principalId])
  if (rows.length === 0) throw refuseField('UNPROCESSABLE_ENTITY', '/startingAfter', 'no such delivery')
}

type AttemptRow = Omit<WebhookAttempt, 'startedAt'> & { readonly startedAt: Date }

interface DeliveryRow {
  readonly id: string
  readonly endpointId: string
  readonly eventId: string
  readonly eventType: EventType
  readonly organisationId: string
  readonly fundsAllocationId: string
  readonly sequence: number
  readonly test: boolean
  readonly status: DeliveryStatus
  readonly sending: boolean
  readonly attemptCount: number
  readonly createdAt: Date
  readonly nextAt: Date
  readonly deliveredAt: Date | null
  readonly replayedAt: Date | null
  readonly lastAttempt: (Omit<WebhookAttempt, 'startedAt'> & { readonly startedAt: string }) | null
}

function showDelivery({ nextAt, ...row }: DeliveryRow): WebhookDelivery {
  return {
    ...row,
    createdAt: row.createdAt.toISOString(),
    nextAttemptAt: row.status === 'pending' ? nextAt.toISOString() : null,
    deliveredAt: instant(row.deliveredAt),
    replayedAt: instant(row.replayedAt),
    lastAttempt:
      row.lastAttempt && showAttempt({ ...row.lastAttempt, startedAt: new Date(row.lastAttempt.startedAt) }),
  }
}

function showAttempt(row: AttemptRow): WebhookAttempt {
  return { ...row, startedAt: row.startedAt.toISOString() }
}

const attemptColumns = (
  alias: string,
) => `${alias}.started_at as "startedAt", ${alias}.duration_ms as "durationMs",
  ${alias}.outcome, ${alias}.http_status as "httpStatus", ${alias}.detail, ${alias}.answer, ${alias}.counted`

// $1 principal, $2 now
const selectSql = `
select d.id, d.endpoint_id as "endpointId", d.event_id as "eventId", ev.type as "eventType",
  ev.organisation_id as "organisationId", ev.object_id as "fundsAllocationId", ev.object_sequence as sequence, ev.test,
  d.status, d.lease_until is not null and d.lease_until > $2 as sending, d.attempts as "attemptCount",
  ev.created_at as "createdAt", d.next_at as "nextAt", d.delivered_at as "deliveredAt",
  d.replayed_at as "replayedAt",
  (select to_json(latest) from (
     select ${attemptColumns('a')} from delivery_attempt a where a.delivery_id = d.id order by a.id desc limit 1
   ) as latest) as "lastAttempt"
from delivery d
join event ev on ev.id = d.event_id
join webhook_endpoint e on e.id = d.endpoint_id
join organisation o on o.id = e.organisation_id
where o.path @> array[$1::uuid]`

const findSql = `${selectSql} and d.id = $3`

// Each status and each way of asking is a statement of its own, so that the index made for it is found.
const lists = new Map<string, string>()
function listSql(status: DeliveryStatus | undefined, byEndpoint: boolean): string {
  const key = `${status} ${byEndpoint}`
  const known = lists.get(key)
  if (known !== undefined) return known
  const made = `${selectSql} ${status === undefined ? '' : `and d.status = '${status}'`}
  and ${byEndpoint ? 'd.endpoint_id = $3 and ($4::uuid is null or d.event_id = $4)' : '$3::uuid is null and d.event_id = $4'}
  and ($5::uuid is null or d.id < $5) order by d.id desc limit $6::integer`
  lists.set(key, made)
  return made
}

const cursorSql = `
select from delivery d join webhook_endpoint e on e.id = d.endpoint_id join organisation o on o.id = e.organisation_id
where d.id = $1 and o.path @> array[$2::uuid]`

const attemptsSql = `
select ${attemptColumns('a')} from delivery_attempt a where a.delivery_id = $1 order by a.id desc limit $2::integer`
