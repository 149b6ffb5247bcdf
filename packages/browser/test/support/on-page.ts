/** One look at one page, in a context of its own that is gone afterwards. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

export async function onPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
  look: (page: Page) => Promise<void>,
): Promise<void> {
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
