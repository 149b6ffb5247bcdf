/**
 * For: walking over the pages of a list.
 * Not for: asking; whoever walks hands in how.
 * Law: a walk over pages ends: a page that does not move on is an error, not another round.
 */
import { EkkoConnectionError } from './errors.ts'

const rowsPerPage = 100
const maxPages = 100_000

interface Cursor {
  limit?: number
  startingAfter?: string
}

/** @param id the field of a row that the service takes as the cursor */
export async function* walkPages<Query extends Cursor, Id extends string, Row extends Record<Id, string>>(
  query: Query,
  list: (page: Query) => Promise<{ data: Row[]; hasMore: boolean }>,
  id: Id,
): AsyncGenerator<Row, void, undefined> {
  let cursor = query.startingAfter
  for (let pages = 0; pages < maxPages; pages++) {
    const from = cursor === undefined ? {} : { startingAfter: cursor }
    const page = await list({ limit: rowsPerPage, ...query, ...from })
    yield* page.data
    if (!page.hasMore) return
    const next = page.data.at(-1)?.[id]
    if (next === undefined || next === cursor) break
    cursor = next
  }
  throw new EkkoConnectionError('The pages of the list do not come to an end', { code: 'UNREADABLE_ANSWER' })
}
