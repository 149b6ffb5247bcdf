/**
 * For: the sessions of all three kinds.
 * Not for: what they quote, see `types-offers.ts`.
 * Law: every type equals its schema in the contract; test/types.drift.ts fails to compile when one of them moves alone.
 */
import type { Footprint, ImpactType, Offer, Purchase, SdkVariant, Transaction } from './types-offers.ts'

export interface NewPostPurchaseSession extends Purchase {
  sdkVariant?: SdkVariant | null
  impactType?: ImpactType | null
}

export interface NewCheckoutSession extends Purchase {
  impactType?: ImpactType | null
}

export interface NewImpactPaySession extends Purchase {
  impactType?: ImpactType | null
}

export interface CreatedPostPurchaseSession {
  sessionId: string
  /** For the browser, and for this one session only. Shown once. */
  clientSecret: string
  quoteId: string
  expiresAt: string
  footprint: Footprint
}

export interface SessionContribution {
  contributionId: string
  status: string
  /** Major units; what the consumer pays in all. */
  amount: number
  currencyCode: string
  fundsAllocationId: string | null
  createdAt: string
  /** Of making this contribution, in major units. The service fee pays the card cost. */
  costs: {
    /** As it was reckoned before paying. */
    cardCost: number
    /** Once the payment provider says so. */
    cardCostActual: number | null
    /** Part of the amount that taxes, fee and card cost take, 0.2 for a fifth. */
    share: number
    /** That is a lot, and the consumer was told so before paying. */
    high: boolean
  }
}

export interface CreatedCheckoutSession extends Offer {
  sessionId: string
  /** For the browser, and for this one session only. Shown once. */
  clientSecret: string
  quoteId: string
  expiresAt: string
  footprint: Footprint
}

export interface CheckoutSession extends Offer {
  sessionId: string
  organisationId: string
  quoteId: string
  impactType: ImpactType
  locale: string
  /** `contributed` once funds were allocated under its quote. */
  status: 'open' | 'contributed' | 'expired'
  createdAt: string
  expiresAt: string
  transaction: Transaction
  footprint: Footprint
  /** Oldest first; the first 100. */
  allocations: {
    fundsAllocationId: string
    totalAmount: number
    currencyCode: string
    allocatedAt: string
  }[]
}

export interface CreatedImpactPaySession extends Offer {
  sessionId: string
  quoteId: string
  /** Address of the hosted page; whoever has it may contribute. */
  impactPayLink: string
  expiresAt: string
  footprint: Footprint
}

export interface ImpactPaySession {
  sessionId: string
  organisationId: string
  quoteId: string
  impactType: ImpactType
  locale: string
  status: 'open' | 'contributed' | 'expired'
  createdAt: string
  /** Of the link. */
  expiresAt: string
  impactPayLink: string
  transaction: Transaction
  footprint: Footprint
  contributions: SessionContribution[]
}

export interface PostPurchaseSession {
  sessionId: string
  organisationId: string
  quoteId: string
  sdkVariant: SdkVariant
  impactType: ImpactType
  locale: string
  status: 'open' | 'contributed' | 'dismissed' | 'expired'
  createdAt: string
  expiresAt: string
  transaction: Transaction
  footprint: Footprint
  contributions: SessionContribution[]
}
