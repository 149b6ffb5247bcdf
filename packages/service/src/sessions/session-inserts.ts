/** Writes sessions with their quotes and consumers, those that come at the same moment together. */
import type { SealedConsumer } from '../consumers/consumer.ts'
import type { Queryable } from '../kernel/database.ts'
import { together } from '../kernel/together.ts'

/** One session with its quote and its consumer; JSON columns as text, times as ISO 8601, amounts as decimal text. */
export interface SessionInsertion extends SealedConsumer {
  readonly sessionId: string
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
  readonly kind: string
  readonly variant: string | null
  readonly createdAt: string
  readonly expiresAt: string
  readonly linkExpiresAt: string
}

export interface SessionInserts {
  /** Resolves once the session is durable. */
  insert(row: SessionInsertion): Promise<void>
}

export function sessionInsertsIn(database: Queryable): SessionInserts {
  return {
    insert: together(async (rows) => {
      await database.query(
        insertRows,
        columns.map((name) => rows.map((row) => row[name])),
      )
    }),
  }
}

/** In the order of the statement's parameters. */
const columns = [
  'sessionId',
  'quoteId',
  'consumerId',
  'organisationId',
  'lookup',
  'sealedKey',
  'sealed',
  'impactType',
  'locale',
  'currency',
  'transactionMinor',
  'merchant',
  'orderItems',
  'footprint',
  'terms',
  'kind',
  'variant',
  'createdAt',
  'expiresAt',
  'linkExpiresAt',
] as const satisfies readonly (keyof SessionInsertion)[]

const insertRows = `with row as materialized (
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bytea[], $6::bytea[], $7::bytea[],
      $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[],
      $18::text[], $19::text[], $20::text[]) as r (session_id, quote_id, consumer_id, organisation_id, lookup, sealed_key,
      sealed, impact_type, locale, currency, transaction_minor, merchant, order_items, footprint, terms, kind, variant,
      created_at, expires_at, link_expires_at)
  ), written_consumer as (
    insert into consumer (id, organisation_id, lookup, sealed_key, sealed)
    select consumer_id, organisation_id, lookup, sealed_key, sealed from row
  ), written_quote as (
    insert into quote (id, organisation_id, consumer_id, impact_type, locale, currency, transaction_minor, merchant,
      order_items, footprint, terms, created_at)
    select quote_id, organisation_id, consumer_id, impact_type, locale, currency, transaction_minor::bigint, merchant::json,
      order_items::json, footprint::json, terms::json, created_at::timestamptz from row
  )
  insert into post_purchase_session (id, quote_id, organisation_id, kind, variant, created_at, expires_at, link_expires_at)
  select session_id, quote_id, organisation_id, kind, variant, created_at::timestamptz, expires_at::timestamptz,
    link_expires_at::timestamptz from row`
