// The cases in which engines are known to differ, in Firefox and in WebKit where they are installed
// (Debian: firefox-esr, webkit2gtk-driver, xvfb). EKKO_TEST_ENGINES=firefox,webkit makes a missing one a failure.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { bundleSdk } from '../../../tools/bundle.js'
import { type Engine, engines } from './support/engines.ts'
import { type FakeService, pay, startFakeService } from './support/fake-service.ts'
import { create, shopPage, shopScript, strictPolicy } from './support/shop.ts'

const missing = (programs: Readonly<Record<string, string | undefined>>) =>
  Object.keys(programs).filter((name) => programs[name] === undefined)

test('the engines that were asked for are installed', () => {
  const wanted = (process.env.EKKO_TEST_ENGINES ?? '').split(',').filter(Boolean)
  const report = engines.map(({ name, programs }) => {
    const lacking = missing(programs)
    return {
      name,
      line: lacking.length > 0 ? `${name} NOT RUN, without ${lacking.join(', ')}` : `${name} runs`,
    }
  })
  console.log(`engines: chromium runs; ${report.map(({ line }) => line).join('; ')}`)
  for (const name of wanted) expect(report.find((one) => one.name === name)?.line).toBe(`${name} runs`)
})

const installed = engines.filter(({ programs }) => missing(programs).length === 0)

describe.each(installed)('$name', ({ launch }) => {
  let engine: Engine
  let fake: FakeService
  let loader: string

  beforeAll(async () => {
    const [files, service, launched] = await Promise.all([bundleSdk(), startFakeService(), launch()])
    loader = files.find(({ name }) => name === 'loader.js')!.code
    fake = service
    engine = launched
  })
  afterEach(async () => {
    await engine.closeOthers()
    fake.reset()
  })
  afterAll(async () => {
    await engine?.close()
    await fake?.close()
  })

  async function open(creation: string, options: Parameters<typeof shopPage>[1] & { before?: string } = {}) {
    fake.page ||= shopPage(fake, options)
    const violations = `window.refused = []
      document.addEventListener('securitypolicyviolation', (event) => refused.push(event.violatedDirective));`
    fake.script = shopScript(creation, {
      before: violations + (options.before ?? ''),
      ...madeBy(options.before),
    })
    await engine.goto(fake.shop)
    return engine.run('return element.ready')
  }
  const madeBy = (before = '') => (before.includes(loader) ? { made: `new Ekko('${fake.origin}')` } : {})
  const card = `document.querySelector('ekko-impact').shadowRoot.querySelector('.card')`
  const state = () => engine.run(`return document.querySelector('ekko-impact')?.dataset.state ?? null`)

  test('under a strict policy it is there and styled, and nothing was refused', async () => {
    fake.policy = `${strictPolicy(fake.origin)}; require-trusted-types-for 'script'; trusted-types 'none'`
    expect(await open(create.embedded())).toEqual({ status: 'ready' })
    expect(await engine.run(`return getComputedStyle(${card}).borderRadius`)).toBe('12px')
    expect(await engine.run('return refused')).toEqual([])
  })

  test('an SDK that fails once is asked for again, although the engine remembers the failure', async () => {
    let nth = 0
    fake.intercept = (request, response) =>
      request.url?.startsWith('/v1/ekko.mjs') === true &&
      ++nth === 1 &&
      Boolean(response.writeHead(500, { 'access-control-allow-origin': '*' }).end())
    expect(await open(create.embedded(), { scripts: false, before: loader })).toEqual({ status: 'ready' })
    expect(nth).toBe(2)
  })

  test('a policy that refuses our origin is told by its name', async () => {
    fake.policy = `default-src 'self'; script-src 'self' ${fake.origin}`
    expect(await open(create.embedded())).toEqual({ status: 'unavailable', reason: 'csp' })
  })

  test('what the merchant’s server printed is used as it is', async () => {
    const before = `window.card = ${card};`
    const printed = { body: `<div id="slot">${fake.render('link')}</div>`, before }
    expect(await open(create.embedded(), printed)).toEqual({ status: 'ready' })
    expect(await engine.run(`return card === ${card} && card.isConnected`)).toBe(true)
  })

  test('where shadow roots are not printed, the template that is left becomes one', async () => {
    const markup = fake.render('link').replace('shadowrootmode="open"', 'data-root')
    const before = `document.querySelector('[data-root]').setAttribute('shadowrootmode', 'open');`
    const printed = { body: `<div id="slot">${markup}</div>`, before }
    expect(await open(create.embedded(), printed)).toEqual({ status: 'ready' })
    expect(await engine.run(`return getComputedStyle(${card}).borderRadius`)).toBe('12px')
  })

  test('the takeover puts the focus on its heading; Escape leaves, and focus and scroll are as before', async () => {
    const tall = '<p style="height:1500px"></p>'
    const before = `document.querySelector('#here').focus({ preventScroll: true }); scrollTo(0, 1200);`
    const body = `${tall}<button id="here">Here</button>${tall}`
    expect(await open(create.takeover(), { body, before })).toEqual({ status: 'ready' })
    expect(
      await engine.run(`return document.querySelector('ekko-impact').shadowRoot.activeElement?.id`),
    ).toBe('ekko-heading')
    await engine.press('\uE00C')
    await expect.poll(state).toBeNull()
    expect(await engine.run('return [scrollY, document.activeElement.id, refused]')).toEqual([
      1200,
      'here',
      [],
    ])
    expect(await engine.run('return events.at(-1)')).toEqual(['dismiss', { by: 'escape' }])
  })

  test('the payment window opens in the click, however slow the service is', async () => {
    await open(create.embedded())
    fake.intercept = (request) => request.url?.startsWith('/v3/') === true
    const before = await engine.windows()
    await engine.click(`${card}.querySelector('input[value="2.00"]')`)
    await engine.click(`${card}.querySelector('[part~=contribute]')`)
    await expect.poll(async () => (await engine.windows()).length).toBe(before.length + 1)
  })

  test('a shop that is isolated from its windows is thanked all the same', async () => {
    fake.headers = { 'cross-origin-opener-policy': 'same-origin' }
    await open(create.embedded())
    await engine.click(`${card}.querySelector('input[value="2.00"]')`)
    await engine.click(`${card}.querySelector('[part~=contribute]')`)
    await expect.poll(async () => (await engine.windows()).length).toBe(2)
    pay(fake)
    await engine.closeOthers()
    await expect.poll(state, { timeout: 20_000 }).toBe('thanked')
  })

  test('back from another page it shows what became of it meanwhile', async () => {
    await open(create.embedded())
    await engine.run(`addEventListener('pageshow', (event) => { window.persisted = event.persisted })`)
    await engine.goto(`${fake.shop}/done`)
    pay(fake)
    await engine.back()
    await expect.poll(state).toBe('thanked')
    console.log(`out of memory: ${await engine.run('return window.persisted ?? false')} (${engine.version})`)
  })
})
