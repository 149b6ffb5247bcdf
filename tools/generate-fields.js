// What a JSON Schema of the contract says, in words: its fields as rows, and the kind of each.

import { code } from './generate-markdown.js'

const words = { string: 'text', number: 'number', integer: 'whole number', boolean: 'true or false' }
const formats = { uuid: 'UUID', 'date-time': 'instant (ISO 8601)', date: 'day (YYYY-MM-DD)' }

/**
 * The fields of an object and of the objects inside it, outer before inner.
 * @param {Map<object, string>} objects those that have a section of their own, which are linked instead of repeated
 */
export function fieldsOf(schema, objects, prefix = '') {
  const required = schema.required ?? []
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const path = `${prefix}${name}`
    const row = {
      path,
      optional: !required.includes(name),
      kind: kindOf(property, objects),
      meaning: meaningOf(property),
    }
    return [row, ...innerFields(property, objects, path)]
  })
}

function innerFields(property, objects, path) {
  const schema = withoutNull(property)
  if (objects.has(schema) || schema.$ref) return []
  if (schema.type === 'array') return innerFields(schema.items, objects, `${path}[]`)
  return fieldsOf(schema, objects, `${path}.`)
}

/** @returns {string} for example `text, 1 to 255 characters, or null` */
export function kindOf(schema, objects) {
  if (!isNullable(schema)) return plainKind(schema, objects)
  return `${plainKind(withoutNull(schema), objects)}, or null`
}

function plainKind(schema, objects) {
  const name = objects.get(schema) ?? schema.$ref?.split('/').at(-1)
  if (name) return `[${name}](#${name.toLowerCase()})`
  if (schema.anyOf) return schema.anyOf.map((each) => kindOf(each, objects)).join(' or ')
  if (schema.const !== undefined) return code(schema.const)
  if (schema.type === 'array')
    return `list of ${kindOf(schema.items, objects)}${counted(undefined, schema.maxItems, 'items')}`
  if (schema.patternProperties)
    return `object of ${kindOf(Object.values(schema.patternProperties)[0], objects)}s`
  if (schema.type === 'object') return 'object'
  if (schema.format) return formats[schema.format]
  return `${words[schema.type] ?? 'anything'}${limits(schema)}`
}

function limits({ minLength, maxLength, minimum, maximum, pattern }) {
  return `${counted(minLength, maxLength, 'characters')}${counted(minimum, maximum, '')}${pattern ? `, ${code(pattern)}` : ''}`
}

function counted(min, max, unit) {
  if (min === undefined && max === undefined) return ''
  const range =
    max === undefined ? `${min} or more` : min === undefined ? `at most ${max}` : `${min} to ${max}`
  return `, ${range} ${unit}`.trimEnd()
}

function meaningOf(schema) {
  if (schema.description !== undefined) return schema.description
  return (schema.anyOf ?? []).find(({ description }) => description !== undefined)?.description
}

function isNullable({ anyOf }) {
  return anyOf?.some(({ type }) => type === 'null') ?? false
}

function withoutNull(schema) {
  if (!isNullable(schema)) return schema
  const rest = schema.anyOf.filter(({ type }) => type !== 'null')
  return rest.length === 1 ? rest[0] : { anyOf: rest }
}
