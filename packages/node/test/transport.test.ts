import { inspect } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { EkkoApiError, EkkoClient, EkkoConnectionError, EkkoError } from '../src/index.ts'
import { type Answer, type FakeService, startFakeService } from './fake-service.ts'

let service: FakeService | undefined
afterEach(async () => service?.close())

const clientFor = async (...answers: Answer[]) => {
  service = await startFakeService(answers)
  const client = new EkkoClient({ apiKey: 'ek_test_key', baseUrl: `${service.origin}/v3/`, timeoutMs: 5_000 })
  return { client, asked: service.asked, origin: service.origin }
}
const failure = (work: Promise<unknown>): Promise<EkkoError> =>
  work.then(
    () => expect.fail('it should have been refused'),
    (error) => error,
  )
const refused = (status: number, code: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body: { error: 'no', code, requestId: 'req_1' },
})

test('a request carries the key, JSON and an idempotency key; unknown fields of the answer stay', async () => {
  const { client, asked } = await clientFor({ status: 201, body: { organisationId: 'a', fromTheFuture: 1 } })
  const made = await client.organisations.create({ tradingName: 'Loam & Kiln' } as never)
  expect(made).toEqual({ organisationId: 'a', fromTheFuture: 1 })
  expect(asked[0]).toMatchObject({
    method: 'POST',
    url: '/v3/organisations',
    body: '{"tradingName":"Loam & Kiln"}',
  })
  expect(asked[0]?.headers).toMatchObject({
    authorization: 'Bearer ek_test_key',
    'content-type': 'application/json',
    'user-agent': expect.stringMatching(/^ekko-node\/\d/),
    'idempotency-key': expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
})

describe('another attempt', () => {
  test.each<[string, Answer]>([
    ['a lost connection', 'reset'],
    ['a failure of the service', refused(503, 'SERVICE_UNAVAILABLE')],
    ['too many requests', refused(429, 'TOO_MANY_REQUESTS', { 'retry-after': '0' })],
    ['a request of the same key that is still under way', refused(409, 'IDEMPOTENCY_IN_FLIGHT')],
    ['a proxy’s page', { status: 502, body: '<h1>Bad gateway</h1>' }],
  ])('follows %s, with the same idempotency key', async (_what, first) => {
    const { client, asked } = await clientFor(first, { status: 201, body: { reversalId: 'r' } })
    expect(await client.allocations.reverse('the-id')).toEqual({ reversalId: 'r' })
    expect(asked).toHaveLength(2)
    expect(asked[1]?.headers['idempotency-key']).toBe(asked[0]?.headers['idempotency-key'])
    expect(asked[0]?.headers['content-type']).toBeUndefined()
  })

  test('does not follow a refusal', async () => {
    const { client, asked } = await clientFor({
      status: 422,
      body: {
        error: 'not acceptable',
        code: 'INVALID_AMOUNT',
        requestId: 'req_9',
        issues: [{ path: '/amount', message: 'negative' }, 'junk'],
      },
    })
    const error = await failure(client.allocations.reverse('the-id', { amount: -1 }))
    expect(error).toBeInstanceOf(EkkoApiError)
    expect(error).toMatchObject({
      status: 422,
      code: 'INVALID_AMOUNT',
      requestId: 'req_9',
      retryable: false,
      issues: [{ path: '/amount', message: 'negative' }],
      message: 'not acceptable: /amount negative (422 INVALID_AMOUNT)',
    })
    expect(asked).toHaveLength(1)
  })

  test('is made three times at most', async () => {
    const { client, asked } = await clientFor(refused(500, 'INTERNAL_SERVER_ERROR'))
    expect(await failure(client.organisations.me())).toMatchObject({ status: 500, retryable: true })
    expect(asked).toHaveLength(3)
  })

  test('is not waited for when Retry-After lies beyond the deadline', async () => {
    const { client } = await clientFor(refused(429, 'TOO_MANY_REQUESTS', { 'retry-after': '60' }))
    const started = performance.now()
    expect(await failure(client.organisations.me())).toMatchObject({ retryAfterMs: 60_000, retryable: true })
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})

describe('the deadline', () => {
  test('holds for the call in all, and says that the outcome is open', async () => {
    const { client } = await clientFor('hang')
    const error = await failure(client.organisations.me({ timeoutMs: 150 }))
    expect(error).toBeInstanceOf(EkkoConnectionError)
    expect(error).toMatchObject({ code: 'TIMEOUT', retryable: true, status: undefined })
  })

  test('holds against a fetch that ignores its signal', async () => {
    const deaf = () => new Promise<Response>(() => {})
    const client = new EkkoClient({ apiKey: 'ek_test_key', baseUrl: 'https://ekko.example', fetch: deaf })
    expect(await failure(client.organisations.me({ timeoutMs: 50 }))).toMatchObject({ code: 'TIMEOUT' })
  })

  test('gives way to the caller’s own signal, before and during the call', async () => {
    const { client, asked } = await clientFor('hang')
    const during = failure(client.organisations.me({ signal: AbortSignal.timeout(100) }))
    expect(await during).toMatchObject({ code: 'ABORTED', retryable: false })
    const before = failure(client.organisations.me({ signal: AbortSignal.abort() }))
    expect(await before).toMatchObject({ code: 'ABORTED' })
    expect(asked).toHaveLength(1)
  })
})

describe('an answer that is not the service’s', () => {
  test('is an error: no JSON', async () => {
    const { client, asked } = await clientFor({ body: '<h1>Welcome</h1>' })
    expect(await failure(client.organisations.me())).toMatchObject({ code: 'UNREADABLE_ANSWER', status: 200 })
    expect(asked).toHaveLength(1)
  })

  test('is an error: a redirect, which is not followed with the key in hand', async () => {
    const { client, asked } = await clientFor({ status: 307, headers: { location: '/elsewhere' } })
    expect(await failure(client.organisations.me())).toMatchObject({ status: 307, retryable: false })
    expect(asked).toHaveLength(1)
  })

  test('is an error: more bytes than are read', async () => {
    const { client } = await clientFor({ body: `"${'x'.repeat(17 * 1024 * 1024)}"` })
    expect(await failure(client.organisations.me())).toMatchObject({ code: 'ANSWER_TOO_LARGE' })
  })
})

describe('a mistake in calling', () => {
  test.each(['', '..', 'a/b', 'a?b', undefined as never])(
    'is refused before anything is sent: id %j',
    async (id) => {
      const { client, asked } = await clientFor({})
      expect(await failure(client.allocations.reverse(id))).toBeInstanceOf(TypeError)
      expect(asked).toHaveLength(0)
    },
  )

  test('is refused before anything is sent: time-out and idempotency key', async () => {
    const { client, asked } = await clientFor({})
    expect(await failure(client.organisations.me({ timeoutMs: Number.NaN }))).toBeInstanceOf(TypeError)
    const key = { idempotencyKey: 'zwölf' }
    expect(await failure(client.allocations.reverse('the-id', {}, key))).toBeInstanceOf(TypeError)
    expect(asked).toHaveLength(0)
  })

  test('is refused when the client is made', () => {
    const make = (apiKey: string, baseUrl: string) => () => new EkkoClient({ apiKey, baseUrl })
    expect(make('', 'https://ekko.example')).toThrow(TypeError)
    expect(make('ek_test_a\nb', 'https://ekko.example')).toThrow(/^(?!.*ek_test_a)/s)
    expect(make('ek_test_key', 'ekko.example')).toThrow(TypeError)
    expect(make('ek_test_key', 'file:///etc')).toThrow(TypeError)
  })
})

test('neither the client nor an error shows the key', async () => {
  const { client } = await clientFor(refused(401, 'UNAUTHORIZED'))
  const error = await failure(client.organisations.me())
  expect(error).toBeInstanceOf(EkkoError)
  expect(inspect(client, { depth: 9, showHidden: true })).not.toContain('ek_test_key')
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('ek_test_key')
})
