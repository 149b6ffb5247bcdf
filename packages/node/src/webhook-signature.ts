/**
 * For: the arithmetic of Standard Webhooks `v1`: base64(HMAC-SHA-256(secret, id.timestamp.body)).
 * Not for: time and headers.
 * Law: comparison takes the same time wherever the first difference lies; the bytes of the body are signed as they are.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { WebhookVerificationError } from './errors.ts'
import type { WebhookHeaders } from './webhook-headers.ts'

const minSecretBytes = 16
const maxSignatures = 32

/** The key in a `whsec_<base64>` secret. The message never shows the secret. */
export const keyOf = (secret: string): Buffer => {
  const base64 = typeof secret === 'string' ? secret.replace(/^whsec_/, '') : ''
  const key = Buffer.from(base64, 'base64')
  // Buffer skips what is not base64, so a mistyped secret would silently become another one.
  if (key.length >= minSecretBytes && key.toString('base64') === base64) return key
  throw new WebhookVerificationError('bad-secret', 'A secret must be whsec_ and base64 of 16 bytes or more')
}

export const sign = (key: Buffer, id: string, timestamp: string, body: Uint8Array): string =>
  createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')

/** True when any `v1` signature of the header fits any of the keys; other versions are passed over. */
export const matchesAny = (headers: WebhookHeaders, body: Uint8Array, keys: readonly Buffer[]): boolean => {
  const candidates = headers['webhook-signature']
    .split(' ')
    .slice(0, maxSignatures)
    .filter((part) => part.startsWith('v1,'))
    .map((part) => Buffer.from(part.slice('v1,'.length)))
  let found = false
  for (const key of keys) {
    const expected = Buffer.from(sign(key, headers['webhook-id'], headers['webhook-timestamp'], body))
    for (const candidate of candidates)
      if (candidate.length === expected.length && timingSafeEqual(candidate, expected)) found = true
  }
  return found
}
