/**
 * Pure: reads a table of dated exchange rates, either the European Central Bank's history (`eurofxref-hist.csv`: a day a
 * line, a column for each currency, units for one euro, `N/A` where there is none) or `date,currency,per_usd`.
 * Law: a table is read as a whole or refused as a whole, naming the line.
 */
import { isCurrency } from '../kernel/money.ts'

export interface DatedRate {
  /** ISO day. */
  readonly day: string
  readonly currency: string
  readonly base: 'USD' | 'EUR'
  /** Units of the currency for one of the base: decimal text, as published. */
  readonly unitsPerBase: string
}

export interface RateTable {
  readonly format: 'ecb' | 'per_usd'
  readonly rates: readonly DatedRate[]
}

/** Not understood; the message begins with the line. */
export class RateTableError extends Error {
  override readonly name = 'RateTableError'
}

/** The ECB's history since 1999 is 0.3 million rates; ten times that is not a table of rates any more. */
export const tableRatesMax = 3_000_000

/** @throws RateTableError */
export function readRateTable(text: string): RateTable {
  const lines = linesOf(text)
  const header = lines[0]?.fields ?? []
  const format = isEcb(header) ? 'ecb' : 'per_usd'
  const found = format === 'ecb' ? ecbRates(lines) : plainRates(lines, header)
  if (found.length === 0) throw new RateTableError('line 2: there are no rates')
  refuseTwice(found)
  return { format, rates: found.map(({ rate }) => rate) }
}

interface Line {
  readonly number: number
  readonly fields: readonly string[]
}

interface Found {
  readonly line: number
  readonly rate: DatedRate
}

/** Neither format quotes a field; empty lines are passed over. */
function linesOf(text: string): Line[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line, index) =>
      line.trim() === '' ? [] : { number: index + 1, fields: line.split(',').map((field) => field.trim()) },
    )
}

function isEcb(header: readonly string[]): boolean {
  return header[0]?.toLowerCase() === 'date' && header.includes('USD')
}

/** Currencies that are no more are left out; the euro itself is noted as one for one, so that it converts like any other. */
function ecbRates([header, ...lines]: readonly Line[]): Found[] {
  const columns = header!.fields.map((currency) => (isCurrency(currency) ? currency : null))
  return lines.flatMap(({ number, fields }) => {
    // Each line ends with a comma, and so does the header.
    if (fields.length !== columns.length)
      throw wrong(number, `${fields.length} fields, not ${columns.length}`)
    const day = dayOf(fields[0]!, number)
    const found = columns.flatMap((currency, column) => {
      const units = fields[column]!
      if (currency === null || units === 'N/A' || units === '') return []
      return {
        line: number,
        rate: { day, currency, base: 'EUR', unitsPerBase: unitsOf(units, number) } as const,
      }
    })
    return [
      { line: number, rate: { day, currency: 'EUR', base: 'EUR', unitsPerBase: '1' } as const },
      ...found,
    ]
  })
}

const plainColumns = ['date', 'currency', 'per_usd'] as const

function plainRates([, ...lines]: readonly Line[], header: readonly string[]): Found[] {
  if (header.length !== plainColumns.length || plainColumns.some((name) => !header.includes(name))) {
    throw new RateTableError(
      'line 1: the columns are neither date,currency,per_usd nor those of the ECB (Date,USD,JPY,…)',
    )
  }
  const [date, currency, perUsd] = plainColumns.map((name) => header.indexOf(name)) as [
    number,
    number,
    number,
  ]
  return lines.map(({ number, fields }) => {
    if (fields.length !== header.length) throw wrong(number, `${fields.length} fields, not ${header.length}`)
    const code = fields[currency]!
    if (!isCurrency(code)) throw wrong(number, `${JSON.stringify(code)} is not a current ISO 4217 currency`)
    const day = dayOf(fields[date]!, number)
    const rate = { day, currency: code, base: 'USD', unitsPerBase: unitsOf(fields[perUsd]!, number) } as const
    return { line: number, rate }
  })
}

function dayOf(text: string, line: number): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN
  // The 30th of February parses as the 1st of March in some engines.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) {
    throw wrong(line, `${JSON.stringify(text)} is not a day (YYYY-MM-DD)`)
  }
  return text
}

function unitsOf(text: string, line: number): string {
  if (!/^\d{1,15}(\.\d{1,15})?$/.test(text) || Number(text) === 0) {
    throw wrong(
      line,
      `${JSON.stringify(text)} is not a rate: a number above 0, with a point and without an exponent`,
    )
  }
  return text
}

function refuseTwice(found: readonly Found[]): void {
  if (found.length > tableRatesMax) throw new RateTableError(`more than ${tableRatesMax} rates`)
  const lineOf = new Map<string, number>()
  for (const { line, rate } of found) {
    const key = `${rate.currency} on ${rate.day}`
    const earlier = lineOf.get(key)
    if (earlier !== undefined) throw wrong(line, `${key} was in line ${earlier} already`)
    lineOf.set(key, line)
  }
}

function wrong(line: number, what: string): RateTableError {
  return new RateTableError(`line ${line}: ${what}`)
}
