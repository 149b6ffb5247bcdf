/** Which refusals each operation may answer with: its own, those of its kind of caller and those of all. */
import { type ErrorCode, errors } from './errors.ts'
import type { Operation } from './operations.ts'

const common = [
  'BAD_REQUEST',
  'INTERNAL_SERVER_ERROR',
  'SERVICE_UNAVAILABLE',
] as const satisfies readonly ErrorCode[]
const ofCaller = {
  apiKey: [
    'UNAUTHORIZED',
    'FORBIDDEN',
    'ADDRESS_NOT_ALLOWED',
    'ORGANISATION_DEACTIVATED',
    'TOO_MANY_REQUESTS',
  ],
  clientSecret: ['UNAUTHORIZED', 'ORGANISATION_DEACTIVATED', 'TOO_MANY_REQUESTS'],
  anyone: [],
} as const satisfies Record<Operation['caller'], readonly ErrorCode[]>
const ofBody = ['REQUEST_ENTITY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const satisfies readonly ErrorCode[]
const ofIdempotencyKey = [
  'IDEMPOTENCY_IN_FLIGHT',
  'IDEMPOTENCY_KEY_REUSED',
] as const satisfies readonly ErrorCode[]

/** A POST of a server may come with an `Idempotency-Key`. */
export function takesIdempotencyKey({ method, caller }: Operation): boolean {
  return method === 'POST' && caller === 'apiKey'
}

/** By status, in the order of the table of errors. */
export function refusalsOf(operation: Operation): readonly ErrorCode[] {
  const codes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
    ...common,
    ...ofCaller[operation.caller],
    ...(operation.method === 'GET' ? [] : ofBody),
    ...operation.errors,
    ...(takesIdempotencyKey(operation) ? ofIdempotencyKey : []),
  ])
  return (Object.keys(errors) as ErrorCode[]).filter((code) => codes.has(code))
}
