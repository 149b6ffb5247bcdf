import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { type Stand, standUp } from '../../test/support/sandbox-stand.ts'

let stand: Stand
let dispose: () => Promise<void>

beforeAll(async () => {
  const db = await testDatabase({ engine: 'embedded' })
  stand = await standUp(db.database)
  dispose = db.dispose
})
afterAll(async () => {
  await stand?.close()
  await dispose?.()
})

const payment = () => ({
  reference: crypto.randomUUID(),
  amountMinor: '500',
  currency: 'GBP',
  description: 'A contribution',
  locale: 'en-GB',
  returnUrl: 'https://shop.example/',
  expiresAt: new Date(Date.now() + 60_000).toISOString(),
})

describe('the API of the sandbox provider', () => {
  it('answers nobody without the key', async () => {
    for (const authorization of ['', 'Bearer ', 'Bearer wrong', 'Basic sandbox-test-key']) {
      const answer = await call('GET', '/v1/payments?reference=x', { headers: { authorization } })
      expect(answer).toMatchObject({ status: 401, body: { error: { code: 'unauthorized' } } })
    }
  })

  it('wants an idempotency key on every POST', async () => {
    for (const path of ['/v1/payments', '/v1/refunds', `/v1/payments/${crypto.randomUUID()}/expire`]) {
      const answer = await call('POST', path, { body: {}, headers: { 'idempotency-key': '' } })
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'idempotency_key_required' } } })
    }
  })

  it('replays an answer and says so', async () => {
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const body = payment()
    const first = await call('POST', '/v1/payments', { body, headers })
    const again = await call('POST', '/v1/payments', { body, headers })
    expect(first).toMatchObject({ status: 201, replayed: null })
    expect(again).toMatchObject({ status: 201, replayed: 'true', body: first.body })
    const other = await call('POST', '/v1/payments', { body: { ...body, amountMinor: '501' }, headers })
    expect(other).toMatchObject({ status: 409, body: { error: { code: 'idempotency_mismatch' } } })
  })

  it('forgets a key whose request was refused', async () => {
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const refused = await call('POST', '/v1/payments', { body: { ...payment(), currency: 'XXX' }, headers })
    expect(refused.status).toBe(422)
    expect((await call('POST', '/v1/payments', { body: payment(), headers })).status).toBe(201)
  })

  it.each([
    ['a return address that runs', { returnUrl: 'javascript:alert(1)' }],
    ['a return address of a file', { returnUrl: 'file:///etc/passwd' }],
    ['no amount', { amountMinor: '0' }],
    ['a negative amount', { amountMinor: '-1' }],
    ['an amount as a number', { amountMinor: 500 }],
    ['an unknown currency', { currency: 'ABC' }],
    ['a description without end', { description: 'x'.repeat(201) }],
    ['an end in the past', { expiresAt: '2020-01-01T00:00:00.000Z' }],
    ['an end that is no date', { expiresAt: '2999-99-99T99:99:99Z' }],
    ['an end beyond reason', { expiresAt: '2999-01-01T00:00:00Z' }],
    ['a field too many', { tip: '1' }],
  ])('refuses %s', async (_what, change) => {
    const answer = await call('POST', '/v1/payments', { body: { ...payment(), ...change } })
    expect(answer).toMatchObject({ status: 422, body: { error: { code: 'invalid_request' } } })
  })

  it('does not choke on what is not JSON', async () => {
    const response = await fetch(`${stand.baseUrl}/v1/payments`, {
      method: 'POST',
      body: '{"amountMinor":',
      headers: {
        authorization: 'Bearer sandbox-test-key',
        'content-type': 'application/json',
        'idempotency-key': 'k',
      },
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_request' } })
  })

  it('knows no payment or refund by an id that is none', async () => {
    for (const path of [
      '/v1/payments/nonsense',
      `/v1/payments/${crypto.randomUUID()}`,
      '/v1/refunds/nonsense',
    ]) {
      expect(await call('GET', path)).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } })
    }
    const refund = { payment: 'nonsense', reference: 'r', amountMinor: '1', currency: 'GBP' }
    expect((await call('POST', '/v1/refunds', { body: refund })).status).toBe(404)
  })
})

async function call(
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
) {
  const response = await fetch(stand.baseUrl + path, {
    method,
    headers: {
      authorization: 'Bearer sandbox-test-key',
      'idempotency-key': crypto.randomUUID(),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return {
    status: response.status,
    replayed: response.headers.get('idempotent-replayed'),
    body: (await response.json()) as unknown,
  }
}
