/**
 * Reads the amount that the choosing form sends: `amount` is a suggestion or `other`, and then `other` is as it was typed.
 * Pure. What it returns is inside the bounds and exact in minor units; the split and the price are the quote's business.
 */
import { decimalToMinor, exponentOf } from '../kernel/money.ts'
import type { AmountProblem } from './views.ts'

export type ChosenAmount =
  | { readonly amountMinor: bigint }
  | { readonly problem: AmountProblem; readonly typed: string }

interface Bounds {
  readonly currency: string
  readonly minimumMinor: bigint
  readonly maximumMinor: bigint
}

/** Longer than any amount; more is not worth reading. */
const typedLengthMax = 32

/** Undefined when the address carries no choice, so the page is asked for the first time. */
export function chosenAmount(query: URLSearchParams, bounds: Bounds): ChosenAmount | undefined {
  const suggested = query.get('amount')
  const typed = (query.get('other') ?? '').trim().slice(0, typedLengthMax)
  if (suggested === null && !query.has('other')) return undefined
  const text = suggested && suggested !== 'other' ? suggested : typed
  if (text === '') return { problem: 'nothing_chosen', typed }

  const decimal = plainDecimal(text)
  if (decimal === undefined) return { problem: 'not_a_number', typed: text }
  const amountMinor = decimalToMinor(decimal, exponentOf(bounds.currency))
  if (amountMinor === undefined) return { problem: 'too_many_decimals', typed: text }
  if (amountMinor < bounds.minimumMinor) return { problem: 'too_small', typed: text }
  if (amountMinor > bounds.maximumMinor) return { problem: 'too_large', typed: text }
  return { amountMinor }
}

/**
 * People type `2,50`, `£2.50` and `2.5 GBP`. One comma or one point is the decimal sign; more than one is refused,
 * because guessing between thousands and decimals could cost somebody a thousand times what they meant.
 */
function plainDecimal(text: string): string | undefined {
  const bare = westernFigures(text).replace(/^[\p{Sc}\p{L}\s]+|[\p{Sc}\p{L}\s]+$/gu, '')
  const match = /^(\d{1,12})(?:[.,](\d+))?$/.exec(bare)
  if (!match) return undefined
  return match[2] === undefined ? match[1] : `${match[1]}.${match[2]}`
}

/** Arabic and full-width keyboards have figures and decimal signs of their own. */
function westernFigures(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[٠-٩]/g, (figure) => String(figure.charCodeAt(0) - 0x0660))
    .replaceAll('٫', '.')
    .replaceAll(/\p{Cf}/gu, '')
}
