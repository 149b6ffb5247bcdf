/**
 * The API as one table. Routes, the OpenAPI document and the clients’ types derive from it;
 * an operation that is not here does not exist.
 *
 * `caller`: `apiKey` a server with `Authorization: Bearer ek_…`; `clientSecret` a browser with `Bearer cs_…`; `anyone`.
 */
import { type TSchema, Type } from 'typebox'
import type { ErrorCode } from './errors.ts'
import * as resource from './resources.ts'
import { webhookOperations } from './webhook-operations.ts'

export interface Operation {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly summary: string
  readonly caller: 'apiKey' | 'clientSecret' | 'anyone'
  readonly params?: TSchema
  readonly query?: TSchema
  readonly body?: TSchema
  /** True when a POST may come without a body. */
  readonly bodyOptional?: true
  readonly answer: { readonly status: number; readonly schema?: TSchema; readonly mediaType?: string }
  readonly errors: readonly ErrorCode[]
}

const ById = (description: string) => Type.Object({ id: resource.Id(description) })
const sessionRefusals = [
  'UNKNOWN_MCC',
  'UNKNOWN_COUNTRY',
  'UNSUPPORTED_CURRENCY',
  'INVALID_AMOUNT',
  'MERCHANT_REQUIRED',
  'FOOTPRINT_NOT_APPLICABLE',
  'PROJECTS_UNAVAILABLE',
] as const satisfies readonly ErrorCode[]

export const operations = {
  createOrganisation: {
    method: 'POST',
    path: '/v3/organisations',
    summary: 'Create an organisation below yours',
    caller: 'apiKey',
    body: resource.NewOrganisation,
    answer: { status: 201, schema: resource.Organisation },
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
    answer: { status: 200, schema: resource.Organisation },
    errors: [],
  },
  getOrganisation: {
    method: 'GET',
    path: '/v3/organisations/:id',
    summary: 'One organisation: your own or one below it',
    caller: 'apiKey',
    params: ById('The organisation'),
    answer: { status: 200, schema: resource.Organisation },
    errors: ['NOT_FOUND'],
  },
  createPostPurchaseSession: {
    method: 'POST',
    path: '/v3/post-purchase/sessions',
    summary: 'Offer a contribution after a purchase: makes a quote and a client secret for the browser',
    caller: 'apiKey',
    body: resource.NewPostPurchaseSession,
    answer: { status: 201, schema: resource.CreatedPostPurchaseSession },
    errors: ['NOT_FOUND', 'UNPROCESSABLE_ENTITY', ...sessionRefusals],
  },
  getPostPurchaseSession: {
    method: 'GET',
    path: '/v3/post-purchase/sessions/:id',
    summary: 'Where a session stands',
    caller: 'apiKey',
    params: ById('The session'),
    answer: { status: 200, schema: resource.PostPurchaseSession },
    errors: ['NOT_FOUND'],
  },
  eraseConsumer: {
    method: 'POST',
    path: '/v3/consumers/erase',
    summary: 'Forget a consumer for good; contributions, records and proofs stay, without the reference',
    caller: 'apiKey',
    body: resource.NewConsumerErasure,
    answer: { status: 200, schema: resource.ConsumerErasure },
    errors: ['NOT_FOUND'],
  },
  listProjects: {
    method: 'GET',
    path: '/v3/impact-partners/projects',
    summary: 'The projects that contributions can go to',
    caller: 'apiKey',
    query: Type.Object({ projectId: Type.Optional(resource.Id('Only this project')) }),
    answer: { status: 200, schema: Type.Array(resource.Project) },
    errors: ['NOT_FOUND'],
  },
  listImpactRecords: {
    method: 'GET',
    path: '/v3/funds/allocations/impact',
    summary: 'Reconciliation records of allocations and reversals, newest first',
    caller: 'apiKey',
    query: resource.ImpactRecordQuery,
    answer: { status: 200, schema: resource.ImpactRecordPage },
    errors: ['NOT_FOUND', 'UNPROCESSABLE_ENTITY'],
  },
  getImpactRecord: {
    method: 'GET',
    path: '/v3/funds/allocations/:id/impact',
    summary: 'The reconciliation record of one allocation, or of one reversal by its own id',
    caller: 'apiKey',
    params: ById('The allocation or the reversal'),
    answer: { status: 200, schema: resource.ImpactRecord },
    errors: ['NOT_FOUND'],
  },
  reverseAllocation: {
    method: 'POST',
    path: '/v3/funds/allocations/:id/reverse',
    summary: 'Give a contribution back, whole or in part',
    caller: 'apiKey',
    params: ById('The allocation'),
    body: resource.NewReversal,
    bodyOptional: true,
    answer: { status: 201, schema: resource.Reversal },
    errors: ['NOT_FOUND', 'CONFLICT', 'ALREADY_REVERSED', 'INVALID_AMOUNT'],
  },
  ...webhookOperations,
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
    }),
    answer: { status: 200, mediaType: 'text/html' },
    errors: ['CLIENT_SECRET_EXPIRED'],
  },
  getComponentState: {
    method: 'GET',
    path: '/v3/component/state',
    summary: 'Where the session stands, for the SDKs',
    caller: 'clientSecret',
    answer: { status: 200, schema: resource.ComponentState },
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
