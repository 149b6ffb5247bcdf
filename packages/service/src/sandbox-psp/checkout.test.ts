import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { hiddenAttempt, open, type Page, pay, payWith, submit } from '../../test/support/sandbox-shopper.ts'
import { type Stand, standUp } from '../../test/support/sandbox-stand.ts'
import { settableClock } from '../kernel/clock.ts'
import { sandboxPspAdapter } from '../payments/sandbox-psp.ts'
import { attemptsMax } from './sandbox-payment.ts'
import { testCardOf, testCards } from './test-card.ts'

const home = 'https://shop.example/thanks?order=1'
const lifeMs = 1_800_000
const clock = settableClock(new Date())
const success = { number: testCardOf('success')!.number }
const challenge = { number: testCardOf('challenge')!.number }
const decline = { number: testCardOf('decline')!.number }

let stand: Stand
let dispose: () => Promise<void>

beforeAll(async () => {
  const db = await testDatabase({ engine: 'embedded' })
  stand = await standUp(db.database, { clock })
  dispose = db.dispose
})
afterAll(async () => {
  await stand?.close()
  await dispose?.()
})

describe('the checkout page', () => {
  it('shows what is paid for, a labelled form and every test card', async () => {
    const { url } = await begin()
    const page = await open(url)
    expect(page.status).toBe(200)
    expect(page.text).toContain('Pay £5.00')
    expect(page.text).toContain('Test mode.')
    for (const [name, token] of [
      ['number', 'cc-number'],
      ['expiry', 'cc-exp'],
      ['code', 'cc-csc'],
    ] as const) {
      expect(page.text).toContain(`<label for="${name}">`)
      expect(page.text).toMatch(new RegExp(`<input id="${name}" name="${name}"[^>]*autocomplete="${token}"`))
    }
    for (const card of testCards) expect(page.text).toContain(card.number)
  })

  it('needs no script and no inline style, and lets nothing else in', async () => {
    const { url } = await begin()
    const page = await open(url)
    expect(page.text).not.toMatch(/<script|<style|\sstyle=|\son[a-z]+=/i)
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self'/)
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(page.headers.get('cache-control')).toBe('no-store')
    const sheet = await open(`${stand.baseUrl}/assets/checkout.css`)
    expect(sheet.headers.get('content-type')).toMatch(/^text\/css/)
    expect((await open(`${stand.baseUrl}/assets/icon.svg`)).status).toBe(200)
  })

  it('escapes what the merchant sent', async () => {
    const { url } = await begin({
      description: `<script>alert(1)</script> & "quotes"`,
      returnUrl: `https://shop.example/?a="><script>alert(1)</script>&b='`,
    })
    const page = await open(url)
    expect(page.text).not.toContain('<script>')
    expect(page.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot;')
    await submit(`${url}/cancel`, {})
    const state = await open(url)
    expect(state.text).not.toContain('<script>')
    expect(state.text).toContain('href="https://shop.example/?a=%22%3E%3Cscript%3E')
  })

  it('fills in a card at one click, without changing anything', async () => {
    const { url } = await begin()
    const filled = await open(`${url}?card=decline`)
    expect(filled.text).toContain(`value="${decline.number}"`)
    expect(filled.text).toContain('value="123"')
    expect(hiddenAttempt(filled)).toBe('0')
    expect((await open(`${url}?card=nonsense`)).status).toBe(200)
  })

  it('sums up what is wrong, next to the fields and in front of them', async () => {
    const { url } = await begin()
    const page = await pay(await open(url), { number: '4242424242424241', expiry: '13/30', code: '1' })
    expect(page.status).toBe(422)
    expect(page.text).toContain('<title>Error: Pay £5.00')
    expect(page.text).toContain('role="alert"')
    expect(page.text).toContain('<a href="#number">Check the card number')
    expect(page.text.match(/aria-invalid="true"/g)).toHaveLength(3)
    expect(page.text).not.toContain('4242424242424241')
  })

  it('is not found under a token that was never given out', async () => {
    for (const path of ['', '/challenge']) {
      expect((await open(`${stand.baseUrl}/checkout/nonsense${path}`)).status).toBe(404)
    }
    expect((await submit(`${stand.baseUrl}/checkout/nonsense/cancel`, {})).status).toBe(404)
    expect(
      (await pay({ ...(await open((await begin()).url)), url: `${stand.baseUrl}/checkout/x` }, success))
        .status,
    ).toBe(404)
  })

  it('has an address that nobody guesses', async () => {
    const { url, reference } = await begin()
    expect(url).toMatch(/\/checkout\/[0-9A-Za-z]{32}$/)
    expect(url).not.toContain(reference)
  })

  it('takes forms only', async () => {
    const { url } = await begin()
    const response = await fetch(url, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    })
    expect(response.status).toBe(415)
  })
})

describe('paying', () => {
  it('leads home with nothing added to the address, and is shown as paid from then on', async () => {
    const { url, status } = await begin()
    const after = await pay(await open(url), success)
    expect(after).toMatchObject({ status: 303, location: home })
    expect(await status()).toBe('paid')
    const page = await open(url)
    expect(page.text).toContain('This is paid')
    expect(page.text).not.toContain('<form')
  })

  it('keeps nothing of a card but its last four digits', async () => {
    const { url } = await begin()
    await pay(await open(url), success)
    const tables = ['payment', 'refund', 'notification', 'idempotency']
    for (const table of tables) {
      const rows = await stand.options.database.query<{ text: string }>(
        `select row_to_json(t)::text as text from sandbox_psp_${table} t`,
      )
      for (const { text } of rows) expect(text.replaceAll(' ', '')).not.toContain('424242424242')
    }
  })

  it('lets the shopper try another card after a decline, and says which one did not work', async () => {
    const { url, status } = await begin()
    const declined = await pay(await open(url), decline)
    expect(declined).toMatchObject({ status: 303, location: url })
    const page = await open(url)
    expect(page.text).toContain('The card ending in 0002 was declined by the bank')
    expect(page.text).toContain('<title>Error: ')
    expect(await pay(page, success)).toMatchObject({ location: home })
    expect(await status()).toBe('paid')
  })

  it('gives up after some cards and leads home', async () => {
    const { url, status } = await begin()
    let after: Page | undefined
    for (let attempt = 1; attempt <= attemptsMax; attempt++) after = await pay(await open(url), decline)
    expect(after).toMatchObject({ location: home })
    expect(await status()).toBe('failed')
    expect((await open(url)).text).toContain('This payment did not work')
  })

  it('asks the bank when the card wants it, and waits for the answer', async () => {
    const { url, status } = await begin()
    const asked = await pay(await open(url), challenge)
    expect(asked).toMatchObject({ status: 303, location: `${url}/challenge` })
    expect(await status()).toBe('processing')
    expect(await open(url)).toMatchObject({ status: 303, location: `${url}/challenge` })
    const question = await open(`${url}/challenge`)
    expect(question.text).toContain('Do you approve this payment?')
    expect(await submit(question.url, { attempt: hiddenAttempt(question), answer: 'maybe' })).toMatchObject({
      location: `${url}/challenge`,
    })
    const approved = await submit(question.url, { attempt: hiddenAttempt(question), answer: 'approve' })
    expect(approved).toMatchObject({ status: 303, location: home })
    expect(await status()).toBe('paid')
    expect(await open(`${url}/challenge`)).toMatchObject({ location: url })
  })

  it('does not take the answer to an earlier question for one to a later', async () => {
    const { url, status } = await begin()
    await pay(await open(url), challenge)
    const first = await open(`${url}/challenge`)
    expect(await submit(first.url, { attempt: hiddenAttempt(first), answer: 'refuse' })).toMatchObject({
      location: url,
    })
    await pay(await open(url), challenge)
    await submit(first.url, { attempt: hiddenAttempt(first), answer: 'approve' })
    expect(await status()).toBe('processing')
  })

  it('changes nothing when a form is sent again', async () => {
    const { url, status } = await begin()
    const page = await open(url)
    await pay(page, decline)
    expect(await pay(page, decline)).toMatchObject({ status: 303, location: url })
    const attempts = hiddenAttempt(await open(url))
    expect(attempts).toBe('1')
    // A page from before the decline no longer pays either: the shopper sees first what happened.
    expect(await pay(page, success)).toMatchObject({ location: url })
    expect(await status()).toBe('open')
    await pay(await open(url), success)
    expect(await pay(page, success)).toMatchObject({ location: home })
  })

  it('comes back pending when the card takes a while', async () => {
    const { url, status } = await begin()
    expect(await payWith(url, 'delayed_success')).toMatchObject({ location: home })
    expect(await status()).toBe('pending')
    expect((await open(url)).text).toContain('Your payment is on its way')
    expect(await submit(`${url}/cancel`, {})).toMatchObject({ location: home })
    expect(await status()).toBe('pending')
  })
})

describe('walking away', () => {
  it('cancels and leads home, whether before the card or before the bank', async () => {
    for (const first of [undefined, challenge]) {
      const { url, status } = await begin()
      const page = await open(url)
      if (first !== undefined) await pay(page, first)
      expect(await submit(`${url}/cancel`, {})).toMatchObject({ status: 303, location: home })
      expect(await status()).toBe('cancelled')
      expect((await open(url)).text).toContain('This payment was cancelled')
      expect(await pay(page, success)).toMatchObject({ location: url })
      expect(await status()).toBe('cancelled')
    }
  })

  it('leaves a paid payment paid', async () => {
    const { url, status } = await begin()
    await payWith(url, 'success')
    expect(await submit(`${url}/cancel`, {})).toMatchObject({ location: home })
    expect(await status()).toBe('paid')
  })
})

describe('expiring while the shopper is at it', () => {
  it('takes no card and no approval any more', async () => {
    const atForm = await begin()
    const form = await open(atForm.url)
    const atBank = await begin()
    await pay(await open(atBank.url), challenge)
    const question = await open(`${atBank.url}/challenge`)
    clock.advance(lifeMs)
    expect(await pay(form, success)).toMatchObject({ status: 303, location: atForm.url })
    const approval = { attempt: hiddenAttempt(question), answer: 'approve' }
    expect(await submit(question.url, approval)).toMatchObject({ location: atBank.url })
    for (const { url, status } of [atForm, atBank]) {
      expect(await status()).toBe('expired')
      expect((await open(url)).text).toContain('This payment has expired')
    }
  })
})

async function begin(change: { description?: string; returnUrl?: string } = {}) {
  const { apiKey, notificationSecret } = stand.options
  const psp = sandboxPspAdapter({ baseUrl: () => stand.baseUrl, apiKey, notificationSecret })
  const reference = crypto.randomUUID()
  const outcome = await psp.createSession(
    {
      reference,
      money: { minor: 500n, currency: 'GBP' },
      description: 'A contribution',
      locale: 'en-GB',
      returnUrl: home,
      expiresAt: new Date(clock.now().getTime() + lifeMs),
      ...change,
    },
    reference,
  )
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome))
  const { pspReference, redirectUrl: url } = outcome.value
  const status = async () => {
    const payment = await psp.fetchPayment(pspReference)
    return payment.kind === 'done' ? payment.value.status : payment.kind
  }
  return { url, reference, status }
}
