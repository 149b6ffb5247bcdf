/**
 * The part of the table of operations that is about webhooks and the feed of events; `operations.ts` takes it in.
 */
import { type TSchema, Type } from 'typebox'
import { EventPage, ImpactPaymentEvent } from './events.ts'
import type { Operation } from './operations.ts'
import * as resource from './resources.ts'

const ById = (description: string) => Type.Object({ id: resource.Id(description) })
const endpoint = { params: ById('The endpoint'), caller: 'apiKey' } as const
const answers = <S extends TSchema>(status: number, schema: S) => ({ status, schema })

export const webhookOperations = {
  createWebhookEndpoint: {
    method: 'POST',
    path: '/v3/webhook-endpoints',
    summary: 'Have events posted to you',
    caller: 'apiKey',
    body: resource.NewWebhookEndpoint,
    answer: { status: 201, schema: resource.CreatedWebhookEndpoint },
    errors: ['NOT_FOUND', 'ENDPOINT_REFUSED', 'MAX_ENDPOINTS_REACHED', 'UNPROCESSABLE_ENTITY'],
  },
  listWebhookEndpoints: {
    method: 'GET',
    path: '/v3/webhook-endpoints',
    summary: 'Your webhook endpoints and those below you',
    caller: 'apiKey',
    answer: { status: 200, schema: Type.Array(resource.WebhookEndpoint) },
    errors: [],
  },
  deleteWebhookEndpoint: {
    method: 'DELETE',
    path: '/v3/webhook-endpoints/:id',
    summary: 'Stop posting events to an endpoint',
    caller: 'apiKey',
    params: ById('The endpoint'),
    answer: { status: 204 },
    errors: ['NOT_FOUND'],
  },
  getWebhookEndpoint: {
    ...endpoint,
    method: 'GET',
    path: '/v3/webhook-endpoints/:id',
    summary: 'One endpoint, and how it is doing',
    answer: answers(200, resource.WebhookEndpoint),
    errors: ['NOT_FOUND'],
  },
  updateWebhookEndpoint: {
    ...endpoint,
    method: 'PATCH',
    path: '/v3/webhook-endpoints/:id',
    summary:
      'Change an endpoint; what waits goes to the new URL at once, or is cancelled when it is not wanted any more',
    body: resource.WebhookEndpointChanges,
    answer: answers(200, resource.WebhookEndpoint),
    errors: ['NOT_FOUND', 'ENDPOINT_REFUSED', 'UNPROCESSABLE_ENTITY'],
  },
  pauseWebhookEndpoint: {
    ...endpoint,
    method: 'POST',
    path: '/v3/webhook-endpoints/:id/pause',
    summary: 'Send nothing for now; events wait and use up no attempts',
    answer: answers(200, resource.WebhookEndpoint),
    errors: ['NOT_FOUND', 'CONFLICT'],
  },
  resumeWebhookEndpoint: {
    ...endpoint,
    method: 'POST',
    path: '/v3/webhook-endpoints/:id/resume',
    summary: 'Send again, after you paused the endpoint or we disabled it',
    answer: answers(200, resource.WebhookEndpoint),
    errors: ['NOT_FOUND'],
  },
  rotateWebhookSecret: {
    ...endpoint,
    method: 'POST',
    path: '/v3/webhook-endpoints/:id/secret-rotations',
    summary: 'Replace the signing secret; for a while both sign',
    body: resource.NewSecretRotation,
    bodyOptional: true,
    answer: answers(201, resource.SecretRotation),
    errors: ['NOT_FOUND', 'CONFLICT'],
  },
  createTestEvent: {
    ...endpoint,
    method: 'POST',
    path: '/v3/webhook-endpoints/:id/test-events',
    summary: 'Have a test event posted to this endpoint',
    body: resource.NewTestEvent,
    bodyOptional: true,
    answer: answers(201, resource.WebhookDelivery),
    errors: ['NOT_FOUND', 'CONFLICT'],
  },
  replayWebhookEndpoint: {
    ...endpoint,
    method: 'POST',
    path: '/v3/webhook-endpoints/:id/replays',
    summary: 'Have events posted to this endpoint again: all, or those of a range of time',
    body: resource.NewReplay,
    bodyOptional: true,
    answer: answers(201, resource.Replay),
    errors: ['NOT_FOUND', 'CONFLICT', 'UNPROCESSABLE_ENTITY'],
  },
  listWebhookDeliveries: {
    method: 'GET',
    path: '/v3/webhook-deliveries',
    summary: 'What became of events, by endpoint or by event, newest first',
    caller: 'apiKey',
    query: resource.WebhookDeliveryQuery,
    answer: answers(200, resource.WebhookDeliveryPage),
    errors: ['NOT_FOUND', 'UNPROCESSABLE_ENTITY'],
  },
  getWebhookDelivery: {
    method: 'GET',
    path: '/v3/webhook-deliveries/:id',
    summary: 'One delivery with its attempts',
    caller: 'apiKey',
    params: ById('The delivery'),
    answer: answers(200, resource.WebhookDeliveryDetail),
    errors: ['NOT_FOUND'],
  },
  replayWebhookDelivery: {
    method: 'POST',
    path: '/v3/webhook-deliveries/:id/replay',
    summary: 'Have one event posted again, whatever became of it',
    caller: 'apiKey',
    params: ById('The delivery'),
    answer: answers(200, resource.WebhookDelivery),
    errors: ['NOT_FOUND', 'CONFLICT'],
  },
  listEvents: {
    method: 'GET',
    path: '/v3/events',
    summary: 'Every event of yours and of those below you, once, in an order that never changes',
    caller: 'apiKey',
    query: resource.EventQuery,
    answer: answers(200, EventPage),
    errors: ['UNPROCESSABLE_ENTITY'],
  },
  getEvent: {
    method: 'GET',
    path: '/v3/events/:id',
    summary: 'One event',
    caller: 'apiKey',
    params: ById('The event'),
    answer: answers(200, ImpactPaymentEvent),
    errors: ['NOT_FOUND'],
  },
  getEventSchema: {
    method: 'GET',
    path: '/v3/events/schemas/:type',
    summary: 'The JSON Schema of one type of event',
    caller: 'anyone',
    params: Type.Object({ type: resource.EventType }),
    answer: answers(200, Type.Unknown()),
    errors: [],
  },
} as const satisfies Record<string, Operation>
