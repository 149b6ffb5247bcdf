/**
 * For: walking over the pages of a list, and the queries of reconciliation records as text.
 * Not for: asking; whoever walks hands in how.
 * Law: a walk over pages ends: a page that does not move on is an error, not another round.
 */
import { EkkoConnectionError } from './errors.ts'
import type { ImpactRecordQuery } from './types.ts'

const rowsPerPage = 100
const maxPages = 100_000

interface Cursor {
  limit?: number
  startingAfter?: string
}

/** @param idOf what the service takes as the cursor of a row */
export async function* walkPages<Query extends Cursor, Row>(
  query: Query,
  list: (page: Query) => Promise<{ data: Row[]; hasMore: boolean }>,
  idOf: (row: Row) => string,
): AsyncGenerator<Row, void, undefined> {
  let cursor = query.startingAfter
  for (let pages = 0; pages < maxPages; pages++) {
    const from = cursor === undefined ? {} : { startingAfter: cursor }
    const page = await list({ limit: rowsPerPage, ...query, ...from })
    yield* page.data
    if (!page.hasMore) return
    const last = page.data.at(-1)
    const next = last && idOf(last)
    if (next === undefined || next === cursor) break
    cursor = next
  }
  throw new EkkoConnectionError('The pages of the list do not come to an end', { code: 'UNREADABLE_ANSWER' })
}

export const searchOf = (query: ImpactRecordQuery): Record<string, string | undefined> => ({
  dateTimeFrom: instant(query.dateTimeFrom),
  dateTimeTo: instant(query.dateTimeTo),
  limit: query.limit?.toString(),
  startingAfter: query.startingAfter,
  endingBefore: query.endingBefore,
  consumerReference: query.consumerReference,
  impactPartnerId: query.impactPartnerId,
  fundsOrganisationId: query.fundsOrganisationId,
})

const instant = (value: string | Date): string => (typeof value === 'string' ? value : value.toISOString())
