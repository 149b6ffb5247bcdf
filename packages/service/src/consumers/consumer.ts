/**
 * Pure: how what a merchant says of a consumer is kept. It is sealed under a key of this consumer's own, and that key
 * under the deployment's; whoever deletes the two has deleted the consumer wherever that key was used. A keyed hash of the
 * reference finds the consumer again.
 * Not for rows (`consumers.ts`).
 * Law: nothing that is kept tells the reference to somebody who has not the deployment's master key.
 */
import type { NewPostPurchaseSession } from '@ekko/contract/session-resources'
import { authenticate, deriveKey, freshBytes, seal, unseal } from '../kernel/secret.ts'

type ConsumerFacts = NewPostPurchaseSession['consumer']

/** As it is written. */
export interface SealedConsumer {
  readonly lookup: Buffer
  readonly sealedKey: Buffer
  readonly sealed: Buffer
}

/** As it is read (`consumerIn`): id, sealed key and what is sealed with it; null when there is nobody, or not any more. */
export type KeptConsumer = readonly [id: Uint8Array, sealedKey: Uint8Array, sealed: Uint8Array] | null

const keyBytes = 32

export class ConsumerSeals {
  readonly #wrappingKey: Uint8Array
  readonly #lookupKey: Uint8Array

  constructor(master: Uint8Array) {
    this.#wrappingKey = deriveKey(master, 'consumer keys')
    this.#lookupKey = deriveKey(master, 'consumer references')
  }

  /** @param id the random id that the books know */
  seal(id: string, rootId: string, facts: ConsumerFacts): SealedConsumer {
    const key = freshBytes(keyBytes)
    const context = sealContext(Buffer.from(id.replaceAll('-', ''), 'hex'))
    return {
      lookup: this.lookup(rootId, facts.reference),
      sealedKey: seal(this.#wrappingKey, key.toString('base64'), context),
      sealed: seal(key, JSON.stringify(facts), context),
    }
  }

  /** The same for the same reference below one root, so that an organisation finds those of the organisations below it. */
  lookup(rootId: string, reference: string): Buffer {
    return Buffer.from(authenticate(this.#lookupKey, `${rootId} ${reference}`), 'base64url')
  }

  /** Null once the consumer was erased. */
  reference(kept: KeptConsumer): string | null {
    if (kept === null) return null
    const [id, sealedKey, sealed] = kept
    const context = sealContext(id)
    const key = Buffer.from(unseal(this.#wrappingKey, sealedKey, context), 'base64')
    return (JSON.parse(unseal(key, sealed, context)) as ConsumerFacts).reference
  }
}

const keySizeBytes = 2
const idBytes = 16

/** Reads what `packedConsumerIn` answers. */
export function unpackConsumer(packed: Uint8Array): KeptConsumer {
  const id = keySizeBytes
  const key = id + idBytes
  const sealed = key + new DataView(packed.buffer, packed.byteOffset).getUint16(0)
  return [packed.subarray(id, key), packed.subarray(key, sealed), packed.subarray(sealed)]
}

const sealContext = (id: Uint8Array): string =>
  `consumer ${Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('hex')}`
