/**
 * What a quote is made from and what it says: the purchase, its footprint, and the offer with frozen prices and rates.
 */
import { type Static, Type } from 'typebox'
import { Consumer } from './consumer-resources.ts'
import {
  Amount,
  CountryCode,
  CurrencyCode,
  Id,
  Instant,
  looseText,
  Mcc,
  omissible,
  Rate,
  text,
} from './fields.ts'

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
  quantity: omissible(
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
  matchConsumerLocation: omissible(Type.Boolean({ description: 'Put projects near the consumer first' })),
})

export const ProjectFilters = Type.Object({
  matchConsumerLocation: omissible(Type.Boolean({ description: 'Put projects near the consumer first' })),
  credits: omissible(LocationFilter),
  contribution: omissible(LocationFilter),
})

export const ImpactType = Type.Union([Type.Literal('carbon'), Type.Literal('nature')], {
  description: 'Which footprint is estimated',
})

/** What every quote and every session is made from. */
export const purchase = {
  locale: omissible(
    Type.String({ maxLength: 35, description: 'BCP 47 language tag; en-GB where it is not supported' }),
  ),
  consumer: Consumer,
  merchant: omissible(Merchant),
  transaction: Transaction,
  orderItems: omissible(Type.Array(OrderItem, { maxItems: 500 })),
  projectFilters: omissible(ProjectFilters),
}

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

/** Of a quote: what may be allocated under it, at prices and rates that stand until it expires. */
export const offer = {
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

export type NewQuote = Static<typeof NewQuote>
export type Quote = Static<typeof Quote>
export type Footprint = Static<typeof Footprint>
export type Merchant = Static<typeof Merchant>
