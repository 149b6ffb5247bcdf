/**
 * For: the shapes of running a tree of organisations: keys, allow-lists, brands, products and what changes them.
 * Not for: validation, and not for what one shopper's purchase needs; that is in types.ts.
 * Law: every type equals its schema in the contract; test/types.drift.ts fails to compile when one of them moves alone.
 */
import type { ImpactType, SdkVariant } from './types-offers.ts'
import type { Address, Billing, Organisation } from './types-organisations.ts'

// -- API keys and allow-lists --

export interface AllowList {
  /** While true, only the listed addresses are let in. */
  enabled: boolean
  /** An address, a CIDR block or two addresses with a hyphen between them; IPv4 or IPv6. */
  ranges: string[]
}

/** What is absent stays. */
export interface AllowListChanges {
  enabled?: boolean
  ranges?: string[]
}

/** An area of the API, to read it or to write it; writing includes reading. */
export type Scope =
  `${'keys' | 'organisations' | 'sessions' | 'funds' | 'projects' | 'webhooks'}:${'read' | 'write'}`

export interface ApiKey {
  id: string
  organisationId: string
  name: string | null
  /** How the key begins and ends, to recognise it by. */
  hint: string
  /** Null for everything that its organisation may. */
  scopes: Scope[] | null
  allowList: AllowList
  /** `expiring`: works until `expiresAt`. */
  status: 'active' | 'expiring' | 'expired'
  createdAt: string
  /** Null for never. */
  expiresAt: string | null
  /** When it last let a request in, at most an hour out. Null for never. */
  lastUsedAt: string | null
  /** The key that it was rolled into. */
  replacedById: string | null
}

export interface CreatedApiKey extends ApiKey {
  /** `ek_test_…` or `ek_live_…`. Shown once. */
  key: string
}

export interface NewApiKey {
  /** Your own organisation when absent, or one below it. */
  organisationId?: string | null
  name?: string | null
  scopes?: Scope[] | null
  allowList?: AllowListChanges
  /** ISO 8601; never when absent. */
  expiresAt?: string | null
}

/** What is absent stays. */
export interface ApiKeyChanges {
  name?: string | null
  scopes?: Scope[] | null
  allowList?: AllowListChanges
}

export interface NewKeyRoll {
  /** How long the old key goes on working, hours. */
  graceHours: 12 | 24 | 36 | 72
}

export interface ApiKeyPage {
  hasMore: boolean
  /** Newest first. */
  data: ApiKey[]
}

export interface ApiKeyQuery {
  organisationId?: string
  /** 1 to 100, 25 by default. */
  limit?: number
  startingAfter?: string
}

// -- organisations --

/** What is absent stays. */
export interface OrganisationChanges {
  tradingName?: string
  legalName?: string
  address?: Address
  website?: string | null
  billing?: Billing | null
  mcc?: string | null
  relativeProfitShare?: number | null
  organisationReference?: string | null
}

export interface OrganisationPage {
  hasMore: boolean
  /** Newest first. */
  data: Organisation[]
}

export interface OrganisationQuery {
  /** Only those right below this one. */
  parentOrganisationId?: string
  organisationReference?: string
  status?: 'active' | 'deactivated'
  /** 1 to 100, 25 by default. */
  limit?: number
  startingAfter?: string
}

// -- brands and products --

/** `#rrggbb`; what is left out is neutral. */
export interface Colours {
  accent?: string
  background?: string
  text?: string
}

export interface Appearance {
  /** `auto` follows the page. */
  theme?: 'auto' | 'light' | 'dark'
  colours?: Colours
  darkColours?: Colours
  /** Of corners, 0 to 24 pixels. */
  radius?: number
  /** `inherit` takes the font of the page around. */
  font?: 'system' | 'serif' | 'mono' | 'inherit'
  density?: 'comfortable' | 'compact'
}

export interface Brand {
  brandId: string
  organisationId: string
  /** The trading name unless one was given. */
  name: string
  logoUrl: string | null
  appearance: Appearance
  /** Colours that are corrected when shown, because they would not read well. */
  corrections: string[]
}

/** What is absent stays. */
export interface BrandChanges {
  /** Null for the trading name. */
  name?: string | null
  /** https. */
  logoUrl?: string | null
  appearance?: Appearance
}

export interface ProductAmounts {
  currencyCode: string
  /** At most five; nothing is preselected. */
  suggested: number[]
  minimum?: number | null
  maximum?: number | null
}

export interface Experience {
  sdkVariant?: SdkVariant | null
  impactType?: ImpactType | null
}

export interface Product {
  productId: string
  organisationId: string
  /** What is offered, in this order; null for what is usual. */
  projectIds: string[] | null
  /** 0 to 1, of the impact amount. */
  serviceFeePercentage: number
  /** By currency; usual round sums where a currency is not listed. */
  amounts: ProductAmounts[]
  experience: Experience
}

/** What is absent stays. */
export interface ProductChanges {
  /** One to four; null for what is usual. */
  projectIds?: string[] | null
  /** Only the operator, with a key of the root organisation, sets it. */
  serviceFeePercentage?: number
  amounts?: ProductAmounts[]
  experience?: Experience
}
