/**
 * Numbers and names as the pages about the method write them: in British English, exact enough to be checked with a
 * pocket calculator. What a shopper sees first is rounded much further, in words-format.ts. Pure.
 */
import type { ConfidenceTier, CountryTier } from '@ekko/footprint/factor-set-file'
import { exponentOf } from '../kernel/money.ts'

const locale = 'en-GB'
const significant = [1, 2, 3, 4, 5, 6].map(
  (digits) => new Intl.NumberFormat(locale, { maximumSignificantDigits: digits }),
)
const two = new Intl.NumberFormat(locale, { minimumSignificantDigits: 2, maximumSignificantDigits: 2 })
const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 })
const list = new Intl.ListFormat(locale, { type: 'conjunction' })
const day = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' })

/** At most so many significant digits, 1 to 6. */
export function figures(value: number, digits: number): string {
  return significant[digits - 1]!.format(value)
}

/** Exactly two significant digits, so that numbers below one another have the same weight. */
export function twoFigures(value: number): string {
  return two.format(value)
}

/** As it stands in the factor set. */
export function exact(value: number): string {
  return plain.format(value)
}

/** Whole from a thousand on, else five digits: as many as anybody could want to compare. */
export function amount(value: number): string {
  return value >= 1000 ? plain.format(Math.round(value)) : figures(value, 5)
}

/** Major units of an ISO 4217 currency, with its own decimals. */
export function money(value: number, currency: string): string {
  const digits = exponentOf(currency)
  const options = {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  } as const
  return new Intl.NumberFormat(locale, options).format(value)
}

/** An amount on the way to another: five digits at least, so that the next step can be followed. */
export function stepMoney(value: number, currency: string): string {
  const digits = exponentOf(currency)
  const wanted = value > 0 ? 4 - Math.floor(Math.log10(value)) : digits
  const maximumFractionDigits = Math.min(Math.max(wanted, digits), 8)
  const options = {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits,
  } as const
  return new Intl.NumberFormat(locale, options).format(value)
}

export function dollars(value: number): string {
  return stepMoney(value, 'USD')
}

export function listOf(words: readonly string[]): string {
  return list.format(words)
}

/** `2024-06-30` as 30 June 2024. */
export function dayInWords(isoDay: string): string {
  return day.format(new Date(isoDay))
}

const withArticle =
  /^(United |Netherlands$|Philippines$|Bahamas$|Gambia$|Maldives$|Comoros$|Seychelles$|Dominican Republic$|Central African|Democratic Republic|Republic of|Isle of)|Islands$/

/** The country’s name as it stands after “in”. */
export function named(country: string): string {
  return withArticle.test(country) ? `the ${country}` : country
}

/** How well the kind of shop says what was bought. */
export const confidenceWords: Readonly<Record<ConfidenceTier, string>> = {
  A: 'one clear kind of product or service',
  B: 'a documented basket of several',
  C: 'a proxy, or a very mixed basket',
  D: 'a weak proxy',
}

export const countryTierWords: Readonly<Record<CountryTier, string>> = {
  home: 'the country that the factors are made for',
  direct: 'a country with a model of its own',
  proxy: 'a country for which a whole region stands in',
}

export const countryTierShort: Readonly<Record<CountryTier, string>> = {
  home: 'United States',
  direct: 'own model',
  proxy: 'region stands in',
}

/** A description of the card networks without its stray blanks. */
export function tidied(description: string): string {
  return description.replaceAll(/\s+/g, ' ').replaceAll('( ', '(').trim()
}
