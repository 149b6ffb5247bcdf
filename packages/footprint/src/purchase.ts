// A purchase as the caller states it, and what its money was worth in US dollars of the factor set's base year.
// Whatever cannot be priced is refused with a code and a sentence that says what is accepted.

import type { Country, Currency, Deflator, ExchangeRate, FactorSet, PriceSeries } from './factor-set.ts'

/** A line of an order. `amount` is what the whole line cost, in major units of the purchase's currency. */
export interface PurchaseItem {
  /** COICOP 2018 (`01.1.4`), six-digit NAICS 2017 (`311511`) or one of the set's baskets (`dairy`). */
  category?: string | undefined
  amount: number
}

/** Exchange rates of one day, for currencies that the factor set does not have. */
export interface DatedRates {
  /** ISO day of the rates, at most {@link MAX_RATE_AGE_DAYS} away from the purchase. */
  date: string
  /** Units of each currency for one USD. */
  perUsd: Readonly<Record<string, number>>
  /** Who published them; stated in the provenance. */
  source: string
}

export interface Purchase {
  /** `carbon`: grams of CO2e; `nature`: MSA m2, the area of intact nature lost over one year. */
  kind: 'carbon' | 'nature'
  /** Merchant category code, four digits as text. */
  mcc: string
  /** Where the merchant is: ISO 3166-1 alpha-3, upper case. */
  country: string
  /** Major units of the currency, 0 or more. */
  amount: number
  /** ISO 4217, upper case. */
  currency: string
  /** ISO day of the purchase; without it the latest prices of the set are assumed. */
  date?: string | undefined
  items?: readonly PurchaseItem[] | undefined
  rates?: DatedRates | undefined
}

/** Above this a card payment is a mistake of units, also in the smallest currency unit in use. */
export const MAX_AMOUNT = 1e12
/** Orders longer than this are refused rather than half read. */
export const MAX_ITEMS = 1000
/** Rates of another month say nothing about the day of the purchase. */
export const MAX_RATE_AGE_DAYS = 31

/** Every code that an estimate can be refused with, and what would be accepted. */
export const REFUSALS = {
  invalid_kind: 'kind is carbon or nature',
  unknown_mcc: 'mcc is a merchant category code of the factor set, four digits as text',
  unknown_country: 'country is an ISO 3166-1 alpha-3 code in upper case',
  unsupported_currency:
    'currency is an ISO 4217 code in upper case that the factor set or the given rates contain',
  invalid_amount: 'amount is a finite number in major units',
  negative_amount: 'amount is 0 or more: a refund is not a purchase',
  amount_too_large: 'amount is at most 1e12 major units',
  invalid_date: 'date is a day of the calendar as YYYY-MM-DD',
  date_before_index: 'date is not before the price index of the currency begins',
  invalid_items:
    'items is a list of at most 1000 lines, each with an amount of 0 or more and optionally a category text',
  invalid_rates: 'rates have a date within 31 days of the purchase, positive perUsd numbers and a source',
} as const
export type RefusalCode = keyof typeof REFUSALS

export interface Refused {
  readonly outcome: 'refused'
  readonly code: RefusalCode
  readonly message: string
}

export interface Price {
  readonly outcome: 'priced'
  readonly usd: number
  readonly deflator: Deflator
  readonly exchangeRate: ExchangeRate
  /** True when the purchase is later than the price index, whose last year was taken. */
  readonly priceYearAssumed: boolean
}

/** Refuses a purchase, saying what is accepted and what came instead. */
export function refuse(code: RefusalCode, given: unknown): Refused {
  return { outcome: 'refused', code, message: `${REFUSALS[code]}; got ${shown(given)}` }
}

/** A value as it may stand in a message: short, and without calling anything of the caller's. */
export function shown(given: unknown): string {
  if (typeof given === 'string') return JSON.stringify(given.slice(0, 40))
  return typeof given === 'number' || given === null ? String(given) : typeof given
}

/** Null when the amount can be used. */
export function refuseAmount(amount: unknown): Refused | null {
  if (typeof amount !== 'number' || !Number.isFinite(amount)) return refuse('invalid_amount', amount)
  if (amount < 0) return refuse('negative_amount', amount)
  return amount > MAX_AMOUNT ? refuse('amount_too_large', amount) : null
}

/** The purchase's money in USD of the base year: amount x 100 / price index / units per USD. */
export function priceOf(set: FactorSet, purchase: Purchase, country: Country): Price | Refused {
  const { amount, date } = purchase
  const year = date === undefined ? LATEST : yearOf(date)
  if (year < 0) return refuse('invalid_date', date)
  const known = set.currencies.get(purchase.currency)
  if (!known) return priceAtRates(set, purchase)
  return deflate(pricesFor(set, known, country), known.rate, amount, year)
}

function pricesFor(set: FactorSet, currency: Currency, country: Country): PriceSeries {
  if (currency.rate.currency !== 'EUR' || !country.usesEuro) return currency.prices
  return set.euroPrices.get(country.iso3) ?? currency.prices
}

// Dollars at the day's rate are dollars of that day, so US prices deflate them.
function priceAtRates(set: FactorSet, { currency, amount, date, rates }: Purchase): Price | Refused {
  if (rates === undefined) return refuse('unsupported_currency', currency)
  const rateYear = yearOf(rates?.date)
  if (rateYear < 0 || typeof rates.source !== 'string') return refuse('invalid_rates', rates?.date)
  if (date !== undefined && daysBetween(date, rates.date) > MAX_RATE_AGE_DAYS)
    return refuse('invalid_rates', rates.date)
  const table = rates.perUsd ?? {}
  const perUsd = Object.hasOwn(table, currency) ? table[currency] : undefined
  if (perUsd === undefined) return refuse('unsupported_currency', currency)
  if (!Number.isFinite(perUsd) || perUsd <= 0) return refuse('invalid_rates', perUsd)
  const { date: day, source } = rates
  const exchangeRate = { currency, perUsd, year: rateYear, date: day, source }
  return deflate(set.usPrices, exchangeRate, amount, yearOf(date ?? day))
}

const LATEST = Number.POSITIVE_INFINITY

function deflate(
  prices: PriceSeries,
  exchangeRate: ExchangeRate,
  amount: number,
  year: number,
): Price | Refused {
  const last = prices.firstYear + prices.years.length - 1
  if (year < prices.firstYear)
    return refuse('date_before_index', `${year}, the index begins in ${prices.firstYear}`)
  const deflator = prices.years[Math.min(year, last) - prices.firstYear]!
  const usd = (amount * 100) / deflator.index / exchangeRate.perUsd
  return { outcome: 'priced', usd, deflator, exchangeRate, priceYearAssumed: year > last }
}

const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** The year of an ISO day (YYYY-MM-DD), or -1 when it is not one. Read by digits: this runs for every estimate. */
function yearOf(day: unknown): number {
  if (typeof day !== 'string' || day.length !== 10 || day[4] !== '-' || day[7] !== '-') return -1
  const year = twoDigits(day, 0) * 100 + twoDigits(day, 2)
  const month = twoDigits(day, 5)
  const dayOfMonth = twoDigits(day, 8)
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = month === 2 && leap ? 29 : (DAYS_OF_MONTH[month - 1] ?? 0)
  return year >= 0 && dayOfMonth >= 1 && dayOfMonth <= days ? year : -1
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

function daysBetween(a: string, b: string): number {
  return Math.abs(Date.parse(a) - Date.parse(b)) / 86_400_000
}
