/**
 * Pure: JSON Web Signatures (RFC 7515) of one kind: compact, Ed25519, with a type of our own. Signing, and verifying with
 * nothing but a published set of keys.
 * Laws: the verifier says which algorithm and type it expects, the token never does; each byte counts, so that no second
 * spelling of a token verifies; a key that was not in use when the token says that it was signed proves nothing.
 */
import { ed25519PublicKey, seedBytes, signEd25519, verifiesEd25519 } from '../kernel/ed25519.ts'
import { sha256 } from '../kernel/secret.ts'

/** A key of a published set (RFC 7517, RFC 8037). `nbf` and `exp` are seconds: when the key began and ceased to sign. */
export interface PublicJwk {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly alg: 'EdDSA'
  readonly use: 'sig'
  readonly kid: string
  readonly x: string
  readonly nbf: number
  readonly exp?: number
}

export interface KeySet {
  readonly keys: readonly unknown[]
}

export type JwsFault =
  | 'malformed'
  | 'wrong algorithm'
  | 'wrong type'
  | 'unknown key'
  | 'wrong key'
  | 'wrong signature'
  | 'key not in use'

/** Why a token is not believed. */
export class JwsRefused extends Error {
  readonly fault: JwsFault
  constructor(fault: JwsFault, message: string) {
    super(message)
    this.name = 'JwsRefused'
    this.fault = fault
  }
}

export interface VerifiedJws {
  readonly kid: string
  readonly payload: Readonly<Record<string, unknown>>
  /** Seconds; in the lifetime of the key. */
  readonly iat: number
}

const jwsCharsMax = 65_536
const keysMax = 1_000
const algorithm = 'EdDSA'

/** The public half of a seed as a JWK, named by its RFC 7638 thumbprint. */
export function jwkOf(publicKey: Uint8Array, validFrom: Date, validUntil: Date | null): PublicJwk {
  const x = Buffer.from(publicKey).toString('base64url')
  return {
    kty: 'OKP',
    crv: 'Ed25519',
    alg: algorithm,
    use: 'sig',
    kid: thumbprint(x),
    x,
    nbf: secondsOf(validFrom),
    ...(validUntil && { exp: secondsOf(validUntil) }),
  }
}

export function kidOfSeed(seed: Uint8Array): string {
  return thumbprint(ed25519PublicKey(seed).toString('base64url'))
}

export function secondsOf(at: Date): number {
  return Math.floor(at.getTime() / 1000)
}

/** @param payload has `iat` */
export function signJws(seed: Uint8Array, type: string, payload: { readonly iat: number }): string {
  const header = { alg: algorithm, typ: type, kid: kidOfSeed(seed) }
  const signed = `${encoded(header)}.${encoded(payload)}`
  return `${signed}.${signEd25519(seed, Buffer.from(signed)).toString('base64url')}`
}

/** @throws JwsRefused */
export function verifyJws(token: string, type: string, keySet: unknown): VerifiedJws {
  const [header, payload, signature] = partsOf(token)
  const { alg, typ, kid } = objectIn(header, 'the header')
  if (alg !== algorithm)
    throw new JwsRefused('wrong algorithm', `it is signed with ${shown(alg)}, and only ${algorithm} counts`)
  if (typ !== type) throw new JwsRefused('wrong type', `it is of type ${shown(typ)}, not ${type}`)
  if (Object.keys(objectIn(header, 'the header')).length !== 3)
    throw new JwsRefused('malformed', 'its header has more than alg, typ and kid')
  const key = keyNamed(kid, keySet)
  const signed = Buffer.from(token.slice(0, token.lastIndexOf('.')))
  if (!verifiesEd25519(Buffer.from(key.x, 'base64url'), signed, signature))
    throw new JwsRefused('wrong signature', 'its signature does not belong to its content: it was changed')
  const content = objectIn(payload, 'the content')
  return { kid: key.kid, payload: content, iat: timeWithin(key, content.iat) }
}

function partsOf(token: string): [Buffer, Buffer, Buffer] {
  if (token.length > jwsCharsMax)
    throw new JwsRefused('malformed', `it is longer than ${jwsCharsMax} characters`)
  const parts = token.split('.')
  if (parts.length !== 3) throw new JwsRefused('malformed', 'it is not three parts with a dot between them')
  return parts.map(decoded) as [Buffer, Buffer, Buffer]
}

/** The spare bits of a last character could be changed without changing a byte; such a spelling is refused. */
function decoded(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url')
  if (bytes.toString('base64url') !== part) throw new JwsRefused('malformed', 'a part of it is not base64url')
  return bytes
}

function objectIn(bytes: Buffer, name: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    throw new JwsRefused('malformed', `${name} is not JSON`)
  }
  if (!isObject(value)) throw new JwsRefused('malformed', `${name} is not a JSON object`)
  return value
}

/** The key must be named by its own hash, so that a set can neither swap nor shadow one. */
function keyNamed(kid: unknown, keySet: unknown): PublicJwk {
  const keys = isObject(keySet) && Array.isArray(keySet.keys) ? keySet.keys.slice(0, keysMax) : undefined
  if (!keys) throw new JwsRefused('unknown key', 'the keys are not a JSON Web Key Set')
  const key = keys.find(
    (each): each is PublicJwk => isObject(each) && each.kid === kid && typeof kid === 'string',
  )
  if (!key)
    throw new JwsRefused('unknown key', `it is signed with key ${shown(kid)}, which is not among the keys`)
  const isOurs =
    key.kty === 'OKP' && key.crv === 'Ed25519' && key.alg === algorithm && typeof key.x === 'string'
  if (!isOurs || Buffer.from(key.x, 'base64url').length !== seedBytes || thumbprint(key.x) !== kid)
    throw new JwsRefused('wrong key', `key ${shown(kid)} is not the Ed25519 key of that name`)
  return key
}

function timeWithin({ kid, nbf, exp }: PublicJwk, iat: unknown): number {
  if (typeof iat !== 'number' || !Number.isSafeInteger(iat))
    throw new JwsRefused('malformed', 'it has no iat')
  const since = typeof nbf === 'number' ? nbf : Number.POSITIVE_INFINITY
  const until = exp === undefined ? Number.POSITIVE_INFINITY : exp
  if (typeof until !== 'number' || iat < since || iat >= until)
    throw new JwsRefused('key not in use', `it says it was signed when key ${kid} was not in use`)
  return iat
}

function thumbprint(x: string): string {
  return sha256(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x })).toString('base64url')
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

const shownCharsMax = 60

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'none').slice(0, shownCharsMax)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
