/**
 * For: verifying webhooks with Web Crypto, where there is no `node:crypto`: workers and edge functions.
 * Not for: Node, whose own verification answers at once; webhook.ts. Both keep the same rules and refuse for the same reasons.
 * Law: as in webhook.ts: nothing of the body is looked at before its signature was found good.
 */
import { WebhookVerificationError } from './errors.ts'
import type { ImpactPaymentEvent } from './types-webhooks.ts'
import { bytesOf, checkTimestamp, eventOf, type VerifyWebhookOptions } from './webhook-checks.ts'
import { type ReceivedHeaders, type WebhookHeaders, webhookHeadersOf } from './webhook-headers.ts'

const minSecretBytes = 16
const publicKeyBytes = 32
const maxSignatures = 32

/**
 * Checks the signature and the timestamp of a webhook and resolves to its event. Mind the `await`: without it nothing is verified.
 *
 * @throws WebhookVerificationError, TypeError as a rejection, for the same reasons as `verifyWebhook` of `@ekko/node`
 * @example
 * const event = await verifyWebhook(await request.text(), request.headers, [currentSecret, previousSecret])
 */
export const verifyWebhook = async (
  body: string | Uint8Array,
  headers: ReceivedHeaders,
  secrets: string | readonly string[],
  options: VerifyWebhookOptions = {},
): Promise<ImpactPaymentEvent> => {
  const bytes = bytesOf(body)
  const keys = await Promise.all((typeof secrets === 'string' ? [secrets] : secrets).map(verifyingKeyOf))
  if (keys.length === 0) throw new WebhookVerificationError('bad-secret', 'At least one secret is needed')
  const received = webhookHeadersOf(headers)
  checkTimestamp(received['webhook-timestamp'], options)
  if (!(await matchesAny(received, bytes, keys)))
    throw new WebhookVerificationError('no-matching-signature', 'No signature matches body, id and timestamp')
  return eventOf(bytes)
}

interface VerifyingKey {
  readonly version: 'v1' | 'v1a'
  readonly algorithm: 'HMAC' | 'Ed25519'
  readonly key: Awaited<ReturnType<typeof crypto.subtle.importKey>>
}

const verifyingKeyOf = async (text: string): Promise<VerifyingKey> => {
  const isPublic = typeof text === 'string' && text.startsWith('whpk_')
  const bytes = typeof text === 'string' ? decoded(text.replace(/^wh(sec|pk)_/, '')) : undefined
  if (isPublic) {
    if (bytes?.length !== publicKeyBytes)
      throw new WebhookVerificationError('bad-secret', 'A public key must be whpk_ and base64 of 32 bytes')
    const key = await crypto.subtle.importKey('raw', bytes, 'Ed25519', false, ['verify'])
    return { version: 'v1a', algorithm: 'Ed25519', key }
  }
  if (bytes === undefined || bytes.length < minSecretBytes)
    throw new WebhookVerificationError('bad-secret', 'A secret must be whsec_ and base64 of 16 bytes or more')
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', bytes, hmac, false, ['verify'])
  return { version: 'v1', algorithm: 'HMAC', key }
}

/** `subtle.verify` compares in constant time. */
const matchesAny = async (
  headers: WebhookHeaders,
  body: Uint8Array,
  keys: readonly VerifyingKey[],
): Promise<boolean> => {
  const head = new TextEncoder().encode(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`)
  const signed = new Uint8Array(head.length + body.length)
  signed.set(head)
  signed.set(body, head.length)
  let found = false
  for (const text of headers['webhook-signature'].split(' ').slice(0, maxSignatures)) {
    const [version, base64 = ''] = text.split(',', 2)
    const signature = decoded(base64)
    for (const { algorithm, key } of keys.filter((each) => each.version === version))
      if (signature && (await crypto.subtle.verify(algorithm, key, signature, signed))) found = true
  }
  return found
}

/** Undefined for what is not base64 exactly as it is written out: a mistyped secret must not become another one. */
const decoded = (base64: string): Uint8Array<ArrayBuffer> | undefined => {
  try {
    const binary = atob(base64)
    if (btoa(binary) !== base64) return undefined
    return Uint8Array.from(binary, (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}
