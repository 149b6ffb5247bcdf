// The main job with Stripe as the provider: a service that runs with it against the unofficial fake, through the public
// doors, in a browser that holds pages to their policies.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../../browser/test/support/browser.ts'
import { readConfig } from '../src/config.ts'
import { silentLog } from '../src/kernel/log.ts'
import { startService } from '../src/service.ts'
import { engines, testDatabase } from './support/database.ts'
import { open, submit } from './support/sandbox-shopper.ts'
import { consentOf, freePort, type TestService, testService } from './support/service.ts'
import type { Means } from './support/stripe-fake/account.ts'
import { type StripeFake, startStripeFake } from './support/stripe-fake/server.ts'

const wide = 'dateTimeFrom=2020-01-01T00:00:00Z&dateTimeTo=2100-01-01T00:00:00Z'

describe.each(engines)('a service with Stripe on %s', (engine) => {
  let fake: StripeFake
  let service: TestService
  let browser: Browser

  beforeAll(async () => {
    fake = await startStripeFake({
      notificationUrl: () => `${service.origin}/psp/stripe/notifications`,
    })
    service = await testService({
      engine,
      stripeServer: fake.server,
      env: {
        EKKO_PSP: 'stripe',
        EKKO_STRIPE_SECRET_KEY: fake.secretKey,
        EKKO_STRIPE_WEBHOOK_SECRET: `whsec_the_one_before,${fake.webhookSecret}`,
      },
    })
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await fake?.close()
    await service?.dispose()
  })

  /** Ends where Stripe has told what it has to tell; the shopper does not come back. */
  async function contribute(means: Means, amount = '5.00') {
    const shop = await service.organisation({ relativeProfitShare: 0.5 })
    const { sessionId, payUrl } = await service.session(shop)
    const review = await open(`${payUrl}?amount=${amount}`)
    const { location = '' } = await submit(payUrl, { amount, consent: consentOf(review) })
    expect(location).toMatch(new RegExp(`^${fake.origin}/c/pay/cs_test_`))
    await fake.shop(location, means)
    await fake.settle()
    const [row] = await service.data.database.query<{ state: string; allocation: string | null }>(
      `select c.state, a.id as allocation from contribution c
       left join funds_allocation a on a.contribution_id = c.id where c.session_id = $1`,
      [sessionId],
    )
    return { shop, payUrl, allocation: row?.allocation, state: row?.state }
  }

  async function totals(shop: string): Promise<number[]> {
    const path = `/v3/funds/allocations/impact?${wide}&fundsOrganisationId=${shop}`
    const { data } = (await service.api('GET', path)).body
    return data.map((record: { amounts: { total: number } }) => record.amounts.total)
  }

  it('books what was paid when Stripe says so, and gives it back', async () => {
    const { shop, payUrl, state, allocation } = await contribute('card')
    expect(state).toBe('paid')
    expect(await totals(shop)).toEqual([5])
    expect((await open(payUrl)).status).toBe(200)
    const path = `/v3/funds/allocations/${allocation}/reverse`
    const reversal = await service.api('POST', path)
    expect(reversal.body).toMatchObject({ status: 'done', totalAmount: -5 })
    expect((await totals(shop)).toSorted()).toEqual([-5, 5])
    await service.expectLawful()
  })

  it('books a slow means of payment when it arrives, and nothing for one that fails', async () => {
    const slow = await contribute('slow success')
    expect([slow.state, await totals(slow.shop)]).toEqual(['paid', [5]])
    const failed = await contribute('slow failure')
    expect([failed.state, await totals(failed.shop)]).toEqual(['failed', []])
    await service.expectLawful()
  })

  it('follows disputes and refunds made at Stripe, which name the payment differently than we do', async () => {
    const { shop } = await contribute('disputed, lost')
    expect((await totals(shop)).toSorted()).toEqual([-5, 5])
    const other = await contribute('card')
    const [intent] = fake.account.all<{ id: string; object: 'payment_intent' } & never>('payment_intent')
    fake.account.refund(intent!.id, 137, {})
    await fake.settle()
    expect((await totals(other.shop)).toSorted()).toEqual([-1.37, 5])
    await service.expectLawful()
  })

  it('lets a browser go from the hosted page to Stripe and back', async () => {
    const { payUrl } = await service.session(await service.organisation())
    const page = await browser.newPage()
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    await page.goto(`${payUrl}?amount=5.00`)
    await page.locator('form button[type=submit], form button:not([type])').last().click()
    await page.waitForURL(`${fake.origin}/c/pay/**`)
    await page.getByRole('button', { name: 'Pay' }).click()
    await page.waitForURL(`${service.origin}/pay/**`)
    expect(complaints).toEqual([])
    await page.close()
  })

  it('has no door to the sandbox provider, and refuses notifications that Stripe did not sign', async () => {
    expect((await fetch(`${service.origin}/sandbox-psp/v1/payments?reference=1`)).status).toBe(404)
    const forged = await fetch(`${service.origin}/psp/stripe/notifications`, {
      method: 'POST',
      headers: { 'stripe-signature': `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}` },
      body: fake.sent[0]!.rawBody,
    })
    expect(forged.status).toBe(400)
  })
})

describe('production', () => {
  it('starts with a live key of Stripe, and not with the sandbox provider', async () => {
    const { database, dispose } = await testDatabase({ engine: 'postgres' })
    const start = async (provider: Record<string, string>) => {
      const env = {
        EKKO_ENVIRONMENT: 'production',
        EKKO_ORIGIN: 'https://ekko.example.org',
        EKKO_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
        DATABASE_URL: 'postgres://is.given.as/a-database',
        PORT: String(await freePort()),
      }
      const service = await startService(readConfig({ ...env, ...provider }), { database, log: silentLog })
      await service.close()
      return service.origin
    }
    await expect(start({})).rejects.toThrow('EKKO_PSP=stripe')
    const live = {
      EKKO_PSP: 'stripe',
      EKKO_STRIPE_SECRET_KEY: 'rk_live_1',
      EKKO_STRIPE_WEBHOOK_SECRET: 'whsec_1',
    }
    expect(await start(live)).toBe('https://ekko.example.org')
    await dispose()
  })
})
