import type { Footprint } from '@ekko/contract/quote-resources'
import { estimate } from '@ekko/footprint/footprint'
import { loadFactorSet } from '@ekko/footprint/node-factor-sets'
import type { Provenance } from '@ekko/footprint/provenance'
import type { DatedRates, PurchaseItem } from '@ekko/footprint/purchase'
import { recompute } from '@ekko/footprint/recompute'
import { expect, test } from 'vitest'
import { decimalToMinor, exponentOf } from '../kernel/money.ts'
import { footprintOf } from '../quotes/estimator.ts'
import { renderWhyPage, type WhyView } from './why-page.ts'
import { recordOf } from './why-record.ts'
import { readQuestion } from './why-what-if.ts'

const set = await loadFactorSet()

interface Over {
  readonly impactType?: 'carbon' | 'nature'
  readonly mcc?: string
  readonly countryCode?: string
  readonly currency?: string
  readonly items?: readonly PurchaseItem[]
}

function viewOf(
  { impactType = 'carbon', mcc = '5411', countryCode = 'GBR', currency = 'GBP', items }: Over = {},
  query = '',
): WhyView {
  const on = new Date('2024-06-30T12:00:00Z')
  const purchase = { impactType, mcc, countryCode, amountMajor: 50, currency, locale: 'en-GB', on, items }
  return viewFor(footprintOf(set, purchase), impactType, query)
}

function viewFor(footprint: Footprint, impactType: 'carbon' | 'nature', query: string): WhyView {
  const provenance = footprint.provenance as Provenance
  const { amount, currency } = provenance.input
  const record = recordOf({
    quoteId: '2f6d6b1f-1c6a-4e9a-9c15-7b8a0db1a2c3',
    impactType,
    createdAt: new Date('2024-06-30T12:00:00Z'),
    transactionMinor: decimalToMinor(String(amount), exponentOf(currency))!,
    currency,
    footprint,
  })
  return {
    frame: {
      environment: 'production',
      locale: 'en-GB',
      appearance: null,
      stylesheetPath: '/v1/method.css',
      merchantName: 'Harbour Books',
      returnUrl: null,
    },
    record,
    fileName: 'ekko-quote-1.json',
    provenance,
    set,
    whyUrl: 'https://impact.example/pay/il_4fK9/why',
    methodUrl: 'https://impact.example/method',
    question: readQuestion(new URLSearchParams(query), provenance.input),
  }
}

const textOf = (page: string) =>
  page
    .replace(/<select.*?<\/select>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('\u00a0', ' ')
    .replace(/\s+/g, ' ')
const textFor = (over?: Over, query?: string) => textOf(renderWhyPage(viewOf(over, query)).page)

const items = [{ category: 'dairy', amount: 20 }]
const purchases: readonly Over[] = [
  {},
  { impactType: 'nature' },
  { mcc: '5812', countryCode: 'USA', currency: 'USD' },
  { mcc: '4511', countryCode: 'FRA', currency: 'EUR' },
  { countryCode: 'KEN', currency: 'USD' },
  { countryCode: 'KEN', currency: 'USD', impactType: 'nature' },
  { mcc: '5541', countryCode: 'TWN', currency: 'TWD' },
  { mcc: '3000', countryCode: 'JPN', currency: 'JPY' },
  { items },
  { items, impactType: 'nature' },
]

test.each(purchases)('every step is told for %j, and what is told was recomputed', (over) => {
  const { page, status } = renderWhyPage(viewOf(over, 'country=IND&kind=5651'))
  expect(status).toBe(200)
  const text = textOf(page)
  expect(text).not.toMatch(/NaN|undefined|Infinity|\[object/)
  expect(text).toContain('every number came out the same')
  expect(text).toMatch(/likely [\d.,]+ to [\d.,]+/)
  expect(text).toContain(set.identity.sha256)
  expect(page).toContain('href="https://impact.example/method"')
  expect(page).toContain('href="https://impact.example/pay/il_4fK9/why.json"')
  expect(text).toContain(over.impactType === 'nature' ? 'Four pressures on nature' : 'Grams of CO₂e')
})

test('the worked example can be followed with a pocket calculator', () => {
  const text = textFor()
  for (const line of [
    '£50.00 × 100 ÷ 110.2878 = £45.336',
    '£45.336 ÷ 0.809802 = US$55.984',
    'Made at home 0.4098 × 0.6329 0.2594',
    'US$55.984 × 0.3351 × 1000 = 18,760 g',
    'The range: 7,504 to 46,920 g',
    'grocery A × 0.4 × 2.501',
    'Grocery Stores, Supermarkets',
  ])
    expect(text).toContain(line)
})

test('nature shows its four pressures, and that they add up', () => {
  const text = textFor({ impactType: 'nature' })
  expect(text).toContain('Climate: 0.32881 × 18.76 kg = 6.169 m²')
  for (const row of [
    'Climate 6.169',
    'Land use 53.55',
    'Pollution 4.202',
    'Water use 2.476',
    'Together 66.4',
  ])
    expect(text).toContain(row)
})

test('the home country is not scaled, and a proxy country says whose factors it has', () => {
  const home = textFor({ mcc: '5812', countryCode: 'USA', currency: 'USD' })
  expect(home).toContain('the country that the factors are made for')
  expect(home).toContain('It is in US dollars already')
  expect(home).not.toContain('The ratio is how much')
  expect(textFor({ countryCode: 'KEN', currency: 'USD' })).toContain('a whole region stands in')
})

test('items that were counted by themselves are listed with their shares', () => {
  const text = textFor({ items })
  expect(text).toContain('make up 40% of the amount')
  expect(text).toMatch(/dairy 40% US\$22\.394/)
  expect(text).toContain('The factors of each basket')
})

test('a currency without a rate of its own tells the day and the source of the rate', () => {
  const rates: DatedRates = { date: '2024-06-28', perUsd: { ARS: 912.5 }, source: 'example bank' }
  const purchase = {
    kind: 'carbon',
    mcc: '5411',
    country: 'ARG',
    amount: 91_250,
    currency: 'ARS',
    date: '2024-06-30',
    rates,
  } as const
  const result = estimate(set, purchase)
  if (result.outcome !== 'estimated') throw new Error(result.outcome)
  const { co2eGrams, lowGrams, highGrams, breakdown, confidence, provenance } = result
  const footprint = {
    kind: 'carbon',
    grams: co2eGrams,
    lowGrams,
    highGrams,
    breakdown,
    confidence,
    provenance,
    equivalents: [],
  } as const
  const text = textOf(renderWhyPage(viewFor({ ...footprint, equivalents: [] }, 'carbon', 'country=CHL')).page)
  expect(text).toContain('÷ 912.5 = US$100.00')
  expect(text).toContain('of 28 June 2024, from example bank')
  expect(text).toContain('Hypothetical')
})

test('the file that is offered verifies, for carbon, nature and orders with items', () => {
  for (const over of purchases) {
    const file = JSON.parse(JSON.stringify(viewOf(over).record))
    expect(recompute(set, file)).toMatchObject({ outcome: 'same' })
    expect(Object.keys(file)).toEqual(['quoteId', 'impactType', 'createdAt', 'transaction', 'footprint'])
  }
})

test('a quote that does not follow from its record says so', () => {
  const view = viewOf()
  const footprint = { ...view.record.footprint, grams: 1 }
  const { page } = renderWhyPage({ ...view, record: { ...view.record, footprint } })
  expect(textOf(page)).toContain('something did not come out the same')
})

test('without the factor set of the quote the steps are there, and no promise is made', () => {
  const text = textOf(renderWhyPage({ ...viewOf({}, 'country=USA'), set: undefined }).page)
  expect(text).toContain('US$55.984 × 0.3351 × 1000 = 18,760 g')
  expect(text).toContain('does not have the factor set')
  expect(text).not.toContain('What if?')
})

test('a question is answered beside the purchase, and called hypothetical', () => {
  const { page, status } = renderWhyPage(viewOf({}, 'country=USA&kind=5812'))
  const text = textOf(page)
  expect(status).toBe(200)
  expect(text).toMatch(/Hypothetical: The estimate would be 0\.\d+ times that of this purchase/)
  expect(text).toContain('Country United Kingdom United States')
  expect(text).toMatch(/Estimate about 19 kg CO₂e about 11 kg CO₂e/)
  expect(page).toContain('<option value="USA" selected>')
  expect(page).toContain('<title id="what-if-chart-title">')
  expect(page).toMatch(/<desc id="what-if-chart-description">This purchase: 19, from/)
})

test('a question that leaves everything as it is gives the same', () => {
  expect(textFor({}, 'country=&kind=')).toContain('The estimate would be the same')
  expect(textFor()).not.toContain('Side by side')
})

test.each([
  'country=XX',
  'country=__proto__',
  'kind=0000',
  'kind=constructor&country=GBR',
  `country=${'x'.repeat(99)}`,
  'kind=%00%ff',
  `kind=${encodeURIComponent('</select><script>alert(1)</script>')}`,
])('what cannot be read is refused with a sentence: %s', (query) => {
  const { page, status } = renderWhyPage(viewOf({}, query))
  expect(status).toBe(422)
  expect(page).toContain('<title>There is a problem: Why this number?</title>')
  expect(page).toContain('aria-invalid="true"')
  expect(textOf(page)).toMatch(
    /The factor set has no (country|kind of shop) “[^”]{0,60}”\. Choose one from the list\./,
  )
  expect(page).not.toContain('<script')
})

test('a kind of payment that buys nothing is answered, not refused', () => {
  const { page, status } = renderWhyPage(viewOf({}, 'kind=6011'))
  expect(status).toBe(200)
  expect(textOf(page)).toContain('buy nothing that could have a footprint of its own')
})

test('no text of anybody’s gets into the markup', () => {
  const text = `</pre></option><script>"'\`&<img src=x onerror=y>`
  const view = viewOf({}, 'country=USA')
  const { mccRow, parts, ...rest } = view.provenance
  const provenance: Provenance = {
    ...rest,
    mccRow: { ...mccRow, description: text, naics2017: text },
    parts: parts.map((part) => ({ ...part, basketRow: { ...part.basketRow, basket: text } })),
    exchangeRate: { ...rest.exchangeRate, date: '2024-06-30', source: text },
  }
  const frame = { ...view.frame, merchantName: text }
  const { page } = renderWhyPage({ ...view, frame, provenance, question: { country: text, kind: text } })
  expect(page).not.toContain('<script')
  expect(page).not.toContain('<img')
  expect(page.replace(/"[^"]*"/g, '')).not.toMatch(/<[^>]* onerror=/)
})

const bannedClaims =
  /carbon[- ]neutral|climate[- ]positive|net[- ]zero|\bgreen(er|est)?\b|eco[- ]?friendly|environmentally friendly|sustainab|offset|neutrali[sz]|cancels? out|compensat|planted|planet|save the/i

test('no banned claim, nothing that runs, nothing styled inline', () => {
  for (const over of purchases) {
    const { page } = renderWhyPage(viewOf(over, 'country=IND&kind=5651'))
    expect(textOf(page)).not.toMatch(bannedClaims)
    expect(page).not.toMatch(/<(script|style|img|iframe|object|embed)\b/)
    expect(page).not.toMatch(/<[^>]*\s(style|on[a-z]+|src)=/)
  }
})
