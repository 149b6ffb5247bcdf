/**
 * Writes quotes with their consumers, those that come at the same moment together; sessions write theirs in the same way
 * (`sessions/session-inserts.ts`).
 */
import type { ConsumerSeals, SealedConsumer } from '../consumers/consumer.ts'
import type { Queryable } from '../kernel/database.ts'
import { refuseField } from '../kernel/refusal.ts'
import { type ColumnsOf, insertTogether } from '../kernel/together.ts'
import type { Purchase, Quote } from './quotes.ts'

/** A quote and its consumer as columns; JSON as text, times as ISO 8601, amounts as decimal text. */
export interface QuoteInsertion extends SealedConsumer {
  readonly quoteId: string
  readonly consumerId: string
  readonly organisationId: string
  readonly impactType: string
  readonly locale: string
  readonly currency: string
  readonly transactionMinor: string
  readonly merchant: string | null
  readonly orderItems: string | null
  readonly footprint: string
  readonly terms: string
  readonly createdAt: string
}

export interface QuoteInserts {
  /** Resolves once the quote is durable. */
  insert(row: QuoteInsertion): Promise<void>
}

export function quoteInsertsIn(database: Queryable): QuoteInserts {
  return { insert: insertTogether(database, quoteColumns, (row) => `with ${row}, ${writtenQuotes} select`) }
}

export const quoteColumns: ColumnsOf<QuoteInsertion> = {
  quoteId: 'uuid',
  consumerId: 'uuid',
  organisationId: 'uuid',
  lookup: 'bytea',
  sealedKey: 'bytea',
  sealed: 'bytea',
  impactType: 'text',
  locale: 'text',
  currency: 'text',
  transactionMinor: 'text',
  merchant: 'text',
  orderItems: 'text',
  footprint: 'text',
  terms: 'text',
  createdAt: 'text',
}

/** SQL, in a `with` that has such columns as `row`. */
export const writtenQuotes = `written_consumer as (
    insert into consumer (id, organisation_id, lookup, sealed_key, sealed)
    select "consumerId", "organisationId", lookup, "sealedKey", sealed from row
  ), written_quote as (
    insert into quote (id, organisation_id, consumer_id, impact_type, locale, currency, transaction_minor, merchant,
      order_items, footprint, terms, created_at)
    select "quoteId", "organisationId", "consumerId", "impactType", locale, currency, "transactionMinor"::bigint,
      merchant::json, "orderItems"::json, footprint::json, terms::json, "createdAt"::timestamptz from row
  )`

/** What was quoted, to whom, for which purchase. */
export interface Quoted {
  readonly quote: Quote
  readonly quoteId: string
  readonly consumerId: string
  readonly organisation: { readonly id: string; readonly rootId: string }
  readonly locale: string
  readonly createdAt: Date
}

/** @throws Refusal UNPROCESSABLE_ENTITY for more order items than anybody buys */
export function quoteInsertion(
  seals: ConsumerSeals,
  purchase: Purchase,
  { quote, quoteId, consumerId, organisation, locale, createdAt }: Quoted,
): QuoteInsertion {
  return {
    quoteId,
    consumerId,
    organisationId: organisation.id,
    ...seals.seal(consumerId, organisation.rootId, purchase.consumer),
    impactType: quote.impactType,
    locale,
    currency: quote.currency,
    transactionMinor: quote.transactionMinor.toString(),
    merchant: purchase.merchant ? JSON.stringify(purchase.merchant) : null,
    orderItems: orderItemsText(purchase),
    footprint: JSON.stringify(quote.footprint),
    terms: JSON.stringify(quote.terms),
    createdAt: createdAt.toISOString(),
  }
}

const orderItemsBytesMax = 64 * 1024

function orderItemsText({ orderItems }: Purchase): string | null {
  if (!orderItems) return null
  const text = JSON.stringify(orderItems)
  if (text.length <= orderItemsBytesMax) return text
  throw refuseField('UNPROCESSABLE_ENTITY', '/orderItems', `at most ${orderItemsBytesMax} bytes in all`)
}
