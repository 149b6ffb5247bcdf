/**
 * Allocating money that an organisation collected itself, along with a purchase or from its own pocket: what the API books
 * when it is asked to. Not for what was paid on the hosted page (`allocations.ts`).
 * Laws: one transaction and one plpgsql call book all of it or nothing; whoever's key it was owes the money from then on.
 */
import type { Allocation, NewAllocation } from '@ekko/contract/allocation-resources'
import type { Context } from '../kernel/context.ts'
import type { Transaction } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { toMajor } from '../kernel/money.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import { type OrganisationRow, refuseDeactivated } from '../organisations/organisation.ts'
import type { Organisations } from '../organisations/organisations.ts'
import type { Projects } from '../projects/projects.ts'
import { type Split, type StoredSplit, splitFromJson, splitToJson } from '../quotes/quote.ts'
import { expiryOf, loadQuote, type QuoteRow } from '../quotes/quote-rows.ts'
import { collectedPostings, recordFor } from './allocation.ts'
import { showLines } from './allocation-answer.ts'
import { type AllocationPlan, planAllocation } from './allocation-plan.ts'
import { amountsToJson, factsOf, loadSource, postingsToJson, recordToJson } from './allocations.ts'
import { withRates } from './billing-rates.ts'
import { loadAllocation } from './reversal-rows.ts'

export interface CollectedSources {
  readonly organisations: Organisations
  readonly projects: Projects
}

/** More allocations under one quote than this are a mistake. */
const allocationsPerQuoteMax = 100

export interface Allocating {
  /** Of the caller's own; asking again then answers what the first time booked. */
  readonly id?: string | undefined
  /** What else has to be true when it is booked; runs in the same transaction. */
  readonly alongside?: (tx: Transaction, allocationId: string) => Promise<void>
}

/** @throws Refusal NOT_FOUND, UNPROCESSABLE_ENTITY, INVALID_AMOUNT, PROJECTS_UNAVAILABLE, QUOTE_EXPIRED, MAX_ALLOCATIONS_REACHED */
export async function allocateCollected(
  context: Context,
  sources: CollectedSources,
  principalId: string,
  wanted: NewAllocation,
  { id, alongside }: Allocating = {},
): Promise<Allocation> {
  const organisation = await sources.organisations.find(principalId, wanted.organisationId, '/organisationId')
  refuseDeactivated(organisation)
  const quote = await quoteOf(context, organisation, wanted)
  const plan = planAllocation(wanted, quote, await sources.projects.list(organisation.rootId, quote.currency))
  const now = context.clock.now()
  const allocationId = id ?? newId(now.getTime())
  const known = id === undefined ? undefined : await loadAllocation(context.database, id)
  if (!known) {
    if (expiryOf(quote) <= now) {
      throw new Refusal('QUOTE_EXPIRED', 'the prices of the quote do not stand any more; make a new quote')
    }
    const booking = await prepare(context, quote, plan.split, { allocationId, collectorId: principalId, now })
    await context.database.transaction(async (tx) => {
      if ((await book(tx, booking)) === 'booked') await alongside?.(tx, allocationId)
    })
  }
  return show(context, allocationId, wanted, plan.warnings)
}

async function quoteOf(
  { database }: Context,
  { id }: OrganisationRow,
  { quoteId, currencyCode }: NewAllocation,
): Promise<QuoteRow> {
  const quote = await loadQuote(database, quoteId)
  if (quote?.organisationId !== id) {
    throw refuseField('NOT_FOUND', '/quoteId', 'no such quote of the organisation')
  }
  if (currencyCode != null && currencyCode !== quote.currency) {
    throw refuseField('UNPROCESSABLE_ENTITY', '/currencyCode', `the quote is in ${quote.currency}`)
  }
  return quote
}

interface Booking {
  readonly allocationId: string
  readonly collectorId: string
  readonly now: Date
}

async function prepare(
  context: Context,
  { quoteId, currency, terms }: QuoteRow,
  split: Split,
  { allocationId, collectorId, now }: Booking,
): Promise<unknown> {
  const { database } = context
  const source = await loadSource(database, quoteId, collectorId)
  const facts = factsOf(source, {
    allocationId,
    sessionId: await checkoutSessionOf(context, quoteId),
    currency,
    fundsAt: now,
    collectorId,
    billingOrganisationId: source.billingOrganisationId,
    beneficiaries: await withRates(context, source.beneficiaries, currency, now),
  })
  return {
    now,
    allocationId,
    quoteId,
    allocationsMax: allocationsPerQuoteMax,
    journalId: newId(now.getTime()),
    postings: postingsToJson(collectedPostings(facts.rootId, collectorId, split)),
    total: split.total.toString(),
    ...amountsToJson(JSON.parse(splitToJson(split)) as StoredSplit, terms),
    record: recordToJson(recordFor(facts, split, allocationId, null), split.lines, now),
  }
}

async function checkoutSessionOf({ database }: Context, quoteId: string): Promise<string | null> {
  const [row] = await database.query<{ id: string }>(
    "select id from post_purchase_session where quote_id = $1 and kind = 'checkout'",
    [quoteId],
  )
  return row?.id ?? null
}

async function book(tx: Transaction, booking: unknown): Promise<string> {
  const [row] = await tx.query<{ outcome: string }>('select book_allocation($1::jsonb) as outcome', [
    JSON.stringify(booking),
  ])
  if (row!.outcome === 'full') {
    const why = `at most ${allocationsPerQuoteMax} allocations under one quote`
    throw new Refusal('MAX_ALLOCATIONS_REACHED', why)
  }
  return row!.outcome
}

/** As it is in the books. */
async function show(
  { database }: Context,
  allocationId: string,
  wanted: NewAllocation,
  warnings: AllocationPlan['warnings'],
): Promise<Allocation> {
  const row = (await loadAllocation(database, allocationId))!
  return {
    fundsAllocationId: row.id,
    organisationId: row.organisationId,
    quoteId: row.quoteId,
    currencyCode: row.currency,
    totalAmount: toMajor(row.totalMinor, row.currency),
    allocatedAt: row.allocatedAt.toISOString(),
    ...showLines(splitFromJson(row.split), row, 1n),
    taxLiability: 'platform',
    issueTaxReceipt: wanted.issueTaxReceipt ?? false,
    warnings: [...warnings],
  }
}

export interface CollectedUnderQuote {
  readonly id: string
  readonly totalMinor: bigint
  readonly allocatedAt: Date
}

/** What organisations allocated under a quote, oldest first. */
export function collectedUnder({ database }: Context, quoteId: string): Promise<CollectedUnderQuote[]> {
  return database.query(
    `select id, total_minor as "totalMinor", allocated_at as "allocatedAt" from funds_allocation
     where quote_id = $1 and contribution_id is null order by allocated_at, id limit ${allocationsPerQuoteMax}`,
    [quoteId],
  )
}
