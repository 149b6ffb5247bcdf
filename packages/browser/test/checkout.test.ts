// A checkout session's component on a page before the purchase is paid.
import { brotliCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { bundleSdk } from '../../../tools/bundle.js'
import { renderCheckout } from '../../service/src/pages/checkout.ts'
import { checkout, serveCheckout } from './support/checkout.ts'
import { create, readyOf, type Shop, strictPolicy } from './support/shop.ts'
import { standUp } from './support/stand.ts'
import { assets } from './support/views.ts'
import { violations } from './support/violations.ts'

const creation = "elements.createCheckout({ container: '#slot' })"

const stand = standUp()
let shop: Shop

/** Loader, SDK, stylesheet and the component with four projects: brotli. */
const checkoutBytesMax = 16 * 1024

test.each(['en-GB', 'ja', 'ar'])('everything that it loads in %s fits the budget', async (locale) => {
  const files = await bundleSdk('src')
  const { projects } = checkout
  const markup = renderCheckout(
    { ...checkout, locale, projects: [...projects, ...projects] },
    { styles: 'adopted' },
  )
  const bytes = [
    ...['loader.mjs', 'ekko.mjs'].map((wanted) => files.find(({ name }) => name === wanted)!.brotliBytes),
    brotliCompressSync(assets.all.find(({ path }) => path === assets.paths.component)!.body).length,
    brotliCompressSync(markup).length,
  ]
  expect(
    bytes.reduce((one, other) => one + other),
    `${bytes}`,
  ).toBeLessThanOrEqual(checkoutBytesMax)
})

const changes = async () =>
  (await shop.events()).flatMap(([name, event]) => (name === 'change' ? [event] : []))
const shownText = () => shop.page.locator('ekko-impact [role=status] p:visible').allInnerTexts()

test('nothing is ticked, nothing is reported, and the policy has nothing to refuse', async () => {
  serveCheckout(stand.fake)
  stand.fake.policy = `${strictPolicy(stand.fake.origin)}; require-trusted-types-for 'script'; trusted-types 'none'`
  shop = await stand.open(creation)
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  expect(await shop.page.locator('ekko-impact :checked').count()).toBe(0)
  expect(await shownText()).toEqual(['Nothing is added to your order.'])
  expect(await shop.page.locator('ekko-impact .split:visible').count()).toBe(0)
  expect(await shop.events()).toEqual([['ready', { state: 'ready' }]])
  expect(shop.trouble).toEqual([])
})

test('each choice is shown with its sum and its split, and reported as it is to be allocated', async () => {
  serveCheckout(stand.fake)
  shop = await stand.open(creation)
  await readyOf(shop.page)
  const { page } = shop
  const roundUp = (adds: string) => page.getByRole('checkbox', { name: `Round up to ${adds}`, exact: true })
  const credits = page.getByRole('checkbox', { name: 'Add £0.80' })
  await credits.check()
  expect(await shownText()).toEqual(['This adds £0.80. You pay £48.77 in all.'])
  expect(await page.getByRole('row', { name: 'Added £0.80' }).count()).toBe(1)
  await roundUp('£49.00 adds £0.23').check()
  expect(await shownText()).toEqual(['This adds £1.03. You pay £49.00 in all.'])
  await credits.uncheck()
  await roundUp('£48.00 adds £0.03').uncheck()
  expect(await shownText()).toEqual(['Nothing is added to your order.'])
  const choice = (amount: string, credited: string, contribution: string, total: string) => ({
    amount,
    checkout: { credits: credited, contribution, total, currencyCode: 'GBP' },
  })
  expect(await changes()).toEqual([
    choice('0.80', '0.80', '0.00', '48.77'),
    choice('1.03', '0.80', '0.23', '49.00'),
    choice('0.03', '0.00', '0.03', '48.00'),
    choice('0.00', '0.00', '0.00', '47.97'),
  ])
})

test('it is worked with the keyboard alone, and what changed is said', async () => {
  serveCheckout(stand.fake)
  shop = await stand.open(creation)
  await readyOf(shop.page)
  await shop.page.getByRole('checkbox', { name: 'Add £0.80' }).focus()
  await shop.page.keyboard.press('Space')
  await shop.page.keyboard.press('Tab')
  await shop.page.keyboard.press('Space')
  expect((await changes()).at(-1)).toMatchObject({ amount: '1.03' })
  expect(await shop.page.getByRole('status').filter({ hasText: '£49.00' }).count()).toBe(1)
  await shop.page.keyboard.press('Enter')
  expect(shop.page.url()).toBe(`${stand.fake.shop}/`)
})

test('printed by the merchant’s server it can be ticked only once the SDK listens', async () => {
  serveCheckout(stand.fake)
  const view = { ...checkout, origin: stand.fake.origin, methodUrl: stand.fake.view.methodUrl }
  const body = `<div id="slot">${renderCheckout(view, { styles: 'link' })}</div>`
  shop = await stand.open(creation, { body })
  const context = await stand.browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(stand.fake.shop)
  expect(await page.getByRole('checkbox').first().isDisabled()).toBe(true)
  expect(await page.getByText('Nothing is added to your order.').isVisible()).toBe(true)
  await context.close()
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  await shop.page.getByRole('checkbox', { name: 'Add £0.80' }).check()
  expect(await changes()).toHaveLength(1)
  expect(stand.fake.requests.filter((request) => request === 'GET /v3/component')).toEqual([])
})

test('without a way to round up there is one box, and for nature it says nothing of credits', async () => {
  serveCheckout(stand.fake, { impactType: 'nature', choices: checkout.choices.slice(0, 2) })
  shop = await stand.open(creation)
  await readyOf(shop.page)
  expect(await shop.page.getByRole('checkbox').count()).toBe(1)
})

test('a session of another kind is not shown in its place, and the page is not harmed', async () => {
  serveCheckout(stand.fake)
  shop = await stand.open(create.embedded())
  expect(await readyOf(shop.page)).toEqual({ status: 'unavailable', reason: 'rejected' })
  expect(await shop.page.locator('#after').isVisible()).toBe(true)
})

test('through the loader it is the same', async () => {
  serveCheckout(stand.fake)
  stand.fake.page = `<!doctype html><html lang="en"><title>Checkout</title><main><h1>Checkout</h1><div id="slot"></div></main>
    <script src="${stand.fake.origin}/v1/loader.js"></script><script src="/shop.js"></script>`
  shop = await stand.open(creation)
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  await shop.page.getByRole('checkbox', { name: 'Add £0.80' }).check()
  expect(await changes()).toHaveLength(1)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test.each(['en-GB', 'ar'])(
    `%s, ${colorScheme}: axe finds nothing, and nothing overflows at 320 px`,
    async (locale) => {
      serveCheckout(stand.fake, { locale })
      const extra = '<meta name="color-scheme" content="light dark"><style>a { color: inherit }</style>'
      const context = { colorScheme, viewport: { width: 320, height: 640 } }
      shop = await stand.open(creation, { context, extra })
      await readyOf(shop.page)
      expect(await violations(shop.page)).toEqual([])
      for (const box of await shop.page.getByRole('checkbox').all()) await box.check()
      expect(await violations(shop.page)).toEqual([])
      expect(await shop.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    },
  )
}

test('an expired one says so', async () => {
  serveCheckout(stand.fake, { state: 'expired', choices: [] })
  shop = await stand.open(creation)
  await readyOf(shop.page)
  expect(await shop.page.getByRole('heading', { name: 'This offer has ended' }).isVisible()).toBe(true)
  expect(await violations(shop.page)).toEqual([])
})
