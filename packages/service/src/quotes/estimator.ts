/**
 * From a purchase to the footprint that a quote carries. The arithmetic is the footprint package's; this file turns its
 * answers into the API's shape and its refusals into ours.
 */
import type { Footprint } from '@ekko/contract/quote-resources'
import { equivalents } from '@ekko/footprint/equivalents'
import type { FactorSet } from '@ekko/footprint/factor-set'
import { estimate, type Outcome } from '@ekko/footprint/footprint'
import type { DatedRates, PurchaseItem } from '@ekko/footprint/purchase'
import { Refusal, refuseField } from '../kernel/refusal.ts'

export interface Purchase {
  readonly impactType: 'carbon' | 'nature'
  readonly mcc: string
  readonly countryCode: string
  readonly amountMajor: number
  readonly currency: string
  readonly locale: string
  readonly on: Date
  /** By category, in major units; what they leave of the amount is the merchant's. */
  readonly items?: readonly PurchaseItem[] | undefined
  /** For a currency that the factor set does not have. */
  readonly rates?: DatedRates | undefined
}

const gramsPerOunce = 28.349523125
const squareMetresPerSquareFoot = 0.09290304

/** @throws Refusal when the purchase cannot be estimated */
export function footprintOf(factorSet: FactorSet, purchase: Purchase): Footprint {
  const outcome = estimate(factorSet, {
    kind: purchase.impactType,
    mcc: purchase.mcc,
    country: purchase.countryCode,
    amount: purchase.amountMajor,
    currency: purchase.currency,
    date: purchase.on.toISOString().slice(0, 10),
    items: purchase.items,
    rates: purchase.rates,
  })
  if (outcome.outcome !== 'estimated') throw refusalOf(outcome)
  const shared = {
    kind: outcome.kind,
    breakdown: outcome.breakdown,
    confidence: outcome.confidence,
    itemShare: outcome.itemShare,
    equivalents: equivalents(outcome, { locale: purchase.locale }).map(({ id, value, unit, source }) => ({
      id,
      value,
      unit,
      source,
    })),
    provenance: outcome.provenance,
  }
  if (outcome.kind === 'carbon') {
    return {
      ...shared,
      grams: rounded(outcome.co2eGrams, massDecimals),
      lowGrams: rounded(outcome.lowGrams, massDecimals),
      highGrams: rounded(outcome.highGrams, massDecimals),
      ounces: rounded(outcome.co2eGrams / gramsPerOunce, massDecimals),
    }
  }
  return {
    ...shared,
    squareMetres: rounded(outcome.msaM2, areaDecimals),
    lowSquareMetres: rounded(outcome.lowM2, areaDecimals),
    highSquareMetres: rounded(outcome.highM2, areaDecimals),
    squareFeet: rounded(outcome.msaM2 / squareMetresPerSquareFoot, areaDecimals),
  }
}

/** The estimate's central value and range in its own unit: grams or square metres. */
export function rangeOf(footprint: Footprint): { central: number; low: number; high: number } {
  return footprint.kind === 'carbon'
    ? { central: footprint.grams!, low: footprint.lowGrams!, high: footprint.highGrams! }
    : { central: footprint.squareMetres!, low: footprint.lowSquareMetres!, high: footprint.highSquareMetres! }
}

const massDecimals = 1
/** A square metre is much; `ekko footprint verify` compares two decimals at least. */
const areaDecimals = 2

function rounded(value: number, decimals: number): number {
  const scale = 10 ** decimals
  return Math.round(value * scale) / scale
}

function refusalOf(outcome: Exclude<Outcome, { outcome: 'estimated' }>): Refusal {
  if (outcome.outcome === 'not_applicable') {
    return new Refusal(
      'FOOTPRINT_NOT_APPLICABLE',
      `this kind of purchase has no footprint to estimate: ${outcome.reason}`,
    )
  }
  switch (outcome.code) {
    case 'unknown_mcc':
      return refuseField('UNKNOWN_MCC', '/merchant/mcc', outcome.message)
    case 'unknown_country':
      return refuseField('UNKNOWN_COUNTRY', '/merchant/address/countryCode', outcome.message)
    case 'unsupported_currency':
      return refuseField('UNSUPPORTED_CURRENCY', '/transaction/currencyCode', outcome.message)
    default:
      return refuseField('INVALID_AMOUNT', '/transaction/amount', outcome.message)
  }
}
