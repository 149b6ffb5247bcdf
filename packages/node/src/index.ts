/**
 * For: the only door of the package; what is not exported here may change without notice.
 * Not for: anything else.
 */
export type { Allocations } from './allocations.ts'
export type { ApiKeys } from './api-keys.ts'
export type { Brands } from './brands.ts'
export type { CheckoutSessions } from './checkout-sessions.ts'
export { EkkoClient, type EkkoClientOptions } from './client.ts'
export type { ComponentOptions } from './component.ts'
export type { Consumers } from './consumers.ts'
export {
  EkkoApiError,
  EkkoConnectionError,
  EkkoError,
  type EkkoErrorCode,
  type LocalErrorCode,
  type WebhookRefusal,
  WebhookVerificationError,
} from './errors.ts'
export type { Exports } from './exports.ts'
export type { ImpactPartners } from './impact-partners.ts'
export type { ImpactRecords } from './impact-records.ts'
export type { ImpactPaySessions } from './impactpay-sessions.ts'
export type { ManagedProjects } from './managed-projects.ts'
export type { Organisations } from './organisations.ts'
export type { PostPurchaseSessions } from './post-purchase-sessions.ts'
export type { Products } from './products.ts'
export type { ProfitShareRecords } from './profit-share-records.ts'
export type { Projects } from './projects.ts'
export type { Quotes } from './quotes.ts'
export type { Statements } from './statements.ts'
export type { CallOptions } from './transport.ts'
export type * from './types-access.ts'
export type * from './types-allocations.ts'
export type * from './types-errors.ts'
export type * from './types-offers.ts'
export type * from './types-operator.ts'
export type * from './types-organisations.ts'
export type * from './types-sessions.ts'
export type * from './types-statements.ts'
export type * from './types-webhooks.ts'
export { verifyWebhook, webhookTestHeaders } from './webhook.ts'
export type { VerifyWebhookOptions } from './webhook-checks.ts'
export type { WebhookDeliveries } from './webhook-deliveries.ts'
export type { WebhookEndpoints } from './webhook-endpoints.ts'
export type { WebhookEvents } from './webhook-events.ts'
export type { ReceivedHeaders, WebhookHeaders } from './webhook-headers.ts'
