import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../test/support/database.ts'
import { delayMs, type SandboxMerchant, sandboxMerchant, start } from '../../test/support/sandbox-merchant.ts'
import { open, type Page, submit } from '../../test/support/sandbox-shopper.ts'
import { type Stand, standUp } from '../../test/support/sandbox-stand.ts'
import { settableClock } from '../kernel/clock.ts'
import { Secret } from '../kernel/secret.ts'
import { dashboardUrl, isDashboardPass } from './dashboard-pass.ts'

const dayMs = 86_400_000

describe('the dashboard in a browser without JavaScript', () => {
  let db: TestDatabase
  let stand: Stand
  let merchant: SandboxMerchant
  const clock = settableClock(start)

  beforeAll(async () => {
    db = await testDatabase({ engine: 'embedded' })
    stand = await standUp(db.database, { clock, delayMs })
    merchant = sandboxMerchant(stand)
  })
  afterAll(async () => {
    await stand?.close()
    await db?.dispose()
  })

  const home = () => dashboardUrl(stand.options.origin(), stand.options.apiKey, clock.now())
  const keyOf = (page: Page) => /name="key" value="(\w+)"/.exec(page.text)![1]!
  async function press(page: Page, path: string, fields: Record<string, string> = {}) {
    expect(page.text).toContain(`/${path}"`)
    const after = await submit(`${home()}/${path}`, { key: keyOf(page), ...fields })
    return after.location === undefined ? after : open(after.location)
  }

  it('lists payments and leads from each to what can be done with it', async () => {
    const payment = await merchant.paid('success', 1_050n)
    const list = await open(home())
    expect(list.status).toBe(200)
    expect(list.text).toContain('10.50 GBP')
    expect(list.text).toContain(`/payments/${payment}"`)
    const page = await open(`${home()}/payments/${payment}`)
    for (const action of ['refund', 'void', 'dispute', 'news', 'resend']) {
      expect(page.text).toContain(`/payments/${payment}/${action}"`)
    }
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self';")
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
  })

  it('refunds a part once, however often the form is sent, and says why not', async () => {
    const payment = await merchant.paid('success', 1_000n)
    const page = await open(`${home()}/payments/${payment}`)
    const at = `payments/${payment}/refund`
    await press(page, at, { amount: '3.00' })
    const twice = await press(page, at, { amount: '3.00' })
    expect(twice.text).toContain('3.00 GBP: succeeded, made here')
    expect((await merchant.payment(payment)).refundedMinor).toBe(300n)
    const tooMuch = await press(twice, at, { amount: '7.01' })
    expect(tooMuch).toMatchObject({ status: 409, text: expect.stringContaining('Nothing was done') })
    expect((await press(twice, at, { amount: '1.234' })).status).toBe(422)
    expect((await merchant.payment(payment)).refundedMinor).toBe(300n)
  })

  it('disputes, decides, pays out, resends and lets expire', async () => {
    const payment = await merchant.paid('success', 1_000n)
    let page = await press(await open(`${home()}/payments/${payment}`), `payments/${payment}/dispute`, {
      amount: '4.00',
    })
    const [dispute] = (await merchant.reversals(payment)).disputes
    page = await press(page, `disputes/${dispute!.disputeReference}/win`)
    expect(page.text).toContain('4.00 GBP (fraudulent): won')
    await merchant.work()
    stand.received.length = 0
    page = await press(page, `payments/${payment}/resend`, { copies: '2', order: 'reversed' })
    await merchant.work()
    expect(stand.received).toHaveLength(6)
    await press(page, `payments/${payment}/news`, { mode: 'held' })
    expect((await merchant.lines()).every(({ batch }) => batch === null)).toBe(true)
    await press(await open(home()), 'settle')
    expect(await merchant.balance('GBP')).toBe(0n)
    const { pspReference } = await merchant.opened()
    const unpaid = await open(`${home()}/payments/${pspReference}`)
    expect((await press(unpaid, `payments/${pspReference}/expire`)).text).toContain('expired')
  })

  it('shows nothing and does nothing without a valid link', async () => {
    const payment = await merchant.paid('success', 1_000n)
    const forged = dashboardUrl(stand.options.origin(), new Secret('another'), clock.now())
    for (const url of [forged, `${forged}/payments/${payment}`, forged.replace(/[^/]+$/, 'x')]) {
      const page = await open(url)
      expect(page.status).toBe(404)
      expect(page.text).not.toContain('GBP')
    }
    expect((await submit(`${forged}/payments/${payment}/refund`, { amount: '1.00' })).status).toBe(404)
    expect((await merchant.payment(payment)).refundedMinor).toBe(0n)
    expect((await open(`${home()}/payments/nonsense`)).status).toBe(404)
  })

  it('has a link that ends, and that nobody can make longer', () => {
    const key = new Secret('key')
    const pass = dashboardUrl('', key, start).split('/').at(-1)!
    const at = (ms: number) => new Date(start.getTime() + ms)
    expect(isDashboardPass(pass, key, at(7 * dayMs - 1))).toBe(true)
    expect(isDashboardPass(pass, key, at(7 * dayMs))).toBe(false)
    const [until, code] = pass.split('.')
    expect(isDashboardPass(`${Number(until) + 1}.${code}`, key, start)).toBe(false)
    expect(isDashboardPass('', key, start)).toBe(false)
  })
})
