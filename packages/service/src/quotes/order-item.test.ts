import { estimate } from '@ekko/footprint/footprint'
import { loadFactorSet } from '@ekko/footprint/node-factor-sets'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { footprintOf } from './estimator.ts'
import { itemsByCategory, type OrderItem } from './order-item.ts'

const factorSet = await loadFactorSet()

const gbp = (value: number) => ({ value, currencyCode: 'GBP' })
const line = (category: string | null, quantity: number, price: number, list?: number): OrderItem => ({
  category,
  quantity,
  unitPrice: gbp(price),
  ...(list !== undefined && { listPrice: gbp(list) }),
})
const paying = (amountMajor: number, ...items: OrderItem[]) =>
  itemsByCategory(factorSet, items, { currency: 'GBP', amountMajor })

function gramsOf(amountMajor: number, items: readonly OrderItem[], mcc = '5411') {
  return footprintOf(factorSet, {
    impactType: 'carbon',
    mcc,
    countryCode: 'GBR',
    amountMajor,
    currency: 'GBP',
    locale: 'en-GB',
    on: new Date('2024-06-30'),
    items: paying(amountMajor, ...items),
  })
}

describe('itemsByCategory', () => {
  it('multiplies quantity and price and adds up each category', () => {
    expect(paying(50, line('dairy', 3, 2.5), line('meat', 1, 10), line('dairy', 1, 2.5))).toEqual([
      { category: 'dairy', amount: 10 },
      { category: 'meat', amount: 10 },
    ])
  })

  it('leaves to the merchant what cannot be read', () => {
    const unreadable: OrderItem[] = [
      {},
      { category: 'meat' },
      { category: 'meat', unitPrice: null },
      { category: 'meat', unitPrice: { value: 10, currencyCode: 'EUR' } },
      line('meat', 1, -10),
      line('meat', -1, 10),
      line('meat', -1, -10),
      line('meat', 1, 1e300),
      line('meat', Number.MAX_VALUE, Number.MAX_VALUE),
      line('pots', 3, 15.99),
      line(null, 1, 5),
      line('meat', 0, 5),
    ]
    expect(paying(50, ...unreadable)).toBeUndefined()
    expect(paying(50)).toBeUndefined()
    for (const none of [null, undefined]) {
      expect(itemsByCategory(factorSet, none, { currency: 'GBP', amountMajor: 50 })).toBeUndefined()
    }
    expect(paying(50, ...unreadable, line('dairy', 1, 20))).toEqual([
      { category: 'dairy', amount: expect.closeTo((20 / (20 + 47.97 + 5)) * 50, 9) },
    ])
  })

  it('takes one where no quantity is given', () => {
    expect(paying(50, { category: 'meat', unitPrice: gbp(12) })).toEqual([{ category: 'meat', amount: 12 }])
  })

  it('shares out what the lines cost by list price, whichever of them was reduced', () => {
    const reduced = (coat: number, shirt: number) =>
      paying(30, line('coicop:03.1.2', 1, coat, 80), line('basket:meat', 1, shirt, 20))
    const expected = [expect.closeTo(24, 9), expect.closeTo(6, 9)]
    for (const [coat, shirt] of [
      [10, 20],
      [30, 0],
      [24, 6],
      [80, 20],
    ] as const) {
      expect(reduced(coat, shirt)?.map(({ amount }) => amount)).toEqual(expected)
    }
  })

  it('has no use for a list price that is lower, or in another currency', () => {
    const plain = paying(30, line('meat', 1, 10), line('dairy', 1, 20))
    expect(paying(30, line('meat', 1, 10, 0), line('dairy', 1, 20, 19))).toEqual(plain)
    const foreign = { ...line('meat', 1, 10), listPrice: { value: 90, currencyCode: 'EUR' } }
    expect(paying(30, foreign, line('dairy', 1, 20))).toEqual(plain)
  })
})

const pence = fc.integer({ min: 0, max: 100_000 }).map((value) => value / 100)
const category = fc.constantFrom('meat', '01.1.4', '311511', 'coicop:03.1.2', 'grocery', 'pots', null)
const anyLine = fc
  .tuple(category, fc.integer({ min: 0, max: 20 }), pence, fc.option(pence, { nil: undefined }))
  .map(([what, quantity, price, list]) => line(what, quantity, price, list))
const paid = pence.map((value) => value + 0.01)

describe('an order of any lines', () => {
  it('never stands for more than was paid', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 12 }), paid, (lines, amount) => {
        const sum = (paying(amount, ...lines) ?? []).reduce((total, item) => total + item.amount, 0)
        expect(sum).toBeLessThanOrEqual(amount * (1 + 1e-12))
      }),
    )
  })

  it("of the merchant's own category has the merchant's own footprint", () => {
    const plain = (amount: number) => gramsOf(amount, [])
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 12 }), paid, (lines, amount) => {
        const own = lines.map((each) => ({ ...each, category: 'grocery' }))
        const { provenance: _, itemShare, ...footprint } = gramsOf(amount, own)
        const { provenance: __, itemShare: ___, ...expected } = plain(amount)
        expect(footprint).toEqual(expected)
        expect(itemShare).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('grows with its prices: twice the money is twice the footprint', () => {
    const twice = (price: OrderItem['unitPrice']) => (price ? gbp(price.value * 2) : null)
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 12 }), paid, (lines, amount) => {
        const doubled = lines.map((each) => ({
          ...each,
          unitPrice: twice(each.unitPrice),
          listPrice: twice(each.listPrice),
        }))
        const once = estimated(amount, lines)
        expect(estimated(amount * 2, doubled) / once).toBeCloseTo(2, 9)
      }),
    )
  })

  it('is the same order in pieces: one line of three is three lines of one', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 8 }), paid, (lines, amount) => {
        const pieces = lines.flatMap((each) =>
          Array.from({ length: each.quantity! }, () => ({ ...each, quantity: 1 })),
        )
        expect(estimated(amount, pieces)).toBeCloseTo(estimated(amount, lines), 6)
      }),
    )
  })

  it('is composed the same whatever its discounts are', () => {
    const discounted = fc.record({
      category: fc.constantFrom('meat', 'dairy', 'fruit_veg'),
      list: pence,
      off: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(discounted, { minLength: 1, maxLength: 8 }), paid, (lines, amount) => {
        fc.pre(lines.some(({ list }) => list > 0))
        const dear = lines.map(({ category, list }) => line(category, 1, list + amount, list + amount))
        const cheap = lines.map(({ category, list, off }) =>
          line(category, 1, (list + amount) * off, list + amount),
        )
        const cost = cheap.reduce((sum, each) => sum + each.unitPrice!.value, 0)
        fc.pre(cost >= amount)
        expect(estimated(amount, cheap)).toBeCloseTo(estimated(amount, dear), 6)
      }),
    )
  })
})

function estimated(amount: number, lines: readonly OrderItem[]): number {
  const items = paying(amount, ...lines)
  const purchase = { mcc: '5411', country: 'GBR', amount, currency: 'GBP', date: '2024-06-30', items }
  const outcome = estimate(factorSet, { kind: 'carbon', ...purchase })
  if (outcome.outcome !== 'estimated') throw new Error(JSON.stringify(outcome))
  return outcome.co2eGrams
}
