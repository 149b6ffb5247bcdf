/**
 * The part of the table of operations that is compatibility: what merchants of the version before call, as far as its public
 * pages describe it. `operations.ts` takes it in. New code calls `/v3`.
 * Law: each is a thin adapter over a v3 operation; nothing can be done here that cannot be done there.
 */
import { type Static, Type } from 'typebox'
import { Amount, CountryCode, CurrencyCode, Id, looseText, Mcc, omissible, text } from './fields.ts'
import { quoteRefusals } from './offer-operations.ts'
import type { Operation } from './operations.ts'

const V2Address = Type.Object({
  street: text('First line'),
  city: text('City or town'),
  postalCode: text('Postal code', 32),
  state: omissible(looseText('State or region')),
  country: CountryCode,
})

export const NewV2Brand = Type.Object({
  tradingName: text('Name that consumers know; the legal name too'),
  tradingAddress: V2Address,
  legalAddress: omissible(V2Address),
  currency: CurrencyCode,
  brandBilling: omissible(
    Type.Boolean({ description: 'True to invoice the brand itself, false to invoice whoever is above it' }),
  ),
  brandOwner: omissible(Id('The brand that this one is nested under; that of the API key when absent')),
  brandReference: omissible(looseText('Your own reference, for example a merchant id')),
  mcc: omissible(Mcc),
})

export const V2Brand = Type.Object({
  brandId: Id('How the organisation looks'),
  productId: Id('What the organisation offers; sessions name it'),
})

export const NewV2ImpactPaySession = Type.Object({
  productId: Id('Whose session this is'),
  amount: Type.Object({ value: Amount('What was paid for the purchase'), currencyCode: CurrencyCode }),
  customerId: omissible(text('Your own id for the consumer; one is made up when absent')),
  order: Type.Optional(
    Type.Unknown({ description: 'Read and not used: its members are not described anywhere public' }),
  ),
})

export const V2ImpactPaySession = Type.Object({
  sessionId: Id('The session'),
  impactPaySessionId: Id('The same, under the name that the SDK options had'),
  clientSecret: Type.String({ description: 'For the browser SDK of this one session; shown once' }),
})

export const V2ErrorBody = Type.Object({
  error: Type.Object({
    statusCode: Type.Integer(),
    message: Type.String(),
    errorName: Type.String({ description: 'The code of v3' }),
    name: Type.String({ description: 'The same; the pages have both names' }),
    details: Type.Object({
      message: Type.Array(Type.String()),
      error: Type.String(),
      statusCode: Type.Integer(),
    }),
    path: Type.String(),
    requestId: Type.String(),
    timestamp: Type.String({ format: 'date-time' }),
  }),
})

export const v2Operations = {
  createV2Brand: {
    method: 'POST',
    path: '/v2/organisations/brand/onboarding',
    summary: 'Compatibility: create an organisation and answer its brand and its product',
    caller: 'apiKey',
    version: 'v2',
    body: NewV2Brand,
    answer: { status: 200, schema: V2Brand },
    errors: [
      'NOT_FOUND',
      'UNKNOWN_MCC',
      'UNKNOWN_COUNTRY',
      'UNSUPPORTED_CURRENCY',
      'CLAIM_REFUSED',
      'UNPROCESSABLE_ENTITY',
      'CONFLICT',
    ],
  },
  createV2ImpactPaySession: {
    method: 'POST',
    path: '/v2/impactpay/sessions',
    summary: 'Compatibility: offer a contribution after a purchase, for the browser SDK',
    caller: 'apiKey',
    version: 'v2',
    body: NewV2ImpactPaySession,
    answer: { status: 200, schema: V2ImpactPaySession },
    errors: quoteRefusals,
  },
} as const satisfies Record<string, Operation>

/** By name, for the OpenAPI document. */
export const v2Resources = { NewV2Brand, V2Brand, NewV2ImpactPaySession, V2ImpactPaySession, V2ErrorBody }

export type NewV2Brand = Static<typeof NewV2Brand>
export type V2ErrorBody = Static<typeof V2ErrorBody>
