/**
 * What receipts need beside their texts, which are in the catalogues: days, instants and money in the receipt's own language.
 * That language is signed with the receipt, so it reads the same for whoever opens it. Pure.
 */
import { decimalToMinor, exponentOf } from '../kernel/money.ts'
import type { Receipt } from '../receipts/receipt.ts'
import { type Words, wordsFor } from './words.ts'
import { formatMoney } from './words-format.ts'

export function receiptWords({ locale }: Pick<Receipt, 'locale'>): Words {
  return wordsFor(locale)
}

/** An ISO instant or day as a day, in UTC. */
export function dayInWords(iso: string, { locale }: Words): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(iso))
}

/** An ISO instant to the minute, in UTC. */
export function timeInWords(iso: string, { locale }: Words): string {
  const options = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const
  return new Intl.DateTimeFormat(locale, options).format(new Date(iso))
}

/** Decimal text of the receipt's currency as money. */
export function moneyIn({ currency, locale }: Pick<Receipt, 'currency' | 'locale'>, decimal: string): string {
  return formatMoney(decimalToMinor(decimal, exponentOf(currency))!, currency, wordsFor(locale).locale)
}
