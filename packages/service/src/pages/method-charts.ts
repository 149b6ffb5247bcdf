/** The three charts of the page about the method, drawn from the factor set that the service estimates with. Pure. */
import type { FactorSet } from '@ekko/footprint/factor-set'
import { type CarbonEstimate, estimate } from '@ekko/footprint/footprint'
import type { Html } from '../kernel/html.ts'
import { type RangeRow, renderRangeChart } from './chart.ts'
import { countryTierShort, named, twoFigures } from './method-format.ts'

/** Merchant category codes that span the range, with names short enough for a chart. */
const shops: readonly (readonly [string, string])[] = [
  ['5542', 'Petrol at the pump'],
  ['4900', 'Electricity, gas, water'],
  ['4511', 'Flights'],
  ['4121', 'Taxis'],
  ['5411', 'Supermarkets'],
  ['5712', 'Furniture'],
  ['5732', 'Electronics'],
  ['5651', 'Clothes'],
  ['5814', 'Fast food'],
  ['5812', 'Restaurants'],
  ['5912', 'Chemists'],
  ['7011', 'Hotels'],
  ['7230', 'Hairdressers'],
  ['5942', 'Books'],
  ['6300', 'Insurance'],
]

const grocers = '5411'
const countries = 'SWE FRA GBR DEU ESP USA JPN AUS POL BRA CHN IND ARE ARG KEN SGP'.split(' ')

export function shopChart(set: FactorSet): Html | false {
  const rows = shops
    .flatMap(([mcc, label]) => rowOf(set, mcc, 'USA', label))
    .sort((one, other) => other.central - one.central)
  const [most, least] = [rows[0], rows.at(-1)]
  if (!most || !least) return false
  return renderRangeChart({
    id: 'by-shop',
    title: 'A dollar in different kinds of shop',
    unit: unitOf(set),
    description: `Estimates for ${rows.length} kinds of shop in the United States, each with its range, on a logarithmic axis. The highest is ${most.label} with ${twoFigures(most.central)}, the lowest ${least.label} with ${twoFigures(least.central)}.`,
    rowHeading: 'Kind of shop',
    rows,
    format: twoFigures,
  })
}

export function countryChart(set: FactorSet): Html | false {
  const rows = countries
    .flatMap((iso3) => {
      const country = set.countries.get(iso3)
      const label = country?.tier === 'proxy' ? `${country.name} (region)` : (country?.name ?? '')
      return rowOf(set, grocers, iso3, label)
    })
    .sort((one, other) => one.central - other.central)
  const [least, most] = [rows[0], rows.at(-1)]
  if (!most || !least) return false
  return renderRangeChart({
    id: 'by-country',
    title: 'A dollar in a supermarket, by country',
    unit: unitOf(set),
    description: `Estimates for groceries in ${rows.length} countries, each with its range, on a logarithmic axis. The lowest is ${named(least.label)} with ${twoFigures(least.central)}, the highest ${named(most.label)} with ${twoFigures(most.central)}. Rings mark the ${rows.filter(({ hollow }) => hollow).length} countries for which the factors of a region stand in.`,
    rowHeading: 'Country',
    rows,
    format: twoFigures,
  })
}

export function tierChart(set: FactorSet): Html {
  const rows = set.file.intervals.map(([confidence, tier, low, high]) => ({
    label: `${confidence}, ${countryTierShort[tier]}`,
    low: low!,
    central: 1,
    high: high!,
    hollow: tier === 'proxy',
  }))
  const widest = rows.reduce((one, other) => (other.high > one.high ? other : one))
  return renderRangeChart({
    id: 'by-tier',
    title: 'How wide the range is',
    unit: 'as a multiple of the estimate',
    description: `The lower and upper end of the range for each of the ${rows.length} combinations of tier, on a logarithmic axis around the estimate. It is narrowest for ${rows[0]!.label}, from ${twoFigures(rows[0]!.low)} to ${twoFigures(rows[0]!.high)} times the estimate, and widest for ${widest.label}, from ${twoFigures(widest.low)} to ${twoFigures(widest.high)} times.`,
    rowHeading: 'Tier of shop, country',
    rows,
    format: times,
  })
}

/** A dollar of the base year, so neither prices nor exchange rates come in; nothing when the set has no such row. */
function rowOf(set: FactorSet, mcc: string, country: string, label: string): RangeRow[] {
  const result = dollarIn(set, mcc, country)
  if (!result) return []
  const { co2eGrams, lowGrams, highGrams, countryTier } = result
  return [
    {
      label,
      low: lowGrams / 1000,
      central: co2eGrams / 1000,
      high: highGrams / 1000,
      hollow: countryTier === 'proxy',
    },
  ]
}

export function dollarIn(set: FactorSet, mcc: string, country: string): CarbonEstimate | undefined {
  const date = `${set.file.baseYear}-07-01`
  const result = estimate(set, { kind: 'carbon', mcc, country, amount: 1, currency: 'USD', date })
  return result.outcome === 'estimated' ? result : undefined
}

function unitOf(set: FactorSet): string {
  return `kg CO₂e per US dollar of ${set.file.baseYear}`
}

function times(value: number): string {
  return `×\u00a0${twoFigures(value)}`
}
