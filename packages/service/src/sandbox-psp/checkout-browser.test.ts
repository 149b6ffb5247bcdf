import { readFileSync } from 'node:fs'
import http from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchBrowser } from '../../../browser/test/support/browser.ts'
import { testDatabase } from '../../test/support/database.ts'
import { type Stand, standUp } from '../../test/support/sandbox-stand.ts'
import { sandboxPspAdapter } from '../payments/sandbox-psp.ts'

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

let stand: Stand
let browser: Browser
let page: Page
let shop: http.Server
let hop: http.Server
let dispose: () => Promise<void>
const complaints: string[] = []

beforeAll(async () => {
  const db = await testDatabase({ engine: 'embedded' })
  dispose = db.dispose
  stand = await standUp(db.database)
  shop = await listen((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<h1>Thanks</h1>'),
  )
  // A merchant whose return address sends the shopper on to another of its origins.
  hop = await listen((_request, response) => response.writeHead(303, { location: addressOf(shop) }).end())
  browser = await launchBrowser()
  page = await browser.newPage()
  page.on('console', (message) => complaints.push(message.text()))
})
afterAll(async () => {
  await browser?.close()
  await stand?.close()
  for (const server of [shop, hop]) {
    server?.closeAllConnections()
    server?.close()
  }
  await dispose?.()
})

it('is paid with the keyboard alone, and follows the merchant through every redirect', async () => {
  await page.goto(await checkout())
  await page.getByRole('button', { name: '4242 4242 4242 4242' }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/card=success/)
  expect(await page.getByLabel('Card number').inputValue()).toBe('4242 4242 4242 4242')
  // The pay button has the focus now, so that one more key pays.
  await page.keyboard.press('Enter')
  await page.waitForURL(addressOf(shop))
  expect(complaints).toEqual([])
})

it('puts the focus on the summary of errors, which leads to the fields', async () => {
  await page.goto(await checkout())
  await page.getByLabel('Security code').focus()
  await page.keyboard.press('Enter')
  await page.waitForSelector('[role=alert]')
  expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('alert')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('number')
})

it.each([
  ['a phone', { width: 320, height: 640 }, 'light'],
  ['a phone at night', { width: 320, height: 640 }, 'dark'],
  ['a desk', { width: 1280, height: 800 }, 'light'],
] as const)(
  'has no accessibility finding on %s and does not scroll sideways',
  async (name, viewport, colorScheme) => {
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme })
    const look = async (what: string) => {
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
        what,
      ).toBeLessThanOrEqual(0)
      expect(await findings(), what).toEqual([])
      const folder = process.env.SCREENSHOTS
      if (folder !== undefined)
        await page.screenshot({ path: `${folder}/${name} ${what}.png`, fullPage: true })
    }
    const url = await checkout()
    await page.goto(url)
    await look('form')
    await page.getByRole('button', { name: /^Pay/ }).click()
    await look('errors')
    await page.getByRole('button', { name: '4000 0000 0000 0002' }).click()
    await page.getByRole('button', { name: /^Pay/ }).click()
    await look('declined')
    await page.getByRole('button', { name: '4000 0000 0000 3220' }).click()
    await page.getByRole('button', { name: /^Pay/ }).click()
    await look('challenge')
    await page.getByRole('button', { name: 'Approve' }).click()
    await page.waitForURL(addressOf(shop))
    await page.goto(url)
    await look('paid')
  },
)

async function findings(): Promise<string[]> {
  // The page's own policy refuses scripts, so axe comes in through the debugger, which is no part of the page.
  await page.evaluate(readFileSync(axe, 'utf8'))
  const result = await page.evaluate(() =>
    (
      globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
      }
    ).axe.run(),
  )
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
}

async function checkout(): Promise<string> {
  const { apiKey, notificationSecret } = stand.options
  const psp = sandboxPspAdapter({ baseUrl: () => stand.baseUrl, apiKey, notificationSecret })
  const outcome = await psp.createSession(
    {
      reference: crypto.randomUUID(),
      money: { minor: 250n, currency: 'EUR' },
      description: 'Contribution to Mangroves of the Gazi Bay',
      locale: 'en-GB',
      returnUrl: addressOf(hop),
      expiresAt: new Date(Date.now() + 1_800_000),
    },
    crypto.randomUUID(),
  )
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome))
  return outcome.value.redirectUrl
}

async function listen(answer: http.RequestListener): Promise<http.Server> {
  const server = http.createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function addressOf(server: http.Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}
