/**
 * Reading JSON bodies. PostgreSQL stores no NUL and no unpaired surrogate, so text that holds one is refused here, once,
 * before any domain sees it. So is what is nested deeper than whatever walks it later, by recursion, could follow.
 */
import { Refusal } from '../kernel/refusal.ts'

/** Of objects and lists within one another; what is documented needs a handful. */
const levelsMax = 64

export function parseJsonBody(text: string): unknown {
  if (text === '') return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Refusal('BAD_REQUEST', 'the body is not valid json')
  }
  if (!isWithin(value, levelsMax)) {
    throw new Refusal('BAD_REQUEST', `the body is nested deeper than ${levelsMax} levels`)
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

function isWithin(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return true
  return levels > 0 && Object.values(value).every((member) => isWithin(member, levels - 1))
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
