/**
 * For: webhook endpoints, their deliveries, and the events that are posted or read.
 * Not for: verifying one, see `webhook.ts`.
 * Law: every type equals its schema in the contract; test/types.drift.ts fails to compile when one of them moves alone.
 */
import type { ReversalKind } from './types-allocations.ts'

export type EventType = 'IMPACT_PAYMENT' | 'IMPACT_PAYMENT_REVERSAL'

export interface NewWebhookEndpoint {
  url: string
  /** Whose events; the key's own organisation and all below it when absent. */
  organisationId?: string | null
  /** All when absent. */
  eventTypes?: EventType[] | null
  /** Sign with Ed25519 (`v1a`) too; then `publicKeys` verify as well as the secret. */
  asymmetricSignature?: boolean | null
  /** Send the original `signature` header too, which proves nothing. */
  legacySignature?: boolean | null
  /** The events of one allocation strictly one after the other. */
  ordered?: boolean | null
}

/** What is absent stays. */
export interface WebhookEndpointChanges {
  url?: string
  eventTypes?: EventType[] | null
  asymmetricSignature?: boolean | null
  legacySignature?: boolean | null
  ordered?: boolean | null
}

export interface WebhookEndpoint {
  id: string
  organisationId: string
  url: string
  eventTypes: EventType[] | null
  /** `enabled`, `paused` by you, or `disabled` by the service. */
  status: string
  createdAt: string
  pausedAt: string | null
  disabledAt: string | null
  /** `gone`: it answered 410; `failing`: five days of nothing but failure. */
  disabledReason: string | null
  asymmetricSignature: boolean
  /** `whpk_…`, for `verifyWebhook`, when `asymmetricSignature`. */
  publicKeys: string[]
  legacySignature: boolean
  ordered: boolean
  health: {
    /** `closed`: well; `degraded`: one attempt at a time; `paused`: only a probe now and then. */
    state: string
    attemptsAtOnce: number
    failures: number
    failingSince: string | null
    lastFailureAt: string | null
    nextProbeAt: string | null
    /** `1 hour`, `24 hours` or `72 hours`, once it has done nothing but fail for so long. */
    failingNotice: string | null
    /** When it is given up, if nothing succeeds before. */
    disablesAt: string | null
  }
}

export interface CreatedWebhookEndpoint extends WebhookEndpoint {
  /** `whsec_…`, for `verifyWebhook`. Shown once. */
  secret: string
}

export interface NewSecretRotation {
  /** How long the secret before goes on signing too: 0 to 604,800; 86,400 when absent. */
  overlapSeconds?: number | null
}

export interface SecretRotation {
  /** `whsec_…`, the new one. Shown once. */
  secret: string
  previousValidUntil: string
  publicKeys: string[]
}

export interface NewTestEvent {
  /** IMPACT_PAYMENT when absent. */
  eventType?: EventType | null
}

export interface NewReplay {
  /** ISO 8601, inclusive. */
  createdFrom?: string | null
  /** ISO 8601, exclusive. */
  createdTo?: string | null
  /** `undelivered` when absent: what the endpoint never accepted. */
  scope?: 'undelivered' | 'all' | null
}

export interface Replay {
  replayed: number
}

export interface WebhookAttempt {
  startedAt: string
  durationMs: number
  /** `accepted`, `rejected`, `timeout`, `unreachable`, `refused`, `incomplete` or `interrupted`. */
  outcome: string
  httpStatus: number | null
  /** Code of the error, when there was no answer. */
  detail: string | null
  /** How your answer began. */
  answer: string | null
  /** False when it used up none of the schedule. */
  counted: boolean
}

export type WebhookDeliveryStatus = 'pending' | 'delivered' | 'exhausted' | 'cancelled'

export interface WebhookDelivery {
  id: string
  endpointId: string
  eventId: string
  eventType: EventType
  organisationId: string
  fundsAllocationId: string
  sequence: number
  test: boolean
  status: WebhookDeliveryStatus
  sending: boolean
  /** Since the last replay. */
  attemptCount: number
  createdAt: string
  nextAttemptAt: string | null
  deliveredAt: string | null
  replayedAt: string | null
  lastAttempt: WebhookAttempt | null
}

export interface WebhookDeliveryDetail extends WebhookDelivery {
  /** Oldest first; the latest 100. */
  attempts: WebhookAttempt[]
}

export interface WebhookDeliveryPage {
  hasMore: boolean
  /** Newest first. */
  data: WebhookDelivery[]
}

/** By endpoint or by event; one of the two is needed. */
export interface WebhookDeliveryQuery {
  endpointId?: string
  eventId?: string
  status?: WebhookDeliveryStatus
  /** 1 to 100; 25 when absent. */
  limit?: number
  /** The last delivery of the page before. */
  startingAfter?: string
}

export interface EventQuery {
  /** The last event that you have; from the first one when absent. */
  startingAfter?: string
  /** 1 to 100; 25 when absent. */
  limit?: number
  /** `oldest` first when absent. `newest` takes no cursor. */
  order?: 'oldest' | 'newest'
  /** How long to wait for an event when there is none yet: 0 to 25; 0 when absent. */
  waitSeconds?: number
}

export interface EventPage {
  hasMore: boolean
  data: ImpactPaymentEvent[]
}

/** The body of a webhook. Amounts are positive in both directions; `eventType` says which way the money went. */
export interface ImpactPaymentEvent {
  footprintId: string
  organisationId: string
  brandId: string
  productId: string
  customerId: string
  eventType: EventType
  timestamp: string
  payment: { amount: number; currencyCode: string; serviceFee: number }
  /** Grams of CO2e; `quote` is 0 for nature sessions. */
  carbon: { unit: 'grams'; quote: number; compensated: number }
  /** The same in every delivery: what to deduplicate by. Also the `webhook-id` header. */
  eventId: string
  /** Counts up from 1 for each allocation: what to sort by. */
  sequence: number
  quoteId: string
  sessionId: string | null
  fundsAllocationId: string
  reversalId: string | null
  reversalKind: ReversalKind | null
  /** Square metres of intact nature lost for a year. */
  nature?: { unit: 'squareMetres'; quote: number }
  /** You asked for this test event; no money moved and its ids are invented. */
  test?: true
}
