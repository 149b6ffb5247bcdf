/**
 * For: what makes a webhook believable besides its signature: its bytes, its time, its body.
 * Not for: the arithmetic of signatures, which each runtime does with what it has.
 * Law: the body is parsed by `eventOf` only, and that is called only after a signature was found good.
 */
import { WebhookVerificationError } from './errors.ts'
import type { ImpactPaymentEvent } from './types-webhooks.ts'

export interface VerifyWebhookOptions {
  /** Seconds that the timestamp may lie in the past or in the future; 300 when absent. */
  toleranceSeconds?: number
  /** Instead of the clock, for tests. */
  now?: Date
}

export const bytesOf = (body: string | Uint8Array): Uint8Array<ArrayBuffer> => {
  if (typeof body === 'string') return new TextEncoder().encode(body)
  if (body instanceof Uint8Array) return new Uint8Array(body)
  // A parsed object cannot be verified: writing it out again need not give the bytes that were signed.
  throw new WebhookVerificationError(
    'bad-body',
    'Pass the raw body, as text or bytes, before any JSON parser',
  )
}

export const checkTimestamp = (header: string, options: VerifyWebhookOptions): void => {
  const tolerance = options.toleranceSeconds ?? 300
  const now = Math.floor((options.now ?? new Date()).getTime() / 1_000)
  if (!(tolerance >= 0) || Number.isNaN(now))
    throw new TypeError('toleranceSeconds must be 0 or more, and now a date')
  if (!/^\d{1,12}$/.test(header))
    throw new WebhookVerificationError('bad-timestamp', 'webhook-timestamp is not a number of seconds')
  const ageSeconds = now - Number(header)
  if (ageSeconds > tolerance)
    throw new WebhookVerificationError('too-old', `Signed ${ageSeconds} s ago; is this a replay?`)
  if (-ageSeconds > tolerance)
    throw new WebhookVerificationError('too-new', `Signed ${-ageSeconds} s ahead; are the clocks right?`)
}

export const eventOf = (bytes: Uint8Array): ImpactPaymentEvent => {
  try {
    const event: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (typeof event === 'object' && event !== null) return event as ImpactPaymentEvent
  } catch {
    // Falls through to the refusal.
  }
  throw new WebhookVerificationError('bad-body', 'The signature is good but the body is not a JSON object')
}
