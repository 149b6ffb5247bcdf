/**
 * Comma-separated tables (RFC 4180): written so that a spreadsheet shows what is in them and runs nothing, and read.
 * Law: text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay numbers.
 */
export type CsvCell = string | number | boolean | bigint | null | undefined

/** What a spreadsheet begins a formula with. */
const formulaStart = /^[=+\-@\t\r\n＝＋－＠]/
const needsQuotes = /[",\r\n]/

export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(fieldOf).join(',')}\r\n`
}

function fieldOf(cell: CsvCell): string {
  if (cell === null || cell === undefined) return ''
  if (typeof cell !== 'string') return String(cell)
  const text = formulaStart.test(cell) ? `'${cell}` : cell
  return needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export interface CsvRow {
  /** Of the file, counted from 1; where the row begins. */
  readonly line: number
  readonly fields: readonly string[]
}

/** Not a table; the message begins with the line. */
export class CsvError extends Error {
  override readonly name = 'CsvError'
}

/** Every row, the header too, each with as many fields as the header; empty lines are passed over. @throws CsvError */
export function readCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = []
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y
  field.lastIndex = text.startsWith('\uFEFF') ? 1 : 0
  let line = 1
  let fields: string[] = []
  let begun = line
  while (field.lastIndex < text.length || fields.length > 0) {
    const match = field.exec(text)
    if (!match)
      throw new CsvError(`line ${line}: a field that begins with a quotation mark must end with one`)
    fields.push(match[1] === undefined ? match[2]! : match[1].replaceAll('""', '"'))
    line += match[0].split('\n').length - 1
    if (match[3] === ',') continue
    if (fields.length > 1 || fields[0] !== '') rows.push({ line: begun, fields })
    fields = []
    begun = line
  }
  const width = rows[0]?.fields.length ?? 0
  const odd = rows.find((row) => row.fields.length !== width)
  if (odd) throw new CsvError(`line ${odd.line}: ${odd.fields.length} fields, not ${width}`)
  return rows
}
