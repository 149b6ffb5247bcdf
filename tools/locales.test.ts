// The catalogues: every language has every text with the same arguments and all its plurals, and what is generated is fresh.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { toolsFor } from '../packages/service/src/pages/words-tools.ts'
import { languageOf, resolveLocale } from '../packages/service/src/sessions/locale.ts'
import { claimsIn, explainClaim } from '../packages/service/src/wording/claim.ts'
import { flat, localeFiles, problemsOf, readCatalogues } from './generate-locales.js'
import { compileMessage } from './locale-messages.js'

const catalogues = readCatalogues()
const model = catalogues.get('en-gb')!
const byName = [...catalogues]

describe('the catalogues', () => {
  it('are of the languages that sessions can have', () => {
    const names = byName.map(([name]) => name)
    expect(names).toHaveLength(12)
    expect(names.map((name) => languageOf(resolveLocale(name)).toLowerCase())).toEqual(names)
  })

  it.each(byName)(
    '%s has every text, with the same arguments and all plurals, and no other',
    (name, texts) => {
      expect(problemsOf(name, texts, model)).toEqual([])
    },
  )

  it.each(byName)('%s claims nothing that may not be claimed', (_name, texts) => {
    const findings = [...flat(texts)].flatMap(([key, text]) =>
      claimsIn(text.replaceAll(/\{\w+\}/g, '{}')).map((finding) => `${key}: ${explainClaim(finding)}`),
    )
    expect(findings).toEqual([])
  })

  it.each(byName.filter(([name]) => !name.startsWith('en')))('%s is translated', (_name, texts) => {
    // A sentence that is the same in two languages was forgotten; a name, a code or a pattern of arguments was not.
    const words = (text: string) => text.replaceAll(/\{[^}]*\}/g, ' ').match(/\p{L}{3,}/gu) ?? []
    const same = [...flat(model)].filter(
      ([key, text]) => flat(texts).get(key) === text && words(text).length > 3,
    )
    expect(same).toEqual([])
  })

  it.each(byName)(
    '%s is written with care: no straight quotes, no double blanks, no loose ends',
    (_name, texts) => {
      const careless = [...flat(texts)].filter(([, text]) => /['"]| {2}|^\s|\s$|\.\.\./.test(text))
      expect(careless).toEqual([])
    },
  )

  it.each(Object.entries(localeFiles()))('%s is fresh', (path, make) => {
    expect(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')).toBe(make())
  })

  it('leave no language behind whose catalogue is gone', () => {
    const generated = readdirSync(new URL('../packages/service/src/pages/locales/', import.meta.url))
    expect(generated.map((file) => `packages/service/src/pages/locales/${file}`).sort()).toEqual(
      Object.keys(localeFiles()).sort(),
    )
  })
})

describe('a text', () => {
  /** What the text says, as the generated file would. */
  function said(text: string, locale: string, given?: Record<string, unknown>): string {
    const { category, number, isolated } = toolsFor(locale)
    const made = new Function('category', 'number', 'isolated', `return ${compileMessage(text, locale).code}`)
    const message = made(category, number, isolated) as string | ((given: unknown) => string)
    return typeof message === 'string' ? message : message(given)
  }

  it('without arguments is a string, and with some a function of them', () => {
    const odd = ['`', '$', '{name} \\ ’'].join('')
    expect(said('`$\\ ’', 'en-GB')).toBe('`$\\ ’')
    expect(said(odd, 'en-GB', { name: '#' })).toBe('`$# \\ ’')
    expect(said('{kind, select, a {A} b {B} other {}}', 'en-GB', { kind: 'b' })).toBe('B')
  })

  it('asks the plural rules of its language, an exact number first', () => {
    const days = '{n, plural, one {# day} =0 {none} other {# days}}'
    expect([0, 1, 2, 1234].map((n) => said(days, 'en-GB', { n }))).toEqual([
      'none',
      '1 day',
      '2 days',
      '1,234 days',
    ])
    const dni = '{n, plural, one {# dzień} few {# dni} many {# dni} other {# dnia}}'
    expect([1, 2, 5, 1.5].map((n) => said(dni, 'pl', { n }))).toEqual([
      '1 dzień',
      '2 dni',
      '5 dni',
      '1,5 dnia',
    ])
  })

  it.each([
    ['lacks a plural of its language', '{n, plural, one {#} other {#}}', 'pl', /lacks few, many/],
    ['is not closed', 'Pay {money', 'en-GB', /./],
    ['leaves a format to the library', '{n, number}', 'en-GB', /formatted in code/],
    [
      'uses one name for two things',
      '{n, plural, one {a} other {b}} {n, select, x {a} y {b} other {}}',
      'en-GB',
      /is both/,
    ],
  ])('is refused when it %s', (_why, text, locale, message) => {
    expect(() => compileMessage(text, locale)).toThrow(message)
  })

  it('of one language that differs from the first is told', () => {
    const problems = problemsOf('de', { one: 'Eins {b}', three: 'x' }, { one: 'One {a}', two: 'Two' })
    expect(problems).toEqual(['two is missing', 'one has b (text), not a (text)', 'three is not in en-gb'])
  })
})
