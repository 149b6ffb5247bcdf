import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { newId } from '../kernel/id.ts'
import { sessionTokens } from './session-token.ts'

describe('session tokens', () => {
  const master = randomBytes(32)
  const tokens = sessionTokens(master, 'sandbox')
  const id = newId(Date.now())

  it('lead back to the session they were made for', () => {
    expect(tokens.readClientSecret(tokens.clientSecret(id))).toBe(id)
    expect(tokens.readLinkToken(tokens.linkToken(id))).toBe(id)
    expect(tokens.clientSecret(id)).toMatch(/^cs_test_[0-9a-f]{32}_secret_[\w-]{43}$/)
  })

  it('are worthless when one character is changed, cut or added', () => {
    const secret = tokens.clientSecret(id)
    for (let at = 0; at < secret.length; at++) {
      const other = secret[at] === 'a' ? 'b' : 'a'
      expect(tokens.readClientSecret(secret.slice(0, at) + other + secret.slice(at + 1))).toBeUndefined()
    }
    expect(tokens.readClientSecret(secret.slice(0, -1))).toBeUndefined()
    expect(tokens.readClientSecret(`${secret}a`)).toBeUndefined()
    expect(tokens.readClientSecret('')).toBeUndefined()
  })

  it('do not open each other’s door, nor that of another deployment or environment', () => {
    expect(tokens.readLinkToken(tokens.clientSecret(id))).toBeUndefined()
    expect(tokens.readClientSecret(tokens.linkToken(id))).toBeUndefined()
    expect(sessionTokens(master, 'production').readClientSecret(tokens.clientSecret(id))).toBeUndefined()
    expect(
      sessionTokens(randomBytes(32), 'sandbox').readClientSecret(tokens.clientSecret(id)),
    ).toBeUndefined()
  })
})
