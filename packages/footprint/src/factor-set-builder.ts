// Turns source tables into factor set files. Pure and deterministic: the same sources give the same bytes.
// Two sets come out: `ekko-factors` with import and country corrections (share-alike, because they derive from
// EXIOBASE) and `epa-us`, whose factors come from the US EPA only, with no correction outside the USA.

import { COICOP_2018_BASKETS } from './coicop-2018.ts'
import type { CsvRecord } from './csv.ts'
import { number, text } from './csv.ts'
import type {
  BasketLine,
  CategoryLine,
  ConfidenceTier,
  CountryLine,
  CountryTier,
  FactorSetFile,
  MccLine,
  NotApplicableReason,
} from './factor-set-file.ts'
import { CONFIDENCE_TIERS, checkFactorSetFile, FACTOR_SET_FORMAT, METHOD_VERSION } from './factor-set-file.ts'
import { buildIntervals } from './interval-table.ts'
import { naicsBaskets } from './naics-2017.ts'
import { buildCurrencies, buildPrices } from './price-tables.ts'
import type { SourceFile, Sources, SourceTables } from './source-tables.ts'
import { findRow, round, SOURCE_FILES } from './source-tables.ts'

/** What tells one published set from the other. */
interface SetPlan {
  id: string
  version: string
  licence: string
  attribution: string[]
  assumptions: string[]
  epaOnly: boolean
  sources: readonly SourceFile[]
}

const BASE_YEAR = 2022

const SHARED_ATTRIBUTION = [
  'US EPA Supply Chain GHG Emission Factors v1.3; USEEIO',
  'World Bank, CC BY 4.0',
  'European Central Bank',
]

const SHARED_ASSUMPTIONS = [
  'aviation without radiative forcing',
  'value added tax is not taken off the price paid',
  'market exchange rates, not purchasing power',
  'second-hand shops: the dealer margin only',
]

const PLANS: SetPlan[] = [
  {
    id: 'ekko-factors',
    version: '1.0.0',
    licence: 'CC-BY-SA-4.0',
    attribution: [
      'EXIOBASE 3 (Stadler et al. 2018), CC BY-SA 4.0',
      'memobank/carbon-footprint, CC BY-SA 4.0',
      'Ember / Our World in Data, CC BY 4.0',
      'Contains public sector information licensed under the Open Government Licence v3.0 (DESNZ)',
      ...SHARED_ATTRIBUTION,
    ],
    assumptions: SHARED_ASSUMPTIONS,
    epaOnly: false,
    sources: SOURCE_FILES,
  },
  {
    id: 'epa-us',
    version: '1.0.0',
    licence: 'LicenseRef-ekko-epa-us',
    attribution: SHARED_ATTRIBUTION,
    assumptions: [
      ...SHARED_ASSUMPTIONS,
      'imports as if made with US technology',
      'no correction outside the USA',
      'electricity at the EPA factor of the utility sector, because EPA has none for electricity of its own',
    ],
    epaOnly: true,
    sources: SOURCE_FILES.filter((file) => file !== 'country_ratio_v1.csv'),
  },
]

export interface BuiltFactorSet {
  id: string
  version: string
  fileName: string
  text: string
}

/** Builds every published set. Throws when a source table contradicts another one. */
export function buildFactorSets(sources: Sources): BuiltFactorSet[] {
  return PLANS.map((plan) => {
    const { id, version } = plan
    const file = buildFile(plan, sources)
    return { id, version, fileName: `${id}-${version}.json`, text: formatFile(checkFactorSetFile(file)) }
  })
}

function buildFile(plan: SetPlan, { tables, sha256 }: Sources): FactorSetFile {
  const countries = buildCountries(plan, tables)
  const currencies = buildCurrencies(tables)
  const baskets = tables['baskets.csv'].map((row) => buildBasket(plan, row, tables['mcc_to_naics.csv']))
  return {
    format: FACTOR_SET_FORMAT,
    id: plan.id,
    version: plan.version,
    methodVersion: METHOD_VERSION,
    licence: plan.licence,
    attribution: plan.attribution,
    assumptions: plan.assumptions,
    baseYear: BASE_YEAR,
    climateMsaM2PerKg: number(
      findRow(tables, 'nature_characterisation_factors.csv', 'driver', 'CO2e'),
      'value',
    ),
    ratioGroups: plan.epaOnly ? [] : ratioGroups(tables),
    intervals: buildIntervals(tables),
    currencies,
    prices: buildPrices(tables, currencies, countries),
    baskets,
    coicop2018: Object.entries(COICOP_2018_BASKETS) as CategoryLine[],
    naics2017: naicsBaskets(tables),
    mccs: tables['mcc_to_naics.csv'].map(buildMcc),
    countries,
    sources: plan.sources.map((file) => [file, sha256[file]]),
  }
}

// The columns of a basket that already contain every correction, or their EPA-only counterparts. A fuel's own
// combustion is added to the EPA factor, which covers the refinery only and would be ten times too low.
function buildBasket(plan: SetPlan, row: CsvRecord, mccs: CsvRecord[]): BasketLine {
  const code = text(row, 'basket')
  const margin = number(row, 'margin', 0)
  const epa = round(number(row, 'epa_v13_with_margins_uncorrected') + number(row, 'use_phase_combustion'), 4)
  const corrected = number(row, 'ef_us_kgco2e_per_usd2022')
  const total = plan.epaOnly ? epa : corrected
  // Physical baskets have no parts: price times factor is all domestic and scales as a whole.
  const domestic = plan.epaOnly ? round(epa - margin, 4) : number(row, 'domestic', corrected)
  const imported = plan.epaOnly ? 0 : number(row, 'imported', 0)
  const nature = ['land', 'pollution', 'water'].map((driver) => number(row, `msa_${driver}_m2yr_per_usd2022`))
  const [land, pollution, water] = nature as [number, number, number]
  const group = plan.epaOnly ? null : text(row, 'ratio_group')
  return [code, group, total, domestic, imported, margin, land, pollution, water, bestConfidence(code, mccs)]
}

// An item that names a basket is as well known as the best merchant category that means it.
function bestConfidence(basket: string, mccs: CsvRecord[]): ConfidenceTier {
  const tiers = mccs.filter((row) => row.basket === basket).map((row) => row.confidence)
  return CONFIDENCE_TIERS.find((tier) => tiers.includes(tier)) ?? 'C'
}

const NOT_APPLICABLE: Record<string, NotApplicableReason> = {
  '4829': 'transfer',
  '6010': 'cash',
  '6011': 'cash',
  '6050': 'cash',
  '6051': 'cash',
  '6532': 'transfer',
  '6533': 'transfer',
  '6536': 'transfer',
  '6537': 'transfer',
  '6538': 'transfer',
  '6540': 'stored_value',
  '9211': 'fine',
  '9222': 'fine',
  '9223': 'fine',
  '9311': 'tax',
  '9700': 'not_consumption',
  '9701': 'not_consumption',
  '9702': 'not_consumption',
  '9950': 'not_consumption',
}

function buildMcc(row: CsvRecord): MccLine {
  const mcc = text(row, 'mcc')
  const tail = [text(row, 'naics6'), text(row, 'description').trim()] as const
  if (text(row, 'treatment') !== 'not_applicable')
    return [mcc, text(row, 'basket'), text(row, 'confidence') as ConfidenceTier, ...tail]
  const reason = NOT_APPLICABLE[mcc]
  if (!reason) throw new Error(`mcc_to_naics.csv ${mcc}: no reason is known why it is not applicable`)
  return [mcc, null, reason, ...tail]
}

function ratioGroups(tables: SourceTables): string[] {
  return Object.keys(tables['country_ratio_v1.csv'][0]!).filter((column) => column !== 'iso3')
}

function buildCountries(plan: SetPlan, tables: SourceTables): CountryLine[] {
  const groups = ratioGroups(tables)
  const ratios = new Map(tables['country_ratio_v1.csv'].map((row) => [text(row, 'iso3'), row]))
  return tables['countries.csv'].map((row) => {
    const iso3 = text(row, 'iso3')
    const epaTier: CountryTier = iso3 === 'USA' ? 'home' : 'proxy'
    const tier = plan.epaOnly ? epaTier : (text(row, 'country_tier') as CountryTier)
    const ofCountry = plan.epaOnly ? [] : groups.map((group) => number(ratios.get(iso3) ?? {}, group))
    return [iso3, text(row, 'name'), text(row, 'currency'), tier, ofCountry]
  })
}

/** JSON with one table row per line: small, and a change of a factor is a change of one line. */
function formatFile(file: FactorSetFile): string {
  const members = Object.entries(file).map(([key, value]) => {
    const rows = Array.isArray(value) ? value.map((row) => JSON.stringify(row)) : null
    return `${JSON.stringify(key)}:${rows?.length ? `[\n${rows.join(',\n')}\n]` : JSON.stringify(value)}`
  })
  return `{\n${members.join(',\n')}\n}\n`
}
