import { readFileSync } from 'node:fs'
import { equivalents } from '@ekko/footprint/equivalents'
import { expect, test } from 'vitest'
import * as views from '../../../browser/test/support/views.ts'
import { renderComponent } from './component.ts'
import { comparisonWords } from './component-footprint.ts'
import { renderPaymentPage } from './hosted-payment.ts'
import type { ComponentView, PaymentPageView } from './views.ts'
import { wordsFor } from './words.ts'

const states = ['ready', 'pending', 'thanked', 'failed', 'dismissed', 'expired'] as const
const components: ComponentView[] = [views.component, views.natureComponent].flatMap((view) =>
  (['embedded', 'takeover'] as const).flatMap((variant) =>
    states.map((state) => ({ ...view, variant, state, contribution: views.contribution })),
  ),
)
const pages: PaymentPageView[] = [
  views.choose,
  { ...views.choose, problem: 'too_small', typed: '0.10' },
  views.review,
  views.goOn,
  views.pending,
  views.thanked,
  views.failed,
  ...(['declined', 'expired', 'unavailable'] as const).map(views.closed),
]

const everything = [
  ...components.flatMap((view) => [
    renderComponent(view, { styles: 'link' }),
    renderComponent(view, { styles: 'adopted' }),
  ]),
  ...pages.map(renderPaymentPage),
]

/** All strings of a view replaced by something hostile, however deep; addresses and closed choices stay. */
function hostile<T>(value: T, text: string, key = ''): T {
  const kept =
    /^(state|step|variant|environment|impactType|locale|currency|problem|origin|stylesheetPath)$|Url$/
  if (typeof value === 'string') return (kept.test(key) ? value : text) as T
  if (Array.isArray(value)) return value.map((item) => hostile(item, text, key)) as T
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, hostile(item, text, name)]),
  ) as T
}

test('no text of anybody’s gets into the markup', () => {
  const text = `</p></template><script>"'\`&<img src=x onerror=y>`
  const rendered = [
    ...components.map((view) =>
      renderComponent(hostile({ ...view, appearance: {} }, text), { styles: 'link' }),
    ),
    ...pages.map((view) => renderPaymentPage(hostile(view, text))),
  ]
  for (const markup of rendered) {
    expect(markup).not.toContain('<script')
    expect(markup).not.toContain('<img')
    expect(markup.replace(/"[^"]*"/g, '')).not.toMatch(/<[^>]* onerror=/)
    expect(markup.match(/<\/template>/g)?.length ?? 0).toBeLessThanOrEqual(1)
  }
})

test('an address is an attribute value and nothing else', () => {
  const payUrl = 'https://impact.example/pay/1?a="><script>&b=%3Cscript%3E'
  const markup = renderComponent({ ...views.component, payUrl }, { styles: 'link' })
  expect(markup).not.toContain('<script')
  // A form with method GET drops the query of its address, so it travels in fields.
  expect(markup).toContain('<input type="hidden" name="b" value="&lt;script&gt;">')
})

test('nothing is chosen for anybody', () => {
  for (const markup of everything)
    expect(markup.replace(/value="other" required checked/, '')).not.toMatch(/\schecked/)
  expect(renderPaymentPage(views.choose)).not.toMatch(/\schecked/)
})

test('nothing runs and nothing is styled inline', () => {
  for (const markup of everything) {
    expect(markup).not.toMatch(/<(script|style|img|iframe|object|embed)\b/)
    expect(markup).not.toMatch(/<[^>]*\s(style|on[a-z]+|src)=/)
    expect(markup).not.toContain('javascript:')
  }
})

/** What product and law forbid to say; the words stand in every language’s own test. */
const bannedClaims =
  /carbon[- ]neutral|climate[- ]positive|net[- ]zero|\bgreen(er|est)?\b|eco[- ]?friendly|environmentally friendly|sustainab|offset|neutrali[sz]|cancels? out|compensat|planted|planet|save the/i

test('no banned claim is made anywhere', () => {
  for (const markup of everything) expect(markup.replace(/<[^>]+>/g, ' ')).not.toMatch(bannedClaims)
})

test('wherever a contribution is asked or thanked for, it says that the footprint stays what it is', () => {
  const asking = /data-ekko="pay"|<form method="post"|Thank you for contributing/
  const relevant = everything.filter((markup) => asking.test(markup))
  expect(relevant.length).toBeGreaterThan(10)
  for (const markup of relevant) expect(markup).toContain('does not change the footprint of your purchase')
})

test('no estimate without its range', () => {
  for (const markup of everything.filter((one) => /about \d/.test(one)))
    expect(markup).toMatch(/likely [\d.]+ to [\d.]+/)
})

test('the figures of a purchase, in words', () => {
  const markup = renderComponent(views.component, { styles: 'link' })
  expect(markup).toContain('about 19\u00a0kg\u00a0CO₂e')
  expect(markup).toContain('likely 7.5 to 47\u00a0kg')
  expect(markup).toContain('driving 117 km in an average petrol car, or charging a smartphone 1,550 times')
  expect(markup).not.toContain('by train')
  expect(renderComponent(views.natureComponent, { styles: 'link' })).toContain(
    'of intact nature lost for a year',
  )
})

test('every comparison that the footprint package makes has words', () => {
  const words = wordsFor('en-GB')
  for (const locale of ['en-GB', 'en-US', 'de']) {
    for (let amount = 1e-3; amount < 1e9; amount *= 1.7) {
      for (const result of [{ co2eGrams: amount }, { msaM2: amount }]) {
        for (const { id, unit } of equivalents(result, { locale })) {
          expect(comparisonWords(id, 3, unit, words), `${id} in ${unit}`).toMatch(/^\D+3|3 \D+ /)
          expect(words.comparisons).toHaveProperty(id)
        }
      }
    }
  }
})

test('an equivalent that has no words yet is told with its unit', () => {
  const footprint = {
    ...views.component.footprint,
    equivalents: [{ id: 'new_one', value: 3, unit: 'loads of washing' }],
  }
  expect(renderComponent({ ...views.component, footprint }, { styles: 'link' })).toContain(
    '3 loads of washing',
  )
})

test('a sample says so, and a real project does not', () => {
  expect(renderComponent(views.component, { styles: 'link' })).toContain('Sample project')
  const projects = views.component.projects.map((project) => ({ ...project, sample: false }))
  expect(renderComponent({ ...views.component, projects }, { styles: 'link' })).not.toContain(
    'Sample project',
  )
})

test('every documented part is in the markup, and every part in the markup is documented', () => {
  const found = new Set(
    components.flatMap((view) => {
      const markup = renderComponent(view, { styles: 'adopted' })
      return [...markup.matchAll(/ part="([^"]+)"/g)].flatMap(([, names]) => names!.split(' '))
    }),
  )
  const readme = readFileSync(new URL('../../../browser/README.md', import.meta.url), 'utf8')
  const documented = Array.from(readme.matchAll(/^\| `::part\(([a-z-]+)\)` \|/gm), ([, name]) => name!)
  expect([...found].sort()).toEqual(documented.sort())
})

test('money has the decimals of its currency and is exact beyond floats', () => {
  const split = {
    impactMinor: 90_071_992_547_409_931n,
    impactTaxMinor: 0n,
    serviceFeeMinor: 1n,
    serviceFeeTaxMinor: 0n,
  }
  const amountMinor = 90_071_992_547_409_932n
  const show = (currency: string) =>
    renderComponent(
      { ...views.component, currency, suggestions: [{ amountMinor, split }] },
      { styles: 'link' },
    )
  expect(show('JPY')).toContain('JP¥90,071,992,547,409,932')
  expect(show('GBP')).toContain('£900,719,925,474,099.32')
  expect(show('KWD')).toContain('KWD\u00a090,071,992,547,409.932')
})

test('an unknown language falls back, whole', () => {
  const markup = renderComponent({ ...views.component, locale: 'xx-not-a-locale' }, { styles: 'link' })
  expect(markup).toContain('lang="en-GB" dir="ltr"')
})
