/**
 * The purchase of `worked-examples.ts` as far as its offer: the organisation, the quotes and sessions, the projects.
 */
import type { NewOrganisation, Organisation } from './organisation-resources.ts'
import type { ImpactPartner, Project } from './project-resources.ts'
import type { Footprint, NewQuote, Quote } from './quote-resources.ts'
import type {
  CreatedCheckoutSession,
  CreatedImpactPaySession,
  CreatedPostPurchaseSession,
  NewPostPurchaseSession,
} from './session-resources.ts'

const uuid = (last: string) => `0198c1f0-7a2e-7c3d-9b4e-5f6071829${last}`

/** What a reader replaces by ids of their own, and the test by those of its service. */
export const workedIds = {
  parentOrganisationId: uuid('000'),
  organisationId: uuid('001'),
  quoteId: uuid('002'),
  sessionId: uuid('003'),
  fundsAllocationId: uuid('005'),
  reversalId: uuid('006'),
  partners: [uuid('007'), uuid('017')],
  projects: [uuid('008'), uuid('018')],
  brandId: uuid('00b'),
  productId: uuid('00c'),
} as const

const { parentOrganisationId, organisationId, quoteId, sessionId } = workedIds
const [north, south] = workedIds.partners
const [woodland, stoves] = workedIds.projects
export const madeAt = '2026-11-20T10:18:25.601Z'
const inAnHour = '2026-11-20T11:18:25.601Z'
const inThirtyDays = '2026-12-20T10:18:25.601Z'
export const clientSecret =
  'cs_test_0198c1f07a2e7c3d9b4e5f6071829003_secret_MNbsa9c5SQClfSA1410vEHcM7YGUsRRWENOUKJhkSOE'

export const newOrganisation: NewOrganisation = {
  parentOrganisationId,
  tradingName: 'Blossom & Bloom',
  legalName: 'BB Flowers Ltd',
  address: { line1: '45 Rosewood Avenue', city: 'London', postalCode: 'SW1A 1AA', countryCode: 'GBR' },
  currencyCode: 'GBP',
  website: 'https://blossom.example',
  billing: {
    companyRegistrationNumber: '01234567',
    currencyCode: 'GBP',
    email: 'invoices@blossom.example',
    taxNumber: 'GB123456789',
  },
  mcc: '5992',
  relativeProfitShare: 0.6,
  organisationReference: 'MID1234567',
}

export const organisation: Organisation = {
  organisationId,
  parentOrganisationId,
  organisationReference: 'MID1234567',
  tradingName: 'Blossom & Bloom',
  legalName: 'BB Flowers Ltd',
  address: {
    line1: '45 Rosewood Avenue',
    line2: '',
    line3: '',
    city: 'London',
    postalCode: 'SW1A 1AA',
    state: '',
    countryCode: 'GBR',
  },
  currencyCode: 'GBP',
  website: 'https://blossom.example',
  billing: {
    companyRegistrationNumber: '01234567',
    currencyCode: 'GBP',
    email: 'invoices@blossom.example',
    taxNumber: 'GB123456789',
  },
  mcc: '5992',
  relativeProfitShare: 0.6,
  proportionalProfitShare: 0.6,
  serviceFeePercentage: 0.2,
  status: { value: 'active', message: null },
  impactPartners: [
    { id: north, name: 'Sample Partner North' },
    { id: south, name: 'Sample Partner South' },
  ],
  calculationTypes: ['carbon', 'nature'],
  brandId: workedIds.brandId,
  productId: workedIds.productId,
}

export const newQuote: NewQuote = {
  organisationId,
  locale: 'en-GB',
  consumer: { reference: 'consumer_123', postalCode: 'SW1A 1AA', city: 'London', countryCode: 'GBR' },
  merchant: {
    name: 'Blossom & Bloom',
    mcc: '5992',
    address: {
      line1: 'Ground floor',
      line2: '45 Rosewood Avenue',
      city: 'London',
      postalCode: 'SW1A 1AA',
      countryCode: 'GBR',
    },
  },
  transaction: { amount: 47.97, currencyCode: 'GBP' },
  orderItems: [
    {
      itemReference: 'line_1',
      sku: 'POT_MEDIUM',
      description: 'Flower pot',
      category: 'pots',
      quantity: 3,
      unitPrice: { value: 15.99, currencyCode: 'GBP' },
    },
  ],
  projectFilters: { matchConsumerLocation: true },
}

export const newPostPurchaseSession: NewPostPurchaseSession = {
  ...newQuote,
  impactType: 'carbon',
  sdkVariant: 'embedded',
}
const { sdkVariant: _ofPostPurchase, ...newSession } = newPostPurchaseSession
export const newOtherSession = newSession

/** The rest of it is what the estimate was made with, row by row. */
const provenance = {
  factorSet: { id: 'ekko-factors', version: '1.0.0', methodVersion: '1.0.0', licence: 'CC-BY-SA-4.0' },
}

const footprint: Footprint = {
  kind: 'carbon',
  grams: 11_408.3,
  lowGrams: 4_563.3,
  highGrams: 28_532.2,
  ounces: 402.4,
  breakdown: { domesticGrams: 7_889.9, importedGrams: 1_831.5, tradeMarginGrams: 1_686.9 },
  confidence: 'A',
  itemShare: 0,
  equivalents: [
    {
      id: 'petrol_car_distance',
      value: 43.1,
      unit: 'mi',
      source: 'UK DESNZ greenhouse gas conversion factors 2024 v1.1 (OGL v3.0)',
    },
    {
      id: 'smartphone_charges',
      value: 920,
      unit: 'count',
      source: 'US EPA Greenhouse Gas Equivalencies Calculator, 2024 edition (public domain)',
    },
  ],
  provenance,
}

const natureFootprint: Footprint = {
  kind: 'nature',
  squareMetres: 17.85,
  lowSquareMetres: 3.7,
  highSquareMetres: 93.46,
  squareFeet: 192.14,
  breakdown: { climateStressM2: 3.75, landUseM2: 11.12, pollutionM2: 2.85, waterUseM2: 0.13 },
  confidence: 'A',
  itemShare: 0,
  equivalents: [
    {
      id: 'parking_bays',
      value: 1.55,
      unit: 'count',
      source: 'UK Manual for Streets (DfT 2007), bay of 2.4 m x 4.8 m',
    },
  ],
  provenance,
}

const natureOffer = {
  contribution: {
    effectiveRates: {
      impact: 0.806451612,
      impactSalesTax: 0,
      serviceFee: 0.161290323,
      serviceFeeSalesTax: 0.032258065,
    },
    impactPartnerIds: [north, south],
  },
  maximumAmount: 500,
}

const offer = {
  credits: {
    totalAmount: 0.2,
    impactAmount: 0.16,
    impactSalesTaxAmount: 0,
    impactSalesTaxRate: 0,
    serviceFeeAmount: 0.03,
    serviceFeeSalesTaxAmount: 0.01,
    serviceFeeSalesTaxRate: 0.2,
    quantity: 11_483.253,
    unit: 'gCO2e' as const,
    projects: [
      { projectId: woodland, impactPartnerId: north, unitPrice: 19 },
      { projectId: stoves, impactPartnerId: south, unitPrice: 11 },
    ],
  },
  ...natureOffer,
}

export const quote: Quote = {
  quoteId,
  organisationId,
  impactType: 'carbon',
  locale: 'en-GB',
  transaction: { amount: 47.97, currencyCode: 'GBP' },
  createdAt: madeAt,
  expiresAt: inThirtyDays,
  footprint,
  ...offer,
  taxLiability: 'platform',
}
const { credits: _ofCarbon, ...withoutCredits } = quote
export const natureQuote: Quote = { ...withoutCredits, impactType: 'nature', footprint: natureFootprint }

export const postPurchaseSession: CreatedPostPurchaseSession = {
  sessionId,
  clientSecret,
  quoteId,
  expiresAt: inAnHour,
  footprint,
}
export const checkoutSession: CreatedCheckoutSession = { ...postPurchaseSession, ...offer }
export const impactPaySession: CreatedImpactPaySession = {
  sessionId,
  quoteId,
  impactPayLink:
    'https://ekko.example/pay/0198c1f07a2e7c3d9b4e5f6071829003v7fI4o5_CI08hmFR-Mhb6vlxK2GkQU9H-c4gQY61_5c',
  expiresAt: inThirtyDays,
  footprint,
  ...offer,
}

export const partners: readonly ImpactPartner[] = [
  {
    id: north,
    name: 'Sample Partner North',
    description: 'An invented organisation, for trying out the sandbox.',
    sample: true,
  },
]

export const project: Project = {
  id: woodland,
  impactPartnerId: north,
  name: 'Sample upland woodland',
  shortDescription: 'Native trees on former grazing land.',
  longDescription: 'A planting scheme whose removals are measured as the trees grow.',
  image: '/v1/pictures/woodland.svg',
  type: 'carbonCredits',
  subtype: 'sequestration',
  location: { countryCode: 'GBR', region: 'Northern Europe', state: '' },
  theme: 'climateStress',
  unit: { description: 'tCO2e', price: 19, type: 'unit', currencyCode: 'GBP' },
  sdgs: [
    { number: 13, name: 'Climate action' },
    { number: 15, name: 'Life on land' },
  ],
  standard: 'Sample standard',
  registry: null,
  sample: true,
}
