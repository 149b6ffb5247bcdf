/**
 * Secrets: random tokens, hashes, message authentication, and sealing at rest.
 * A secret is compared in constant time and never printed: `Secret` hides its value from logs and JSON.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  randomFillSync,
  timingSafeEqual,
} from 'node:crypto'

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const unbiasedBelow = 248 // the largest multiple of 62 that fits a byte
const sealNonceBytes = 12
const sealTagBytes = 16

/** A value that prints as `[secret]` wherever it is logged or serialised. */
export class Secret {
  readonly #value: string
  constructor(value: string) {
    this.#value = value
  }
  reveal(): string {
    return this.#value
  }
  toString(): string {
    return '[secret]'
  }
  toJSON(): string {
    return '[secret]'
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]'
  }
}

/** Random base62 text; 32 characters carry 190 bits. */
export function randomToken(length: number): string {
  let token = ''
  while (token.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < unbiasedBelow && token.length < length) token += base62[byte % base62.length]
    }
  }
  return token
}

const poolBytes = 4_096
const pool = Buffer.alloc(poolBytes)
let used = poolBytes

/** As good as `randomBytes`, and cheaper for few bytes: asking for random bytes once serves many. */
export function freshBytes(count: number): Buffer {
  if (used + count > poolBytes) {
    randomFillSync(pool)
    used = 0
  }
  const taken = Buffer.from(pool.subarray(used, used + count))
  pool.fill(0, used, used + count)
  used += count
  return taken
}

export function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest()
}

/** HMAC-SHA256 of `text`, base64url. */
export function authenticate(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url')
}

export function equalInConstantTime(left: string, right: string): boolean {
  const a = Buffer.from(left)
  const b = Buffer.from(right)
  return a.length === b.length && timingSafeEqual(a, b)
}

/** One key for each purpose, so that a token made for one door never opens another. */
export function deriveKey(master: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master, new Uint8Array(0), `ekko ${purpose}`, 32))
}

/** AES-256-GCM; `context` is authenticated, so a sealed value cannot be moved to another row. */
export function seal(key: Uint8Array, plain: string, context: string): Buffer {
  const nonce = freshBytes(sealNonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
  return Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
}

export function unseal(key: Uint8Array, sealed: Uint8Array, context: string): string {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, sealNonceBytes))
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(-sealTagBytes))
  const plain = decipher.update(bytes.subarray(sealNonceBytes, -sealTagBytes))
  // Throws where the tag does not fit. A stream cipher has nothing left to answer here.
  decipher.final()
  return plain.toString('utf8')
}
