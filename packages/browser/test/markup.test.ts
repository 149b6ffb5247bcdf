import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { renderComponent } from '../../service/src/pages/component.ts'
import type { ComponentView } from '../../service/src/pages/views.ts'
import { launchBrowser } from './support/browser.ts'
import { type FakeService, startFakeService } from './support/fake-service.ts'
import { create, openShop, readyOf } from './support/shop.ts'
import { contribution } from './support/views.ts'

let browser: Browser
let fake: FakeService

beforeAll(async () => {
  ;[browser, fake] = await Promise.all([launchBrowser(), startFakeService()])
})
afterAll(async () => {
  await browser?.close()
  await fake?.close()
})

const states = ['ready', 'pending', 'thanked', 'failed', 'dismissed', 'expired'] as const

test.each(states)('what the SDK builds of %s is what the browser’s own parser makes of it', async (state) => {
  const view: ComponentView = {
    ...fake.view,
    state,
    contribution,
    merchantName: `"Ampersand & <Sons>" 'n' \`Co\` &amp;`,
  }
  fake.page = ''
  fake.view = view
  const shop = await openShop(browser, fake, create.embedded())
  await readyOf(shop.page)
  const same = await shop.page.evaluate(
    (html) => {
      const parsed = document.createElement('div')
      ;(parsed as unknown as { setHTMLUnsafe: (html: string) => void }).setHTMLUnsafe(html)
      const root = parsed.querySelector('ekko-impact')!.shadowRoot!
      const built = document.querySelector('ekko-impact')!.shadowRoot!
      built.querySelector('[role=status]')!.remove()
      root.normalize()
      built.normalize()
      // The parser puts table rows and text where the builder leaves them only if the markup is already right.
      return [...root.children].every((child, index) => child.isEqualNode(built.children[index] ?? null))
    },
    renderComponent(view, { styles: 'adopted' }),
  )
  expect(same).toBe(true)
  await shop.close()
})
