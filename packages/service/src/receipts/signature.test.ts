import { createHmac, createPublicKey, randomBytes, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ed25519PublicKey, seedBytes } from '../kernel/ed25519.ts'
import { type JwsFault, JwsRefused, jwkOf, type KeySet, signJws, verifyJws } from './signature.ts'

const type = 'ekko-receipt+jwt'
const seed = randomBytes(seedBytes)
const began = new Date('2026-11-21T12:00:00Z')
const ended = new Date('2027-11-21T12:00:00Z')
const iat = began.getTime() / 1000 + 60
const keysOf = (...seeds: Uint8Array[]): KeySet => ({
  keys: seeds.map((each) => jwkOf(ed25519PublicKey(each), began, ended)),
})
const keys = keysOf(seed)
const token = signJws(seed, type, { iat, total: '2.00' } as { iat: number })
const [header, payload, signature] = token.split('.') as [string, string, string]

function faultOf(jws: string, set: unknown = keys): JwsFault | 'none' {
  try {
    verifyJws(jws, type, set)
    return 'none'
  } catch (cause) {
    if (cause instanceof JwsRefused) return cause.fault
    throw cause
  }
}
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const headerWith = (change: object) =>
  part({ ...JSON.parse(Buffer.from(header, 'base64url').toString()), ...change })

describe('a signed token', () => {
  it('verifies with the published half of its key, and is the same each time', () => {
    expect(verifyJws(token, type, keys)).toMatchObject({ iat, payload: { total: '2.00' } })
    expect(signJws(seed, type, { iat, total: '2.00' } as { iat: number })).toBe(token)
  })

  it('is one of RFC 7515 that any library verifies', () => {
    const key = createPublicKey({ key: keys.keys[0] as never, format: 'jwk' })
    expect(verify(null, Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'))).toBe(
      true,
    )
  })

  it('does not verify with any one bit flipped, wherever it is', () => {
    const bytes = Buffer.from(token)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const flipped = Buffer.from(bytes)
        flipped[at]! ^= 1 << bit
        expect(faultOf(flipped.toString('latin1'))).not.toBe('none')
      }),
      { numRuns: 500 },
    )
  })

  it('has one spelling: padding, spare bits and other alphabets are refused', () => {
    const last = signature.at(-1)!
    const spare = { A: 'B', Q: 'R', g: 'h', w: 'x' }[last]
    expect(spare).toBeDefined()
    for (const other of [
      `${token}=`,
      `${token} `,
      token.slice(0, -1) + spare,
      token.replaceAll('-', '+').concat('=='),
    ])
      expect(faultOf(other)).toBe('malformed')
  })

  it('cannot choose its algorithm', () => {
    for (const alg of ['none', 'HS256', 'ES256', 'EdDSA ', undefined])
      expect(faultOf(`${headerWith({ alg })}.${payload}.${signature}`)).toBe('wrong algorithm')
    expect(faultOf(`${headerWith({ alg: 'none' })}.${payload}.`)).toBe('wrong algorithm')
    // The classic: the public key as the secret of a symmetric signature.
    const signed = `${headerWith({ alg: 'HS256' })}.${payload}`
    const forged = createHmac('sha256', ed25519PublicKey(seed)).update(signed).digest('base64url')
    expect(faultOf(`${signed}.${forged}`)).toBe('wrong algorithm')
  })

  it('of another type is not taken for one, though the same key signed it', () => {
    expect(faultOf(signJws(seed, 'other+jwt', { iat }))).toBe('wrong type')
    expect(faultOf(signJws(seed, 'JWT', { iat }))).toBe('wrong type')
  })

  it('brings no instructions along in its header', () => {
    for (const change of [
      { crit: ['b64'], b64: false },
      { jku: 'https://evil.example' },
      { jwk: keys.keys[0] },
    ])
      expect(faultOf(`${headerWith(change)}.${payload}.${signature}`)).toBe('malformed')
  })

  it('needs its own key: an unknown one, a renamed one and none at all are told apart', () => {
    const other = randomBytes(seedBytes)
    expect(faultOf(token, keysOf(other))).toBe('unknown key')
    expect(faultOf(token, { keys: [] })).toBe('unknown key')
    expect(faultOf(token, 'keys')).toBe('unknown key')
    const [{ kid }] = keys.keys as [{ kid: string }]
    const renamed = { ...jwkOf(ed25519PublicKey(other), began, null), kid }
    expect(faultOf(token, { keys: [renamed] })).toBe('wrong key')
    expect(faultOf(token, { keys: [renamed, ...keys.keys] })).toBe('wrong key')
    expect(faultOf(token, { keys: [...keysOf(other).keys, ...keys.keys] })).toBe('none')
  })

  it('signed before its key began or after it ended is refused', () => {
    const at = (seconds: number) => faultOf(signJws(seed, type, { iat: seconds }))
    const [first, last] = [began.getTime() / 1000, ended.getTime() / 1000]
    expect([at(first - 1), at(first), at(last - 1), at(last)]).toEqual([
      'key not in use',
      'none',
      'none',
      'key not in use',
    ])
    expect(at(Number.NaN)).toBe('malformed')
  })

  it('that is no token at all is refused without a crash', () => {
    fc.assert(fc.property(fc.string(), (text) => faultOf(text) !== 'none'))
    expect(faultOf('a'.repeat(100_000))).toBe('malformed')
    expect(faultOf('..')).toBe('malformed')
  })
})

describe('the published vectors', () => {
  const { jwks, receipts } = JSON.parse(
    readFileSync(new URL('../../vectors/receipt-vectors.json', import.meta.url), 'utf8'),
  ) as { jwks: KeySet; receipts: ReadonlyArray<{ name: string; jws: string; fault: JwsFault | null }> }

  it.each(receipts.map((each) => [each.name, each] as const))('%s', (_name, { jws, fault }) => {
    expect(faultOf(jws, jwks)).toBe(fault ?? 'none')
  })
})
