// Reads comma-separated tables (RFC 4180: quoted fields, doubled quotes, either line ending) into records.
// Only for building factor sets; the library itself never sees a CSV.

export type CsvRecord = Record<string, string>

/** Parses a table whose first line names the columns. Throws when a row has another number of fields. */
export function readCsv(text: string, name: string): CsvRecord[] {
  const [header, ...rows] = splitRows(text.replace(/^\uFEFF/, ''))
  if (!header) throw new Error(`${name} is empty`)
  return rows.map((row, i) => {
    if (row.length !== header.length)
      throw new Error(`${name} row ${i + 2}: ${row.length} fields, not ${header.length}`)
    return Object.fromEntries(header.map((column, c) => [column, row[c]!]))
  })
}

function splitRows(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y
  while (field.lastIndex < text.length) {
    const at = field.lastIndex
    const match = field.exec(text)
    if (!match) throw new Error(`unreadable field at character ${at}`)
    row.push(match[1] === undefined ? match[2]! : match[1].replaceAll('""', '"'))
    if (match[3] === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}

/** The named column; throws when the table does not have it. */
export function text(record: CsvRecord, column: string): string {
  const value = record[column]
  if (value === undefined) throw new Error(`no column ${column}`)
  return value
}

/** The named column as a finite number; an empty field gives `whenEmpty`, or throws when that is not given. */
export function number(record: CsvRecord, column: string, whenEmpty?: number): number {
  const field = text(record, column)
  if (field === '' && whenEmpty !== undefined) return whenEmpty
  const value = Number(field)
  if (field === '' || !Number.isFinite(value)) throw new Error(`column ${column}: ${field} is not a number`)
  return value
}
