/**
 * Pure: an object of the API as a row of a table: one column for each of its plain fields, named by its path, as
 * `amounts.total`; a list is JSON in one cell.
 * Law: the columns follow from the schema, so a row says what the API says and a new field is not forgotten.
 */
import type { TSchema } from 'typebox'
import type { CsvCell } from '../kernel/csv.ts'

export interface Column {
  readonly name: string
  readonly path: readonly string[]
}

interface AnySchema {
  readonly properties?: Readonly<Record<string, AnySchema>>
  readonly anyOf?: readonly AnySchema[]
}

export function columnsOf(schema: TSchema): Column[] {
  return columnsBelow(schema as AnySchema, [])
}

function columnsBelow(schema: AnySchema, path: readonly string[]): Column[] {
  // What may be null has the columns of what it is otherwise.
  const { properties } = schema.anyOf?.find((each) => each.properties) ?? schema
  if (properties === undefined) return [{ name: path.join('.'), path }]
  return Object.entries(properties).flatMap(([name, each]) => columnsBelow(each, [...path, name]))
}

export function cellsOf(value: unknown, columns: readonly Column[]): CsvCell[] {
  return columns.map(({ path }) => {
    let found: unknown = value
    for (const name of path) found = (found as Readonly<Record<string, unknown>> | null | undefined)?.[name]
    return typeof found === 'object' && found !== null ? JSON.stringify(found) : (found as CsvCell)
  })
}
