/**
 * Pure: how much of a contribution is spent on making it, when that is too much, and the least amount that is worth it.
 * Whoever runs the service pays the card payment out of the service fee, so costs are the taxes and whichever of the two is
 * larger: a payment whose card cost exceeds its fee costs somebody the difference.
 * Law: what is computed here is shown and stored before anybody pays; it moves no money.
 */
import { ppmWhole } from '../kernel/rate.ts'
import { type CardPrice, type CardPrices, cardCostOf } from './card-cost.ts'
import type { Split, Terms } from './quote.ts'

/** Minor units. */
export interface PaymentCost {
  readonly card: bigint
  /** What it costs beyond the service fee. */
  readonly beyondFee: bigint
  /** Part of the amount that all costs take, in parts per million, rounded up. */
  readonly sharePpm: number
  /** They take more than what the terms call a lot. */
  readonly isHigh: boolean
}

type Amounts = Pick<Split, 'total' | 'impactTax' | 'serviceFee' | 'serviceFeeTax'>

/** @param card what the card payment is reckoned to cost, or did cost */
export function paymentCostOf(
  { total, impactTax, serviceFee, serviceFeeTax }: Amounts,
  card: bigint,
  { highCostPpm }: Pick<Terms, 'highCostPpm'>,
): PaymentCost {
  const sharePpm = ppmOf(impactTax + serviceFeeTax + larger(serviceFee, card), total)
  return {
    card,
    beyondFee: card > serviceFee ? card - serviceFee : 0n,
    sharePpm,
    isHigh: sharePpm > highCostPpm,
  }
}

/** What a deployment thinks of costs. */
export interface CostPolicy {
  /** Of its own provider, where it has said so. */
  readonly cardPrices: CardPrices
  /** The least amount follows this part of an amount that costs may take. */
  readonly limitPpm: number
  /** More than this part is pointed out to whoever pays. */
  readonly highPpm: number
}

export const usualCostPolicy: CostPolicy = { cardPrices: {}, limitPpm: 330_000, highPpm: 250_000 }

export type Rates = Pick<Terms, 'serviceFeePpm' | 'serviceFeeTaxPpm' | 'impactTaxPpm'> & {
  readonly cardPrice: CardPrice
}

/**
 * The least multiple of `step`, at least `floor`, of which costs take no more than `limitPpm`, however the split rounds;
 * `floor` when no amount up to `ceiling` is enough, since then it is the fee that is high and not the amount that is small.
 */
export function leastWorthwhile(
  rates: Rates,
  { floor, ceiling, step, limitPpm }: { floor: bigint; ceiling: bigint; step: bigint; limitPpm: number },
): bigint {
  const enough = (multiple: bigint) => mostTaken(multiple * step, rates) <= limitPpm
  let [low, high] = [roundedUp(floor, step), ceiling / step]
  if (high < low || !enough(high)) return floor
  // Costs fall as the amount grows, but for the rounding of single minor units.
  while (low < high) {
    const middle = (low + high) / 2n
    if (enough(middle)) high = middle
    else low = middle + 1n
  }
  return low * step
}

const whole = BigInt(ppmWhole)

/** Each component as if it were rounded up. */
function mostTaken(
  total: bigint,
  { serviceFeePpm, serviceFeeTaxPpm, impactTaxPpm, cardPrice }: Rates,
): number {
  const [fee, feeTax, impactTax] = [
    BigInt(serviceFeePpm) * whole,
    BigInt(serviceFeePpm) * BigInt(serviceFeeTaxPpm),
    BigInt(impactTaxPpm) * whole,
  ]
  const weights = whole * whole + fee + feeTax + impactTax
  const part = (weight: bigint) => roundedUp(total * weight, weights)
  return ppmOf(part(feeTax) + part(impactTax) + larger(part(fee), cardCostOf(total, cardPrice)), total)
}

const larger = (one: bigint, other: bigint): bigint => (one > other ? one : other)
const roundedUp = (dividend: bigint, divisor: bigint): bigint => (dividend + divisor - 1n) / divisor
const ppmOf = (part: bigint, of: bigint): number => Number(roundedUp(part * whole, of))
