import { beforeEach, expect, test } from 'vitest'
import { pay } from './support/fake-service.ts'
import { create, readyOf, type Shop, strictPolicy } from './support/shop.ts'
import { standUp } from './support/stand.ts'

const stand = standUp()
let shop: Shop

/** The shop is long and scrolled, and somebody is in the middle of it. */
const longPage = `<div style="height:1500px"></div><button id="here">Here</button><div style="height:1500px"></div>`
const inTheMiddle = `document.querySelector('#here').focus({ preventScroll: true }); window.scrollTo(0, 1200)`

beforeEach(() => {
  stand.fake.view = { ...stand.fake.view, variant: 'takeover' }
})

async function openLong(options = ''): Promise<Shop> {
  shop = await stand.open(create.takeover(options), { body: longPage, before: inTheMiddle })
  return shop
}

const place = `({ y: scrollY, focus: document.activeElement?.id, overflow: document.documentElement.style.overflow,
  dialogs: document.querySelectorAll('ekko-impact').length })`
const asBefore = { y: 1200, focus: 'here', overflow: '', dialogs: 0 }

test('it opens over the page with the heading in focus and the page behind held still', async () => {
  stand.fake.policy = strictPolicy(stand.fake.origin)
  shop = await stand.open(create.takeover())
  const { page } = shop
  expect(await readyOf(page)).toEqual({ status: 'ready' })
  const dialog = page.getByRole('dialog', { name: 'Estimated footprint of this kind of purchase' })
  expect(await dialog.isVisible()).toBe(true)
  const state = await page.evaluate(() => {
    const root = document.querySelector('ekko-impact')!.shadowRoot!
    const { overflow } = document.documentElement.style
    return { modal: root.querySelector('dialog')!.matches(':modal'), focus: root.activeElement?.id, overflow }
  })
  expect(state).toEqual({ modal: true, focus: 'ekko-heading', overflow: 'hidden' })
  expect(shop.trouble).toEqual([])
})

test.each([
  [1280, 720],
  [390, 664],
])('both answers are in view from the first moment at %i × %i', async (width, height) => {
  shop = await stand.open(create.takeover(), { context: { viewport: { width, height } } })
  await readyOf(shop.page)
  for (const name of ['No thanks', 'Contribute']) {
    const box = (await shop.page.getByRole('button', { name }).boundingBox())!
    expect(box.y + box.height).toBeLessThanOrEqual(height)
  }
})

test('Escape leaves it, and scroll and focus are as before', async () => {
  const { page, events } = await openLong()
  await readyOf(page)
  await page.keyboard.press('Escape')
  await expect.poll(() => page.evaluate(place)).toEqual(asBefore)
  expect((await events()).at(-1)).toEqual(['dismiss', { by: 'escape' }])
  await expect.poll(() => stand.fake.requests).toContain('POST /v3/component/dismissal')
})

test('the back button leaves it and stays on the page', async () => {
  const { page, events } = await openLong()
  await readyOf(page)
  await page.evaluate('history.back()')
  await expect.poll(() => page.evaluate(place)).toEqual(asBefore)
  expect((await events()).at(-1)).toEqual(['dismiss', { by: 'back' }])
  expect(page.url()).toBe(`${stand.fake.shop}/`)
})

test('“No thanks” leaves it, takes its history entry along, and it is not shown again', async () => {
  const { page } = await openLong()
  await readyOf(page)
  await page.getByRole('button', { name: 'No thanks' }).click()
  await expect.poll(() => page.evaluate(place)).toEqual(asBefore)
  await expect.poll(() => page.evaluate('history.state?.ekko ?? null')).toBeNull()
  await expect.poll(() => stand.fake.view.state).toBe('dismissed')
  await page.reload()
  expect(await readyOf(page)).toEqual({ status: 'ineligible', reason: 'dismissed' })
  expect(await page.getByRole('dialog').count()).toBe(0)
})

test('a contribution ends in thanks inside the dialog, and going on is no refusal', async () => {
  const { page, events } = await openLong()
  await readyOf(page)
  await page.getByRole('radio', { name: '£2.00' }).check()
  const opened = page.waitForEvent('popup')
  await page.getByRole('button', { name: 'Contribute' }).click()
  const payment = await opened
  pay(stand.fake)
  await payment.close()
  await page.getByRole('heading', { name: 'Thank you for contributing £2.00' }).waitFor()
  const root = await page.evaluate(
    () => document.querySelector('ekko-impact')!.shadowRoot!.activeElement?.textContent,
  )
  expect(root).toContain('Thank you')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect.poll(() => page.evaluate(place)).toEqual(asBefore)
  expect((await events()).map(([name]) => name)).not.toContain('dismiss')
  expect(stand.fake.requests).not.toContain('POST /v3/component/dismissal')
})

test('with a redirectUrl the way on leads there, whatever the answer', async () => {
  const { page } = await openLong(`redirectUrl: '/done'`)
  await readyOf(page)
  await page.getByRole('button', { name: 'No thanks' }).click()
  await page.waitForURL('**/done')
  // Sent while the page was being left, so it may arrive a moment after the next page did.
  await expect.poll(() => stand.fake.requests).toContain('POST /v3/component/dismissal')
  // Its own entry was replaced, so the way back is the shop's page and not an answered dialog.
  await page.evaluate('setTimeout(() => history.back())')
  await page.waitForURL(`${stand.fake.shop}/`)
})

test('a redirectUrl that would run something leads nowhere', async () => {
  const { page } = await openLong(`redirectUrl: 'javascript:document.title="run"'`)
  await readyOf(page)
  await page.keyboard.press('Escape')
  await expect.poll(() => page.evaluate(place)).toEqual(asBefore)
  expect(await page.title()).toBe('Order 1042')
})

test('it stands above a dialog of the merchant’s', async () => {
  const body = '<dialog id="own"><button>Own</button></dialog>'
  shop = await stand.open(create.takeover(), {
    body,
    before: `document.querySelector('#own').showModal()`,
  })
  const { page } = shop
  await readyOf(page)
  await page.getByRole('button', { name: 'No thanks' }).click()
  expect(await page.evaluate(`document.querySelector('#own').open`)).toBe(true)
  expect(shop.trouble).toEqual([])
})

test('destroying an open one gives the page back and goes nowhere', async () => {
  const { page } = await openLong(`redirectUrl: '/done'`)
  await readyOf(page)
  await page.evaluate('element.destroy(); element.destroy()')
  await expect.poll(() => page.evaluate(place)).toEqual(asBefore)
  expect(page.url()).toBe(`${stand.fake.shop}/`)
})

test('an embedded one on the same page is left alone', async () => {
  const both = `(window.other = elements.createImpactPayEmbedded({ container: '#slot' }), ${create.takeover()})`
  shop = await stand.open(both)
  const { page } = shop
  expect(await readyOf(page)).toEqual({ status: 'ready' })
  expect(await page.locator('ekko-impact').count()).toBe(2)
  await page.keyboard.press('Escape')
  await expect.poll(() => page.locator('ekko-impact').count()).toBe(1)
})

test('printed by the merchant’s server without JavaScript, its button closes it', async () => {
  shop = await stand.open('', {
    body: stand.fake.render('link'),
    context: { javaScriptEnabled: false },
  })
  const button = shop.page.getByRole('button', { name: 'No thanks' })
  await button.click()
  expect(await button.isVisible()).toBe(false)
})

test('when the service refuses, nothing opens unless the merchant asked for it', async () => {
  stand.fake.intercept = (_request, response) => {
    if (!_request.url?.startsWith('/v3')) return false
    response.writeHead(404).end()
    return true
  }
  shop = await stand.open(create.takeover())
  expect(await readyOf(shop.page)).toMatchObject({ status: 'unavailable' })
  expect(await shop.page.locator('ekko-impact').count()).toBe(0)
  await shop.close()

  shop = await stand.open(create.takeover(`onError: 'redirect', redirectUrl: '/done'`))
  await shop.page.waitForURL('**/done')
  await shop.close()

  stand.fake.page = ''
  shop = await stand.open(create.takeover(`onError: 'screen', redirectUrl: '/done'`))
  const dialog = shop.page.getByRole('dialog')
  await dialog.waitFor()
  expect(await dialog.textContent()).toContain('Your order is not affected')
  await shop.page.getByRole('button', { name: 'Continue' }).click()
  await shop.page.waitForURL('**/done')
})
