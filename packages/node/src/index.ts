/**
 * For: the only door of the package; what is not exported here may change without notice.
 * Not for: anything else.
 */
export type { Allocations } from './allocations.ts'
export { EkkoClient, type EkkoClientOptions } from './client.ts'
export type { ComponentOptions } from './component.ts'
export {
  EkkoApiError,
  EkkoConnectionError,
  EkkoError,
  type EkkoErrorCode,
  type LocalErrorCode,
  type WebhookRefusal,
  WebhookVerificationError,
} from './errors.ts'
export type { ImpactRecords } from './impact-records.ts'
export type { Organisations } from './organisations.ts'
export type { PostPurchaseSessions } from './post-purchase-sessions.ts'
export type { Projects } from './projects.ts'
export type { CallOptions } from './transport.ts'
export type * from './types.ts'
export { type VerifyWebhookOptions, verifyWebhook, webhookTestHeaders } from './webhook.ts'
export type { WebhookDeliveries } from './webhook-deliveries.ts'
export type { WebhookEndpoints } from './webhook-endpoints.ts'
export type { WebhookEvents } from './webhook-events.ts'
export type { ReceivedHeaders, WebhookHeaders } from './webhook-headers.ts'
