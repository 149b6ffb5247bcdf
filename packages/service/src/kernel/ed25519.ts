/**
 * Ed25519 (RFC 8032) by seeds of 32 bytes: what is kept or derived is the seed, and keys are made of it when they are used.
 * Not for keeping seeds, nor for any format of signatures.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

export const seedBytes = 32
// RFC 8410: what stands before the seed in a private key.
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')

/** 64 bytes; the same seed and message always give the same. */
export function signEd25519(seed: Uint8Array, message: Uint8Array): Buffer {
  return sign(null, message, privateKeyOf(seed))
}

/** The public half of a seed: 32 bytes. */
export function ed25519PublicKey(seed: Uint8Array): Buffer {
  const { x } = createPublicKey(privateKeyOf(seed)).export({ format: 'jwk' })
  return Buffer.from(x!, 'base64url')
}

/** False for a signature or a public key of the wrong length too. */
export function verifiesEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== seedBytes) return false
  const x = Buffer.from(publicKey).toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return verify(null, message, key, signature)
}

function privateKeyOf(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' })
}
