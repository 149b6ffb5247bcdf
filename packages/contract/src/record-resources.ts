/**
 * Records of allocations and reversals that never change: what they consisted of, and who gets which part of the fee.
 */
import { type Static, Type } from 'typebox'
import { ReversalKind } from './allocation-resources.ts'
import { Amount, CurrencyCode, Id, Instant, looseText, nullable, Rate } from './fields.ts'

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

export type ImpactRecord = Static<typeof ImpactRecord>
export type ImpactRecordPage = Static<typeof ImpactRecordPage>
export type ImpactRecordQuery = Static<typeof ImpactRecordQuery>
export type ProfitShareRecord = Static<typeof ProfitShareRecord>
export type ProfitShareRecordPage = Static<typeof ProfitShareRecordPage>
export type ProfitShareRecordQuery = Static<typeof ProfitShareRecordQuery>
