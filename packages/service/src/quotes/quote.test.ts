import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cardPriceOf } from './card-cost.ts'
import { amountsFor, roundSum } from './offer.ts'
import { type Split, splitContribution, type Terms } from './quote.ts'
import { serviceFeeTaxPpm } from './sales-tax.ts'

const terms = (over: Partial<Terms> = {}): Terms => ({
  kind: 'credit',
  serviceFeePpm: 200_000,
  serviceFeeTaxPpm: serviceFeeTaxPpm('GBR'),
  impactTaxPpm: 0,
  cardPrice: { ppm: 15_000, fixedMinor: 20 },
  highCostPpm: 250_000,
  hierarchy: [
    { organisationId: 'root', relativePpm: 0 },
    { organisationId: 'bank', relativePpm: 600_000 },
    { organisationId: 'shop', relativePpm: 250_000 },
  ],
  projects: [
    { projectId: 'forest', impactPartnerId: 'a', tonnePriceMinor: 2000 },
    { projectId: 'stoves', impactPartnerId: 'b', tonnePriceMinor: 1200 },
  ],
  suggestionsMinor: [100, 200, 500],
  minimumMinor: 50,
  maximumMinor: 50_000,
  ...over,
})

function expectExact(split: Split) {
  const sum = (values: bigint[]) => values.reduce((total, value) => total + value, 0n)
  expect(split.impact + split.impactTax + split.serviceFee + split.serviceFeeTax).toBe(split.total)
  for (const part of ['impact', 'impactTax', 'serviceFee', 'serviceFeeTax'] as const) {
    expect(sum(split.lines.map((line) => line[part]))).toBe(split[part])
  }
  expect(sum(split.shares.map((share) => share.amount))).toBe(split.serviceFee)
}

describe('splitContribution', () => {
  it('takes a fee of 20 % of the impact and 20 % tax on it out of what the consumer pays', () => {
    const split = splitContribution(1240n, terms(), 'q')
    expect([split.impact, split.impactTax, split.serviceFee, split.serviceFeeTax]).toEqual([
      1000n,
      0n,
      200n,
      40n,
    ])
    expect(split.shares.map((share) => share.amount)).toEqual([80n, 90n, 30n])
    expect(split.lines.map((line) => line.grams)).toEqual([250_000, 416_666.667])
  })

  it('is exact for every amount, rate and depth', () => {
    const ppm = fc.integer({ min: 0, max: 1_000_000 })
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 12n }),
        ppm,
        ppm,
        ppm,
        fc.array(ppm, { maxLength: 7 }),
        fc.string(),
        (total, fee, tax, impactTax, below, seed) => {
          const hierarchy = [0, ...below].map((relativePpm, level) => ({
            organisationId: `level-${level}`,
            relativePpm,
          }))
          expectExact(
            splitContribution(
              total,
              terms({ serviceFeePpm: fee, serviceFeeTaxPpm: tax, impactTaxPpm: impactTax, hierarchy }),
              seed,
            ),
          )
        },
      ),
    )
  })
})

describe('amountsFor', () => {
  const offer = (currency: string, perUsd: number, over: Partial<Terms> = {}, limitPpm = 330_000) => {
    const cardPrice = cardPriceOf(currency, perUsd, {})
    return amountsFor(currency, perUsd, { ...terms(), cardPrice, ...over }, limitPpm)
  }

  it('suggests round sums of about a euro in any currency', () => {
    expect(offer('GBP', 0.81)).toEqual({
      suggestionsMinor: [100, 200, 500],
      minimumMinor: 80,
      maximumMinor: 50_000,
    })
    expect(offer('JPY', 131)).toEqual({
      suggestionsMinor: [100, 200, 500],
      minimumMinor: 50,
      maximumMinor: 50_000,
    })
    expect(offer('HUF', 372).suggestionsMinor).toEqual([50_000, 100_000, 250_000])
  })

  it('raises minimum and suggestions where a card payment would eat small ones', () => {
    expect(offer('GBP', 0.81, { cardPrice: { ppm: 15_000, fixedMinor: 60 } })).toEqual({
      suggestionsMinor: [500, 1000, 2500],
      minimumMinor: 220,
      maximumMinor: 50_000,
    })
  })

  it('leaves the minimum alone where the fee is high and not the amount small', () => {
    expect(offer('GBP', 0.81, { serviceFeePpm: 900_000 }).minimumMinor).toBe(50)
  })

  it('rounds to 1, 2 or 5 of a power of ten', () => {
    expect([0.3, 1, 1.3, 3.9, 7, 24, 131].map(roundSum)).toEqual([1, 1, 1, 5, 5, 20, 100])
  })
})
