/**
 * Having events posted again: one delivery, or what happened in a range of time. And test events, which are posted once
 * to the endpoint that asked.
 * Law: a replay is another try of the same delivery under the same id, with the whole schedule before it; its history
 * stays. What is being sent at the moment is left alone.
 */
import type {
  EventType,
  NewReplay,
  NewTestEvent,
  Replay,
  WebhookDelivery,
} from '@ekko/contract/webhook-resources'
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { instantOf } from '../kernel/instant.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import { findDelivery } from './delivery-records.ts'
import type { EndpointRow } from './endpoint.ts'
import { wakeFor } from './endpoint-changes.ts'
import { findEndpoint } from './endpoints.ts'
import { testEventBody } from './test-event.ts'

/** Events of one request. */
export const replayedMax = 10_000
/** Of one endpoint, that wait. */
const testsWaitingMax = 10

/** @throws Refusal NOT_FOUND, CONFLICT when the endpoint is disabled */
export async function replayDelivery(
  context: Context,
  principalId: string,
  id: string,
): Promise<WebhookDelivery> {
  const { database, clock } = context
  const now = clock.now()
  const { endpointId } = await findDelivery(database, principalId, id, now)
  await findReceiving(database, principalId, endpointId, now)
  await database.query(replayOneSql, [id, now])
  await wakeFor(database, endpointId)
  return findDelivery(database, principalId, id, now)
}

/**
 * Makes events of a range due again at an endpoint, those too that happened before it existed or while it was disabled.
 * @throws Refusal NOT_FOUND, CONFLICT, UNPROCESSABLE_ENTITY for a range with too many events
 */
export async function replayEndpoint(
  context: Context,
  principalId: string,
  endpointId: string,
  { createdFrom, createdTo, scope }: NewReplay,
): Promise<Replay> {
  const { database, clock } = context
  const now = clock.now()
  const endpoint = await findReceiving(database, principalId, endpointId, now)
  const from = createdFrom == null ? new Date(0) : instantOf(createdFrom, '/createdFrom')
  const to = createdTo == null ? now : instantOf(createdTo, '/createdTo')
  const replayed = await database.transaction(async (tx) => {
    const events = await tx.query<{ id: string }>(eventsSql, [
      endpoint.organisationId,
      endpointId,
      endpoint.eventTypes,
      from,
      to,
      scope === 'all',
      replayedMax + 1,
    ])
    if (events.length > replayedMax) {
      throw refuseField(
        'UNPROCESSABLE_ENTITY',
        '/createdFrom',
        `more than ${replayedMax} events; ask for a narrower range`,
      )
    }
    const rows = await tx.query(replayManySql, [
      events.map((event) => event.id),
      endpointId,
      now,
      scope === 'all',
    ])
    return rows.length
  })
  await wakeFor(database, endpointId)
  return { replayed }
}

/** @throws Refusal NOT_FOUND, CONFLICT when the endpoint is disabled or has enough test events waiting */
export async function createTestEvent(
  context: Context,
  principalId: string,
  endpointId: string,
  { eventType }: NewTestEvent,
  id?: string,
): Promise<WebhookDelivery> {
  const { database, clock } = context
  const now = clock.now()
  const endpoint = await findReceiving(database, principalId, endpointId, now)
  const type: EventType = eventType ?? 'IMPACT_PAYMENT'
  const eventId = id ?? newId(now.getTime())
  const body = JSON.stringify(
    testEventBody(type, eventId, endpoint.organisationId, now, () => newId(now.getTime())),
  )
  const deliveryId = await database.transaction(async (tx) => {
    await tx.query('select from webhook_endpoint where id = $1 for no key update', [endpointId])
    const [earlier] = await tx.query<{ id: string }>(deliveryOfSql, [eventId, endpointId])
    if (earlier) return earlier.id
    const waiting = await tx.query(waitingTestsSql, [endpointId, testsWaitingMax])
    if (waiting.length >= testsWaitingMax) {
      throw new Refusal('CONFLICT', `${testsWaitingMax} test events wait at this endpoint already`)
    }
    await tx.query(insertTestSql, [eventId, endpoint.organisationId, type, body, now])
    const made = newId(now.getTime())
    await tx.query(insertDeliverySql, [made, eventId, endpointId, now])
    return made
  })
  await wakeFor(database, endpointId)
  return findDelivery(database, principalId, deliveryId, now)
}

async function findReceiving(
  db: Queryable,
  principalId: string,
  endpointId: string,
  now: Date,
): Promise<EndpointRow> {
  const endpoint = await findEndpoint(db, principalId, endpointId, now)
  if (endpoint.status === 'disabled')
    throw new Refusal('CONFLICT', 'the endpoint is disabled; resume it first')
  return endpoint
}

const again = `status = 'pending', attempts = 0, next_at = $N, delivered_at = null, replayed_at = $N, lease_until = null,
  lease_token = null`
const isIdle = '(lease_until is null or lease_until <= $N)'

const replayOneSql = `
update delivery set ${again.replaceAll('$N', '$2')} where id = $1 and ${isIdle.replaceAll('$N', '$2')}`

const eventsSql = `
select ev.id
from event ev
join organisation o on o.id = ev.organisation_id
left join delivery d on d.event_id = ev.id and d.endpoint_id = $2
where ev.created_at >= $4 and ev.created_at < $5 and not ev.test and o.path @> array[$1::uuid]
  and ($3::text[] is null or ev.type = any ($3)) and ($6::boolean or d.id is null or d.status <> 'delivered')
limit $7::integer`

const replayManySql = `
insert into delivery as d (id, event_id, endpoint_id, next_at, created_at, replayed_at)
select time_ordered_id(ev.created_at), ev.id, $2, $3, ev.created_at, $3
from event ev where ev.id = any ($1::uuid[])
order by ev.id
on conflict (event_id, endpoint_id) do update
set ${again.replaceAll('$N', '$3')}
where ($4::boolean or d.status <> 'delivered') and (d.lease_until is null or d.lease_until <= $3)
returning d.id`

const waitingTestsSql = `
select from delivery d join event ev on ev.id = d.event_id
where d.endpoint_id = $1 and d.status = 'pending' and ev.test limit $2::integer`

const insertTestSql = `
insert into event (id, organisation_id, root_id, type, object_id, object_sequence, body, created_at, test)
select $1, $2, root_id, $3, $1, 1, $4, $5, true from organisation where id = $2`

const deliveryOfSql = 'select id from delivery where event_id = $1 and endpoint_id = $2'

const insertDeliverySql = `
insert into delivery (id, event_id, endpoint_id, next_at, created_at) values ($1, $2, $3, $4, $4)`
