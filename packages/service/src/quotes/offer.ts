/**
 * Pure: which amounts are suggested. Amounts follow the currency: one, two and five times a round sum that is worth
 * about a euro, a minimum of half of it and a maximum of five hundred times it. Where costs would take too much of such a
 * minimum it is raised, and the suggestions with it. Nothing is preselected anywhere.
 */
import { exponentOf } from '../kernel/money.ts'
import { leastWorthwhile, type Rates } from './payment-cost.ts'

const suggestionSteps = [1, 2, 5] as const
const maximumSteps = 500
/** A minimum is a multiple of this part of the round sum. */
const minimumParts = 10

export interface Amounts {
  readonly suggestionsMinor: readonly number[]
  readonly minimumMinor: number
  readonly maximumMinor: number
}

const keptMax = 1_000
/** The same come again with each session of a merchant, and searching for the minimum costs a tenth of a session. */
const kept = new Map<string, Amounts>()

/**
 * @param perUsd units of the currency for a dollar
 * @param limitPpm the part of an amount that costs may take
 */
export function amountsFor(currency: string, perUsd: number, rates: Rates, limitPpm: number): Amounts {
  const key = keyOf(currency, perUsd, rates, limitPpm)
  const before = kept.get(key)
  if (before) return before
  const amounts = computeAmounts(currency, perUsd, rates, limitPpm)
  if (kept.size >= keptMax) kept.clear()
  kept.set(key, amounts)
  return amounts
}

function keyOf(currency: string, perUsd: number, rates: Rates, limitPpm: number): string {
  const { serviceFeePpm, serviceFeeTaxPpm, impactTaxPpm, cardPrice } = rates
  const { ppm, fixedMinor } = cardPrice
  return `${currency} ${perUsd} ${limitPpm} ${serviceFeePpm} ${serviceFeeTaxPpm} ${impactTaxPpm} ${ppm} ${fixedMinor}`
}

function computeAmounts(currency: string, perUsd: number, rates: Rates, limitPpm: number): Amounts {
  const minorPerMajor = 10 ** exponentOf(currency)
  const unitMinor = roundSum(perUsd) * minorPerMajor
  const floor = Math.max(1, Math.round(unitMinor / 2))
  const minimumMinor = Number(
    leastWorthwhile(rates, {
      floor: BigInt(floor),
      ceiling: BigInt(maximumSteps * unitMinor),
      step: BigInt(Math.max(1, Math.floor(unitMinor / minimumParts))),
      limitPpm,
    }),
  )
  const firstMinor =
    minimumMinor <= unitMinor ? unitMinor : roundSumFrom(minimumMinor / minorPerMajor) * minorPerMajor
  return {
    suggestionsMinor: suggestionSteps.map((step) => step * firstMinor),
    minimumMinor,
    maximumMinor: Math.max(maximumSteps * unitMinor, suggestionSteps.at(-1)! * firstMinor),
  }
}

/** The nearest of 1, 2, 5, 10, 20, 50, … */
export function roundSum(value: number): number {
  const nearest = roundSumsAround(value).reduce((best, next) =>
    Math.abs(Math.log(next / value)) < Math.abs(Math.log(best / value)) ? next : best,
  )
  return Math.max(1, nearest)
}

/** The least of them that is no less. */
function roundSumFrom(value: number): number {
  return roundSumsAround(value).find((sum) => sum >= value)!
}

function roundSumsAround(value: number): number[] {
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 5, 10].map((step) => step * power)
}
