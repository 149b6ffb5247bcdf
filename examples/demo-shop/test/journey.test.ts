/**
 * For: the whole width in a real browser: shop, component, payment page, payment provider, and back.
 * Not for: single rules; those have tests of their own.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchBrowser } from '../../../packages/browser/test/support/browser.ts'
import { type TestService, testService } from '../../../packages/service/test/support/service.ts'
import { type Shop, startShop } from '../src/shop.ts'

let service: TestService
let shop: Shop
let browser: Browser
let context: BrowserContext
let page: Page
let complaints: string[]
const dataFolder = mkdtempSync(join(tmpdir(), 'ekko-journey-'))

beforeAll(async () => {
  service = await testService({ engine: 'embedded', delayMs: 3_000 })
  shop = await startShop({ port: 0, ekkoOrigin: service.origin, apiKey: service.rootKey, dataFolder })
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await shop?.close()
  await service?.dispose()
  rmSync(dataFolder, { recursive: true, force: true })
})
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1100, height: 900 } })
  complaints = []
  context.setDefaultTimeout(8_000)
  context.on('weberror', (error) => complaints.push(error.error().message))
  context.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page = await context.newPage()
})
afterEach(() => context.close())

/** Fills a cart and buys it; ends on the confirmation page. */
async function buy(shownAs: 'embedded' | 'takeover' | 'server', market = 'gb'): Promise<void> {
  await page.goto(shop.origin)
  await page.getByRole('button', { name: /^Add / }).first().click()
  await page.goto(`${shop.origin}/checkout`)
  await page.check(`input[name=market][value=${market}]`)
  await page.check(`input[name=shownAs][value=${shownAs}]`)
  await page.getByRole('button', { name: 'Pay (demo)' }).click()
  await page.getByRole('heading', { name: 'Thank you. Your order is confirmed.' }).waitFor()
}

/** Chooses an amount in the component and follows into the payment page, which opens beside the shop. */
async function choose(amount: string): Promise<Page> {
  await page.getByText(amount, { exact: true }).click()
  const opened = context.waitForEvent('page')
  await page.getByRole('button', { name: /^Contribute/ }).click()
  return opened
}

/** From the review to the provider, with one of the published test cards. */
async function pay(payment: Page, card: string): Promise<void> {
  await payment.getByRole('button', { name: /^(Pay|Contribute)/ }).click()
  await payment.getByRole('button', { name: card }).click()
  await payment.getByRole('button', { name: /^Pay / }).click()
}

// biome-ignore lint/suspicious/noExplicitAny: the shop's own report
async function lastEvent(): Promise<any> {
  const events = async () => (await (await fetch(`${shop.origin}/events.json`)).json()).events
  const known = (await events()).length
  await expect.poll(async () => (await events()).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(known)
  return (await events())[0]
}

describe('a shopper who contributes', () => {
  it('in the page sees the footprint, pays beside it and is thanked in place', async () => {
    await buy('embedded')
    await page.locator('#ekko[data-status=ready]').waitFor()
    await page.getByText(/^likely [\d.,]+ to [\d.,]+\s?k?g$/).waitFor()
    expect(await page.locator('input[type=radio]:checked').count()).toBe(0)
    const payment = await choose('£2.00')
    await payment
      .getByText(/does not change the footprint/)
      .first()
      .waitFor()
    await pay(payment, '4242 4242 4242 4242')
    await payment.getByRole('heading', { name: /Thank you/ }).waitFor()
    await page.getByRole('heading', { name: /Thank you for contributing £2.00/ }).waitFor()

    await expect.poll(async () => (await lastEvent())?.event.payment.amount, { timeout: 20_000 }).toBe(2)
    await page.goto(`${shop.origin}/events`)
    await page.getByText('Signature verified').first().waitFor()
    expect(await page.locator('.checks .tag-bad').count()).toBe(0)
    expect(await page.locator('.checks .tag-good').count()).toBeGreaterThanOrEqual(2)
    await page.getByRole('button', { name: 'Refund this contribution' }).click()
    await page.getByText('The contribution was given back.').waitFor()
    await expect
      .poll(async () => (await lastEvent()).event.eventType, { timeout: 20_000 })
      .toBe('IMPACT_PAYMENT_REVERSAL')
    expect(complaints).toEqual([])
    await service.expectLawful()
  })

  it('in front of the page pays with a bank that asks first', async () => {
    await buy('takeover', 'ie')
    await page.locator('dialog[open]').waitFor()
    const payment = await choose('€5.00')
    await pay(payment, '3-D Secure')
    await payment.getByRole('button', { name: /Approve/ }).click()
    await payment.getByRole('heading', { name: /Thank you/ }).waitFor()
    await page.getByRole('heading', { name: /Thank you for contributing €5.00/ }).waitFor()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.locator('dialog[open]').waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
    await service.expectLawful()
  })

  it('whose payment is decided later waits and is thanked when it is', async () => {
    await buy('embedded')
    await page.locator('#ekko[data-status=ready]').waitFor()
    const payment = await choose('£1.00')
    await pay(payment, 'Stays pending, then succeeds')
    await payment.getByRole('heading', { name: /being|pending|processed|confirm/i }).waitFor()
    await page.getByRole('heading', { name: /Thank you for contributing £1.00/ }).waitFor({ timeout: 30_000 })
    await payment.getByRole('heading', { name: /Thank you/ }).waitFor({ timeout: 30_000 })
    expect(complaints).toEqual([])
  })

  it('whose card is declined may try another', async () => {
    await buy('embedded')
    await page.locator('#ekko[data-status=ready]').waitFor()
    const payment = await choose('£1.00')
    await pay(payment, 'Is declined by the bank')
    await payment.getByText('Nothing was paid').waitFor()
    await payment.getByRole('button', { name: '4242 4242 4242 4242' }).click()
    await payment.getByRole('button', { name: /^Pay / }).click()
    await payment.getByRole('heading', { name: /Thank you/ }).waitFor()
    await page.getByRole('heading', { name: /Thank you for contributing/ }).waitFor()
  })

  it('has no JavaScript and gets there all the same', async () => {
    await context.close()
    context = await browser.newContext({ javaScriptEnabled: false })
    context.setDefaultTimeout(8_000)
    page = await context.newPage()
    await buy('server')
    const payment = await choose('£2.00')
    await pay(payment, '4242 4242 4242 4242')
    await payment.getByRole('heading', { name: /Thank you/ }).waitFor()
  })
})

describe('a shopper who does not', () => {
  it('says so once and is left alone', async () => {
    await buy('takeover')
    await page.locator('dialog[open]').waitFor()
    await page.getByRole('button', { name: /No thanks/ }).click()
    await page.locator('dialog[open]').waitFor({ state: 'detached' })
    await page.reload()
    await page.getByRole('heading', { name: 'Thank you. Your order is confirmed.' }).waitFor()
    await page.locator('#ekko[data-status]').waitFor({ state: 'attached' })
    expect(await page.locator('dialog[open]').count()).toBe(0)
    expect(complaints).toEqual([])
  })
})
