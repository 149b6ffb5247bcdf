import { describe, expect, it } from 'vitest'
import { cardCostMinor, priceOf } from './card-cost.ts'

describe('the price list', () => {
  it.each([
    [50n, 'GBP', 21n], // 0.75 rounded up
    [33n, 'EUR', 20n], // 0.495 rounded down
    [1_000n, 'USD', 35n],
    [100_000n, 'GBP', 1_520n],
    [500n, 'JPY', 38n], // 7.5 rounded up
    [1_000n, 'KRW', 315n],
    [1_000n, 'CLP', 115n],
    [1_000n, 'KWD', 95n],
    [1n, 'GBP', 20n],
  ])('says that %i minor units of %s cost %i', (amount, currency, cost) => {
    expect(cardCostMinor(amount, currency)).toBe(cost)
  })

  it('is exact beyond what a float can count', () => {
    expect(cardCostMinor(999_999_999_999_999_999n, 'GBP')).toBe(15_000_000_000_000_020n)
  })

  it('has a price for disputes in every currency, and none for what is no currency', () => {
    expect(priceOf('GBP').disputeFeeMinor).toBe(1_500n)
    expect(priceOf('JPY').disputeFeeMinor).toBe(2_000n)
    expect(() => priceOf('XXX')).toThrow()
  })
})
