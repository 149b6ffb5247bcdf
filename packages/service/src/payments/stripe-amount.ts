/**
 * Amounts as Stripe counts them, which is by ISO 4217 except for some currencies. Pure.
 * Law: an amount is turned exactly or not at all; nothing is rounded.
 * Source: docs.stripe.com/currencies, "Minor units" and "Special cases".
 */
import { exponentOf, isCurrency, type Money } from '../kernel/money.ts'

const zeroDecimal = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '))
/** Without decimals by ISO 4217, and still counted in hundredths there; the hundredths are always zero. */
const twoDecimalThere = new Set(['ISK', 'UGX'])
/** The last of three decimals is always zero there. */
const coarsestOfThree = 10n

/** Undefined when Stripe cannot be asked for this amount. */
export function toStripeAmount({ minor, currency }: Money): number | undefined {
  if (!isCurrency(currency) || minor <= 0n) return undefined
  const scaled = rescale(minor, exponentOf(currency), stripeExponentOf(currency))
  if (scaled === undefined || scaled > BigInt(Number.MAX_SAFE_INTEGER)) return undefined
  if (stripeExponentOf(currency) === 3 && scaled % coarsestOfThree !== 0n) return undefined
  return Number(scaled)
}

/** Minor units by ISO 4217, with the sign that Stripe gave; undefined when they would not be whole. */
export function fromStripeAmount(amount: number, currency: string): bigint | undefined {
  const code = currency.toUpperCase()
  if (!Number.isSafeInteger(amount) || !isCurrency(code)) return undefined
  return rescale(BigInt(amount), stripeExponentOf(code), exponentOf(code))
}

function stripeExponentOf(currency: string): number {
  if (zeroDecimal.has(currency)) return 0
  return twoDecimalThere.has(currency) ? 2 : exponentOf(currency)
}

function rescale(amount: bigint, from: number, to: number): bigint | undefined {
  if (to >= from) return amount * 10n ** BigInt(to - from)
  const divisor = 10n ** BigInt(from - to)
  return amount % divisor === 0n ? amount / divisor : undefined
}
