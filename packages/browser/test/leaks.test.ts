// What a hundred components leave behind in a page that lives long: nothing.
import type { Browser, CDPSession } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './support/browser.ts'
import { type FakeService, startFakeService } from './support/fake-service.ts'
import { create, openShop, readyOf } from './support/shop.ts'

const turns = 100
/** The engine keeps compiled code and fetched bytes of its own; a hundred components would be some 5 MB. */
const heapBytesMax = 400_000

let browser: Browser
let fake: FakeService

beforeAll(async () => {
  ;[browser, fake] = await Promise.all([launchBrowser(), startFakeService()])
})
afterAll(async () => {
  await browser?.close()
  await fake?.close()
})

async function measure(engine: CDPSession) {
  // Twice, because what the first finds unreachable may hold on to more.
  await engine.send('HeapProfiler.collectGarbage')
  await engine.send('HeapProfiler.collectGarbage')
  const { metrics } = await engine.send('Performance.getMetrics')
  const of = (wanted: string) => metrics.find(({ name }) => name === wanted)!.value
  return { nodes: of('Nodes'), listeners: of('JSEventListeners'), heapBytes: of('JSHeapUsedSize') }
}

test.each([
  ['embedded', create.embedded()],
  ['takeover', create.takeover()],
])(
  `a hundred times on and off, %s leaves no nodes, no listeners and no memory behind`,
  async (_variant, creation) => {
    fake.page = ''
    const shop = await openShop(browser, fake, creation)
    await readyOf(shop.page)
    const engine = await shop.page.context().newCDPSession(shop.page)
    await engine.send('Performance.enable')
    const cycle = (count: number) =>
      shop.page.evaluate(`(async () => {
      for (let turn = 0; turn < ${count}; turn++) {
        const next = ${creation}
        next.on('ready', () => {})
        await next.ready
        next.update({ appearance: { radius: turn % 24 } })
        next.destroy()
      }
      await new Promise((resolve) => setTimeout(resolve, 300))
    })()`)
    await shop.page.evaluate('element.destroy()')
    await cycle(20)
    const before = await measure(engine)
    await cycle(turns)
    const after = await measure(engine)
    expect(await shop.page.locator('ekko-impact').count()).toBe(0)
    expect(after.nodes - before.nodes).toBeLessThanOrEqual(5)
    expect(after.listeners - before.listeners).toBeLessThanOrEqual(1)
    expect(after.heapBytes - before.heapBytes).toBeLessThan(heapBytesMax)
    expect(shop.trouble).toEqual([])
    await shop.close()
  },
)
