/**
 * Signs webhooks by Standard Webhooks 1.0 (standardwebhooks.com) over `id.timestamp.body`: `v1` is HMAC-SHA256 with a
 * secret that both sides hold, `v1a` Ed25519 with a key that only we hold. Pure.
 * Not for keeping secrets (`signing-key.ts`).
 * Law: id and time are signed together with the body, so that neither can be changed nor an old request replayed.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { ed25519PublicKey, signEd25519 } from '../kernel/ed25519.ts'

const secretPrefix = 'whsec_'
const publicKeyPrefix = 'whpk_'
const newSecretBytes = 32
// What the standard allows.
const secretBytesMin = 24
const secretBytesMax = 64

/** A signing secret as the merchant sees it. */
export function newWebhookSecret(): string {
  return secretPrefix + randomBytes(newSecretBytes).toString('base64')
}

/** One `v1` signature for each secret, so that a receiver may know any of them. */
export function signWebhook(
  secrets: readonly string[],
  id: string,
  timestampSeconds: number,
  body: string,
): string {
  if (secrets.length === 0) throw new Error('a webhook is not sent unsigned')
  const signed = signedText(id, timestampSeconds, body)
  return secrets
    .map((secret) => `v1,${createHmac('sha256', keyOf(secret)).update(signed).digest('base64')}`)
    .join(' ')
}

/** One `v1a` signature for each seed of 32 bytes. */
export function signAsymmetrically(
  seeds: readonly Uint8Array[],
  id: string,
  timestampSeconds: number,
  body: string,
): string {
  const signed = Buffer.from(signedText(id, timestampSeconds, body))
  return seeds.map((seed) => `v1a,${signEd25519(seed, signed).toString('base64')}`).join(' ')
}

/** The public half of a seed as the merchant sees it. */
export function publicKeyOf(seed: Uint8Array): string {
  return publicKeyPrefix + ed25519PublicKey(seed).toString('base64')
}

/**
 * The header `signature` as the original API documents it: keyed with the organisation's id, which stands in the body
 * itself. It proves nothing, and is sent only where an endpoint asks for it.
 */
export function legacySignature(organisationId: string, body: string): string {
  return createHmac('sha256', organisationId).update(body).digest('hex')
}

function signedText(id: string, timestampSeconds: number, body: string): string {
  return `${id}.${timestampSeconds}.${body}`
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
