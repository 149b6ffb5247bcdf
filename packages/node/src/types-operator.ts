/**
 * For: the shapes for the operator alone: impact partners and projects with price, stock and what they delivered.
 * Not for: merchants; what they see of a project is `Project` in types.ts.
 * Law: every type equals its schema in the contract; test/types.drift.ts fails to compile when one of them moves alone.
 */
import type { ProjectType } from './types-offers.ts'

export interface NewImpactPartner {
  name: string
  description: string
}

/** What is absent stays. */
export interface ImpactPartnerChanges {
  name?: string
  description?: string
}

/** `retired`: not offered any more; what was promised stands. */
export type ProjectStatus = 'offered' | 'retired'

export type ProjectTheme = 'pollution' | 'climateStress' | 'landUse' | 'waterUse'

export interface ProjectPrice {
  currencyCode: string
  /** Of a tonne, for credits. */
  unitPrice: number
}

export interface NewProject {
  impactPartnerId: string
  /** Whether credits are bought, priced by the tonne, or money is given. */
  type: 'carbonCredits' | 'contribution'
  name: string
  /** One sentence. */
  shortDescription: string
  longDescription: string
  /** https, or empty. */
  image?: string
  /** For example sequestration, avoidance or restoration. */
  subtype?: string | null
  location: { countryCode: string; region: string; state?: string }
  theme?: ProjectTheme | null
  /** Sustainable Development Goals that it serves. */
  sdgs?: { number: number; name: string }[]
  standard?: string | null
  registry?: string | null
  /** By when it is expected to deliver. */
  deliveryYear?: number | null
  /** One for each currency that the project takes. */
  prices: ProjectPrice[]
  /** Tonnes of CO2e that are left to sell, counted from now on; null for no limit. Credits only. */
  stockTonnes?: number | null
}

/** What is absent stays. */
export interface ProjectChanges {
  name?: string
  shortDescription?: string
  longDescription?: string
  image?: string
  subtype?: string | null
  location?: { countryCode: string; region: string; state?: string }
  theme?: ProjectTheme | null
  sdgs?: { number: number; name: string }[]
  standard?: string | null
  registry?: string | null
  deliveryYear?: number | null
  prices?: ProjectPrice[]
  stockTonnes?: number | null
  status?: ProjectStatus
}

export interface ManagedProject {
  id: string
  impactPartnerId: string
  type: ProjectType
  status: ProjectStatus
  name: string
  shortDescription: string
  longDescription: string
  image: string
  subtype: string | null
  location: { countryCode: string; region: string; state: string }
  theme: string | null
  sdgs: { number: number; name: string }[]
  standard: string | null
  registry: string | null
  /** True for the invented projects of a sandbox. */
  sample: boolean
  prices: ProjectPrice[]
  /** What is left of the stock; null for no limit. */
  stockTonnes: number | null
  delivery: {
    expectedYear: number | null
    /** `planned` until the first delivery is recorded. */
    state: 'planned' | 'retired' | 'disbursed'
    /** Tonnes of CO2e so far. */
    retiredTonnes: number
    /** So far, by currency. */
    disbursed: { currencyCode: string; amount: number }[]
  }
}

export interface ManagedProjectPage {
  hasMore: boolean
  /** Newest first. */
  data: ManagedProject[]
}

export interface ManagedProjectQuery {
  impactPartnerId?: string
  status?: ProjectStatus
  /** 1 to 100, 25 by default. */
  limit?: number
  startingAfter?: string
}

export interface NewDelivery {
  /** Credits retired at a registry, or money paid out. */
  kind: 'retired' | 'disbursed'
  /** The day it was done, `2026-03-31`. */
  on: string
  /** Of CO2e; for what was retired. */
  tonnes?: number | null
  /** For what was disbursed. */
  amount?: number | null
  currencyCode?: string | null
  registry?: string | null
  serials?: string | null
  /** Of the retirement, or of the payment; the same one is recorded once. */
  reference: string
  /** Where it can be looked up; https. */
  url?: string | null
  /** For contributions paid from this day on. */
  from?: string | null
  /** And up to this day, inclusive. */
  until?: string | null
}

export interface Delivery {
  id: string
  projectId: string
  kind: 'retired' | 'disbursed'
  on: string
  /** Of CO2e. */
  tonnes: number | null
  amount: number | null
  currencyCode: string | null
  registry: string | null
  serials: string | null
  reference: string
  url: string | null
  /** Parts of how many allocations it was done with. */
  allocations: number
  recordedAt: string
}

export interface DeliveryPage {
  hasMore: boolean
  /** Latest first. */
  data: Delivery[]
}

export interface DeliveryQuery {
  /** 1 to 100, 25 by default. */
  limit?: number
  startingAfter?: string
}
