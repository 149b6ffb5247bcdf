import { loadFactorSet } from '@ekko/footprint/node-factor-sets'
import { describe, expect, it } from 'vitest'
import type { OrganisationRow } from '../organisations/organisation.ts'
import type { ProjectRow } from '../projects/projects.ts'
import { usualCostPolicy } from './payment-cost.ts'
import { makeQuote } from './quotes.ts'

const factorSet = await loadFactorSet()
const organisation = {
  rootId: 'root',
  path: ['root'],
  relativeSharesPpm: [0],
  serviceFeePpm: 200_000,
  mcc: '5411',
  product: {},
}
const project = {
  id: 'p',
  impactPartnerId: 'i',
  type: 'carbonCredits',
  isOffered: true,
  unitPriceMinor: 2000n,
  country: 'GBR',
}
const now = new Date('2024-06-30T12:00:00Z')

async function quoteIn(currencyCode: string, perUsd?: number) {
  const asked: string[] = []
  const sources = {
    factorSet,
    costPolicy: usualCostPolicy,
    projects: { list: async () => [project as unknown as ProjectRow], partners: async () => [] },
    rates: {
      async find(currency: string, day: string) {
        asked.push(`${currency} ${day}`)
        return perUsd === undefined
          ? undefined
          : { date: day, perUsd: { [currency]: perUsd }, source: 'A bank' }
      },
    },
  }
  const quote = makeQuote(
    sources,
    { ...organisation, address: { countryCode: 'GBR' } } as unknown as OrganisationRow,
    { consumer: { reference: 'c', countryCode: 'GBR' }, transaction: { amount: 5000, currencyCode } },
    'en-GB',
    now,
  )
  return { quote: await quote.catch((cause) => cause), asked }
}

describe('makeQuote', () => {
  it('asks for imported rates only in a currency that the factor set does not have', async () => {
    for (const currency of factorSet.currencies.keys()) {
      expect((await quoteIn(currency)).asked).toEqual([])
    }
    expect((await quoteIn('ARS')).asked).toEqual(['ARS 2024-06-30'])
  })

  it('takes an imported rate for the estimate, the card cost and the amounts that are suggested', async () => {
    const { quote } = await quoteIn('ARS', 912.5)
    expect(quote.terms).toMatchObject({
      cardPrice: { ppm: 29_000, fixedMinor: 27_375 },
      suggestionsMinor: [200_000, 400_000, 1_000_000],
      minimumMinor: 110_000,
    })
    expect(quote.footprint.provenance.exchangeRate).toEqual({
      ...{ currency: 'ARS', perUsd: 912.5, year: 2024, date: '2024-06-30', source: 'A bank' },
    })
  })

  it('refuses a currency without any rate', async () => {
    const { quote } = await quoteIn('ARS')
    expect(quote).toMatchObject({
      code: 'UNSUPPORTED_CURRENCY',
      issues: [{ path: '/transaction/currencyCode' }],
    })
  })
})
