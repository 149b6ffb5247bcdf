/**
 * Webhook endpoints, their secrets and deliveries, and the feed of events, as they cross the API.
 */
import { type Static, Type } from 'typebox'
import { Id, Instant, Limit, nullable, omissible } from './fields.ts'

export const EventType = Type.Union([Type.Literal('IMPACT_PAYMENT'), Type.Literal('IMPACT_PAYMENT_REVERSAL')])

const endpointOptions = {
  asymmetricSignature: omissible(
    Type.Boolean({ description: 'Sign with Ed25519 (v1a) too, so that a receiver needs no secret' }),
  ),
  legacySignature: omissible(
    Type.Boolean({ description: 'Send the original header signature too, which proves nothing' }),
  ),
  ordered: omissible(
    Type.Boolean({ description: 'Send the events of one allocation strictly one after the other' }),
  ),
}

export const NewWebhookEndpoint = Type.Object({
  url: Type.String({ minLength: 1, maxLength: 2048, description: 'Where events are posted to' }),
  organisationId: omissible(Id('Whose events; the key’s own organisation and all below it when absent')),
  eventTypes: omissible(Type.Array(EventType, { maxItems: 10, description: 'All when absent' })),
  ...endpointOptions,
})

export const WebhookEndpointChanges = Type.Object({
  url: Type.Optional(
    Type.String({ minLength: 1, maxLength: 2048, description: 'Where to post from now on' }),
  ),
  eventTypes: omissible(Type.Array(EventType, { maxItems: 10, description: 'null for all' })),
  ...endpointOptions,
})

export const WebhookEndpoint = Type.Object({
  id: Id('The endpoint'),
  organisationId: Id('Whose events, and its descendants’'),
  url: Type.String(),
  eventTypes: nullable(Type.Array(EventType)),
  status: Type.String({ description: 'enabled, paused (by you) or disabled (by us; see disabledReason)' }),
  createdAt: Instant('When it was created'),
  pausedAt: nullable(Instant('When you paused it')),
  disabledAt: nullable(Instant('When we gave it up')),
  disabledReason: nullable(
    Type.String({ description: 'gone: it answered 410; failing: five days of nothing but failure' }),
  ),
  asymmetricSignature: Type.Boolean(),
  publicKeys: Type.Array(Type.String({ description: 'whpk_…, what v1a signatures verify with' })),
  legacySignature: Type.Boolean(),
  ordered: Type.Boolean(),
  health: Type.Object({
    state: Type.String({
      description: 'closed: well; degraded: one attempt at a time; paused: only a probe now and then',
    }),
    attemptsAtOnce: Type.Integer({ description: 'What each of our processes sends at a time' }),
    failures: Type.Integer({ description: 'In a row' }),
    failingSince: nullable(Instant('First failure since the last success')),
    lastFailureAt: nullable(Instant('Latest failure')),
    nextProbeAt: nullable(Instant('While paused: not before')),
    failingNotice: nullable(
      Type.String({
        description: '1 hour, 24 hours or 72 hours, once it has done nothing but fail for so long',
      }),
    ),
    disablesAt: nullable(Instant('When we give it up, if nothing succeeds before')),
  }),
})

export const CreatedWebhookEndpoint = Type.Object({
  ...WebhookEndpoint.properties,
  secret: Type.String({ description: 'whsec_…, the signing secret; shown once' }),
})

export const NewSecretRotation = Type.Object({
  overlapSeconds: omissible(
    Type.Integer({
      minimum: 0,
      maximum: 604_800,
      description: 'How long the secret before goes on signing too; 86400 by default, 0 to end it now',
    }),
  ),
})

export const SecretRotation = Type.Object({
  secret: Type.String({ description: 'whsec_…, the new signing secret; shown once' }),
  previousValidUntil: Instant('Until then the secret before signs too'),
  publicKeys: Type.Array(Type.String({ description: 'whpk_…, of all secrets that are valid now' })),
})

export const NewTestEvent = Type.Object({ eventType: omissible(EventType) })

export const NewReplay = Type.Object({
  createdFrom: omissible(Instant('Only events from then on, inclusive')),
  createdTo: omissible(Instant('Only events before, exclusive')),
  scope: omissible(
    Type.Union([Type.Literal('undelivered'), Type.Literal('all')], {
      description: 'undelivered: what the endpoint never accepted, by default; all: what it accepted too',
    }),
  ),
})

export const Replay = Type.Object({
  replayed: Type.Integer({ description: 'How many deliveries are due again' }),
})

export const WebhookAttempt = Type.Object({
  startedAt: Instant('When it began'),
  durationMs: Type.Integer({ description: 'How long it took, milliseconds' }),
  outcome: Type.String({
    description: 'accepted, rejected, timeout, unreachable, refused, incomplete or interrupted',
  }),
  httpStatus: nullable(Type.Integer({ description: 'What you answered' })),
  detail: nullable(Type.String({ description: 'Code of the error, when there was no answer' })),
  answer: nullable(Type.String({ description: 'How your answer began, 1 KiB at most' })),
  counted: Type.Boolean({ description: 'False when it used up none of the schedule' }),
})

const DeliveryStatus = Type.Union(
  [Type.Literal('pending'), Type.Literal('delivered'), Type.Literal('exhausted'), Type.Literal('cancelled')],
  { description: 'Where the delivery stands' },
)

export const WebhookDelivery = Type.Object({
  id: Id('The delivery'),
  endpointId: Id('Where it goes'),
  eventId: Id('What it carries; also the webhook-id header'),
  eventType: EventType,
  organisationId: Id('Whose event'),
  fundsAllocationId: Id('The allocation that the event is about'),
  sequence: Type.Integer({ description: 'Of the event, within its allocation' }),
  test: Type.Boolean({ description: 'True for a test event' }),
  status: DeliveryStatus,
  sending: Type.Boolean({ description: 'True while an attempt is under way' }),
  attemptCount: Type.Integer({ description: 'Steps of the schedule used up, since the last replay' }),
  createdAt: Instant('When the event happened'),
  nextAttemptAt: nullable(Instant('Of a pending one: not before')),
  deliveredAt: nullable(Instant('When you accepted it')),
  replayedAt: nullable(Instant('When it was last asked for again')),
  lastAttempt: nullable(WebhookAttempt),
})

export const WebhookDeliveryDetail = Type.Object({
  ...WebhookDelivery.properties,
  attempts: Type.Array(WebhookAttempt, { description: 'Oldest first; the latest 100' }),
})

export const WebhookDeliveryPage = Type.Object({
  hasMore: Type.Boolean(),
  data: Type.Array(WebhookDelivery),
})

export const WebhookDeliveryQuery = Type.Object({
  endpointId: Type.Optional(Id('Only of this endpoint')),
  eventId: Type.Optional(Id('Only of this event')),
  status: Type.Optional(DeliveryStatus),
  limit: Limit,
  startingAfter: Type.Optional(Id('The last delivery of the page before')),
})

export const EventQuery = Type.Object({
  startingAfter: Type.Optional(Id('The last event that you have; from the first one when absent')),
  limit: Limit,
  order: Type.Optional(
    Type.Union([Type.Literal('oldest'), Type.Literal('newest')], {
      description:
        'oldest first, by default, to follow the feed; newest first, without a cursor, to see its end',
    }),
  ),
  waitSeconds: Type.Optional(
    Type.String({
      pattern: '^[0-9]{1,2}$',
      description: 'How long to wait for an event when there is none yet; 0 by default, 25 at most',
    }),
  ),
})

export type EventType = Static<typeof EventType>
export type NewWebhookEndpoint = Static<typeof NewWebhookEndpoint>
export type WebhookEndpoint = Static<typeof WebhookEndpoint>
export type CreatedWebhookEndpoint = Static<typeof CreatedWebhookEndpoint>
export type WebhookEndpointChanges = Static<typeof WebhookEndpointChanges>
export type NewSecretRotation = Static<typeof NewSecretRotation>
export type SecretRotation = Static<typeof SecretRotation>
export type NewTestEvent = Static<typeof NewTestEvent>
export type NewReplay = Static<typeof NewReplay>
export type Replay = Static<typeof Replay>
export type WebhookAttempt = Static<typeof WebhookAttempt>
export type WebhookDelivery = Static<typeof WebhookDelivery>
export type WebhookDeliveryDetail = Static<typeof WebhookDeliveryDetail>
export type WebhookDeliveryPage = Static<typeof WebhookDeliveryPage>
export type WebhookDeliveryQuery = Static<typeof WebhookDeliveryQuery>
export type EventQuery = Static<typeof EventQuery>
