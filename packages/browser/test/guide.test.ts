// The blocks of docs/guides/put-it-on-the-page.md, mounted as they stand there under the policies that stand there.
import { readFileSync } from 'node:fs'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './support/browser.ts'
import { type FakeService, startFakeService } from './support/fake-service.ts'
import { clientSecret } from './support/views.ts'

const guide = readFileSync(new URL('../../../docs/guides/put-it-on-the-page.md', import.meta.url), 'utf8')
const blocks = [...guide.matchAll(/```(\w+)\n(.*?)```/gs)].map(([, kind, text]) => ({ kind, text: text! }))

let browser: Browser
let fake: FakeService
let page: Page
let trouble: string[]

beforeAll(async () => {
  ;[browser, fake] = await Promise.all([launchBrowser(), startFakeService()])
})
afterEach(async () => {
  await page?.context().close()
  fake.reset()
})
afterAll(async () => {
  await browser?.close()
  await fake?.close()
})

/** The nth block of its kind, with the reader's own deployment and client secret in it. */
function block(kind: string, nth: number): string {
  const found = blocks.filter((one) => one.kind === kind)[nth]
  if (!found) throw new Error(`the guide has no ${kind} block number ${nth}`)
  return found.text.replaceAll('https://impact.example', fake.origin).replaceAll('cs_test_…', clientSecret)
}

async function open(
  html: string,
  policy: string,
  script: string,
  context: BrowserContextOptions = {},
): Promise<void> {
  const loader = await (await fetch(`${fake.origin}/v1/loader.mjs`)).text()
  fake.requests.length = 0
  fake.files = {
    '/impact.js': ['text/javascript', script],
    '/impact.css': ['text/css', block('css', 0)],
    '/ekko-loader.mjs': ['text/javascript', loader],
  }
  fake.policy = policy.trim()
  fake.page = `<!doctype html><html lang="en"><title>Order 1042</title><main><h1 tabindex="-1">Thank you</h1>${html}<p>Order 1042 is on its way.</p></main>`
  page = await (await browser.newContext(context)).newPage()
  page.setDefaultTimeout(5_000)
  trouble = []
  page.on('pageerror', (error) => trouble.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && trouble.push(message.text()))
  await page.goto(fake.shop)
}

const radius = () =>
  page.locator('ekko-impact .card').evaluate((element) => getComputedStyle(element).borderRadius)

test('brought by the browser it is there and styled, and nothing was refused', async () => {
  await open(block('html', 0), block('csp', 0), block('js', 0))
  await page.getByRole('button', { name: 'Contribute' }).waitFor()
  expect(await radius()).toBe('12px')
  expect(trouble).toEqual([])
})

test.each([390, 1280])('in the space that the stylesheet keeps nothing moves at %i pixels', async (width) => {
  // As tall as the page, so that whatever moved would be seen.
  await open(block('html', 0), block('csp', 0), block('js', 0), { viewport: { width, height: 2_000 } })
  await page.getByRole('button', { name: 'Contribute' }).waitFor()
  const shifts = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const observer = new PerformanceObserver((list) =>
          resolve(list.getEntries().map(({ toJSON }) => toJSON)),
        )
        observer.observe({ type: 'layout-shift', buffered: true })
        setTimeout(() => resolve([]), 500)
      }),
  )
  expect(shifts).toEqual([])
})

test('in front of the page it opens, and gives the focus to where the guide says', async () => {
  await open(block('html', 0), block('csp', 0), block('js', 1))
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
  expect(trouble).toEqual([])
})

test('printed by the server it is styled at once, and the script takes over what is there', async () => {
  const printed = block('html', 1).replace('{markup}', fake.render('link'))
  await open(printed, block('csp', 1), block('js', 0))
  await page.getByRole('button', { name: 'No thanks' }).click()
  await page.getByRole('heading', { name: 'No contribution made' }).waitFor()
  expect(await radius()).toBe('12px')
  expect(fake.requests).not.toContain('GET /v3/component')
  expect(trouble).toEqual([])
})

test('printed by the server it needs no JavaScript', async () => {
  const printed = block('html', 1).replace('{markup}', fake.render('link'))
  await open(printed, block('csp', 1), '', { javaScriptEnabled: false })
  await page.getByRole('radio', { name: '£2.00' }).check()
  const opened = page.waitForEvent('popup')
  await page.getByRole('button', { name: 'Contribute' }).click()
  expect(new URL((await opened).url()).search).toBe('?amount=2.00')
})

test('when the server had to do without the markup, the script brings it', async () => {
  await open(block('html', 1).replace('{markup}', ''), block('csp', 1), block('js', 0))
  await page.getByRole('button', { name: 'Contribute' }).waitFor()
  expect(trouble).toEqual([])
})

test('every reason why it does not appear is explained', () => {
  const surface = readFileSync(new URL('../src/surface.ts', import.meta.url), 'utf8')
  const reasons = /UnavailableReason =([\s\S]*?)\n\n/.exec(surface)![1]!.match(/'\w+'/g)!
  const table = guide.slice(guide.indexOf('| reason | means |'))
  for (const reason of reasons) expect(table).toContain(`\`${reason.slice(1, -1)}\``)
})
