import { describe, expect, test } from 'vitest'
import { buy, openBoth, openShop, post } from './open-shop.ts'

const text = async (url: string) => (await fetch(url)).text()

test('shopping: the cart fills, changes and empties, and the checkout shows each currency', async () => {
  const { shop } = await openShop({ waitMs: 0 })
  const added = await post(`${shop.origin}/cart`, { sku: 'monstera', add: '1' })
  const cookie = added.headers.get('set-cookie')?.split(';')[0] ?? ''
  expect(cookie).toBe('loam_and_kiln_cart=monstera.1')
  const more = await post(`${shop.origin}/cart`, { sku: 'monstera', quantity: '3' }, { cookie })
  const three = more.headers.get('set-cookie')?.split(';')[0] ?? ''
  const checkout = await (await fetch(`${shop.origin}/checkout`, { headers: { cookie: three } })).text()
  for (const total of ['£78.00', '€90.00', 'US$102.00']) expect(checkout).toContain(total)
  expect((await fetch(`${shop.origin}/checkout`, { redirect: 'manual' })).headers.get('location')).toBe(
    '/cart',
  )
})

describe('the confirmation', () => {
  test('carries what the SDK needs, and nothing inline', async () => {
    const { ekko, shop } = await openBoth()
    const page = await text(await buy(shop.origin, { market: 'de' }))
    expect(page).toContain('LK-1001')
    expect(page).toContain(`<script src="${ekko.origin}/v1/ekko.js" id="ekko-sdk" async></script>`)
    expect(page).toMatch(/data-client-secret="cs_test_\w+" data-variant="embedded" data-locale="de-DE"/)
    expect(page).not.toMatch(/<script>|<style|style=|\son\w+=/)
    const session = ekko.asked.find((each) => each.path === '/v3/post-purchase/sessions')
    expect(session?.body).toMatchObject({
      consumer: { reference: 'shopper-LK-1001', countryCode: 'DEU' },
      transaction: { amount: 63, currencyCode: 'EUR' },
      locale: 'de-DE',
    })
  })

  test('as a takeover has the whole order underneath', async () => {
    const { shop } = await openBoth()
    const page = await text(await buy(shop.origin, { shownAs: 'takeover' }))
    expect(page).toContain('Thank you. Your order is confirmed.')
    expect(page).toContain('data-variant="takeover"')
  })

  test('can be printed with the component in it, and then needs no script', async () => {
    const { shop } = await openBoth()
    const address = await buy(shop.origin, { shownAs: 'server' })
    expect(address).toMatch(/\?render=server$/)
    const page = await text(address)
    expect(page).toContain('<template shadowrootmode="open"><p>Printed</p></template>')
    expect(page).not.toContain('<script')
  })

  test('sends a strict policy', async () => {
    const { ekko, shop } = await openBoth()
    const address = await buy(shop.origin)
    const policy = (await fetch(address)).headers.get('content-security-policy')
    expect(policy?.split('; ')).toEqual([
      "default-src 'self'",
      `script-src 'self' ${ekko.origin}`,
      `connect-src 'self' ${ekko.origin}`,
      "style-src 'self'",
      `form-action 'self' ${ekko.origin}`,
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ])
    const printed = (await fetch(`${address}?render=server`)).headers.get('content-security-policy')
    expect(printed).toContain(`style-src 'self' ${ekko.origin};`)
  })
})

describe('an order is never harmed', () => {
  const complete = async (address: string, number = 'LK-1001') => {
    const page = await text(address)
    for (const part of ['Your order is confirmed', number, 'Monstera deliciosa', '£54.00'])
      expect(page).toContain(part)
    expect(page).not.toContain('data-client-secret')
  }

  test('by a service that is down', async () => {
    const { shop } = await openShop({ waitMs: 0 })
    await complete(await buy(shop.origin))
    await complete(await buy(shop.origin, { shownAs: 'server' }), 'LK-1002')
  })

  test('by a service that does not answer', async () => {
    const { ekko, shop } = await openBoth()
    ekko.silent.add('/v3/post-purchase/sessions')
    const started = performance.now()
    await complete(await buy(shop.origin))
    expect(performance.now() - started).toBeLessThan(4_000)
  })

  test('by a service that goes away before the component is printed', async () => {
    const { ekko, shop } = await openBoth()
    const address = await buy(shop.origin, { shownAs: 'server' })
    await ekko.close()
    const page = await text(address)
    expect(page).toContain('Your order is confirmed')
    expect(page).toContain('data-client-secret')
  })

  test('by pressing the button twice', async () => {
    const { ekko, shop } = await openBoth()
    const order = crypto.randomUUID()
    const [first, second] = await Promise.all([buy(shop.origin, { order }), buy(shop.origin, { order })])
    expect(first).toBe(second)
    expect(await text(await buy(shop.origin))).toContain('LK-1002')
    const keys = ekko.asked
      .filter((each) => each.path === '/v3/post-purchase/sessions')
      .map((each) => each.key)
    expect(new Set(keys)).toEqual(new Set([`order-${order}`, keys.at(-1)]))
  })
})

test('what is not there is 404, what is not a form of ours is refused', async () => {
  const { shop } = await openShop({ waitMs: 0 })
  expect((await fetch(`${shop.origin}/orders/nothing`)).status).toBe(404)
  expect((await fetch(`${shop.origin}/../package.json`)).status).toBe(404)
  expect((await fetch(`${shop.origin}/constructor`)).status).toBe(404)
  expect((await post(`${shop.origin}/checkout`, { order: 'x' })).status).toBe(400)
  expect((await post(`${shop.origin}/cart`, {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect((await fetch(shop.origin, { method: 'HEAD' })).status).toBe(200)
})
