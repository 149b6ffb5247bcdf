/**
 * For: when a request is sent again, and after how long.
 * Not for: sending it.
 * Law: pure, and bounded: never more than `maxAttempts`, never before the service's own Retry-After.
 */
import type { EkkoError } from './errors.ts'

export const maxAttempts = 3
const firstWaitMs = 200
const longestWaitMs = 2_000

/**
 * True for a lost connection, 429, 5xx, and a request of the same key that is still being worked on (which is what a
 * repeated POST meets when only the answer was lost). Other refusals may be `retryable`, but not within one call.
 */
export const isWorthAnotherAttempt = (error: EkkoError): boolean =>
  error.code === 'CONNECTION_FAILED' ||
  error.code === 'IDEMPOTENCY_IN_FLIGHT' ||
  error.status === 429 ||
  (error.status ?? 0) >= 500

/**
 * Milliseconds before attempt number `attempt + 1`: doubling from 200 ms, half of it at random so that many clients do not
 * come back at once. `random` is in [0, 1).
 */
export const waitMs = (attempt: number, retryAfterMs: number | undefined, random: number): number => {
  const backoff = Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1))
  const jittered = backoff * (0.5 + random / 2)
  return retryAfterMs === undefined ? jittered : Math.max(retryAfterMs, jittered)
}

/** Retry-After as milliseconds from `now`: whole seconds, or an HTTP date. Undefined when absent or nonsense. */
export const retryAfterMs = (header: string | null, now: number): number | undefined => {
  if (header === null) return undefined
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000
  const date = Date.parse(header)
  return Number.isNaN(date) || /^[-+.\d]/.test(header) ? undefined : Math.max(0, date - now)
}
