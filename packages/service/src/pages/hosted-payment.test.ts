import { expect, test } from 'vitest'
import * as views from '../../../browser/test/support/views.ts'
import { consentText, renderPaymentPage } from './hosted-payment.ts'
import { chosenAmount } from './hosted-payment-amount.ts'
import type { SplitView } from './views.ts'

test('the consent text says what is paid, where it goes, and for what', () => {
  expect(consentText(views.review)).toBe(
    'By choosing “Pay £2.00” you agree to a one-off payment of £2.00: £1.64 to Seagrass meadows of the Solent and Clean ' +
      'cookstoves in Siaya, £0.30 service fee and £0.06 sales tax on the fee. It is voluntary and separate from your order ' +
      'with Harbour Books. Your contribution does not change the footprint of your purchase.',
  )
})

test('the review shows the consent text that is stored, and sends its digest along', () => {
  const page = renderPaymentPage(views.review)
  expect(page).toContain(consentText(views.review))
  expect(page).toContain(`<input type="hidden" name="consent" value="${views.review.consentDigest}">`)
  expect(page).toContain('<input type="hidden" name="amount" value="2.00">')
  expect(page).toContain('<form method="post" action="https://impact.example/pay/il_4fK9/payment">')
})

test('the split adds up before the eyes of the payer', () => {
  const page = renderPaymentPage(views.review)
  const rows = [...page.matchAll(/<td>£([\d.]+)<\/td>/g)].map(([, amount]) =>
    Math.round(Number(amount) * 100),
  )
  const total = rows.pop()!
  expect(rows.reduce((sum, row) => sum + row, 0)).toBe(total)
})

const costing = (over: Partial<NonNullable<SplitView['cardCost']>> = {}): SplitView => ({
  ...views.review.split,
  cardCost: { minor: 23n, isActual: false, beyondFeeMinor: 0n, highShare: null, ...over },
})

test('the card cost is told beside the split and agreed to, and is in no sum', () => {
  const review = { ...views.review, split: costing() }
  const cost = 'The card payment costs about £0.23, which is paid out of the service fee.'
  expect(consentText(review)).toContain(` ${cost} Your contribution does not change`)
  const page = renderPaymentPage(review)
  expect(page).toContain(`<p class="fine" part="card-cost">${cost}</p>`)
  expect(page).not.toContain('<td>£0.23</td>')
  expect(page).not.toContain('Costs take')
})

test('costs that take a lot are pointed out before paying, at the suggestion and beside the split', () => {
  const split = costing({ minor: 21n, beyondFeeMinor: 13n, highShare: 0.46 })
  const warning = 'Costs take 46% of this amount'
  const review = renderPaymentPage({ ...views.review, split })
  expect(review).toContain(warning)
  expect(review).toContain('That is £0.13 more than the fee; whoever runs this service pays the difference.')
  const [first, ...others] = views.choose.suggestions
  const choose = renderPaymentPage({ ...views.choose, suggestions: [{ ...first!, split }, ...others] })
  expect(choose.split(warning)).toHaveLength(2)
})

test('what the card payment did cost is told after paying, without a warning', () => {
  const contribution = { ...views.thanked.contribution, split: costing({ isActual: true, highShare: 0.46 }) }
  const page = renderPaymentPage({ ...views.thanked, contribution })
  expect(page).toContain('The card payment cost £0.23, which was paid out of the service fee.')
  expect(page).not.toContain('Costs take')
})

test('a sandbox says that nothing is real, and production does not', () => {
  expect(renderPaymentPage(views.choose)).toContain('Test mode: no real money')
  expect(renderPaymentPage({ ...views.choose, environment: 'production' })).not.toContain('Test mode')
})

test('the way back to the shop is there when there is one', () => {
  expect(renderPaymentPage(views.thanked)).toContain('href="https://harbour-books.example/orders/1042"')
  const alone = renderPaymentPage({ ...views.thanked, returnUrl: null })
  expect(alone).not.toContain('Back to')
  expect(alone).toContain('You can close this page.')
})

test('only the pending page asks again by itself', () => {
  expect(renderPaymentPage(views.pending)).toContain('<meta http-equiv="refresh" content="5">')
  expect(renderPaymentPage(views.review)).not.toContain('http-equiv')
})

test('a mistake is told at the top, at the field and in the title, and what was typed is kept', () => {
  const page = renderPaymentPage({ ...views.choose, problem: 'too_large', typed: '9,999' })
  expect(page).toContain('<title>There is a problem: ')
  expect(page.match(/The largest contribution is £250.00\./g)).toHaveLength(2)
  expect(page).toContain('value="9,999" aria-describedby="other-hint other-problem" aria-invalid="true"')
})

const bounds = { currency: 'GBP', minimumMinor: 50n, maximumMinor: 25_000n }
const read = (query: string, over: Partial<typeof bounds> = {}) =>
  chosenAmount(new URLSearchParams(query), { ...bounds, ...over })

test('no choice yet is no mistake', () => {
  expect(read('')).toBeUndefined()
  expect(read('return=https://x.example')).toBeUndefined()
})

test.each([
  ['amount=2.00', 200n],
  ['amount=other&other=3', 300n],
  ['amount=other&other=3.5', 350n],
  ['amount=other&other=3,50', 350n],
  ['amount=other&other=%C2%A33.50', 350n],
  ['amount=other&other=+3.50+GBP+', 350n],
  ['other=3.50', 350n],
  // A suggestion that was chosen goes before what is left in the field.
  ['amount=2.00&other=9', 200n],
])('%s is %s', (query, amountMinor) => {
  expect(read(query)).toEqual({ amountMinor })
})

test.each([
  ['amount=other', 'nothing_chosen'],
  ['amount=other&other=++', 'nothing_chosen'],
  ['amount=other&other=two', 'not_a_number'],
  ['amount=other&other=-2', 'not_a_number'],
  ['amount=other&other=1e3', 'not_a_number'],
  ['amount=other&other=1,000.00', 'not_a_number'],
  ['amount=other&other=1,000', 'too_many_decimals'],
  ['amount=other&other=0.49', 'too_small'],
  ['amount=other&other=250.01', 'too_large'],
  ['amount=999999999999999999', 'not_a_number'],
])('%s is refused as %s', (query, problem) => {
  expect(read(query)).toMatchObject({ problem })
})

test('the decimals are the currency’s', () => {
  expect(read('amount=other&other=300', { currency: 'JPY' })).toEqual({ amountMinor: 300n })
  expect(read('amount=other&other=300.5', { currency: 'JPY' })).toMatchObject({
    problem: 'too_many_decimals',
  })
  expect(read('amount=other&other=1.234', { currency: 'KWD' })).toEqual({ amountMinor: 1234n })
})
