/**
 * Booking paid contributions. One transaction, one plpgsql call, for all that are paid at the same moment: the contribution
 * becomes paid, its journal is posted, the money is allocated, the fee is shared, the record is written and the event
 * appended; or none of it happens.
 */
import type { Merchant } from '@ekko/contract/quote-resources'
import type { ContributionRow } from '../contributions/contributions.ts'
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { together } from '../kernel/together.ts'
import type { Posting } from '../ledger/posting.ts'
import { type StoredSplit, splitFromJson, type Terms } from '../quotes/quote.ts'
import {
  type AllocationFacts,
  type Beneficiary,
  contributionPostings,
  eventFor,
  recordFor,
  type StoredRecord,
} from './allocation.ts'
import { withRates } from './billing-rates.ts'

/** Books a paid contribution. Calling it again for the same one changes nothing. */
export type BookContribution = (contribution: ContributionRow, paidAt: Date) => Promise<void>

export function contributionBookings(context: Context): BookContribution {
  const book = together<Booking>(async (bookings) => {
    await context.database.query('select book_contributions($1::jsonb)', [JSON.stringify(bookings)])
  })
  return async (contribution, paidAt) => book(await bookingOf(context, contribution, paidAt))
}

/** As the plpgsql function `book_contributions` reads it. */
type Booking = Awaited<ReturnType<typeof bookingOf>>

async function bookingOf(context: Context, contribution: ContributionRow, paidAt: Date) {
  const now = context.clock.now()
  const { currency, sessionId } = contribution
  const source = await loadSource(context.database, contribution.quoteId)
  const facts = factsOf(source, {
    allocationId: newId(now.getTime()),
    sessionId,
    currency,
    fundsAt: paidAt,
    collectorId: source.rootId,
    billingOrganisationId: source.billingOrganisationId,
    beneficiaries: await withRates(context, source.beneficiaries, currency, paidAt),
  })
  const split = splitFromJson(contribution.split)
  const event = { eventId: newId(now.getTime()), sequence: 1, preparedAt: now, reversal: null }
  return {
    contributionId: contribution.id,
    now,
    paidAt,
    journalId: newId(now.getTime()),
    allocationId: facts.allocationId,
    postings: postingsToJson(contributionPostings(facts.rootId, split)),
    ...amountsToJson(contribution.split, source.terms),
    cardCostActual: contribution.cardCostActualMinor?.toString() ?? null,
    record: recordToJson(recordFor(facts, split, facts.allocationId, null), split.lines, paidAt),
    event: {
      id: event.eventId,
      type: 'IMPACT_PAYMENT',
      sequence: 1,
      body: JSON.stringify(eventFor(facts, split, event)),
    },
  }
}

/** As the plpgsql functions that book an allocation read it. */
export function amountsToJson(
  { impact, impactTax, serviceFee, serviceFeeTax, lines, shares }: StoredSplit,
  { impactTaxPpm, serviceFeeTaxPpm }: Pick<Terms, 'impactTaxPpm' | 'serviceFeeTaxPpm'>,
) {
  return {
    impact,
    impactTax,
    serviceFee,
    serviceFeeTax,
    impactTaxPpm,
    serviceFeeTaxPpm,
    lines: lines.map((line, index) => ({ line: index + 1, ...line })),
    shares: shares.map((share, index) => ({ line: index + 1, ...share })),
  }
}

/** What a quote says about whoever an allocation under it names. */
export interface AllocationSource {
  readonly quoteId: string
  readonly organisationId: string
  readonly organisationReference: string | null
  readonly rootId: string
  readonly brandId: string
  readonly productId: string
  readonly merchant: Merchant | null
  readonly terms: Terms
  readonly impactType: 'carbon' | 'nature'
  readonly grams: number | null
  readonly squareMetres: number | null
  /** The nearest organisation, from whoever collected the money up, that is billed for itself and those below it. */
  readonly billingOrganisationId: string
  readonly beneficiaries: ReadonlyArray<Omit<Beneficiary, 'billingCurrencyExchangeRate'>>
}

/** @param collectorId who has taken the money; the root when absent */
export async function loadSource(
  database: Queryable,
  quoteId: string,
  collectorId: string | null = null,
): Promise<AllocationSource> {
  const [row] = await database.query<AllocationSource>(
    `select q.id as "quoteId", o.id as "organisationId", o.reference as "organisationReference", o.root_id as "rootId",
       o.brand_id as "brandId", o.product_id as "productId", q.merchant, q.terms, q.impact_type as "impactType",
       (q.footprint->>'grams')::float8 as grams, (q.footprint->>'squareMetres')::float8 as "squareMetres",
       coalesce((select b.id from organisation b where b.id = any(c.path) and b.billing is not null
         order by cardinality(b.path) desc limit 1), o.root_id) as "billingOrganisationId",
       (select json_agg(json_build_object('organisationId', h.id, 'organisationReference', h.reference,
         'billingCurrencyCode', coalesce(h.billing->>'currencyCode', h.currency)) order by cardinality(h.path))
         from organisation h where h.id = any(o.path)) as beneficiaries
     from quote q join organisation o on o.id = q.organisation_id
     join organisation c on c.id = coalesce($2::uuid, o.root_id)
     where q.id = $1`,
    [quoteId, collectorId],
  )
  if (!row) throw new Error(`quote ${quoteId} is gone`)
  return row
}

export function factsOf(
  source: AllocationSource,
  rest: Pick<
    AllocationFacts,
    | 'allocationId'
    | 'sessionId'
    | 'currency'
    | 'fundsAt'
    | 'collectorId'
    | 'billingOrganisationId'
    | 'beneficiaries'
  >,
): AllocationFacts {
  return {
    quoteId: source.quoteId,
    organisationId: source.organisationId,
    organisationReference: source.organisationReference,
    rootId: source.rootId,
    brandId: source.brandId,
    productId: source.productId,
    merchant: source.merchant,
    footprint: { kind: source.impactType, central: source.grams ?? source.squareMetres ?? 0 },
    ...rest,
  }
}

export function postingsToJson(postings: readonly Posting[]): unknown[] {
  return postings.map((posting) => ({ ...posting, amount: posting.amount.toString() }))
}

export function recordToJson(
  record: StoredRecord,
  lines: ReadonlyArray<{ impactPartnerId: string }>,
  fundsAt: Date,
): unknown {
  return {
    id: record.id,
    fundsAt,
    partnerIds: [...new Set(lines.map((line) => line.impactPartnerId))],
    body: JSON.stringify(record),
  }
}
