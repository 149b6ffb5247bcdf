// The pages about the method in a real browser: nobody is shut out, in light, dark and forced colours, down to 320 px.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../../../browser/test/support/browser.ts'
import { type TestService, testService } from '../../test/support/service.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

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

async function onPage(url: string, options: BrowserContextOptions, look: (page: Page) => Promise<void>) {
  // Axe is put in by the test, which the pages’ own policy would rightly refuse.
  const context = await browser.newContext({ bypassCSP: true, ...options })
  try {
    const page = await context.newPage()
    await page.goto(url)
    await look(page)
  } finally {
    await context.close()
  }
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  return page.evaluate(async (wanted) => {
    const { axe } = window as unknown as {
      axe: { run: (context: Document, options: unknown) => Promise<AxeResult> }
    }
    const { violations } = await axe.run(document, { runOnly: wanted })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)
  }, tags)
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}

const names = ['method', 'carbon', 'nature', 'answered', 'refused']

for (const colorScheme of ['light', 'dark'] as const) {
  test.each(names)(
    `%s, ${colorScheme}: axe finds nothing, folded or open, and nothing overflows at 320 px`,
    async (name) => {
      const viewport = { width: 320, height: 640 }
      await onPage(pages[name]!, { colorScheme, viewport }, async (page) => {
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
  await onPage(pages.answered!, { bypassCSP: false }, async (page) => {
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
  await onPage(pages.carbon!, { javaScriptEnabled: false }, async (page) => {
    await page.getByLabel('Country').selectOption({ label: 'India' })
    await page.getByRole('button', { name: 'Estimate again' }).click()
    await page.waitForURL(/country=IND#what-if$/)
    expect(await page.getByText('Hypothetical:', { exact: true }).isVisible()).toBe(true)
    expect(await page.getByRole('img', { name: 'Side by side' }).isVisible()).toBe(true)
  })
})

test('in forced colours the charts can be seen', async () => {
  await onPage(pages.method!, { forcedColors: 'active' }, async (page) => {
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
