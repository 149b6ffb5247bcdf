/**
 * For: purchases, footprints, quotes, and the projects that are offered.
 * Not for: the sessions that quote them, see `types-sessions.ts`.
 * Law: every type equals its schema in the contract; test/types.drift.ts fails to compile when one of them moves alone.
 */

export interface Consumer {
  /** Your own id for the consumer; no name and no e-mail address, please. */
  reference: string
  countryCode: string
  postalCode?: string | null
  city?: string | null
  state?: string | null
}

export interface NewConsumerErasure {
  /** Your own organisation when absent, or one below it. */
  organisationId?: string | null
  consumer: { reference: string }
}

export interface ConsumerErasure {
  organisationId: string
  /** How many sessions knew the consumer; 0 when none does, or not any more. */
  erasedSessions: number
  erasedAt: string
}

export interface Merchant {
  name: string
  /** Four digits; the organisation's own when absent. */
  mcc?: string | null
  address?: {
    line1?: string | null
    line2?: string | null
    line3?: string | null
    city?: string | null
    postalCode?: string | null
    state?: string | null
    countryCode: string
  } | null
}

export interface Transaction {
  /** Major units. */
  amount: number
  currencyCode: string
}

export interface OrderItem {
  itemReference?: string | null
  sku?: string | null
  description?: string | null
  category?: string | null
  quantity?: number | null
  unitPrice?: { value: number; currencyCode: string } | null
  /** Price of one before discounts; makes the estimate independent of them. */
  listPrice?: { value: number; currencyCode: string } | null
}

export interface ProjectFilters {
  matchConsumerLocation?: boolean | null
  credits?: { matchConsumerLocation?: boolean | null } | null
  contribution?: { matchConsumerLocation?: boolean | null } | null
}

export type ImpactType = 'carbon' | 'nature'

export type SdkVariant = 'embedded' | 'takeover'

/** What every quote and every session is made from. */
export interface Purchase {
  organisationId: string
  /** BCP 47, for example `de-DE`; `en-GB` where it is not supported. */
  locale?: string | null
  consumer: Consumer
  merchant?: Merchant | null
  transaction: Transaction
  /** At most 500. */
  orderItems?: OrderItem[] | null
  projectFilters?: ProjectFilters | null
}

export interface NewQuote extends Purchase {
  /** Read and not used: an answer always has everything. */
  responseOptions?: Record<string, unknown> | null
}

/** An estimate with the two ends of its 90 % range. Grams and ounces of CO2e, square metres and feet of nature lost for a year. */
export interface Footprint {
  kind: ImpactType
  grams?: number | null
  lowGrams?: number | null
  highGrams?: number | null
  ounces?: number | null
  squareMetres?: number | null
  lowSquareMetres?: number | null
  highSquareMetres?: number | null
  squareFeet?: number | null
  breakdown: Record<string, number>
  /** Tier of the sector match: A clear, B basket, C proxy, D fall-back. */
  confidence: string
  /** Share of the amount, 0 to 1, that was counted by the categories of order items. */
  itemShare?: number
  equivalents: { id: string; value: number; unit: string; source: string }[]
  /** Everything needed to recompute the estimate offline. */
  provenance: unknown
}

/** What may be allocated under a quote, at prices and rates that stand until it expires. */
export interface Offer {
  /** Credits for the whole estimate; absent for nature. */
  credits?: {
    totalAmount: number
    impactAmount: number
    impactSalesTaxAmount: number
    impactSalesTaxRate: number
    serviceFeeAmount: number
    serviceFeeSalesTaxAmount: number
    serviceFeeSalesTaxRate: number
    /** Units that `totalAmount` buys, no less than the central estimate. */
    quantity: number
    unit: 'gCO2e'
    /** The same amount is spent on each. `unitPrice` is of a tonne. */
    projects: { projectId: string; impactPartnerId: string; unitPrice: number }[]
  }
  contribution: {
    /** Parts of whatever is contributed; they add up to 1. */
    effectiveRates: {
      impact: number
      impactSalesTax: number
      serviceFee: number
      serviceFeeSalesTax: number
    }
    impactPartnerIds: string[]
  }
  /** The most that one allocation may come to. */
  maximumAmount: number
}

export interface Quote extends Offer {
  quoteId: string
  organisationId: string
  impactType: ImpactType
  locale: string
  transaction: Transaction
  createdAt: string
  expiresAt: string
  footprint: Footprint
  taxLiability: 'platform'
}

export interface ImpactPartner {
  id: string
  name: string
  description: string
  /** True for the invented partners of a sandbox. */
  sample: boolean
}

export type ProjectType = 'carbonCredits' | 'natureCredits' | 'contribution'

export interface QuoteProjectQuery {
  impactPartnerId?: string
  type?: ProjectType
}

export interface ProjectQuery extends QuoteProjectQuery {
  projectId?: string
}

export interface Project {
  id: string
  impactPartnerId: string
  name: string
  shortDescription: string
  longDescription: string
  image: string
  type: ProjectType
  subtype: string | null
  location: { countryCode: string; region: string; state: string }
  theme: string | null
  unit: { description: string; price: number | null; type: 'unit' | 'monetary'; currencyCode: string }
  sdgs: { number: number; name: string }[]
  standard: string | null
  registry: string | null
  /** True for the invented projects of a sandbox. */
  sample: boolean
}
