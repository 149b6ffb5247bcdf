// The components in a real browser, inside React's StrictMode, against the pages that the service really renders.

import type { Browser, Page } from 'playwright-core'
import { rolldown } from 'rolldown'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../../browser/test/support/browser.ts'
import { type FakeService, startFakeService } from '../../browser/test/support/fake-service.ts'
import { strictPolicy } from '../../browser/test/support/shop.ts'
import { clientSecret } from '../../browser/test/support/views.ts'

let browser: Browser
let fake: FakeService
let script: string
let page: Page | undefined

beforeAll(async () => {
  ;[browser, fake, script] = await Promise.all([launchBrowser(), startFakeService(), bundleApp()])
})
afterEach(async () => {
  await page?.context().close()
  page = undefined
  fake.reset()
})
afterAll(async () => {
  await browser?.close()
  await fake?.close()
})

/** A shop whose one page shows what `window.show(props)` says, mounted in StrictMode. */
async function bundleApp(): Promise<string> {
  const build = await rolldown({
    input: new URL('./app.ts', import.meta.url).pathname,
    platform: 'browser',
    resolve: { conditionNames: ['source', 'import', 'browser', 'default'] },
    transform: { define: { 'process.env.NODE_ENV': '"development"', 'import.meta.url': 'undefined' } },
    logLevel: 'silent',
  })
  const { output } = await build.generate({ format: 'iife' })
  await build.close()
  return output[0].code
}

async function open(): Promise<{ page: Page; trouble: string[] }> {
  fake.page =
    '<!doctype html><html lang="en"><title>Order</title><main><h1>Thanks</h1><div id="root"></div><p id="below">Below</p></main><script src="/shop.js"></script>'
  fake.script = script
  fake.policy = strictPolicy(fake.origin)
  const context = await browser.newContext()
  page = await context.newPage()
  const trouble: string[] = []
  page.on('pageerror', (error) => trouble.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') trouble.push(message.text())
  })
  page.setDefaultTimeout(5_000)
  await page.goto(fake.shop)
  return { page, trouble }
}

const show = (shop: Page, what: 'embedded' | 'takeover' | 'nothing', props: Record<string, unknown> = {}) =>
  shop.evaluate(
    ([kind, given]) => (window as unknown as { show(kind: unknown, props: unknown): void }).show(kind, given),
    [what, { origin: fake.origin, clientSecret, ...props }] as const,
  )

const told = (shop: Page) => shop.evaluate(() => (window as unknown as { told: unknown[][] }).told)

test('in StrictMode there is one component, and it tells once that it is ready', async () => {
  const { page: shop, trouble } = await open()
  await show(shop, 'embedded')
  await shop.locator('ekko-impact .card').waitFor()
  expect(await shop.locator('ekko-impact').count()).toBe(1)
  expect(await told(shop)).toEqual([['', 'ready', { state: 'ready' }]])
  expect(trouble).toEqual([])
})

test('another rendering with new handlers and another look does not load it again', async () => {
  const { page: shop } = await open()
  await show(shop, 'embedded', { appearance: { radius: 3 } })
  await shop.locator('ekko-impact .card').waitFor()
  const loads = () => fake.requests.filter((request) => request === 'GET /v3/component').length
  const before = loads()
  const radius = () =>
    shop.locator('ekko-impact .card').evaluate((card) => getComputedStyle(card).borderRadius)
  await expect.poll(radius).toBe('3px')
  await show(shop, 'embedded', { appearance: { radius: 3 } })
  await show(shop, 'embedded', { appearance: { radius: 20 } })
  await expect.poll(radius).toBe('20px')
  await show(shop, 'embedded')
  await expect.poll(radius).toBe('12px')
  expect(await shop.locator('ekko-impact').count()).toBe(1)
  expect(loads()).toBe(before)
})

test('the newest handlers are told', async () => {
  const { page: shop } = await open()
  await show(shop, 'embedded', { name: 'first' })
  await shop.locator('ekko-impact .card').waitFor()
  await show(shop, 'embedded', { name: 'second' })
  await shop.getByRole('radio', { name: '£2.00' }).check()
  expect((await told(shop)).at(-1)).toEqual(['second', 'change', { amount: '2.00' }])
})

test('another session is another component in the same place, and nothing below it moves', async () => {
  const { page: shop, trouble } = await open()
  await show(shop, 'embedded', { minHeight: 2_000 })
  const below = () => shop.locator('#below').evaluate((element) => element.getBoundingClientRect().top)
  const before = await below()
  await shop.locator('ekko-impact .card').waitFor()
  await show(shop, 'embedded', { minHeight: 2_000, clientSecret: 'cs_test_nothing' })
  await shop.getByText('Your order is not affected').waitFor()
  expect(await shop.locator('ekko-impact').count()).toBe(1)
  expect(await below()).toBe(before)
  expect(trouble).toEqual([])
})

test('what is taken out of the page leaves nothing behind', async () => {
  const { page: shop, trouble } = await open()
  await show(shop, 'embedded')
  await shop.locator('ekko-impact .card').waitFor()
  await show(shop, 'nothing')
  expect(await shop.locator('ekko-impact').count()).toBe(0)
  expect(trouble).toEqual([])
})

test('what is taken out before it was ready never appears', async () => {
  const { page: shop, trouble } = await open()
  await show(shop, 'embedded')
  await show(shop, 'nothing')
  await shop.waitForTimeout(500)
  expect(await shop.locator('ekko-impact').count()).toBe(0)
  expect(await told(shop)).toEqual([])
  expect(trouble).toEqual([])
})

test('the takeover opens one dialog and closes with its component', async () => {
  const { page: shop, trouble } = await open()
  await show(shop, 'takeover')
  await shop.locator('dialog[open]').waitFor()
  expect(await shop.locator('dialog[open]').count()).toBe(1)
  await show(shop, 'nothing')
  await expect.poll(() => shop.locator('dialog[open]').count()).toBe(0)
  expect(trouble).toEqual([])
})

test('on the server it renders an empty slot and needs no browser', async () => {
  const { renderToString } = await import('react-dom/server')
  const { createElement } = await import('react')
  const { Ekko } = await import('../../browser/src/index.ts')
  const { ImpactPayEmbedded } = await import('../src/index.ts')
  const html = renderToString(createElement(ImpactPayEmbedded, { ekko: new Ekko('sandbox'), clientSecret }))
  expect(html).toBe('<div data-ekko="embedded"></div>')
})
