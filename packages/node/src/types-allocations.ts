/**
 * For: allocations, reversals and the records of both.
 * Not for: what is added up from them, see `types-statements.ts`.
 * Law: every type equals its schema in the contract; test/types.drift.ts fails to compile when one of them moves alone.
 */

export interface NewAllocation {
  /** The organisation of the quote. */
  organisationId: string
  /** From a quote, or from any session. */
  quoteId: string
  /** Equal to the quote's. */
  currencyCode?: string | null
  /** Instead of the option of the same name, which does the same. */
  idempotencyKey?: string | null
  credits?: {
    /** Major units, fee and taxes included; what the quote says when absent. */
    amount?: number | null
    /** They share it evenly; those of the quote when absent. At most 20. */
    projectIds?: string[] | null
  } | null
  contribution?: {
    /** Major units, fee and taxes included. */
    amount: number
    /** They share it evenly; those of the quote when absent. At most 20. */
    impactPartnerIds?: string[] | null
  } | null
  /** Have the receipt sent to `consumerEmail`. */
  issueTaxReceipt?: boolean | null
  /** Forgotten once the e-mail has left. */
  consumerEmail?: string | null
}

/** What was asked for and could not be done as asked, and where the money went instead. */
export interface AllocationWarning {
  code: 'PROJECT_NOT_IN_QUOTE' | 'PROJECT_NOT_AVAILABLE' | 'PARTNER_NOT_IN_QUOTE'
  path: string
  message: string
}

export interface Allocation {
  fundsAllocationId: string
  organisationId: string
  quoteId: string
  currencyCode: string
  totalAmount: number
  allocatedAt: string
  credits: CreditLine[]
  contribution: ContributionLine[]
  taxLiability: 'platform'
  issueTaxReceipt: boolean
  warnings: AllocationWarning[]
}

export interface NewReversal {
  /** Major units; all that is left when absent. */
  amount?: number | null
  reason?: string | null
  /** Who caused it, `merchant` when absent. The service fee stays paid when the consumer did. */
  initiatedBy?: 'merchant' | 'consumer' | 'operator' | null
}

/** A void before the payment was settled, a refund after, or a chargeback that was lost. */
export type ReversalKind = 'refund' | 'void' | 'chargeback'

/** Major units. Negative in a reversal; rates never are. */
export interface LineAmounts {
  impactAmount: number
  impactSalesTaxAmount: number
  impactSalesTaxRate: number
  serviceFeeAmount: number
  serviceFeeSalesTaxAmount: number
  serviceFeeSalesTaxRate: number
}

export interface CreditLine extends LineAmounts {
  projectId: string
}

export interface ContributionLine extends LineAmounts {
  impactPartnerId: string
  /** Null where the partner distributes the money among its projects. */
  projectId: string | null
}

/** What goes back. Amounts are negative, rates are not. */
export interface Reversal {
  fundsAllocationId: string
  reversalId: string
  reversalKind: ReversalKind
  /** `pending` while the payment provider has not accepted the refund. */
  status: 'done' | 'pending'
  currencyCode: string
  totalAmount: number
  credits: CreditLine[]
  contribution: ContributionLine[]
  taxLiability: 'platform'
}

export interface ImpactRecordLine {
  impactPartnerId: string
  projectId: string | null
  /** Units bought, for credits. */
  quantity: number | null
  unit: string | null
  amounts: { impact: number; impactTax: number; serviceFee: number; serviceFeeTax: number }
}

/** One allocation, or one reversal. `total = impact + impactTax + serviceFee + serviceFeeTax`, and the profit shares add up to the fee. */
export interface ImpactRecord {
  /** The cursor: the allocation's id, or the reversal's. */
  id: string
  fundsAllocationId: string
  reversalId: string | null
  reversalKind: ReversalKind | null
  quoteId: string
  sessionId: string | null
  fundsDateTime: string
  /** Null once the consumer was erased. */
  consumerReference: string | null
  fundsOrganisationId: string
  fundsOrganisationReference: string | null
  collectionOrganisationId: string
  billingOrganisationId: string
  fundsCurrencyCode: string
  reversal: boolean
  taxLiability: 'platform'
  amounts: { total: number; impact: number; impactTax: number; serviceFee: number; serviceFeeTax: number }
  profitShares: {
    organisationId: string
    organisationReference: string | null
    amount: number
    billingCurrencyCode: string
    /** Units of it for one of `fundsCurrencyCode`, on the day; null where no rate is known. */
    billingCurrencyExchangeRate: number | null
  }[]
  merchant: {
    name: string | null
    mcc: string | null
    address: {
      line1: string
      line2: string
      city: string
      state: string
      postalCode: string
      countryCode: string
    } | null
  } | null
  credits: ImpactRecordLine[]
  contribution: ImpactRecordLine[]
}

export interface ImpactRecordPage {
  hasMore: boolean
  /** Newest first. */
  data: ImpactRecord[]
}

/** The same query as the API's, with a `Date` and a number where they read better. */
export interface ImpactRecordQuery {
  /** Inclusive. */
  dateTimeFrom: string | Date
  /** Exclusive. */
  dateTimeTo: string | Date
  /** 1 to 100 records a page; 25 when absent. */
  limit?: number
  /** The last record of the page before. */
  startingAfter?: string
  /** The first record of the page after. */
  endingBefore?: string
  consumerReference?: string
  impactPartnerId?: string
  fundsOrganisationId?: string
}

/** The same record, told by who gets which part of the service fee. The parts add up to it. */
export interface ProfitShareRecord {
  /** The cursor, the same as of the impact record. */
  id: string
  fundsAllocationId: string
  reversalId: string | null
  reversalKind: ReversalKind | null
  quoteId: string
  sessionId: string | null
  fundsDateTime: string
  consumerReference: string | null
  fundsOrganisationId: string
  fundsOrganisationReference: string | null
  billingOrganisationId: string
  fundsCurrencyCode: string
  reversal: boolean
  taxLiability: 'platform'
  amounts: { total: number; impact: number; impactTax: number; serviceFee: number; serviceFeeTax: number }
  merchant: { name: string | null; mcc: string | null } | null
  profitShareAllocations: {
    beneficiaryOrganisationId: string
    beneficiaryOrganisationReference: string | null
    billingCurrencyCode: string
    /** Units of it for one of `fundsCurrencyCode`, on the day; null where no rate is known. */
    billingCurrencyExchangeRate: number | null
    /** In `fundsCurrencyCode`. */
    amounts: { profitShare: number; profitShareTax: number; profitShareTaxRate: number }
  }[]
}

export interface ProfitShareRecordPage {
  hasMore: boolean
  /** Newest first. */
  data: ProfitShareRecord[]
}

export type ProfitShareRecordQuery = Omit<ImpactRecordQuery, 'consumerReference' | 'impactPartnerId'>
