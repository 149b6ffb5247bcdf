// Grams and square metres in the units that a reader knows: which unit, and how many of it.
// Numbers and unit ids only; words, digits and decimal separators are the page's business.

/** `imperial` is what the USA uses; the United Kingdom mixes: miles, but grams and square metres. */
export type UnitSystem = 'metric' | 'imperial'

export interface Measure<Unit extends string> {
  readonly value: number
  readonly unit: Unit
}

export type MassUnit = 'g' | 'kg' | 't' | 'oz' | 'lb'
export type AreaUnit = 'cm2' | 'm2' | 'ha' | 'in2' | 'ft2' | 'acre'

/** International avoirdupois pound and ounce, and the international foot (agreement of 1959), exact. */
export const GRAMS_PER_OUNCE = 28.349523125
export const GRAMS_PER_POUND = 453.59237
export const SQUARE_METRES_PER_SQUARE_FOOT = 0.09290304
const SQUARE_METRES_PER_SQUARE_INCH = 0.00064516
const SQUARE_METRES_PER_ACRE = 4046.8564224

/** The units that readers of a locale (BCP 47, such as `en-US`) expect for mass and area. */
export function unitsOf(locale: string): UnitSystem {
  return /[-_](US|LR|MM)\b/i.test(locale) ? 'imperial' : 'metric'
}

/** A mass in the largest unit of the system that it fills at least once. */
export function readableMass(grams: number, units: UnitSystem): Measure<MassUnit> {
  if (units === 'imperial') {
    return grams < GRAMS_PER_POUND
      ? { value: grams / GRAMS_PER_OUNCE, unit: 'oz' }
      : { value: grams / GRAMS_PER_POUND, unit: 'lb' }
  }
  if (grams < 1000) return { value: grams, unit: 'g' }
  return grams < 1e6 ? { value: grams / 1000, unit: 'kg' } : { value: grams / 1e6, unit: 't' }
}

/** An area in a unit of the system that keeps the number readable. */
export function readableArea(m2: number, units: UnitSystem): Measure<AreaUnit> {
  if (units === 'imperial') {
    if (m2 < SQUARE_METRES_PER_SQUARE_FOOT) return { value: m2 / SQUARE_METRES_PER_SQUARE_INCH, unit: 'in2' }
    return m2 < SQUARE_METRES_PER_ACRE
      ? { value: m2 / SQUARE_METRES_PER_SQUARE_FOOT, unit: 'ft2' }
      : { value: m2 / SQUARE_METRES_PER_ACRE, unit: 'acre' }
  }
  if (m2 < 0.1) return { value: m2 * 10_000, unit: 'cm2' }
  return m2 < 10_000 ? { value: m2, unit: 'm2' } : { value: m2 / 10_000, unit: 'ha' }
}
