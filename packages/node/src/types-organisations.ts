/**
 * For: organisations, as a merchant’s server sees them. These files of types are written by hand so that the package needs
 * nothing else. Keys, brands and products are in `types-access.ts`.
 * Not for: validation; the service validates, and an answer may carry fields that are not here yet.
 * Law: every type equals its schema in the contract; test/types.drift.ts fails to compile when one of them moves alone.
 *
 * Amounts are decimal numbers in major units of their currency (12.4 is GBP 12.40), ids are UUIDs, countries ISO 3166-1
 * alpha-3, currencies ISO 4217, instants ISO 8601 in UTC. This goes for all of them.
 */

export interface Address {
  line1: string
  line2?: string | null
  line3?: string | null
  city: string
  postalCode: string
  state?: string | null
  countryCode: string
}

export interface Billing {
  companyRegistrationNumber?: string | null
  currencyCode?: string | null
  email?: string | null
  taxNumber?: string | null
}

export interface NewOrganisation {
  parentOrganisationId: string
  tradingName: string
  legalName: string
  address: Address
  currencyCode: string
  website?: string | null
  billing?: Billing | null
  /** Merchant category code, four digits. Without it each session must name the merchant. */
  mcc?: string | null
  /** 0 to 1: the share of the parent's part of the service fee that is passed down. 0 when absent. */
  relativeProfitShare?: number | null
  /** Your own reference, for example a merchant id. */
  organisationReference?: string | null
}

export interface Organisation {
  organisationId: string
  /** Null for the root. */
  parentOrganisationId: string | null
  organisationReference: string | null
  tradingName: string
  legalName: string
  address: {
    line1: string
    line2: string
    line3: string
    city: string
    postalCode: string
    state: string
    countryCode: string
  }
  currencyCode: string
  website: string | null
  billing: {
    companyRegistrationNumber: string | null
    currencyCode: string | null
    email: string | null
    taxNumber: string | null
  } | null
  mcc: string | null
  relativeProfitShare: number
  /** 0 to 1: share of the whole service fee, before its own children take theirs. */
  proportionalProfitShare: number
  /** 0 to 1, of the impact amount. */
  serviceFeePercentage: number
  status: { value: string; message: string | null }
  impactPartners: { id: string; name: string }[]
  calculationTypes: string[]
  brandId: string
  productId: string
}
