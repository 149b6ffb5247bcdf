// The feed of events: nothing skipped, nothing twice, whatever commits late; waiting for the next; and `ekko listen`, which
// brings it to a receiver that no webhook can reach, over restarts of either side.

import { createServer, type Server } from 'node:http'
import { connect, createServer as createTcpServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { appendEvent } from '../src/events/events.ts'
import { systemClock } from '../src/kernel/clock.ts'
import { newId } from '../src/kernel/id.ts'
import { generateKey, storeKey } from '../src/organisations/api-keys.ts'
import { forwardEvents, forwardingSecret, refusalsMax } from '../src/webhooks/forwards.ts'
import { freePort, type TestService, testService } from './support/service.ts'

let service: TestService
let [shop, other] = ['', '']
let shopKey = ''

beforeAll(async () => {
  service = await testService({ engine: 'postgres' })
  shop = await service.organisation()
  other = await service.organisation({ organisationReference: 'other' })
  shopKey = generateKey('sandbox')
  await storeKey(service.data.database, systemClock, shop, shopKey)
})
afterAll(() => service.dispose())

async function emit(organisationId = shop): Promise<string> {
  const { database } = service.data
  const id = newId(Date.now())
  await database.transaction((tx) => appendEvent(tx, database, eventOf(organisationId, id)))
  return id
}

const eventOf = (organisationId: string, id: string) => ({
  id,
  organisationId,
  type: 'IMPACT_PAYMENT' as const,
  objectId: id,
  objectSequence: 1,
  body: JSON.stringify({ eventId: id, eventType: 'IMPACT_PAYMENT', name: 'Grüße' }),
  createdAt: new Date(),
})

async function page(query: Record<string, string> = {}, key = shopKey) {
  const { status, body } = await service.api(
    'GET',
    `/v3/events?${new URLSearchParams(query)}`,
    undefined,
    key,
  )
  expect([status, body]).toMatchObject([200, { data: expect.any(Array) }])
  return { hasMore: body.hasMore, ids: body.data.map((one: { eventId: string }) => one.eventId) as string[] }
}

async function readOn(startingAfter: string | undefined, key = shopKey): Promise<string[]> {
  const ids: string[] = []
  for (let cursor = startingAfter; ; cursor = ids.at(-1) ?? cursor) {
    const next = await page({ limit: '7', ...(cursor && { startingAfter: cursor }) }, key)
    ids.push(...next.ids)
    if (!next.hasMore) return ids
  }
}

describe('the feed', () => {
  test('has one’s own events and those below, oldest first, and no one else’s', async () => {
    const mine = [await emit(), await emit(), await emit()]
    const foreign = await emit(other)
    expect(await readOn(undefined)).toEqual(mine)
    expect(await readOn(undefined, service.rootKey)).toEqual([...mine, foreign])
    expect((await page({ order: 'newest', limit: '1' })).ids).toEqual([mine[2]])
    const { status } = await service.api('GET', `/v3/events?startingAfter=${foreign}`, undefined, shopKey)
    expect(status).toBe(422)
  })

  test('neither skips nor doubles what commits late or out of order', async () => {
    const [start] = (await page({ order: 'newest', limit: '1' })).ids
    const client = new pg.Client({ connectionString: service.data.url })
    await client.connect()
    const committed = new Set<string>()
    const writers = Array.from({ length: 4 }, async () => {
      for (let round = 0; round < 25; round++) {
        committed.add(await emit())
        await pause(Math.random() * 6)
      }
    })
    let writing = true
    const late = (async () => {
      for (let round = 0; round < 12; round++) {
        const id = newId(Date.now())
        const { organisationId, type, body, createdAt } = eventOf(shop, id)
        await client.query('begin')
        await client.query('select append_event($1, $2, $3, $1, 1, $4, $5)', [
          id,
          organisationId,
          type,
          body,
          createdAt,
        ])
        await pause(20 + Math.random() * 30)
        if (round % 3 === 2) await client.query('rollback')
        else {
          await client.query('commit')
          committed.add(id)
        }
      }
    })()
    const seen: string[] = []
    const reader = (async () => {
      while (writing || seen.length < committed.size) {
        const { ids } = await page({ limit: '5', startingAfter: seen.at(-1) ?? start! })
        seen.push(...ids)
        if (ids.length === 0) await pause(3)
      }
    })()
    await Promise.all([...writers, late])
    writing = false
    await reader
    await client.end()
    expect(seen).toHaveLength(committed.size)
    expect(new Set(seen)).toEqual(committed)
    expect(await readOn(start)).toEqual(seen)
  })

  test('lets a reader wait for the next event, and answers empty when none came', async () => {
    const [start] = (await page({ order: 'newest', limit: '1' })).ids
    const startedMs = performance.now()
    const waiting = page({ startingAfter: start!, waitSeconds: '20' })
    await pause(300)
    const id = await emit()
    expect((await waiting).ids).toEqual([id])
    expect(performance.now() - startedMs).toBeLessThan(3_000)
    expect((await page({ startingAfter: id, waitSeconds: '1' })).ids).toEqual([])
    expect(performance.now() - startedMs).toBeGreaterThan(1_000)
    const { status } = await service.api('GET', '/v3/events?waitSeconds=26', undefined, shopKey)
    expect(status).toBe(422)
  })
})

describe('ekko listen', () => {
  const cleanups: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })

  async function receiver(port: number, got: string[], answer: (id: string) => number): Promise<Server> {
    const server = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        const headers = request.headers as Record<string, string>
        new Webhook(forwardingSecret(shopKey)).verify(body, headers)
        const code = answer(headers['webhook-id']!)
        if (code === 200) got.push(headers['webhook-id']!)
        response.writeHead(code).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    return server
  }

  const close = (server: Server) =>
    new Promise((resolve) => {
      server.closeAllConnections()
      server.close(resolve)
    })

  function listen(port: number, over: { origin?: string; apiKey?: string } = {}) {
    const said: string[] = []
    const stopping = new AbortController()
    const running = forwardEvents({
      origin: service.origin,
      apiKey: shopKey,
      forwardTo: `http://127.0.0.1:${port}/`,
      clock: systemClock,
      say: (line) => said.push(line),
      signal: stopping.signal,
      ...over,
    })
    cleanups.push(async () => {
      stopping.abort()
      await running.catch(() => undefined)
    })
    return { said, running }
  }

  test('forwards from now on, signed, and waits for a receiver that is not there', async () => {
    const [port, got] = [await freePort(), [] as string[]]
    await emit()
    const { said } = listen(port)
    await expect.poll(() => said.join()).toContain(forwardingSecret(shopKey))
    const ids = [await emit(), await emit()]
    await expect.poll(() => said.join()).toContain('ECONNREFUSED')
    let server = await receiver(port, got, () => 200)
    await expect.poll(() => got, { timeout: 10_000 }).toEqual(ids)
    await close(server)
    ids.push(await emit(), await emit())
    await pause(600)
    server = await receiver(port, got, () => 200)
    cleanups.push(() => close(server))
    await expect.poll(() => got, { timeout: 10_000 }).toEqual(ids)
  }, 30_000)

  test('tries again what is refused, says so when it gives up, and goes on', async () => {
    const [port, got] = [await freePort(), [] as string[]]
    let bad = ''
    const server = await receiver(port, got, (id) => (id === bad ? 500 : 200))
    cleanups.push(() => close(server))
    const { said } = listen(port)
    await expect.poll(() => said.length).toBeGreaterThan(0)
    const first = await emit()
    await expect.poll(() => got).toEqual([first])
    bad = await emit()
    const last = await emit()
    await expect.poll(() => got, { timeout: 10_000 }).toEqual([first, last])
    expect(said.join()).toContain(`given up after ${refusalsMax} answers; to have it again: --after ${first}`)
  }, 30_000)

  test('loses nothing when the way to the sandbox breaks again and again', async () => {
    const [port, proxyPort, got] = [await freePort(), await freePort(), [] as string[]]
    const server = await receiver(port, got, () => 200)
    cleanups.push(() => close(server))
    const target = Number(new URL(service.origin).port)
    const sockets = new Set<Socket>()
    const proxy = createTcpServer((socket) => {
      const upstream = connect(target, '127.0.0.1')
      for (const one of [socket, upstream]) {
        sockets.add(one)
        one.on('error', () => undefined).on('close', () => sockets.delete(one))
      }
      socket.pipe(upstream).pipe(socket)
    })
    await new Promise<void>((resolve) => proxy.listen(proxyPort, '127.0.0.1', resolve))
    cleanups.push(() => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => proxy.close(resolve))
    })
    const { said } = listen(port, { origin: `http://127.0.0.1:${proxyPort}` })
    await expect.poll(() => said.length).toBeGreaterThan(0)
    const ids: string[] = []
    for (let round = 0; round < 8; round++) {
      ids.push(await emit())
      await pause(Math.random() * 60)
      for (const socket of sockets) socket.destroy()
      ids.push(await emit())
    }
    await expect.poll(() => got.length, { timeout: 20_000 }).toBe(ids.length)
    expect(got).toEqual(ids)
  }, 60_000)

  test('stops when the sandbox does not know the key, and never serves a live one', async () => {
    await expect(listen(1, { apiKey: 'ek_test_nobody' }).running).rejects.toThrow('401')
    await expect(listen(1, { apiKey: 'ek_live_any' }).running).rejects.toThrow('live')
  })
})
