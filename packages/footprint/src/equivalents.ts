// Compares a footprint with things that people can picture. Always two comparisons of different kinds, chosen so
// that both numbers stay graspable. Ids and numbers only: the page finds the words, and must word them as what
// the amount is like, never as what a contribution makes good.

import type { UnitSystem } from './measures.ts'
import { unitsOf } from './measures.ts'

export interface Equivalent {
  readonly id: string
  readonly value: number
  /** `count`, `km`, `mi`, `m`, `ft`, `l`, `us_gal`. */
  readonly unit: string
  /** Where the factor comes from, with its edition. */
  readonly source: string
}

export interface EquivalentOptions {
  /** BCP 47, such as `en-GB`: which country's car, and which units when `units` is not given. */
  locale: string
  units?: UnitSystem | undefined
}

/** What a comparison is made with: `per` is kg CO2e, or MSA m2.yr, of one `unit`. */
interface Yardstick {
  /** Two comparisons never share a family. Families come in order of preference. */
  family: string
  id: string
  unit: string
  per: number
  source: string
}

const EPA = 'US EPA Greenhouse Gas Equivalencies Calculator, 2024 edition (public domain)'
const DESNZ = 'UK DESNZ greenhouse gas conversion factors 2024 v1.1 (OGL v3.0)'
const KM_PER_MILE = 1.609344
const METRES_PER_FOOT = 0.3048

/** kg CO2e per km of an average petrol car, tailpipe, and of a US passenger vehicle; EPA's own unit is the mile. */
const UK_PETROL_CAR_KM = 0.1645
const US_CAR_MILE = 0.393
const UK_RAIL_PASSENGER_KM = 0.03546
/** kg per litre of petrol at a British forecourt, kg CO2 per US gallon: burning it, not making it. */
const UK_PETROL_LITRE = 2.0844
const US_GASOLINE_GALLON = 8.887

/** A whole unit first, then the same thing in ever smaller or larger ones. */
function carbonYardsticks({ american, miles }: { american: boolean; miles: boolean }): Yardstick[] {
  const perKm = american ? US_CAR_MILE / KM_PER_MILE : UK_PETROL_CAR_KM
  const car = american ? 'us_passenger_car' : 'petrol_car'
  const source = american ? EPA : DESNZ
  return [
    ...distances('car', `${car}_distance`, perKm, source, miles),
    { family: 'phone', id: 'smartphone_charges', unit: 'count', per: 0.0124, source: EPA },
    ...distances('train', 'uk_rail_passenger_distance', UK_RAIL_PASSENGER_KM, DESNZ, miles),
    american
      ? { family: 'fuel', id: 'gasoline_burned', unit: 'us_gal', per: US_GASOLINE_GALLON, source: EPA }
      : { family: 'fuel', id: 'petrol_burned', unit: 'l', per: UK_PETROL_LITRE, source: DESNZ },
    { family: 'tree', id: 'urban_tree_seedlings_grown_10_years', unit: 'count', per: 60, source: EPA },
    { family: 'car', id: 'us_passenger_car_years', unit: 'count', per: 4290, source: EPA },
  ]
}

function distances(family: string, id: string, perKm: number, source: string, miles: boolean): Yardstick[] {
  const [long, perLong] = miles ? ['mi', perKm * KM_PER_MILE] : ['km', perKm]
  const [short, perShort] = miles ? ['ft', (perKm * METRES_PER_FOOT) / 1000] : ['m', perKm / 1000]
  return [
    { family, id, unit: long as string, per: perLong as number, source },
    { family, id, unit: short as string, per: perShort as number, source },
  ]
}

/** MSA m2.yr are compared with the area of one thing, for one year. */
const NATURE_YARDSTICKS: readonly Yardstick[] = [
  area('parking_bays', 2.4 * 4.8, 'UK Manual for Streets (DfT 2007), bay of 2.4 m x 4.8 m'),
  area('olympic_swimming_pools', 50 * 25, 'World Aquatics facilities rules, pool of 50 m x 25 m'),
  area('tennis_courts', 23.77 * 10.97, 'ITF Rules of Tennis, doubles court of 23.77 m x 10.97 m'),
  area('football_pitches', 105 * 68, 'IFAB and FIFA, recommended pitch of 105 m x 68 m'),
  area('table_tennis_tables', 2.74 * 1.525, 'ITTF Laws of Table Tennis, table of 2.74 m x 1.525 m'),
  area('a4_sheets', 0.21 * 0.297, 'ISO 216, sheet of 210 mm x 297 mm'),
  area('payment_cards', 0.0856 * 0.05398, 'ISO/IEC 7810 ID-1, card of 85.60 mm x 53.98 mm'),
]

function area(id: string, per: number, source: string): Yardstick {
  return { family: id, id, unit: 'count', per, source }
}

/** Below the first a number is a fraction of something, above the second it is beyond picturing. */
const GRASPABLE_FROM = 0.5
const GRASPABLE_TO = 1000

/**
 * Two comparisons for a footprint, the clearest first; `value` is unrounded.
 *
 * @param result an estimate, or just its headline number: `{ co2eGrams }` or `{ msaM2 }`
 */
export function equivalents(
  result: { readonly co2eGrams: number } | { readonly msaM2: number },
  { locale, units }: EquivalentOptions,
): readonly [Equivalent, Equivalent] {
  if ('msaM2' in result) return bestTwo(result.msaM2, NATURE_YARDSTICKS)
  const system = units ?? unitsOf(locale)
  // British roads are signed in miles although masses are metric.
  const miles = system === 'imperial' || (units === undefined && /[-_]GB\b/i.test(locale))
  return bestTwo(
    result.co2eGrams / 1000,
    carbonYardsticks({ american: unitsOf(locale) === 'imperial', miles }),
  )
}

/** How many of the comparison `id` in `unit` the footprint is, or null when there is no such comparison. */
export function equivalentValue(
  result: { readonly co2eGrams: number } | { readonly msaM2: number },
  id: unknown,
  unit: unknown,
): number | null {
  const yardsticks = 'msaM2' in result ? NATURE_YARDSTICKS : everyCarbonYardstick()
  const found = yardsticks.find((yardstick) => yardstick.id === id && yardstick.unit === unit)
  if (!found) return null
  return ('msaM2' in result ? result.msaM2 : result.co2eGrams / 1000) / found.per
}

function everyCarbonYardstick(): Yardstick[] {
  const both = [false, true]
  return both.flatMap((american) => both.flatMap((miles) => carbonYardsticks({ american, miles })))
}

function bestTwo(amount: number, yardsticks: readonly Yardstick[]): readonly [Equivalent, Equivalent] {
  const ranked = yardsticks
    .map((yardstick) => ({ yardstick, value: amount / yardstick.per }))
    .sort((a, b) => strain(a.value) - strain(b.value))
  const first = ranked[0]!
  const second = ranked.find(({ yardstick }) => yardstick.family !== first.yardstick.family)!
  return [equivalentOf(first), equivalentOf(second)]
}

/** How far a number is from graspable, in powers of ten; the sort is stable, so preference decides between equals. */
function strain(value: number): number {
  if (value <= 0) return 0
  return Math.max(0, Math.log10(GRASPABLE_FROM / value), Math.log10(value / GRASPABLE_TO))
}

function equivalentOf({ yardstick, value }: { yardstick: Yardstick; value: number }): Equivalent {
  const { id, unit, source } = yardstick
  return { id, value, unit, source }
}
