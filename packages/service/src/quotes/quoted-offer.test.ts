import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitContribution, type Terms, totalGrams } from './quote.ts'
import { creditsFor, mostAllocated, partnersOf, type QuotedPurchase, showOffer } from './quoted-offer.ts'

const terms: Terms = {
  kind: 'credit',
  serviceFeePpm: 200_000,
  serviceFeeTaxPpm: 200_000,
  impactTaxPpm: 0,
  hierarchy: [{ organisationId: 'root', relativePpm: 0 }],
  projects: [
    { projectId: 'a', impactPartnerId: 'x', tonnePriceMinor: 1900 },
    { projectId: 'b', impactPartnerId: 'y', tonnePriceMinor: 1100 },
  ],
  contributionPartnerIds: ['y', 'z'],
  cardPrice: { ppm: 0, fixedMinor: 0 },
  highCostPpm: 0,
  suggestionsMinor: [],
  minimumMinor: 50,
  maximumMinor: 50_000,
}

function quoted(grams: number, over: Partial<Terms> = {}): QuotedPurchase {
  const footprint = { kind: 'carbon', grams, breakdown: {}, confidence: 'A', equivalents: [], provenance: {} }
  return {
    quoteId: 'quote',
    currency: 'GBP',
    transactionMinor: 4797n,
    footprint: footprint as QuotedPurchase['footprint'],
    terms: { ...terms, ...over },
  }
}

const prices = fc.array(fc.integer({ min: 1, max: 500_000 }), { minLength: 1, maxLength: 4 })
const pricedAt = (tonnePrices: readonly number[]): Partial<Terms> => ({
  projects: tonnePrices.map((tonnePriceMinor, index) => ({
    projectId: `p${index}`,
    impactPartnerId: 'x',
    tonnePriceMinor,
  })),
})

describe('credits for an estimate', () => {
  it('are no less than it and hardly more, whatever the prices', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        prices,
        fc.integer({ min: 0, max: 500_000 }),
        (grams, tonnePrices, serviceFeePpm) => {
          const purchase = quoted(grams, { ...pricedAt(tonnePrices), serviceFeePpm })
          const credits = creditsFor(purchase)!
          expect(totalGrams(credits.lines)).toBeGreaterThanOrEqual(grams)
          const gramsPerMinor = 1e6 / Math.min(...tonnePrices)
          expect(totalGrams(credits.lines)).toBeLessThanOrEqual(grams + 6 * gramsPerMinor + 1)
        },
      ),
    )
  })

  it('are what allocating their total books, to the minor unit', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e8, noNaN: true }), (grams) => {
        const purchase = quoted(grams)
        const credits = creditsFor(purchase)!
        expect(splitContribution(credits.total, purchase.terms, 'quote')).toEqual(credits)
      }),
    )
  })

  it('are shown as parts that add up', () => {
    const { credits } = showOffer(quoted(12_345.6))
    const { totalAmount, impactAmount, impactSalesTaxAmount, serviceFeeAmount, serviceFeeSalesTaxAmount } =
      credits!
    const pence = [impactAmount, impactSalesTaxAmount, serviceFeeAmount, serviceFeeSalesTaxAmount]
    expect(pence.reduce((sum, major) => sum + Math.round(major * 100), 0)).toBe(Math.round(totalAmount * 100))
    expect(credits!.projects.map(({ unitPrice }) => unitPrice)).toEqual([19, 11])
  })

  it('do not exist for nature', () => {
    const nature = quoted(0, { kind: 'contribution' })
    expect([creditsFor(nature), showOffer(nature).credits]).toEqual([undefined, undefined])
  })
})

describe('the offer of a quote', () => {
  it('has rates that add up to exactly 1', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.integer({ min: 0, max: 300_000 }),
        fc.integer({ min: 0, max: 300_000 }),
        (serviceFeePpm, serviceFeeTaxPpm, impactTaxPpm) => {
          const rates = { serviceFeePpm, serviceFeeTaxPpm, impactTaxPpm }
          const { effectiveRates } = showOffer(quoted(1, rates)).contribution
          const billionths = Object.values(effectiveRates).map((rate) => Math.round(rate * 1e9))
          expect(billionths.reduce((sum, rate) => sum + rate, 0)).toBe(1e9)
        },
      ),
    )
  })

  it('lets as much be allocated as its largest amount, the purchase or the credits, whichever is most', () => {
    expect(mostAllocated(quoted(1))).toBe(50_000n)
    expect(mostAllocated({ ...quoted(1), transactionMinor: 60_000n })).toBe(60_000n)
    const dear = quoted(1e9)
    expect(mostAllocated(dear, creditsFor(dear))).toBe(creditsFor(dear)!.total)
  })

  it('names the partners of its terms, or those of the projects that take contributions themselves', () => {
    expect(partnersOf(terms)).toEqual(['y', 'z'])
    const { contributionPartnerIds: _, ...without } = terms
    expect(partnersOf(without)).toEqual([])
    expect(partnersOf({ ...without, kind: 'contribution' })).toEqual(['x', 'y'])
  })
})
