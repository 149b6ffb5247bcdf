/**
 * Quotes as rows, and those that a server asks for by itself. Not for what a session writes along with its quote
 * (`sessions/session-inserts.ts`), nor for what a quote comes to (`quotes.ts`).
 * Law: a quote never changes; a quote of somebody else's is answered as if there were none.
 */
import type { Footprint, NewQuote, Quote as QuoteAnswer } from '@ekko/contract/quote-resources'
import type { ConsumerSeals } from '../consumers/consumer.ts'
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { toMajor } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Organisations } from '../organisations/organisations.ts'
import type { Terms } from './quote.ts'
import { type QuoteInserts, quoteInsertion } from './quote-inserts.ts'
import { showOffer } from './quoted-offer.ts'
import { makeQuote, type QuoteSources } from './quotes.ts'

/** Prices stand as long as the link to a hosted page does. */
export const quoteTtlMs = 30 * 24 * 60 * 60 * 1000

/** Everything that was frozen. */
export interface QuoteRow {
  readonly quoteId: string
  readonly organisationId: string
  readonly consumerId: string
  readonly impactType: 'carbon' | 'nature'
  readonly locale: string
  readonly currency: string
  readonly transactionMinor: bigint
  readonly footprint: Footprint
  readonly terms: Terms
  readonly createdAt: Date
}

export interface QuoteMaking extends QuoteSources {
  readonly organisations: Organisations
  readonly consumerSeals: ConsumerSeals
  readonly quoteInserts: QuoteInserts
}

/**
 * With an id of the caller’s own, asking again answers what the first time created.
 * @throws Refusal for whatever in the purchase cannot be quoted
 */
export async function createQuote(
  context: Context,
  sources: QuoteMaking,
  principalId: string,
  wanted: NewQuote,
  { impactType, locale }: Pick<QuoteRow, 'impactType' | 'locale'>,
  id?: string,
): Promise<QuoteRow> {
  const organisation = await sources.organisations.find(principalId, wanted.organisationId, '/organisationId')
  const now = context.clock.now()
  const quote = await makeQuote(sources, organisation, { ...wanted, impactType }, locale, now)
  const earlier = id === undefined ? undefined : await loadQuote(context.database, id)
  if (earlier) return earlier
  const made = {
    quoteId: id ?? newId(now.getTime()),
    consumerId: newId(now.getTime()),
    locale,
    createdAt: now,
  }
  await sources.quoteInserts.insert(
    quoteInsertion(sources.consumerSeals, wanted, { ...made, organisation, quote }),
  )
  return { ...quote, ...made, organisationId: organisation.id }
}

/** Asks nobody who wants to know. */
export async function loadQuote(database: Queryable, quoteId: string): Promise<QuoteRow | undefined> {
  const [row] = await database.query<QuoteRow>(
    `select id as "quoteId", organisation_id as "organisationId", consumer_id as "consumerId",
       impact_type as "impactType", locale, currency, transaction_minor as "transactionMinor", footprint, terms,
       created_at as "createdAt"
     from quote where id = $1`,
    [quoteId],
  )
  return row
}

/** @throws Refusal NOT_FOUND when it is not the principal's or below it */
export async function findQuote(
  context: Context,
  organisations: Organisations,
  principalId: string,
  quoteId: string,
): Promise<QuoteRow> {
  const noSuch = () => new Refusal('NOT_FOUND', 'no such quote')
  const row = await loadQuote(context.database, quoteId)
  if (!row) throw noSuch()
  await organisations.find(principalId, row.organisationId).catch((cause) => {
    throw cause instanceof Refusal ? noSuch() : cause
  })
  return row
}

export function expiryOf({ createdAt }: Pick<QuoteRow, 'createdAt'>): Date {
  return new Date(createdAt.getTime() + quoteTtlMs)
}

export function showQuote(row: QuoteRow): QuoteAnswer {
  return {
    quoteId: row.quoteId,
    organisationId: row.organisationId,
    impactType: row.impactType,
    locale: row.locale,
    transaction: { amount: toMajor(row.transactionMinor, row.currency), currencyCode: row.currency },
    createdAt: row.createdAt.toISOString(),
    expiresAt: expiryOf(row).toISOString(),
    footprint: row.footprint,
    ...showOffer(row),
    taxLiability: 'platform',
  }
}
