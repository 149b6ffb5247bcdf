// What a merchant can do with webhooks through the API alone: "did you get my event, and why not?", changes in the middle
// of a retry, replays, test events, and that others' endpoints do not exist.

import { createHmac, createPublicKey, verify } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eventSchemas } from '@ekko/contract/events'
import { Webhook } from 'standardwebhooks'
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { appendEvent } from '../src/events/events.ts'
import { newId } from '../src/kernel/id.ts'
import { generateKey, storeKey } from '../src/organisations/api-keys.ts'
import { type Reply, type TestService, testService } from './support/service.ts'

interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let service: TestService
let shop = ''
let shopKey = ''
let strangerKey = ''
const received: Received[] = []
let status = 200
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    received.push({ path: request.url!, headers: request.headers, body: Buffer.concat(chunks).toString() })
    response.writeHead(status).end(status === 200 ? 'thanks' : 'our database is down')
  })
})
let base = ''

beforeAll(async () => {
  service = await testService({ engine: 'postgres' })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  shop = await service.organisation()
  shopKey = await keyOf(shop)
  strangerKey = await keyOf(await service.organisation({ organisationReference: 'stranger' }))
})
afterAll(async () => {
  await service.dispose()
  receiver.close()
})
beforeEach(() => {
  status = 200
  received.length = 0
})

async function keyOf(organisationId: string): Promise<string> {
  const key = generateKey('sandbox')
  await storeKey(service.data.database, service.service.context.clock, organisationId, key)
  return key
}

const api = (method: string, path: string, body?: unknown, key = shopKey): Promise<Reply> =>
  service.api(method, path, body, key)

async function endpoint(more: Record<string, unknown> = {}): Promise<Reply['body']> {
  const path = `/hooks/${newId(Date.now())}`
  const answer = await api('POST', '/v3/webhook-endpoints', { url: base + path, ...more })
  expect(answer.status).toBe(201)
  return { ...answer.body, path }
}

async function emit(objectId = newId(Date.now()), objectSequence = 1): Promise<string> {
  const { database } = service.data
  const id = newId(Date.now())
  const body = JSON.stringify({ eventId: id, sequence: objectSequence, fundsAllocationId: objectId })
  await database.transaction((tx) =>
    appendEvent(tx, database, {
      id,
      organisationId: shop,
      type: 'IMPACT_PAYMENT',
      objectId,
      objectSequence,
      body,
      createdAt: new Date(),
    }),
  )
  return id
}

const at = (path: string) => received.filter((one) => one.path === path)
const deliveries = async (query: string) => (await api('GET', `/v3/webhook-deliveries?${query}`)).body.data
const becomes = (endpointId: string, expected: unknown) =>
  expect
    .poll(() => deliveries(`endpointId=${endpointId}`), { timeout: 10_000, interval: 50 })
    .toMatchObject(expected as object)

describe('an endpoint', () => {
  test('is read, changed, paused and resumed, and what happened while it was paused arrives afterwards', async () => {
    const { id, path } = await endpoint({ eventTypes: ['IMPACT_PAYMENT'] })
    expect((await api('GET', `/v3/webhook-endpoints/${id}`)).body).toMatchObject({ id, status: 'enabled' })
    expect((await api('POST', `/v3/webhook-endpoints/${id}/pause`)).body).toMatchObject({
      status: 'paused',
      pausedAt: expect.any(String),
    })
    await emit()
    await emit()
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(at(path)).toHaveLength(0)
    await becomes(id, [{ status: 'pending', attemptCount: 0 }, { status: 'pending' }])
    const resumed = await api('POST', `/v3/webhook-endpoints/${id}/resume`)
    expect([resumed.status, resumed.body.status, resumed.body.pausedAt]).toEqual([200, 'enabled', null])
    await becomes(id, [{ status: 'delivered' }, { status: 'delivered' }])
    await api('DELETE', `/v3/webhook-endpoints/${id}`)
  })

  test('moves to a new URL in the middle of a retry, and what waits goes there at once', async () => {
    status = 500
    const { id, path } = await endpoint()
    await emit()
    await becomes(id, [{ status: 'pending', attemptCount: 1 }])
    status = 200
    const moved = await api('PATCH', `/v3/webhook-endpoints/${id}`, { url: `${base}/moved`, ordered: true })
    expect([moved.status, moved.body.url, moved.body.ordered]).toEqual([200, `${base}/moved`, true])
    await becomes(id, [{ status: 'delivered', attemptCount: 2 }])
    expect([at(path).length, at('/moved').length]).toEqual([1, 1])
    await api('DELETE', `/v3/webhook-endpoints/${id}`)
  })

  test('that wants a type no longer gets none of those that wait', async () => {
    const { id } = await endpoint()
    await api('POST', `/v3/webhook-endpoints/${id}/pause`)
    await emit()
    await api('PATCH', `/v3/webhook-endpoints/${id}`, { eventTypes: ['IMPACT_PAYMENT_REVERSAL'] })
    await becomes(id, [{ status: 'cancelled' }])
    await api('DELETE', `/v3/webhook-endpoints/${id}`)
  })

  test('that was disabled by its own 410 is taken up again', async () => {
    status = 410
    const { id } = await endpoint()
    await emit()
    await becomes(id, [{ status: 'exhausted' }])
    const read = await api('GET', `/v3/webhook-endpoints/${id}`)
    expect(read.body).toMatchObject({ status: 'disabled', disabledReason: 'gone' })
    expect((await api('POST', `/v3/webhook-endpoints/${id}/pause`)).status).toBe(409)
    expect((await api('POST', `/v3/webhook-endpoints/${id}/replays`)).status).toBe(409)
    status = 200
    await api('POST', `/v3/webhook-endpoints/${id}/resume`)
    const [{ id: deliveryId }] = await deliveries(`endpointId=${id}`)
    expect((await api('POST', `/v3/webhook-deliveries/${deliveryId}/replay`)).status).toBe(200)
    await becomes(id, [{ status: 'delivered' }])
    await api('DELETE', `/v3/webhook-endpoints/${id}`)
  })

  test('of somebody else does not exist', async () => {
    const { id } = await endpoint()
    await emit()
    await becomes(id, [{ status: 'delivered' }])
    const [delivery] = await deliveries(`endpointId=${id}`)
    const one = `/v3/webhook-endpoints/${id}`
    for (const [method, path, body] of [
      ['GET', one],
      ['PATCH', one, { ordered: true }],
      ['DELETE', one],
      ['POST', `${one}/pause`],
      ['POST', `${one}/resume`],
      ['POST', `${one}/secret-rotations`],
      ['POST', `${one}/test-events`],
      ['POST', `${one}/replays`],
      ['GET', `/v3/webhook-deliveries?endpointId=${id}`],
      ['GET', `/v3/webhook-deliveries/${delivery.id}`],
      ['POST', `/v3/webhook-deliveries/${delivery.id}/replay`],
      ['GET', `/v3/events/${delivery.eventId}`],
    ] as const) {
      const answer = await api(method, path, body, strangerKey)
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 404, 'NOT_FOUND'])
    }
    const byEvent = await api(
      'GET',
      `/v3/webhook-deliveries?eventId=${delivery.eventId}`,
      undefined,
      strangerKey,
    )
    expect(byEvent.body).toEqual({ hasMore: false, data: [] })
    expect((await api('GET', one, undefined, service.rootKey)).status).toBe(200)
    await api('DELETE', one)
  })
})

describe('signatures', () => {
  const verifies = (secret: string, { body, headers }: Received) => {
    try {
      return Boolean(new Webhook(secret).verify(body, headers as Record<string, string>))
    } catch {
      return false
    }
  }

  test('after a rotation both secrets sign for a while, or only the new one when asked', async () => {
    const { id, path, secret } = await endpoint()
    const rotations = `/v3/webhook-endpoints/${id}/secret-rotations`
    const { body: second } = await api('POST', rotations)
    expect(Date.parse(second.previousValidUntil) - Date.now()).toBeGreaterThan(86_000_000)
    await emit()
    await expect.poll(() => at(path).length).toBe(1)
    expect([secret, second.secret].map((one) => verifies(one, at(path)[0]!))).toEqual([true, true])
    const { body: third } = await api('POST', rotations, { overlapSeconds: 0 })
    await emit()
    await expect.poll(() => at(path).length).toBe(2)
    const last = at(path)[1]!
    expect([secret, second.secret, third.secret].map((one) => verifies(one, last))).toEqual([
      false,
      false,
      true,
    ])
    expect((await api('POST', rotations, { overlapSeconds: 604_801 })).status).toBe(400)
    for (let more = 0; more < 3; more++) expect((await api('POST', rotations)).status).toBe(201)
    expect((await api('POST', rotations)).body.code).toBe('CONFLICT')
    await api('DELETE', `/v3/webhook-endpoints/${id}`)
  })

  test('Ed25519 and the legacy header are there only where they were asked for', async () => {
    const plain = await endpoint()
    const asked = await endpoint({ asymmetricSignature: true, legacySignature: true })
    expect([plain.publicKeys, asked.publicKeys.length]).toEqual([[], 1])
    await emit()
    await expect.poll(() => at(asked.path).length + at(plain.path).length).toBe(2)
    const [{ headers, body }] = at(asked.path) as [Received]
    const signatures = String(headers['webhook-signature']).split(' ')
    expect(signatures.map((one) => one.split(',')[0])).toEqual(['v1', 'v1a'])
    const x = Buffer.from(asked.publicKeys[0].slice('whpk_'.length), 'base64').toString('base64url')
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    const signed = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`)
    expect(verify(null, signed, key, Buffer.from(signatures[1]!.slice('v1a,'.length), 'base64'))).toBe(true)
    expect(headers.signature).toBe(createHmac('sha256', shop).update(body).digest('hex'))
    const without = at(plain.path)[0]!.headers
    expect([without.signature, String(without['webhook-signature']).includes('v1a')]).toEqual([
      undefined,
      false,
    ])
    expect(verifies(asked.secret, at(asked.path)[0]!)).toBe(true)
    for (const { id } of [plain, asked]) await api('DELETE', `/v3/webhook-endpoints/${id}`)
  })
})

describe('deliveries', () => {
  test('say what was answered, attempt by attempt, and one is replayed under the same id', async () => {
    status = 503
    const { id, path } = await endpoint()
    const eventId = await emit()
    await becomes(id, [{ eventId, status: 'pending', attemptCount: 1, lastAttempt: { httpStatus: 503 } }])
    const [{ id: deliveryId }] = await deliveries(`eventId=${eventId}&endpointId=${id}`)
    status = 200
    const replayed = await api('POST', `/v3/webhook-deliveries/${deliveryId}/replay`)
    expect(replayed.body).toMatchObject({ id: deliveryId, eventId, replayedAt: expect.any(String) })
    await becomes(id, [{ status: 'delivered', attemptCount: 1, nextAttemptAt: null }])
    const { body } = await api('GET', `/v3/webhook-deliveries/${deliveryId}`)
    expect(body.attempts).toMatchObject([
      { outcome: 'rejected', httpStatus: 503, answer: 'our database is down', counted: true },
      { outcome: 'accepted', httpStatus: 200, answer: 'thanks', durationMs: expect.any(Number) },
    ])
    expect(at(path).map((one) => one.headers['webhook-id'])).toEqual([eventId, eventId])
    await api('POST', `/v3/webhook-deliveries/${deliveryId}/replay`)
    await expect.poll(() => at(path).length).toBe(3)
    await api('DELETE', `/v3/webhook-endpoints/${id}`)
  })

  test('are replayed by range, those too that were never made, and what was accepted only when asked', async () => {
    const from = new Date(Date.now() - 1).toISOString()
    const early = [await emit(), await emit()]
    const to = new Date(Date.now() + 1).toISOString()
    await new Promise((resolve) => setTimeout(resolve, 5))
    const { id, path } = await endpoint()
    const late = await emit()
    await expect.poll(() => at(path).length).toBe(1)
    const replays = `/v3/webhook-endpoints/${id}/replays`
    expect((await api('POST', replays, { createdFrom: from, createdTo: to })).body).toEqual({ replayed: 2 })
    await expect
      .poll(() =>
        at(path)
          .map((one) => one.headers['webhook-id'])
          .sort(),
      )
      .toEqual([...early, late].sort())
    await becomes(id, Array(3).fill({ status: 'delivered' }))
    expect((await api('POST', replays, { createdFrom: from })).body).toEqual({ replayed: 0 })
    expect((await api('POST', replays, { createdFrom: from, scope: 'all' })).body).toEqual({ replayed: 3 })
    await expect.poll(() => at(path).length).toBe(6)
    const first = await api('GET', `/v3/webhook-deliveries?endpointId=${id}&limit=2`)
    const rest = await api(
      'GET',
      `/v3/webhook-deliveries?endpointId=${id}&limit=2&startingAfter=${first.body.data[1].id}`,
    )
    expect([first.body.hasMore, rest.body.hasMore]).toEqual([true, false])
    const ids = [...first.body.data, ...rest.body.data].map((one: { eventId: string }) => one.eventId)
    expect(ids).toEqual([...early, late].reverse())
    expect((await api('POST', replays, { createdFrom: 'yesterday' })).status).toBe(400)
    await api('DELETE', `/v3/webhook-endpoints/${id}`)
  })

  test('without an endpoint or an event to ask by are refused', async () => {
    expect((await api('GET', '/v3/webhook-deliveries')).body.issues[0].path).toBe('/endpointId')
    expect((await api('GET', `/v3/webhook-deliveries?endpointId=${shop}&limit=101`)).status).toBe(422)
  })
})

test('a test event fits its schema, says that it is one, goes to this endpoint only, and is in no feed', async () => {
  const [asked, other] = [await endpoint(), await endpoint()]
  for (const eventType of ['IMPACT_PAYMENT', 'IMPACT_PAYMENT_REVERSAL'] as const) {
    const answer = await api('POST', `/v3/webhook-endpoints/${asked.id}/test-events`, { eventType })
    expect([answer.status, answer.body.test, answer.body.eventType]).toEqual([201, true, eventType])
    await expect.poll(() => at(asked.path).length).toBe(1)
    const body = JSON.parse(received.splice(0)[0]!.body)
    expect(body).toMatchObject({ eventType, test: true, eventId: answer.body.eventId })
    const schema = await api('GET', `/v3/events/schemas/${eventType}`, undefined, 'none')
    expect(schema.body).toEqual(JSON.parse(JSON.stringify(eventSchemas[eventType])))
    expect(Compile(schema.body).Check(body)).toBe(true)
    expect(Compile(schema.body).Check({ ...body, eventType: 'ANOTHER' })).toBe(false)
    const feed = await api('GET', '/v3/events?order=newest&limit=100')
    expect(feed.body.data.map((one: { eventId: string }) => one.eventId)).not.toContain(body.eventId)
  }
  expect(await deliveries(`endpointId=${other.id}`)).toEqual([])
  for (const { id } of [asked, other]) await api('DELETE', `/v3/webhook-endpoints/${id}`)
})

test('an endpoint that wants order gets the events of one object one after the other, others in between', async () => {
  status = 500
  const { id, path } = await endpoint({ ordered: true })
  const object = newId(Date.now())
  const first = await emit(object, 1)
  await becomes(id, [{ eventId: first, attemptCount: 1 }])
  status = 200
  const second = await emit(object, 2)
  const another = await emit()
  const arrived = () => at(path).map((one) => one.headers['webhook-id'])
  await expect.poll(arrived, { timeout: 10_000 }).toEqual([first, another, first, second])
  await api('DELETE', `/v3/webhook-endpoints/${id}`)
}, 30_000)

test('metrics are for the root only, and count what happened', async () => {
  expect((await api('GET', '/metrics')).status).toBe(403)
  expect((await service.api('GET', '/metrics', undefined, 'ek_test_nobody')).status).toBe(401)
  const { status: code, headers, body } = await service.api('GET', '/metrics')
  expect([code, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  for (const line of [
    /^ekko_webhook_attempts_total\{outcome="accepted"\} [1-9]/m,
    /^ekko_webhook_attempts_total\{outcome="rejected"\} [1-9]/m,
    /^ekko_webhook_latency_seconds_bucket\{le="0.5"\} [1-9]/m,
    /^ekko_webhook_queue_depth \d+$/m,
    /^ekko_webhook_queue_oldest_age_seconds \d/m,
    /^# TYPE ekko_webhook_endpoints gauge$/m,
  ])
    expect(body).toMatch(line)
})
