/**
 * The part of the table of operations that is about quotes, the sessions that make one, and the projects behind them;
 * `operations.ts` takes it in.
 */
import { type TSchema, Type } from 'typebox'
import type { ErrorCode } from './errors.ts'
import { Id } from './fields.ts'
import type { Operation } from './operations.ts'
import { ImpactPartner, Project, ProjectQuery, QuoteProjectQuery } from './project-resources.ts'
import { NewQuote, Quote } from './quote-resources.ts'
import {
  CheckoutSession,
  CreatedCheckoutSession,
  CreatedImpactPaySession,
  ImpactPaySession,
  NewCheckoutSession,
  NewImpactPaySession,
} from './session-resources.ts'

const ById = (description: string) => Type.Object({ id: Id(description) })
const answers = <S extends TSchema>(status: number, schema: S) => ({ status, schema })

/** What a purchase may be refused for, wherever it is quoted. */
export const quoteRefusals = [
  'NOT_FOUND',
  'UNPROCESSABLE_ENTITY',
  'UNKNOWN_MCC',
  'UNKNOWN_COUNTRY',
  'UNSUPPORTED_CURRENCY',
  'INVALID_AMOUNT',
  'MERCHANT_REQUIRED',
  'FOOTPRINT_NOT_APPLICABLE',
  'PROJECTS_UNAVAILABLE',
] as const satisfies readonly ErrorCode[]

export const offerOperations = {
  createCarbonQuote: {
    method: 'POST',
    path: '/v3/quotes/carbon',
    summary: 'Estimate the carbon footprint of a purchase and lock the prices of credits for it',
    caller: 'apiKey',
    body: NewQuote,
    answer: answers(201, Quote),
    errors: quoteRefusals,
  },
  createNatureQuote: {
    method: 'POST',
    path: '/v3/quotes/nature',
    summary: 'Estimate the nature footprint of a purchase and lock the rates of contributions',
    caller: 'apiKey',
    body: NewQuote,
    answer: answers(201, Quote),
    errors: quoteRefusals,
  },
  getQuote: {
    method: 'GET',
    path: '/v3/quotes/:id',
    summary: 'A quote as it was made, by itself or by a session',
    caller: 'apiKey',
    params: ById('The quote'),
    answer: answers(200, Quote),
    errors: ['NOT_FOUND'],
  },
  listQuoteProjects: {
    method: 'GET',
    path: '/v3/quotes/:id/projects',
    summary: 'The projects that funds can be allocated to under a quote, credits at their locked prices',
    caller: 'apiKey',
    params: ById('The quote'),
    query: QuoteProjectQuery,
    answer: answers(200, Type.Array(Project)),
    errors: ['NOT_FOUND'],
  },
  createCheckoutSession: {
    method: 'POST',
    path: '/v3/checkout/sessions',
    summary:
      'Offer a contribution before a purchase, to be paid along with it: makes a quote and a client secret',
    caller: 'apiKey',
    body: NewCheckoutSession,
    answer: answers(201, CreatedCheckoutSession),
    errors: quoteRefusals,
  },
  getCheckoutSession: {
    method: 'GET',
    path: '/v3/checkout/sessions/:id',
    summary: 'Where a checkout session stands, and what was allocated under its quote',
    caller: 'apiKey',
    params: ById('The session'),
    answer: answers(200, CheckoutSession),
    errors: ['NOT_FOUND'],
  },
  createImpactPaySession: {
    method: 'POST',
    path: '/v3/impactpay/sessions',
    summary: 'Offer a contribution by a link to the hosted page: makes a quote and the link',
    caller: 'apiKey',
    body: NewImpactPaySession,
    answer: answers(201, CreatedImpactPaySession),
    errors: quoteRefusals,
  },
  getImpactPaySession: {
    method: 'GET',
    path: '/v3/impactpay/sessions/:id',
    summary: 'Where an ImpactPay session stands',
    caller: 'apiKey',
    params: ById('The session'),
    answer: answers(200, ImpactPaySession),
    errors: ['NOT_FOUND'],
  },
  listImpactPartners: {
    method: 'GET',
    path: '/v3/impact-partners',
    summary: 'The impact partners whose projects can be supported',
    caller: 'apiKey',
    answer: answers(200, Type.Array(ImpactPartner)),
    errors: [],
  },
  getImpactPartner: {
    method: 'GET',
    path: '/v3/impact-partners/:id',
    summary: 'One impact partner',
    caller: 'apiKey',
    params: ById('The impact partner'),
    answer: answers(200, ImpactPartner),
    errors: ['NOT_FOUND'],
  },
  listProjects: {
    method: 'GET',
    path: '/v3/impact-partners/projects',
    summary: 'The projects that contributions can go to',
    caller: 'apiKey',
    query: ProjectQuery,
    answer: answers(200, Type.Array(Project)),
    errors: ['NOT_FOUND'],
  },
  getProject: {
    method: 'GET',
    path: '/v3/impact-partners/projects/:id',
    summary: 'One project',
    caller: 'apiKey',
    params: ById('The project'),
    answer: answers(200, Project),
    errors: ['NOT_FOUND'],
  },
} as const satisfies Record<string, Operation>
