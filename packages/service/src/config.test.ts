import { describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'

const production = {
  EKKO_ENVIRONMENT: 'production',
  EKKO_ORIGIN: 'https://ekko.example.org',
  EKKO_SECRET_KEY: 'x',
  DATABASE_URL: 'postgres://localhost/ekko',
}
const stripe = (key: string, secret = 'whsec_1') => ({
  EKKO_PSP: 'stripe',
  EKKO_STRIPE_SECRET_KEY: key,
  EKKO_STRIPE_WEBHOOK_SECRET: secret,
})

describe('the payment provider', () => {
  it('is the sandbox one unless said otherwise', () => {
    expect(readConfig({}).stripe).toBeNull()
  })

  it('is Stripe with a key that fits, and with each webhook secret', () => {
    const { secretKey, webhookSecrets } = readConfig(stripe('sk_test_1', 'whsec_1, whsec_2')).stripe!
    expect(secretKey.reveal()).toBe('sk_test_1')
    expect(webhookSecrets.map((secret) => secret.reveal())).toEqual(['whsec_1', 'whsec_2'])
    expect(readConfig({ ...production, ...stripe('rk_live_1') }).stripe?.secretKey.reveal()).toBe('rk_live_1')
  })

  it.each([
    ['a live key in a sandbox', stripe('sk_live_1'), 'a sandbox refuses a live key'],
    ['a live restricted key in a sandbox', stripe('rk_live_1'), 'a sandbox refuses a live key'],
    ['a test key in production', { ...production, ...stripe('sk_test_1') }, 'refuses a test key'],
    ['a publishable key', stripe('pk_test_1'), 'begins with'],
    ['no key', stripe(''), 'begins with'],
    ['no webhook secret', stripe('sk_test_1', ''), 'EKKO_STRIPE_WEBHOOK_SECRET'],
    ['an empty second secret', stripe('sk_test_1', 'whsec_1,'), 'EKKO_STRIPE_WEBHOOK_SECRET'],
    ['keys of Stripe for the sandbox provider', { EKKO_STRIPE_SECRET_KEY: 'sk_test_1' }, 'EKKO_PSP=stripe'],
    ['a provider that nobody knows', { EKKO_PSP: 'strype' }, 'sandbox, stripe'],
  ])('refuses %s', (_what, env, why) => {
    expect(() => readConfig(env)).toThrow(why)
  })

  it('never shows a key in its error', () => {
    expect(() => readConfig(stripe('sk_live_hush'))).not.toThrow('hush')
  })
})

describe('the days until impact partners get the money', () => {
  it('are those that the documented API tells, or what the operator keeps to', () => {
    expect(readConfig({}).payoutDays).toBe(60)
    expect(readConfig({ EKKO_PAYOUT_DAYS: '14' }).payoutDays).toBe(14)
  })

  it.each(['0', '-1', '1.5', 'soon', '1000'])('may not be %s', (days) => {
    expect(() => readConfig({ EKKO_PAYOUT_DAYS: days })).toThrow('EKKO_PAYOUT_DAYS')
  })
})
