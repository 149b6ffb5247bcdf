import fc from 'fast-check'
import { expect, it } from 'vitest'
import { exponentOf } from '../kernel/money.ts'
import { fromStripeAmount, toStripeAmount } from './stripe-amount.ts'

const currencies = 'GBP EUR USD HUF TWD JPY KRW XOF ISK UGX MGA BHD KWD TND'.split(' ')

it.each([
  [1_001n, 'GBP', 1_001],
  [500n, 'JPY', 500],
  [500n, 'ISK', 50_000],
  [500n, 'UGX', 50_000],
  [1_234n, 'HUF', 1_234],
  [1_234n, 'TWD', 1_234],
  [1_200n, 'MGA', 12],
  [5_120n, 'KWD', 5_120],
])('counts %s minor units of %s as %s', (minor, currency, amount) => {
  expect(toStripeAmount({ minor, currency })).toBe(amount)
  expect(fromStripeAmount(amount, currency.toLowerCase())).toBe(minor)
})

it.each([
  ['a third decimal', 5_123n, 'KWD'],
  ['decimals of a currency that has none there', 1_250n, 'MGA'],
  ['nothing', 0n, 'GBP'],
  ['less than nothing', -1n, 'GBP'],
  ['more than a number holds', 10n ** 16n, 'GBP'],
  ['a currency that is none', 100n, 'ABC'],
])('cannot ask for %s', (_what, minor, currency) => {
  expect(toStripeAmount({ minor, currency })).toBeUndefined()
})

it('understands no fraction of what is the smallest unit here', () => {
  expect(fromStripeAmount(50_050, 'isk')).toBeUndefined()
  expect(fromStripeAmount(1.5, 'gbp')).toBeUndefined()
  expect(fromStripeAmount(100, 'abc')).toBeUndefined()
})

it('comes back unchanged from Stripe, whatever the currency', () => {
  const money = fc.record({ minor: fc.bigInt(1n, 10n ** 11n), currency: fc.constantFrom(...currencies) })
  fc.assert(
    fc.property(money, ({ minor, currency }) => {
      const amount = toStripeAmount({ minor, currency })
      fc.pre(amount !== undefined)
      expect(fromStripeAmount(amount, currency)).toBe(minor)
      expect(fromStripeAmount(-amount, currency)).toBe(-minor)
    }),
  )
})

it('refuses whole amounts of no currency', () => {
  for (const currency of currencies)
    expect(toStripeAmount({ minor: 10n ** BigInt(exponentOf(currency)), currency })).toBeDefined()
})
