/**
 * Pure: the range of time that a reader asks for, from one instant and up to another, which is not in it.
 * Law: a day and a time without an offset are UTC, wherever the service runs.
 */
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

const isoInstant = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/

function instantOf(text: string, path: string): Date {
  const [whole, time, offset] = isoInstant.exec(text) ?? []
  const instant = new Date(time && !offset ? `${whole}Z` : (whole ?? Number.NaN))
  if (Number.isNaN(instant.getTime()))
    throw refuseField('UNPROCESSABLE_ENTITY', path, 'an ISO 8601 date or date and time')
  return instant
}
