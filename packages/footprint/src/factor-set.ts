// A factor set made ready for estimating: checked once, then nothing but map lookups and frozen rows that
// every result may share. Pure: it is handed the parsed file and the hash of its bytes, and reads nothing.

import type {
  ConfidenceTier,
  CountryLine,
  CountryTier,
  FactorSetFile,
  IntervalLine,
  MccLine,
  NotApplicableReason,
} from './factor-set-file.ts'
import { checkFactorSetFile, FactorSetError } from './factor-set-file.ts'

/** Names one published set; `sha256` is over the bytes of its file. */
export interface FactorSetIdentity {
  readonly id: string
  readonly version: string
  readonly sha256: string
  readonly methodVersion: string
  readonly licence: string
}

/** What a merchant category code is taken to mean. */
export interface MccRow {
  readonly mcc: string
  readonly description: string
  readonly naics2017: string
  readonly basket: string | null
  readonly confidence: ConfidenceTier | null
}

/** Factors of one basket of goods or services in the USA, per USD of the set's base year. */
export interface BasketRow {
  readonly basket: string
  readonly ratioGroup: string | null
  /** kg CO2e per USD: all, and the parts that are scaled differently abroad. */
  readonly usKgPerUsd: number
  readonly domesticKgPerUsd: number
  readonly importedKgPerUsd: number
  readonly tradeMarginKgPerUsd: number
  /** MSA m2.yr per USD. */
  readonly landUseM2PerUsd: number
  readonly pollutionM2PerUsd: number
  readonly waterUseM2PerUsd: number
}

/** Multipliers of the central estimate: lower and upper end of the indicative 90 % interval, by driver. */
export interface Interval {
  readonly confidence: ConfidenceTier
  readonly countryTier: CountryTier
  readonly carbonLow: number
  readonly carbonHigh: number
  readonly climateStressLow: number
  readonly climateStressHigh: number
  readonly landUseLow: number
  readonly landUseHigh: number
  readonly pollutionLow: number
  readonly pollutionHigh: number
  readonly waterUseLow: number
  readonly waterUseHigh: number
}

/** Consumer price index of one country (or EMU, the euro area) and year; the base year is 100. */
export interface Deflator {
  readonly country: string
  readonly year: number
  readonly index: number
  /** True when the currency's own country has no index and this one stands in for it. */
  readonly standIn: boolean
}

/** Units of the currency for one USD, as the mean of `year`, or on `date` when the caller brought the rate. */
export interface ExchangeRate {
  readonly currency: string
  readonly perUsd: number
  readonly year: number
  readonly date: string | null
  readonly source: string
}

export interface Basket {
  readonly row: BasketRow
  readonly confidence: ConfidenceTier
  /** Column in a country's ratios, -1 when the ratio is 1 everywhere. */
  readonly ratioIndex: number
}

export interface Mcc {
  readonly row: MccRow
  readonly basket: Basket | null
  readonly confidence: ConfidenceTier
  readonly notApplicable: NotApplicableReason | null
}

export interface Country {
  readonly iso3: string
  readonly name: string
  readonly usesEuro: boolean
  readonly tier: CountryTier
  readonly ratios: readonly number[]
  readonly intervals: Readonly<Record<ConfidenceTier, Interval>>
}

/** One row per year without a gap, the first row being `firstYear`. */
export interface PriceSeries {
  readonly firstYear: number
  readonly years: readonly Deflator[]
}

export interface Currency {
  readonly rate: ExchangeRate
  readonly prices: PriceSeries
}

export interface FactorSet {
  readonly identity: FactorSetIdentity
  readonly file: FactorSetFile
  readonly climateMsaM2PerKg: number
  readonly tradeIndex: number
  readonly mccs: ReadonlyMap<string, Mcc>
  readonly baskets: ReadonlyMap<string, Basket>
  readonly countries: ReadonlyMap<string, Country>
  readonly currencies: ReadonlyMap<string, Currency>
  /** Price series of the countries that pay in euro, by country; the others fall back on EMU. */
  readonly euroPrices: ReadonlyMap<string, PriceSeries>
  readonly usPrices: PriceSeries
  readonly coicop2018: ReadonlyMap<string, Basket>
  readonly naics2017: ReadonlyMap<string, Basket>
}

/**
 * Checks a parsed factor set file and prepares it; do it once and keep the result.
 *
 * @param value the parsed JSON of the file
 * @param sha256 lower-case hex SHA-256 of the file's bytes: whoever read the file computes it, since this
 *   library does no I/O; it is stated in the provenance of every estimate
 * @throws FactorSetError when the value is not a factor set of this format
 */
export function openFactorSet(value: unknown, sha256: string): FactorSet {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new FactorSetError('sha256 is not 64 lower-case hex digits')
  const file = checkFactorSetFile(value)
  const { id, version, methodVersion, licence } = file
  const baskets = openBaskets(file)
  const basketOf = ([code, basket]: [string, string]): [string, Basket] => [code, baskets.get(basket)!]
  return {
    identity: Object.freeze({ id, version, sha256, methodVersion, licence }),
    file,
    climateMsaM2PerKg: file.climateMsaM2PerKg,
    tradeIndex: file.ratioGroups.indexOf('trade'),
    mccs: new Map(file.mccs.map((line) => [line[0], openMcc(line, baskets)])),
    baskets,
    countries: openCountries(file),
    ...openPrices(file),
    coicop2018: new Map(file.coicop2018.map(basketOf)),
    naics2017: new Map(file.naics2017.map(basketOf)),
  }
}

function openBaskets(file: FactorSetFile): Map<string, Basket> {
  const baskets = new Map<string, Basket>()
  for (const [
    basket,
    ratioGroup,
    us,
    domestic,
    imported,
    margin,
    land,
    pollution,
    water,
    confidence,
  ] of file.baskets) {
    const row: BasketRow = Object.freeze({
      basket,
      ratioGroup,
      usKgPerUsd: us,
      domesticKgPerUsd: domestic,
      importedKgPerUsd: imported,
      tradeMarginKgPerUsd: margin,
      landUseM2PerUsd: land,
      pollutionM2PerUsd: pollution,
      waterUseM2PerUsd: water,
    })
    const ratioIndex = ratioGroup === null ? -1 : file.ratioGroups.indexOf(ratioGroup)
    baskets.set(basket, { row, confidence, ratioIndex })
  }
  return baskets
}

// Read by position: destructuring a thousand rows before the code is warm would double the time to load a set.
function openMcc(line: MccLine, baskets: ReadonlyMap<string, Basket>): Mcc {
  const basket = line[1]
  const confidence = basket === null ? null : (line[2] as ConfidenceTier)
  return {
    row: Object.freeze({ mcc: line[0], description: line[4], naics2017: line[3], basket, confidence }),
    basket: basket === null ? null : baskets.get(basket)!,
    confidence: confidence ?? 'D',
    notApplicable: confidence === null ? (line[2] as NotApplicableReason) : null,
  }
}

function openCountries(file: FactorSetFile): Map<string, Country> {
  const intervals = new Map<CountryTier, Partial<Record<ConfidenceTier, Interval>>>()
  for (const line of file.intervals) {
    const ofTier = intervals.get(line[1]) ?? {}
    intervals.set(line[1], ofTier)
    ofTier[line[0]] = openInterval(line)
  }
  const open = ([iso3, name, currency, tier, ratios]: CountryLine): Country => ({
    iso3,
    name,
    usesEuro: currency === 'EUR',
    tier,
    ratios,
    intervals: intervals.get(tier) as Record<ConfidenceTier, Interval>,
  })
  return new Map(file.countries.map((line) => [line[0], open(line)]))
}

function openInterval([confidence, countryTier, ...multipliers]: IntervalLine): Interval {
  const at = (column: number): number => multipliers[column]!
  return Object.freeze({
    confidence,
    countryTier,
    carbonLow: at(0),
    carbonHigh: at(1),
    climateStressLow: at(2),
    climateStressHigh: at(3),
    landUseLow: at(4),
    landUseHigh: at(5),
    pollutionLow: at(6),
    pollutionHigh: at(7),
    waterUseLow: at(8),
    waterUseHigh: at(9),
  })
}

function openPrices(file: FactorSetFile): Pick<FactorSet, 'currencies' | 'euroPrices' | 'usPrices'> {
  const lines = new Map(file.prices.map((line) => [line[0], line]))
  const open = (country: string, standIn: boolean): PriceSeries => {
    const [, firstYear, indices] = lines.get(country)!
    const years = indices.map((index, i) => Object.freeze({ country, year: firstYear + i, index, standIn }))
    return { firstYear, years }
  }
  const currencies = new Map<string, Currency>()
  for (const [currency, perUsd, home, standIn] of file.currencies) {
    const rate = { currency, perUsd, year: file.baseYear, date: null, source: 'factor set' }
    currencies.set(currency, { rate: Object.freeze(rate), prices: open(home, standIn) })
  }
  const euroCountries = file.countries.filter(([iso3, , currency]) => currency === 'EUR' && lines.has(iso3))
  const euroPrices = new Map(euroCountries.map(([iso3]) => [iso3, open(iso3, false)]))
  return { currencies, euroPrices, usPrices: open('USA', false) }
}
