/**
 * Pure: reads settlement lines from a table, for payment providers that have no API for them.
 * Law: a file is read as a whole or refused as a whole, naming the line.
 */
import { type CsvRow, readCsv } from '../kernel/csv.ts'
import { decimalToMinor, exponentOf, isCurrency } from '../kernel/money.ts'
import type { PspSettlementLine } from '../payments/psp.ts'

/** What the header must name, in any order. */
export const settlementColumns = [
  'line_reference',
  'type',
  'payment_reference',
  'refund_reference',
  'dispute_reference',
  'currency',
  'gross',
  'fee',
  'batch',
  'at',
] as const

/** Not understood; the message begins with the line. */
export class SettlementFileError extends Error {
  override readonly name = 'SettlementFileError'
}

type Column = (typeof settlementColumns)[number]

const lineTypes: ReadonlySet<string> = new Set<PspSettlementLine['type']>([
  'payment',
  'refund',
  'refund_failed',
  'chargeback',
  'chargeback_reversed',
  'fee',
  'payout',
  'other',
])
const linesMax = 1_000_000
const referenceCharsMax = 200

/** @throws SettlementFileError, CsvError */
export function readSettlementFile(text: string): PspSettlementLine[] {
  const [header, ...rows] = readCsv(text)
  const missing = settlementColumns.filter((column) => !header?.fields.includes(column))
  if (header === undefined || missing.length > 0)
    throw new SettlementFileError(`line 1: the header lacks ${missing.join(', ')}`)
  if (rows.length > linesMax) throw new SettlementFileError(`more than ${linesMax} lines`)
  const seen = new Set<string>()
  return rows.map((row) => {
    const line = readLine(row, (column) => row.fields[header.fields.indexOf(column)]!.trim())
    if (seen.has(line.lineReference)) throw wrong(row, `${line.lineReference} is in the file twice`)
    seen.add(line.lineReference)
    return line
  })
}

function readLine(row: CsvRow, field: (column: Column) => string): PspSettlementLine {
  const currency = field('currency')
  if (!isCurrency(currency)) throw wrong(row, `${JSON.stringify(currency)} is not an ISO 4217 currency`)
  const type = field('type')
  if (!lineTypes.has(type)) throw wrong(row, `the type is one of ${[...lineTypes].join(', ')}`)
  const grossMinor = amountOf(row, field('gross'), currency)
  const feeMinor = amountOf(row, field('fee') || '0', currency)
  if (feeMinor > 0n) throw wrong(row, 'the fee is what the provider keeps: zero or a negative number')
  const reference = field('line_reference')
  if (reference === '') throw wrong(row, 'the line has no reference')
  return {
    lineReference: referenceOf(row, reference)!,
    type: type as PspSettlementLine['type'],
    pspReference: referenceOf(row, field('payment_reference')),
    refundReference: referenceOf(row, field('refund_reference')),
    disputeReference: referenceOf(row, field('dispute_reference')),
    currency,
    grossMinor,
    feeMinor,
    netMinor: grossMinor + feeMinor,
    batch: referenceOf(row, field('batch')),
    at: instantOf(row, field('at')),
  }
}

function referenceOf(row: CsvRow, text: string): string | null {
  if (text.length > referenceCharsMax)
    throw wrong(row, `a reference has at most ${referenceCharsMax} characters`)
  return text === '' ? null : text
}

function amountOf(row: CsvRow, text: string, currency: string): bigint {
  const minor = decimalToMinor(text.replace(/^-/, ''), exponentOf(currency))
  if (minor === undefined)
    throw wrong(row, `${JSON.stringify(text)} is no amount of ${currency}: digits, a point, no separators`)
  return text.startsWith('-') ? -minor : minor
}

function instantOf(row: CsvRow, text: string): Date {
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  if (Number.isNaN(time))
    throw wrong(row, `${JSON.stringify(text)} is no instant with its zone, such as 2026-03-31T12:00:00Z`)
  return new Date(time)
}

function wrong({ line }: CsvRow, what: string): SettlementFileError {
  return new SettlementFileError(`line ${line}: ${what}`)
}
