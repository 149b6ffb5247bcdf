// What the service tells of itself: limits in headers, request ids, logs without secrets or people, metrics and traces.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settableClock } from '../src/kernel/clock.ts'
import { jsonLog } from '../src/kernel/log.ts'
import { call, sessionExample, type TestService, testService } from './support/service.ts'

describe('rate limits', () => {
  let service: TestService
  const clock = settableClock(new Date('2026-11-20T10:00:00Z'))

  beforeAll(async () => {
    const env = { EKKO_RATE_LIMIT_PER_SECOND: '5', EKKO_RATE_LIMIT_PER_SECRET: '2' }
    service = await testService({ engine: 'embedded', clock, env })
  })
  afterAll(() => service.dispose())

  const answers = async (count: number, ask: () => Promise<{ status: number; headers: Headers }>) => {
    const all = []
    for (let at = 0; at < count; at++) all.push(await ask())
    return all
  }

  test('a key makes a burst of requests, then waits as long as it is told, and others are not held up', async () => {
    const other = await service.api('POST', '/v3/api-keys', {})
    clock.advance(10_000)
    const ask = () => service.api('GET', '/v3/organisations/me')
    const all = await answers(11, ask)
    expect(all.map(({ status }) => status)).toEqual([...Array(10).fill(200), 429])
    expect(all[0]!.headers.get('ratelimit-policy')).toBe('"key";q=10;w=2')
    expect(all[0]!.headers.get('ratelimit')).toBe('"key";r=9;t=1')
    expect(all[10]!.headers.get('ratelimit')).toBe('"key";r=0;t=2')
    expect(all[10]!.headers.get('retry-after')).toBe('1')
    const free = await service.api('GET', '/v3/organisations/me', undefined, other.body.key)
    expect(free.status).toBe(200)
    clock.advance(1_000)
    expect((await ask()).status).toBe(200)
    expect((await answers(5, ask)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 429])
  })

  test('what a key may not do counts as well', async () => {
    clock.advance(10_000)
    const { body } = await service.api('POST', '/v3/api-keys', { scopes: ['funds:read'] })
    const all = await answers(11, () => service.api('GET', '/v3/api-keys', undefined, body.key))
    expect(all.map(({ status }) => status)).toEqual([...Array(10).fill(403), 429])
  })

  test('a client secret has a limit of its own, which pages can read', async () => {
    clock.advance(10_000)
    const session = await service.session(await service.organisation())
    const ask = () => call(service.origin, session.clientSecret, 'GET', '/v3/component/state')
    // One was spent on the component.
    const all = await answers(4, ask)
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200, 429])
    expect(all[3]!.headers.get('access-control-expose-headers')).toContain('retry-after')
    expect(all[3]!.headers.get('ratelimit-policy')).toBe('"secret";q=4;w=2')
  })
})

describe('logs', () => {
  test('hold the id of every request, and nothing that is secret or of a person', async () => {
    const lines: string[] = []
    const clock = settableClock(new Date())
    const service = await testService({
      engine: 'embedded',
      env: { EKKO_LOG_REQUESTS_PERCENT: '100' },
      log: jsonLog(clock, (line) => lines.push(line)),
    })
    try {
      const marks = ['mark-reference', 'mark-city', 'mark-postal', 'mark-item', 'mark-merchant', 'mark-url']
      const organisationId = await service.organisation()
      const made = await service.api('POST', '/v3/api-keys', { organisationId })
      const session = await service.session(organisationId, {
        consumer: {
          reference: 'mark-reference',
          countryCode: 'GBR',
          city: 'mark-city',
          postalCode: 'mark-postal',
        },
        orderItems: [{ description: 'mark-item' }],
        merchant: { ...sessionExample(organisationId).merchant, name: 'mark-merchant' },
      })
      await service.contribute(session.payUrl, '2.00', 'success')
      await service.api('POST', '/v3/webhook-endpoints', { url: 'https://mark-url.example/hook' })
      await service.api('POST', '/v3/post-purchase/sessions', '{"consumer":{"reference":"mark-reference"')
      await service.api('GET', '/v3/events?startingAfter=mark-reference')
      const wrong = await service.api('GET', '/v3/organisations/me', undefined, `${made.body.key}x`)
      const secrets = [service.rootKey, made.body.key, session.clientSecret, new URL(session.payUrl).pathname]
      const all = lines.join('\n')
      expect([...marks, ...secrets].filter((text) => all.includes(text))).toEqual([])
      const told = lines.map((line) => JSON.parse(line)).filter(({ message }) => message === 'request')
      expect(told.find(({ requestId }) => requestId === wrong.headers.get('x-request-id'))).toMatchObject({
        method: 'GET',
        route: '/v3/organisations/me',
        status: 401,
      })
      expect(told.some(({ route }) => route === '/pay/:token')).toBe(true)
    } finally {
      await service.dispose()
    }
  })

  test('redact by the names of fields, and leave an operator what to look a payment up by', () => {
    const lines: string[] = []
    const log = jsonLog(settableClock(new Date()), (line) => lines.push(line))
    log.error('sample', {
      consumerReference: 'a',
      pspReference: 'b',
      refundReference: 'c',
      apiKey: 'd',
      email: 'e',
    })
    const redacted = '[redacted]'
    expect(JSON.parse(lines[0]!)).toMatchObject({
      ...{ consumerReference: redacted, apiKey: redacted, email: redacted },
      ...{ pspReference: 'b', refundReference: 'c' },
    })
  })

  test('tell of the share of requests that they are asked to', async () => {
    const lines: string[] = []
    const service = await testService({
      engine: 'embedded',
      env: { EKKO_LOG_REQUESTS_PERCENT: '25' },
      log: jsonLog(settableClock(new Date()), (line) => lines.push(line)),
    })
    for (let at = 0; at < 20; at++) await service.api('GET', '/v3/organisations/me')
    await service.dispose()
    expect(lines.filter((line) => line.includes('"request"'))).toHaveLength(5)
  })
})

describe('metrics', () => {
  test('count requests by route and status, refused ones too, and name nobody and nothing that was sent', async () => {
    const service = await testService({ engine: 'embedded' })
    try {
      const organisationId = await service.organisation({ tradingName: 'mark-name' })
      for (const key of [service.rootKey, service.rootKey, 'ek_test_wrong'])
        await service.api('GET', `/v3/organisations/${organisationId}`, undefined, key)
      await service.api('GET', '/mark-path-one')
      await service.api('GET', '/mark-path-two')
      const { body } = await service.api('GET', '/metrics')
      const requests = (route: string, status: number) =>
        `ekko_http_requests_total{method="GET",route="${route}",status="${status}"}`
      expect(body).toContain(`${requests('/v3/organisations/:id', 200)} 2\n`)
      expect(body).toContain(`${requests('/v3/organisations/:id', 401)} 1\n`)
      expect(body).toContain(`${requests('none', 404)} 2\n`)
      expect(body).toMatch(/ekko_http_request_duration_seconds_count [6-9]\n/)
      for (const secret of ['mark-', 'ek_test_', organisationId]) expect(body).not.toContain(secret)
    } finally {
      await service.dispose()
    }
  })
})

interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, string> }[]
}

describe('traces', () => {
  test('go to the collector: requests with their statements and provider calls, in the trace of whoever asked', async () => {
    const received: { path: string; headers: Record<string, unknown>; text: string }[] = []
    const collector = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk) => chunks.push(chunk))
      request.on('end', () => {
        received.push({
          path: request.url!,
          headers: request.headers,
          text: Buffer.concat(chunks).toString(),
        })
        response.end('{}')
      })
    })
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
    const service = await testService({
      engine: 'embedded',
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=us%20all',
        OTEL_TRACES_SAMPLER_ARG: '0',
      },
    })
    const organisationId = await service.organisation()
    const session = await service.session(organisationId)
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
    const consumer = { reference: 'mark-reference', countryCode: 'GBR' }
    await fetch(`${service.origin}/v3/post-purchase/sessions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${service.rootKey}`,
        'content-type': 'application/json',
        traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
      },
      body: JSON.stringify({ ...sessionExample(organisationId), consumer }),
    })
    await service.contribute(session.payUrl, '2.00', 'success')
    await service.dispose()
    await new Promise((resolve) => collector.close(resolve))

    expect(received[0]).toMatchObject({ path: '/v1/traces', headers: { 'x-tenant': 'us all' } })
    const spans: Span[] = received.flatMap(
      ({ text }) => JSON.parse(text).resourceSpans[0].scopeSpans[0].spans,
    )
    const [asked, ...others] = spans.filter(({ name }) => name === 'POST /v3/post-purchase/sessions')
    // Nobody asked for the others, and none of those that begin here are kept.
    expect(others).toEqual([])
    expect(asked).toMatchObject({ traceId, parentSpanId: '00f067aa0ba902b7' })
    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]))
    expect(spans.some(({ parentSpanId, name }) => parentSpanId === asked!.spanId && name !== '')).toBe(true)
    expect(received.map(({ text }) => text).join('')).not.toMatch(/mark-reference|ek_test_/)
  })

  test('hold calls of the payment provider, and a collector that is away holds up nobody', async () => {
    const lines: string[] = []
    const service = await testService({
      engine: 'embedded',
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
      log: jsonLog(settableClock(new Date()), (line) => lines.push(line)),
    })
    const session = await service.session(await service.organisation())
    const page = await service.contribute(session.payUrl, '2.00', 'success')
    expect(page.status).toBe(200)
    await service.dispose()
    expect(lines.filter((line) => line.includes('traces could not be sent'))).toHaveLength(1)
  })
})
