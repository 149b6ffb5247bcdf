/**
 * A client secret says which session and which environment it belongs to, so mistakes are told apart without a request.
 * Not a check of its truth; that is the service's.
 */
import { Failure } from './failure.ts'

export interface Credential {
  readonly secret: string
  readonly sessionId: string
}

export function readSecret(
  secret: unknown,
  wanted: { sessionId?: string | undefined; environment?: string },
): Credential {
  if (typeof secret !== 'string' || secret === '') throw new Failure('secret_missing')
  const match =
    /^cs_(test|live)_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_secret_[\w-]+$/.exec(
      secret,
    )
  if (!match) throw new Failure('secret_invalid')
  const environment = match[1] === 'test' ? 'sandbox' : 'prod'
  if (wanted.environment && wanted.environment !== environment) throw new Failure('environment_mismatch')
  const sessionId = match.slice(2).join('-')
  if (wanted.sessionId && wanted.sessionId.toLowerCase() !== sessionId) throw new Failure('session_mismatch')
  return { secret, sessionId }
}
