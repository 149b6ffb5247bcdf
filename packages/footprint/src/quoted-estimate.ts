// An estimate under the names that a quote of the API gives to its numbers, so that a stored quote can be compared
// with it as it stands. Whoever verifies should read the same words as in their file.

import { equivalentValue } from './equivalents.ts'
import type { CarbonEstimate, NatureEstimate } from './footprint.ts'
import { GRAMS_PER_OUNCE, SQUARE_METRES_PER_SQUARE_FOOT } from './measures.ts'

/** The headline number by its own name and by the API's; a record has to have one of them. */
export const HEADLINES = { carbon: ['co2eGrams', 'grams'], nature: ['msaM2', 'squareMetres'] } as const

/**
 * The estimate with the API's fields beside its own.
 *
 * @param stated the comparisons that the stored quote makes, which depend on a locale that it may not tell
 */
export function asQuoted(estimate: CarbonEstimate | NatureEstimate, stated: unknown): object {
  const names = estimate.kind === 'carbon' ? carbonNames(estimate) : natureNames(estimate)
  if (!Array.isArray(stated)) return { ...estimate, ...names }
  const equivalents = stated.map((one: unknown) => {
    const { id, unit } = (one ?? {}) as { id?: unknown; unit?: unknown }
    return { id, unit, value: equivalentValue(estimate, id, unit) }
  })
  return { ...estimate, ...names, equivalents }
}

function carbonNames({ co2eGrams }: CarbonEstimate): object {
  return { grams: co2eGrams, ounces: co2eGrams / GRAMS_PER_OUNCE }
}

function natureNames({ msaM2, lowM2, highM2 }: NatureEstimate): object {
  return {
    squareMetres: msaM2,
    lowSquareMetres: lowM2,
    highSquareMetres: highM2,
    squareFeet: msaM2 / SQUARE_METRES_PER_SQUARE_FOOT,
  }
}
