/**
 * Examples for the documentation: one value for every schema, made from the schema itself and from what fields are usually
 * called, so that an operation has its examples from the day it is added. Pure; a test checks each against its schema.
 */
import type { TSchema } from 'typebox'

interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly minLength?: number
  readonly description?: string
}

const uuid = (last: string) => `0198c1f0-7a2e-7c3d-9b4e-5f6071829${last}`
const instant = '2026-11-20T10:18:25.601Z'

/** What fields of a name usually hold; each is used only where the schema takes it. */
const byName: Readonly<Record<string, readonly unknown[]>> = {
  organisationId: [uuid('001')],
  parentOrganisationId: [uuid('000')],
  organisationReference: ['MID1234567'],
  quoteId: [uuid('002')],
  sessionId: [uuid('003')],
  contributionId: [uuid('004')],
  fundsAllocationId: [uuid('005')],
  reversalId: [uuid('006')],
  impactPartnerId: [uuid('007')],
  projectId: [uuid('008')],
  eventId: [uuid('009')],
  endpointId: [uuid('00a')],
  brandId: [uuid('00b')],
  productId: [uuid('00c')],
  tradingName: ['Blossom & Bloom'],
  legalName: ['BB Flowers Ltd'],
  name: ['Blossom & Bloom', 'impact-records.csv'],
  line1: ['45 Rosewood Avenue'],
  line2: ['Ground floor'],
  line3: [''],
  city: ['London'],
  postalCode: ['SW1A 1AA'],
  state: ['', 'ready', 'closed', 'planned'],
  region: ['Northern Europe'],
  countryCode: ['GBR'],
  country: ['GBR'],
  currencyCode: ['GBP'],
  currency: ['GBP'],
  street: ['45 Rosewood Avenue'],
  fundsCurrencyCode: ['GBP'],
  billingCurrencyCode: ['GBP'],
  website: ['https://blossom.example'],
  email: ['invoices@blossom.example'],
  consumerEmail: ['shopper@example.com'],
  companyRegistrationNumber: ['01234567'],
  taxNumber: ['GB123456789'],
  mcc: ['5992'],
  relativeProfitShare: [0.6],
  proportionalProfitShare: [0.6],
  serviceFeePercentage: [0.2],
  reference: ['consumer_123', 'RET-2026-0042'],
  consumerReference: ['consumer_123'],
  itemReference: ['line_1'],
  sku: ['POT_MEDIUM'],
  category: ['coicop:09.3.3'],
  locale: ['en-GB'],
  amount: [47.97],
  totalAmount: [12.4],
  impactAmount: [10],
  impactSalesTaxAmount: [0],
  impactSalesTaxRate: [0],
  serviceFeeAmount: [2],
  serviceFeeSalesTaxAmount: [0.4],
  serviceFeeSalesTaxRate: [0.2],
  impactSalesTax: [0],
  serviceFeeSalesTax: [0.032258],
  total: [12.4],
  impact: [10, 0.806452],
  impactTax: [0],
  serviceFee: [2, 0.16129],
  serviceFeeTax: [0.4],
  unitPrice: [15.99],
  value: [15.99, 'active', 'example'],
  grams: [12_000],
  lowGrams: [6_000],
  highGrams: [24_000],
  url: ['https://hooks.blossom.example/ekko'],
  image: ['https://images.example/woodland.jpg'],
  logoUrl: ['https://blossom.example/logo.svg'],
  key: ['ek_test_2rB7xQmV9sLkTn4WcY1ZdHfGjP8aE6uKoSiRyC3w'],
  confidence: ['A'],
  maximumAmount: [500],
  message: [null],
  hint: ['ek_test_…yC3w'],
  clientSecret: ['cs_test_AZjB8HouepybTl9gcYKQAzYxMjM0NTY3ODkwYWJjZGVm'],
  impactPayLink: ['https://ekko.example/pay/AZjB8HouepybTl9gcYKQA'],
  secret: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  ranges: [['203.0.113.0/24', '2001:db8::/32']],
  scopes: [['sessions:write', 'funds:read']],
  graceHours: [24],
  limit: ['25'],
  dateTimeFrom: ['2026-11-01T00:00:00Z'],
  dateTimeTo: ['2026-12-01T00:00:00Z'],
  month: ['2026-10'],
  on: ['2026-11-02'],
  from: ['2026-10-01', '2026-10-01T00:00:00Z'],
  until: ['2026-10-31', '2026-10-31T00:00:00Z'],
  serials: ['GS1-1-GB-GS1234-16-2026-1-12000'],
  registry: ['Sample registry 1234'],
  standard: ['Sample standard'],
  shortDescription: ['Native trees on former grazing land.'],
  longDescription: ['A planting scheme whose removals are measured as the trees grow.'],
  description: ['Flower pot'],
  hasMore: [false],
  reason: ['Order cancelled'],
  sequence: [1],
  breakdown: [{ domestic: 7_000, imported: 5_000 }],
  provenance: [{ factorSet: { id: 'ekko-factors', version: '1.0.0' } }],
  unit: ['gCO2e', 'km'],
  waitSeconds: ['10'],
}

/** @param fits whether the schema takes the value; only known for what the name suggests */
export type Fits = (schema: TSchema, value: unknown) => boolean

/** A value that the schema takes. Optional members are there too, so that a reader sees them. */
export function exampleOf(schema: TSchema, fits: Fits, name = ''): unknown {
  const given = schema as Schema
  const usual = (byName[name] ?? []).find((value) => fits(schema, value))
  if (usual !== undefined) return usual
  if (given.const !== undefined) return given.const
  if (given.enum) return given.enum[0]
  if (given.anyOf) {
    const branch = given.anyOf.find(({ type }) => type !== 'null') ?? given.anyOf[0]!
    return exampleOf(branch as TSchema, fits, name)
  }
  if (given.type === 'array') return listOf(given, fits, name)
  if (given.type === 'object') return objectOf(given, fits)
  if (given.type === 'string') return textOf(given, fits, name)
  if (given.type === 'integer') return Math.max(given.minimum ?? 1, Math.min(1, given.maximum ?? 1))
  if (given.type === 'number') return Math.max(given.minimum ?? 0, Math.min(1, given.maximum ?? 1))
  return given.type === 'boolean' ? true : given.type === 'null' ? null : {}
}

function listOf({ items, minItems = 1 }: Schema, fits: Fits, name: string): unknown[] {
  const member = exampleOf(items as TSchema, fits, name.replace(/Ids$/, 'Id'))
  return Array.from({ length: Math.max(1, minItems) }, () => member)
}

function objectOf({ properties = {}, patternProperties = {} }: Schema, fits: Fits): Record<string, unknown> {
  const named = Object.entries(properties).map(([name, member]) => [
    name,
    exampleOf(member as TSchema, fits, name),
  ])
  const [free] = Object.values(patternProperties)
  return {
    ...(free ? { example: exampleOf(free as TSchema, fits) } : {}),
    ...Object.fromEntries(named),
  }
}

/** Texts that formats and patterns ask for. */
const usualTexts = [
  uuid('abc'),
  instant,
  '2026-11-02',
  '2026-11',
  'GBP',
  '5992',
  '#1a5f7a',
  '25',
  'https://ekko.example/',
  'example',
]

function textOf(schema: Schema, fits: Fits, name: string): string {
  if (schema.format === 'uuid') return uuid(name === 'id' ? '010' : '0ff')
  if (schema.format === 'date-time') return instant
  if (schema.pattern) return usualTexts.find((text) => fits(schema as TSchema, text)) ?? ''
  return firstWord(schema.description) ?? 'example'
}

/** Where a description begins by listing what there is, its first. */
function firstWord(description: string | undefined): string | undefined {
  return /^([a-z][a-zA-Z]*)(?:,| or |:)/.exec(description ?? '')?.[1]
}
