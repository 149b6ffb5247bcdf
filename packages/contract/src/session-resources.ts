/**
 * The sessions of all three kinds as they cross the API. What they quote is in `quote-resources.ts`.
 */
import { type Static, Type } from 'typebox'
import { Amount, CurrencyCode, Id, Instant, nullable, omissible } from './fields.ts'
import { Footprint, ImpactType, offer, purchase, Transaction } from './quote-resources.ts'

export const SdkVariant = Type.Union([Type.Literal('embedded'), Type.Literal('takeover')], {
  description: 'In a container of the confirmation page, or in front of it',
})

export const NewPostPurchaseSession = Type.Object({
  organisationId: Id('Whose session this is'),
  sdkVariant: omissible(SdkVariant),
  impactType: omissible(ImpactType),
  ...purchase,
})

export const NewCheckoutSession = Type.Object({
  organisationId: Id('Whose session this is'),
  impactType: omissible(ImpactType),
  ...purchase,
})

export const NewImpactPaySession = Type.Object({
  organisationId: Id('Whose session this is'),
  impactType: omissible(ImpactType),
  ...purchase,
})

export const CreatedPostPurchaseSession = Type.Object({
  sessionId: Id('The session'),
  clientSecret: Type.String({ description: 'For the browser SDK of this one session; shown once' }),
  quoteId: Id('The quote made for it'),
  expiresAt: Instant('When the client secret stops working'),
  footprint: Footprint,
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

export type NewPostPurchaseSession = Static<typeof NewPostPurchaseSession>
export type CreatedPostPurchaseSession = Static<typeof CreatedPostPurchaseSession>
export type PostPurchaseSession = Static<typeof PostPurchaseSession>
export type NewCheckoutSession = Static<typeof NewCheckoutSession>
export type CreatedCheckoutSession = Static<typeof CreatedCheckoutSession>
export type CheckoutSession = Static<typeof CheckoutSession>
export type NewImpactPaySession = Static<typeof NewImpactPaySession>
export type CreatedImpactPaySession = Static<typeof CreatedImpactPaySession>
export type ImpactPaySession = Static<typeof ImpactPaySession>
export type ComponentState = Static<typeof ComponentState>
