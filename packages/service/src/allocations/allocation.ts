/**
 * Pure: what booking an allocation writes: postings, lines, profit shares, the reconciliation record and, for what was paid
 * on the hosted page, the event.
 * Law: everything follows from the split that was frozen before paying; nothing is computed anew.
 */
import type { ImpactPaymentEvent } from '@ekko/contract/events'
import type { Merchant } from '@ekko/contract/quote-resources'
import type { ImpactRecord } from '@ekko/contract/record-resources'
import { toMajor } from '../kernel/money.ts'
import { type Payable, type Posting, received } from '../ledger/posting.ts'
import { type Split, totalGrams } from '../quotes/quote.ts'

/** An organisation that has a part of the service fee, as it was when the money moved. */
export type Beneficiary = Omit<ImpactRecord['profitShares'][number], 'amount'>

/** The people and things that an allocation names. */
export interface AllocationFacts {
  readonly allocationId: string
  readonly quoteId: string
  readonly sessionId: string | null
  readonly organisationId: string
  readonly organisationReference: string | null
  readonly rootId: string
  /** Who has taken the money from the consumer. */
  readonly collectorId: string
  readonly billingOrganisationId: string
  /** Everybody from the root down. */
  readonly beneficiaries: readonly Beneficiary[]
  readonly brandId: string
  readonly productId: string
  readonly currency: string
  readonly merchant: Merchant | null
  readonly fundsAt: Date
  readonly footprint: { readonly kind: 'carbon' | 'nature'; readonly central: number }
}

/** A split or the part of one that is given back; `lines` name their project. */
export type Amounts = Pick<
  Split,
  'total' | 'impact' | 'impactTax' | 'serviceFee' | 'serviceFeeTax' | 'lines' | 'shares'
>

/** Everybody whom the money is owed to. */
export function payablesOf(rootId: string, amounts: Amounts): Payable[] {
  const projects: Payable[] = amounts.lines.map((line) =>
    line.kind === 'credit'
      ? { kind: 'project_payable', ownerId: line.projectId!, amount: line.impact }
      : { kind: 'partner_payable', ownerId: line.impactPartnerId, amount: line.impact },
  )
  const shares: Payable[] = amounts.shares.map(({ organisationId, amount }) => ({
    kind: organisationId === rootId ? 'service_fee' : 'profit_share_payable',
    ownerId: organisationId,
    amount,
  }))
  const tax: Payable = {
    kind: 'sales_tax_payable',
    ownerId: rootId,
    amount: amounts.impactTax + amounts.serviceFeeTax,
  }
  return [...projects, ...shares, tax]
}

/** Debits PSP clearing and credits everybody whom the money is owed to. */
export function contributionPostings(rootId: string, amounts: Amounts): Posting[] {
  return received({ kind: 'psp_clearing', ownerId: rootId }, payablesOf(rootId, amounts))
}

/** Debits what the organisation that collected the money owes, and credits everybody whom the money is owed to. */
export function collectedPostings(rootId: string, collectorId: string, amounts: Amounts): Posting[] {
  return received({ kind: 'merchant_receivable', ownerId: collectorId }, payablesOf(rootId, amounts))
}

/** The record as the API shows it, without the consumer, who may have to be forgotten. */
export type StoredRecord = Omit<ImpactRecord, 'consumerReference'>

/** What a record or an event tells of: the reversal that it makes or, where `undone`, takes back. */
export interface ReversalFacts {
  readonly id: string
  readonly kind: 'refund' | 'void' | 'chargeback'
  readonly undone: boolean
}

/**
 * @param recordId the allocation's id, the reversal's, or a new one when a reversal is taken back
 * @param reversal set when the amounts are given back; they are shown negative then, as documented
 */
export function recordFor(
  facts: AllocationFacts,
  amounts: Amounts,
  recordId: string,
  reversal: ReversalFacts | null,
): StoredRecord {
  const isBack = reversal !== null && !reversal.undone
  const major = (minor: bigint) => toMajor(isBack ? -minor : minor, facts.currency) + 0
  const lines = (kind: 'credit' | 'contribution') =>
    amounts.lines
      .filter((line) => line.kind === kind)
      .map((line) => ({
        impactPartnerId: line.impactPartnerId,
        projectId: line.projectId,
        quantity: line.grams === null ? null : (isBack ? -line.grams : line.grams) + 0,
        unit: line.grams === null ? null : 'gCO2e',
        amounts: {
          impact: major(line.impact),
          impactTax: major(line.impactTax),
          serviceFee: major(line.serviceFee),
          serviceFeeTax: major(line.serviceFeeTax),
        },
      }))
  return {
    id: recordId,
    fundsAllocationId: facts.allocationId,
    reversalId: reversal?.id ?? null,
    reversalKind: reversal?.kind ?? null,
    quoteId: facts.quoteId,
    sessionId: facts.sessionId,
    fundsDateTime: facts.fundsAt.toISOString(),
    fundsOrganisationId: facts.organisationId,
    fundsOrganisationReference: facts.organisationReference,
    collectionOrganisationId: facts.collectorId,
    billingOrganisationId: facts.billingOrganisationId,
    fundsCurrencyCode: facts.currency,
    reversal: isBack,
    taxLiability: 'platform',
    amounts: {
      total: major(amounts.total),
      impact: major(amounts.impact),
      impactTax: major(amounts.impactTax),
      serviceFee: major(amounts.serviceFee),
      serviceFeeTax: major(amounts.serviceFeeTax),
    },
    profitShares: amounts.shares.map(({ organisationId, amount }) => ({
      ...facts.beneficiaries.find((each) => each.organisationId === organisationId)!,
      amount: major(amount),
    })),
    merchant: facts.merchant && recordedMerchant(facts.merchant),
    credits: lines('credit'),
    contribution: lines('contribution'),
  }
}

function recordedMerchant({ name, mcc, address }: Merchant): NonNullable<ImpactRecord['merchant']> {
  return {
    name,
    mcc: mcc ?? null,
    address: address
      ? {
          line1: address.line1 ?? '',
          line2: address.line2 ?? '',
          city: address.city ?? '',
          state: address.state ?? '',
          postalCode: address.postalCode ?? '',
          countryCode: address.countryCode,
        }
      : null,
  }
}

export interface EventFacts {
  readonly eventId: string
  readonly sequence: number
  readonly preparedAt: Date
  readonly reversal: ReversalFacts | null
}

/**
 * The webhook's body, without the consumer, who is put in when it is sent. Amounts are positive in both directions;
 * `eventType` says which way the money went.
 */
export function eventFor(facts: AllocationFacts, amounts: Amounts, event: EventFacts): ImpactPaymentEvent {
  const isCarbon = facts.footprint.kind === 'carbon'
  const isBack = event.reversal !== null && !event.reversal.undone
  return {
    footprintId: facts.quoteId,
    organisationId: facts.organisationId,
    brandId: facts.brandId,
    productId: facts.productId,
    customerId: '',
    eventType: isBack ? 'IMPACT_PAYMENT_REVERSAL' : 'IMPACT_PAYMENT',
    timestamp: event.preparedAt.toISOString(),
    payment: {
      amount: toMajor(amounts.total, facts.currency),
      currencyCode: facts.currency,
      serviceFee: toMajor(amounts.serviceFee, facts.currency),
    },
    carbon: {
      unit: 'grams',
      quote: isCarbon ? facts.footprint.central : 0,
      compensated: totalGrams(amounts.lines),
    },
    eventId: event.eventId,
    sequence: event.sequence,
    quoteId: facts.quoteId,
    sessionId: facts.sessionId,
    fundsAllocationId: facts.allocationId,
    reversalId: event.reversal?.id ?? null,
    reversalKind: event.reversal?.kind ?? null,
    ...(isCarbon ? {} : { nature: { unit: 'squareMetres' as const, quote: facts.footprint.central } }),
  }
}
