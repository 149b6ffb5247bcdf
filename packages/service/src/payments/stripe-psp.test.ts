import { expect, it } from 'vitest'
import {
  describePsp,
  describePspWithoutShopper,
  type PspHarness,
  type ShopperStory,
} from '../../test/support/psp-conformance.ts'
import { begin } from '../../test/support/psp-conformance-steps.ts'
import type { Means } from '../../test/support/stripe-fake/account.ts'
import { startStripeFake } from '../../test/support/stripe-fake/server.ts'
import { Secret } from '../kernel/secret.ts'
import { stripePsp } from './stripe-psp.ts'

const walks: { readonly [story in ShopperStory]: readonly Means[] } = {
  pays: ['card'],
  'is declined': ['declined card'],
  'approves a challenge': ['challenge', 'approved challenge'],
  'refuses a challenge': ['challenge', 'refused challenge'],
  'pays, known later': ['slow success'],
  'fails, known later': ['slow failure'],
  'pays, refunds fail later': ['failing refunds'],
  'pays, refunds take a while': ['slow refunds'],
  'pays, disputes and we win': ['disputed, won'],
  'pays, disputes and we lose': ['disputed, lost'],
}

describePsp('Stripe, as an unofficial fake plays it,', async (): Promise<PspHarness> => {
  const fake = await startStripeFake()
  const psp = await stripePsp({
    secretKey: new Secret(fake.secretKey),
    webhookSecrets: [new Secret(fake.webhookSecret)],
    server: fake.server,
  })
  return {
    psp,
    async shop(url, story) {
      for (const means of walks[story]) await fake.shop(url, means)
    },
    async refundAtTheProvider(pspReference, { minor }) {
      const { payment_intent } = fake.account.session(pspReference)
      fake.account.refund(String(payment_intent), Number(minor), {})
    },
    payOutAtTheProvider: async () => void fake.account.payOut(),
    notifications: () => fake.sent,
    close: fake.close,
  }
})

it('tells what a card payment cost as soon as it is paid', async () => {
  const fake = await startStripeFake({ delayMs: 60_000 })
  const psp = await stripePsp({
    secretKey: new Secret(fake.secretKey),
    webhookSecrets: [],
    server: fake.server,
  })
  const { session } = await begin(psp)
  await fake.shop(session.redirectUrl, 'card')
  expect(await psp.fetchPayment(session.pspReference)).toMatchObject({
    value: { status: 'paid', cardCostMinor: expect.any(BigInt) },
  })
  await fake.close()
})

// Only where somebody gives a key of Stripe's test mode: `EKKO_TEST_STRIPE_KEY=sk_test_… npx vitest run stripe-psp`.
const testKey = process.env.EKKO_TEST_STRIPE_KEY
if (testKey) {
  if (!/^[sr]k_test_/.test(testKey)) throw new Error('EKKO_TEST_STRIPE_KEY is a key of test mode')
  describePspWithoutShopper('Stripe in test mode', async () => ({
    psp: await stripePsp({ secretKey: new Secret(testKey), webhookSecrets: [] }),
    close: async () => {},
  }))
}
