/**
 * One purchase, worked through: what is asked and answered for it, from the organisation to the records, for OpenAPI and the
 * reference page. What is not here has an example made from its schema (`example.ts`).
 * Law: these are true. Each request is sent to a service by a test, its answer has the members shown here, and sums add up.
 */
import type { Allocation, NewAllocation, NewReversal, Reversal } from './allocation-resources.ts'
import type { ImpactRecord, ProfitShareRecord } from './record-resources.ts'
import type { NewV2Brand } from './v2-operations.ts'
import {
  checkoutSession,
  clientSecret,
  impactPaySession,
  madeAt,
  natureQuote,
  newOrganisation,
  newOtherSession,
  newPostPurchaseSession,
  newQuote,
  organisation,
  partners,
  postPurchaseSession,
  project,
  quote,
  workedIds,
} from './worked-offers.ts'

const { parentOrganisationId, organisationId, quoteId, sessionId, fundsAllocationId, reversalId } = workedIds
const [north, south] = workedIds.partners
const [woodland, stoves] = workedIds.projects

const newAllocation: NewAllocation = {
  organisationId,
  quoteId,
  currencyCode: 'GBP',
  credits: { amount: 12.4, projectIds: [woodland, stoves] },
  contribution: { amount: 1.24, impactPartnerIds: [north, south] },
  issueTaxReceipt: false,
}

const rates = { impactSalesTaxRate: 0, serviceFeeSalesTaxRate: 0.2 }
/** @param part 1 for the whole of it, -0.5 for half of it back */
const line = (impact: number, part: number) => ({
  impactAmount: impact * part,
  impactSalesTaxAmount: 0,
  serviceFeeAmount: (impact * part) / 5,
  serviceFeeSalesTaxAmount: (impact * part) / 25,
  ...rates,
})
const linesOf = (part: number) => ({
  credits: [
    { projectId: woodland, ...line(5, part) },
    { projectId: stoves, ...line(5, part) },
  ],
  contribution: [
    { impactPartnerId: north, projectId: null, ...line(0.5, part) },
    { impactPartnerId: south, projectId: null, ...line(0.5, part) },
  ],
})

const allocation: Allocation = {
  fundsAllocationId,
  organisationId,
  quoteId,
  currencyCode: 'GBP',
  totalAmount: 13.64,
  allocatedAt: madeAt,
  ...linesOf(1),
  taxLiability: 'platform',
  issueTaxReceipt: false,
  warnings: [],
}

const newReversal: NewReversal = { amount: 6.82, reason: 'Order cancelled', initiatedBy: 'merchant' }

const reversal: Reversal = {
  fundsAllocationId,
  reversalId,
  reversalKind: 'refund',
  status: 'done',
  currencyCode: 'GBP',
  totalAmount: -6.82,
  ...linesOf(-0.5),
  taxLiability: 'platform',
}

const recordHead = {
  id: fundsAllocationId,
  fundsAllocationId,
  reversalId: null,
  reversalKind: null,
  quoteId,
  sessionId: null,
  fundsDateTime: madeAt,
  consumerReference: 'consumer_123',
  fundsOrganisationId: organisationId,
  fundsOrganisationReference: 'MID1234567',
  billingOrganisationId: parentOrganisationId,
  fundsCurrencyCode: 'GBP',
  reversal: false,
  taxLiability: 'platform' as const,
  amounts: { total: 13.64, impact: 11, impactTax: 0, serviceFee: 2.2, serviceFeeTax: 0.44 },
}
const shares = [
  { id: parentOrganisationId, reference: 'PSP_001', amount: 0.88 },
  { id: organisationId, reference: 'MID1234567', amount: 1.32 },
]
const billed = { billingCurrencyCode: 'GBP', billingCurrencyExchangeRate: 1 }
const ofCredits = { impact: 5, impactTax: 0, serviceFee: 1, serviceFeeTax: 0.2 }
const ofContribution = { impact: 0.5, impactTax: 0, serviceFee: 0.1, serviceFeeTax: 0.02 }

const impactRecord: ImpactRecord = {
  ...recordHead,
  collectionOrganisationId: parentOrganisationId,
  profitShares: shares.map(({ id, reference, amount }) => ({
    organisationId: id,
    organisationReference: reference,
    amount,
    ...billed,
  })),
  merchant: {
    name: 'Blossom & Bloom',
    mcc: '5992',
    address: {
      line1: 'Ground floor',
      line2: '45 Rosewood Avenue',
      city: 'London',
      state: '',
      postalCode: 'SW1A 1AA',
      countryCode: 'GBR',
    },
  },
  credits: [
    { impactPartnerId: north, projectId: woodland, quantity: 263_157.895, unit: 'gCO2e', amounts: ofCredits },
    { impactPartnerId: south, projectId: stoves, quantity: 454_545.455, unit: 'gCO2e', amounts: ofCredits },
  ],
  contribution: [
    { impactPartnerId: north, projectId: null, quantity: null, unit: null, amounts: ofContribution },
    { impactPartnerId: south, projectId: null, quantity: null, unit: null, amounts: ofContribution },
  ],
}

const profitShareRecord: ProfitShareRecord = {
  ...recordHead,
  merchant: { name: 'Blossom & Bloom', mcc: '5992' },
  profitShareAllocations: shares.map(({ id, reference, amount }) => ({
    beneficiaryOrganisationId: id,
    beneficiaryOrganisationReference: reference,
    ...billed,
    amounts: { profitShare: amount, profitShareTax: 0, profitShareTaxRate: 0 },
  })),
}

const newV2Brand: NewV2Brand = {
  tradingName: 'Blossom & Bloom',
  tradingAddress: {
    street: '45 Rosewood Avenue',
    city: 'London',
    postalCode: 'SW1A 1AA',
    country: 'GBR',
  },
  currency: 'GBP',
  brandBilling: true,
  brandReference: 'MID1234567',
  mcc: '5992',
}

export interface WorkedExample {
  readonly body?: object
  readonly answer?: object
}

/** By the name of the operation, in the order in which they can be sent. */
export const workedExamples: Readonly<Record<string, WorkedExample>> = {
  createOrganisation: { body: newOrganisation, answer: organisation },
  getOrganisation: { answer: organisation },
  createCarbonQuote: { body: newQuote, answer: quote },
  createNatureQuote: { body: newQuote, answer: natureQuote },
  getQuote: { answer: quote },
  listQuoteProjects: { answer: [project] },
  createPostPurchaseSession: { body: newPostPurchaseSession, answer: postPurchaseSession },
  createCheckoutSession: { body: newOtherSession, answer: checkoutSession },
  createImpactPaySession: { body: newOtherSession, answer: impactPaySession },
  createAllocation: { body: newAllocation, answer: allocation },
  reverseAllocation: { body: newReversal, answer: reversal },
  getImpactRecord: { answer: impactRecord },
  listImpactRecords: { answer: { hasMore: false, data: [impactRecord] } },
  getProfitShareRecord: { answer: profitShareRecord },
  listProfitShareRecords: { answer: { hasMore: false, data: [profitShareRecord] } },
  listImpactPartners: { answer: partners },
  getImpactPartner: { answer: partners[0]! },
  listProjects: { answer: [project] },
  getProject: { answer: project },
  createV2Brand: {
    body: newV2Brand,
    answer: { brandId: workedIds.brandId, productId: workedIds.productId },
  },
  createV2ImpactPaySession: {
    body: {
      productId: workedIds.productId,
      amount: { value: 47.97, currencyCode: 'GBP' },
      customerId: 'consumer_123',
    },
    answer: { sessionId, impactPaySessionId: sessionId, clientSecret },
  },
}
