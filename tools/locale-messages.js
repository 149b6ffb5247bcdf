// Turns one text in ICU MessageFormat into TypeScript: a string, or a function of its arguments. Not for files; those are in
// generate-locales.js. Law: what comes out needs nothing at run time but Intl, so the parser is a tool and never shipped.

import { parse, TYPE } from '@formatjs/icu-messageformat-parser'

/**
 * @typedef {'text' | 'number' | string} Kind `text`, `number`, or the cases of a closed select, joined by `|`
 * @typedef {{ code: string, kinds: ReadonlyMap<string, Kind>, needs: ReadonlySet<string> }} Message
 */

/** Cardinal only: ordinals, dates and numbers with a skeleton are formatted before they come here. */
const known = new Set([TYPE.literal, TYPE.argument, TYPE.select, TYPE.plural, TYPE.pound])

/**
 * @param {string} text
 * @param {string} locale for the plural categories that have to be there
 * @returns {Message}
 * @throws {SyntaxError} with what a translator has to change
 */
export function compileMessage(text, locale) {
  const parts = parse(text, { ignoreTag: true, captureLocation: false })
  const kinds = new Map()
  readKinds(parts, kinds)
  const needs = new Set()
  const used = new Set()
  const code = codeOf(parts, { kinds, needs, used, locale, counted: undefined })
  return { code: kinds.size === 0 ? code : `${parametersOf(kinds, used)} => ${code}`, kinds, needs }
}

/** A language whose plurals are all alike does not look at the number. */
function parametersOf(kinds, used) {
  const names = [...kinds.keys()].filter((name) => used.has(name))
  return names.length === 0 ? '()' : `({ ${names.join(', ')} })`
}

function readKinds(parts, kinds) {
  for (const part of parts) {
    if (!known.has(part.type)) throw new SyntaxError(`“${part.value}” is of a type that is formatted in code`)
    if (part.type === TYPE.argument) setKind(kinds, part.value, kinds.get(part.value) ?? 'text')
    if (part.type === TYPE.plural) setKind(kinds, part.value, 'number')
    if (part.type === TYPE.select) setKind(kinds, part.value, casesOf(part))
    for (const option of Object.values(part.options ?? {})) readKinds(option.value, kinds)
  }
}

/** Words that TypeScript keeps for itself, among those that somebody might call an argument. */
const reserved = new Set([
  'case',
  'class',
  'default',
  'do',
  'else',
  'for',
  'if',
  'in',
  'new',
  'this',
  'while',
  'with',
])

function setKind(kinds, name, kind) {
  if (!/^[a-z][A-Za-z]*$/.test(name) || reserved.has(name)) throw new SyntaxError(`{${name}} is no name`)
  const before = kinds.get(name) ?? 'text'
  if (before !== 'text' && before !== kind) throw new SyntaxError(`{${name}} is both ${before} and ${kind}`)
  kinds.set(name, kind)
}

/** An empty `other` means that nothing else can come. */
function casesOf({ options }) {
  const isClosed = options.other.value.length === 0
  const cases = Object.keys(options).filter((name) => name !== 'other')
  return isClosed ? cases.sort().join('|') : 'text'
}

function codeOf(parts, scope) {
  const [only] = parts
  if (parts.length === 1 && only.type !== TYPE.literal) return pieceOf(only, scope).slice('${'.length, -1)
  return `\`${parts.map((part) => pieceOf(part, scope)).join('')}\``
}

function pieceOf(part, scope) {
  switch (part.type) {
    case TYPE.literal:
      return part.value.replace(/[\\`]|\$\{/g, '\\$&')
    case TYPE.argument:
      return printed(part.value, scope)
    case TYPE.pound:
      return printed(scope.counted, scope)
    case TYPE.select:
      return `\${${selectCode(part, scope)}}`
    default:
      return `\${${pluralCode(part, scope)}}`
  }
}

function printed(name, { kinds, needs, used }) {
  used.add(name)
  const wrap = kinds.get(name) === 'number' ? 'number' : 'isolated'
  needs.add(wrap)
  return `\${${wrap}(${name})}`
}

function selectCode({ value: name, options }, scope) {
  scope.used.add(name)
  const cases = Object.entries(options).filter(([name]) => name !== 'other')
  const last = options.other.value.length > 0 ? options.other : cases.pop()?.[1]
  const tests = cases.map(([each, option]) => `${name} === '${each}' ? ${codeOf(option.value, scope)} : `)
  return tests.join('') + codeOf(last.value, scope)
}

function pluralCode({ value: name, options, offset, pluralType }, scope) {
  if (offset !== 0 || pluralType !== 'cardinal') throw new SyntaxError('only cardinal plurals without offset')
  const missing = categoriesOf(scope.locale).filter((category) => options[category] === undefined)
  if (missing.length > 0) throw new SyntaxError(`plural of {${name}} lacks ${missing.join(', ')}`)
  const inner = { ...scope, counted: name }
  const order = Object.entries(options)
    .filter(([each]) => each !== 'other')
    .sort(([one], [other]) => Number(other.startsWith('=')) - Number(one.startsWith('=')))
  const other = codeOf(options.other.value, inner)
  const tests = order
    .map(([each, option]) => [testOf(name, each), codeOf(option.value, inner)])
    // A category that says the same as `other` needs no test; an exact number does, or its category would answer.
    .filter(([test, code]) => code !== other || !test.startsWith('category('))
  if (tests.length > 0) scope.used.add(name)
  if (tests.some(([test]) => test.startsWith('category('))) scope.needs.add('category')
  return tests.map(([test, code]) => `${test} ? ${code} : `).join('') + other
}

function testOf(name, each) {
  return each.startsWith('=') ? `${name} === ${Number(each.slice(1))}` : `category(${name}) === '${each}'`
}

export function categoriesOf(locale) {
  return new Intl.PluralRules(locale).resolvedOptions().pluralCategories
}
