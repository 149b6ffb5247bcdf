/**
 * For: everything that this package throws on purpose, under one root.
 * Not for: mistakes in calling it (an empty id, a bad option); those are TypeErrors, and fail in development.
 * Law: no error ever carries the API key, a client secret or a signing secret.
 */
import type { ApiErrorCode, ErrorIssue } from './types-errors.ts'

/** What can go wrong on the way, in addition to what the service answers. */
export type LocalErrorCode =
  | 'CONNECTION_FAILED'
  | 'TIMEOUT'
  | 'ABORTED'
  | 'UNREADABLE_ANSWER'
  | 'ANSWER_TOO_LARGE'
  | 'WEBHOOK_REFUSED'

/** Known codes complete in the editor; a newer service may answer with others. */
export type EkkoErrorCode = ApiErrorCode | LocalErrorCode | (string & Record<never, never>)

export interface EkkoErrorFacts {
  readonly code: EkkoErrorCode
  readonly status?: number | undefined
  readonly requestId?: string | undefined
  readonly issues?: readonly ErrorIssue[] | undefined
  readonly retryable?: boolean | undefined
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

/**
 * The root of them all.
 *
 * @example
 * try { await ekko.allocations.reverse(id) }
 * catch (error) { if (error instanceof EkkoError && error.code === 'ALREADY_REVERSED') return 'nothing left to refund' }
 */
export class EkkoError extends Error {
  override readonly name: string = 'EkkoError'
  readonly code: EkkoErrorCode
  /** HTTP status; undefined where no answer came. */
  readonly status: number | undefined
  /** Quote it when you ask the operator about a request. */
  readonly requestId: string | undefined
  /** The fields at fault, for 400 and 422. */
  readonly issues: readonly ErrorIssue[]
  /** Whether the same request, sent again later, may succeed. A POST must then carry the same idempotency key. */
  readonly retryable: boolean
  /** Milliseconds to wait first, where the service said so. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, facts: EkkoErrorFacts) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.code = facts.code
    this.status = facts.status
    this.requestId = facts.requestId
    this.issues = facts.issues ?? []
    this.retryable = facts.retryable ?? false
    this.retryAfterMs = facts.retryAfterMs
  }
}

/** The service answered, and refused or failed. `status` is always there. */
export class EkkoApiError extends EkkoError {
  override readonly name: string = 'EkkoApiError'
}

/** No answer came, or none that can be read. Whether a POST was carried out is not known: repeat it with the same key. */
export class EkkoConnectionError extends EkkoError {
  override readonly name: string = 'EkkoConnectionError'
}

export type WebhookRefusal =
  | 'missing-header'
  | 'bad-timestamp'
  | 'too-old'
  | 'too-new'
  | 'bad-secret'
  | 'no-matching-signature'
  | 'bad-body'

/** A webhook that must not be believed. Answer it with 400, and look at `reason`. */
export class WebhookVerificationError extends EkkoError {
  override readonly name: string = 'WebhookVerificationError'
  readonly reason: WebhookRefusal

  constructor(reason: WebhookRefusal, message: string) {
    super(message, { code: 'WEBHOOK_REFUSED' })
    this.reason = reason
  }
}
