/**
 * Pure: what an amount is in another currency at a published rate. For saying so beside the amount; the ledger converts
 * nothing. Law: the rate is taken as published, to the digit, and rounded once, half away from zero.
 */
import { exponentOf } from '../kernel/money.ts'
import type { CrossRate } from '../quotes/rates.ts'

/** Decimals of the rate that is shown; the conversion itself uses the units. */
const shownDecimals = 8

/** Minor units of `to`. */
export function convertMinor(minor: bigint, from: string, to: string, rate: CrossRate): bigint {
  const [fromUnits, toUnits] = unitsOf(rate)
  const numerator = minor * toUnits * 10n ** BigInt(exponentOf(to))
  return divide(numerator, fromUnits * 10n ** BigInt(exponentOf(from)))
}

/** Units of the target currency for one of the source currency. */
export function shownRate(rate: CrossRate): number {
  const [fromUnits, toUnits] = unitsOf(rate)
  return Number(divide(toUnits * 10n ** BigInt(shownDecimals), fromUnits)) / 10 ** shownDecimals
}

/** Both as integers of the same scale. */
function unitsOf({ fromUnits, toUnits }: CrossRate): [bigint, bigint] {
  const decimals = Math.max(decimalsOf(fromUnits), decimalsOf(toUnits))
  const scaled = (units: string) => BigInt(units.replace('.', '') + '0'.repeat(decimals - decimalsOf(units)))
  return [scaled(fromUnits), scaled(toUnits)]
}

function decimalsOf(units: string): number {
  return units.includes('.') ? units.length - units.indexOf('.') - 1 : 0
}

function divide(numerator: bigint, denominator: bigint): bigint {
  const half = denominator / 2n
  const away = numerator < 0n ? numerator - half : numerator + half
  return away / denominator
}
