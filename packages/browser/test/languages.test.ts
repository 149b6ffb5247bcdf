// Every language in a real browser: the longest text fits a small phone, nothing is cut off, right-to-left is whole, and the
// order page does not jump more in one language than in another.

import { loadFactorSet } from '@ekko/footprint/node-factor-sets'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { renderPaymentPage } from '../../service/src/pages/hosted-payment.ts'
import { renderMethodPage } from '../../service/src/pages/method.ts'
import type { PaymentPageView } from '../../service/src/pages/views.ts'
import { create, readyOf } from './support/shop.ts'
import { standUp } from './support/stand.ts'
import * as views from './support/views.ts'
import { violations } from './support/violations.ts'

const locales = [
  'en-GB',
  'en-US',
  'de',
  'fr',
  'es',
  'it',
  'nl',
  'pt',
  'pl',
  'sv',
  'ja',
  'ar',
  'ar-EG',
  'de-CH',
]
/** What the Core Web Vitals call good for a whole page. */
const goodShift = 0.1
const phone = { viewport: { width: 320, height: 640 } }

const set = await loadFactorSet()

const stand = standUp()

/** Elements whose own text is wider or higher than they are, or that reach over the edge of the window. */
async function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const roots: (Document | ShadowRoot)[] = [document]
    const found: string[] = []
    for (const root of roots) {
      for (const element of root.querySelectorAll('*')) {
        if (element.shadowRoot) roots.push(element.shadowRoot)
        const box = element.getBoundingClientRect()
        if (box.width === 0 || element.closest('.hidden, svg')) continue
        const over = box.right > innerWidth + 0.5 || box.left < -0.5
        const clips = getComputedStyle(element).overflow !== 'visible' && element.tagName !== 'HTML'
        const cut =
          clips &&
          (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1)
        if (over || cut)
          found.push(`${element.tagName} ${element.className} ${element.textContent?.slice(0, 60)}`)
      }
    }
    return found
  })
}

async function openComponent(locale: string, context: Parameters<typeof stand.open>[1] = {}): Promise<Page> {
  stand.fake.view = { ...stand.fake.view, locale }
  const shop = await stand.open(create.embedded(), context)
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  expect(shop.trouble).toEqual([])
  return shop.page
}

const pages: PaymentPageView[] = [
  { ...views.choose, problem: 'too_many_decimals', typed: '1.234' },
  views.review,
  views.thanked,
  views.failed,
]

describe.each(locales)('in %s', (locale) => {
  test('the component fits a phone of 320 px, with text twice as large too', async () => {
    const extra = '<style>body { margin: 0 } :root:has(.large) { font-size: 200% }</style>'
    const page = await openComponent(locale, { context: phone, extra })
    expect(await cutOff(page)).toEqual([])
    await page.evaluate(() => document.body.classList.add('large'))
    expect(await cutOff(page)).toEqual([])
  })

  test('the hosted page fits a phone of 320 px, at every step', async () => {
    for (const view of pages) {
      stand.fake.page = renderPaymentPage({
        ...view,
        locale,
        stylesheetPath: stand.fake.origin + views.assets.paths.payment,
      })
      const shop = await stand.open('', { context: phone })
      expect([view.step, await cutOff(shop.page)]).toEqual([view.step, []])
    }
  })

  test('the page about the method fits a phone of 320 px, with everything unfolded', async () => {
    const frame = { ...views.closed('declined'), locale, merchantName: null, returnUrl: null }
    stand.fake.page = renderMethodPage(set, {
      ...frame,
      stylesheetPath: stand.fake.origin + views.assets.paths.method,
    }).replaceAll('<details', '<details open')
    const shop = await stand.open('', { context: phone })
    expect(await shop.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    expect(await cutOff(shop.page)).toEqual([])
  })

  test('what follows on the order page hardly moves', async () => {
    const before = `window.shift = 0; new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value
    }).observe({ type: 'layout-shift', buffered: true })`
    const page = await openComponent(locale, { context: { viewport: { width: 390, height: 844 } }, before })
    await page.waitForTimeout(100)
    expect(await page.evaluate('window.shift')).toBeLessThanOrEqual(goodShift)
  })
})

test.each(['ar', 'ja'])('in %s axe finds nothing', async (locale) => {
  const page = await openComponent(locale)
  expect(await violations(page)).toEqual([])
  for (const view of pages) {
    stand.fake.page = renderPaymentPage({
      ...view,
      locale,
      stylesheetPath: stand.fake.origin + views.assets.paths.payment,
    })
    const shop = await stand.open('', { context: phone })
    expect(await violations(shop.page)).toEqual([])
  }
})

test('in Arabic the component runs from right to left inside an order page that does not', async () => {
  const page = await openComponent('ar')
  const host = page.locator('ekko-impact')
  expect(await host.getAttribute('dir')).toBe('rtl')
  expect(await host.getAttribute('lang')).toBe('ar')
  const [input, money] = await Promise.all(
    ['.amount input', '.amount .amount-money'].map((part) => page.locator(part).first().boundingBox()),
  )
  expect(input!.x).toBeGreaterThan(money!.x)
  const name = page.locator('.project-name bdi').first()
  expect(await name.evaluate((element) => getComputedStyle(element).unicodeBidi)).toBe('isolate')
})

test('in a Japanese component lines break between phrases, as on the Japanese page, whatever the order page is in', async () => {
  const page = await openComponent('ja')
  const card = page.locator('ekko-impact .card')
  const breaks = await card.evaluate((element) => {
    const style = getComputedStyle(element)
    return [style.getPropertyValue('-webkit-locale'), style.wordBreak]
  })
  expect(breaks).toEqual(['"ja"', 'auto-phrase'])
})

test.each([
  ['ja', 'right after each other', /。\S/],
  ['de', 'with a space between them', /\. \S/],
])('in %s sentences stand %s', async (locale, _how, end) => {
  const page = await openComponent(locale)
  const lead = await page.locator('ekko-impact .lead').textContent()
  expect(lead).toMatch(end)
  expect(lead).not.toMatch(/。 /)
})
