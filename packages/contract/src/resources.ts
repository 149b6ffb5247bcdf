/**
 * Every object that crosses the API, as JSON Schema with a sentence for each field.
 * Amounts are decimal numbers in major units of their currency; ids are UUIDs; countries ISO 3166-1 alpha-3.
 */
import { type Static, type TSchema, Type } from 'typebox'

export const nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()])
export const omissible = <S extends TSchema>(schema: S) => Type.Optional(nullable(schema))
export const text = (description: string, maxLength = 255) =>
  Type.String({ minLength: 1, maxLength, description })
export const looseText = (description: string, maxLength = 255) => Type.String({ maxLength, description })

const uuidPattern = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$'
export const Id = (description: string) => Type.String({ format: 'uuid', pattern: uuidPattern, description })
export const CountryCode = Type.String({
  pattern: '^[A-Z]{3}$',
  description: 'ISO 3166-1 alpha-3, for example GBR',
})
export const CurrencyCode = Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217, for example GBP' })
export const Mcc = Type.String({ pattern: '^[0-9]{4}$', description: 'Merchant category code, four digits' })
export const Amount = (description: string) =>
  Type.Number({ description: `${description}, in major units of the currency` })
export const Instant = (description: string) => Type.String({ format: 'date-time', description })
export const Rate = (description: string) => Type.Number({ minimum: 0, maximum: 1, description })

// -- organisations --

export const Address = Type.Object({
  line1: text('First line'),
  line2: omissible(looseText('Second line')),
  line3: omissible(looseText('Third line')),
  city: text('City or town'),
  postalCode: text('Postal code', 32),
  state: omissible(looseText('State or region')),
  countryCode: CountryCode,
})

export const Billing = Type.Object({
  companyRegistrationNumber: omissible(looseText('Number in the company register', 64)),
  currencyCode: Type.Optional(CurrencyCode),
  email: omissible(looseText('Where invoices go', 254)),
  taxNumber: omissible(looseText('VAT or tax number', 64)),
})

export const NewOrganisation = Type.Object({
  parentOrganisationId: Id('The organisation that this one is created under'),
  tradingName: text('Name that consumers know'),
  legalName: text('Name in the register'),
  address: Address,
  currencyCode: CurrencyCode,
  website: omissible(Type.String({ maxLength: 2048, pattern: '^https?://', description: 'Web address' })),
  billing: omissible(Billing),
  mcc: omissible(Mcc),
  relativeProfitShare: omissible(
    Rate(
      'Share of what the parent has of the service fee that is passed down to this organisation; 0 by default',
    ),
  ),
  organisationReference: omissible(looseText('Your own reference, for example a merchant id')),
})

export const Organisation = Type.Object({
  organisationId: Id('The organisation'),
  parentOrganisationId: nullable(Id('Its parent; null for the root')),
  organisationReference: nullable(Type.String()),
  tradingName: Type.String(),
  legalName: Type.String(),
  address: Type.Object({
    line1: Type.String(),
    line2: Type.String(),
    line3: Type.String(),
    city: Type.String(),
    postalCode: Type.String(),
    state: Type.String(),
    countryCode: Type.String(),
  }),
  currencyCode: CurrencyCode,
  website: nullable(Type.String()),
  billing: nullable(
    Type.Object({
      companyRegistrationNumber: nullable(Type.String()),
      currencyCode: nullable(Type.String()),
      email: nullable(Type.String()),
      taxNumber: nullable(Type.String()),
    }),
  ),
  mcc: nullable(Mcc),
  relativeProfitShare: Rate('Share of the parent’s part of the service fee'),
  proportionalProfitShare: Rate('Share of the whole service fee, before its own children take theirs'),
  serviceFeePercentage: Rate('Service fee as a share of the impact amount'),
  status: Type.Object({ value: Type.String({ description: 'active' }), message: nullable(Type.String()) }),
  impactPartners: Type.Array(Type.Object({ id: Id('Impact partner'), name: Type.String() })),
  calculationTypes: Type.Array(Type.String({ description: 'carbon or nature' })),
  brandId: Id('How the organisation looks'),
  productId: Id('What the organisation offers'),
})

// -- sessions --

export const Consumer = Type.Object({
  reference: text('Your own id for the consumer'),
  countryCode: CountryCode,
  postalCode: omissible(looseText('Postal code', 32)),
  city: omissible(looseText('City or town')),
  state: omissible(looseText('State or region')),
})

export const NewConsumerErasure = Type.Object({
  organisationId: omissible(Id('Whose consumer: your own organisation when absent, or one below it')),
  consumer: Type.Object({ reference: text('As you sent it with the sessions') }),
})

export const ConsumerErasure = Type.Object({
  organisationId: Id('Whose consumer it was'),
  erasedSessions: Type.Integer({
    description: 'How many sessions knew the consumer; 0 when none does, or not any more',
  }),
  erasedAt: Instant('When'),
})

export const Merchant = Type.Object({
  name: text('Name of the merchant'),
  mcc: omissible(Mcc),
  address: omissible(
    Type.Object({
      line1: omissible(looseText('First line')),
      line2: omissible(looseText('Second line')),
      line3: omissible(looseText('Third line')),
      city: omissible(looseText('City or town')),
      postalCode: omissible(looseText('Postal code', 32)),
      state: omissible(looseText('State or region')),
      countryCode: CountryCode,
    }),
  ),
})

export const Transaction = Type.Object({
  amount: Amount('What was paid for the purchase'),
  currencyCode: CurrencyCode,
})

export const OrderItem = Type.Object({
  itemReference: omissible(looseText('Your own id of the line')),
  sku: omissible(looseText('Stock keeping unit')),
  description: omissible(looseText('What it is', 1000)),
  category: omissible(
    looseText(
      'What it is, for the estimate: COICOP 2018 (`coicop:01.1.4`), NAICS 2017 of six digits (`naics:311511`) or a basket of the factor set (`basket:dairy`), also without the scheme; anything else counts as the merchant’s MCC',
    ),
  ),
  quantity: Type.Optional(
    Type.Number({ description: 'How many; one when absent, and a line of less than none is not counted' }),
  ),
  unitPrice: omissible(
    Type.Object({
      value: Amount('Price of one as paid; not counted in another currency than the transaction’s'),
      currencyCode: CurrencyCode,
    }),
  ),
  listPrice: omissible(
    Type.Object({
      value: Amount(
        'Price of one before discounts. The lines share what they cost together, at most the transaction’s amount, by quantity times list price, or unit price where that is higher or alone; so discounts change how much was spent and not on what',
      ),
      currencyCode: CurrencyCode,
    }),
  ),
})

const LocationFilter = Type.Object({
  matchConsumerLocation: Type.Optional(Type.Boolean({ description: 'Put projects near the consumer first' })),
})
export const ProjectFilters = Type.Object({
  matchConsumerLocation: Type.Optional(Type.Boolean({ description: 'Put projects near the consumer first' })),
  credits: omissible(LocationFilter),
  contribution: omissible(LocationFilter),
})

export const ImpactType = Type.Union([Type.Literal('carbon'), Type.Literal('nature')], {
  description: 'Which footprint is estimated',
})
export const SdkVariant = Type.Union([Type.Literal('embedded'), Type.Literal('takeover')], {
  description: 'In a container of the confirmation page, or in front of it',
})

/** What every quote and every session is made from. */
const purchase = {
  locale: omissible(
    Type.String({ maxLength: 35, description: 'BCP 47 language tag; en-GB where it is not supported' }),
  ),
  consumer: Consumer,
  merchant: omissible(Merchant),
  transaction: Transaction,
  orderItems: omissible(Type.Array(OrderItem, { maxItems: 500 })),
  projectFilters: omissible(ProjectFilters),
}

export const NewPostPurchaseSession = Type.Object({
  organisationId: Id('Whose session this is'),
  sdkVariant: Type.Optional(SdkVariant),
  impactType: Type.Optional(ImpactType),
  ...purchase,
})

export const NewCheckoutSession = Type.Object({
  organisationId: Id('Whose session this is'),
  impactType: Type.Optional(ImpactType),
  ...purchase,
})

export const NewImpactPaySession = Type.Object({
  organisationId: Id('Whose session this is'),
  impactType: Type.Optional(ImpactType),
  ...purchase,
})

export const NewQuote = Type.Object({
  organisationId: Id('Whose quote this is'),
  ...purchase,
  responseOptions: omissible(
    Type.Record(Type.String(), Type.Unknown(), {
      maxProperties: 20,
      description: 'Read and not used: an answer always has everything',
    }),
  ),
})

export const Footprint = Type.Object({
  kind: ImpactType,
  grams: omissible(Type.Number({ description: 'Central estimate, grams CO2e; carbon only' })),
  lowGrams: omissible(Type.Number({ description: 'Lower bound of the 90 % range, grams CO2e' })),
  highGrams: omissible(Type.Number({ description: 'Upper bound of the 90 % range, grams CO2e' })),
  ounces: omissible(Type.Number({ description: 'Central estimate, avoirdupois ounces CO2e' })),
  squareMetres: omissible(
    Type.Number({
      description: 'Central estimate, square metres of intact nature lost for a year; nature only',
    }),
  ),
  lowSquareMetres: omissible(Type.Number({ description: 'Lower bound of the 90 % range, square metres' })),
  highSquareMetres: omissible(Type.Number({ description: 'Upper bound of the 90 % range, square metres' })),
  squareFeet: omissible(Type.Number({ description: 'Central estimate, square feet' })),
  breakdown: Type.Record(
    Type.String(),
    Type.Number({ description: 'Part of the central estimate, in its unit' }),
  ),
  confidence: Type.String({
    description: 'Tier of the sector match: A clear, B basket, C proxy, D fall-back',
  }),
  itemShare: Type.Optional(Rate('Share of the amount that was counted by the categories of order items')),
  equivalents: Type.Array(
    Type.Object({
      id: Type.String(),
      value: Type.Number(),
      unit: Type.String(),
      source: Type.String({ description: 'Where the conversion comes from' }),
    }),
  ),
  provenance: Type.Unknown({ description: 'Everything needed to recompute the estimate offline' }),
})

export const CreatedPostPurchaseSession = Type.Object({
  sessionId: Id('The session'),
  clientSecret: Type.String({ description: 'For the browser SDK of this one session; shown once' }),
  quoteId: Id('The quote made for it'),
  expiresAt: Instant('When the client secret stops working'),
  footprint: Footprint,
})

/** Of a quote: what may be allocated under it, at prices and rates that stand until it expires. */
const offer = {
  credits: Type.Optional(
    Type.Object(
      {
        totalAmount: Amount('What credits for the whole estimate cost in all'),
        impactAmount: Amount('Of it, to the projects'),
        impactSalesTaxAmount: Amount('Sales tax on it'),
        impactSalesTaxRate: Rate('Rate of that tax'),
        serviceFeeAmount: Amount('Service fee'),
        serviceFeeSalesTaxAmount: Amount('Sales tax on the service fee'),
        serviceFeeSalesTaxRate: Rate('Rate of that tax'),
        quantity: Type.Number({ description: 'Units that this buys, no less than the central estimate' }),
        unit: Type.Literal('gCO2e'),
        projects: Type.Array(
          Type.Object({
            projectId: Id('The project'),
            impactPartnerId: Id('Who runs it'),
            unitPrice: Amount('Locked price of a tonne of CO2e'),
          }),
          { description: 'The credits are bought from all of them, with the same amount from each' },
        ),
      },
      { description: 'Absent for nature, where there are contributions only' },
    ),
  ),
  contribution: Type.Object({
    effectiveRates: Type.Object(
      {
        impact: Rate('To the impact partners'),
        impactSalesTax: Rate('Sales tax on it'),
        serviceFee: Rate('Service fee'),
        serviceFeeSalesTax: Rate('Sales tax on the service fee'),
      },
      { description: 'Parts of whatever is contributed; they add up to 1' },
    ),
    impactPartnerIds: Type.Array(Id('Whom a contribution is shared by')),
  }),
  maximumAmount: Amount('The most that one allocation may come to'),
}

export const Quote = Type.Object({
  quoteId: Id('The quote'),
  organisationId: Id('Whose quote this is'),
  impactType: ImpactType,
  locale: Type.String(),
  transaction: Transaction,
  createdAt: Instant('When it was made'),
  expiresAt: Instant('Until when its prices and rates stand'),
  footprint: Footprint,
  ...offer,
  taxLiability: Type.Literal('platform'),
})

export const CreatedCheckoutSession = Type.Object({
  sessionId: Id('The session'),
  clientSecret: Type.String({ description: 'For the browser SDK of this one session; shown once' }),
  quoteId: Id('The quote made for it, to allocate funds under once the purchase is paid'),
  expiresAt: Instant('When the client secret stops working'),
  footprint: Footprint,
  ...offer,
})

export const CheckoutSession = Type.Object({
  sessionId: Id('The session'),
  organisationId: Id('Whose session this is'),
  quoteId: Id('The quote made for it'),
  impactType: ImpactType,
  locale: Type.String(),
  status: Type.Union([Type.Literal('open'), Type.Literal('contributed'), Type.Literal('expired')], {
    description: 'contributed once funds were allocated under its quote',
  }),
  createdAt: Instant('When it was created'),
  expiresAt: Instant('When the client secret stops working'),
  transaction: Transaction,
  footprint: Footprint,
  ...offer,
  allocations: Type.Array(
    Type.Object({
      fundsAllocationId: Id('The allocation'),
      totalAmount: Amount('What was allocated in all'),
      currencyCode: CurrencyCode,
      allocatedAt: Instant('When'),
    }),
    { description: 'Under its quote, oldest first; the first 100' },
  ),
})

export const CreatedImpactPaySession = Type.Object({
  sessionId: Id('The session'),
  quoteId: Id('The quote made for it'),
  impactPayLink: Type.String({ description: 'Address of the hosted page; whoever has it may contribute' }),
  expiresAt: Instant('When the link stops working'),
  footprint: Footprint,
  ...offer,
})

const ContributionSummary = Type.Object({
  contributionId: Id('The contribution'),
  status: Type.String({ description: 'created, processing, pending, paid, failed, expired or cancelled' }),
  amount: Amount('What the consumer pays in all'),
  currencyCode: CurrencyCode,
  fundsAllocationId: nullable(Id('The allocation, once paid')),
  createdAt: Instant('When the consumer chose'),
  costs: Type.Object(
    {
      cardCost: Amount('What the card payment was reckoned to cost before paying'),
      cardCostActual: nullable(Amount('What it did cost, once the payment provider says so')),
      share: Type.Number({
        description: 'Part of the amount that taxes, fee and card cost take, 0.2 for a fifth',
      }),
      high: Type.Boolean({ description: 'That is a lot, and the consumer was told so before paying' }),
    },
    { description: 'Of making this contribution. The service fee pays the card cost' },
  ),
})

export const PostPurchaseSession = Type.Object({
  sessionId: Id('The session'),
  organisationId: Id('Whose session this is'),
  quoteId: Id('The quote made for it'),
  sdkVariant: SdkVariant,
  impactType: ImpactType,
  locale: Type.String(),
  status: Type.Union(
    [Type.Literal('open'), Type.Literal('contributed'), Type.Literal('dismissed'), Type.Literal('expired')],
    { description: 'Where the session stands' },
  ),
  createdAt: Instant('When it was created'),
  expiresAt: Instant('When the client secret stops working'),
  transaction: Transaction,
  footprint: Footprint,
  contributions: Type.Array(ContributionSummary),
})

export const ImpactPaySession = Type.Object({
  sessionId: Id('The session'),
  organisationId: Id('Whose session this is'),
  quoteId: Id('The quote made for it'),
  impactType: ImpactType,
  locale: Type.String(),
  status: Type.Union([Type.Literal('open'), Type.Literal('contributed'), Type.Literal('expired')], {
    description: 'Where the session stands',
  }),
  createdAt: Instant('When it was created'),
  expiresAt: Instant('When the link stops working'),
  impactPayLink: Type.String({ description: 'Address of the hosted page' }),
  transaction: Transaction,
  footprint: Footprint,
  contributions: Type.Array(ContributionSummary),
})

export const ComponentState = Type.Object({
  sessionId: Id('The session'),
  state: Type.String({ description: 'ready, pending, thanked, failed, dismissed or expired' }),
  contribution: nullable(
    Type.Object({
      contributionId: Id('The contribution'),
      status: Type.String(),
      amount: Amount('What the consumer pays in all'),
      currencyCode: CurrencyCode,
    }),
  ),
})

// -- projects --

export const ImpactPartner = Type.Object({
  id: Id('The impact partner'),
  name: Type.String(),
  description: Type.String(),
  sample: Type.Boolean({ description: 'True for the invented partners of a sandbox' }),
})

export const ProjectType = Type.Union(
  [Type.Literal('carbonCredits'), Type.Literal('natureCredits'), Type.Literal('contribution')],
  { description: 'What money that goes to it is for' },
)

export const ProjectQuery = Type.Object({
  projectId: Type.Optional(Id('Only this project')),
  impactPartnerId: Type.Optional(Id('Only projects of this partner')),
  type: Type.Optional(ProjectType),
})

export const QuoteProjectQuery = Type.Object({
  impactPartnerId: Type.Optional(Id('Only projects of this partner')),
  type: Type.Optional(ProjectType),
})

export const Project = Type.Object({
  id: Id('The project'),
  impactPartnerId: Id('Who runs it'),
  name: Type.String(),
  shortDescription: Type.String(),
  longDescription: Type.String(),
  image: Type.String({
    description: 'Address of a picture, relative to the deployment when it is one of its own',
  }),
  type: ProjectType,
  subtype: nullable(Type.String()),
  location: Type.Object({ countryCode: CountryCode, region: Type.String(), state: Type.String() }),
  theme: nullable(Type.String({ description: 'pollution, climateStress, landUse or waterUse' })),
  unit: Type.Object({
    description: Type.String({ description: 'For example tCO2e' }),
    price: nullable(Amount('Price of one unit')),
    type: Type.Union([Type.Literal('unit'), Type.Literal('monetary')]),
    currencyCode: CurrencyCode,
  }),
  sdgs: Type.Array(Type.Object({ number: Type.Integer(), name: Type.String() })),
  standard: nullable(Type.String({ description: 'Standard that it is certified under' })),
  registry: nullable(Type.String({ description: 'Registry and id there' })),
  sample: Type.Boolean({ description: 'True for the invented projects of a sandbox' }),
})

// -- allocations and records --

const LineAmounts = {
  impactAmount: Amount('To the project or partner'),
  impactSalesTaxAmount: Amount('Sales tax on it'),
  impactSalesTaxRate: Rate('Rate of that tax'),
  serviceFeeAmount: Amount('Service fee'),
  serviceFeeSalesTaxAmount: Amount('Sales tax on the service fee'),
  serviceFeeSalesTaxRate: Rate('Rate of that tax'),
}

const CreditLine = Type.Object({ projectId: Id('The project'), ...LineAmounts })
const ContributionLine = Type.Object({
  impactPartnerId: Id('The partner'),
  projectId: nullable(Id('The project shown; null where the partner distributes the money')),
  ...LineAmounts,
})

const idsMax = 20

export const NewAllocation = Type.Object({
  organisationId: Id('Whose consumer contributed: the organisation of the quote'),
  quoteId: Id('From a quote, or from any session'),
  currencyCode: omissible(CurrencyCode),
  idempotencyKey: omissible(
    Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: '^[\\x20-\\x7e]+$',
      description: 'The same as the header Idempotency-Key, and equal to it where both are sent',
    }),
  ),
  credits: omissible(
    Type.Object({
      amount: omissible(
        Amount('What is spent in all, fee and taxes included; what the quote says when absent'),
      ),
      projectIds: omissible(
        Type.Array(Id('A project'), {
          minItems: 1,
          maxItems: idsMax,
          description: 'Which projects share it evenly; those of the quote when absent',
        }),
      ),
    }),
  ),
  contribution: omissible(
    Type.Object({
      amount: Amount('What is given in all, fee and taxes included'),
      impactPartnerIds: omissible(
        Type.Array(Id('An impact partner'), {
          minItems: 1,
          maxItems: idsMax,
          description: 'Which partners share it evenly; those of the quote when absent',
        }),
      ),
    }),
  ),
  issueTaxReceipt: omissible(
    Type.Boolean({ description: 'Have the receipt sent to the consumer by e-mail; false when absent' }),
  ),
  consumerEmail: omissible(
    Type.String({
      maxLength: 254,
      description: 'Where it goes, and required then; forgotten once the e-mail has left',
    }),
  ),
})

export const AllocationWarning = Type.Object({
  code: Type.Union(
    [
      Type.Literal('PROJECT_NOT_IN_QUOTE'),
      Type.Literal('PROJECT_NOT_AVAILABLE'),
      Type.Literal('PARTNER_NOT_IN_QUOTE'),
    ],
    { description: 'What was asked for and could not be done as asked' },
  ),
  path: Type.String({ description: 'Where in the request' }),
  message: Type.String({ description: 'Where the money went instead' }),
})

export const Allocation = Type.Object({
  fundsAllocationId: Id('The allocation'),
  organisationId: Id('Whose consumer contributed'),
  quoteId: Id('The quote'),
  currencyCode: CurrencyCode,
  totalAmount: Amount('All of it: impact, service fee and taxes'),
  allocatedAt: Instant('When'),
  credits: Type.Array(CreditLine),
  contribution: Type.Array(ContributionLine),
  taxLiability: Type.Literal('platform'),
  issueTaxReceipt: Type.Boolean({ description: 'Whether the receipt is sent to the consumer' }),
  warnings: Type.Array(AllocationWarning, {
    description: 'Empty when everything was done as asked',
  }),
})

export const NewReversal = Type.Object({
  amount: omissible(Amount('How much of the total to give back; all that is left when absent')),
  reason: omissible(looseText('Why, for your own records', 500)),
  initiatedBy: omissible(
    Type.Union([Type.Literal('merchant'), Type.Literal('consumer'), Type.Literal('operator')], {
      description:
        'Who caused it, `merchant` when absent. The service fee and its tax stay paid when the consumer did',
    }),
  ),
})

export const ReversalKind = Type.Union(
  [Type.Literal('refund'), Type.Literal('void'), Type.Literal('chargeback')],
  {
    description:
      'How the money went back: a void before it was settled, a refund after, or a chargeback that was lost',
  },
)

export const Reversal = Type.Object({
  fundsAllocationId: Id('What is reversed'),
  reversalId: Id('This reversal'),
  reversalKind: ReversalKind,
  status: Type.Union([Type.Literal('done'), Type.Literal('pending')], {
    description: 'pending while the payment provider has not said that the refund is accepted',
  }),
  currencyCode: CurrencyCode,
  totalAmount: Amount('What goes back to the consumer, negative'),
  credits: Type.Array(CreditLine),
  contribution: Type.Array(ContributionLine),
  taxLiability: Type.Literal('platform'),
})

const RecordLine = Type.Object({
  impactPartnerId: Id('The partner'),
  projectId: nullable(Id('The project')),
  quantity: nullable(Type.Number({ description: 'Units bought, for credits' })),
  unit: nullable(Type.String({ description: 'For example gCO2e' })),
  amounts: Type.Object({
    impact: Amount('To the project or partner'),
    impactTax: Amount('Sales tax on it'),
    serviceFee: Amount('Service fee'),
    serviceFeeTax: Amount('Sales tax on the service fee'),
  }),
})

export const ImpactRecord = Type.Object({
  id: Id(
    'This record, the cursor: the allocation’s id, the reversal’s, or its own when a reversal was undone',
  ),
  fundsAllocationId: Id('The allocation'),
  reversalId: nullable(
    Id('The reversal, on its record and on the record that takes it back, should the provider undo it'),
  ),
  reversalKind: nullable(ReversalKind),
  quoteId: Id('The quote'),
  sessionId: nullable(Id('The session')),
  fundsDateTime: Instant('When the money moved'),
  consumerReference: nullable(Type.String({ description: 'Null once the consumer was erased' })),
  fundsOrganisationId: Id('Whose consumer contributed'),
  fundsOrganisationReference: nullable(Type.String()),
  collectionOrganisationId: Id('Who collected the money'),
  billingOrganisationId: Id('Who is billed for what was collected'),
  fundsCurrencyCode: CurrencyCode,
  reversal: Type.Boolean(),
  taxLiability: Type.Literal('platform'),
  amounts: Type.Object({
    total: Amount('impact + impactTax + serviceFee + serviceFeeTax'),
    impact: Amount('To projects and partners'),
    impactTax: Amount('Sales tax on it'),
    serviceFee: Amount('Service fee'),
    serviceFeeTax: Amount('Sales tax on the service fee'),
  }),
  profitShares: Type.Array(
    Type.Object({
      organisationId: Id('Who keeps it'),
      organisationReference: nullable(Type.String()),
      amount: Amount('What it keeps of the service fee'),
      billingCurrencyCode: CurrencyCode,
      billingCurrencyExchangeRate: nullable(
        Type.Number({
          description:
            'Units of its billing currency for one of the allocation’s, on the day; null where no rate is known',
        }),
      ),
    }),
    { description: 'How the service fee is shared over the hierarchy; adds up to it' },
  ),
  merchant: nullable(
    Type.Object({
      name: nullable(Type.String()),
      mcc: nullable(Type.String()),
      address: nullable(
        Type.Object({
          line1: Type.String(),
          line2: Type.String(),
          city: Type.String(),
          state: Type.String(),
          postalCode: Type.String(),
          countryCode: Type.String(),
        }),
      ),
    }),
  ),
  credits: Type.Array(RecordLine),
  contribution: Type.Array(RecordLine),
})

export const ImpactRecordPage = Type.Object({ hasMore: Type.Boolean(), data: Type.Array(ImpactRecord) })

export const ImpactRecordQuery = Type.Object({
  dateTimeFrom: Type.String({ description: 'ISO 8601, inclusive' }),
  dateTimeTo: Type.String({ description: 'ISO 8601, exclusive' }),
  limit: Type.Optional(Type.String({ pattern: '^[0-9]{1,3}$', description: '1 to 100, 25 by default' })),
  startingAfter: Type.Optional(Id('The last record of the page before')),
  endingBefore: Type.Optional(Id('The first record of the page after')),
  consumerReference: Type.Optional(looseText('Only this consumer')),
  impactPartnerId: Type.Optional(Id('Only this partner')),
  fundsOrganisationId: Type.Optional(Id('Only this organisation')),
})

export const ProfitShareRecord = Type.Object({
  id: ImpactRecord.properties.id,
  fundsAllocationId: Id('The allocation'),
  reversalId: ImpactRecord.properties.reversalId,
  reversalKind: ImpactRecord.properties.reversalKind,
  quoteId: Id('The quote'),
  sessionId: ImpactRecord.properties.sessionId,
  fundsDateTime: Instant('When the money moved'),
  consumerReference: ImpactRecord.properties.consumerReference,
  fundsOrganisationId: Id('Whose consumer contributed'),
  fundsOrganisationReference: nullable(Type.String()),
  billingOrganisationId: Id('Who is billed for what was collected'),
  fundsCurrencyCode: CurrencyCode,
  reversal: Type.Boolean(),
  taxLiability: Type.Literal('platform'),
  amounts: ImpactRecord.properties.amounts,
  merchant: nullable(Type.Object({ name: nullable(Type.String()), mcc: nullable(Type.String()) })),
  profitShareAllocations: Type.Array(
    Type.Object({
      beneficiaryOrganisationId: Id('Who gets it'),
      beneficiaryOrganisationReference: nullable(Type.String()),
      billingCurrencyCode: CurrencyCode,
      billingCurrencyExchangeRate: nullable(
        Type.Number({
          description:
            'Units of the billing currency for one of fundsCurrencyCode, on the day; null where no rate is known',
        }),
      ),
      amounts: Type.Object({
        profitShare: Amount('Its part of the service fee, in fundsCurrencyCode'),
        profitShareTax: Amount('Sales tax passed on with it; the platform pays all of that, so 0'),
        profitShareTaxRate: Rate('Rate of that tax'),
      }),
    }),
    { description: 'Of each organisation from the root down; they add up to the service fee' },
  ),
})

export const ProfitShareRecordPage = Type.Object({
  hasMore: Type.Boolean(),
  data: Type.Array(ProfitShareRecord),
})

export const ProfitShareRecordQuery = Type.Object({
  dateTimeFrom: ImpactRecordQuery.properties.dateTimeFrom,
  dateTimeTo: ImpactRecordQuery.properties.dateTimeTo,
  limit: ImpactRecordQuery.properties.limit,
  startingAfter: ImpactRecordQuery.properties.startingAfter,
  endingBefore: ImpactRecordQuery.properties.endingBefore,
  fundsOrganisationId: ImpactRecordQuery.properties.fundsOrganisationId,
})

// -- settlement and statements --

export const SettlementBreak = Type.Object({
  id: Id('The break, the cursor'),
  psp: Type.String({ description: 'The payment provider' }),
  reason: Type.String({ description: 'Why it does not agree; see the guide on closing the month' }),
  meaning: Type.String({ description: 'The reason in words' }),
  state: Type.Union([Type.Literal('open'), Type.Literal('resolved'), Type.Literal('dismissed')]),
  currencyCode: CurrencyCode,
  amount: Amount('What does not agree; what the provider gave more is positive'),
  lineReference: nullable(Type.String({ description: 'The provider’s name for the settlement line' })),
  lineType: nullable(Type.String()),
  pspReference: nullable(Type.String({ description: 'The provider’s name for the payment' })),
  journalId: nullable(Id('The journal that no line came for')),
  journalKind: nullable(Type.String()),
  batch: nullable(Type.String({ description: 'The payout that its lines do not add up to' })),
  note: nullable(Type.String({ description: 'Why somebody dismissed it' })),
  foundAt: Instant('When it was found'),
  endedAt: nullable(Instant('When it matched after all, or was dismissed')),
})

export const SettlementBreakPage = Type.Object({
  hasMore: Type.Boolean(),
  data: Type.Array(SettlementBreak),
})

const pageLimit = Type.Optional(
  Type.String({ pattern: '^[0-9]{1,3}$', description: '1 to 100, 25 by default' }),
)
const Month = Type.String({
  pattern: '^[0-9]{4}-(0[1-9]|1[0-2])$',
  description: 'A month, for example 2026-03',
})

export const SettlementBreakQuery = Type.Object({
  state: Type.Optional(SettlementBreak.properties.state),
  reason: Type.Optional(Type.String({ pattern: '^[a-z_]{1,40}$', description: 'Only this reason' })),
  limit: pageLimit,
  startingAfter: Type.Optional(Id('The last break of the page before')),
})

export const StatementLine = Type.Object({
  kind: Type.String({ description: 'A kind of activity, or an account of the ledger' }),
  meaning: Type.String({ description: 'The kind in words' }),
  currencyCode: CurrencyCode,
  count: Type.Integer({ description: 'How many journals, allocations and reversals it is the sum of' }),
  amount: Amount('The sum; what went back is negative'),
})

export const Statement = Type.Object({
  id: Id('The statement, the cursor'),
  organisationId: Id('Whose'),
  organisationReference: nullable(Type.String()),
  tradingName: Type.String(),
  period: Month,
  from: Instant('Journals recorded from here'),
  until: Instant('and before here; what came late for an earlier month is in it too'),
  closedAt: Instant('When it was closed; it never changes after that'),
  sealedUpTo: Type.Integer({ description: 'The last seal of the ledger that it looked at' }),
  currencyCode: CurrencyCode,
  settlementModel: Type.Union([
    Type.Literal('net_split'),
    Type.Literal('gross_split'),
    Type.Literal('invoice'),
  ]),
  settlementDue: Type.String({ description: 'When what the organisation collected is settled' }),
  lines: Type.Array(StatementLine),
  payouts: Type.Array(
    Type.Object({
      currencyCode: CurrencyCode,
      amount: Amount('Profit shares to be paid'),
      converted: nullable(
        Type.Object({
          currencyCode: CurrencyCode,
          amount: Amount('The same in the organisation’s currency'),
          rate: Type.Number({ description: 'Units of it for one of the other' }),
          rateDate: Type.String({ description: 'The day of the rate' }),
          rateSource: Type.String({ description: 'Who published it' }),
        }),
      ),
    }),
    { description: 'Each currency; converted is null in the same currency and where no rate was imported' },
  ),
  previousHash: Type.String({ description: 'Of the statement before, in hex; zeros for the first' }),
  hash: Type.String({
    description: 'SHA-256 of the previous hash and of this object as JSON without both hashes',
  }),
})

export const StatementPage = Type.Object({ hasMore: Type.Boolean(), data: Type.Array(Statement) })

export const StatementQuery = Type.Object({
  organisationId: Type.Optional(Id('Only this organisation')),
  period: Type.Optional(Month),
  limit: pageLimit,
  startingAfter: Type.Optional(Id('The last statement of the page before')),
})

export const ExportQuery = Type.Object({
  dateTimeFrom: Type.Optional(Type.String({ description: 'ISO 8601, inclusive; records and journals only' })),
  dateTimeTo: Type.Optional(Type.String({ description: 'ISO 8601, exclusive; records and journals only' })),
  organisationId: Type.Optional(Id('Only this organisation; not for journals')),
  period: Type.Optional(Month),
})

export const ExportedStatementLine = Type.Object({
  statementId: Id('The statement'),
  organisationId: Id('Whose'),
  organisationReference: nullable(Type.String()),
  period: Month,
  line: Type.Integer({ description: 'Its place in the statement' }),
  kind: StatementLine.properties.kind,
  currencyCode: CurrencyCode,
  count: StatementLine.properties.count,
  amount: StatementLine.properties.amount,
})

export const ExportedPosting = Type.Object({
  sealNumber: Type.Integer({ description: 'The journal’s place in the sealed ledger' }),
  journalId: Id('The journal'),
  kind: Type.String({ description: 'What moved the money' }),
  cause: Type.String({ description: 'What the journal books, by its kind and id' }),
  effectiveAt: Instant('When the money moved'),
  recordedAt: Instant('When it was booked'),
  line: Type.Integer({ description: 'The posting’s place in its journal' }),
  account: Type.String({ description: 'The kind of account' }),
  ownerId: Id('Whose account'),
  currencyCode: CurrencyCode,
  amount: Amount('Debit positive, credit negative'),
})

// -- webhooks --

export const EventType = Type.Union([Type.Literal('IMPACT_PAYMENT'), Type.Literal('IMPACT_PAYMENT_REVERSAL')])

const endpointOptions = {
  asymmetricSignature: omissible(
    Type.Boolean({ description: 'Sign with Ed25519 (v1a) too, so that a receiver needs no secret' }),
  ),
  legacySignature: omissible(
    Type.Boolean({ description: 'Send the original header signature too, which proves nothing' }),
  ),
  ordered: omissible(
    Type.Boolean({ description: 'Send the events of one allocation strictly one after the other' }),
  ),
}

export const NewWebhookEndpoint = Type.Object({
  url: Type.String({ minLength: 1, maxLength: 2048, description: 'Where events are posted to' }),
  organisationId: omissible(Id('Whose events; the key’s own organisation and all below it when absent')),
  eventTypes: omissible(Type.Array(EventType, { maxItems: 10, description: 'All when absent' })),
  ...endpointOptions,
})

export const WebhookEndpointChanges = Type.Object({
  url: Type.Optional(
    Type.String({ minLength: 1, maxLength: 2048, description: 'Where to post from now on' }),
  ),
  eventTypes: omissible(Type.Array(EventType, { maxItems: 10, description: 'null for all' })),
  ...endpointOptions,
})

export const WebhookEndpoint = Type.Object({
  id: Id('The endpoint'),
  organisationId: Id('Whose events, and its descendants’'),
  url: Type.String(),
  eventTypes: nullable(Type.Array(EventType)),
  status: Type.String({ description: 'enabled, paused (by you) or disabled (by us; see disabledReason)' }),
  createdAt: Instant('When it was created'),
  pausedAt: nullable(Instant('When you paused it')),
  disabledAt: nullable(Instant('When we gave it up')),
  disabledReason: nullable(
    Type.String({ description: 'gone: it answered 410; failing: five days of nothing but failure' }),
  ),
  asymmetricSignature: Type.Boolean(),
  publicKeys: Type.Array(Type.String({ description: 'whpk_…, what v1a signatures verify with' })),
  legacySignature: Type.Boolean(),
  ordered: Type.Boolean(),
  health: Type.Object({
    state: Type.String({
      description: 'closed: well; degraded: one attempt at a time; paused: only a probe now and then',
    }),
    attemptsAtOnce: Type.Integer({ description: 'What each of our processes sends at a time' }),
    failures: Type.Integer({ description: 'In a row' }),
    failingSince: nullable(Instant('First failure since the last success')),
    lastFailureAt: nullable(Instant('Latest failure')),
    nextProbeAt: nullable(Instant('While paused: not before')),
    failingNotice: nullable(
      Type.String({
        description: '1 hour, 24 hours or 72 hours, once it has done nothing but fail for so long',
      }),
    ),
    disablesAt: nullable(Instant('When we give it up, if nothing succeeds before')),
  }),
})

export const CreatedWebhookEndpoint = Type.Object({
  ...WebhookEndpoint.properties,
  secret: Type.String({ description: 'whsec_…, the signing secret; shown once' }),
})

export const NewSecretRotation = Type.Object({
  overlapSeconds: omissible(
    Type.Integer({
      minimum: 0,
      maximum: 604_800,
      description: 'How long the secret before goes on signing too; 86400 by default, 0 to end it now',
    }),
  ),
})

export const SecretRotation = Type.Object({
  secret: Type.String({ description: 'whsec_…, the new signing secret; shown once' }),
  previousValidUntil: Instant('Until then the secret before signs too'),
  publicKeys: Type.Array(Type.String({ description: 'whpk_…, of all secrets that are valid now' })),
})

export const NewTestEvent = Type.Object({ eventType: omissible(EventType) })

export const NewReplay = Type.Object({
  createdFrom: omissible(Instant('Only events from then on, inclusive')),
  createdTo: omissible(Instant('Only events before, exclusive')),
  scope: omissible(
    Type.Union([Type.Literal('undelivered'), Type.Literal('all')], {
      description: 'undelivered: what the endpoint never accepted, by default; all: what it accepted too',
    }),
  ),
})

export const Replay = Type.Object({
  replayed: Type.Integer({ description: 'How many deliveries are due again' }),
})

export const WebhookAttempt = Type.Object({
  startedAt: Instant('When it began'),
  durationMs: Type.Integer({ description: 'How long it took, milliseconds' }),
  outcome: Type.String({
    description: 'accepted, rejected, timeout, unreachable, refused, incomplete or interrupted',
  }),
  httpStatus: nullable(Type.Integer({ description: 'What you answered' })),
  detail: nullable(Type.String({ description: 'Code of the error, when there was no answer' })),
  answer: nullable(Type.String({ description: 'How your answer began, 1 KiB at most' })),
  counted: Type.Boolean({ description: 'False when it used up none of the schedule' }),
})

const DeliveryStatus = Type.Union(
  [Type.Literal('pending'), Type.Literal('delivered'), Type.Literal('exhausted'), Type.Literal('cancelled')],
  { description: 'Where the delivery stands' },
)

export const WebhookDelivery = Type.Object({
  id: Id('The delivery'),
  endpointId: Id('Where it goes'),
  eventId: Id('What it carries; also the webhook-id header'),
  eventType: EventType,
  organisationId: Id('Whose event'),
  fundsAllocationId: Id('The allocation that the event is about'),
  sequence: Type.Integer({ description: 'Of the event, within its allocation' }),
  test: Type.Boolean({ description: 'True for a test event' }),
  status: DeliveryStatus,
  sending: Type.Boolean({ description: 'True while an attempt is under way' }),
  attemptCount: Type.Integer({ description: 'Steps of the schedule used up, since the last replay' }),
  createdAt: Instant('When the event happened'),
  nextAttemptAt: nullable(Instant('Of a pending one: not before')),
  deliveredAt: nullable(Instant('When you accepted it')),
  replayedAt: nullable(Instant('When it was last asked for again')),
  lastAttempt: nullable(WebhookAttempt),
})

export const WebhookDeliveryDetail = Type.Object({
  ...WebhookDelivery.properties,
  attempts: Type.Array(WebhookAttempt, { description: 'Oldest first; the latest 100' }),
})

export const WebhookDeliveryPage = Type.Object({
  hasMore: Type.Boolean(),
  data: Type.Array(WebhookDelivery),
})

export const Limit = Type.Optional(
  Type.String({ pattern: '^[0-9]{1,3}$', description: '1 to 100, 25 by default' }),
)

export const WebhookDeliveryQuery = Type.Object({
  endpointId: Type.Optional(Id('Only of this endpoint')),
  eventId: Type.Optional(Id('Only of this event')),
  status: Type.Optional(DeliveryStatus),
  limit: Limit,
  startingAfter: Type.Optional(Id('The last delivery of the page before')),
})

export const EventQuery = Type.Object({
  startingAfter: Type.Optional(Id('The last event that you have; from the first one when absent')),
  limit: Limit,
  order: Type.Optional(
    Type.Union([Type.Literal('oldest'), Type.Literal('newest')], {
      description:
        'oldest first, by default, to follow the feed; newest first, without a cursor, to see its end',
    }),
  ),
  waitSeconds: Type.Optional(
    Type.String({
      pattern: '^[0-9]{1,2}$',
      description: 'How long to wait for an event when there is none yet; 0 by default, 25 at most',
    }),
  ),
})

// -- everywhere --

export const ErrorBody = Type.Object({
  error: Type.String({ description: 'What went wrong, in lower case' }),
  code: Type.String({ description: 'A code of the table of errors' }),
  requestId: Type.String({ description: 'Quote it when you ask about the request' }),
  issues: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
})

export const resources = {
  Organisation,
  NewOrganisation,
  NewQuote,
  Quote,
  NewCheckoutSession,
  CreatedCheckoutSession,
  CheckoutSession,
  NewPostPurchaseSession,
  CreatedPostPurchaseSession,
  PostPurchaseSession,
  NewImpactPaySession,
  CreatedImpactPaySession,
  ImpactPaySession,
  ComponentState,
  Footprint,
  ImpactPartner,
  Project,
  NewAllocation,
  Allocation,
  NewReversal,
  Reversal,
  ImpactRecord,
  ImpactRecordPage,
  ProfitShareRecord,
  ProfitShareRecordPage,
  SettlementBreak,
  SettlementBreakPage,
  StatementLine,
  Statement,
  StatementPage,
  ExportedStatementLine,
  ExportedPosting,
  NewWebhookEndpoint,
  WebhookEndpoint,
  CreatedWebhookEndpoint,
  WebhookEndpointChanges,
  NewSecretRotation,
  SecretRotation,
  NewTestEvent,
  NewReplay,
  Replay,
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookDeliveryPage,
  ErrorBody,
}

export type Address = Static<typeof Address>
export type NewOrganisation = Static<typeof NewOrganisation>
export type Organisation = Static<typeof Organisation>
export type NewPostPurchaseSession = Static<typeof NewPostPurchaseSession>
export type CreatedPostPurchaseSession = Static<typeof CreatedPostPurchaseSession>
export type PostPurchaseSession = Static<typeof PostPurchaseSession>
export type NewQuote = Static<typeof NewQuote>
export type Quote = Static<typeof Quote>
export type NewCheckoutSession = Static<typeof NewCheckoutSession>
export type CreatedCheckoutSession = Static<typeof CreatedCheckoutSession>
export type CheckoutSession = Static<typeof CheckoutSession>
export type NewImpactPaySession = Static<typeof NewImpactPaySession>
export type CreatedImpactPaySession = Static<typeof CreatedImpactPaySession>
export type ImpactPaySession = Static<typeof ImpactPaySession>
export type NewConsumerErasure = Static<typeof NewConsumerErasure>
export type ConsumerErasure = Static<typeof ConsumerErasure>
export type ComponentState = Static<typeof ComponentState>
export type Footprint = Static<typeof Footprint>
export type Merchant = Static<typeof Merchant>
export type Project = Static<typeof Project>
export type ImpactPartner = Static<typeof ImpactPartner>
export type ProjectQuery = Static<typeof ProjectQuery>
export type QuoteProjectQuery = Static<typeof QuoteProjectQuery>
export type NewAllocation = Static<typeof NewAllocation>
export type AllocationWarning = Static<typeof AllocationWarning>
export type Allocation = Static<typeof Allocation>
export type NewReversal = Static<typeof NewReversal>
export type Reversal = Static<typeof Reversal>
export type ImpactRecord = Static<typeof ImpactRecord>
export type ImpactRecordPage = Static<typeof ImpactRecordPage>
export type ImpactRecordQuery = Static<typeof ImpactRecordQuery>
export type ProfitShareRecord = Static<typeof ProfitShareRecord>
export type ProfitShareRecordPage = Static<typeof ProfitShareRecordPage>
export type ProfitShareRecordQuery = Static<typeof ProfitShareRecordQuery>
export type SettlementBreak = Static<typeof SettlementBreak>
export type SettlementBreakPage = Static<typeof SettlementBreakPage>
export type SettlementBreakQuery = Static<typeof SettlementBreakQuery>
export type StatementLine = Static<typeof StatementLine>
export type Statement = Static<typeof Statement>
export type StatementPage = Static<typeof StatementPage>
export type StatementQuery = Static<typeof StatementQuery>
export type ExportedStatementLine = Static<typeof ExportedStatementLine>
export type ExportedPosting = Static<typeof ExportedPosting>
export type ExportQuery = Static<typeof ExportQuery>
export type EventType = Static<typeof EventType>
export type NewWebhookEndpoint = Static<typeof NewWebhookEndpoint>
export type WebhookEndpoint = Static<typeof WebhookEndpoint>
export type CreatedWebhookEndpoint = Static<typeof CreatedWebhookEndpoint>
export type WebhookEndpointChanges = Static<typeof WebhookEndpointChanges>
export type NewSecretRotation = Static<typeof NewSecretRotation>
export type SecretRotation = Static<typeof SecretRotation>
export type NewTestEvent = Static<typeof NewTestEvent>
export type NewReplay = Static<typeof NewReplay>
export type Replay = Static<typeof Replay>
export type WebhookAttempt = Static<typeof WebhookAttempt>
export type WebhookDelivery = Static<typeof WebhookDelivery>
export type WebhookDeliveryDetail = Static<typeof WebhookDeliveryDetail>
export type WebhookDeliveryPage = Static<typeof WebhookDeliveryPage>
export type WebhookDeliveryQuery = Static<typeof WebhookDeliveryQuery>
export type EventQuery = Static<typeof EventQuery>
export type ErrorBody = Static<typeof ErrorBody>
