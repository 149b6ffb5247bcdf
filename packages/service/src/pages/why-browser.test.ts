// The pages about the method in a real browser: nobody is shut out, in light, dark and forced colours, down to 320 px.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../../../browser/test/support/browser.ts'
import { onPage } from '../../../browser/test/support/on-page.ts'
import { violations } from '../../../browser/test/support/violations.ts'
import { type TestService, testService } from '../../test/support/service.ts'

let service: TestService
let browser: Browser
let pages: Record<string, string>

beforeAll(async () => {
  ;[service, browser] = await Promise.all([testService({ engine: 'embedded' }), launchBrowser()])
  const organisation = await service.organisation()
  const carbon = (await service.session(organisation)).payUrl
  const nature = (await service.session(organisation, { impactType: 'nature' })).payUrl
  pages = {
    method: `${service.origin}/method`,
    carbon: `${carbon}/why`,
    nature: `${nature}/why`,
    answered: `${carbon}/why?country=KEN&kind=5812`,
    refused: `${carbon}/why?country=XX`,
  }
})
afterAll(async () => {
  await browser?.close()
  await service?.dispose()
})

const names = ['method', 'carbon', 'nature', 'answered', 'refused']

for (const colorScheme of ['light', 'dark'] as const) {
  test.each(names)(
    `%s, ${colorScheme}: axe finds nothing, folded or open, and nothing overflows at 320 px`,
    async (name) => {
      const viewport = { width: 320, height: 640 }
      await onPage(browser, pages[name]!, { colorScheme, viewport }, async (page) => {
        expect(await violations(page)).toEqual([])
        await page.evaluate(() => {
          for (const details of document.querySelectorAll('details')) details.open = true
        })
        expect(await violations(page)).toEqual([])
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
      })
    },
  )
}

test('no complaint of the browser under the strict policy, and every style arrives', async () => {
  const complaints: string[] = []
  await onPage(browser, pages.answered!, { bypassCSP: false }, async (page) => {
    page.on('console', (message) => complaints.push(message.text()))
    await page.reload()
    const width = await page
      .locator('.plot-line')
      .first()
      .evaluate((line) => getComputedStyle(line).strokeWidth)
    expect(width).toBe('3px')
  })
  expect(complaints).toEqual([])
})

test('without script the form asks, and the answer is in view', async () => {
  await onPage(browser, pages.carbon!, { javaScriptEnabled: false }, async (page) => {
    await page.getByLabel('Country').selectOption({ label: 'India' })
    await page.getByRole('button', { name: 'Estimate again' }).click()
    await page.waitForURL(/country=IND#what-if$/)
    expect(await page.getByText('Hypothetical:', { exact: true }).isVisible()).toBe(true)
    expect(await page.getByRole('img', { name: 'Side by side' }).isVisible()).toBe(true)
  })
})

test('in forced colours the charts can be seen', async () => {
  await onPage(browser, pages.method!, { forcedColors: 'active' }, async (page) => {
    const colours = await page
      .locator('.plot')
      .first()
      .evaluate((plot) =>
        ['.plot-line', '.plot-mark', 'text'].map((part) => {
          const { stroke, fill } = getComputedStyle(plot.querySelector(part)!)
          return part === '.plot-line' ? stroke : fill
        }),
      )
    const [paper] = await page.evaluate(() => [getComputedStyle(document.body).backgroundColor])
    for (const colour of colours) expect(colour).not.toBe(paper)
  })
})
