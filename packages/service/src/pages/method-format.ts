/**
 * Numbers and names as the pages about the method write them: in the reader's language, exact enough to be checked with a
 * pocket calculator. What a shopper sees first is rounded much further, in words-format.ts. Pure.
 */
import type { FactorSet } from '@ekko/footprint/factor-set'
import { exponentOf } from '../kernel/money.ts'
import { alphaTwoOf, countryName } from './country-name.ts'
import type { Words } from './words.ts'

export interface Reader {
  readonly words: Words
  /** At most so many significant digits, 1 to 6. */
  readonly figures: (value: number, digits: number) => string
  /** Exactly two significant digits, so that numbers below one another have the same weight. */
  readonly twoFigures: (value: number) => string
  /** As it stands in the factor set. */
  readonly exact: (value: number) => string
  /** Whole from a thousand on, else five digits: as many as anybody could want to compare. */
  readonly amount: (value: number) => string
  /** Of a whole, with at most so many significant digits. */
  readonly percent: (share: number, digits: number) => string
  /** Major units of an ISO 4217 currency, with its own decimals. */
  readonly money: (value: number, currency: string) => string
  /** An amount on the way to another: five digits at least, so that the next step can be followed. */
  readonly stepMoney: (value: number, currency: string) => string
  readonly dollars: (value: number) => string
  /** `2024-06-30` as 30 June 2024. */
  readonly day: (isoDay: string) => string
  readonly country: (iso3: string, set: FactorSet | undefined) => string
  readonly compare: (one: string, other: string) => number
}

/** Bounded by itself: locales are those of the words. */
const kept = new Map<string, Reader>()

export function readerOf(words: Words): Reader {
  const before = kept.get(words.locale)
  if (before) return before
  const made = makeReader(words)
  kept.set(words.locale, made)
  return made
}

function makeReader(words: Words): Reader {
  const { locale } = words
  const number = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options)
  const significant = [1, 2, 3, 4, 5, 6].map((digits) => number({ maximumSignificantDigits: digits }))
  const two = number({ minimumSignificantDigits: 2, maximumSignificantDigits: 2 })
  const plain = number({ maximumFractionDigits: 6 })
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' })
  const figures = (value: number, digits: number) => significant[digits - 1]!.format(value)
  const moneyWith = (value: number, currency: string, digits: number, digitsMax: number) =>
    number({
      style: 'currency',
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digitsMax,
    }).format(value)
  const stepMoney = (value: number, currency: string) => {
    const digits = exponentOf(currency)
    const wanted = value > 0 ? 4 - Math.floor(Math.log10(value)) : digits
    return moneyWith(value, currency, digits, Math.min(Math.max(wanted, digits), 8))
  }
  return {
    words,
    figures,
    twoFigures: (value) => two.format(value),
    exact: (value) => plain.format(value),
    amount: (value) => (value >= 1000 ? plain.format(Math.round(value)) : figures(value, 5)),
    percent: (share, digits) => number({ style: 'percent', maximumSignificantDigits: digits }).format(share),
    money: (value, currency) => moneyWith(value, currency, exponentOf(currency), exponentOf(currency)),
    stepMoney,
    dollars: (value) => stepMoney(value, 'USD'),
    day: (isoDay) => day.format(new Date(isoDay)),
    country: (iso3, set) => countryIn(words, iso3, set),
    compare: new Intl.Collator(locale).compare,
  }
}

/** As it stands in a sentence; English wants an article before some. */
function countryIn(words: Words, iso3: string, set: FactorSet | undefined): string {
  if (iso3 === 'EMU') return words.why.euroArea
  const english = set?.countries.get(iso3)?.name ?? iso3
  if (words.locale.startsWith('en')) return named(english)
  return countryName(alphaTwoOf(iso3), words.locale) || english
}

const withArticle =
  /^(United |Netherlands$|Philippines$|Bahamas$|Gambia$|Maldives$|Comoros$|Seychelles$|Dominican Republic$|Central African|Democratic Republic|Republic of|Isle of)|Islands$/

function named(country: string): string {
  return withArticle.test(country) ? `the ${country}` : country
}

/** A description of the card networks without its stray blanks. */
export function tidied(description: string): string {
  return description.replaceAll(/\s+/g, ' ').replaceAll('( ', '(').trim()
}
