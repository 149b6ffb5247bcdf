// The way to the payment page and back: windows, tabs, reloads. What happened there is only ever asked of the service.
import { expect, test } from 'vitest'
import { pay } from './support/fake-service.ts'
import { create, readyOf, type Shop, strictPolicy } from './support/shop.ts'
import { standUp } from './support/stand.ts'

const stand = standUp()
let shop: Shop

async function chosen(options: Parameters<typeof stand.open>[1] = {}): Promise<Shop> {
  shop = await stand.open(create.embedded(), options)
  await readyOf(shop.page)
  await shop.page.getByRole('radio', { name: '£2.00' }).check()
  return shop
}

test('a double click, or Enter and a click, opens one window', async () => {
  const { page } = await chosen()
  const contribute = page.getByRole('button', { name: 'Contribute' })
  await contribute.dblclick()
  await page.getByRole('radio', { name: '£2.00' }).press('Enter')
  await page.waitForTimeout(300)
  expect(page.context().pages()).toHaveLength(2)
  expect((await shop.events()).filter(([name]) => name === 'contribution')).toHaveLength(1)
})

test('a page that may frame nothing pays all the same', async () => {
  stand.fake.policy = `${strictPolicy(stand.fake.origin)}; frame-src 'none'; child-src 'none'`
  const { page, trouble } = await chosen()
  const opened = page.waitForEvent('popup')
  await page.getByRole('button', { name: 'Contribute' }).click()
  expect((await opened).url()).toContain('/pay/')
  expect(trouble).toEqual([])
})

test.each([
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [FBAN/FBIOS;FBAV/470.0]',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 334.0.4',
  'Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 Version/4.0 Chrome/125.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.49',
])('inside another app it is a visit in the same tab: %s', async (userAgent) => {
  const { page } = await chosen({ context: { userAgent } })
  await page.getByRole('button', { name: 'Contribute' }).click()
  await page.waitForURL(/\/pay\//)
  expect(page.context().pages()).toHaveLength(1)
  expect(new URL(page.url()).searchParams.get('return')).toBe(`${stand.fake.shop}/`)
})

test('whoever comes back from the same tab, reloads or goes back sees what became of it', async () => {
  const { page } = await chosen({ before: 'window.open = () => null' })
  await page.getByRole('button', { name: 'Contribute' }).click()
  await page.waitForURL(/\/pay\//)
  pay(stand.fake)
  await page.goto(stand.fake.shop)
  await page.getByRole('heading', { name: 'Thank you for contributing' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Thank you for contributing' }).waitFor()
})

test('a page that comes out of the browser’s memory asks again how it stands, and was shown once', async () => {
  const { page } = await chosen()
  pay(stand.fake)
  // As after the back button; the whole way is gone in the engines that can do it here (engines.test.ts).
  await page.evaluate(`dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))`)
  await page.getByRole('heading', { name: 'Thank you for contributing' }).waitFor()
  expect((await shop.events()).map(([name]) => name)).toEqual(['ready', 'change', 'contribution'])
})

test('a shop that goes on to another route during the payment shows the truth when it is back', async () => {
  const { page, trouble } = await chosen()
  const opened = page.waitForEvent('popup')
  await page.getByRole('button', { name: 'Contribute' }).click()
  await page.evaluate(
    `element.destroy(); document.querySelector('#slot').remove(); history.pushState({}, '', '/account')`,
  )
  pay(stand.fake)
  await (await opened).close()
  await page.waitForTimeout(300)
  expect(await page.locator('ekko-impact').count()).toBe(0)
  await page.evaluate(`history.pushState({}, '', '/order'), document.querySelector('main')
    .append(Object.assign(document.createElement('div'), { id: 'slot' })), window.again = ${create.embedded()}`)
  expect(await page.evaluate('again.ready')).toEqual({ status: 'ready' })
  expect(await page.getByRole('heading', { name: 'Thank you for contributing' }).isVisible()).toBe(true)
  expect(trouble).toEqual([])
})

test('an outcome that is not known is shown as one that is waited for, and then as what it was', async () => {
  stand.fake.view = { ...stand.fake.view, state: 'pending' }
  shop = await stand.open(create.embedded())
  await readyOf(shop.page)
  expect(await shop.page.locator('ekko-impact').getAttribute('data-state')).toBe('pending')
  expect(await shop.page.getByRole('button', { name: 'Contribute' }).count()).toBe(0)
  pay(stand.fake)
  await shop.page.getByRole('heading', { name: 'Thank you for contributing' }).waitFor()
})
