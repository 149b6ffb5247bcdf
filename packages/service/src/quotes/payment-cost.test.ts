import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cardCostOf } from './card-cost.ts'
import { leastWorthwhile, paymentCostOf } from './payment-cost.ts'
import { splitContribution, type Terms } from './quote.ts'

const termsWith = (rates: Partial<Terms>): Terms => ({
  kind: 'credit',
  serviceFeePpm: 200_000,
  serviceFeeTaxPpm: 200_000,
  impactTaxPpm: 0,
  cardPrice: { ppm: 15_000, fixedMinor: 20 },
  highCostPpm: 250_000,
  hierarchy: [{ organisationId: 'root', relativePpm: 0 }],
  projects: [{ projectId: 'forest', impactPartnerId: 'a', tonnePriceMinor: 2000 }],
  suggestionsMinor: [],
  minimumMinor: 1,
  maximumMinor: 50_000,
  ...rates,
})

const costOf = (total: bigint, terms: Terms) =>
  paymentCostOf(splitContribution(total, terms, 'q'), cardCostOf(total, terms.cardPrice), terms)

const rates = fc.record({
  serviceFeePpm: fc.integer({ min: 0, max: 600_000 }),
  serviceFeeTaxPpm: fc.integer({ min: 0, max: 300_000 }),
  impactTaxPpm: fc.integer({ min: 0, max: 100_000 }),
  cardPrice: fc.record({ ppm: fc.nat(50_000), fixedMinor: fc.nat(200) }),
})

describe('the cost of a payment', () => {
  it('of two pounds is what the fee and its tax take; the fee pays for the card', () => {
    expect(costOf(200n, termsWith({}))).toEqual({
      card: 23n,
      beyondFee: 0n,
      sharePpm: 195_000,
      isHigh: false,
    })
  })

  it('of fifty pence is high, and the card costs more than the fee brings', () => {
    expect(costOf(50n, termsWith({}))).toEqual({
      card: 21n,
      beyondFee: 13n,
      sharePpm: 460_000,
      isHigh: true,
    })
  })

  it('is at least what does not reach the project, and what the card costs', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 9n }), rates, (total, over) => {
        const terms = termsWith(over)
        const split = splitContribution(total, terms, 'q')
        const { card, sharePpm, beyondFee } = costOf(total, terms)
        const taken = BigInt(sharePpm) * total
        expect(taken >= (total - split.impact) * 1_000_000n).toBe(true)
        expect(taken >= card * 1_000_000n).toBe(true)
        expect(taken < (total - split.impact + beyondFee) * 1_000_000n + total).toBe(true)
      }),
    )
  })
})

describe('the least amount that is worth paying', () => {
  const bounds = { floor: 50n, ceiling: 50_000n, step: 10n, limitPpm: 330_000 }

  it('is 80 pence at usual prices, since at 70 more than a third would go', () => {
    expect(leastWorthwhile(termsWith({}), bounds)).toBe(80n)
    expect(costOf(80n, termsWith({})).sharePpm).toBeLessThan(330_000)
    expect(costOf(70n, termsWith({})).sharePpm).toBeGreaterThan(330_000)
  })

  it('keeps costs at or under the limit whatever the rates, or is the floor where no amount does', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 10_000, max: 900_000 }), (over, limitPpm) => {
        const terms = termsWith(over)
        const least = leastWorthwhile(terms, { ...bounds, limitPpm })
        expect(least >= bounds.floor && least <= bounds.ceiling && least % bounds.step === 0n).toBe(true)
        const isWorthwhile = costOf(least, terms).sharePpm <= limitPpm
        expect(isWorthwhile || least === bounds.floor).toBe(true)
        if (!isWorthwhile) expect(costOf(bounds.ceiling, terms).sharePpm).toBeGreaterThan(limitPpm - 100)
      }),
    )
  })
})
