import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../config.ts'
import { cardCostOf, cardPriceOf, readCardPrices } from './card-cost.ts'

describe('the card cost', () => {
  it('of fifty pence is 21 pence by usual prices, and that of nothing the fixed sum', () => {
    const price = cardPriceOf('GBP', 0.8, {})
    expect(price).toEqual({ ppm: 15_000, fixedMinor: 20 })
    expect(cardCostOf(50n, price)).toBe(21n)
    expect(cardCostOf(0n, price)).toBe(20n)
  })

  it('never falls as the amount grows, and is rounded up by less than a minor unit', () => {
    const minor = fc.bigInt({ min: 0n, max: 10n ** 12n })
    const price = fc.record({ ppm: fc.integer({ min: 0, max: 1_000_000 }), fixedMinor: fc.nat(100_000) })
    fc.assert(
      fc.property(minor, minor, price, (one, more, cardPrice) => {
        const cost = cardCostOf(one, cardPrice)
        expect(cardCostOf(one + more, cardPrice) >= cost).toBe(true)
        const exact = one * BigInt(cardPrice.ppm) + BigInt(cardPrice.fixedMinor) * 1_000_000n
        const excess = cost * 1_000_000n - exact
        expect(excess >= 0n && excess < 1_000_000n).toBe(true)
      }),
    )
  })

  it('is exchanged from dollars where nothing is listed, in the minor units that the currency has', () => {
    expect(cardPriceOf('VND', 25_000, {})).toEqual({ ppm: 29_000, fixedMinor: 7_500 })
    expect(cardPriceOf('KWD', 0.31, {})).toEqual({ ppm: 29_000, fixedMinor: 93 })
  })

  it('follows the prices that a deployment was given', () => {
    const own = readCardPrices('GBP 1.2% + 0.1,JPY 3% + 0')!
    expect(cardPriceOf('GBP', 0.8, own)).toEqual({ ppm: 12_000, fixedMinor: 10 })
    expect(cardPriceOf('JPY', 150, own)).toEqual({ ppm: 30_000, fixedMinor: 0 })
    expect(cardPriceOf('EUR', 0.9, own)).toEqual({ ppm: 15_000, fixedMinor: 25 })
  })

  it.each([
    '',
    'GBP',
    'GBP 1%',
    'XXX 1% + 0',
    'GBP 1% + 0.001',
    'JPY 1% + 0.5',
    'GBP -1% + 0.2',
    'GBP 1% + 0.2,',
  ])('is not read from %j', (text) => expect(readCardPrices(text)).toBeUndefined())
})

describe('the configuration', () => {
  it('sets prices, limit and warning, and refuses what it cannot read', () => {
    const { costPolicy } = readConfig({ EKKO_CARD_PRICES: 'EUR 1% + 0.10', EKKO_COST_LIMIT_PERCENT: '40' })
    expect(costPolicy).toEqual({
      cardPrices: { EUR: { ppm: 10_000, fixedMinor: 10 } },
      limitPpm: 400_000,
      highPpm: 250_000,
    })
    expect(() => readConfig({ EKKO_CARD_PRICES: 'much' })).toThrow(ConfigError)
    expect(() => readConfig({ EKKO_COST_WARNING_PERCENT: '101' })).toThrow(ConfigError)
  })
})
