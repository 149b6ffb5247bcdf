/**
 * Numbers into words of a locale: money exactly, footprints to two figures, because more would claim more than is known.
 * Pure; formatters are kept because making one costs a thousand times what using one does.
 */
import { exponentOf, minorToDecimal } from '../kernel/money.ts'
import type { FootprintView, ImpactType } from './views.ts'

/** Bounded by itself: locales are those of the catalogues, currencies those of ISO 4217. */
const formatters = new Map<string, Intl.NumberFormat>()

function formatter(locale: string, kind: string, options: () => Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${kind}`
  const kept = formatters.get(key)
  if (kept) return kept
  const made = new Intl.NumberFormat(locale, options())
  formatters.set(key, made)
  return made
}

/** Exact at any size: Intl is given the decimal text, never a float. Its decimals are the ledger's, not Intl's own idea. */
export function formatMoney(minor: bigint, currency: string, locale: string): string {
  const money = formatter(locale, currency, () => {
    const digits = exponentOf(currency)
    return { style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits }
  })
  return money.format(minorToDecimal(minor, currency) as `${number}`)
}

function figures(locale: string, digits: 2 | 3): Intl.NumberFormat {
  return formatter(locale, `${digits} figures`, () => ({ maximumSignificantDigits: digits }))
}

export function formatCount(value: number, locale: string): string {
  return figures(locale, value >= 100 ? 3 : 2).format(value)
}

/** True when the number is written as one, so that a plural would be wrong. */
export function isOne(value: number): boolean {
  return Number(value.toPrecision(2)) === 1
}

export interface FootprintWords {
  readonly central: string
  /** The lower bound comes without its unit where the higher one says it. */
  readonly low: string
  readonly high: string
}

/** All three in one unit, chosen by the central estimate, so that they can be compared at a glance. */
export function formatFootprint(
  footprint: FootprintView,
  impactType: ImpactType,
  locale: string,
): FootprintWords {
  const unit = unitOf(footprint.central, impactType)
  const number = (value: number) => figures(locale, 2).format(value / unit.size)
  const bare = unit.symbol.replace('\u00a0CO₂e', '')
  return {
    central: `${number(footprint.central)}\u00a0${unit.symbol}`,
    low: number(footprint.low),
    high: `${number(footprint.high)}\u00a0${bare}`,
  }
}

export function formatGrams(grams: number, locale: string): string {
  return formatFootprint({ central: grams, low: grams, high: grams, equivalents: [] }, 'carbon', locale)
    .central
}

function unitOf(central: number, impactType: ImpactType): { readonly size: number; readonly symbol: string } {
  if (impactType === 'nature') {
    if (central < 0.1) return { size: 0.0001, symbol: 'cm²' }
    return central < 10_000 ? { size: 1, symbol: 'm²' } : { size: 10_000, symbol: 'ha' }
  }
  if (central < 1000) return { size: 1, symbol: 'g\u00a0CO₂e' }
  return central < 1_000_000
    ? { size: 1000, symbol: 'kg\u00a0CO₂e' }
    : { size: 1_000_000, symbol: 't\u00a0CO₂e' }
}

const countryNames = new Map<string, Intl.DisplayNames>()

/** Name of the country in the locale, which is a catalogue's; empty when the code is not one of two letters. */
export function countryName(code: string, locale: string): string {
  if (!/^[A-Za-z]{2}$/.test(code)) return ''
  let names = countryNames.get(locale)
  if (!names) {
    names = new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' })
    countryNames.set(locale, names)
  }
  return names.of(code.toUpperCase()) ?? ''
}
