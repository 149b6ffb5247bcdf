// A stored estimate verifies when nothing in it was changed, and says where it was.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { equivalents } from './equivalents.ts'
import { estimate } from './footprint.ts'
import { loadFactorSet } from './node-factor-sets.ts'
import type { Purchase } from './purchase.ts'
import { factorSetOf, recompute } from './recompute.ts'

const set = await loadFactorSet()

const PURCHASE: Purchase = {
  ...{ kind: 'carbon', mcc: '5411', country: 'GBR', amount: 50, currency: 'GBP', date: '2024-06-30' },
  items: [{ category: 'dairy', amount: 12.5 }, { amount: 3 }],
}

// biome-ignore lint/suspicious/noExplicitAny: tampering is the point of these tests
function stored(purchase: Purchase = PURCHASE): any {
  return JSON.parse(JSON.stringify(estimate(set, purchase)))
}

function differences(record: unknown): string[] {
  const result = recompute(set, record)
  if (result.outcome === 'unreadable') throw new Error(result.message)
  return result.outcome === 'different' ? result.differences.map(({ path }) => path) : []
}

test.each([
  PURCHASE,
  { ...PURCHASE, kind: 'nature' as const },
  { ...PURCHASE, date: undefined, items: undefined },
  {
    ...PURCHASE,
    currency: 'ARS',
    amount: 5e6,
    rates: { date: '2024-06-28', perUsd: { ARS: 912.5, COP: 4000 }, source: 'a bank' },
  },
])('an untouched record verifies after a round trip through JSON', (purchase) => {
  expect(recompute(set, stored(purchase)).outcome).toBe('same')
})

test('a quote with the estimate inside verifies', () => {
  const quote = { quoteId: 'q_1', footprint: { carbon: stored() }, credits: [] }
  expect(recompute(set, quote).outcome).toBe('same')
  expect(factorSetOf(quote)).toMatchObject({ id: 'ekko-factors', version: '1.0.0' })
})

test('whole grams, and two decimals of square metres, are enough', () => {
  const carbon = stored()
  carbon.co2eGrams = Math.round(carbon.co2eGrams)
  carbon.lowGrams = Number(carbon.lowGrams.toFixed(1))
  delete carbon.breakdown
  expect(differences(carbon)).toEqual([])
  const nature = stored({ ...PURCHASE, kind: 'nature' })
  nature.msaM2 = Number(nature.msaM2.toFixed(2))
  expect(differences(nature)).toEqual([])
  nature.msaM2 = Math.round(nature.msaM2)
  expect(differences(nature)).toEqual(['msaM2'])
})

test('what was changed is named', () => {
  const record = stored()
  record.co2eGrams += 1
  record.provenance.deflator.index = 110
  record.provenance.parts[0].share = 1
  record.provenance.factorSet.sha256 = '0'.repeat(64)
  record.provenance.parts[1].basketRow = null
  expect(differences(record).sort()).toEqual([
    'co2eGrams',
    'provenance.deflator.index',
    'provenance.factorSet.sha256',
    'provenance.parts.0.share',
    'provenance.parts.1.basketRow',
  ])
})

// biome-ignore lint/suspicious/noExplicitAny: tampering is the point of these tests
function quoted(kind: 'carbon' | 'nature', locale = 'en-GB'): any {
  const { co2eGrams, msaM2, lowM2, highM2, ...estimated } = stored({ ...PURCHASE, kind })
  const to = (decimals: number, value: number) => Number(value.toFixed(decimals))
  const numbers =
    kind === 'carbon'
      ? { grams: to(1, co2eGrams), ounces: to(1, co2eGrams / 28.349523125) }
      : {
          ...{ squareMetres: to(2, msaM2), lowSquareMetres: to(2, lowM2), highSquareMetres: to(2, highM2) },
          squareFeet: to(2, msaM2 / 0.09290304),
        }
  const result = kind === 'carbon' ? { co2eGrams } : { msaM2 }
  const footprint = { ...estimated, ...numbers, equivalents: equivalents(result, { locale }) }
  const transaction = { amount: PURCHASE.amount, currencyCode: PURCHASE.currency }
  return JSON.parse(JSON.stringify({ sessionId: 's', transaction, footprint, contributions: [] }))
}

test.each(['en-GB', 'en-US', 'de-DE'])('the answer of the API for a session verifies in %s', (locale) => {
  expect(differences(quoted('carbon', locale))).toEqual([])
  expect(differences(quoted('nature', locale))).toEqual([])
})

test('every number that the API states is compared, under its own name', () => {
  const numbers = ['grams', 'lowGrams', 'highGrams', 'ounces']
  for (const name of numbers) {
    const record = quoted('carbon')
    record.footprint[name] += 1
    expect(differences(record)).toEqual([name])
  }
  for (const name of ['squareMetres', 'lowSquareMetres', 'highSquareMetres', 'squareFeet']) {
    const record = quoted('nature')
    record.footprint[name] += 0.02
    expect(differences(record)).toEqual([name])
  }
})

test('the comparisons and the transaction of an answer belong to its footprint', () => {
  const record = quoted('carbon')
  record.footprint.equivalents[0].value *= 1.01
  record.footprint.equivalents[1].id = 'polar_bears'
  record.transaction.amount = 49
  expect(differences(record)).toEqual(['equivalents.0.value', 'equivalents.1.value', 'transaction.amount'])
})

test('another amount in the input gives other results', () => {
  const record = stored()
  record.provenance.input.amount = 51
  expect(differences(record)).toContain('co2eGrams')
})

test('a dropped part is noticed', () => {
  const record = stored()
  record.provenance.parts.pop()
  expect(differences(record)).toContain('provenance.parts.length')
})

test('any change of a headline number by a gram is noticed', () => {
  const honest = stored({ ...PURCHASE, items: undefined })
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e6, noNaN: true }), fc.boolean(), (grams, up) => {
      expect(differences({ ...honest, co2eGrams: honest.co2eGrams + (up ? grams : -grams) })).toEqual([
        'co2eGrams',
      ])
    }),
  )
})

test.each([
  ['null', null],
  ['a number', 5],
  ['an empty object', {}],
  ['no headline number', { provenance: { input: PURCHASE } }],
  ['an input that is refused', { co2eGrams: 1, provenance: { input: { ...PURCHASE, mcc: '0000' } } }],
  ['an input without a footprint', { co2eGrams: 1, provenance: { input: { ...PURCHASE, mcc: '6011' } } }],
  ['an input of no kind', { co2eGrams: 1, provenance: { input: {} } }],
])('%s cannot be read', (_, record) => {
  expect(recompute(set, record).outcome).toBe('unreadable')
})

test('whatever the record is, an answer comes', () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (input, co2eGrams) => {
      expect(['same', 'different', 'unreadable']).toContain(
        recompute(set, { co2eGrams, provenance: { input } }).outcome,
      )
    }),
  )
})
