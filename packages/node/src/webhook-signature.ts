/**
 * For: the arithmetic of Standard Webhooks over `id.timestamp.body`: `v1` is base64(HMAC-SHA-256) with a secret, `v1a`
 * base64(Ed25519) that a public key verifies.
 * Not for: time and headers.
 * Law: comparison takes the same time wherever the first difference lies; the bytes of the body are signed as they are.
 */
import { createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import { WebhookVerificationError } from './errors.ts'
import type { WebhookHeaders } from './webhook-headers.ts'

const minSecretBytes = 16
const publicKeyBytes = 32
const maxSignatures = 32

/** What verifies: a shared secret, or the public half of a pair. */
export type VerifyingKey = { readonly secret: Buffer } | { readonly publicKey: KeyObject }

/** The key in `whsec_<base64>` or `whpk_<base64>`. */
export const verifyingKeyOf = (text: string): VerifyingKey =>
  typeof text === 'string' && text.startsWith('whpk_')
    ? { publicKey: publicKeyOf(text) }
    : { secret: keyOf(text) }

/** The key in a `whsec_<base64>` secret. The message never shows the secret. */
export const keyOf = (secret: string): Buffer => {
  const base64 = typeof secret === 'string' ? secret.replace(/^whsec_/, '') : ''
  const key = Buffer.from(base64, 'base64')
  // Buffer skips what is not base64, so a mistyped secret would silently become another one.
  if (key.length >= minSecretBytes && key.toString('base64') === base64) return key
  throw new WebhookVerificationError('bad-secret', 'A secret must be whsec_ and base64 of 16 bytes or more')
}

const publicKeyOf = (text: string): KeyObject => {
  const base64 = text.slice('whpk_'.length)
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length === publicKeyBytes && bytes.toString('base64') === base64)
    return createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') },
      format: 'jwk',
    })
  throw new WebhookVerificationError('bad-secret', 'A public key must be whpk_ and base64 of 32 bytes')
}

export const sign = (key: Buffer, id: string, timestamp: string, body: Uint8Array): string =>
  createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')

/** True when any signature of the header fits any of the keys; versions that are not known are passed over. */
export const matchesAny = (
  headers: WebhookHeaders,
  body: Uint8Array,
  keys: readonly VerifyingKey[],
): boolean => {
  const signatures = headers['webhook-signature'].split(' ').slice(0, maxSignatures)
  let found = false
  for (const key of keys)
    for (const signature of signatures) if (matches(headers, body, key, signature)) found = true
  return found
}

const matches = (
  headers: WebhookHeaders,
  body: Uint8Array,
  key: VerifyingKey,
  signature: string,
): boolean => {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp } = headers
  if ('secret' in key) {
    if (!signature.startsWith('v1,')) return false
    const expected = Buffer.from(sign(key.secret, id, timestamp, body))
    const candidate = Buffer.from(signature.slice('v1,'.length))
    return candidate.length === expected.length && timingSafeEqual(candidate, expected)
  }
  if (!signature.startsWith('v1a,')) return false
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body])
  return verify(null, signed, key.publicKey, Buffer.from(signature.slice('v1a,'.length), 'base64'))
}
