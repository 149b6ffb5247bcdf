/**
 * Pure: a reconciliation record as finance of the hierarchy reads it: who has which part of the service fee, in which
 * currency it is billed, and at which rate.
 * Law: a view of the record that was written with the money, so both stay the same for ever and add up to the same fee.
 */
import type { ImpactRecord, ProfitShareRecord } from '@ekko/contract/record-resources'

export function profitShareOf(record: ImpactRecord): ProfitShareRecord {
  const { merchant, profitShares } = record
  return {
    id: record.id,
    fundsAllocationId: record.fundsAllocationId,
    reversalId: record.reversalId,
    reversalKind: record.reversalKind,
    quoteId: record.quoteId,
    sessionId: record.sessionId,
    fundsDateTime: record.fundsDateTime,
    consumerReference: record.consumerReference,
    fundsOrganisationId: record.fundsOrganisationId,
    fundsOrganisationReference: record.fundsOrganisationReference,
    billingOrganisationId: record.billingOrganisationId,
    fundsCurrencyCode: record.fundsCurrencyCode,
    reversal: record.reversal,
    taxLiability: record.taxLiability,
    amounts: record.amounts,
    merchant: merchant && { name: merchant.name, mcc: merchant.mcc },
    profitShareAllocations: profitShares.map((share) => ({
      beneficiaryOrganisationId: share.organisationId,
      beneficiaryOrganisationReference: share.organisationReference,
      billingCurrencyCode: share.billingCurrencyCode,
      billingCurrencyExchangeRate: share.billingCurrencyExchangeRate,
      // The tax on the whole fee is owed by the platform, and is passed on to nobody.
      amounts: { profitShare: share.amount, profitShareTax: 0, profitShareTaxRate: 0 },
    })),
  }
}
