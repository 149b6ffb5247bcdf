/**
 * The keys of one deployment's webhooks, all derived from its master key, and the headers they put on a webhook. Pure.
 * Law: a sealed secret is bound to its endpoint; a pair of Ed25519 keys belongs to one secret and lives as long as it.
 */
import { deriveKey, seal, unseal } from '../kernel/secret.ts'
import type { Claim } from './claims.ts'
import { legacySignature, publicKeyOf, signAsymmetrically, signWebhook } from './signature.ts'

export class SigningKeys {
  readonly #master: Uint8Array
  readonly #secretsKey: Uint8Array

  constructor(master: Uint8Array) {
    this.#master = master
    this.#secretsKey = deriveKey(master, 'webhook secrets')
  }

  seal(endpointId: string, secret: string): Buffer {
    return seal(this.#secretsKey, secret, sealContext(endpointId))
  }

  unseal(endpointId: string, sealed: Uint8Array): string {
    return unseal(this.#secretsKey, sealed, sealContext(endpointId))
  }

  /** `whpk_…`, of the pair that belongs to a secret. */
  publicKey(secretId: string): string {
    return publicKeyOf(this.#seed(secretId))
  }

  /** The headers of a webhook that is sent at `at`. */
  headers(claim: Claim, at: Date): Record<string, string> {
    const { endpointId, eventId, body, secretIds, sealedSecrets } = claim
    const seconds = Math.floor(at.getTime() / 1000)
    const secrets = sealedSecrets.map((sealed) => this.unseal(endpointId, sealed))
    const signatures = [signWebhook(secrets, eventId, seconds, body)]
    if (claim.asymmetric) {
      const seeds = secretIds.map((id) => this.#seed(id))
      signatures.push(signAsymmetrically(seeds, eventId, seconds, body))
    }
    return {
      'content-type': 'application/json',
      'user-agent': 'ekko-webhooks/1',
      'webhook-id': eventId,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signatures.join(' '),
      ...(claim.legacySignature && { signature: legacySignature(claim.organisationId, body) }),
    }
  }

  #seed(secretId: string): Uint8Array {
    return deriveKey(this.#master, `webhook ed25519 ${secretId}`)
  }
}

const sealContext = (endpointId: string): string => `webhook endpoint ${endpointId}`
