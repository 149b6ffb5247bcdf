/** An example of every operation’s request and answer and of every error, for OpenAPI and the reference page. */
import type { TSchema } from 'typebox'
import { Check } from 'typebox/value'
import { type ErrorCode, errors } from './errors.ts'
import { exampleOf, type Fits } from './example.ts'
import type { Operation } from './operations.ts'
import type { ErrorBody } from './resources.ts'
import type { V2ErrorBody } from './v2-operations.ts'
import { workedExamples } from './worked-examples.ts'

const fits: Fits = (schema, value) => Check(schema, value)
const made = new WeakMap<TSchema, unknown>()

export function exampleFor(schema: TSchema): unknown {
  const before = made.get(schema)
  if (before !== undefined) return before
  const example = exampleOf(schema, fits)
  made.set(schema, example)
  return example
}

/** @param name of the operation */
export function bodyExample(name: string, { body }: Operation): unknown {
  return body && (workedExamples[name]?.body ?? exampleFor(body))
}

/** Of an answer in JSON; undefined for others. */
export function answerExample(name: string, { answer }: Operation): unknown {
  return answer.schema && (workedExamples[name]?.answer ?? exampleFor(answer.schema))
}

/** Of the single field that a refusal blames. */
const fieldAtFault: Partial<Record<ErrorCode, { path: string; message: string }>> = {
  BAD_REQUEST: { path: '/transaction/amount', message: 'must be number' },
  UNPROCESSABLE_ENTITY: { path: '/limit', message: 'between 1 and 100' },
  UNKNOWN_MCC: { path: '/merchant/mcc', message: 'not a known merchant category code' },
  UNKNOWN_COUNTRY: { path: '/consumer/countryCode', message: 'not an ISO 3166-1 alpha-3 country code' },
  UNSUPPORTED_CURRENCY: {
    path: '/transaction/currencyCode',
    message: 'not a current ISO 4217 currency',
  },
  INVALID_AMOUNT: { path: '/transaction/amount', message: 'the amount must be greater than zero' },
  MERCHANT_REQUIRED: {
    path: '/merchant/mcc',
    message: 'required: the organisation has no mcc of its own',
  },
  ENDPOINT_REFUSED: { path: '/url', message: 'the URL must begin with https://' },
}

export function errorExample(code: ErrorCode): ErrorBody {
  const issue = fieldAtFault[code]
  return {
    error: errors[code].meaning
      .replace(/\.$/, '')
      .replace(/^[A-Z](?=[a-z ])/, (first) => first.toLowerCase()),
    code,
    requestId: '0198c1f0-7a2e-7c3d-9b4e-5f60718290e0',
    ...(issue && { issues: [issue] }),
  }
}

export function v2ErrorExample(code: ErrorCode, path: string): V2ErrorBody {
  const { error: message, requestId, issues = [] } = errorExample(code)
  const statusCode = errors[code].status
  const messages = issues.map((issue) => `${issue.path.slice(1).replaceAll('/', '.')} ${issue.message}`)
  return {
    error: {
      statusCode,
      message,
      errorName: code,
      name: code,
      details: { message: messages.length > 0 ? messages : [message], error: code, statusCode },
      path,
      requestId,
      timestamp: '2026-11-20T10:18:25.601Z',
    },
  }
}
