/**
 * Pure: what a quote says of its terms: credits for the whole estimate, the parts that contributions are split into, and
 * the most that may be allocated.
 * Law: the credits are a split under the quote's own id, so that allocating their total books exactly what was quoted.
 */
import type { Footprint, Quote } from '@ekko/contract/quote-resources'
import { toMajor } from '../kernel/money.ts'
import { ppmWhole } from '../kernel/rate.ts'
import { componentWeights, type Split, splitContribution, type Terms, totalGrams } from './quote.ts'

/** Within how many days impact partners get what was contributed, as documented; the operator says what holds. */
export const usualPayoutDays = 60

export interface QuotedPurchase {
  readonly quoteId: string
  readonly currency: string
  readonly transactionMinor: bigint
  readonly footprint: Footprint
  readonly terms: Terms
}

const gramsPerTonne = 1_000_000
/** Rounding takes a minor unit or two; each line may round by itself. */
const stepsMax = 100

/** The least amount that buys credits for the whole estimate; undefined where there are none to buy. */
export function creditsFor({ quoteId, footprint, terms }: QuotedPurchase): Split | undefined {
  if (terms.kind !== 'credit') return undefined
  const grams = footprint.grams ?? 0
  // The same money buys more grams where they are cheaper.
  const gramsPerMinor = terms.projects.reduce(
    (sum, { tonnePriceMinor }) => sum + gramsPerTonne / tonnePriceMinor! / terms.projects.length,
    0,
  )
  const impactMinor = BigInt(Math.floor(grams / gramsPerMinor))
  const weights = componentWeights(terms)
  const whole = weights.reduce((sum, { weight }) => sum + weight, 0n)
  let total = (impactMinor * whole) / weights[0]!.weight
  for (let steps = 0; steps < stepsMax; steps++) {
    total = total > 0n ? total : 1n
    const split = splitContribution(total, terms, quoteId)
    if (totalGrams(split.lines) >= grams) return split
    total += 1n
  }
  throw new Error('credits for an estimate cannot be priced')
}

/** More than this under one quote is a mistake. Minor units. */
export function mostAllocated({ transactionMinor, terms }: QuotedPurchase, credits?: Split): bigint {
  return [BigInt(terms.maximumMinor), transactionMinor, credits?.total ?? 0n].reduce((most, each) =>
    each > most ? each : most,
  )
}

/** Whom contributions are shared by, unless the caller says otherwise. */
export function partnersOf({ contributionPartnerIds, kind, projects }: Terms): readonly string[] {
  if (contributionPartnerIds) return contributionPartnerIds
  if (kind === 'credit') return []
  return [...new Set(projects.map(({ impactPartnerId }) => impactPartnerId))]
}

export function showOffer(quoted: QuotedPurchase): Pick<Quote, 'credits' | 'contribution' | 'maximumAmount'> {
  const { currency, terms } = quoted
  const credits = creditsFor(quoted)
  return {
    ...(credits && { credits: showCredits(credits, quoted) }),
    contribution: { effectiveRates: effectiveRates(terms), impactPartnerIds: [...partnersOf(terms)] },
    maximumAmount: toMajor(mostAllocated(quoted, credits), currency),
  }
}

function showCredits(split: Split, { currency, terms }: QuotedPurchase): NonNullable<Quote['credits']> {
  return {
    totalAmount: toMajor(split.total, currency),
    impactAmount: toMajor(split.impact, currency),
    impactSalesTaxAmount: toMajor(split.impactTax, currency),
    impactSalesTaxRate: terms.impactTaxPpm / ppmWhole,
    serviceFeeAmount: toMajor(split.serviceFee, currency),
    serviceFeeSalesTaxAmount: toMajor(split.serviceFeeTax, currency),
    serviceFeeSalesTaxRate: terms.serviceFeeTaxPpm / ppmWhole,
    quantity: totalGrams(split.lines),
    unit: 'gCO2e',
    projects: terms.projects.map(({ projectId, impactPartnerId, tonnePriceMinor }) => ({
      projectId,
      impactPartnerId,
      unitPrice: toMajor(BigInt(tonnePriceMinor!), currency),
    })),
  }
}

const rateDecimals = 1e9

/** Rounded so that they add up to 1 as they stand. */
function effectiveRates(terms: Terms): Quote['contribution']['effectiveRates'] {
  const weights = componentWeights(terms).map(({ weight }) => Number(weight))
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  const [, impactTax, fee, feeTax] = weights.map((weight) => Math.round((weight / whole) * rateDecimals))
  const impact = rateDecimals - impactTax! - fee! - feeTax!
  return {
    impact: impact / rateDecimals,
    impactSalesTax: impactTax! / rateDecimals,
    serviceFee: fee! / rateDecimals,
    serviceFeeSalesTax: feeTax! / rateDecimals,
  }
}
