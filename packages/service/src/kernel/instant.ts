/**
 * Pure: an instant as callers write it.
 * Law: a day and a time without an offset are UTC, wherever the service runs.
 */
import { refuseField } from './refusal.ts'

const isoInstant = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/

/** @throws Refusal UNPROCESSABLE_ENTITY for what is no time */
export function instantOf(text: string, path: string): Date {
  const [whole, time, offset] = isoInstant.exec(text) ?? []
  const instant = new Date(time && !offset ? `${whole}Z` : (whole ?? Number.NaN))
  if (Number.isNaN(instant.getTime()))
    throw refuseField('UNPROCESSABLE_ENTITY', path, 'an ISO 8601 date or date and time')
  return instant
}
