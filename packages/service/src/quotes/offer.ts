/**
 * Pure: which amounts are suggested. Amounts follow the currency: one, two and five times a round sum that is worth
 * about a euro, a minimum of half of it and a maximum of five hundred times it. Nothing is preselected anywhere.
 */
import { exponentOf } from '../kernel/money.ts'

const suggestionSteps = [1, 2, 5] as const
const maximumSteps = 500

export interface Amounts {
  readonly suggestionsMinor: readonly number[]
  readonly minimumMinor: number
  readonly maximumMinor: number
}

/** @param perUsd units of the currency for a dollar */
export function amountsFor(currency: string, perUsd: number): Amounts {
  const unitMinor = roundSum(perUsd) * 10 ** exponentOf(currency)
  return {
    suggestionsMinor: suggestionSteps.map((step) => step * unitMinor),
    minimumMinor: Math.max(1, Math.round(unitMinor / 2)),
    maximumMinor: maximumSteps * unitMinor,
  }
}

/** The nearest of 1, 2, 5, 10, 20, 50, … */
export function roundSum(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const candidates = [1, 2, 5, 10].map((step) => step * power)
  const nearest = candidates.reduce((best, next) =>
    Math.abs(Math.log(next / value)) < Math.abs(Math.log(best / value)) ? next : best,
  )
  return Math.max(1, nearest)
}
