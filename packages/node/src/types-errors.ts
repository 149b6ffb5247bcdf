/**
 * For: the body of a refusal and its codes.
 * Not for: what a method throws, see `errors.ts`.
 * Law: every type equals its schema in the contract; test/types.drift.ts fails to compile when one of them moves alone.
 */

export interface ErrorIssue {
  path: string
  message: string
}

export interface ErrorBody {
  error: string
  code: string
  requestId: string
  issues?: ErrorIssue[]
}

/** The codes that the service documents. */
export type ApiErrorCode =
  | 'BAD_REQUEST'
  | 'UNAUTHORIZED'
  | 'CLIENT_SECRET_EXPIRED'
  | 'FORBIDDEN'
  | 'ADDRESS_NOT_ALLOWED'
  | 'ORGANISATION_DEACTIVATED'
  | 'MAX_KEYS_REACHED'
  | 'CLAIM_REFUSED'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'CONFLICT'
  | 'ALREADY_REVERSED'
  | 'ALREADY_CONTRIBUTED'
  | 'QUOTE_EXPIRED'
  | 'MAX_ALLOCATIONS_REACHED'
  | 'IDEMPOTENCY_IN_FLIGHT'
  | 'MAX_ENDPOINTS_REACHED'
  | 'REQUEST_ENTITY_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'UNPROCESSABLE_ENTITY'
  | 'UNKNOWN_MCC'
  | 'UNKNOWN_COUNTRY'
  | 'UNSUPPORTED_CURRENCY'
  | 'INVALID_AMOUNT'
  | 'MERCHANT_REQUIRED'
  | 'FOOTPRINT_NOT_APPLICABLE'
  | 'PROJECTS_UNAVAILABLE'
  | 'ENDPOINT_REFUSED'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'TOO_MANY_REQUESTS'
  | 'INTERNAL_SERVER_ERROR'
  | 'SERVICE_UNAVAILABLE'
