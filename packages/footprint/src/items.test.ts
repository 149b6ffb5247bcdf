// Order items change an estimate exactly as far as they are known, and never beyond the amount paid.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CarbonEstimate } from './footprint.ts'
import { estimate } from './footprint.ts'
import { basketOfCategory } from './items.ts'
import { loadFactorSet } from './node-factor-sets.ts'
import type { Purchase, PurchaseItem } from './purchase.ts'

const set = await loadFactorSet()
const ORDER = {
  kind: 'carbon',
  mcc: '5411',
  country: 'GBR',
  amount: 50,
  currency: 'GBP',
  date: '2024-06-30',
} as const

function withItems(items: PurchaseItem[], purchase: Partial<Purchase> = {}): CarbonEstimate {
  const result = estimate(set, { ...ORDER, ...purchase, kind: 'carbon', items })
  if (result.outcome !== 'estimated') throw new Error(JSON.stringify(result))
  return result
}

function gramsOf(basket: string, amount: number): number {
  return withItems([{ category: `basket:${basket}`, amount }], { amount }).co2eGrams
}

const plain = estimate(set, ORDER) as CarbonEstimate

describe('categories', () => {
  test.each([
    ['dairy', 'dairy'],
    ['basket:dairy', 'dairy'],
    ['01.1.4', 'dairy'],
    ['coicop:01.1.4', 'dairy'],
    ['01.1.4.2', 'dairy'],
    ['01.1.7', 'grocery'],
    ['03.1.2', 'clothing'],
    ['10.1', 'schools'],
    ['311511', 'dairy'],
    ['naics:315220', 'clothing'],
    ['445110', 'grocery'],
    ['722511', 'restaurant_full'],
  ])('%s means %s', (category, basket) => {
    expect(basketOfCategory(set, category)?.row.basket).toBe(basket)
  })

  test.each([
    'pots',
    '',
    '04',
    '07',
    '999999',
    '443142',
    'naics:01',
    'basket:01',
    'coicop:',
    'x'.repeat(1000),
  ])('%s means nothing here', (category) => {
    expect(basketOfCategory(set, category)).toBeUndefined()
  })
})

describe('items', () => {
  test("of the merchant's own basket give exactly the merchant's own result", () => {
    const own = withItems([
      { category: '01', amount: 17.3 },
      { category: 'grocery', amount: 32.7 },
    ])
    expect(own.itemShare).toBe(1)
    expect({ ...own, itemShare: 0, provenance: null }).toEqual({ ...plain, provenance: null })
    expect(own.provenance.parts).toEqual(plain.provenance.parts)
  })

  test('that are unknown leave everything to the merchant', () => {
    const unknown = withItems([{ category: 'pots', amount: 30 }, { amount: 20 }])
    expect(unknown).toMatchObject({ itemShare: 0, co2eGrams: plain.co2eGrams })
    expect(withItems([])).toMatchObject({ itemShare: 0, co2eGrams: plain.co2eGrams })
  })

  test('count with their own basket, the rest with the merchant', () => {
    const mixed = withItems([
      { category: 'meat', amount: 10 },
      { category: '01.1.4', amount: 15 },
      { category: 'pots', amount: 5 },
    ])
    expect(mixed.itemShare).toBe(0.5)
    expect(mixed.co2eGrams).toBeCloseTo(gramsOf('meat', 10) + gramsOf('dairy', 15) + plain.co2eGrams / 2, 6)
    expect(mixed.provenance.parts.map((part) => [part.basketRow.basket, part.share])).toEqual([
      ['grocery', expect.closeTo(0.5, 12)],
      ['meat', 0.2],
      ['dairy', 0.3],
    ])
  })

  test('that cost more than was paid are scaled down to it', () => {
    const discounted = withItems([{ category: 'meat', amount: 100 }])
    expect(discounted.itemShare).toBe(1)
    expect(discounted.co2eGrams).toBeCloseTo(gramsOf('meat', 50), 6)
  })

  test('do not make a cash withdrawal a purchase', () => {
    const items = [{ category: 'meat', amount: 50 }]
    expect(estimate(set, { ...ORDER, mcc: '6011', items }).outcome).toBe('not_applicable')
  })

  test('sum to a range around their estimate, however they are split', () => {
    const line = fc.record({
      category: fc.option(fc.constantFrom('meat', '01.1.4', '311511', 'air', 'pots', 'grocery'), {
        nil: undefined,
      }),
      amount: fc.double({ min: 0, max: 100, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (items) => {
        const { co2eGrams, lowGrams, highGrams, itemShare, provenance } = withItems(items)
        expect(lowGrams).toBeLessThan(co2eGrams)
        expect(co2eGrams).toBeLessThan(highGrams)
        expect(itemShare).toBeGreaterThanOrEqual(0)
        expect(itemShare).toBeLessThanOrEqual(1)
        expect(provenance.parts.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(1, 9)
      }),
    )
  })

  test.each([
    ['a text', 'meat'],
    ['a negative line', [{ category: 'meat', amount: -1 }]],
    ['a line without an amount', [{ category: 'meat' }]],
    ['a line that is null', [null]],
    ['a category that is a number', [{ category: 1, amount: 1 }]],
    ['too many lines', Array(1001).fill({ category: 'meat', amount: 1 })],
  ])('are refused when they are %s', (_, items) => {
    expect(estimate(set, { ...ORDER, items } as Purchase)).toMatchObject({
      outcome: 'refused',
      code: 'invalid_items',
    })
  })
})
