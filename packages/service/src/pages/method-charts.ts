/** The three charts of the page about the method, drawn from the factor set that the service estimates with. Pure. */
import type { FactorSet } from '@ekko/footprint/factor-set'
import { type CarbonEstimate, estimate } from '@ekko/footprint/footprint'
import type { Html } from '../kernel/html.ts'
import { type RangeRow, renderRangeChart } from './chart.ts'
import { alphaTwoOf, countryName } from './country-name.ts'
import type { Reader } from './method-format.ts'
import type { Words } from './words.ts'

/** Merchant category codes that span the range; their names in the catalogues are short enough for a chart. */
const shops = [
  ['5542', 'petrol'],
  ['4900', 'utilities'],
  ['4511', 'flights'],
  ['4121', 'taxis'],
  ['5411', 'supermarkets'],
  ['5712', 'furniture'],
  ['5732', 'electronics'],
  ['5651', 'clothes'],
  ['5814', 'fastFood'],
  ['5812', 'restaurants'],
  ['5912', 'chemists'],
  ['7011', 'hotels'],
  ['7230', 'hairdressers'],
  ['5942', 'books'],
  ['6300', 'insurance'],
] as const

const grocers = '5411'
const countries = 'SWE FRA GBR DEU ESP USA JPN AUS POL BRA CHN IND ARE ARG KEN SGP'.split(' ')

export function shopChart(set: FactorSet, reader: Reader): Html | false {
  const { words, twoFigures } = reader
  const { method } = words
  const rows = shops
    .flatMap(([mcc, name]) => rowOf(set, mcc, 'USA', method.shops[name]))
    .sort((one, other) => other.central - one.central)
  const [most, least] = [rows[0], rows.at(-1)]
  if (!most || !least) return false
  return renderRangeChart({
    id: 'by-shop',
    title: method.shopsTitle,
    unit: unitOf(set, words),
    description: method.shopsDescription({ count: String(rows.length), ...extremes(least, most, reader) }),
    rowHeading: words.why.kindOfShop,
    rows,
    format: twoFigures,
    reader,
  })
}

export function countryChart(set: FactorSet, reader: Reader): Html | false {
  const { words, twoFigures } = reader
  const { method } = words
  const rows = countries
    .flatMap((iso3) => {
      const country = set.countries.get(iso3)
      const name = countryName(alphaTwoOf(iso3), words.locale) || (country?.name ?? iso3)
      const label = country?.tier === 'proxy' ? method.region({ country: name }) : name
      return rowOf(set, grocers, iso3, label)
    })
    .sort((one, other) => one.central - other.central)
  const [least, most] = [rows[0], rows.at(-1)]
  if (!most || !least) return false
  return renderRangeChart({
    id: 'by-country',
    title: method.countriesTitle,
    unit: unitOf(set, words),
    description: method.countriesDescription({
      count: String(rows.length),
      rings: String(rows.filter(({ hollow }) => hollow).length),
      ...extremes(least, most, reader),
    }),
    rowHeading: words.why.country,
    rows,
    format: twoFigures,
    reader,
  })
}

export function tierChart(set: FactorSet, reader: Reader): Html {
  const { words, twoFigures } = reader
  const { method, tiers } = words
  const rows = set.file.intervals.map(([confidence, tier, low, high]) => ({
    label: `${confidence}, ${tiers.countryShort({ tier })}`,
    low: low!,
    central: 1,
    high: high!,
    hollow: tier === 'proxy',
  }))
  const widest = rows.reduce((one, other) => (other.high > one.high ? other : one))
  return renderRangeChart({
    id: 'by-tier',
    title: method.tiersTitle,
    unit: method.tiersUnit,
    description: method.tiersDescription({
      count: String(rows.length),
      least: rows[0]!.label,
      leastLow: twoFigures(rows[0]!.low),
      leastHigh: twoFigures(rows[0]!.high),
      most: widest.label,
      mostLow: twoFigures(widest.low),
      mostHigh: twoFigures(widest.high),
    }),
    rowHeading: method.tiersHeading,
    rows,
    format: (value) => `×\u00a0${twoFigures(value)}`,
    reader,
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

function unitOf(set: FactorSet, { method }: Words): string {
  return method.perDollarOf({ year: String(set.file.baseYear) })
}

function extremes(least: RangeRow, most: RangeRow, { twoFigures }: Reader) {
  return {
    least: least.label,
    leastValue: twoFigures(least.central),
    most: most.label,
    mostValue: twoFigures(most.central),
  }
}
