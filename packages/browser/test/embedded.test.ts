import { expect, test } from 'vitest'
import { pay } from './support/fake-service.ts'
import { create, readyOf, type Shop, strictPolicy } from './support/shop.ts'
import { standUp } from './support/stand.ts'
import { clientSecret, sessionId } from './support/views.ts'

const stand = standUp()
let shop: Shop

test('under a strict policy the component is there, styled, and nothing was refused', async () => {
  stand.fake.policy = strictPolicy(stand.fake.origin)
  shop = await stand.open(create.embedded())
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  const card = shop.page.locator('ekko-impact .card')
  expect(await card.evaluate((element) => getComputedStyle(element).borderRadius)).toBe('12px')
  expect(await shop.page.locator('ekko-impact').getAttribute('data-state')).toBe('ready')
  expect(shop.trouble).toEqual([])
  expect(await shop.events()).toEqual([['ready', { state: 'ready' }]])
})

test('with Trusted Types enforced and no policy allowed, it is built all the same', async () => {
  stand.fake.policy = `${strictPolicy(stand.fake.origin)}; require-trusted-types-for 'script'; trusted-types 'none'`
  shop = await stand.open(create.embedded())
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  expect(shop.trouble).toEqual([])
})

test('as a module it finds its own deployment too', async () => {
  stand.fake.page = `<!doctype html><title>t</title><div id="slot"></div><script type="module" src="/shop.js"></script>`
  shop = await stand.open(create.embedded(), {
    before: `const { Ekko } = await import('${stand.fake.origin}/v1/ekko.mjs')`,
  })
  await shop.page.locator('ekko-impact .card').waitFor()
  expect(shop.trouble).toEqual([])
})

test('nothing is chosen beforehand, and both buttons look the same', async () => {
  shop = await stand.open(create.embedded())
  await readyOf(shop.page)
  expect(await shop.page.locator('ekko-impact :checked').count()).toBe(0)
  const look = (name: string) =>
    shop.page.getByRole('button', { name }).evaluate((element) => {
      const { width, height } = element.getBoundingClientRect()
      const { color, backgroundColor, fontSize, fontWeight, borderColor } = getComputedStyle(element)
      return { width, height, color, backgroundColor, fontSize, fontWeight, borderColor }
    })
  expect(await look('No thanks')).toEqual(await look('Contribute'))
})

test('Enter in the amounts means yes, never no', async () => {
  shop = await stand.open(create.embedded())
  await readyOf(shop.page)
  await shop.page.getByRole('radio', { name: '£2.00' }).check()
  const opened = shop.page.waitForEvent('popup')
  await shop.page.keyboard.press('Enter')
  expect((await opened).url()).toContain('amount=2.00')
  expect((await shop.events()).map(([name]) => name)).toEqual(['ready', 'change', 'contribution'])
})

test('a contribution opens the payment page with the amount, and ends in thanks in the same place', async () => {
  shop = await stand.open(create.embedded())
  const { page } = shop
  await readyOf(page)
  await page.getByRole('radio', { name: '£5.00' }).check()
  const opened = page.waitForEvent('popup')
  await page.getByRole('button', { name: 'Contribute' }).click()
  const payment = await opened
  expect(new URL(payment.url()).searchParams.get('amount')).toBe('5.00')
  expect(await payment.evaluate(() => window.opener)).toBeNull()
  expect(await page.getByText('The payment page opened in another tab').first().isVisible()).toBe(true)

  pay(stand.fake)
  await payment.close()
  const heading = page.getByRole('heading', { name: 'Thank you for contributing £2.00' })
  await heading.waitFor()
  expect(
    await heading.evaluate((element) => (element.getRootNode() as ShadowRoot).activeElement === element),
  ).toBe(true)
  expect((await shop.events()).slice(-2)).toEqual([
    ['contribution', { status: 'started' }],
    ['contribution', { status: 'succeeded' }],
  ])
  expect(shop.trouble).toEqual([])
})

test('a consumer who is elsewhere in the page is told without losing their place', async () => {
  shop = await stand.open(create.embedded())
  const { page } = shop
  await readyOf(page)
  await page.getByRole('radio', { name: '£1.00' }).check()
  const opened = page.waitForEvent('popup')
  await page.getByRole('button', { name: 'Contribute' }).click()
  await (await opened).close()
  await page.locator('#first').focus()
  pay(stand.fake)
  await page.getByRole('heading', { name: 'Thank you' }).waitFor()
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('first')
  expect(await page.locator('ekko-impact [role=status]').textContent()).toContain(
    'Thank you for contributing',
  )
})

test('a closed payment window means nothing by itself', async () => {
  shop = await stand.open(create.embedded())
  const { page } = shop
  await readyOf(page)
  const opened = page.waitForEvent('popup')
  await page.getByRole('link', { name: 'Another amount' }).click()
  await (await opened).close()
  await page.waitForTimeout(2_500)
  expect(await page.locator('ekko-impact').getAttribute('data-state')).toBe('ready')
  expect((await shop.events()).filter(([name]) => name === 'contribution')).toEqual([
    ['contribution', { status: 'started' }],
  ])
})

test('a blocked window becomes a visit in the same tab, with the way back', async () => {
  shop = await stand.open(create.embedded(), { before: 'window.open = () => null' })
  const { page } = shop
  await readyOf(page)
  await page.getByRole('radio', { name: '£2.00' }).check()
  await page.getByRole('button', { name: 'Contribute' }).click()
  await page.waitForURL(/\/pay\//)
  const query = new URL(page.url()).searchParams
  expect([query.get('amount'), query.get('return')]).toEqual(['2.00', `${stand.fake.shop}/`])
})

test('no thanks is answered at once, in place, and told to the service', async () => {
  shop = await stand.open(create.embedded())
  const { page } = shop
  await readyOf(page)
  const told = page.waitForResponse(
    (response) => response.url().endsWith('/dismissal') && response.request().method() === 'POST',
  )
  await page.getByRole('button', { name: 'No thanks' }).click()
  expect(await page.getByRole('heading', { name: 'No contribution made' }).isVisible()).toBe(true)
  expect(await page.getByRole('button', { name: 'Contribute' }).count()).toBe(0)
  expect((await told).status()).toBe(204)
  expect((await shop.events()).at(-1)).toEqual(['dismiss', { by: 'button' }])
  expect(page.context().pages()).toHaveLength(1)
})

test('what the merchant’s server printed is used as it is', async () => {
  shop = await stand.open(create.embedded(), {
    body: `<div id="slot">${stand.fake.render('link')}</div>`,
    before: `window.card = document.querySelector('ekko-impact').shadowRoot.querySelector('.card')`,
  })
  const { page } = shop
  expect(await readyOf(page)).toEqual({ status: 'ready' })
  const same = `document.querySelector('ekko-impact').shadowRoot.querySelector('.card') === window.card`
  expect(await page.evaluate(same)).toBe(true)
  expect(stand.fake.requests).not.toContain('GET /v3/component')
  await page.getByRole('radio', { name: '£2.00' }).check()
  const opened = page.waitForEvent('popup')
  await page.getByRole('button', { name: 'Contribute' }).click()
  expect((await opened).url()).toContain('amount=2.00')
})

test('printed under a policy that refuses its stylesheet, it is styled by the SDK', async () => {
  stand.fake.policy = strictPolicy(stand.fake.origin)
  shop = await stand.open(create.embedded(), {
    body: `<div id="slot">${stand.fake.render('link')}</div>`,
  })
  await readyOf(shop.page)
  const radius = await shop.page
    .locator('ekko-impact .card')
    .evaluate((element) => getComputedStyle(element).borderRadius)
  expect(radius).toBe('12px')
})

test('printed, and without JavaScript, it is a form that opens the payment page', async () => {
  shop = await stand.open('', {
    body: `<div id="slot">${stand.fake.render('link')}</div>`,
    context: { javaScriptEnabled: false },
  })
  const { page } = shop
  await page.getByRole('radio', { name: '£2.00' }).check()
  const opened = page.waitForEvent('popup')
  await page.getByRole('button', { name: 'Contribute' }).click()
  expect(new URL((await opened).url()).search).toBe('?amount=2.00')
  const declined = page.waitForEvent('popup')
  await page.getByRole('button', { name: 'No thanks' }).click()
  expect(new URL((await declined).url()).search).toBe('?decline=yes')
})

test('a merchant’s stylesheet cannot take it apart', async () => {
  const hostile = `<style>html { font-size: 5px } * { all: unset !important; display: inline !important; color: red !important }
    button, ekko-impact { display: none !important } ekko-impact { font: 3px cursive !important; transform: scale(3) !important }</style>`
  shop = await stand.open(create.embedded(), { extra: hostile })
  const { page } = shop
  await readyOf(page)
  const button = page.getByRole('button', { name: 'Contribute' })
  expect(await button.isVisible()).toBe(true)
  const card = await page.locator('ekko-impact .card').evaluate((element) => {
    const { fontSize, color } = getComputedStyle(element)
    return { fontSize, color, host: getComputedStyle(document.querySelector('ekko-impact')!).transform }
  })
  expect(card).toEqual({ fontSize: '16px', color: 'rgb(27, 29, 33)', host: 'none' })
})

test('the merchant’s appearance is laid over the brand’s, and can be changed', async () => {
  stand.fake.view = { ...stand.fake.view, appearance: { colours: { accent: '#7a1fa2' }, radius: 3 } }
  shop = await stand.open(create.embedded(`appearance: { radius: 20 }`))
  const { page } = shop
  await readyOf(page)
  const look = () =>
    page.locator('ekko-impact .card').evaluate((element) => {
      const style = getComputedStyle(element)
      return [style.borderRadius, style.getPropertyValue('--ekko-accent')]
    })
  expect(await look()).toEqual(['20px', expect.stringContaining('#7a1fa2')])
  await page.evaluate(`element.update({ appearance: { radius: 0, theme: 'dark' } })`)
  await expect.poll(async () => (await look())[0]).toBe('0px')
  const scheme = await page
    .locator('ekko-impact')
    .evaluate((element) => getComputedStyle(element).colorScheme)
  expect(scheme).toBe('dark')
})

test('the space that was kept does not shrink when the component comes, and nothing above moves', async () => {
  shop = await stand.open(create.embedded(`minHeight: 2000`))
  const { page } = shop
  const before = await page.locator('#after').boundingBox()
  await readyOf(page)
  expect(await page.locator('#after').boundingBox()).toEqual(before)
})

test('the client secret can be fetched when it is needed, once for all elements', async () => {
  const fetching = `(() => {
    window.asked = 0
    const later = ekko.elements({ fetchClientSecret: async () => { asked++; return '${clientSecret}' } })
    later.createImpactPayPageTakeover({ onError: 'dismiss' }).destroy()
    return later.createImpactPayEmbedded({ container: '#slot', sessionId: '${sessionId}' })
  })()`
  shop = await stand.open(fetching)
  expect(await readyOf(shop.page)).toEqual({ status: 'ready' })
  expect(await shop.page.evaluate('asked')).toBe(1)
})

test('a shop that is isolated from its windows is thanked all the same', async () => {
  stand.fake.headers = { 'cross-origin-opener-policy': 'same-origin' }
  shop = await stand.open(create.embedded())
  const { page } = shop
  await readyOf(page)
  await page.getByRole('radio', { name: '£2.00' }).check()
  const opened = page.context().waitForEvent('page')
  await page.getByRole('button', { name: 'Contribute' }).click()
  await opened
  pay(stand.fake)
  await page.bringToFront()
  await page.getByRole('heading', { name: 'Thank you for contributing' }).waitFor()
  expect((await shop.events()).map(([, event]) => event.status).filter(Boolean)).toEqual([
    'started',
    'succeeded',
  ])
})
