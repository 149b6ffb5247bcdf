// The page that the component has to live in: its containers, its other scripts, its storage, its network.
import { expect, test } from 'vitest'
import { Ekko } from '../src/index.ts'
import { pay } from './support/fake-service.ts'
import { create, readyOf, type Shop, strictPolicy } from './support/shop.ts'
import { standUp } from './support/stand.ts'
import { clientSecret, contribution } from './support/views.ts'

const stand = standUp()
let shop: Shop

test('a container outside the document holds the component until the page puts it in', async () => {
  const detached = `(window.aside = document.createElement('div'), elements.createImpactPayEmbedded({ container: aside }))`
  shop = await stand.open(detached)
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  await shop.page.evaluate(`document.querySelector('main').append(aside)`)
  expect(await shop.page.getByRole('button', { name: 'Contribute' }).isVisible()).toBe(true)
  expect(shop.trouble).toEqual([])
})

test('in a container that is not displayed it is ready for when it is', async () => {
  const body = '<div id="slot" hidden></div>'
  shop = await stand.open(create.embedded(), { body })
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  expect(await shop.page.getByRole('button', { name: 'Contribute' }).isVisible()).toBe(false)
  await shop.page.evaluate(`document.querySelector('#slot').hidden = false`)
  expect(await shop.page.getByRole('button', { name: 'Contribute' }).isVisible()).toBe(true)
})

test('a container that is taken out while it loads takes the component along, and nobody is told of a fault', async () => {
  stand.fake.intercept = (request, response) => {
    if (!request.url?.startsWith('/v3/component?')) return false
    const headers = { 'access-control-allow-origin': '*', 'content-type': 'text/html' }
    setTimeout(() => response.writeHead(200, headers).end(stand.fake.render('adopted')), 500)
    return true
  }
  shop = await stand.open(create.embedded())
  await shop.page.locator('#slot ekko-impact').waitFor({ state: 'attached' })
  await shop.page.evaluate(`document.querySelector('#slot').remove()`)
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  expect(await shop.page.locator('ekko-impact').count()).toBe(0)
  expect(shop.trouble).toEqual([])
})

test('two in two containers, from two copies of the SDK, know nothing of each other', async () => {
  stand.fake.policy = strictPolicy(stand.fake.origin)
  const body = '<div id="slot"></div><div id="other"></div>'
  shop = await stand.open(create.embedded(), {
    body,
    before: `window.module = import('${stand.fake.origin}/v1/ekko.mjs').then(({ Ekko }) => {
      window.second = new Ekko('sandbox').elements({ clientSecret: '${clientSecret}' })
        .createImpactPayEmbedded({ container: '#other' })
      return second.ready
    })`,
  })
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  expect(await shop.page.evaluate('module')).toEqual({ status: 'ready' })
  await shop.page.evaluate('element.destroy()')
  expect(await shop.page.locator('#slot ekko-impact').count()).toBe(0)
  expect(await shop.page.locator('#other ekko-impact').count()).toBe(1)
  expect(shop.trouble).toEqual([])
})

test('where there is no page it is imported and used without a fault', async () => {
  const element = new Ekko('sandbox').elements({ clientSecret }).createImpactPayEmbedded({ container: '#x' })
  expect(await element.ready).toEqual({ status: 'unavailable', reason: 'no_browser' })
  element.update({ appearance: { theme: 'dark' } })
  element.destroy()

  shop = await stand.open(create.embedded())
  const fromWorker = await shop.page.evaluate(`new Promise((resolve) => {
    const code = "import('${stand.fake.origin}/v1/ekko.mjs').then(({ Ekko }) => new Ekko('sandbox').elements({})" +
      ".createImpactPayEmbedded({ container: '#x' }).ready).then(postMessage, (e) => postMessage(String(e)))"
    const worker = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })), { type: 'module' })
    worker.onmessage = ({ data }) => resolve(data)
  })`)
  expect(fromWorker).toEqual({ status: 'unavailable', reason: 'no_browser' })
})

test('a page without cookies and storage is served like any other', async () => {
  const refuse = `for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches'])
      Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError') } })
    Object.defineProperty(document, 'cookie', { get() { throw new DOMException('denied', 'SecurityError') } });`
  shop = await stand.open(create.embedded(), { before: refuse })
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  expect(await shop.page.context().cookies()).toEqual([])
  expect(shop.trouble).toEqual([])
})

test('no message from any window moves it', async () => {
  shop = await stand.open(create.embedded())
  const { page } = shop
  await readyOf(page)
  await page.evaluate(`for (const data of [{ type: 'ekko', status: 'succeeded' }, { ekko: { state: 'thanked' } },
      '{"event":"contribution","status":"succeeded"}', { source: 'ekko', sessionId: element.sessionId }, null])
    postMessage(data, '*')`)
  await page.waitForTimeout(200)
  expect(await page.locator('ekko-impact').getAttribute('data-state')).toBe('ready')
  expect(await shop.events()).toEqual([['ready', { state: 'ready' }]])
})

test('a page that has patched what everybody uses gets its component all the same', async () => {
  const patched = `
    Array.prototype.last = function () { return this[this.length - 1] }
    Object.prototype.polluted = 'yes'
    Array.from = ((from) => (...args) => from.apply(Array, args))(Array.from)
    window.Promise = class extends Promise {}
    window.fetch = ((fetch) => (...args) => fetch(...args))(fetch)
    window.setTimeout = ((set) => (act, ms = 0, ...rest) => set(act, ms + 1, ...rest))(setTimeout);`
  shop = await stand.open(create.embedded(), { before: patched })
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  await shop.page.getByRole('radio', { name: '£2.00' }).check()
  expect(shop.trouble).toEqual([])
})

test('a page whose fetch throws loses the component and nothing else', async () => {
  shop = await stand.open(create.embedded(), {
    before: `window.fetch = () => { throw new Error('the shop’s own') };`,
  })
  expect(await readyOf(shop.page)).toEqual({ status: 'unavailable', reason: 'network' })
  expect(await shop.page.getByText('Your order is not affected').isVisible()).toBe(true)
  expect(shop.trouble).toEqual([])
})

test('a network that goes away in between and comes back ends in thanks', async () => {
  shop = await stand.open(create.embedded())
  const { page } = shop
  await readyOf(page)
  await page.getByRole('radio', { name: '£2.00' }).check()
  const opened = page.waitForEvent('popup')
  await page.getByRole('button', { name: 'Contribute' }).click()
  await (await opened).close()
  await page.context().setOffline(true)
  pay(stand.fake)
  await page.waitForTimeout(2_500)
  expect(await page.locator('ekko-impact').getAttribute('data-state')).toBe('ready')
  expect(shop.trouble).toEqual([])
  await page.context().setOffline(false)
  await page.getByRole('heading', { name: 'Thank you for contributing' }).waitFor()
})

test('who has contributed before is thanked and not asked again', async () => {
  stand.fake.view = { ...stand.fake.view, state: 'thanked', contribution }
  shop = await stand.open(create.embedded())
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  expect(await shop.page.getByRole('heading', { name: 'Thank you' }).isVisible()).toBe(true)
  expect(await shop.page.getByRole('button').count()).toBe(0)
  await shop.close()
  stand.fake.page = ''
  shop = await stand.open(create.takeover())
  expect(await readyOf(shop.page)).toEqual({ status: 'ineligible', reason: 'contributed' })
})

test('nothing but the service is ever asked for anything, and nothing is measured', async () => {
  stand.fake.policy = strictPolicy(stand.fake.origin)
  shop = await stand.open(create.embedded())
  const asked: string[] = []
  shop.page.on('request', (request) => asked.push(new URL(request.url()).origin))
  await shop.page.reload()
  await readyOf(shop.page)
  await shop.page.getByRole('button', { name: 'No thanks' }).click()
  await expect.poll(() => stand.fake.requests).toContain('POST /v3/component/dismissal')
  expect(new Set(asked)).toEqual(new Set([stand.fake.shop, stand.fake.origin]))
  const known =
    /^(GET \/v1\/(ekko\.js|component\.\w+\.css)|(GET|POST) \/v3\/component(\/state|\/dismissal)?)$/
  expect(stand.fake.requests.filter((request) => !known.test(request))).toEqual([])
  expect(shop.trouble).toEqual([])
})

test('either variant is shown of a session that was made for the other', async () => {
  shop = await stand.open(create.takeover())
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  expect(await shop.page.getByRole('dialog').isVisible()).toBe(true)
  await shop.close()
  stand.fake.page = ''
  stand.fake.view = { ...stand.fake.view, variant: 'takeover' }
  shop = await stand.open(create.embedded())
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  expect(await shop.page.getByRole('button', { name: 'Contribute' }).isVisible()).toBe(true)
})

test('the page may ask for another language, and an unknown one is British English', async () => {
  shop = await stand.open(create.embedded(), {
    made: `new Ekko('sandbox', { locale: 'de-AT' })`,
  })
  await readyOf(shop.page)
  expect(await shop.page.locator('ekko-impact').getAttribute('lang')).toBe('de-AT')
  await shop.close()
  stand.fake.page = ''
  shop = await stand.open(create.embedded(), {
    made: `new Ekko('sandbox', { locale: 'tlh-Piqd' })`,
  })
  await readyOf(shop.page)
  expect(await shop.page.locator('ekko-impact').getAttribute('lang')).toBe('en-GB')
})

test.each([
  ['JPY', 200n, '200', /¥\s?200/],
  ['KWD', 2_500n, '2.500', /KWD\s2\.500/],
])('amounts in %s have as many decimals as the currency', async (currency, amountMinor, value, shown) => {
  const [suggestion] = stand.fake.view.suggestions
  const split = { ...suggestion!.split, impactMinor: amountMinor }
  stand.fake.view = { ...stand.fake.view, currency, suggestions: [{ amountMinor, split }] }
  shop = await stand.open(create.embedded())
  await readyOf(shop.page)
  const radio = shop.page.getByRole('radio', { name: shown })
  await radio.check()
  expect(await radio.getAttribute('value')).toBe(value)
  expect((await shop.events()).at(-1)).toEqual(['change', { amount: value }])
})

test('whoever asked for less motion sees none', async () => {
  shop = await stand.open(create.embedded(), { context: { reducedMotion: 'reduce' } })
  await readyOf(shop.page)
  const moving = await shop.page.evaluate(() =>
    [...document.querySelector('ekko-impact')!.shadowRoot!.querySelectorAll('*')]
      .filter((element) => {
        const { transitionDuration, animationName } = getComputedStyle(element)
        return transitionDuration.split(', ').some((time) => time !== '0s') || animationName !== 'none'
      })
      .map((element) => element.className),
  )
  expect(moving).toEqual([])
})
