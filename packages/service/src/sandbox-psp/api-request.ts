/** The bodies that the sandbox provider's API takes, checked by hand-off from JSON to the use cases' commands. Pure. */
import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import { isId } from '../kernel/id.ts'
import { isCurrency } from '../kernel/money.ts'
import { ApiError, notFound } from './api-error.ts'
import { keyMaxChars } from './idempotent-answers.ts'
import type { NewPayment } from './payments.ts'
import type { NewRefund } from './refunds.ts'
import { normalReturnUrl, returnUrlMaxChars } from './return-url.ts'
import type { Statement } from './settlement-lines.ts'

const referenceMaxChars = 128
const descriptionMaxChars = 200
const localeMaxChars = 35
const sessionLifeMaxMs = 70 * 86_400_000

const Reference = Type.String({ minLength: 1, maxLength: referenceMaxChars })
/** Minor units as text: a JSON number would not carry every amount exactly. */
export const AmountMinor = Type.String({ pattern: '^[1-9][0-9]{0,17}$' })
const Currency = Type.String({ pattern: '^[A-Z]{3}$' })

const Instant = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$' })

const PaymentBody = Type.Object(
  {
    reference: Reference,
    amountMinor: AmountMinor,
    currency: Currency,
    description: Type.String({ maxLength: descriptionMaxChars }),
    locale: Type.String({ maxLength: localeMaxChars }),
    returnUrl: Type.String({ maxLength: returnUrlMaxChars }),
    expiresAt: Instant,
  },
  { additionalProperties: false },
)

const RefundBody = Type.Object(
  { payment: Type.String(), reference: Reference, amountMinor: AmountMinor, currency: Currency },
  { additionalProperties: false },
)

const StatementQuery = Type.Object(
  { from: Instant, until: Instant, after: Type.Optional(Type.String()) },
  { additionalProperties: false },
)

const CurrencyQuery = Type.Object({ currency: Currency }, { additionalProperties: false })

export function readNewPayment(body: unknown, now: Date): NewPayment {
  const read = check(PaymentBody, body)
  if (!isCurrency(read.currency)) throw invalid('/currency', 'not an ISO 4217 currency')
  const returnUrl = normalReturnUrl(read.returnUrl)
  if (returnUrl === undefined)
    throw invalid('/returnUrl', 'must be an http or https address without credentials')
  const expiresAt = new Date(read.expiresAt)
  const lifeMs = expiresAt.getTime() - now.getTime()
  if (!(lifeMs > 0 && lifeMs <= sessionLifeMaxMs))
    throw invalid('/expiresAt', 'must be within the next 70 days')
  return { ...read, amountMinor: BigInt(read.amountMinor), returnUrl, expiresAt }
}

export function readNewRefund(body: unknown): NewRefund {
  const read = check(RefundBody, body)
  return { ...read, amountMinor: BigInt(read.amountMinor) }
}

export function readStatement(query: unknown): Statement {
  const read = check(StatementQuery, query)
  const from = new Date(read.from)
  const until = new Date(read.until)
  if (!(from.getTime() <= until.getTime())) throw invalid('/until', 'must be a time that is not before /from')
  if (read.after !== undefined && !isId(read.after)) throw invalid('/after', 'is no line')
  return { from, until, after: read.after }
}

export function readCurrency(query: unknown): string {
  const { currency } = check(CurrencyQuery, query)
  if (!isCurrency(currency)) throw invalid('/currency', 'not an ISO 4217 currency')
  return currency
}

/** Refuses what is no id as if there were no such thing. */
export function knownId(id: string): string {
  if (!isId(id)) throw notFound()
  return id
}

export function readKey(header: string | readonly string[] | undefined): string {
  if (typeof header !== 'string' || header === '' || header.length > keyMaxChars) {
    throw new ApiError(
      400,
      'idempotency_key_required',
      `Send an Idempotency-Key of 1 to ${keyMaxChars} characters`,
    )
  }
  return header
}

export function check<Schema extends TSchema>(schema: Schema, body: unknown): Static<Schema> {
  if (Value.Check(schema, body)) return body
  const first = Value.Errors(schema, body)[0]
  throw invalid(first?.instancePath ?? '', first?.message ?? 'does not have the documented shape')
}

function invalid(path: string, why: string): ApiError {
  return new ApiError(422, 'invalid_request', `${path === '' ? 'The body' : path} ${why}`)
}
