// The reference in a real browser: nobody is shut out, examples stand beside what is told where there is room, and nothing
// overflows where there is none.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../../../browser/test/support/browser.ts'
import { onPage } from '../../../browser/test/support/on-page.ts'
import { violations } from '../../../browser/test/support/violations.ts'
import { type TestService, testService } from '../../test/support/service.ts'

let service: TestService
let browser: Browser
beforeAll(async () => {
  ;[service, browser] = await Promise.all([testService({ engine: 'embedded' }), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await service?.dispose()
})

test.each([
  ['light', 1600],
  ['dark', 320],
] as const)(
  '%s, %d px wide: axe finds nothing, and nothing overflows',
  async (colorScheme, width) => {
    const viewport = { width, height: 800 }
    await onPage(browser, `${service.origin}/reference`, { colorScheme, viewport }, async (page) => {
      expect(await violations(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      const [told, shown] = await Promise.all(
        ['.told', '.shown'].map((part) => page.locator(`#createAllocation ${part}`).boundingBox()),
      )
      expect(shown!.x >= told!.x + told!.width).toBe(width === 1600)
    })
  },
  60_000,
)
