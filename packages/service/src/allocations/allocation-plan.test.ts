import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ProjectRow } from '../projects/projects.ts'
import type { Terms } from '../quotes/quote.ts'
import type { QuotedPurchase } from '../quotes/quoted-offer.ts'
import { planAllocation } from './allocation-plan.ts'

const terms: Terms = {
  kind: 'credit',
  serviceFeePpm: 200_000,
  serviceFeeTaxPpm: 200_000,
  impactTaxPpm: 0,
  hierarchy: [
    { organisationId: 'root', relativePpm: 0 },
    { organisationId: 'shop', relativePpm: 333_333 },
  ],
  projects: [
    { projectId: 'wood', impactPartnerId: 'north', tonnePriceMinor: 1900 },
    { projectId: 'stove', impactPartnerId: 'south', tonnePriceMinor: 1100 },
  ],
  contributionPartnerIds: ['north', 'south'],
  cardPrice: { ppm: 0, fixedMinor: 0 },
  highCostPpm: 0,
  suggestionsMinor: [],
  minimumMinor: 50,
  maximumMinor: 50_000,
}
const quoted = {
  quoteId: 'quote',
  currency: 'GBP',
  transactionMinor: 4797n,
  footprint: { kind: 'carbon', grams: 12_000 },
  terms,
} as unknown as QuotedPurchase

function project(id: string, impactPartnerId: string, over: Partial<ProjectRow> = {}): ProjectRow {
  const row = { id, impactPartnerId, type: 'carbonCredits', unitPriceMinor: 1500n, isOffered: true, ...over }
  return row as unknown as ProjectRow
}
const catalogue = [
  project('wood', 'north', { unitPriceMinor: 9999n }),
  project('stove', 'south'),
  project('kelp', 'south'),
  project('dear', 'south', { unitPriceMinor: null }),
  project('bog', 'west', { type: 'contribution' }),
]
const refused = (act: () => unknown) => {
  try {
    act()
  } catch (cause) {
    const { code, issues } = cause as { code: string; issues: Array<{ path: string }> }
    return [code, issues[0]?.path]
  }
  return 'not refused'
}
const namesOf = ({ split }: ReturnType<typeof planAllocation>) =>
  split.lines.map(({ projectId, impactPartnerId }) => projectId ?? impactPartnerId)
const codesOf = ({ warnings }: ReturnType<typeof planAllocation>) =>
  warnings.map(({ code, path }) => `${code} ${path}`)

describe('a plan to allocate', () => {
  it('adds up whatever is asked for: components, lines and shares', () => {
    const amount = fc.integer({ min: 1, max: 20_000 }).map((minor) => minor / 100)
    const ids = fc.option(fc.uniqueArray(fc.constantFrom('wood', 'stove', 'kelp', 'bog'), { minLength: 1 }))
    fc.assert(
      fc.property(fc.option(amount), fc.option(amount), ids, (credits, contribution, projectIds) => {
        fc.pre(credits !== null || contribution !== null)
        const { split } = planAllocation(
          {
            credits: credits === null ? null : { amount: credits, projectIds },
            contribution: contribution === null ? null : { amount: contribution },
          },
          quoted,
          catalogue,
        )
        const minor = Math.round(((credits ?? 0) + (contribution ?? 0)) * 100)
        expect(split.total).toBe(BigInt(minor))
        expect(split.impact + split.impactTax + split.serviceFee + split.serviceFeeTax).toBe(split.total)
        for (const component of ['impact', 'impactTax', 'serviceFee', 'serviceFeeTax'] as const) {
          const lines = split.lines.reduce((sum, line) => sum + line[component], 0n)
          expect(lines).toBe(split[component])
        }
        expect(split.shares.reduce((sum, share) => sum + share.amount, 0n)).toBe(split.serviceFee)
      }),
    )
  })

  it('buys at the locked price what was quoted, and at the list price what was not', () => {
    const plan = planAllocation({ credits: { amount: 2.48, projectIds: ['bog', 'kelp'] } }, quoted, catalogue)
    expect(codesOf(plan)).toEqual([
      'PROJECT_NOT_IN_QUOTE /credits/projectIds/0',
      'PROJECT_NOT_IN_QUOTE /credits/projectIds/1',
    ])
    expect(namesOf(plan)).toEqual(['wood', 'stove', 'kelp'])
    const [wood, stove, kelp] = plan.split.lines
    expect(wood!.grams).toBeCloseTo((Number(wood!.impact) / 1900) * 1e6, 2)
    expect(stove!.grams).toBeCloseTo((Number(stove!.impact) / 1100) * 1e6, 2)
    expect(kelp!.grams).toBeCloseTo((Number(kelp!.impact) / 1500) * 1e6, 2)
  })

  it('buys from the others when a quoted project is sold out, and keeps the promise when all are', () => {
    const without = (...ids: string[]) =>
      catalogue.map((each) => (ids.includes(each.id) ? { ...each, isOffered: false } : each))
    const one = planAllocation({ credits: {} }, quoted, without('wood'))
    expect([namesOf(one), codesOf(one)]).toEqual([['stove'], ['PROJECT_NOT_AVAILABLE /credits']])
    const named = planAllocation({ credits: { projectIds: ['wood'] } }, quoted, without('wood'))
    expect(codesOf(named)).toEqual(['PROJECT_NOT_AVAILABLE /credits/projectIds/0'])
    const all = planAllocation({ credits: {} }, quoted, without('wood', 'stove'))
    expect([namesOf(all), codesOf(all)]).toEqual([['wood', 'stove'], []])
  })

  it('gives to partners that were not quoted by way of those that were', () => {
    const wanted = { contribution: { amount: 1, impactPartnerIds: ['west', 'NORTH'] } }
    const plan = planAllocation(wanted, quoted, catalogue)
    expect(namesOf(plan)).toEqual(['north', 'south'])
    expect(codesOf(plan)).toEqual(['PARTNER_NOT_IN_QUOTE /contribution/impactPartnerIds/0'])
  })

  const cases: Array<[string, Parameters<typeof planAllocation>[0], [string, string]]> = [
    ['nothing', {}, ['UNPROCESSABLE_ENTITY', '/credits']],
    ['nothing but null', { credits: null, contribution: null }, ['UNPROCESSABLE_ENTITY', '/credits']],
    ['no money', { credits: { amount: 0 } }, ['INVALID_AMOUNT', '/credits/amount']],
    ['negative money', { contribution: { amount: -1 } }, ['INVALID_AMOUNT', '/contribution/amount']],
    ['parts of a penny', { credits: { amount: 0.001 } }, ['INVALID_AMOUNT', '/credits/amount']],
    ['too much', { contribution: { amount: 500.01 } }, ['INVALID_AMOUNT', '/contribution/amount']],
    [
      'too much together',
      { credits: { amount: 300 }, contribution: { amount: 300 } },
      ['INVALID_AMOUNT', '/credits/amount'],
    ],
    ['an unknown project', { credits: { projectIds: ['x'] } }, ['NOT_FOUND', '/credits/projectIds/0']],
    [
      'an unknown partner',
      { contribution: { amount: 1, impactPartnerIds: ['north', 'x'] } },
      ['NOT_FOUND', '/contribution/impactPartnerIds/1'],
    ],
  ]
  it.each(cases)('of %s is refused', (_, wanted, blamed) => {
    expect(refused(() => planAllocation(wanted, quoted, catalogue))).toEqual(blamed)
  })

  it('of credits is refused for nature, and of a contribution where no partner takes one', () => {
    const nature = { ...quoted, terms: { ...terms, kind: 'contribution' as const } }
    expect(refused(() => planAllocation({ credits: {} }, nature, catalogue))).toEqual([
      'UNPROCESSABLE_ENTITY',
      '/credits',
    ])
    const alone = { ...quoted, terms: { ...terms, contributionPartnerIds: [] } }
    expect(refused(() => planAllocation({ contribution: { amount: 1 } }, alone, catalogue))).toEqual([
      'PROJECTS_UNAVAILABLE',
      '/contribution',
    ])
  })
})
