import type { IncomingMessage, ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { refuse } from './support/fake-service.ts'
import { create, readyOf, type Shop } from './support/shop.ts'
import { standUp } from './support/stand.ts'

const stand = standUp()
let shop: Shop

type Answer = (request: IncomingMessage, response: ServerResponse, nth: number) => boolean

/** Answers the requests for the component; `answer` returns false to let the nth one through. */
function onComponent(answer: Answer): void {
  let nth = 0
  stand.fake.intercept = (request, response) =>
    request.url?.startsWith('/v3/component?') === true && answer(request, response, ++nth)
}

const cors = { 'access-control-allow-origin': '*' }

/** Whatever went wrong, the order page is whole and one quiet line says so at the height that was kept. */
async function expectQuiet(reason: string): Promise<void> {
  const { page } = shop!
  expect(await readyOf(page)).toEqual({ status: 'unavailable', reason })
  expect(await page.locator('ekko-impact').textContent()).toBe('')
  expect(await page.getByText('Your order is not affected').isVisible()).toBe(true)
  expect((await page.locator('ekko-impact').boundingBox())?.height).toBe(480)
  expect(await page.getByRole('heading', { name: 'Thanks for your order' }).isVisible()).toBe(true)
  expect(shop.trouble.filter((text) => !text.includes('CORS'))).toEqual([])
}

test('a server that never answers is given up within the deadline', async () => {
  onComponent(() => true)
  const startedAt = Date.now()
  shop = await stand.open(create.embedded())
  await expectQuiet('timeout')
  const took = Date.now() - startedAt
  expect(took).toBeGreaterThan(9_000)
  expect(took).toBeLessThan(12_000)
  const errors = (await shop.events()).map(([, event]) => [event.code, event.retryable])
  expect(errors).toEqual([
    ['timeout', true],
    ['timeout', true],
    ['timeout', false],
  ])
})

test('an answer that comes after the line is shown does not replace it', async () => {
  let late: ServerResponse[] = []
  onComponent((_request, response) => {
    late.push(response)
    return true
  })
  shop = await stand.open(create.embedded())
  await expectQuiet('timeout')
  for (const response of late)
    response.writeHead(200, { ...cors, 'content-type': 'text/html' }).end(stand.fake.render('adopted'))
  late = []
  await shop.page.waitForTimeout(500)
  expect(await shop.page.locator('ekko-impact .card').count()).toBe(0)
})

test('a service that stumbles once is asked again', async () => {
  onComponent((_request, response, nth) => nth === 1 && Boolean(response.writeHead(500, cors).end()))
  shop = await stand.open(create.embedded())
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  expect((await shop.events()).map(([name, event]) => [name, event.code])).toEqual([
    ['loaderror', 'service_error'],
    ['ready', undefined],
  ])
})

test('Retry-After is kept to', async () => {
  const asked: number[] = []
  onComponent((_request, response, nth) => {
    asked.push(Date.now())
    const headers = { ...cors, 'access-control-expose-headers': 'retry-after', 'retry-after': '1' }
    return nth === 1 && Boolean(response.writeHead(429, headers).end())
  })
  shop = await stand.open(create.embedded())
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  expect(asked[1]! - asked[0]!).toBeGreaterThanOrEqual(1_000)
})

test.each([
  ['a captive portal', '<html><body>Log in to the train</body></html>'],
  ['half an answer', '<ekko-impact data-state="ready"><template shadowrootmode="open"><section>'],
  [
    'a script',
    '<ekko-impact><template shadowrootmode="open"><script>document.title="run"</script></template></ekko-impact>',
  ],
  [
    'a handler',
    '<ekko-impact><template shadowrootmode="open"><p onclick="run()">a</p></template></ekko-impact>',
  ],
  [
    'a handler in other letters',
    '<ekko-impact><template shadowrootmode="open"><p oNclick="run()">a</p></template></ekko-impact>',
  ],
  [
    'a script’s address',
    '<ekko-impact><template shadowrootmode="open"><a href="javascript:run()">a</a></template></ekko-impact>',
  ],
  [
    'an element of a version that it does not know',
    '<ekko-impact><template shadowrootmode="open"><video>a</video></template></ekko-impact>',
  ],
  ['crooked markup', '<ekko-impact><template shadowrootmode="open"><p>a</section></template></ekko-impact>'],
])('%s is not taken for the component', async (_what, html) => {
  onComponent((_request, response) =>
    Boolean(response.writeHead(200, { ...cors, 'content-type': 'text/html' }).end(html)),
  )
  shop = await stand.open(create.embedded())
  await expectQuiet('invalid_response')
  expect(await shop.page.title()).toBe('Order 1042')
})

test('a policy that refuses our origin is told by its name, and not asked again', async () => {
  stand.fake.policy = `default-src 'self'; script-src 'self' ${stand.fake.origin}`
  shop = await stand.open(create.embedded())
  expect(await readyOf(shop.page)).toEqual({ status: 'unavailable', reason: 'csp' })
  expect(await shop.page.getByText('Your order is not affected').isVisible()).toBe(true)
  expect(stand.fake.requests).toEqual(['GET /v1/ekko.js'])
  expect((await shop.events()).map(([name, event]) => [name, event.code, event.retryable])).toEqual([
    ['loaderror', 'csp', false],
  ])
})

test('without its stylesheet it is not shown', async () => {
  stand.fake.intercept = (request, response) =>
    request.url?.endsWith('.css') === true && Boolean(response.writeHead(503, cors).end())
  shop = await stand.open(create.embedded())
  await expectQuiet('service_error')
})

test('a session that is over is no fault', async () => {
  onComponent((_request, response) => {
    refuse(response, 'CLIENT_SECRET_EXPIRED')
    return true
  })
  shop = await stand.open(create.embedded())
  expect(await readyOf(shop.page)).toEqual({ status: 'ineligible', reason: 'expired' })
})

test.each([
  ['no secret', `ekko.elements({}).createImpactPayEmbedded({ container: '#slot' })`, 'secret_missing'],
  [
    'a refused secret',
    `ekko.elements({ fetchClientSecret: () => Promise.reject(new Error('x')) }).createImpactPayEmbedded({ container: '#slot' })`,
    'secret_missing',
  ],
  [
    'an API key for a secret',
    `ekko.elements({ clientSecret: 'ek_test_1' }).createImpactPayEmbedded({ container: '#slot' })`,
    'secret_invalid',
  ],
  [
    'a secret of the other environment',
    `ekko.elements({ clientSecret: 'cs_live_2f6d6b1f1c6a4e9a9c157b8a0db1a2c3_secret_x' }).createImpactPayEmbedded({ container: '#slot' })`,
    'environment_mismatch',
  ],
  [
    'a session that is not the secret’s',
    create.embedded(`impactPaySessionId: 'ips_12345'`),
    'session_mismatch',
  ],
])('%s is told apart without a request', async (_what, creation, reason) => {
  shop = await stand.open(creation)
  await expectQuiet(reason)
  expect(stand.fake.requests).toEqual(['GET /v1/ekko.js'])
})

test.each(['null', 'undefined', `'#nowhere'`, `'##'`, '{}'])(
  'a container of %s leaves the page alone',
  async (container) => {
    shop = await stand.open(`elements.createImpactPayEmbedded({ container: ${container} })`)
    expect(await readyOf(shop.page)).toEqual({ status: 'unavailable', reason: 'container_missing' })
    expect(shop.trouble).toEqual([])
  },
)

test('destroyed while it loads, it never appears', async () => {
  onComponent((_request, response) => {
    setTimeout(
      () =>
        response.writeHead(200, { ...cors, 'content-type': 'text/html' }).end(stand.fake.render('adopted')),
      300,
    )
    return true
  })
  shop = await stand.open(create.embedded())
  await shop.page.evaluate('element.destroy(); element.destroy()')
  expect(await readyOf(shop.page)).toEqual({ status: 'destroyed' })
  await shop.page.waitForTimeout(600)
  expect(await shop.page.locator('ekko-impact').count()).toBe(0)
  expect(await shop.events()).toEqual([['destroy', {}]])
  expect(shop.trouble).toEqual([])
})

test('mount, unmount, mount, as frameworks do in development, leaves exactly one', async () => {
  const twice = `(() => { const first = ${create.embedded()}; first.destroy(); return ${create.embedded()} })()`
  shop = await stand.open(twice)
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  expect(await shop.page.locator('ekko-impact').count()).toBe(1)
})

test('a second one in the same container takes the place of the first', async () => {
  shop = await stand.open(`(window.first = ${create.embedded()}, ${create.embedded()})`)
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  expect(await shop.page.evaluate('first.ready')).toEqual({ status: 'destroyed' })
  expect(await shop.page.locator('ekko-impact').count()).toBe(1)
})

test('a handler that throws stops nothing', async () => {
  shop = await stand.open(create.embedded(), {
    before: `setTimeout(() => element.on('ready', () => { throw new Error('the merchant’s') }))`,
  })
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
})

test('a mistake about the deployment is told at once', async () => {
  shop = await stand.open(`null, { on() {} }`)
  const thrown = await shop.page.evaluate(
    `(() => { try { new Ekko('production'); return '' } catch (error) { return error.message } })()`,
  )
  expect(thrown).toContain(`'production' is not`)
})
