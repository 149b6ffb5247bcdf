/**
 * Pure: the Ed25519 keys that checkpoints are signed with. The private half of each generation follows from the
 * deployment's master key and is never stored; the public half is (`checkpoints.ts`).
 * Laws: a key signs nothing but checkpoints; the ledger's name follows from its first public key, so that no other key can
 * speak for it.
 */
import { Buffer } from 'node:buffer'
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { deriveKey, sha256 } from '../kernel/secret.ts'

export interface SigningKey {
  readonly generation: number
  readonly publicKey: Buffer
  sign(message: string): Buffer
}

/** The public half as others hold it. */
export interface VerifyingKey {
  /** Of the ledger. */
  readonly name: string
  readonly publicKey: Buffer
}

const publicKeyBytes = 32
const originIdBytes = 8
/** Of signed notes: Ed25519. */
const ed25519 = 1
// RFC 8410: what stands before the seed in a private key, and before a public one.
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex')

/** The key of one generation; the first is 1. */
export function checkpointKey(master: Uint8Array, generation: number): SigningKey {
  const seed = deriveKey(master, `ledger checkpoint ${generation}`)
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(spkiHead.length)
  return { generation, publicKey, sign: (message) => sign(null, Buffer.from(message), key) }
}

/** What a ledger is called in its checkpoints. */
export function ledgerName(firstPublicKey: Uint8Array): string {
  return `ekko-ledger-${sha256(firstPublicKey).subarray(0, originIdBytes).toString('hex')}`
}

/** Four bytes by which a signature says which key it is of. */
export function keyHash({ name, publicKey }: VerifyingKey): Buffer {
  return sha256(Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([ed25519]), publicKey])).subarray(0, 4)
}

/** One line, as other verifiers of signed notes take it: name, key hash and key, joined by `+`. */
export function formatKey(key: VerifyingKey): string {
  const encoded = Buffer.concat([Buffer.from([ed25519]), key.publicKey]).toString('base64')
  return `${key.name}+${keyHash(key).toString('hex')}+${encoded}`
}

/** @throws Error when the text is no key */
export function parseKey(text: string): VerifyingKey {
  const [, name, hash, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text.trim()) ?? []
  const bytes = Buffer.from(encoded ?? '', 'base64')
  const key = { name: name ?? '', publicKey: bytes.subarray(1) }
  const isKey = bytes[0] === ed25519 && key.publicKey.length === publicKeyBytes
  if (!isKey || keyHash(key).toString('hex') !== hash) {
    throw new Error('the key is not of the form NAME+HASH+BASE64, as `ekko ledger keys` prints it')
  }
  return key
}

export function isSignedBy(publicKey: Uint8Array, message: string, signature: Uint8Array): boolean {
  return verify(null, Buffer.from(message), publicKeyObject(publicKey), signature)
}

/** For a key set (RFC 7517, RFC 8037). */
export function jwkOf(key: VerifyingKey): Readonly<Record<string, string>> {
  const { kty, crv, x } = publicKeyObject(key.publicKey).export({ format: 'jwk' }) as Record<string, string>
  return {
    kty: kty!,
    crv: crv!,
    x: x!,
    use: 'sig',
    alg: 'EdDSA',
    kid: `${key.name}+${keyHash(key).toString('hex')}`,
  }
}

/** @throws Error when a key of a key set is none of a ledger */
export function keyOfJwk({ kid, x }: { readonly kid?: unknown; readonly x?: unknown }): VerifyingKey {
  const bytes = Buffer.concat([Buffer.from([ed25519]), Buffer.from(String(x), 'base64url')])
  return parseKey(`${String(kid)}+${bytes.toString('base64')}`)
}

function publicKeyObject(publicKey: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([spkiHead, publicKey]), format: 'der', type: 'spki' })
}
