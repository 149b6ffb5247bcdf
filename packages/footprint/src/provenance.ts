// How an estimate came about: every input and every factor, complete enough to recompute it without asking
// anybody. Rows of the factor set are shared between results; what belongs to one purchase is copied.

import type {
  Basket,
  BasketRow,
  Country,
  Deflator,
  ExchangeRate,
  FactorSet,
  FactorSetIdentity,
  Interval,
  MccRow,
} from './factor-set.ts'
import type { ConfidenceTier } from './factor-set-file.ts'
import type { DatedRates, Price, Purchase, PurchaseItem } from './purchase.ts'

/** What was estimated for, as far as it matters to the numbers; feeding it back gives them again. */
export interface EstimateInput {
  readonly kind: 'carbon' | 'nature'
  readonly mcc: string
  readonly country: string
  readonly amount: number
  readonly currency: string
  readonly date: string | null
  readonly items?: readonly PurchaseItem[]
  readonly rates?: DatedRates
}

/** One basket's contribution and every factor used for it. A purchase without items has exactly one part. */
export interface EstimatePart {
  /** Share of the amount, 0 to 1. */
  readonly share: number
  readonly basketRow: BasketRow
  /** Dimensionless, USA = 1: what the domestic part and the trade margin were multiplied by. */
  readonly countryRatio: { readonly group: string | null; readonly value: number; readonly trade: number }
  /** kg CO2e per USD of the base year, in this country. */
  readonly emissionFactor: {
    readonly total: number
    readonly domestic: number
    readonly imported: number
    readonly tradeMargin: number
  }
  readonly interval: Interval
}

export interface Provenance {
  readonly factorSet: FactorSetIdentity
  readonly input: EstimateInput
  readonly mccRow: MccRow
  readonly deflator: Deflator
  readonly exchangeRate: ExchangeRate
  /** The amount in USD of the factor set's base year. */
  readonly baseYearUsd: number
  readonly parts: readonly EstimatePart[]
}

/** EF(basket, country) = domestic x R(group) + imported + trade margin x R(trade). */
export function partOf(
  set: FactorSet,
  country: Country,
  basket: Basket,
  confidence: ConfidenceTier,
  share: number,
): EstimatePart {
  const { row, ratioIndex } = basket
  const value = ratioIndex < 0 ? 1 : country.ratios[ratioIndex]!
  const trade = set.tradeIndex < 0 ? 1 : country.ratios[set.tradeIndex]!
  const domestic = row.domesticKgPerUsd * value
  const imported = row.importedKgPerUsd
  const tradeMargin = row.tradeMarginKgPerUsd * trade
  return {
    share,
    basketRow: row,
    countryRatio: { group: row.ratioGroup, value, trade },
    emissionFactor: { total: domestic + imported + tradeMargin, domestic, imported, tradeMargin },
    interval: country.intervals[confidence],
  }
}

/**
 * The purchase as the provenance keeps it: a copy, because what the caller holds may change later. Of a table of
 * rates it keeps the one that was used.
 */
export function inputOf(purchase: Purchase, { exchangeRate }: Price): EstimateInput {
  const { kind, mcc, country, amount, currency, date, items } = purchase
  const caller = exchangeRate.date !== null
  if (!items && !caller) return { kind, mcc, country, amount, currency, date: date ?? null }
  const { perUsd, date: day, source } = exchangeRate
  return {
    ...{ kind, mcc, country, amount, currency, date: date ?? null },
    ...(items && { items: items.map(({ category, amount: line }) => ({ category, amount: line })) }),
    ...(caller && { rates: { date: day as string, perUsd: { [currency]: perUsd }, source } }),
  }
}
