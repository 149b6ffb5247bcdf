/**
 * What a failed call to Stripe says about what was asked. Pure.
 * Law: only an answer that Stripe gave to this very request decides anything; all else is `unknown` and asked again.
 */
import type { Outcome } from './psp.ts'

type Failure = Exclude<Outcome<never>, { readonly kind: 'done' | 'pending' }>

/** The members of the SDK's errors that are read here; errors of another kind have none of them. */
interface Thrown {
  readonly statusCode?: unknown
  readonly rawType?: unknown
  readonly code?: unknown
  readonly decline_code?: unknown
}

/** The request never ran: it was wrong, unlike an earlier one with its key, or about something that is not there. */
const refusals: ReadonlySet<unknown> = new Set(['invalid_request_error', 'idempotency_error'])

export function failureOf(error: unknown): Failure {
  const { statusCode, rawType, code, decline_code } = (error ?? {}) as Thrown
  if (typeof statusCode !== 'number') return { kind: 'unknown', cause: causeOf(error) }
  const cause = `status ${statusCode}`
  if (statusCode === 402) return { kind: 'declined', code: textOf(decline_code, code, rawType) }
  // Without that code it is the address that is not there, as a proxy in between would say.
  if (statusCode === 404 && code === 'resource_missing') return { kind: 'rejected', code: 'not_found' }
  // A key in use (409), too many requests (429), Stripe's own trouble (5xx, which it replays for the same key), and a key
  // of ours that does not open the door (401, 403): none says that what was asked for cannot be.
  return statusCode === 400 && refusals.has(rawType)
    ? { kind: 'rejected', code: textOf(code, rawType) }
    : { kind: 'unknown', cause }
}

/** The outcome of a further step, when the step before gave a value. */
export async function andThen<T, U>(
  outcome: Outcome<T>,
  next: (value: T) => Outcome<U> | Promise<Outcome<U>>,
): Promise<Outcome<U>> {
  return outcome.kind === 'done' || outcome.kind === 'pending' ? next(outcome.value) : outcome
}

/** `undefined` is what a reader gives for an answer that it does not understand. */
export function understood<T>(value: T | undefined): Outcome<T> {
  return value === undefined
    ? { kind: 'unknown', cause: 'an answer of another shape' }
    : { kind: 'done', value }
}

function textOf(...candidates: readonly unknown[]): string {
  const found = candidates.find((each) => typeof each === 'string' && each !== '')
  return typeof found === 'string' ? found : 'refused'
}

function causeOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error)
}
