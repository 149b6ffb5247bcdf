/**
 * Signs webhooks by Standard Webhooks 1.0 (standardwebhooks.com), scheme v1: HMAC-SHA256 over `id.timestamp.body`.
 * Not for keeping secrets: `endpoints.ts` seals them.
 * Law: id and time are signed together with the body, so that neither can be changed nor an old request replayed.
 */
import { createHmac, randomBytes } from 'node:crypto'

const secretPrefix = 'whsec_'
const newSecretBytes = 32
// What the standard allows.
const secretBytesMin = 24
const secretBytesMax = 64

/** A signing secret as the merchant sees it. */
export function newWebhookSecret(): string {
  return secretPrefix + randomBytes(newSecretBytes).toString('base64')
}

/** Value of `webhook-signature`: one signature for each secret, so that a receiver may know any of them. */
export function signWebhook(
  secrets: readonly string[],
  id: string,
  timestampSeconds: number,
  body: string,
): string {
  if (secrets.length === 0) throw new Error('a webhook is not sent unsigned')
  const signed = `${id}.${timestampSeconds}.${body}`
  return secrets
    .map((secret) => `v1,${createHmac('sha256', keyOf(secret)).update(signed).digest('base64')}`)
    .join(' ')
}

function keyOf(secret: string): Buffer {
  const key = Buffer.from(
    secret.startsWith(secretPrefix) ? secret.slice(secretPrefix.length) : secret,
    'base64',
  )
  if (key.length < secretBytesMin || key.length > secretBytesMax) {
    throw new Error(`a webhook secret has ${secretBytesMin} to ${secretBytesMax} bytes, not ${key.length}`)
  }
  return key
}
