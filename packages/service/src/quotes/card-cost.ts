/**
 * Pure: what taking a card payment costs, before the provider has said so: a part of the amount and a fixed sum.
 * Not for what it did cost, which the provider says when it was paid, nor for who else gets what (`quote.ts`).
 * Law: an estimate is rounded up, so that nobody is told less than it will be, but for what the provider changes.
 */
import { decimalToMinor, exponentOf, isCurrency } from '../kernel/money.ts'
import { ppmWhole } from '../kernel/rate.ts'

export interface CardPrice {
  /** Parts per million of the amount. */
  readonly ppm: number
  readonly fixedMinor: number
}

/** By currency. */
export type CardPrices = Readonly<Record<string, CardPrice>>

/**
 * Per cent, and major units for each payment: what providers list for consumers' cards of the currency's own country, as of
 * 2026 and to the nearest round figure. A deployment that has its provider's own prices sets them in EKKO_CARD_PRICES.
 */
const usualPrices: Readonly<Record<string, readonly [percent: number, fixed: string]>> = {
  AUD: [1.7, '0.30'],
  CAD: [2.9, '0.30'],
  CHF: [2.9, '0.30'],
  CZK: [1.5, '6.50'],
  DKK: [1.5, '1.80'],
  EUR: [1.5, '0.25'],
  GBP: [1.5, '0.20'],
  HKD: [3.4, '2.35'],
  JPY: [3.6, '0'],
  NOK: [2.4, '2.00'],
  NZD: [2.65, '0.30'],
  PLN: [1.5, '1.00'],
  SEK: [1.5, '1.80'],
  SGD: [3.4, '0.50'],
  USD: [2.9, '0.30'],
}
/** Elsewhere as in the United States, the fixed sum exchanged. */
const otherPercent = 2.9
const otherFixedUsd = 0.3
const ppmInPercent = ppmWhole / 100

/** @param perUsd units of the currency for a dollar */
export function cardPriceOf(currency: string, perUsd: number, own: CardPrices): CardPrice {
  if (own[currency] !== undefined) return own[currency]
  const exponent = exponentOf(currency)
  const [percent, fixed] = usualPrices[currency] ?? [otherPercent, undefined]
  const fixedMinor =
    fixed === undefined
      ? Math.ceil(otherFixedUsd * perUsd * 10 ** exponent)
      : decimalToMinor(fixed, exponent)!
  return { ppm: Math.round(percent * ppmInPercent), fixedMinor: Number(fixedMinor) }
}

/** Minor units; a very small payment may cost more than it brings. */
export function cardCostOf(amountMinor: bigint, { ppm, fixedMinor }: CardPrice): bigint {
  const whole = BigInt(ppmWhole)
  return (amountMinor * BigInt(ppm) + whole - 1n) / whole + BigInt(fixedMinor)
}

const priceOfText = /^([A-Z]{3}) (\d{1,2}(?:\.\d{1,4})?)% \+ (\d{1,9}(?:\.\d{1,4})?)$/

/** Reads `GBP 1.2% + 0.20, EUR 1.4% + 0.25`; undefined when that is not what it says. */
export function readCardPrices(text: string): CardPrices | undefined {
  const entries = text.split(',').map((each): [string, CardPrice] | undefined => {
    const [, currency, percent, fixed] = priceOfText.exec(each.trim()) ?? []
    if (currency === undefined || !isCurrency(currency)) return undefined
    const fixedMinor = decimalToMinor(fixed!, exponentOf(currency))
    if (fixedMinor === undefined) return undefined
    return [currency, { ppm: Math.round(Number(percent) * ppmInPercent), fixedMinor: Number(fixedMinor) }]
  })
  return entries.some((entry) => entry === undefined)
    ? undefined
    : Object.fromEntries(entries as [string, CardPrice][])
}
