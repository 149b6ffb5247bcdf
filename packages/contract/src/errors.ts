/**
 * Every error code the API can answer with: HTTP status, meaning, and whether sending the same request again can help.
 * The body is always `{ error, code, requestId }`, with `issues` where single fields are at fault.
 */
export interface ErrorEntry {
  readonly status: number
  readonly meaning: string
  readonly retry: 'never' | 'later' | 'after change'
}

const entry = (status: number, retry: ErrorEntry['retry'], meaning: string): ErrorEntry => ({
  status,
  retry,
  meaning,
})

export const errors = {
  BAD_REQUEST: entry(
    400,
    'after change',
    'The request is not valid JSON or does not have the documented shape.',
  ),
  UNAUTHORIZED: entry(401, 'after change', 'No credential was sent, or it is not known, expired or revoked.'),
  CLIENT_SECRET_EXPIRED: entry(
    401,
    'after change',
    'The client secret was good but its session is over; create a new session.',
  ),
  FORBIDDEN: entry(403, 'after change', 'The credential is good but may not do this.'),
  ADDRESS_NOT_ALLOWED: entry(
    403,
    'after change',
    'The request comes from an address that is not on the allow-list of the organisation or of the key.',
  ),
  ORGANISATION_DEACTIVATED: entry(
    403,
    'after change',
    'The organisation, or one above it, is deactivated: its keys and sessions are not served and nothing new is taken.',
  ),
  NOT_FOUND: entry(404, 'after change', 'No such thing, or it belongs to somebody else.'),
  METHOD_NOT_ALLOWED: entry(405, 'after change', 'The path exists but not with this method.'),
  CONFLICT: entry(409, 'after change', 'The thing is not in a state that allows this.'),
  ALREADY_REVERSED: entry(409, 'never', 'More would be reversed than is left of the allocation.'),
  ALREADY_CONTRIBUTED: entry(
    409,
    'never',
    'The session already has a contribution that is paid or being paid.',
  ),
  QUOTE_EXPIRED: entry(409, 'never', 'The prices of the quote do not stand any more; make a new quote.'),
  IDEMPOTENCY_IN_FLIGHT: entry(
    409,
    'later',
    'A request with the same idempotency key is still being worked on.',
  ),
  MAX_KEYS_REACHED: entry(409, 'after change', 'The organisation has as many working keys as it may have.'),
  MAX_ENDPOINTS_REACHED: entry(
    409,
    'after change',
    'The organisation has as many webhook endpoints as it may have.',
  ),
  MAX_ALLOCATIONS_REACHED: entry(409, 'never', 'As much was allocated under the quote as one quote allows.'),
  REQUEST_ENTITY_TOO_LARGE: entry(413, 'after change', 'The body is larger than the service reads.'),
  UNSUPPORTED_MEDIA_TYPE: entry(415, 'after change', 'The body must be application/json.'),
  UNPROCESSABLE_ENTITY: entry(
    422,
    'after change',
    'The shape is right but a value is not acceptable; see issues.',
  ),
  UNKNOWN_MCC: entry(422, 'after change', 'The merchant category code is not one that the factor set knows.'),
  UNKNOWN_COUNTRY: entry(422, 'after change', 'The country code is not an ISO 3166-1 alpha-3 code.'),
  UNSUPPORTED_CURRENCY: entry(
    422,
    'after change',
    'The currency is not an ISO 4217 code that can be estimated in.',
  ),
  INVALID_AMOUNT: entry(
    422,
    'after change',
    'The amount is negative, zero, too large or more precise than the currency.',
  ),
  MERCHANT_REQUIRED: entry(
    422,
    'after change',
    'The organisation has no MCC of its own, so the merchant is needed.',
  ),
  FOOTPRINT_NOT_APPLICABLE: entry(
    422,
    'never',
    'This kind of purchase has no footprint to estimate (cash, transfers, taxes, fines, stored value).',
  ),
  PROJECTS_UNAVAILABLE: entry(422, 'later', 'No project can take a contribution in this currency.'),
  ENDPOINT_REFUSED: entry(422, 'after change', 'The webhook URL is not one that the service may call.'),
  CLAIM_REFUSED: entry(
    422,
    'after change',
    'A text makes an environmental claim that may not be made; issues say which words, why, and by what rule.',
  ),
  IDEMPOTENCY_KEY_REUSED: entry(
    422,
    'after change',
    'The idempotency key was used before with another request.',
  ),
  TOO_MANY_REQUESTS: entry(429, 'later', 'Too many requests; wait as long as Retry-After says.'),
  INTERNAL_SERVER_ERROR: entry(500, 'later', 'Our fault. Quote the requestId.'),
  SERVICE_UNAVAILABLE: entry(503, 'later', 'The service cannot reach what it needs; nothing was done.'),
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errors
