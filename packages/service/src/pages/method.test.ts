import { readFileSync } from 'node:fs'
import { openFactorSet } from '@ekko/footprint/factor-set'
import { estimate } from '@ekko/footprint/footprint'
import { loadFactorSet } from '@ekko/footprint/node-factor-sets'
import { expect, test } from 'vitest'
import { renderMethodPage } from './method.ts'
import { ninetyPerCentZ, spreads } from './method-uncertainty.ts'

const set = await loadFactorSet()
const frame = {
  environment: 'production',
  locale: 'en-GB',
  appearance: null,
  stylesheetPath: '/v1/method.css',
  merchantName: null,
  returnUrl: null,
} as const
const page = renderMethodPage(set, frame)
const words = page.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

const bannedClaims =
  /carbon[- ]neutral|climate[- ]positive|net[- ]zero|\bgreen(er|est)?\b|eco[- ]?friendly|environmentally friendly|sustainab|offset|neutrali[sz]|cancels? out|compensat|planted|planet|save the/i

test('no banned claim is made', () => {
  expect(words).not.toMatch(bannedClaims)
})

test('nothing runs and nothing is styled inline', () => {
  expect(page).not.toMatch(/<(script|style|img|iframe|object|embed)\b/)
  expect(page).not.toMatch(/<[^>]*\s(style|on[a-z]+|src)=/)
})

test('each of the three charts has a title, a description and a table of its numbers', () => {
  for (const id of ['by-shop', 'by-country', 'by-tier']) {
    expect(page).toMatch(new RegExp(`<title id="${id}-title">[^<]{10,}</title>`))
    expect(page).toMatch(new RegExp(`<desc id="${id}-description">[^<]{60,}</desc>`))
    expect(page).toContain(`id="${id}-table"`)
  }
  expect(page.match(/<svg /g)).toHaveLength(3)
  expect(words).toContain('Kenya (region)')
})

test('the credits stand as the licence of the data asks for', () => {
  for (const line of set.file.attribution) expect(words).toContain(line)
  expect(page).toContain('https://creativecommons.org/licenses/by-sa/4.0/')
  expect(words).toContain('All of them were changed')
  expect(words).toContain(set.identity.sha256)
})

test('every known bias has its size, and the range is called indicative with its coverage', () => {
  const biases = [...page.matchAll(/<li><h3>[^<]+<\/h3> <p class="size">([^<]+)<\/p>/g)]
  expect(biases.length).toBeGreaterThanOrEqual(10)
  for (const said of [
    'up to about 15 % too high',
    '2 to 4 times too high',
    'times 1.69 with it',
    '205 of 249 countries',
    'The range is indicative.',
    '84–88 %',
  ])
    expect(words).toContain(said)
})

test('the components of the range give the ranges of the factor set', () => {
  for (const [confidence, tier, ...multipliers] of set.file.intervals) {
    const shared = [spreads.base, spreads.category[confidence], spreads.country[tier], spreads.price]
    const high = (more: readonly number[]) =>
      Math.exp(ninetyPerCentZ * Math.hypot(...[...shared, ...more].map(Math.log)))
    expect(multipliers[1]).toBeCloseTo(high([]), 3)
    expect(multipliers[0]).toBeCloseTo(1 / high([]), 3)
    for (const [index, spread] of Object.values(spreads.nature).entries())
      expect(multipliers[2 * index + 3]).toBeCloseTo(high([spread]), 3)
  }
})

test('the example is what the footprint package computes, here and in the documentation', () => {
  const example = { mcc: '5411', country: 'GBR', amount: 50, currency: 'GBP', date: '2024-06-30' }
  const carbon = estimate(set, { kind: 'carbon', ...example })
  const nature = estimate(set, { kind: 'nature', ...example })
  if (carbon.outcome !== 'estimated' || nature.outcome !== 'estimated') throw new Error('no estimate')
  const grams = Math.round(carbon.co2eGrams).toLocaleString('en-GB')
  expect(words).toContain(`= ${grams}`)
  const document = readFileSync(new URL('../../../../docs/explanation/method.md', import.meta.url), 'utf8')
  const { climateStressM2, landUseM2, pollutionM2, waterUseM2 } = nature.breakdown
  const numbers = [
    ...[carbon.co2eGrams, carbon.lowGrams, carbon.highGrams].map((value) => value.toFixed(1)),
    ...[nature.msaM2, climateStressM2, landUseM2, pollutionM2, waterUseM2].map((value) => value.toFixed(4)),
    ...[nature.lowM2, nature.highM2].map((value) => value.toFixed(2)),
    set.identity.sha256,
  ]
  expect(numbers.filter((number) => !document.includes(number))).toEqual([])
})

test('a set of an operator’s own that knows little still has its page, with its own credits', () => {
  const { file } = set
  const countries = file.countries.filter(([iso3]) => iso3 === 'KEN')
  const mccs = file.mccs.filter(([mcc]) => mcc === '7011')
  const attribution = ['Data of <Somebody>, with permission']
  const little = { ...file, id: 'own', licence: 'LicenseRef-own', countries, mccs, attribution }
  const own = renderMethodPage(openFactorSet(little, 'a'.repeat(64)), frame)
  expect(own).toContain('Data of &lt;Somebody&gt;, with permission')
  expect(own).not.toContain('creativecommons.org')
  expect(own).not.toMatch(/NaN|undefined|Infinity/)
  expect(page).not.toMatch(/NaN|undefined|Infinity/)
})
