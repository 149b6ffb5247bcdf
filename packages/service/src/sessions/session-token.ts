/**
 * Pure: the two credentials of a session. Both are message authentication codes over its id under keys of their own, so
 * nothing secret is stored, a row cannot be forged, and one never opens the other's door.
 *
 * The client secret is for the merchant's page and the SDK; the link token is the address of the hosted page.
 */
import type { Environment } from '../kernel/context.ts'
import { authenticate, deriveKey, equalInConstantTime } from '../kernel/secret.ts'

const prefix = { sandbox: 'cs_test_', production: 'cs_live_' } as const satisfies Record<Environment, string>

export interface SessionTokens {
  clientSecret(sessionId: string): string
  /** The session that the client secret was made for, or undefined for anything else. */
  readClientSecret(secret: string): string | undefined
  linkToken(sessionId: string): string
  readLinkToken(token: string): string | undefined
}

export function sessionTokens(masterKey: Uint8Array, environment: Environment): SessionTokens {
  const secretKey = deriveKey(masterKey, 'client secrets')
  const linkKey = deriveKey(masterKey, 'payment links')
  const clientSecret = (sessionId: string) =>
    `${prefix[environment]}${compact(sessionId)}_secret_${authenticate(secretKey, sessionId)}`
  const linkToken = (sessionId: string) => `${compact(sessionId)}${authenticate(linkKey, sessionId)}`
  return {
    clientSecret,
    readClientSecret: (secret) => verified(secret, prefix[environment].length, clientSecret),
    linkToken,
    readLinkToken: (token) => verified(token, 0, linkToken),
  }
}

const compactLength = 32

function compact(id: string): string {
  return id.replaceAll('-', '')
}

function verified(token: string, idAt: number, make: (sessionId: string) => string): string | undefined {
  const match = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(
    token.slice(idAt, idAt + compactLength),
  )
  if (!match) return undefined
  const sessionId = match.slice(1).join('-')
  return equalInConstantTime(token, make(sessionId)) ? sessionId : undefined
}
