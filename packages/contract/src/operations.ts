/**
 * The API as one table. Routes, the OpenAPI document and the clients’ types derive from it;
 * an operation that is not here does not exist.
 *
 * `caller`: `apiKey` a server with `Authorization: Bearer ek_…`; `clientSecret` a browser with `Bearer cs_…`; `anyone`.
 */
import { type TSchema, Type } from 'typebox'
import { accessOperations } from './access-operations.ts'
import { allocationOperations } from './allocation-operations.ts'
import { ConsumerErasure, NewConsumerErasure } from './consumer-resources.ts'
import type { ErrorCode } from './errors.ts'
import { Id } from './fields.ts'
import { offerOperations, quoteRefusals } from './offer-operations.ts'
import { NewOrganisation, Organisation } from './organisation-resources.ts'
import {
  ComponentState,
  CreatedPostPurchaseSession,
  NewPostPurchaseSession,
  PostPurchaseSession,
} from './session-resources.ts'
import { settlementOperations } from './settlement-operations.ts'
import { v2Operations } from './v2-operations.ts'
import { webhookOperations } from './webhook-operations.ts'

export interface Operation {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly summary: string
  readonly caller: 'apiKey' | 'clientSecret' | 'anyone'
  /** Compatibility: the key is in `X-Api-Key`, and refusals have the shape of that version. */
  readonly version?: 'v2'
  readonly params?: TSchema
  readonly query?: TSchema
  readonly body?: TSchema
  /** True when a POST may come without a body. */
  readonly bodyOptional?: true
  readonly answer: {
    readonly status: number
    readonly schema?: TSchema
    /** Other than JSON; where there are several, the handler says which. */
    readonly mediaType?: string | readonly string[]
  }
  readonly errors: readonly ErrorCode[]
}

const ById = (description: string) => Type.Object({ id: Id(description) })
export const operations = {
  createOrganisation: {
    method: 'POST',
    path: '/v3/organisations',
    summary: 'Create an organisation below yours',
    caller: 'apiKey',
    body: NewOrganisation,
    answer: { status: 201, schema: Organisation },
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
  getOwnOrganisation: {
    method: 'GET',
    path: '/v3/organisations/me',
    summary: 'The organisation that the API key belongs to',
    caller: 'apiKey',
    answer: { status: 200, schema: Organisation },
    errors: [],
  },
  getOrganisation: {
    method: 'GET',
    path: '/v3/organisations/:id',
    summary: 'One organisation: your own or one below it',
    caller: 'apiKey',
    params: ById('The organisation'),
    answer: { status: 200, schema: Organisation },
    errors: ['NOT_FOUND'],
  },
  createPostPurchaseSession: {
    method: 'POST',
    path: '/v3/post-purchase/sessions',
    summary: 'Offer a contribution after a purchase: makes a quote and a client secret for the browser',
    caller: 'apiKey',
    body: NewPostPurchaseSession,
    answer: { status: 201, schema: CreatedPostPurchaseSession },
    errors: quoteRefusals,
  },
  getPostPurchaseSession: {
    method: 'GET',
    path: '/v3/post-purchase/sessions/:id',
    summary: 'Where a session stands',
    caller: 'apiKey',
    params: ById('The session'),
    answer: { status: 200, schema: PostPurchaseSession },
    errors: ['NOT_FOUND'],
  },
  eraseConsumer: {
    method: 'POST',
    path: '/v3/consumers/erase',
    summary: 'Forget a consumer for good; contributions, records and proofs stay, without the reference',
    caller: 'apiKey',
    body: NewConsumerErasure,
    answer: { status: 200, schema: ConsumerErasure },
    errors: ['NOT_FOUND'],
  },
  ...offerOperations,
  ...allocationOperations,
  ...settlementOperations,
  ...webhookOperations,
  ...accessOperations,
  getComponent: {
    method: 'GET',
    path: '/v3/component',
    summary: 'The session’s component as HTML with a declarative shadow root, for the SDKs',
    caller: 'clientSecret',
    query: Type.Object({
      styles: Type.Optional(
        Type.Union([Type.Literal('link'), Type.Literal('adopted')], {
          description: 'Whether the stylesheets are linked inside, or left to the SDK',
        }),
      ),
      variant: Type.Optional(
        Type.Union([Type.Literal('embedded'), Type.Literal('takeover'), Type.Literal('checkout')], {
          description:
            'How the page shows it; the session’s own `sdkVariant` when absent. A checkout session has `checkout` only, and no other session has it',
        }),
      ),
      locale: Type.Optional(
        Type.String({ maxLength: 35, description: 'BCP 47; the session’s own when absent' }),
      ),
    }),
    answer: { status: 200, mediaType: 'text/html' },
    errors: ['CLIENT_SECRET_EXPIRED', 'NOT_FOUND'],
  },
  getComponentState: {
    method: 'GET',
    path: '/v3/component/state',
    summary: 'Where the session stands, for the SDKs',
    caller: 'clientSecret',
    answer: { status: 200, schema: ComponentState },
    errors: ['CLIENT_SECRET_EXPIRED'],
  },
  dismissComponent: {
    method: 'POST',
    path: '/v3/component/dismissal',
    summary: 'The consumer said no thanks; a takeover is not shown again',
    caller: 'clientSecret',
    answer: { status: 204 },
    errors: ['CLIENT_SECRET_EXPIRED'],
  },
  ...v2Operations,
  getOpenApi: {
    method: 'GET',
    path: '/v3/openapi.json',
    summary: 'This API as an OpenAPI 3.1 document',
    caller: 'anyone',
    answer: { status: 200, schema: Type.Unknown() },
    errors: [],
  },
} as const satisfies Record<string, Operation>

export type OperationName = keyof typeof operations
