import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitContribution, type Terms } from '../quotes/quote.ts'
import type { Amounts } from './allocation.ts'
import { reversalOf } from './reversal.ts'

const terms: Terms = {
  kind: 'credit',
  serviceFeePpm: 200_000,
  serviceFeeTaxPpm: 200_000,
  impactTaxPpm: 0,
  hierarchy: [
    { organisationId: 'root', relativePpm: 0 },
    { organisationId: 'bank', relativePpm: 333_333 },
    { organisationId: 'shop', relativePpm: 777_777 },
  ],
  projects: [
    { projectId: 'a', impactPartnerId: 'x', tonnePriceMinor: 1900 },
    { projectId: 'b', impactPartnerId: 'y', tonnePriceMinor: 1100 },
    { projectId: 'c', impactPartnerId: 'y', tonnePriceMinor: 700 },
  ],
  cardPrice: { ppm: 0, fixedMinor: 0 },
  highCostPpm: 0,
  suggestionsMinor: [],
  minimumMinor: 1,
  maximumMinor: 1_000_000,
}

describe('reversalOf', () => {
  it('in any number of parts gives back exactly what was allocated, line by line and share by share', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 100_000n }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }),
        (total, cuts) => {
          const whole = splitContribution(total, terms, 'quote')
          const done: Amounts[] = []
          let left = total
          for (const cut of [...cuts, 1]) {
            const amount = cut === 1 ? left : BigInt(Math.floor(Number(left) * cut))
            if (amount === 0n) continue
            const part = reversalOf(whole, done, amount, 'merchant')
            expect(part.impact + part.impactTax + part.serviceFee + part.serviceFeeTax).toBe(amount)
            expect(part.shares.reduce((sum, share) => sum + share.amount, 0n)).toBe(part.serviceFee)
            done.push(part)
            left -= amount
          }
          whole.lines.forEach((line, index) => {
            for (const component of ['impact', 'impactTax', 'serviceFee', 'serviceFeeTax'] as const) {
              expect(done.reduce((sum, part) => sum + part.lines[index]![component], 0n)).toBe(
                line[component],
              )
            }
            const grams = done.reduce((sum, part) => sum + part.lines[index]!.grams!, 0)
            expect(grams).toBeCloseTo(line.grams!, 2)
          })
          whole.shares.forEach((share, index) => {
            expect(done.reduce((sum, part) => sum + part.shares[index]!.amount, 0n)).toBe(share.amount)
          })
        },
      ),
    )
  })

  it('refuses to give back more than is left', () => {
    const whole = splitContribution(100n, terms, 'quote')
    expect(() => reversalOf(whole, [reversalOf(whole, [], 60n, 'merchant')], 41n, 'merchant')).toThrow()
  })
})
