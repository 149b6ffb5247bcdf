// Web Crypto verifies as Node does: the same webhooks are taken, and the others refused for the same reasons.
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { verifyWebhook as onTheEdge } from '../src/edge-webhook.ts'
import { verifyWebhook, type WebhookVerificationError, webhookTestHeaders } from '../src/index.ts'

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
const other = `whsec_${Buffer.alloc(24, 8).toString('base64')}`
const now = new Date(Date.UTC(2026, 10, 21))
const body = '{"eventType":"IMPACT_PAYMENT","customerId":"é🌱"}'
const headers = webhookTestHeaders({ body, secret, timestamp: now })
const pair = generateKeyPairSync('ed25519')
const { x } = pair.publicKey.export({ format: 'jwk' })
const publicKey = `whpk_${Buffer.from(x!, 'base64url').toString('base64')}`
const signed = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`)
const asymmetric = {
  ...headers,
  'webhook-signature': `v1,AAAA v1a,${sign(null, signed, pair.privateKey).toString('base64')}`,
}
const empty = `v1,${createHmac('sha256', Buffer.alloc(24, 7))
  .update(`i.${Math.floor(now.getTime() / 1_000)}.x`)
  .digest('base64')}`

const cases: [string, Parameters<typeof verifyWebhook>][] = [
  ['a good one', [body, headers, secret]],
  ['bytes', [Buffer.from(body), headers, secret]],
  ['the second of two secrets', [body, headers, [other, secret]]],
  ['headers of a Request', [body, new Headers(headers), secret]],
  ['a public key', [body, asymmetric, publicKey]],
  ['a public key beside a secret', [body, asymmetric, [secret, publicKey]]],
  ['another body', [`${body} `, headers, secret]],
  ['another secret', [body, headers, other]],
  ['a public key for a shared secret’s signature', [body, headers, publicKey]],
  ['no secret', [body, headers, []]],
  ['a secret that is too short', [body, headers, 'whsec_AAAA']],
  ['a secret that is not base64', [body, headers, `${secret}!`]],
  ['a public key of another length', [body, headers, `whpk_${Buffer.alloc(31).toString('base64')}`]],
  ['a missing header', [body, { ...headers, 'webhook-id': '' }, secret]],
  [
    'signatures that are nonsense',
    [body, { ...headers, 'webhook-signature': 'v1 v1, v1,? ,, v2,AAAA' }, secret],
  ],
  ['a timestamp that is none', [body, { ...headers, 'webhook-timestamp': '1e3' }, secret]],
  ['an old one', [body, webhookTestHeaders({ body, secret, timestamp: new Date(0) }), secret]],
  ['one of the future', [body, webhookTestHeaders({ body, secret, timestamp: new Date(2e12) }), secret]],
  [
    'a good signature of what is no JSON',
    ['x', { ...headers, 'webhook-id': 'i', 'webhook-signature': empty }, secret],
  ],
  ['a parsed body', [{} as string, headers, secret]],
  ['a tolerance that is none', [body, headers, secret, { toleranceSeconds: Number.NaN }]],
]

test.each(cases)('%s: both say the same', async (_what, [text, received, secrets, options]) => {
  const outcome = async (verify: () => unknown) => {
    try {
      return await verify()
    } catch (error) {
      return [(error as Error).name, (error as WebhookVerificationError).reason, (error as Error).message]
    }
  }
  const wish = { now, ...options }
  const here = await outcome(() => verifyWebhook(text, received, secrets, wish))
  expect(await outcome(() => onTheEdge(text, received, secrets, wish))).toEqual(here)
})
