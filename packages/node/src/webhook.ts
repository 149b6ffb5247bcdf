/**
 * For: telling a webhook of the service from anybody else's, and making such requests in a merchant's own tests.
 * Not for: runtimes without `node:crypto`, see edge-webhook.ts; deduplicating (keep the event's `eventId`) or answering; the receiver does both.
 * Law: Standard Webhooks, `v1` with a secret and `v1a` with a public key. Nothing of the body is looked at before its signature was found good.
 */
import { randomUUID } from 'node:crypto'
import { WebhookVerificationError } from './errors.ts'
import type { ImpactPaymentEvent } from './types-webhooks.ts'
import { bytesOf, checkTimestamp, eventOf, type VerifyWebhookOptions } from './webhook-checks.ts'
import { type ReceivedHeaders, type WebhookHeaders, webhookHeadersOf } from './webhook-headers.ts'
import { keyOf, matchesAny, sign, verifyingKeyOf } from './webhook-signature.ts'

/**
 * Checks the signature and the timestamp of a webhook and returns its event.
 *
 * Pass the body as it arrived, before any JSON parser. During a rotation pass both secrets; one good signature suffices.
 * A public key (`whpk_…`) verifies too, where the endpoint asked for `asymmetricSignature`.
 *
 * @throws WebhookVerificationError with a `reason`: missing-header, bad-timestamp, too-old, too-new, bad-secret,
 *   no-matching-signature or bad-body
 * @throws TypeError for a tolerance that is not a number of seconds
 * @example
 * const event = verifyWebhook(rawBody, request.headers, [currentSecret, previousSecret])
 * if (event.eventType === 'IMPACT_PAYMENT') await thank(event.customerId)
 */
export const verifyWebhook = (
  body: string | Uint8Array,
  headers: ReceivedHeaders,
  secrets: string | readonly string[],
  options: VerifyWebhookOptions = {},
): ImpactPaymentEvent => {
  const bytes = bytesOf(body)
  const keys = (typeof secrets === 'string' ? [secrets] : secrets).map(verifyingKeyOf)
  if (keys.length === 0) throw new WebhookVerificationError('bad-secret', 'At least one secret is needed')
  const received = webhookHeadersOf(headers)
  checkTimestamp(received['webhook-timestamp'], options)
  if (!matchesAny(received, bytes, keys))
    throw new WebhookVerificationError('no-matching-signature', 'No signature matches body, id and timestamp')
  return eventOf(bytes)
}

/**
 * The three headers that the service would send with this body, for testing a receiver.
 *
 * @throws WebhookVerificationError bad-secret
 * @example
 * const body = JSON.stringify(event)
 * const headers = webhookTestHeaders({ body, secret })
 * await fetch('http://127.0.0.1:3000/webhooks/ekko', { method: 'POST', body, headers })
 */
export const webhookTestHeaders = (input: {
  body: string | Uint8Array
  secret: string
  /** The event's id; a new one when absent. */
  id?: string
  /** When it was signed; now when absent. */
  timestamp?: Date
}): WebhookHeaders => {
  const id = input.id ?? randomUUID()
  const timestamp = String(Math.floor((input.timestamp ?? new Date()).getTime() / 1_000))
  const signature = sign(keyOf(input.secret), id, timestamp, bytesOf(input.body))
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}
