/**
 * A shop's confirmation page in a browser: opens it, keeps what goes wrong in it, and reads what the SDK told it.
 */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { FakeService } from './fake-service.ts'
import { clientSecret } from './views.ts'

export interface Shop {
  readonly page: Page
  /** Errors in the page, console errors and refusals of the policy. */
  readonly trouble: string[]
  readonly events: () => Promise<[name: string, event: Record<string, unknown>][]>
  readonly close: () => Promise<void>
}

export const strictPolicy = (origin: string) =>
  `default-src 'self'; script-src 'self' ${origin}; connect-src 'self' ${origin}`

export const create = {
  embedded: (options = '') => `elements.createImpactPayEmbedded({ container: '#slot', ${options} })`,
  takeover: (options = '') => `elements.createImpactPayPageTakeover({ ${options} })`,
}

const names = ['ready', 'loaderror', 'change', 'contribution', 'dismiss', 'destroy']

/** `body` stands between the heading and the end of the page; `extra` is put into the head. */
interface PageOptions {
  readonly body?: string
  readonly extra?: string
  /** False for a shop that brings the SDK in its own script. */
  readonly scripts?: boolean
}

interface ScriptOptions {
  readonly before?: string
  /** How the shop makes its `Ekko`. */
  readonly made?: string
}

export function shopPage(
  { origin }: FakeService,
  { body = '<div id="slot"></div>', extra = '', scripts = true }: PageOptions = {},
): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <title>Order 1042</title>${extra}
    <main><h1 id="order" tabindex="-1">Thanks for your order</h1><p><a id="first" href="#order">Details</a></p>${body}
    <p id="after">Order 1042 is on its way.</p></main>
    ${scripts ? `<script src="${origin}/v1/ekko.js"></script>` : ''}<script src="/shop.js"></script>`
}

export function shopScript(
  creation: string,
  { before = '', made = "new Ekko('sandbox')" }: ScriptOptions = {},
): string {
  return `
    window.events = [];
    ${before}
    window.ekko = ${made}
    window.elements = ekko.elements({ clientSecret: '${clientSecret}' })
    window.element = ${creation}
    for (const name of ${JSON.stringify(names)}) element.on(name, (event) => events.push([name, event]))`
}

export async function openShop(
  browser: Browser,
  fake: FakeService,
  creation: string,
  { context = {}, ...options }: PageOptions & ScriptOptions & { context?: BrowserContextOptions } = {},
): Promise<Shop> {
  fake.page ||= shopPage(fake, options)
  fake.script = shopScript(creation, options)
  const opened = await browser.newContext(context)
  const page = await opened.newPage()
  const trouble: string[] = []
  page.on('pageerror', (error) => trouble.push(String(error)))
  page.on('console', (message) => {
    // A browser writes failed requests to the console by itself; nobody can prevent that.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load'))
      trouble.push(message.text())
  })
  page.setDefaultTimeout(5_000)
  await page.goto(fake.shop)
  return {
    page,
    trouble,
    events: () =>
      page.evaluate(() => (window as unknown as { events: [string, Record<string, unknown>][] }).events),
    close: () => opened.close(),
  }
}

/** `element.ready` of the page. */
export async function readyOf(page: Page): Promise<unknown> {
  return page.evaluate('element.ready')
}
