import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { newWebhookSecret, signWebhook } from './signature.ts'

// Test vector of the standard's reference implementations.
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek'

test('it agrees with the published vector', () => {
  expect(signWebhook([secret], id, 1614265330, '{"test": 2432232314}')).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  )
})

test('it agrees with the stock library for any body, and each of several secrets verifies', () => {
  fc.assert(
    fc.property(fc.json(), fc.integer({ min: 1, max: 3 }), (body, count) => {
      const secrets = Array.from({ length: count }, newWebhookSecret)
      const seconds = Math.floor(Date.now() / 1000)
      const signature = signWebhook(secrets, id, seconds, body)
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': String(seconds),
        'webhook-signature': signature,
      }
      for (const one of secrets) expect(new Webhook(one).verify(body, headers)).toEqual(JSON.parse(body))
      expect(() => new Webhook(newWebhookSecret()).verify(body, headers)).toThrow()
    }),
    { numRuns: 50 },
  )
})

test('a new secret carries 32 random bytes', () => {
  const made = newWebhookSecret()
  expect(made).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  expect(newWebhookSecret()).not.toBe(made)
})

test('nothing is sent unsigned or with a secret too short to be one', () => {
  expect(() => signWebhook([], id, 1, '{}')).toThrow()
  expect(() => signWebhook(['whsec_AAAA'], id, 1, '{}')).toThrow()
})
