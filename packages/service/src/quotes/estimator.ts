/**
 * From a purchase to the footprint that a quote carries. The arithmetic is the footprint package's; this file turns its
 * answers into the API's shape and its refusals into ours.
 */
import type { Footprint } from '@ekko/contract/resources'
import { equivalents } from '@ekko/footprint/equivalents'
import type { FactorSet } from '@ekko/footprint/factor-set'
import { estimate, type Outcome } from '@ekko/footprint/footprint'
import { Refusal, refuseField } from '../kernel/refusal.ts'

export interface Purchase {
  readonly impactType: 'carbon' | 'nature'
  readonly mcc: string
  readonly countryCode: string
  readonly amountMajor: number
  readonly currency: string
  readonly locale: string
  readonly on: Date
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
  })
  if (outcome.outcome !== 'estimated') throw refusalOf(outcome)
  const shared = {
    kind: outcome.kind,
    breakdown: outcome.breakdown,
    confidence: outcome.confidence,
    equivalents: equivalents(outcome, { locale: purchase.locale }).map(({ id, value, unit, source }) => ({ id, value, unit, source })),
    provenance: outcome.provenance,
  }
  if (outcome.kind === 'carbon') {
    return {
      ...shared,
      grams: rounded(outcome.co2eGrams),
      lowGrams: rounded(outcome.lowGrams),
      highGrams: rounded(outcome.highGrams),
      ounces: rounded(outcome.co2eGrams / gramsPerOunce),
    }
  }
  return {
    ...shared,
    squareMetres: rounded(outcome.msaM2),
    lowSquareMetres: rounded(outcome.lowM2),
    highSquareMetres: rounded(outcome.highM2),
    squareFeet: rounded(outcome.msaM2 / squareMetresPerSquareFoot),
  }
}

/** The estimate's central value and range in its own unit: grams or square metres. */
export function rangeOf(footprint: Footprint): { central: number; low: number; high: number } {
  return footprint.kind === 'carbon'
    ? { central: footprint.grams!, low: footprint.lowGrams!, high: footprint.highGrams! }
    : { central: footprint.squareMetres!, low: footprint.lowSquareMetres!, high: footprint.highSquareMetres! }
}

const decimalsShown = 10

function rounded(value: number): number {
  return Math.round(value * decimalsShown) / decimalsShown
}

function refusalOf(outcome: Exclude<Outcome, { outcome: 'estimated' }>): Refusal {
  if (outcome.outcome === 'not_applicable') {
    return new Refusal('FOOTPRINT_NOT_APPLICABLE', `this kind of purchase has no footprint to estimate: ${outcome.reason}`)
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
