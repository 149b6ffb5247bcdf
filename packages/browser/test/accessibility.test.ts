import { expect, test } from 'vitest'
import { renderPaymentPage } from '../../service/src/pages/hosted-payment.ts'
import type { ComponentView, PaymentPageView } from '../../service/src/pages/views.ts'
import { create, readyOf, type Shop } from './support/shop.ts'
import { standUp } from './support/stand.ts'
import * as views from './support/views.ts'
import { violations } from './support/violations.ts'

const stand = standUp()
let shop: Shop

const states: [string, Partial<ComponentView>][] = [
  ['ready', {}],
  ['ready, nature', { ...views.natureComponent }],
  ['pending', { state: 'pending' }],
  ['thanked', { state: 'thanked', contribution: views.contribution }],
  ['failed', { state: 'failed' }],
  ['dismissed', { state: 'dismissed' }],
  ['expired', { state: 'expired' }],
]

for (const colorScheme of ['light', 'dark'] as const) {
  test.each(states)(`embedded, %s, ${colorScheme}: axe finds nothing`, async (_name, view) => {
    const { origin, payUrl, methodUrl } = stand.fake.view
    stand.fake.view = { ...stand.fake.view, ...view, origin, payUrl, methodUrl }
    const extra = '<meta name="color-scheme" content="light dark"><style>a { color: inherit }</style>'
    shop = await stand.open(create.embedded(), { context: { colorScheme }, extra })
    await readyOf(shop.page)
    expect(await violations(shop.page)).toEqual([])
  })
}

test.each([
  ['ready', {}],
  ['failed', { state: 'failed' } as const],
] as [string, Partial<ComponentView>][])('takeover, %s: axe finds nothing', async (_name, view) => {
  stand.fake.view = { ...stand.fake.view, ...view, variant: 'takeover' }
  shop = await stand.open(create.takeover())
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  expect(await violations(shop.page)).toEqual([])
})

test('takeover, thanked: axe finds nothing', async () => {
  stand.fake.view = { ...stand.fake.view, variant: 'takeover' }
  shop = await stand.open(create.takeover())
  const { page } = shop
  await readyOf(page)
  await page.getByRole('radio', { name: '£2.00' }).check()
  const opened = page.waitForEvent('popup')
  await page.getByRole('button', { name: 'Contribute' }).click()
  await (await opened).close()
  stand.fake.view = { ...stand.fake.view, state: 'thanked', contribution: views.contribution }
  await page.getByRole('heading', { name: 'Thank you' }).waitFor()
  expect(await violations(page)).toEqual([])
})

const pages: [string, PaymentPageView][] = [
  ['choose', views.choose],
  ['choose again', { ...views.choose, problem: 'too_small', typed: '0.10' }],
  ['review', views.review],
  ['continue', views.goOn],
  ['pending', { ...views.pending, refreshSeconds: null }],
  ['thanked', views.thanked],
  ['failed', views.failed],
  ['declined', views.closed('declined')],
  ['expired', views.closed('expired')],
  ['unavailable', { ...views.closed('unavailable'), merchantName: null, returnUrl: null }],
]

for (const colorScheme of ['light', 'dark'] as const) {
  test.each(pages)(
    `hosted page, %s, ${colorScheme}: axe finds nothing and nothing overflows at 320 px`,
    async (_name, view) => {
      stand.fake.page = renderPaymentPage({
        ...view,
        stylesheetPath: stand.fake.origin + views.assets.paths.payment,
      })
      shop = await stand.open('', {
        context: { colorScheme, viewport: { width: 320, height: 640 } },
      })
      expect(await violations(shop.page)).toEqual([])
      expect(await shop.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    },
  )
}

test('at 320 px and with text twice as large, the component does not overflow', async () => {
  const extra = '<style>:root { font-size: 200% } body { margin: 0 }</style>'
  shop = await stand.open(create.embedded(), {
    context: { viewport: { width: 320, height: 640 } },
    extra,
  })
  await readyOf(shop.page)
  expect(await shop.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
})

test('in forced colours what is chosen can be seen', async () => {
  shop = await stand.open(create.embedded(), { context: { forcedColors: 'active' } })
  await readyOf(shop.page)
  await shop.page.getByRole('radio', { name: '£2.00' }).check()
  const outline = (nth: number) =>
    shop.page
      .locator('ekko-impact .amount')
      .nth(nth)
      .evaluate((element) => getComputedStyle(element).outlineStyle)
  expect([await outline(0), await outline(1)]).toEqual(['none', 'solid'])
})
