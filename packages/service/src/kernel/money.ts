/**
 * Money is a BigInt of minor units and an ISO 4217 currency. The API speaks decimal numbers in major units; they are
 * turned into minor units here, exactly or not at all.
 */
import { refuseField } from './refusal.ts'

export interface Money {
  readonly minor: bigint
  readonly currency: string
}

/** More than any purchase and still exact as a JSON number with three decimals. */
export const amountMajorMax = 1_000_000_000

const decimals: Record<string, readonly string[]> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' '),
  2: (
    'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC ' +
    'CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES ' +
    'KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR ' +
    'NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT ' +
    'TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG'
  ).split(' '),
  3: 'BHD IQD JOD KWD LYD OMR TND'.split(' '),
}

const exponents = new Map(
  Object.entries(decimals).flatMap(([exponent, codes]) =>
    codes.map((code) => [code, Number(exponent)] as const),
  ),
)

export function isCurrency(code: string): boolean {
  return exponents.has(code)
}

/** The currencies with so many decimals. */
export function currenciesWith(count: number): readonly string[] {
  return decimals[count] ?? []
}

/** Decimals of the currency by ISO 4217; asserts that the currency is one. */
export function exponentOf(currency: string): number {
  const exponent = exponents.get(currency)
  if (exponent === undefined) throw new Error(`not an ISO 4217 currency: ${currency}`)
  return exponent
}

/**
 * Minor units of a positive decimal number in major units.
 * The currency is one that was checked before.
 * @throws Refusal INVALID_AMOUNT for zero, negative, huge or over-precise amounts
 */
export function parseAmount(amount: number, currency: string, path: string): bigint {
  const refuse = (why: string) => refuseField('INVALID_AMOUNT', path, why)
  if (!Number.isFinite(amount)) throw refuse('the amount must be a finite number')
  if (amount <= 0) throw refuse('the amount must be greater than zero')
  if (amount > amountMajorMax) throw refuse(`the amount must be at most ${amountMajorMax}`)
  const minor = decimalToMinor(String(amount), exponentOf(currency))
  if (minor === undefined) {
    throw refuse(`${currency} has ${exponentOf(currency)} decimals; the amount has more`)
  }
  return minor
}

/** Minor units of decimal text such as `12.30`; undefined when it is not plain decimal or has too many decimals. */
export function decimalToMinor(text: string, exponent: number): bigint | undefined {
  const match = /^([0-9]{1,15})(?:\.([0-9]+))?$/.exec(text)
  if (!match) return undefined
  const fraction = match[2] ?? ''
  if (fraction.length > exponent) return undefined
  return BigInt(match[1] + fraction.padEnd(exponent, '0'))
}

/** `1230n` GBP as `12.30`. */
export function minorToDecimal(minor: bigint, currency: string): string {
  const exponent = exponentOf(currency)
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, '0')
  const sign = minor < 0n ? '-' : ''
  return exponent === 0 ? sign + digits : `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}

/** The JSON number that the API shows for an amount; exact to the minor unit for every amount we accept. */
export function toMajor(minor: bigint, currency: string): number {
  return Number(minorToDecimal(minor, currency))
}
