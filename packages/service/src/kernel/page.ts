/** Pages of a list: how many records one has, and whether there are more. Pure. */
import { refuseField } from './refusal.ts'

const pageDefault = 25
const pageMax = 100

export interface Page<Item> {
  hasMore: boolean
  data: Item[]
}

/** @throws Refusal UNPROCESSABLE_ENTITY */
export function pageLimit(limit: string | undefined): number {
  const count = Number(limit ?? pageDefault)
  if (count < 1 || count > pageMax)
    throw refuseField('UNPROCESSABLE_ENTITY', '/limit', `between 1 and ${pageMax}`)
  return count
}

/** @param rows one more than the page has, where there are more */
export function pageOf<Row, Item>(rows: readonly Row[], limit: number, show: (row: Row) => Item): Page<Item> {
  return { hasMore: rows.length > limit, data: rows.slice(0, limit).map(show) }
}
