/** Writes sessions with their quotes and consumers, those that come at the same moment together. */
import type { Queryable } from '../kernel/database.ts'
import { insertTogether } from '../kernel/together.ts'
import { type QuoteInsertion, quoteColumns, writtenQuotes } from '../quotes/quote-inserts.ts'

/** One session with its quote and its consumer, as columns. */
export interface SessionInsertion extends QuoteInsertion {
  readonly sessionId: string
  readonly kind: string
  readonly variant: string | null
  readonly expiresAt: string
  readonly linkExpiresAt: string
}

export interface SessionInserts {
  /** Resolves once the session is durable. */
  insert(row: SessionInsertion): Promise<void>
}

export function sessionInsertsIn(database: Queryable): SessionInserts {
  return { insert: insertTogether<SessionInsertion>(database, sessionColumns, insertSql) }
}

const sessionColumns = {
  ...quoteColumns,
  sessionId: 'uuid',
  kind: 'text',
  variant: 'text',
  expiresAt: 'text',
  linkExpiresAt: 'text',
}

const insertSql = (row: string) => `with ${row}, ${writtenQuotes}
  insert into post_purchase_session (id, quote_id, organisation_id, kind, variant, created_at, expires_at, link_expires_at)
  select "sessionId", "quoteId", "organisationId", kind, variant, "createdAt"::timestamptz, "expiresAt"::timestamptz,
    "linkExpiresAt"::timestamptz from row`
