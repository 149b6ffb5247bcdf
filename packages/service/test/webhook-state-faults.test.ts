// Things that change in the middle of a delivery: the clock, the endpoint, its secret, a replay; and receivers by the
// hundred that hang. Each test runs the dispatcher itself; what the API says of it is in webhook-operations.test.ts.

import type { IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Clock } from '../src/kernel/clock.ts'
import { newId } from '../src/kernel/id.ts'
import { leaseMs } from '../src/webhooks/claims.ts'
import { startDeliveries } from '../src/webhooks/deliveries.ts'
import { openEgress } from '../src/webhooks/egress.ts'
import { pauseEndpoint, resumeEndpoint, rotateSecret } from '../src/webhooks/endpoint-changes.ts'
import { createEndpoint, deleteEndpoint } from '../src/webhooks/endpoints.ts'
import { replayDelivery } from '../src/webhooks/replays.ts'
import { newWebhookSecret } from '../src/webhooks/signature.ts'
import { SigningKeys } from '../src/webhooks/signing-key.ts'
import { attemptsMax, slowMax } from '../src/webhooks/slots.ts'
import { type Answer, type Stand, startReceiver, webhookStand } from './webhook-stand.ts'

const hourMs = 3_600_000
let stand: Stand
const cleanups: (() => unknown)[] = []
beforeAll(async () => {
  stand = await webhookStand('postgres')
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  await stand.clear()
  stand.clock.set(new Date())
})
afterAll(() => stand.data.dispose())

function start(clock: Clock = stand.clock, egress = openEgress('sandbox')) {
  const deliveries = startDeliveries({ ...stand.context, clock }, { drainMs: 200, chance: () => 0, egress })
  cleanups.push(() => deliveries.stop())
  return deliveries
}

async function subscribed(answer?: Answer) {
  const receiver = await startReceiver(answer)
  cleanups.push(() => receiver.close())
  const endpoint = await createEndpoint(stand.context, stand.shopId, { url: receiver.url })
  cleanups.push(() => deleteEndpoint(stand.context, stand.shopId, endpoint.id).catch(() => undefined))
  const becomes = (expected: readonly object[]) =>
    expect.poll(() => stand.deliveriesOf(endpoint.id), { timeout: 10_000 }).toMatchObject(expected)
  return { ...endpoint, got: receiver.got, becomes }
}

const failFirst: Answer = (response, _id, index) => response.writeHead(index === 0 ? 500 : 200).end()

describe('a clock', () => {
  test('an hour ahead of the other process’s takes its leases, and each delivery is still counted once', async () => {
    const endpoint = await subscribed((response) => setTimeout(() => response.end(), 200))
    await stand.emit(6)
    start()
    await expect.poll(() => endpoint.got.length).toBeGreaterThan(0)
    const ahead = { now: () => new Date(stand.clock.now().getTime() + hourMs) }
    start(ahead)
    await endpoint.becomes(Array(6).fill({ status: 'delivered', attempts: 1 }))
    await expect
      .poll(async () => (await stand.attemptsOf(endpoint.id)).filter((one) => one.counted))
      .toHaveLength(6)
    expect(endpoint.got.length).toBeLessThanOrEqual(12)
  })

  test('that jumps an hour forward brings the next attempt forward, and loses none', async () => {
    const endpoint = await subscribed(failFirst)
    const [id] = await stand.emit()
    const deliveries = start()
    await endpoint.becomes([{ status: 'pending', attempts: 1 }])
    stand.clock.advance(hourMs)
    deliveries.wake()
    await endpoint.becomes([{ status: 'delivered', attempts: 2 }])
    expect(endpoint.got).toEqual([id, id])
  })

  test('that jumps an hour back delivers what happens from then on at once, and what waits when it is there again', async () => {
    const endpoint = await subscribed(failFirst)
    const [early] = await stand.emit()
    const deliveries = start()
    await endpoint.becomes([{ status: 'pending', attempts: 1 }])
    stand.clock.advance(-hourMs)
    const [late] = await stand.emit()
    await endpoint.becomes([{ status: 'delivered' }, { status: 'pending', attempts: 1 }])
    deliveries.wake()
    await pause(200)
    expect(endpoint.got).toEqual([early, late])
    stand.clock.advance(hourMs + 5_000)
    deliveries.wake()
    await endpoint.becomes([{ status: 'delivered' }, { status: 'delivered', attempts: 2 }])
  })

  test('that jumps back under a lease of a process that died waits until the lease is over', async () => {
    const endpoint = await subscribed()
    await stand.emit()
    await stand.data.database.query(
      "update delivery set lease_until = $1, lease_token = gen_random_uuid() where status = 'pending'",
      [new Date(stand.clock.now().getTime() + leaseMs)],
    )
    stand.clock.advance(-hourMs)
    const deliveries = start()
    await pause(200)
    expect(endpoint.got).toEqual([])
    stand.clock.advance(hourMs + leaseMs)
    deliveries.wake()
    await endpoint.becomes([{ status: 'delivered', attempts: 1 }])
  })
})

describe('an endpoint that changes in the middle of a retry', () => {
  test('to another secret has the next attempt signed with that one only', async () => {
    const signatures: [string, IncomingHttpHeaders][] = []
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        signatures.push([body, request.headers])
        response.writeHead(signatures.length === 1 ? 500 : 200).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    cleanups.push(() => new Promise((resolve) => server.close(resolve)))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const { id, secret } = await createEndpoint(stand.context, stand.shopId, { url })
    await stand.emit()
    const deliveries = start()
    await expect.poll(() => stand.deliveriesOf(id)).toMatchObject([{ attempts: 1 }])
    const next = await rotateSecret(stand.context, stand.shopId, id, { overlapSeconds: 0 })
    stand.clock.advance(5_000)
    deliveries.wake()
    await expect.poll(() => stand.deliveriesOf(id)).toMatchObject([{ status: 'delivered' }])
    const verifies = (each: string) =>
      signatures.map(([body, headers]) => {
        try {
          return Boolean(new Webhook(each).verify(body, headers as Record<string, string>))
        } catch {
          return false
        }
      })
    expect([verifies(secret), verifies(next.secret)]).toEqual([
      [true, false],
      [false, true],
    ])
    await deleteEndpoint(stand.context, stand.shopId, id)
  })

  test('to paused gets nothing though the retry is due, and everything once it is resumed', async () => {
    const endpoint = await subscribed(failFirst)
    await stand.emit()
    const deliveries = start()
    await endpoint.becomes([{ attempts: 1 }])
    await pauseEndpoint(stand.context, stand.shopId, endpoint.id)
    stand.clock.advance(hourMs)
    deliveries.wake()
    await pause(200)
    expect(endpoint.got).toHaveLength(1)
    await resumeEndpoint(stand.context, stand.shopId, endpoint.id)
    await endpoint.becomes([{ status: 'delivered', attempts: 2 }])
  })

  test('to deleted gets nothing more, not even the rest of an attempt that fails', async () => {
    const endpoint = await subscribed((response) => setTimeout(() => response.writeHead(500).end(), 150))
    await stand.emit()
    const deliveries = start()
    await expect.poll(() => endpoint.got.length).toBe(1)
    await deleteEndpoint(stand.context, stand.shopId, endpoint.id)
    await endpoint.becomes([{ status: 'pending', attempts: 1 }])
    stand.clock.advance(hourMs)
    deliveries.wake()
    await endpoint.becomes([{ status: 'cancelled', attempts: 1 }])
    expect(endpoint.got).toHaveLength(1)
  })
})

test('a delivery that is replayed twice at once is sent once more, and one that is being sent is left alone', async () => {
  const endpoint = await subscribed((response) => setTimeout(() => response.end(), 150))
  const [id] = await stand.emit()
  start()
  await endpoint.becomes([{ status: 'delivered' }])
  const [delivery] = await stand.deliveriesOf(endpoint.id)
  const replay = () => replayDelivery(stand.context, stand.shopId, delivery!.id)
  await Promise.all([replay(), replay()])
  await expect.poll(() => endpoint.got.length).toBe(2)
  await Promise.all([replay(), replay()])
  await endpoint.becomes([{ status: 'delivered', attempts: 1 }])
  await pause(300)
  expect(endpoint.got).toEqual([id, id])
})

test('the stock library takes what was sent and nothing that was forged, altered, moved or kept for later', () => {
  const keys = new SigningKeys(stand.context.keys.master)
  const [secret, another] = [newWebhookSecret(), newWebhookSecret()]
  const [endpointId, eventId] = [newId(0), newId(0)]
  const body = JSON.stringify({ eventId })
  const headersAt = (at: Date) => {
    const sealedSecrets = [keys.seal(endpointId, secret)]
    const claim = { endpointId, eventId, body, secretIds: [newId(0)], sealedSecrets, asymmetric: false }
    return keys.headers({ ...claim, legacySignature: false } as never, at)
  }
  const genuine = headersAt(new Date())
  const takes = (given: string, headers: Record<string, string>, known = secret) => {
    try {
      return Boolean(new Webhook(known).verify(given, headers))
    } catch {
      return false
    }
  }
  expect(takes(body, genuine)).toBe(true)
  const later = String(Number(genuine['webhook-timestamp']) + 1)
  for (const [given, headers, known] of [
    [`${body} `, genuine],
    [body.replace('e', 'f'), genuine],
    [body, { ...genuine, 'webhook-id': newId(0) }],
    [body, { ...genuine, 'webhook-timestamp': later }],
    [body, { ...genuine, 'webhook-signature': 'v1,' }],
    [body, genuine, another],
    [body, headersAt(new Date(Date.now() - 6 * 60_000))],
    [body, headersAt(new Date(Date.now() + 6 * 60_000))],
  ] as const)
    expect(takes(given, headers, known)).toBe(false)
})

test('of a thousand endpoints three hundred hang for ever, and the others hear of their events all the same', async () => {
  const [count, hanging] = [1_000, 300]
  const arrived = new Set<string>()
  let open = 0
  const server = createServer((request, response) => {
    open++
    response.on('close', () => open--)
    request.resume().on('end', () => {
      if (request.url!.startsWith('/hang')) return
      arrived.add(request.url!)
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const keys = new SigningKeys(stand.context.keys.master)
  const endpoints = Array.from({ length: count }, (_, index) => {
    const id = newId(0)
    const url = `${base}/${index % 10 < (10 * hanging) / count ? 'hang' : 'hooks'}/${index}`
    return { id, url, sealed: keys.seal(id, newWebhookSecret()).toString('hex') }
  })
  await stand.data.database.query(
    `with made as (
       insert into webhook_endpoint (id, organisation_id, root_id, url, created_at)
       select id, $2, $2, url, $3 from json_to_recordset($1::json) as one (id uuid, url text) returning id)
     insert into webhook_secret (id, endpoint_id, sealed, valid_from)
     select gen_random_uuid(), made.id, decode(one.sealed, 'hex'), $3
     from made join json_to_recordset($1::json) as one (id uuid, sealed text) on one.id = made.id`,
    [JSON.stringify(endpoints), stand.shopId, stand.clock.now()],
  )
  // Two events for each endpoint: the hanging ones could take up two thousand attempts.
  await stand.emit(2)
  // Whoever waited for one that hangs would wait for ever.
  start(stand.clock, openEgress('sandbox', { deadlineMs: 600_000 }))
  await expect.poll(() => arrived.size, { timeout: 45_000 }).toBe(count - hanging)
  expect(open).toBeLessThanOrEqual(attemptsMax + slowMax)
  await stand.data.database.query(
    'update webhook_endpoint set deleted_at = now() where organisation_id = $1',
    [stand.shopId],
  )
}, 60_000)
