/**
 * Numbers into words of a locale: money exactly, footprints to two figures, because more would claim more than is known.
 * Pure; formatters are kept because making one costs a thousand times what using one does.
 */
import { exponentOf, minorToDecimal } from '../kernel/money.ts'
import type { FootprintView, ImpactType } from './views.ts'

/** Bounded by itself: locales are those that `resolveLocale` answers, currencies those of ISO 4217. */
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

/** @param share 0 to 1, and more where something costs more than it brings */
export function formatShare(share: number, locale: string): string {
  return formatter(locale, 'share', () => ({ style: 'percent', maximumFractionDigits: 0 })).format(share)
}

/** For example “60 days”. */
export function formatDays(days: number, locale: string): string {
  return formatter(locale, 'days', () => ({ style: 'unit', unit: 'day', unitDisplay: 'long' })).format(days)
}

function figures(locale: string, digits: 2 | 3): Intl.NumberFormat {
  return formatter(locale, `${digits} figures`, () => ({ maximumSignificantDigits: digits }))
}

function formatCount(value: number, locale: string): string {
  return figures(locale, figuresOf(value)).format(value)
}

/** The number as it is read, for the plural that goes with it. */
export function shownCount(value: number): number {
  return Number(value.toPrecision(figuresOf(value)))
}

const lengthsAndVolumes: Readonly<Record<string, string>> = {
  km: 'kilometer',
  m: 'meter',
  mi: 'mile',
  ft: 'foot',
  l: 'liter',
  us_gal: 'gallon',
}

/** A count of things without its unit; a length or a volume with it, as the locale writes it. */
export function formatQuantity(value: number, unit: string, locale: string): string {
  const measure = lengthsAndVolumes[unit]
  if (measure === undefined)
    return unit === 'count' ? formatCount(value, locale) : `${formatCount(value, locale)} ${unit}`
  const digits = figuresOf(value)
  const quantity = formatter(locale, `${digits} ${measure}`, () => ({
    style: 'unit',
    unit: measure,
    unitDisplay: 'short',
    maximumSignificantDigits: digits,
  }))
  return quantity.format(value)
}

function figuresOf(value: number): 2 | 3 {
  return value >= 100 ? 3 : 2
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
