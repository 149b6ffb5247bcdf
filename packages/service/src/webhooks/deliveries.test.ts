import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engines, type TestDatabase, testDatabase } from '../../test/support/database.ts'
import { sampleContext, sampleOrganisation } from '../../test/support/sample.ts'
import { appendEvent } from '../events/events.ts'
import { settableClock } from '../kernel/clock.ts'
import type { Context } from '../kernel/context.ts'
import { newId } from '../kernel/id.ts'
import { silentLog } from '../kernel/log.ts'
import type { OrganisationRow } from '../organisations/organisation.ts'
import { leaseMs } from './claims.ts'
import { type Deliveries, type DeliveriesOptions, startDeliveries } from './deliveries.ts'
import { openEgress } from './egress.ts'
import { createEndpoint, deleteEndpoint } from './endpoints.ts'
import { attemptsAtOnceMax, noticesAfterMs, pausedAfterFailures } from './health.ts'
import { attemptDelaysMs } from './schedule.ts'
import { newWebhookSecret } from './signature.ts'
import { SigningKeys } from './signing-key.ts'

interface Received {
  readonly id: string
  readonly body: string
  readonly headers: IncomingHttpHeaders
}
type Answer = (response: ServerResponse, request: Received, index: number) => void

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const ok: Answer = (response) => response.end('ok')
const fail =
  (status: number): Answer =>
  (response) =>
    response.writeHead(status).end()

async function receiver(answer: Answer) {
  const received: Received[] = []
  let [open, openMax] = [0, 0]
  const server = createServer((request, response) => {
    openMax = Math.max(openMax, ++open)
    response.on('close', () => open--)
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const one = {
        id: String(request.headers['webhook-id']),
        body: Buffer.concat(chunks).toString(),
        headers: request.headers,
      }
      received.push(one)
      answer(response, one, received.length - 1)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`
  return { url, received, openMax: () => openMax }
}

describe.each(engines)('deliveries on %s', (engine) => {
  let support: TestDatabase
  let shop: OrganisationRow
  let clock: ReturnType<typeof settableClock>
  let context: Context
  beforeAll(async () => {
    support = await testDatabase({ engine })
  })
  afterAll(() => support.dispose())
  beforeEach(async () => {
    clock = settableClock(new Date())
    context = sampleContext(support.database, clock)
    // The dispatcher sends for everybody, so what an earlier test left must not be due.
    await support.database.query(
      "update delivery set status = 'cancelled', lease_until = null, lease_token = null where status = 'pending'",
    )
    shop = await sampleOrganisation(support.database, clock)
  })

  function start(options: DeliveriesOptions = {}): Deliveries {
    const deliveries = startDeliveries(context, { chance: () => 0, drainMs: 200, ...options })
    cleanups.push(() => deliveries.stop())
    return deliveries
  }

  async function emit(count = 1, named?: string): Promise<string[]> {
    const ids = Array.from({ length: count }, () => named ?? newId(clock.now().getTime()))
    for (const id of ids) {
      await support.database.transaction((tx) =>
        appendEvent(tx, support.database, {
          id,
          organisationId: shop.id,
          type: 'IMPACT_PAYMENT',
          objectId: id,
          objectSequence: 1,
          body: JSON.stringify({ eventId: id, name: 'Grüße €' }),
          createdAt: clock.now(),
        }),
      )
    }
    return ids
  }

  interface Row {
    event_id: string
    status: string
    attempts: number
    next_at: Date
  }
  const deliveriesOf = (endpointId: string) =>
    support.database.query<Row>('select * from delivery where endpoint_id = $1 order by next_at, id', [
      endpointId,
    ])
  const statusesOf = async (endpointId: string) => (await deliveriesOf(endpointId)).map((row) => row.status)
  const attemptsOf = async (endpointId: string) =>
    support.database.query<{
      outcome: string
      counted: boolean
      http_status: number | null
      answer: string | null
    }>(
      `select a.* from delivery_attempt a join delivery d on d.id = a.delivery_id where d.endpoint_id = $1 order by a.id`,
      [endpointId],
    )
  const endpointRow = async (id: string) => {
    const [row] = await support.database.query<{ health: string; status: string }>(
      'select * from webhook_endpoint where id = $1',
      [id],
    )
    return row!
  }
  const settled = (endpointId: string, status: string, count = 1) =>
    expect
      .poll(() => statusesOf(endpointId), { timeout: 10_000, interval: 20 })
      .toEqual(Array(count).fill(status))

  test('an event is delivered once, and the stock library verifies it', async () => {
    const { url, received } = await receiver(ok)
    const endpoint = await createEndpoint(context, shop.id, { url })
    const deliveries = start()
    const [id] = await emit()
    await settled(endpoint.id, 'delivered')
    clock.advance(leaseMs * 2)
    deliveries.wake()
    await pause(100)
    expect(received).toHaveLength(1)
    const { headers, body } = received[0]!
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'ekko-webhooks/1',
      'webhook-id': id,
    })
    const signed = headers as Record<string, string>
    expect(new Webhook(endpoint.secret).verify(body, signed)).toEqual({ eventId: id, name: 'Grüße €' })
    expect(() => new Webhook(endpoint.secret).verify(`${body} `, signed)).toThrow()
    expect(await attemptsOf(endpoint.id)).toMatchObject([
      { outcome: 'accepted', counted: true, http_status: 200, answer: 'ok' },
    ])
  })

  test('what was waiting when the process starts is delivered, oldest first', async () => {
    const { url, received } = await receiver(ok)
    const endpoint = await createEndpoint(context, shop.id, { url })
    const ids = await emit(30)
    start()
    await settled(endpoint.id, 'delivered', 30)
    expect(received.map((one) => one.id).sort()).toEqual(ids.sort())
  })

  test('a failure is tried again when the schedule says, not before', async () => {
    const { url, received } = await receiver((response, _request, index) =>
      (index === 0 ? fail(500) : ok)(response, _request, index),
    )
    const endpoint = await createEndpoint(context, shop.id, { url })
    const deliveries = start()
    const [id] = await emit()
    await expect.poll(() => attemptsOf(endpoint.id)).toHaveLength(1)
    const [waiting] = await deliveriesOf(endpoint.id)
    expect(waiting).toMatchObject({
      status: 'pending',
      attempts: 1,
      next_at: new Date(clock.now().getTime() + 5_000),
    })
    clock.advance(4_999)
    deliveries.wake()
    await pause(150)
    expect(received).toHaveLength(1)
    clock.advance(1)
    deliveries.wake()
    await settled(endpoint.id, 'delivered')
    expect(received.map((one) => one.id)).toEqual([id, id])
  })

  test('an answer cut after the receiver has worked leads to the same event again, under the same id', async () => {
    const { url, received } = await receiver((response, _request, index) => {
      if (index > 0) return void response.end()
      response.writeHead(200, { 'content-length': '50' }).write('half')
      setTimeout(() => response.destroy(), 20)
    })
    const endpoint = await createEndpoint(context, shop.id, { url })
    const deliveries = start()
    const [id] = await emit()
    await expect.poll(() => attemptsOf(endpoint.id)).toMatchObject([{ outcome: 'incomplete' }])
    clock.advance(5_000)
    deliveries.wake()
    await settled(endpoint.id, 'delivered')
    expect(received.map((one) => one.id)).toEqual([id, id])
  })

  test('a receiver that hangs holds up nobody else and gets only its few attempts', async () => {
    const hanging = await receiver(() => undefined)
    const healthy = [await receiver(ok), await receiver(ok), await receiver(ok)]
    await createEndpoint(context, shop.id, { url: hanging.url })
    const endpoints = []
    for (const { url } of healthy) endpoints.push(await createEndpoint(context, shop.id, { url }))
    await emit(20)
    start()
    for (const endpoint of endpoints) await settled(endpoint.id, 'delivered', 20)
    expect(hanging.openMax()).toBe(attemptsAtOnceMax)
    expect(hanging.received).toHaveLength(attemptsAtOnceMax)
  })

  test('410 disables the endpoint: what waits is given up, and new events do not come', async () => {
    const { url, received } = await receiver(fail(410))
    const endpoint = await createEndpoint(context, shop.id, { url })
    await emit(12)
    start()
    await settled(endpoint.id, 'exhausted', 12)
    expect(await endpointRow(endpoint.id)).toMatchObject({ status: 'disabled', disabled_reason: 'gone' })
    await emit()
    expect(await deliveriesOf(endpoint.id)).toHaveLength(12)
    expect(received.length).toBeLessThanOrEqual(attemptsAtOnceMax)
  })

  test('a deleted endpoint gets nothing', async () => {
    const { url, received } = await receiver(ok)
    const endpoint = await createEndpoint(context, shop.id, { url })
    await emit(3)
    await deleteEndpoint(context, shop.id, endpoint.id)
    expect(await statusesOf(endpoint.id)).toEqual(Array(3).fill('cancelled'))
    await emit()
    // As from a transaction that read the endpoint before it was deleted, and committed afterwards.
    const [id] = await emit()
    await support.database.query(
      'insert into delivery (id, event_id, endpoint_id, next_at, created_at) values ($1, $1, $2, $3, $3)',
      [id, endpoint.id, clock.now()],
    )
    start().wake()
    await pause(300)
    expect(received).toHaveLength(0)
  })

  test('while paused, one probe a step is sent and what waits uses up no attempts; success opens it step by step', async () => {
    let healthy = false
    const { url, received } = await receiver((...args) => (healthy ? ok : fail(503))(...args))
    const endpoint = await createEndpoint(context, shop.id, { url })
    const deliveries = start()
    await emit(40)
    const paused = async () => (await endpointRow(endpoint.id)).health === 'paused'
    while (!(await paused())) {
      deliveries.wake()
      await pause(10)
    }
    await pause(100)
    // Four may have been under way when the first failed; after that they come one by one.
    const made = received.length
    expect(made).toBeLessThanOrEqual(pausedAfterFailures + attemptsAtOnceMax)
    deliveries.wake()
    await pause(150)
    expect(received).toHaveLength(made)
    clock.advance(60_000)
    deliveries.wake()
    deliveries.wake()
    await expect.poll(() => received.length).toBe(made + 1)
    await pause(150)
    expect(received).toHaveLength(made + 1)
    expect((await deliveriesOf(endpoint.id)).filter((row) => row.attempts === 0).length).toBeGreaterThan(20)
    healthy = true
    const delivered = async () => {
      clock.advance(300_000)
      deliveries.wake()
      return new Set(await statusesOf(endpoint.id))
    }
    await expect.poll(delivered, { timeout: 10_000 }).toEqual(new Set(['delivered']))
    expect(await endpointRow(endpoint.id)).toMatchObject({
      health: 'closed',
      failures: 0,
      failing_since: null,
      probe_at: null,
    })
  })

  test('a delivery that fails to the end of the schedule is exhausted, visibly', async () => {
    const bad = newId(0)
    const { url, received } = await receiver((response, request, index) =>
      (request.id === bad ? fail(500) : ok)(response, request, index),
    )
    const endpoint = await createEndpoint(context, shop.id, { url })
    const deliveries = start()
    await emit(1, bad)
    const row = async () => (await deliveriesOf(endpoint.id)).find((one) => one.event_id === bad)
    for (let made = 1; made < attemptDelaysMs.length; made++) {
      await expect.poll(async () => (await row())?.attempts).toBe(made)
      // Another event succeeds in between, so that the endpoint itself is neither paused nor hopeless.
      clock.advance(attemptDelaysMs[made]! / 2)
      await emit()
      await expect.poll(() => received.length).toBe(2 * made)
      clock.advance(attemptDelaysMs[made]! / 2)
      deliveries.wake()
    }
    await expect.poll(row).toMatchObject({ status: 'exhausted', attempts: attemptDelaysMs.length })
  })

  test('an endpoint with five days of nothing but failure is told of, then disabled, never deleted', async () => {
    const { url } = await receiver(fail(500))
    const endpoint = await createEndpoint(context, shop.id, { url })
    const warnings: string[] = []
    context = { ...context, log: { ...silentLog, warn: (message) => void warnings.push(message) } }
    const deliveries = start()
    await emit()
    const status = async () => {
      clock.advance(12 * 3_600_000)
      deliveries.wake()
      await pause(30)
      return (await endpointRow(endpoint.id)).status
    }
    await expect.poll(status, { timeout: 10_000 }).toBe('disabled')
    expect(await endpointRow(endpoint.id)).toMatchObject({ disabled_reason: 'failing', deleted_at: null })
    await settled(endpoint.id, 'exhausted')
    // Time does not wait for the attempts here, so that a notice may be overtaken by the next.
    expect(warnings.pop()).toBe('webhook endpoint disabled')
    expect(new Set(warnings)).toEqual(new Set(['webhook endpoint keeps failing']))
    expect(warnings.length).toBeLessThanOrEqual(noticesAfterMs.length)
  })

  test('each secret signs that is not over, also one made by a process whose clock is ahead, and no other', async () => {
    const { url, received } = await receiver(ok)
    const endpoint = await createEndpoint(context, shop.id, { url })
    const keys = new SigningKeys(context.keys.master)
    const [old, next, ahead] = [newWebhookSecret(), newWebhookSecret(), newWebhookSecret()]
    const at = (ms: number) => new Date(clock.now().getTime() + ms)
    for (const [secret, from, until] of [
      [old, at(-2_000), at(0)],
      [next, at(-1_000), at(1_000)],
      [ahead, at(1_000), null],
    ] as const) {
      await support.database.query(
        'insert into webhook_secret (id, endpoint_id, sealed, valid_from, valid_until) values ($1, $2, $3, $4, $5)',
        [newId(0), endpoint.id, keys.seal(endpoint.id, secret), from, until],
      )
    }
    start()
    await emit()
    await settled(endpoint.id, 'delivered')
    const { body, headers } = received[0]!
    const verifies = (secret: string) => {
      try {
        return Boolean(new Webhook(secret).verify(body, headers as Record<string, string>))
      } catch {
        return false
      }
    }
    expect([endpoint.secret, next, ahead, old].map(verifies)).toEqual([true, true, true, false])
  })

  test('stopping waits for what is under way, breaks off the rest, and what was broken off is sent again', async () => {
    const slow = await receiver((response) => setTimeout(() => response.end(), 100))
    const hanging = await receiver((response, _request, index) => void (index > 0 && response.end()))
    const patient = await createEndpoint(context, shop.id, { url: slow.url })
    const stuck = await createEndpoint(context, shop.id, { url: hanging.url })
    await emit()
    const first = start({ drainMs: 300 })
    await expect.poll(() => slow.received.length + hanging.received.length).toBe(2)
    await first.stop()
    expect(await statusesOf(patient.id)).toEqual(['delivered'])
    expect(await deliveriesOf(stuck.id)).toMatchObject([{ status: 'pending', attempts: 0 }])
    expect(await attemptsOf(stuck.id)).toMatchObject([{ outcome: 'interrupted', counted: false }])
    expect(await endpointRow(stuck.id)).toMatchObject({ health: 'closed', failures: 0 })
    start()
    await settled(stuck.id, 'delivered')
    expect(hanging.received.map((one) => one.id)).toEqual([hanging.received[0]!.id, hanging.received[0]!.id])
  })

  test('a time-out is a failure like any other', async () => {
    const { url } = await receiver(() => undefined)
    const endpoint = await createEndpoint(context, shop.id, { url })
    start({ egress: openEgress('sandbox', { deadlineMs: 100 }) })
    await emit()
    await expect.poll(() => attemptsOf(endpoint.id)).toMatchObject([{ outcome: 'timeout', counted: true }])
    await expect.poll(async () => (await endpointRow(endpoint.id)).health).toBe('degraded')
  })
})
