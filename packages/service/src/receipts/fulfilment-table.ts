/**
 * Pure: reads an operator's table of what projects did with their money: credits retired at a registry (`retired`, in
 * tonnes of CO2e) and money paid out (`disbursed`, in a currency).
 * Law: a table is read as a whole or refused as a whole, naming the row.
 */
import { type CsvRecord, readCsv } from '@ekko/footprint/csv'
import { isId } from '../kernel/id.ts'
import { decimalToMinor, exponentOf, isCurrency } from '../kernel/money.ts'

export interface WantedFulfilment {
  /** In the table, the header being the first. */
  readonly row: number
  readonly kind: 'retired' | 'disbursed'
  readonly projectId: string
  /** ISO day. */
  readonly on: string
  /** Milligrams of CO2e for what was retired, else null. */
  readonly milligrams: bigint | null
  readonly currency: string | null
  /** Minor units for what was disbursed, else null. */
  readonly amountMinor: bigint | null
  readonly registry: string | null
  readonly serials: string | null
  readonly reference: string
  readonly url: string | null
  /** Contributions paid from this day on; null for any. */
  readonly from: string | null
  /** And up to this day, inclusive. */
  readonly until: string | null
}

/** Not understood; the message begins with the row. */
export class FulfilmentTableError extends Error {
  override readonly name = 'FulfilmentTableError'
}

const rowsMax = 10_000
const textCharsMax = 500
const milligramDecimalsOfTonne = 9
const columns = 'kind project_id date tonnes amount currency registry serials reference url from until'.split(
  ' ',
)
const needed = ['kind', 'project_id', 'date', 'reference']

/** @throws FulfilmentTableError */
export function readFulfilments(text: string): WantedFulfilment[] {
  const records = readCsv(text, 'the table')
  if (records.length === 0) throw new FulfilmentTableError('row 2: there is nothing in the table')
  if (records.length > rowsMax)
    throw new FulfilmentTableError(`row ${rowsMax + 2}: at most ${rowsMax} rows at once`)
  const names = Object.keys(records[0]!)
  const unknown = names.filter((name) => !columns.includes(name))
  const missing = needed.filter((name) => !names.includes(name))
  if (unknown.length > 0) throw new FulfilmentTableError(`row 1: unknown column ${unknown.join(', ')}`)
  if (missing.length > 0) throw new FulfilmentTableError(`row 1: there is no column ${missing.join(', ')}`)
  return records.map((record, index) => readRow(record, index + 2))
}

function readRow(record: CsvRecord, row: number): WantedFulfilment {
  const refuse = (why: string) => new FulfilmentTableError(`row ${row}: ${why}`)
  const optional = (name: string): string | null => {
    const value = (record[name] ?? '').trim()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    if (value.length > textCharsMax || /[\u0000-\u001f]/.test(value))
      throw refuse(`${name} is longer than ${textCharsMax} characters or of several lines`)
    return value === '' ? null : value
  }
  const required = (name: string): string => {
    const value = optional(name)
    if (value === null) throw refuse(`${name} is missing`)
    return value
  }
  const day = (name: string, value: string | null): string | null => {
    if (value !== null && !isDay(value)) throw refuse(`${name} is not a day (YYYY-MM-DD)`)
    return value
  }
  const kind = required('kind')
  if (kind !== 'retired' && kind !== 'disbursed') throw refuse('kind is retired or disbursed')
  const projectId = required('project_id')
  if (!isId(projectId)) throw refuse('project_id is not a UUID')
  const url = optional('url')
  if (url !== null && !isWebAddress(url)) throw refuse('url is not an https address')
  const shared = {
    row,
    projectId,
    on: day('date', required('date'))!,
    reference: required('reference'),
    url,
    from: day('from', optional('from')),
    until: day('until', optional('until')),
  }
  const forbid = (names: readonly string[]) => {
    const given = names.filter((name) => optional(name) !== null)
    if (given.length > 0) throw refuse(`${given.join(', ')} is not for what was ${kind}`)
  }
  if (kind === 'retired') {
    forbid(['amount', 'currency'])
    const milligrams = decimalToMinor(required('tonnes'), milligramDecimalsOfTonne)
    if (!milligrams) throw refuse('tonnes is not a positive number of at most nine decimals')
    const at = { registry: required('registry'), serials: required('serials') }
    return { ...shared, kind, milligrams, currency: null, amountMinor: null, ...at }
  }
  forbid(['tonnes', 'registry', 'serials'])
  const currency = required('currency')
  if (!isCurrency(currency)) throw refuse('currency is not one of ISO 4217')
  const amountMinor = decimalToMinor(required('amount'), exponentOf(currency))
  if (!amountMinor) throw refuse(`amount is not a positive amount of ${currency}`)
  return { ...shared, kind, milligrams: null, currency, amountMinor, registry: null, serials: null }
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:'
}
