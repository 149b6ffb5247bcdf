/**
 * The one expected error. Domain code throws a `Refusal` with a code of the contract's table; `http/api.ts` alone turns
 * it into an answer. Anything else that is thrown is our bug and answers 500.
 */
import { type ErrorCode, errors } from '@ekko/contract/errors'

export interface Issue {
  /** JSON pointer into the request, for example `/transaction/amount`. */
  readonly path: string
  readonly message: string
}

export class Refusal extends Error {
  readonly code: ErrorCode
  readonly issues: readonly Issue[]

  constructor(code: ErrorCode, message: string, issues: readonly Issue[] = []) {
    super(message)
    this.name = 'Refusal'
    this.code = code
    this.issues = issues
  }

  get status(): number {
    return errors[this.code].status
  }
}

/** A refusal that blames one field of the request. */
export function refuseField(code: ErrorCode, path: string, message: string): Refusal {
  return new Refusal(code, message, [{ path, message }])
}
