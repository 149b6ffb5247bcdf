// The shape of a published factor set file and the check that a parsed JSON value has it.
// Tables are rows of positional values, because a set of 1,061 merchant categories and 249 countries has
// to stay small enough to load in a browser. Not for looking anything up: factor-set.ts prepares that.

export const FACTOR_SET_FORMAT = 'ekko-factor-set/1'
/** The arithmetic that this library does; a set made for another would give numbers that nobody meant. */
export const METHOD_VERSION = '1.0.0'

export const CONFIDENCE_TIERS = ['A', 'B', 'C', 'D'] as const
/** How well a merchant category says what was bought: A one clear product or service, D a weak proxy. */
export type ConfidenceTier = (typeof CONFIDENCE_TIERS)[number]

export const COUNTRY_TIERS = ['home', 'direct', 'proxy'] as const
/** Where a country's factors come from: `home` needs no scaling, `direct` has its own model, `proxy` a region's. */
export type CountryTier = (typeof COUNTRY_TIERS)[number]

export const NOT_APPLICABLE_REASONS = [
  'cash',
  'transfer',
  'stored_value',
  'tax',
  'fine',
  'not_consumption',
] as const
/** Why a payment buys nothing that could have a footprint of its own. */
export type NotApplicableReason = (typeof NOT_APPLICABLE_REASONS)[number]

/** `forbidden`: only for whom `licensedTo` names, whatever the licence's own words are. */
export type FactorSetUsage = 'permitted' | 'forbidden'

/** code, ratio group or null, US factor, domestic, imported, trade margin (kg CO2e per USD of the base year), land, pollution, water (MSA m2.yr per USD), confidence. */
export type BasketLine = [
  string,
  string | null,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  ConfidenceTier,
]
/** merchant category code, basket or null, confidence tier or the reason why not applicable, NAICS 2017, description. */
export type MccLine = [string, string | null, ConfidenceTier | NotApplicableReason, string, string]
/** ISO 3166-1 alpha-3, name, currency in use, tier, one ratio per ratio group (USA = 1). */
export type CountryLine = [string, string, string, CountryTier, number[]]
/** currency, units per USD in the base year, country whose price index deflates it, true when that country only stands in. */
export type CurrencyLine = [string, number, string, boolean]
/** country or EMU, first year, index per year from then on (base year = 100). */
export type PriceLine = [string, number, number[]]
/** confidence, country tier, then low and high multipliers: carbon, climate stress, land use, pollution, water use. */
export type IntervalLine = [ConfidenceTier, CountryTier, ...number[]]
/** category code of the scheme, basket. */
export type CategoryLine = [string, string]

/** A factor set as published: one JSON file, addressed by id, version and the SHA-256 of its bytes. */
export interface FactorSetFile {
  format: typeof FACTOR_SET_FORMAT
  id: string
  version: string
  methodVersion: string
  licence: string
  /** Required of an operator's own set, absent in the first published ones; see own-factor-set.ts. */
  usage?: FactorSetUsage
  /** To whom the owner of a set that is not free for all has licensed it. */
  licensedTo?: string
  /** What a unit of money buys: prices as paid at the till, taxes and trade margins included. */
  priceBasis?: 'purchaser'
  /** Money that the factors are per: US dollars of the base year. */
  currency?: 'USD'
  attribution: string[]
  assumptions: string[]
  baseYear: number
  /** MSA m2.yr per kg CO2e. */
  climateMsaM2PerKg: number
  ratioGroups: string[]
  intervals: IntervalLine[]
  currencies: CurrencyLine[]
  prices: PriceLine[]
  baskets: BasketLine[]
  coicop2018: CategoryLine[]
  naics2017: CategoryLine[]
  mccs: MccLine[]
  countries: CountryLine[]
  sources: [string, string][]
}

/** Thrown when a value is not a factor set; the message names the offending place. */
export class FactorSetError extends Error {
  override name = 'FactorSetError'
}

/** Checks the shape, the references between the tables and the signs of all numbers. Throws {@link FactorSetError}. */
export function checkFactorSetFile(value: unknown): FactorSetFile {
  if (typeof value !== 'object' || value === null) throw new FactorSetError('a factor set is a JSON object')
  const file = value as FactorSetFile
  demand(file.format === FACTOR_SET_FORMAT, `format is not ${FACTOR_SET_FORMAT}`)
  demand(file.methodVersion === METHOD_VERSION, `methodVersion is not ${METHOD_VERSION}`)
  for (const key of ['id', 'version', 'licence'] as const) demand(isText(file[key]), `${key} is not a text`)
  demand(Number.isInteger(file.baseYear), 'baseYear is not a year')
  checkStatements(file)
  demand(isAmount(file.climateMsaM2PerKg), 'climateMsaM2PerKg is not a number')
  for (const key of ['attribution', 'assumptions', 'ratioGroups'] as const)
    demand(Array.isArray(file[key]) && file[key].every(isText), `${key} is not a list of texts`)
  checkTables(file)
  return file
}

// The arithmetic meets amounts paid at the till with factors per US dollar at the till. Other factors would give
// numbers that look right and are not.
function checkStatements({ usage, licensedTo, priceBasis, currency }: FactorSetFile): void {
  demand(isAbsentOr(usage, 'permitted', 'forbidden'), 'usage is neither permitted nor forbidden')
  demand(licensedTo === undefined || isText(licensedTo), 'licensedTo is not a text')
  demand(isAbsentOr(priceBasis, 'purchaser'), 'priceBasis is not purchaser: convert the factors first')
  demand(isAbsentOr(currency, 'USD'), 'currency is not USD: convert the factors first')
}

function checkTables(file: FactorSetFile): void {
  const groups = new Set<unknown>(file.ratioGroups)
  const basketRow = [
    isText,
    (v: unknown) => v === null || groups.has(v),
    isPositive,
    ...Array(6).fill(isAmount),
    isTier,
  ]
  const baskets = new Set<unknown>(checkRows(file, 'baskets', basketRow))
  const isBasket = (v: unknown) => baskets.has(v)
  checkRows(file, 'intervals', [isTier, isCountryTier, ...Array(10).fill(isPositive)], 2)
  const indexed = new Set<unknown>(checkRows(file, 'prices', [isText, Number.isInteger, isSeries]))
  checkRows(file, 'currencies', [isText, isPositive, (v) => indexed.has(v), (v) => typeof v === 'boolean'])
  const isRatios = (v: unknown) => Array.isArray(v) && v.length === file.ratioGroups.length && allPositive(v)
  checkRows(file, 'countries', [isIso3, isText, (v) => typeof v === 'string', isCountryTier, isRatios])
  checkRows(file, 'mccs', [isMccCode, (v) => v === null || isBasket(v), isTierOrReason, isText, isText])
  checkRows(file, 'coicop2018', [isText, isBasket])
  checkRows(file, 'naics2017', [isText, isBasket])
  checkRows(file, 'sources', [isText, isText])
  demand(indexed.has('EMU') && indexed.has('USA'), 'prices need rows for EMU and USA')
  demand(file.intervals.length === CONFIDENCE_TIERS.length * COUNTRY_TIERS.length, 'intervals are incomplete')
  for (const line of file.mccs)
    if ((line[1] === null) === isTier(line[2]))
      throw new FactorSetError(`mccs ${line[0]}: basket and tier contradict each other`)
}

type Check = (value: unknown) => boolean

/** Checks each row against one predicate per column and returns the keys (the first columns), which must be unique. */
function checkRows(
  file: FactorSetFile,
  table: keyof FactorSetFile,
  columns: Check[],
  keyColumns = 1,
): string[] {
  const rows: unknown = file[table]
  if (!Array.isArray(rows)) throw new FactorSetError(`${table} is not a list`)
  const keys = new Set<string>()
  for (const row of rows) {
    if (!Array.isArray(row) || row.length !== columns.length)
      throw new FactorSetError(`${table} has a row of another length`)
    const key = keyColumns === 1 ? row[0] : row.slice(0, keyColumns).join('/')
    for (let column = 0; column < columns.length; column++)
      if (!columns[column]!(row[column]))
        throw new FactorSetError(`${table} ${key}: column ${column + 1} is not valid`)
    if (keys.has(key)) throw new FactorSetError(`${table} has ${key} twice`)
    keys.add(key)
  }
  return [...keys]
}

function demand(holds: boolean, message: string): void {
  if (!holds) throw new FactorSetError(message)
}

function isAbsentOr(value: unknown, ...allowed: string[]): boolean {
  return value === undefined || (allowed as unknown[]).includes(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isMccCode(value: unknown): boolean {
  return isText(value) && /^\d{4}$/.test(value)
}

function isIso3(value: unknown): boolean {
  return isText(value) && /^[A-Z]{3}$/.test(value)
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Infinity
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value < Infinity
}

// A plain loop: the ratios of 249 countries are the bulk of a set, and a set has to load within 20 ms.
function allPositive(values: readonly unknown[]): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (typeof value !== 'number' || !(value > 0) || value === Infinity) return false
  }
  return true
}

function isSeries(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && allPositive(value)
}

function isTier(value: unknown): value is ConfidenceTier {
  return value === 'A' || value === 'B' || value === 'C' || value === 'D'
}

function isTierOrReason(value: unknown): boolean {
  return isTier(value) || (NOT_APPLICABLE_REASONS as readonly unknown[]).includes(value)
}

function isCountryTier(value: unknown): value is CountryTier {
  return (COUNTRY_TIERS as readonly unknown[]).includes(value)
}
