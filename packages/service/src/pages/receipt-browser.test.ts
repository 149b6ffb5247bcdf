// The receipt in a real browser: nobody is shut out, in light and dark, down to 320 px; on paper it is one page.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../../../browser/test/support/browser.ts'
import { onPage } from '../../../browser/test/support/on-page.ts'
import { violations } from '../../../browser/test/support/violations.ts'
import { type TestService, testService } from '../../test/support/service.ts'
import { type SmtpServer, smtpServer } from '../../test/support/smtp-server.ts'
import { systemClock } from '../kernel/clock.ts'
import { readFulfilments } from '../receipts/fulfilment-table.ts'
import { importFulfilments } from '../receipts/fulfilments.ts'

let smtp: SmtpServer
let service: TestService
let browser: Browser
/** Nothing done yet; partly given back, retired and disputed in all ways that there are; an address that leads nowhere. */
let pages: { fresh: string; eventful: string; missing: string; thanked: string }

beforeAll(async () => {
  smtp = await smtpServer()
  const env = { EKKO_SMTP_URL: smtp.url, EKKO_MAIL_FROM: 'receipts@ekko.example' }
  ;[service, browser] = await Promise.all([testService({ engine: 'embedded', env }), launchBrowser()])
  const organisation = await service.organisation()
  const eventful = await contribute(organisation)
  await makeEventful(eventful.receipt)
  const fresh = await contribute(organisation)
  pages = {
    fresh: fresh.receipt,
    eventful: eventful.receipt,
    missing: `${service.origin}/receipts/none`,
    thanked: fresh.thanked,
  }
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await service?.dispose()
  await smtp?.close()
})

async function contribute(organisation: string): Promise<{ receipt: string; thanked: string }> {
  const { payUrl } = await service.session(organisation)
  const page = await service.contribute(payUrl, '2.00', 'success')
  return { receipt: /href="([^"]*\/receipts\/[^"]+)"/.exec(page.text)![1]!, thanked: page.url }
}

async function makeEventful(url: string): Promise<void> {
  const { receipt } = await (await fetch(`${url}.json`)).json()
  await service.api('POST', `/v3/funds/allocations/${receipt.jti}/reverse`, { amount: 0.5 })
  const rows = receipt.projects.map(
    ({ id }: { id: string }, index: number) =>
      `retired,${id},2027-03-0${index + 1},0.00001,Sample Registry,GS1-1-KE-GS11603-16-2025-30256-110 to 5463,RET-${index}-2027-000${index},https://registry.example/retirements/${index}`,
  )
  const table = ['kind,project_id,date,tonnes,registry,serials,reference,url', ...rows].join('\n')
  await importFulfilments(service.data.database, systemClock, readFulfilments(`${table}\n`))
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.each(['fresh', 'eventful', 'missing', 'thanked'] as const)(
    `%s, ${colorScheme}: axe finds nothing and nothing overflows at 320 px`,
    async (name) => {
      const viewport = { width: 320, height: 640 }
      await onPage(browser, pages[name], { colorScheme, viewport }, async (page) => {
        expect(await violations(page)).toEqual([])
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
      })
    },
  )
}

test.each(['fresh', 'eventful'] as const)(
  '%s: one page of A4, and it says that it is a test',
  async (name) => {
    await onPage(browser, pages[name], { colorScheme: 'dark' }, async (page) => {
      const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1')
      expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1)
      const [, width, height] = /\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/.exec(pdf)!
      expect([Math.round(Number(width)), Math.round(Number(height))]).toEqual([595, 842])
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
      const shown = (selector: string) => page.locator(selector).first().isVisible()
      expect(await shown('.receipt-test')).toBe(true)
      expect(await shown('.receipt-mail')).toBe(false)
      expect(await shown('.receipt-online')).toBe(true)
      const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
      expect(paper).toBe('rgb(255, 255, 255)')
      const ink = await page.evaluate(() => getComputedStyle(document.querySelector('h1')!).color)
      expect(ink).toBe('rgb(27, 29, 33)')
    })
  },
)

test('without script and under the strict policy the form asks, is corrected, and says that it is done', async () => {
  const complaints: string[] = []
  await onPage(browser, pages.thanked, { javaScriptEnabled: false, bypassCSP: false }, async (page) => {
    page.on('console', (message) => complaints.push(message.text()))
    // The browser’s own check of the field is passed by, as an old browser would.
    await page.locator('#email').fill('jo@example')
    await page.getByRole('button', { name: 'Send' }).click()
    expect(await page.title()).toMatch(/^There is a problem: Receipt/)
    expect(await page.getByLabel('E-mail address').inputValue()).toBe('jo@example')
    await page.getByLabel('E-mail address').fill('jo@example.org')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.waitForURL(/\?sent=yes$/)
    expect(await page.getByRole('status').textContent()).toContain('on its way')
  })
  expect(complaints.filter((text) => !text.includes('422'))).toEqual([])
})
