import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitContribution, type Terms } from '../quotes/quote.ts'
import { type Receipt, type ReceiptFacts, readReceipt, receiptFaults, receiptOf } from './receipt.ts'

const factorSet = { id: 'ekko-factors', version: '1.0.0', sha256: 'b'.repeat(64), licence: 'CC-BY-4.0' }
const facts: Omit<ReceiptFacts, 'total' | 'impact' | 'impactTax' | 'serviceFee' | 'serviceFeeTax' | 'lines'> =
  {
    environment: 'sandbox',
    contributionId: 'c',
    quoteId: 'q',
    locale: 'en-GB',
    merchant: 'Harbour Books',
    operator: 'Operator',
    currency: 'GBP',
    allocationId: 'a',
    origin: 'https://ekko.example',
    paidAt: new Date('2026-11-21T12:00:00Z'),
    cardCost: null,
    footprint: {
      kind: 'carbon',
      grams: 19_000,
      lowGrams: 7_500,
      highGrams: 47_000,
      ounces: 670,
      equivalents: [{ id: 'x', value: 1, unit: 'km' }],
      provenance: { factorSet, input: { kind: 'carbon', amount: 47.97 }, parts: ['many'] },
    },
    consent: {
      sha256: 'a'.repeat(64),
      locale: 'en-GB',
      at: '2026-11-21T11:59:00Z',
      text: 'By choosing …',
    } as NonNullable<Receipt['consent']>,
  }

function terms(projectCount: number, serviceFeePpm: number, taxPpm: number): Terms {
  return {
    kind: 'credit',
    serviceFeePpm,
    serviceFeeTaxPpm: taxPpm,
    impactTaxPpm: taxPpm,
    hierarchy: [{ organisationId: 'o', relativePpm: 0 }],
    projects: Array.from({ length: projectCount }, (_, index) => ({
      projectId: `p${index}`,
      impactPartnerId: 'i',
      tonnePriceMinor: 1400,
    })),
    suggestionsMinor: [],
    minimumMinor: 1,
    maximumMinor: 1_000_000,
  }
}

function receiptFor(total: bigint, under: Terms): Receipt {
  const split = splitContribution(total, under, 'q')
  const lines = split.lines.map((line) => ({
    ...line,
    ...{ id: line.projectId, name: line.projectId, impactPartner: 'i', countryCode: 'KEN', region: 'R' },
    ...{ standard: null, registry: null, deliveryYear: null, sample: true },
  }))
  return receiptOf({ ...facts, ...split, lines }, 1_800_000_000)
}

describe('a receipt', () => {
  it('adds up for every amount, fee, tax and number of projects', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 1_000_000n }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.integer({ min: 0, max: 300_000 }),
        (total, projects, fee, tax) => {
          expect(receiptFaults(receiptFor(total, terms(projects, fee, tax)))).toEqual([])
        },
      ),
    )
  })

  it('that was made up is found out: in the total, by project and by kind', () => {
    const receipt = receiptFor(200n, terms(2, 200_000, 200_000))
    const { projects, amounts } = receipt
    const cheaper = { ...amounts, serviceFee: '0.00' }
    expect(receiptFaults({ ...receipt, total: '3.00' })).toHaveLength(1)
    expect(receiptFaults({ ...receipt, amounts: cheaper })).toHaveLength(2)
    expect(receiptFaults({ ...receipt, projects: projects.slice(1) }).length).toBeGreaterThan(0)
    expect(receiptFaults({ ...receipt, total: 'NaN' })).toHaveLength(1)
  })

  it('keeps of the estimate its figures and where they come from, and of the consent its hash', () => {
    const { estimate, consent } = receiptFor(200n, terms(1, 0, 0))
    expect(estimate).toEqual({
      kind: 'carbon',
      grams: 19_000,
      lowGrams: 7_500,
      highGrams: 47_000,
      provenance: {
        factorSet: { id: 'ekko-factors', version: '1.0.0', sha256: 'b'.repeat(64) },
        input: { kind: 'carbon', amount: 47.97 },
      },
    })
    expect(Object.keys(consent!)).toEqual(['sha256', 'locale', 'at'])
  })

  it('is written the same each time', () => {
    const write = () => JSON.stringify(receiptFor(201n, terms(3, 200_000, 200_000)))
    expect(write()).toBe(write())
  })

  it('of another schema, or without what every receipt has, is not read', () => {
    const receipt = { ...receiptFor(200n, terms(1, 0, 0)) } as Record<string, unknown>
    expect(readReceipt(receipt)).toBe(receipt)
    for (const [name, value] of Object.entries({
      schema: 2,
      currency: 'XXX',
      total: 2,
      projects: {},
      amounts: null,
    }))
      expect(() => readReceipt({ ...receipt, [name]: value })).toThrow('the receipt')
  })
})
