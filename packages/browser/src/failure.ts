/** Why something could not be done, inside the SDK only: it becomes a `loaderror` or a status, and never reaches the page. */
import type { UnavailableReason } from './surface.ts'

export class Failure extends Error {
  readonly code: UnavailableReason
  readonly retryable: boolean
  /** What the service asked for with `Retry-After`. */
  readonly waitMs: number | undefined
  /** The service says that the session is over; not a fault. */
  readonly expired: boolean
  /** Already told to the merchant as a `loaderror`. */
  told = false

  constructor(
    code: UnavailableReason,
    options: { retryable?: boolean; waitMs?: number | undefined; expired?: boolean } = {},
  ) {
    super(code)
    this.code = code
    this.retryable = options.retryable ?? false
    this.waitMs = options.waitMs
    this.expired = options.expired ?? false
  }
}

export function asFailure(cause: unknown): Failure {
  // Ours to foresee, or an engine that lacks something that we need.
  return cause instanceof Failure ? cause : new Failure('unsupported')
}
