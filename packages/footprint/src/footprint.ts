// Estimates the footprint of one purchase from what a card payment knows: the merchant's category, the country,
// the amount and the day. Spend-based, so it describes this kind of purchase, not this very product.
// Pure: no clock, no network, no files; the same set and purchase always give the same numbers.

import type { Country, FactorSet, Mcc } from './factor-set.ts'
import type { ConfidenceTier, CountryTier, NotApplicableReason } from './factor-set-file.ts'
import type { BasketShare } from './items.ts'
import { apportion } from './items.ts'
import type { EstimatePart, Provenance } from './provenance.ts'
import { inputOf, partOf } from './provenance.ts'
import type { Price, Purchase, Refused } from './purchase.ts'
import { priceOf, refuse, refuseAmount } from './purchase.ts'

interface Estimated {
  readonly outcome: 'estimated'
  /** Of the merchant's category or, with items, of the basket with the largest share. */
  readonly confidence: ConfidenceTier
  readonly countryTier: CountryTier
  /** The purchase is later than the price index, or undated: the index's last year was taken. */
  readonly priceYearAssumed: boolean
  /** Share of the amount (0 to 1) that was counted by item categories. */
  readonly itemShare: number
  readonly provenance: Provenance
}

/** Grams of CO2 equivalent (AR5 GWP100) with an indicative 90 % interval; unrounded. */
export interface CarbonEstimate extends Estimated {
  readonly kind: 'carbon'
  readonly co2eGrams: number
  readonly lowGrams: number
  readonly highGrams: number
  /** Adds up to `co2eGrams`. */
  readonly breakdown: {
    readonly domesticGrams: number
    readonly importedGrams: number
    readonly tradeMarginGrams: number
  }
}

/** Area of intact nature lost over one year (MSA m2.yr) with an indicative 90 % interval; unrounded. */
export interface NatureEstimate extends Estimated {
  readonly kind: 'nature'
  readonly msaM2: number
  readonly lowM2: number
  readonly highM2: number
  /** Adds up to `msaM2`. */
  readonly breakdown: {
    readonly climateStressM2: number
    readonly landUseM2: number
    readonly pollutionM2: number
    readonly waterUseM2: number
  }
}

export interface NotApplicable {
  readonly outcome: 'not_applicable'
  readonly reason: NotApplicableReason
}

export type Outcome = CarbonEstimate | NatureEstimate | NotApplicable | Refused

/**
 * Estimates one purchase. Never throws for what a caller may send: an input that cannot be used is `refused`
 * with a code, and a payment that buys nothing is `not_applicable`, which is not the same as zero.
 *
 * @param set a set from `openFactorSet`
 * @returns grams CO2e or MSA m2, the interval, the parts, and the provenance that lets anybody recompute them
 */
export function estimate(
  set: FactorSet,
  purchase: Purchase & { kind: 'carbon' },
): Exclude<Outcome, NatureEstimate>
export function estimate(
  set: FactorSet,
  purchase: Purchase & { kind: 'nature' },
): Exclude<Outcome, CarbonEstimate>
export function estimate(set: FactorSet, purchase: Purchase): Outcome
export function estimate(set: FactorSet, purchase: Purchase): Outcome {
  const { kind, items } = purchase
  if (kind !== 'carbon' && kind !== 'nature') return refuse('invalid_kind', kind)
  const mcc = set.mccs.get(purchase.mcc)
  if (!mcc) return refuse('unknown_mcc', purchase.mcc)
  const country = set.countries.get(purchase.country)
  if (!country) return refuse('unknown_country', purchase.country)
  const amountRefused = refuseAmount(purchase.amount)
  if (amountRefused) return amountRefused
  if (mcc.basket === null)
    return { outcome: 'not_applicable', reason: mcc.notApplicable ?? 'not_consumption' }
  const price = priceOf(set, purchase, country)
  if (price.outcome === 'refused') return price
  if (items === undefined || items === null) {
    const parts = [partOf(set, country, mcc.basket, mcc.confidence, 1)]
    return conclude(set, purchase, { mcc, country, price, parts, confidence: mcc.confidence, itemShare: 0 })
  }
  const split = apportion(set, purchase, mcc, mcc.basket)
  if (split.outcome === 'refused') return split
  const parts = split.shares.map((s) => partOf(set, country, s.basket, s.confidence, s.share))
  const { itemShare } = split
  return conclude(set, purchase, {
    mcc,
    country,
    price,
    parts,
    confidence: mainConfidence(split.shares),
    itemShare,
  })
}

function mainConfidence(shares: readonly BasketShare[]): ConfidenceTier {
  return shares.reduce((main, next) => (next.share > main.share ? next : main)).confidence
}

/** Everything found out about a purchase, ready to be multiplied. */
interface Findings {
  mcc: Mcc
  country: Country
  price: Price
  parts: readonly EstimatePart[]
  confidence: ConfidenceTier
  itemShare: number
}

function conclude(set: FactorSet, purchase: Purchase, findings: Findings): CarbonEstimate | NatureEstimate {
  const { mcc, price, parts } = findings
  const provenance: Provenance = {
    factorSet: set.identity,
    input: inputOf(purchase, price),
    mccRow: mcc.row,
    deflator: price.deflator,
    exchangeRate: price.exchangeRate,
    baseYearUsd: price.usd,
    parts,
  }
  return purchase.kind === 'carbon'
    ? carbonEstimate(findings, provenance)
    : natureEstimate(findings, provenance, set.climateMsaM2PerKg)
}

const GRAMS_PER_KG = 1000

function carbonEstimate(findings: Findings, provenance: Provenance): CarbonEstimate {
  const { confidence, country, itemShare, price } = findings
  let co2eGrams = 0
  let lowGrams = 0
  let highGrams = 0
  let domesticGrams = 0
  let importedGrams = 0
  let tradeMarginGrams = 0
  for (const { share, emissionFactor, interval } of findings.parts) {
    const gramsPerFactor = price.usd * share * GRAMS_PER_KG
    const grams = emissionFactor.total * gramsPerFactor
    co2eGrams += grams
    lowGrams += grams * interval.carbonLow
    highGrams += grams * interval.carbonHigh
    domesticGrams += emissionFactor.domestic * gramsPerFactor
    importedGrams += emissionFactor.imported * gramsPerFactor
    tradeMarginGrams += emissionFactor.tradeMargin * gramsPerFactor
  }
  return {
    outcome: 'estimated',
    kind: 'carbon',
    co2eGrams,
    lowGrams,
    highGrams,
    breakdown: { domesticGrams, importedGrams, tradeMarginGrams },
    confidence,
    countryTier: country.tier,
    priceYearAssumed: price.priceYearAssumed,
    itemShare,
    provenance,
  }
}

// Climate stress follows the carbon; land, pollution and water are known for the USA only and are taken abroad
// through the same ratio. The four drivers share most of their error, so their bounds are added up, which is
// the widest (never too confident) way to combine them.
function natureEstimate(
  findings: Findings,
  provenance: Provenance,
  climateMsaM2PerKg: number,
): NatureEstimate {
  const { confidence, country, itemShare, price } = findings
  let climateStressM2 = 0
  let landUseM2 = 0
  let pollutionM2 = 0
  let waterUseM2 = 0
  let lowM2 = 0
  let highM2 = 0
  for (const { share, basketRow, emissionFactor, interval: i } of findings.parts) {
    const climate = climateMsaM2PerKg * emissionFactor.total * price.usd * share
    const usdAsIfUs = (emissionFactor.total / basketRow.usKgPerUsd) * price.usd * share
    const land = usdAsIfUs * basketRow.landUseM2PerUsd
    const pollution = usdAsIfUs * basketRow.pollutionM2PerUsd
    const water = usdAsIfUs * basketRow.waterUseM2PerUsd
    climateStressM2 += climate
    landUseM2 += land
    pollutionM2 += pollution
    waterUseM2 += water
    lowM2 += climate * i.climateStressLow + land * i.landUseLow
    lowM2 += pollution * i.pollutionLow + water * i.waterUseLow
    highM2 += climate * i.climateStressHigh + land * i.landUseHigh
    highM2 += pollution * i.pollutionHigh + water * i.waterUseHigh
  }
  return {
    outcome: 'estimated',
    kind: 'nature',
    msaM2: climateStressM2 + landUseM2 + pollutionM2 + waterUseM2,
    lowM2,
    highM2,
    breakdown: { climateStressM2, landUseM2, pollutionM2, waterUseM2 },
    confidence,
    countryTier: country.tier,
    priceYearAssumed: price.priceYearAssumed,
    itemShare,
    provenance,
  }
}
