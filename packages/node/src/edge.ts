/**
 * For: the door for runtimes that have the web’s globals and no `node:` modules, as workers and edge functions: `@ekko/node/edge`.
 * Not for: Node, whose door is index.ts.
 * Law: nothing behind it imports `node:`; a test bundles it and runs it with the web’s globals alone.
 */
export { EkkoClient, type EkkoClientOptions } from './client.ts'
export type { ComponentOptions } from './component.ts'
export { verifyWebhook } from './edge-webhook.ts'
export {
  EkkoApiError,
  EkkoConnectionError,
  EkkoError,
  type EkkoErrorCode,
  type LocalErrorCode,
  type WebhookRefusal,
  WebhookVerificationError,
} from './errors.ts'
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
export type { VerifyWebhookOptions } from './webhook-checks.ts'
export type { ReceivedHeaders, WebhookHeaders } from './webhook-headers.ts'
