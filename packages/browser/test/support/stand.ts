/**
 * What a file of tests in a browser stands on: one browser and one fake service for all of them, and a shop for each, closed
 * after it. Not for tests of the service itself. Law: no test finds what another one left.
 */
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { launchBrowser } from './browser.ts'
import { type FakeService, startFakeService } from './fake-service.ts'
import { openShop, type Shop } from './shop.ts'

type Options = Parameters<typeof openShop>[3]

export interface Stand {
  /** There from the first test on. */
  readonly browser: Browser
  readonly fake: FakeService
  open(creation: string, options?: Options): Promise<Shop>
}

/** Call it where the tests are declared: it brings their hooks along. */
export function standUp(): Stand {
  let browser: Browser
  let fake: FakeService
  let shops: Shop[] = []
  beforeAll(async () => {
    ;[browser, fake] = await Promise.all([launchBrowser(), startFakeService()])
  })
  afterEach(async () => {
    await Promise.all(shops.map((shop) => shop.close()))
    shops = []
    fake.reset()
  })
  afterAll(async () => {
    await browser?.close()
    await fake?.close()
  })
  return {
    get browser() {
      return browser
    },
    get fake() {
      return fake
    },
    async open(creation, options) {
      const shop = await openShop(browser, fake, creation, options)
      shops.push(shop)
      return shop
    },
  }
}
