/**
 * Reading JSON bodies. PostgreSQL stores no NUL and no unpaired surrogate, so text that holds one is refused here, once,
 * before any domain sees it.
 */
import { Refusal } from '../kernel/refusal.ts'

export function parseJsonBody(text: string): unknown {
  if (text === '') return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Refusal('BAD_REQUEST', 'the body is not valid json')
  }
  // Only an escape can smuggle such a character in, and escapes are rare.
  if (text.includes('\\u') && !isStorable(value)) {
    throw new Refusal(
      'BAD_REQUEST',
      'the body holds a character that cannot be stored (NUL or an unpaired surrogate)',
    )
  }
  return value
}

/** The same law for text that comes in a query or a path. */
export function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0') && isWellFormed(value)
  if (Array.isArray(value)) return value.every(isStorable)
  if (value === null || typeof value !== 'object') return true
  return Object.entries(value).every(([key, member]) => isStorable(key) && isStorable(member))
}

function isWellFormed(text: string): boolean {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text)
}
