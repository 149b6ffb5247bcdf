/**
 * For: bodies that the fake service answers with.
 * Not for: being realistic beyond adding up.
 */
import { randomUUID } from 'node:crypto'
import type { Footprint, ImpactPaymentEvent, ImpactRecord, Organisation, Reversal } from '@ekko/node'

export const sampleOrganisation = (
  organisationId: string,
  parentOrganisationId: string | null,
): Organisation => ({
  organisationId,
  parentOrganisationId,
  organisationReference: null,
  tradingName: parentOrganisationId ? 'Loam & Kiln' : 'Sample Platform',
  legalName: 'Sample',
  address: { line1: '1', line2: '', line3: '', city: 'C', postalCode: 'P', state: '', countryCode: 'GBR' },
  currencyCode: 'GBP',
  website: null,
  billing: null,
  mcc: '5992',
  relativeProfitShare: 0.5,
  proportionalProfitShare: 0.5,
  serviceFeePercentage: 0.2,
  status: { value: 'active', message: null },
  impactPartners: [],
  calculationTypes: ['carbon'],
  brandId: randomUUID(),
  productId: randomUUID(),
})

export const sampleFootprint: Footprint = {
  kind: 'carbon',
  grams: 12_000,
  lowGrams: 6_000,
  highGrams: 24_000,
  breakdown: {},
  confidence: 'B',
  equivalents: [],
  provenance: {},
}

const billed = { organisationReference: null, billingCurrencyCode: 'GBP', billingCurrencyExchangeRate: 1 }

/** 1.00 + 0.00 + 0.20 + 0.04 = 1.24, and 0.10 + 0.10 = 0.20. */
export const sampleRecord = (id: string, organisationId: string, parentId: string): ImpactRecord => ({
  id,
  fundsAllocationId: id,
  reversalId: null,
  reversalKind: null,
  quoteId: randomUUID(),
  sessionId: randomUUID(),
  fundsDateTime: '2026-03-01T12:00:00Z',
  consumerReference: 'shopper-LK-1001',
  fundsOrganisationId: organisationId,
  fundsOrganisationReference: 'demo-shop',
  collectionOrganisationId: parentId,
  billingOrganisationId: parentId,
  fundsCurrencyCode: 'GBP',
  reversal: false,
  taxLiability: 'platform',
  amounts: { total: 1.24, impact: 1, impactTax: 0, serviceFee: 0.2, serviceFeeTax: 0.04 },
  profitShares: [
    { organisationId: parentId, amount: 0.1, ...billed },
    { organisationId, amount: 0.1, ...billed },
  ],
  merchant: null,
  credits: [
    {
      impactPartnerId: randomUUID(),
      projectId: randomUUID(),
      quantity: 50_000,
      unit: 'gCO2e',
      amounts: { impact: 0.7, impactTax: 0, serviceFee: 0.14, serviceFeeTax: 0.03 },
    },
  ],
  contribution: [
    {
      impactPartnerId: randomUUID(),
      projectId: null,
      quantity: null,
      unit: null,
      amounts: { impact: 0.3, impactTax: 0, serviceFee: 0.06, serviceFeeTax: 0.01 },
    },
  ],
})

export const sampleEvent = (record: ImpactRecord): ImpactPaymentEvent => ({
  footprintId: record.quoteId,
  organisationId: record.fundsOrganisationId,
  brandId: randomUUID(),
  productId: randomUUID(),
  customerId: record.consumerReference ?? '',
  eventType: record.reversal ? 'IMPACT_PAYMENT_REVERSAL' : 'IMPACT_PAYMENT',
  timestamp: record.fundsDateTime,
  payment: {
    amount: Math.abs(record.amounts.total),
    currencyCode: record.fundsCurrencyCode,
    serviceFee: Math.abs(record.amounts.serviceFee),
  },
  carbon: { unit: 'grams', quote: 12_000, compensated: 50_000 },
  eventId: randomUUID(),
  sequence: record.reversal ? 2 : 1,
  quoteId: record.quoteId,
  sessionId: record.sessionId,
  fundsAllocationId: record.fundsAllocationId,
  reversalId: record.reversalId,
})

export const sampleReversal = (fundsAllocationId: string, reversalId: string): Reversal => ({
  fundsAllocationId,
  reversalId,
  reversalKind: 'refund',
  status: 'done',
  currencyCode: 'GBP',
  totalAmount: -1.24,
  credits: [],
  contribution: [],
  taxLiability: 'platform',
})
