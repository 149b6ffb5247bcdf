/**
 * Pure: the two credentials of a session. Both are capabilities over its id under keys of their own, so nothing secret is
 * stored, a row cannot be forged, and one never opens the other's door.
 *
 * The client secret is for the merchant's page and the SDK; the link token is the address of the hosted page.
 */
import { capability } from '../kernel/capability.ts'
import type { Environment } from '../kernel/context.ts'
import { deriveKey } from '../kernel/secret.ts'

const prefix = { sandbox: 'cs_test_', production: 'cs_live_' } as const satisfies Record<Environment, string>

export interface SessionTokens {
  clientSecret(sessionId: string): string
  /** The session that the client secret was made for, or undefined for anything else. */
  readClientSecret(secret: string): string | undefined
  linkToken(sessionId: string): string
  readLinkToken(token: string): string | undefined
}

export function sessionTokens(masterKey: Uint8Array, environment: Environment): SessionTokens {
  const secrets = capability(deriveKey(masterKey, 'client secrets'), prefix[environment], '_secret_')
  const links = capability(deriveKey(masterKey, 'payment links'))
  return {
    clientSecret: secrets.make,
    readClientSecret: secrets.read,
    linkToken: links.make,
    readLinkToken: links.read,
  }
}

/** Address of the session's hosted page. */
export function payUrl(origin: string, tokens: Pick<SessionTokens, 'linkToken'>, sessionId: string): string {
  return `${origin}/pay/${tokens.linkToken(sessionId)}`
}
