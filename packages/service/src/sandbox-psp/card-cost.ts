/**
 * The provider's published price list: what a card payment and a dispute cost the merchant. Pure.
 * A rate in parts per million and a fixed part in minor units of the payment's own currency, so that no exchange rate is
 * needed. The fixed part is about a quarter of a US dollar where a currency is known to be worth much more or less.
 */
import { exponentOf } from '../kernel/money.ts'

export interface Price {
  readonly ratePerMillion: bigint
  readonly fixedMinor: bigint
  /** Charged when a dispute is opened, given back when the merchant wins it. */
  readonly disputeFeeMinor: bigint
}

const ratePerMillion = 15_000n // 1.5 %
const million = 1_000_000n

/** By the currency's number of decimals: 0.20 and 15.00 of a currency that has two. */
const usual: { readonly [decimals: number]: Omit<Price, 'ratePerMillion'> } = {
  0: { fixedMinor: 100n, disputeFeeMinor: 6_000n },
  2: { fixedMinor: 20n, disputeFeeMinor: 1_500n },
  3: { fixedMinor: 80n, disputeFeeMinor: 5_000n },
}

const special: { readonly [currency: string]: Omit<Price, 'ratePerMillion'> } = {
  JPY: { fixedMinor: 30n, disputeFeeMinor: 2_000n },
  KRW: { fixedMinor: 300n, disputeFeeMinor: 20_000n },
}

/** Asserts that the currency is one. */
export function priceOf(currency: string): Price {
  const fixed = special[currency] ?? usual[exponentOf(currency)]
  if (fixed === undefined) throw new Error(`no price for ${currency}`)
  return { ratePerMillion, ...fixed }
}

/** Minor units that a payment costs, half a unit rounded up; a very small payment may cost more than it brings. */
export function cardCostMinor(amountMinor: bigint, currency: string): bigint {
  const price = priceOf(currency)
  return (amountMinor * price.ratePerMillion + million / 2n) / million + price.fixedMinor
}
