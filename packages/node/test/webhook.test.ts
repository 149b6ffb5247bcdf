import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import {
  type VerifyWebhookOptions,
  verifyWebhook,
  WebhookVerificationError,
  webhookTestHeaders,
} from '../src/index.ts'

const secret = `whsec_${randomBytes(32).toString('base64')}`
const otherSecret = `whsec_${randomBytes(24).toString('base64')}`
const body = JSON.stringify({
  eventType: 'IMPACT_PAYMENT',
  customerId: 'Zoë’s ☕',
  payment: { amount: 12.4 },
})
const signedAt = new Date('2026-03-01T12:00:00Z')
const later = (seconds: number) => new Date(signedAt.getTime() + seconds * 1_000)
const headers = webhookTestHeaders({ body, secret, id: 'evt_1', timestamp: signedAt })
const options: VerifyWebhookOptions = { now: signedAt }

const reasonOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.reason
    throw error
  }
  return 'accepted'
}

const aSecret = fc
  .uint8Array({ minLength: 24, maxLength: 64 })
  .map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`)
const aBody = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value))

describe('against the reference implementation of Standard Webhooks', () => {
  test('what it signs is verified here', () => {
    fc.assert(
      fc.property(aSecret, fc.uuid(), aBody, (key, id, text) => {
        const now = new Date()
        const signature = new Webhook(key).sign(id, now, text)
        const sent = {
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
          'webhook-signature': signature,
        }
        expect(verifyWebhook(text, sent, key)).toEqual(JSON.parse(text))
        expect(verifyWebhook(Buffer.from(text), sent, key)).toEqual(JSON.parse(text))
      }),
    )
  })

  test('what is signed here is verified by it', () => {
    fc.assert(
      fc.property(aSecret, fc.uuid(), aBody, (key, id, text) => {
        const made = webhookTestHeaders({ body: text, secret: key, id })
        expect(new Webhook(key).verify(text, { ...made })).toEqual(JSON.parse(text))
      }),
    )
  })
})

describe('tampering is refused', () => {
  test('a changed body, wherever and however little', () => {
    const bytes = Buffer.from(body)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (index, flip) => {
        const changed = Buffer.from(bytes)
        changed[index] = (changed[index] ?? 0) ^ flip
        expect(reasonOf(() => verifyWebhook(changed, headers, secret, options))).toBe('no-matching-signature')
      }),
    )
  })

  test('a changed id, timestamp or signature', () => {
    const withChange = (change: Record<string, string>) =>
      reasonOf(() => verifyWebhook(body, { ...headers, ...change }, secret, options))
    const seconds = Number(headers['webhook-timestamp'])
    const signature = headers['webhook-signature']
    expect(withChange({ 'webhook-id': 'evt_2' })).toBe('no-matching-signature')
    expect(withChange({ 'webhook-timestamp': String(seconds + 1) })).toBe('no-matching-signature')
    expect(withChange({ 'webhook-timestamp': `0${seconds}` })).toBe('no-matching-signature')
    expect(withChange({ 'webhook-signature': signature.slice(0, -1) })).toBe('no-matching-signature')
    expect(withChange({ 'webhook-signature': signature.toLowerCase() })).toBe('no-matching-signature')
    expect(withChange({ 'webhook-signature': signature.replace('v1,', 'v1a,') })).toBe(
      'no-matching-signature',
    )
    expect(withChange({ 'webhook-signature': 'v1,' })).toBe('no-matching-signature')
  })

  test('any other signature of the right length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const forged = { ...headers, 'webhook-signature': `v1,${Buffer.from(bytes).toString('base64')}` }
        expect(reasonOf(() => verifyWebhook(body, forged, secret, options))).toBe('no-matching-signature')
      }),
    )
  })

  test('another secret', () => {
    expect(reasonOf(() => verifyWebhook(body, headers, otherSecret, options))).toBe('no-matching-signature')
  })
})

describe('rotation', () => {
  test('any of several secrets may fit, in any order', () => {
    expect(verifyWebhook(body, headers, [otherSecret, secret], options)).toEqual(JSON.parse(body))
    expect(verifyWebhook(body, headers, [secret, otherSecret], options)).toEqual(JSON.parse(body))
  })

  test('any of several signatures may fit, beside versions that are not known', () => {
    const foreign = webhookTestHeaders({ body, secret: otherSecret })['webhook-signature']
    const list = `v1a,c29tZXRoaW5n ${foreign} ${headers['webhook-signature']}`
    expect(
      reasonOf(() => verifyWebhook(body, { ...headers, 'webhook-signature': list }, secret, options)),
    ).toBe('accepted')
  })
})

describe('the timestamp', () => {
  test.each([
    [300, 'accepted'],
    [301, 'too-old'],
    [-300, 'accepted'],
    [-301, 'too-new'],
  ])('%i seconds after signing: %s', (seconds, expected) => {
    expect(reasonOf(() => verifyWebhook(body, headers, secret, { now: later(seconds) }))).toBe(expected)
  })

  test('has the tolerance that was asked for, and no tolerance that is not a number', () => {
    const at = (seconds: number, toleranceSeconds: number) =>
      reasonOf(() => verifyWebhook(body, headers, secret, { now: later(seconds), toleranceSeconds }))
    expect(at(0, 0)).toBe('accepted')
    expect(at(1, 0)).toBe('too-old')
    expect(() => at(1e6, Number.NaN)).toThrow(TypeError)
    expect(() => at(0, -1)).toThrow(TypeError)
  })

  test.each(['', ' ', 'now', '1e9', '-5', '12.5', '0x10', '9'.repeat(30)])('is not %j', (timestamp) => {
    const reason = reasonOf(() =>
      verifyWebhook(body, { ...headers, 'webhook-timestamp': timestamp }, secret, options),
    )
    expect(['bad-timestamp', 'missing-header']).toContain(reason)
  })
})

describe('headers', () => {
  test('may be a Headers object, a record in any case, or Node’s with lists', () => {
    const shouted = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
    )
    const listed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))
    for (const given of [new Headers({ ...headers }), shouted, listed])
      expect(reasonOf(() => verifyWebhook(body, given, secret, options))).toBe('accepted')
  })

  test('are refused when one is missing or there twice', () => {
    for (const name of Object.keys(headers)) {
      const without = { ...headers, [name]: undefined }
      const twice = { ...headers, [name.toUpperCase()]: 'another' }
      expect(reasonOf(() => verifyWebhook(body, without, secret, options))).toBe('missing-header')
      expect(reasonOf(() => verifyWebhook(body, twice, secret, options))).toBe('missing-header')
    }
  })
})

test.each([
  '',
  'whsec_',
  'whsec_c2hvcnQ=',
  'whsec_not base64 at all, whatever it looks like',
  undefined as never,
])('a secret that cannot be one is named as the reason: %j', (bad) => {
  expect(reasonOf(() => verifyWebhook(body, headers, [secret, bad], options))).toBe('bad-secret')
  expect(reasonOf(() => webhookTestHeaders({ body, secret: bad }))).toBe('bad-secret')
})

test('no secret at all accepts nothing', () => {
  expect(reasonOf(() => verifyWebhook(body, headers, [], options))).toBe('bad-secret')
})

test('a parsed body, a body that is no object and one that is no text are refused', () => {
  const signed = (text: string | Uint8Array) =>
    reasonOf(() => verifyWebhook(text, webhookTestHeaders({ body: text, secret }), secret))
  expect(reasonOf(() => verifyWebhook(JSON.parse(body), headers, secret, options))).toBe('bad-body')
  expect(signed('null')).toBe('bad-body')
  expect(signed('')).toBe('bad-body')
  expect(signed(Uint8Array.of(0x22, 0xff, 0x22))).toBe('bad-body')
})
