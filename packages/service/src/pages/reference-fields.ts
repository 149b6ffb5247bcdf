/** Pure: what a schema says, as rows for people: each field with its type and its meaning, outer before inner. */
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
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly maxItems?: number
  readonly description?: string
}

export interface FieldRow {
  /** `consumer.reference`, `orderItems[].sku`. */
  readonly path: string
  readonly isOptional: boolean
  readonly kind: string
  readonly meaning: string
}

export function fieldRows(given: unknown, prefix = ''): FieldRow[] {
  const schema = withoutNull(given as Schema)
  if (schema.type === 'array') return fieldRows(schema.items ?? {}, `${prefix}[]`)
  const required = schema.required ?? []
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`
    const row = {
      path,
      isOptional: !required.includes(name),
      kind: kindOf(property),
      meaning: meaningOf(property),
    }
    return [row, ...fieldRows(property, path)]
  })
}

const plainKinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  integer: 'whole number',
  boolean: 'true or false',
  object: 'object',
  null: 'null',
}
const formats: Readonly<Record<string, string>> = {
  uuid: 'UUID',
  'date-time': 'instant, ISO 8601',
  date: 'day, YYYY-MM-DD',
}

function kindOf(schema: Schema): string {
  const branches = schema.anyOf ?? []
  if (branches.length > 0) {
    const kinds = branches.map(kindOf)
    const isChoice = branches
      .filter(({ type }) => type !== 'null')
      .every((branch) => branch.const !== undefined)
    return isChoice ? kinds.join(' · ') : kinds.join(' or ')
  }
  if (schema.const !== undefined) return String(schema.const)
  if (schema.enum) return schema.enum.join(' · ')
  if (schema.type === 'array') return `list of ${kindOf(schema.items ?? {})}`
  if (schema.format && formats[schema.format]) return formats[schema.format]!
  return `${plainKinds[schema.type ?? ''] ?? 'anything'}${rangeOf(schema)}`
}

function rangeOf({ minimum, maximum, maxLength }: Schema): string {
  if (maxLength !== undefined) return `, at most ${maxLength}`
  if (minimum !== undefined && maximum !== undefined) return `, ${minimum} to ${maximum}`
  return ''
}

function meaningOf(schema: Schema): string {
  const own =
    schema.description ?? schema.anyOf?.find(({ description }) => description !== undefined)?.description
  return own ?? ''
}

function withoutNull(schema: Schema): Schema {
  const rest = (schema.anyOf ?? []).filter(({ type }) => type !== 'null')
  return rest.length === 1 ? rest[0]! : schema
}
