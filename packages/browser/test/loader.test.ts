// The loader in a merchant's own script: the same surface before the SDK is there, and an order page that does not care
// whether it ever comes.
import type { ServerResponse } from 'node:http'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { bundleSdk } from '../../../tools/bundle.js'
import { launchBrowser } from './support/browser.ts'
import { type FakeService, startFakeService } from './support/fake-service.ts'
import { create, openShop, readyOf, type Shop, strictPolicy } from './support/shop.ts'

let browser: Browser
let fake: FakeService
let loader: string
let shop: Shop | undefined

beforeAll(async () => {
  let files: Awaited<ReturnType<typeof bundleSdk>>
  ;[browser, fake, files] = await Promise.all([launchBrowser(), startFakeService(), bundleSdk()])
  loader = files.find(({ name }) => name === 'loader.js')!.code
})
afterEach(async () => {
  await shop?.close()
  shop = undefined
  fake.reset()
})
afterAll(async () => {
  await browser?.close()
  await fake?.close()
})

/** A shop that carries the loader in its own script, as a bundler would put it there. */
async function openWithLoader(creation = create.embedded(), origin = fake.origin): Promise<Shop> {
  shop = await openShop(browser, fake, creation, {
    scripts: false,
    before: loader,
    made: `new Ekko('${origin}')`,
  })
  return shop
}

/** Answers the requests for the SDK itself. */
function onCore(answer: (nth: number, response: ServerResponse) => boolean): void {
  let nth = 0
  fake.intercept = (request, response) =>
    request.url?.startsWith('/v1/ekko.mjs') === true && answer(++nth, response)
}

const javaScript = { 'access-control-allow-origin': '*', 'content-type': 'text/javascript' }

async function expectUntouched(): Promise<void> {
  expect(await readyOf(shop!.page)).toEqual({ status: 'unavailable', reason: 'network' })
  expect(await shop!.page.getByRole('heading', { name: 'Thanks for your order' }).isVisible()).toBe(true)
  expect(await shop!.page.locator('ekko-impact').count()).toBe(0)
  await expect.poll(async () => (await shop!.events()).map(([name]) => name)).toEqual(['loaderror'])
}

test('what is asked of it before the SDK is there is done when it comes', async () => {
  fake.policy = strictPolicy(fake.origin)
  const { page, trouble, events } = await openWithLoader(
    `(() => { const made = ${create.embedded()}; made.update({ appearance: { radius: 3 } }); return made })()`,
  )
  expect(await readyOf(page)).toEqual({ status: 'ready' })
  const radius = () =>
    page.locator('ekko-impact .card').evaluate((element) => getComputedStyle(element).borderRadius)
  await expect.poll(radius).toBe('3px')
  expect(await events()).toEqual([['ready', { state: 'ready' }]])
  await page.evaluate('element.destroy()')
  expect(await page.locator('ekko-impact').count()).toBe(0)
  expect(trouble).toEqual([])
})

test('destroyed before the SDK came, nothing ever appears', async () => {
  const { page, trouble } = await openWithLoader(
    `(() => { const made = ${create.embedded()}; made.destroy(); return made })()`,
  )
  expect(await readyOf(page)).toEqual({ status: 'destroyed' })
  expect(await page.locator('ekko-impact').count()).toBe(0)
  expect(fake.requests).not.toContain('GET /v3/component')
  expect(trouble).toEqual([])
})

test('two elements fetch the SDK once', async () => {
  const { page } = await openWithLoader(`(${create.takeover()}, ${create.embedded()})`)
  expect(await readyOf(page)).toEqual({ status: 'ready' })
  expect(fake.requests.filter((request) => request === 'GET /v1/ekko.mjs')).toHaveLength(1)
})

test('an SDK that fails once is asked for again under another address', async () => {
  const asked: number[] = []
  onCore((nth, response) => {
    asked.push(nth)
    return nth === 1 && Boolean(response.writeHead(500, javaScript).end())
  })
  const { page } = await openWithLoader()
  expect(await readyOf(page)).toEqual({ status: 'ready' })
  expect(asked).toEqual([1, 2])
})

test('a host that refuses connections leaves the page alone, and a later element tries anew', async () => {
  const { page } = await openWithLoader(create.embedded(), 'http://127.0.0.1:9')
  await expectUntouched()
  expect(
    await page.evaluate(
      'window.later = elements.createImpactPayEmbedded({ container: "#slot" }), later.ready',
    ),
  ).toEqual({
    status: 'unavailable',
    reason: 'network',
  })
})

test('a host that accepts and never answers is given up after ten seconds', async () => {
  onCore(() => true)
  const startedAt = Date.now()
  await openWithLoader()
  await expectUntouched()
  expect(Date.now() - startedAt).toBeLessThan(13_000)
})

test('the time that the SDK took to come is taken off the ten seconds', async () => {
  // The first try of the SDK comes to nothing and the second one works; the component then never answers.
  fake.intercept = (request) =>
    request.url === '/v1/ekko.mjs' || request.url?.startsWith('/v3/component?') === true
  const startedAt = Date.now()
  const { page } = await openWithLoader()
  expect(await readyOf(page)).toEqual({ status: 'unavailable', reason: 'timeout' })
  expect(Date.now() - startedAt).toBeLessThan(13_000)
})

test.each([
  ['a captive portal', 'text/html', '<html>Log in to the train</html>'],
  ['a script that is not ours', 'text/javascript', 'export const other = 1'],
])('%s is not taken for the SDK', async (_what, contentType, body) => {
  onCore((_nth, response) =>
    Boolean(response.writeHead(200, { ...javaScript, 'content-type': contentType }).end(body)),
  )
  await openWithLoader()
  await expectUntouched()
})

test('a policy that does not let our scripts in leaves the page alone, and not one request is made', async () => {
  fake.policy = "default-src 'self'"
  await openWithLoader()
  await expectUntouched()
  expect(fake.requests).toEqual([])
})

test('Trusted Types may be enforced without a policy for us', async () => {
  fake.policy = `${strictPolicy(fake.origin)}; require-trusted-types-for 'script'; trusted-types 'none'`
  const { page, trouble } = await openWithLoader()
  expect(await readyOf(page)).toEqual({ status: 'ready' })
  expect(trouble).toEqual([])
})

test('a tag of ours that failed before, or whose integrity does not match, stands in nobody’s way', async () => {
  fake.intercept = (request, response) =>
    request.url === '/v1/ekko.js?broken' && Boolean(response.writeHead(500).end())
  fake.page = `<!doctype html><html lang="en"><title>Order 1042</title><main><h1>Thanks for your order</h1>
    <div id="slot"></div></main><script src="${fake.origin}/v1/ekko.js?broken"></script>
    <script src="${fake.origin}/v1/ekko.js" crossorigin integrity="sha384-${'A'.repeat(64)}"></script>
    <script src="/shop.js"></script>`
  shop = await openShop(browser, fake, create.embedded(), {
    before: `window.stillMissing = typeof Ekko; ${loader}`,
    made: `new Ekko('${fake.origin}')`,
  })
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  expect(await shop.page.evaluate('stillMissing')).toBe('undefined')
})

test('the deployment is told at once when it is not said', async () => {
  await openWithLoader()
  const thrown =
    await shop!.page.evaluate(`[() => new Ekko('production'), () => new Ekko('sandbox')].map((make) => {
    try { make(); return '' } catch (error) { return error.constructor.name }
  })`)
  expect(thrown).toEqual(['TypeError', 'TypeError'])
})
