// From a schema of the contract to values that it takes, and to values that it should not take.
import fc from 'fast-check'

interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
}

/** What the world around a request offers to it: ids that mean something, and the mark that its texts carry. */
export interface Surroundings {
  readonly ids: readonly string[]
  readonly mark: string
  /** What fields of a name usually hold; tried more often than anything else, so that requests get past the first checks. */
  readonly usual: Readonly<Record<string, readonly unknown[]>>
}

const listMax = 3
const textMax = 40

/** Values that the schema takes, as far as a schema can say. */
export function fitting(given: unknown, around: Surroundings, name = ''): fc.Arbitrary<unknown> {
  const schema = given as Schema
  const isObject = schema.type === 'object'
  const usual = around.usual[name]?.filter((value) => (typeof value === 'object') === isObject)
  if (usual?.length && name === 'organisationReference') return fc.constantFrom(...usual)
  const plain = plainly(schema, around, name)
  return usual?.length ? fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...usual) }, plain) : plain
}

function plainly(schema: Schema, around: Surroundings, name: string): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((branch) => fitting(branch, around, name)))
  switch (schema.type) {
    case 'object':
      return objects(schema, around)
    case 'array':
      return fc.array(fitting(schema.items, around, name.replace(/Ids$/, 'Id')), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? listMax, Math.max(listMax, schema.minItems ?? 0)),
      })
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1000, max: schema.maximum ?? 1_000_000 })
    case 'number':
      return numbers(schema)
    case 'string':
      return texts(schema, around)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return fc.oneof(fc.constant({}), fc.jsonValue({ maxDepth: 1 }))
  }
}

function objects({ properties = {}, required = [], patternProperties }: Schema, around: Surroundings) {
  if (patternProperties) return fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), nasty, { maxKeys: 3 })
  const members = Object.entries(properties).map(([name, member]) => [name, fitting(member, around, name)])
  const model = Object.fromEntries(members)
  const needed = Object.fromEntries(members.filter(([name]) => required.includes(name as string)))
  // With half of everything that may be left out, hardly anything would get past the first rule between two fields.
  return fc.oneof(
    fc.record(model, { requiredKeys: [...required] }),
    fc
      .tuple(fc.record(needed), fc.subarray(Object.keys(model), { maxLength: 1 }), fc.record(model))
      .map(([least, more, all]) => ({
        ...least,
        ...Object.fromEntries(more.map((name) => [name, all[name]])),
      })),
  )
}

function numbers({ minimum = 0, maximum = 1e6 }: Schema): fc.Arbitrary<number> {
  const cents = fc.integer({ min: Math.ceil(minimum * 100), max: Math.floor(maximum * 100) })
  return fc.oneof(
    { weight: 4, arbitrary: cents.map((minor) => minor / 100) },
    fc.double({ min: minimum, max: maximum, noNaN: true }),
  )
}

const days = ['2026-11-20', '2026-01-31', '2024-02-29', '2026-02-30', '0001-01-01', '9999-12-31']
const instants = [
  '2026-11-01T00:00:00Z',
  '2026-12-01T00:00:00+01:00',
  '1970-01-01T00:00:00Z',
  '2026-11-20T10:18:25.601Z',
]

function texts(schema: Schema, { ids, mark }: Surroundings): fc.Arbitrary<string> {
  const { format, pattern, minLength = 0, maxLength = textMax } = schema
  if (format === 'uuid') return fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...ids) }, anyId)
  if (format === 'date') return fc.constantFrom(...days)
  if (format === 'date-time') return fc.constantFrom(...instants)
  if (pattern?.startsWith('^https')) return secureUrl
  if (pattern && !pattern.includes('(?')) return kept(pattern, () => fc.stringMatching(new RegExp(pattern)))
  const longest = Math.min(maxLength, textMax)
  const free = kept(`${minLength} ${longest}`, () =>
    fc.string({ unit: 'grapheme', minLength, maxLength: longest }).map(storable),
  )
  return fc.oneof({ weight: 2, arbitrary: fc.constant(mark.slice(0, maxLength)) }, free)
}

const anyId = fc.uuid()
const secureUrl = fc.webUrl().map((url) => url.replace(/^http:/, 'https:'))
const keptTexts = new Map<string, fc.Arbitrary<string>>()

/** Making some of them takes longer than asking the service. */
function kept(key: string, make: () => fc.Arbitrary<string>): fc.Arbitrary<string> {
  const before = keptTexts.get(key)
  if (before) return before
  const made = make()
  keptTexts.set(key, made)
  return made
}

function storable(text: string): string {
  return text.replaceAll('\0', '') || 'x'
}

/** What has broken software before. */
const nastyValues: readonly unknown[] = [
  null,
  true,
  false,
  '',
  ' ',
  0,
  -0,
  -1,
  0.1 + 0.2,
  1e-7,
  1e21,
  1e308,
  -1e308,
  2 ** 53,
  2 ** 63,
  [],
  [[]],
  [null],
  {},
  { __proto__x: 1 },
  { constructor: { prototype: { polluted: true } } },
  'null',
  'NaN',
  'true',
  '0',
  '-1',
  '1e400',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202Eright to left',
  '👩‍👩‍👧‍👦',
  'e\u0301'.repeat(30),
  "'; drop table organisation; --",
  "' or 1=1 --",
  '" onload="alert(1)',
  '<script>alert(1)</script>',
  '#{7*7}',
  '{{7*7}}',
  '../../etc/passwd',
  '%00',
  '%s%s%n',
  '__proto__',
  'constructor',
  'toString',
  '2026-13-45T99:99:99Z',
  '-271821-04-20T00:00:00Z',
  '+275760-09-13T00:00:00Z',
  '00000000-0000-0000-0000-000000000000',
  'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
  'GBP',
  'ZZZ',
  'http://169.254.169.254/',
  'x'.repeat(300),
  'x'.repeat(20_000),
]
export const nasty = fc.constantFrom(...nastyValues)

const nastyKeys = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'id', 'organisationId']

/** A value with one to three members replaced, left out or added; at times no such value at all. */
export function mutated(base: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const change = fc.record({
    at: fc.nat(),
    kind: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add'),
    value: nasty,
    key: fc.constantFrom(...nastyKeys),
  })
  const changed = fc
    .tuple(base, fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([value, changes]) => changes.reduce(applied, structuredClone(value)))
  return fc.oneof({ weight: 9, arbitrary: changed }, nasty)
}

interface Change {
  readonly at: number
  readonly kind: string
  readonly value: unknown
  readonly key: string
}

function applied(value: unknown, { at, kind, value: nastyValue, key }: Change): unknown {
  const replacement = structuredClone(nastyValue)
  const places = placesIn(value)
  if (places.length === 0) return replacement
  const { holder, name } = places[at % places.length]!
  if (kind === 'remove') delete holder[name]
  else if (kind === 'replace') holder[name] = replacement
  else
    Object.defineProperty(holder, key, {
      value: replacement,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  return value
}

interface Place {
  readonly holder: Record<string, unknown>
  readonly name: string
}

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as Record<string, unknown>
  return Object.keys(holder).flatMap((name) => [{ holder, name }, ...placesIn(holder[name])])
}
