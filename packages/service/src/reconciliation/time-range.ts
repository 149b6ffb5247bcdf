/**
 * Pure: the range of time that a reader asks for, from one instant and up to another, which is not in it.
 */
import { instantOf } from '../kernel/instant.ts'
import { refuseField } from '../kernel/refusal.ts'

export interface TimeRange {
  readonly from: Date
  readonly until: Date
}

/** @throws Refusal UNPROCESSABLE_ENTITY for what is no time, and for a range that ends before it begins */
export function timeRangeOf(dateTimeFrom: string, dateTimeTo: string): TimeRange {
  const from = instantOf(dateTimeFrom, '/dateTimeFrom')
  const until = instantOf(dateTimeTo, '/dateTimeTo')
  if (until < from) throw refuseField('UNPROCESSABLE_ENTITY', '/dateTimeTo', 'not before dateTimeFrom')
  return { from, until }
}
