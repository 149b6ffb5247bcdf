/**
 * The part of the table of operations that runs a tree of organisations: its members, keys, allow-lists, brands and
 * products, and for the operator impact partners and projects; `operations.ts` takes it in.
 */
import { type TSchema, Type } from 'typebox'
import * as access from './access-resources.ts'
import type { ErrorCode } from './errors.ts'
import { Id } from './fields.ts'
import type { Operation } from './operations.ts'
import * as operator from './operator-resources.ts'
import { Organisation } from './organisation-resources.ts'
import { ImpactPartner } from './project-resources.ts'

const ById = (description: string) => Type.Object({ id: Id(description) })
const answers = <S extends TSchema>(status: number, schema: S) => ({ status, schema })
const organisation = { params: ById('The organisation'), caller: 'apiKey' } as const
const key = { params: ById('The key'), caller: 'apiKey' } as const
const brand = { path: '/v3/brands/:id', params: ById('The brand'), caller: 'apiKey' } as const
const product = { path: '/v3/products/:id', params: ById('The product'), caller: 'apiKey' } as const
const project = { params: ById('The project'), caller: 'apiKey' } as const
/** What whoever may not be let in at all is told. */
const allowListErrors = ['NOT_FOUND', 'UNPROCESSABLE_ENTITY'] as const satisfies readonly ErrorCode[]

export const accessOperations = {
  listOrganisations: {
    method: 'GET',
    path: '/v3/organisations',
    summary: 'The organisations below yours, newest first',
    caller: 'apiKey',
    query: access.OrganisationQuery,
    answer: answers(200, access.OrganisationPage),
    errors: ['NOT_FOUND', 'UNPROCESSABLE_ENTITY'],
  },
  updateOrganisation: {
    ...organisation,
    method: 'PATCH',
    path: '/v3/organisations/:id',
    summary: 'Change an organisation; what is left out stays as it is',
    body: access.OrganisationChanges,
    answer: answers(200, Organisation),
    errors: ['NOT_FOUND', 'UNKNOWN_MCC', 'UNKNOWN_COUNTRY', 'CLAIM_REFUSED', 'UNPROCESSABLE_ENTITY'],
  },
  deactivateOrganisation: {
    ...organisation,
    method: 'POST',
    path: '/v3/organisations/:id/deactivate',
    summary: 'Stop an organisation and all below it: their keys and open sessions end, nothing new is taken',
    answer: answers(200, Organisation),
    errors: ['NOT_FOUND'],
  },
  activateOrganisation: {
    ...organisation,
    method: 'POST',
    path: '/v3/organisations/:id/activate',
    summary: 'Let an organisation work again that was deactivated',
    answer: answers(200, Organisation),
    errors: ['NOT_FOUND'],
  },
  getAllowList: {
    ...organisation,
    method: 'GET',
    path: '/v3/organisations/:id/allow-list',
    summary: 'Which addresses the keys of an organisation may be used from',
    answer: answers(200, access.AllowList),
    errors: ['NOT_FOUND'],
  },
  updateAllowList: {
    ...organisation,
    method: 'PATCH',
    path: '/v3/organisations/:id/allow-list',
    summary: 'Change that list, or switch it on or off; you cannot shut yourself out',
    body: access.AllowListChanges,
    answer: answers(200, access.AllowList),
    errors: allowListErrors,
  },
  createApiKey: {
    method: 'POST',
    path: '/v3/api-keys',
    summary: 'Create a key for your organisation or one below it',
    caller: 'apiKey',
    body: access.NewApiKey,
    answer: answers(201, access.CreatedApiKey),
    errors: [...allowListErrors, 'MAX_KEYS_REACHED'],
  },
  listApiKeys: {
    method: 'GET',
    path: '/v3/api-keys',
    summary: 'The keys of your organisation and of those below it, newest first',
    caller: 'apiKey',
    query: access.ApiKeyQuery,
    answer: answers(200, access.ApiKeyPage),
    errors: ['NOT_FOUND', 'UNPROCESSABLE_ENTITY'],
  },
  getApiKey: {
    ...key,
    method: 'GET',
    path: '/v3/api-keys/:id',
    summary: 'One key, without the key itself',
    answer: answers(200, access.ApiKey),
    errors: ['NOT_FOUND'],
  },
  updateApiKey: {
    ...key,
    method: 'PATCH',
    path: '/v3/api-keys/:id',
    summary: 'Change a key’s name, scopes or allow-list',
    body: access.ApiKeyChanges,
    answer: answers(200, access.ApiKey),
    errors: [...allowListErrors, 'CONFLICT'],
  },
  rollApiKey: {
    ...key,
    method: 'POST',
    path: '/v3/api-keys/:id/roll',
    summary: 'Replace a key by one that may do the same; the old one works for a while longer',
    body: access.NewKeyRoll,
    answer: answers(201, access.CreatedApiKey),
    errors: ['NOT_FOUND', 'CONFLICT', 'MAX_KEYS_REACHED'],
  },
  revokeApiKey: {
    ...key,
    method: 'DELETE',
    path: '/v3/api-keys/:id',
    summary: 'Stop a key at once',
    answer: { status: 204 },
    errors: ['NOT_FOUND'],
  },
  getBrand: {
    ...brand,
    method: 'GET',
    summary: 'How an organisation looks',
    answer: answers(200, access.Brand),
    errors: ['NOT_FOUND'],
  },
  updateBrand: {
    ...brand,
    method: 'PATCH',
    summary: 'Change how an organisation looks; open sessions change too',
    body: access.BrandChanges,
    answer: answers(200, access.Brand),
    errors: ['NOT_FOUND', 'CLAIM_REFUSED', 'UNPROCESSABLE_ENTITY'],
  },
  getProduct: {
    ...product,
    method: 'GET',
    summary: 'What an organisation offers',
    answer: answers(200, access.Product),
    errors: ['NOT_FOUND'],
  },
  updateProduct: {
    ...product,
    method: 'PATCH',
    summary: 'Change what an organisation offers; quotes made before stay as they were',
    body: access.ProductChanges,
    answer: answers(200, access.Product),
    errors: ['NOT_FOUND', 'UNSUPPORTED_CURRENCY', 'INVALID_AMOUNT', 'UNPROCESSABLE_ENTITY'],
  },
  createImpactPartner: {
    method: 'POST',
    path: '/v3/operator/impact-partners',
    summary: 'Take an impact partner in; for the operator',
    caller: 'apiKey',
    body: operator.NewImpactPartner,
    answer: answers(201, ImpactPartner),
    errors: ['CLAIM_REFUSED', 'CONFLICT'],
  },
  updateImpactPartner: {
    method: 'PATCH',
    path: '/v3/operator/impact-partners/:id',
    summary: 'Change an impact partner; for the operator',
    caller: 'apiKey',
    params: ById('The impact partner'),
    body: operator.ImpactPartnerChanges,
    answer: answers(200, ImpactPartner),
    errors: ['NOT_FOUND', 'CLAIM_REFUSED', 'CONFLICT'],
  },
  createProject: {
    method: 'POST',
    path: '/v3/operator/projects',
    summary: 'Offer a project with its prices and stock; for the operator',
    caller: 'apiKey',
    body: operator.NewProject,
    answer: answers(201, operator.ManagedProject),
    errors: [
      'NOT_FOUND',
      'CLAIM_REFUSED',
      'UNKNOWN_COUNTRY',
      'UNSUPPORTED_CURRENCY',
      'INVALID_AMOUNT',
      'UNPROCESSABLE_ENTITY',
      'CONFLICT',
    ],
  },
  listManagedProjects: {
    method: 'GET',
    path: '/v3/operator/projects',
    summary: 'Every project with its prices, stock and deliveries, newest first; for the operator',
    caller: 'apiKey',
    query: operator.ManagedProjectQuery,
    answer: answers(200, operator.ManagedProjectPage),
    errors: ['UNPROCESSABLE_ENTITY'],
  },
  getManagedProject: {
    ...project,
    method: 'GET',
    path: '/v3/operator/projects/:id',
    summary: 'One project as the operator sees it',
    answer: answers(200, operator.ManagedProject),
    errors: ['NOT_FOUND'],
  },
  updateProject: {
    ...project,
    method: 'PATCH',
    path: '/v3/operator/projects/:id',
    summary: 'Change a project, its prices or its stock, or retire it; for the operator',
    body: operator.ProjectChanges,
    answer: answers(200, operator.ManagedProject),
    errors: [
      'NOT_FOUND',
      'CLAIM_REFUSED',
      'UNKNOWN_COUNTRY',
      'UNSUPPORTED_CURRENCY',
      'INVALID_AMOUNT',
      'UNPROCESSABLE_ENTITY',
      'CONFLICT',
    ],
  },
  createDelivery: {
    ...project,
    method: 'POST',
    path: '/v3/operator/projects/:id/deliveries',
    summary: 'Record what a project did with its money: credits retired, or money paid out; for the operator',
    body: operator.NewDelivery,
    answer: answers(201, operator.Delivery),
    errors: ['NOT_FOUND', 'UNSUPPORTED_CURRENCY', 'INVALID_AMOUNT', 'UNPROCESSABLE_ENTITY', 'CONFLICT'],
  },
  listDeliveries: {
    ...project,
    method: 'GET',
    path: '/v3/operator/projects/:id/deliveries',
    summary: 'What a project did with its money, latest first; for the operator',
    query: operator.DeliveryQuery,
    answer: answers(200, operator.DeliveryPage),
    errors: ['NOT_FOUND', 'UNPROCESSABLE_ENTITY'],
  },
} as const satisfies Record<string, Operation>
