// How values travel to and from SQL: one codec for both engines, so that neither shows in a result.
// Not for money, dates of the API or any meaning: only PostgreSQL's own types.
// Law: int8 is always a bigint and numeric always a string; nothing passes through a float unless the column is one.

import pg from 'pg'

/** A value as the wire takes it: text, bytes, or null. */
export type WireValue = string | Uint8Array | null

/**
 * Encodes one parameter. A JavaScript array becomes a PostgreSQL array and a plain object becomes JSON; a JSON array has
 * to be stringified by the caller, since nothing in the value tells the two apart.
 */
export function encodeValue(value: unknown): WireValue {
  if (value === null || value === undefined) return null
  if (value instanceof Uint8Array) return value
  if (Array.isArray(value)) return encodeArray(value)
  return encodeText(value)
}

/** Encodes the parameters of a statement. */
export function encodeValues(values: readonly unknown[]): WireValue[] {
  return values.map(encodeValue)
}

/** The parser of a column's text, by the object id of its type. */
export function parserOf(typeId: number): (text: string) => unknown {
  return parsers.get(typeId) ?? asText
}

function encodeText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'object':
      return value instanceof Date ? value.toISOString() : JSON.stringify(value)
    default:
      throw new TypeError(`a ${typeof value} cannot be a parameter of a statement`)
  }
}

function encodeArray(values: readonly unknown[]): string {
  return `{${values.map(encodeElement).join(',')}}`
}

function encodeElement(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (Array.isArray(value)) return encodeArray(value)
  const text = value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : encodeText(value)
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}

const asText = (text: string): unknown => text
const asBoolean = (text: string): unknown => text === 't'
const asBytes = (text: string): unknown => Buffer.from(text.slice(2), 'hex')
const asJson = (text: string): unknown => JSON.parse(text)
// pg-types knows years before Christ and "infinity"; Date.parse alone does not.
const asInstant = builtIn(1184)

// The one parser of array text there is; nulls and nested arrays stay what they are.
const asTexts = builtIn(1009) as (text: string) => NestedTexts
type NestedTexts = (string | null | NestedTexts)[]

function arrayOf(element: (text: string) => unknown): (text: string) => unknown {
  const convert = (texts: NestedTexts): unknown[] =>
    texts.map((text) => (text === null ? null : Array.isArray(text) ? convert(text) : element(text)))
  return (text) => convert(asTexts(text))
}

// A function declaration, for it is needed above. The type definitions know fewer types than the library.
function builtIn(typeId: number): (text: string) => unknown {
  const parserById = pg.types.getTypeParser as (id: number, format: 'text') => (text: string) => unknown
  return parserById(typeId, 'text')
}

// Types that are missing here arrive as PostgreSQL's text: uuid, numeric, date, interval, inet and the rest.
const parsers = new Map<number, (text: string) => unknown>([
  [16, asBoolean],
  [17, asBytes],
  [20, BigInt],
  [21, Number],
  [23, Number],
  [26, Number],
  [114, asJson],
  [700, Number],
  [701, Number],
  [1184, asInstant],
  [3802, asJson],
  // arrays of the above
  [1000, arrayOf(asBoolean)],
  [1001, arrayOf(asBytes)],
  [1016, arrayOf(BigInt)],
  [1005, arrayOf(Number)],
  [1007, arrayOf(Number)],
  [1028, arrayOf(Number)],
  [199, arrayOf(asJson)],
  [1021, arrayOf(Number)],
  [1022, arrayOf(Number)],
  [1185, arrayOf(asInstant)],
  [3807, arrayOf(asJson)],
  // arrays of text, varchar, char, name, uuid, numeric, date
  [1009, arrayOf(asText)],
  [1015, arrayOf(asText)],
  [1014, arrayOf(asText)],
  [1003, arrayOf(asText)],
  [2951, arrayOf(asText)],
  [1231, arrayOf(asText)],
  [1182, arrayOf(asText)],
])
