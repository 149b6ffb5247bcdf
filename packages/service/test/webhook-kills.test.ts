// The promise itself: an event whose commit was acknowledged arrives, whatever dies. A process that commits events and sends
// them is killed at random moments, and between kills the database too, when it is the test's own.
// EKKO_TEST_WEBHOOK_KILLS says how often (30 when absent); a thousand take about ten minutes.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { systemClock } from '../src/kernel/clock.ts'
import { silentLog } from '../src/kernel/log.ts'
import { migrate } from '../src/kernel/migrate.ts'
import { openPostgres } from '../src/kernel/postgres.ts'
import { insertOrganisation } from '../src/organisations/organisations.ts'
import { createEndpoint } from '../src/webhooks/endpoints.ts'
import { startChild } from './support/database-child.ts'
import { startRealPostgres } from './support/real-postgres.ts'

const kills = Number(process.env.EKKO_TEST_WEBHOOK_KILLS ?? 30)
const databaseKillEvery = 10
const endpointsCount = 3
const cleanups: (() => unknown)[] = []
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

/** Commits events and says each id once it is durable, while a dispatcher sends what is due. */
const child = `
  const [{ openPostgres }, { startDeliveries }, { appendEvent }, { newId }] = await Promise.all(
    ['kernel/postgres', 'webhooks/deliveries', 'events/events', 'kernel/id'].map((name) => import(values.dist + name + '.js')))
  const log = { info() {}, warn() {}, error() {} }
  const clock = { now: () => new Date() }
  const database = await openPostgres({ url: values.url, poolMax: 4, onWarning: () => {} })
  const context = { environment: 'sandbox', origin: 'http://127.0.0.1', database, clock, log,
    keys: { master: new Uint8Array(32).fill(7) } }
  startDeliveries(context)
  say('ready')
  for (;;) {
    const id = newId(Date.now())
    try {
      await database.transaction((tx) => appendEvent(tx, database, { id, organisationId: values.organisationId,
        type: 'IMPACT_PAYMENT', objectId: id, objectSequence: 1, body: JSON.stringify({ eventId: id }), createdAt: new Date() }))
      say('ack ' + id)
    } catch {
      // Not acknowledged, or nobody knows.
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 8))
  }`

async function receiver() {
  const got = new Map<string, number>()
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const chance = Math.random()
      if (chance < 0.03) return void response.writeHead(500).end()
      const key = `${request.url} ${request.headers['webhook-id']}`
      got.set(key, (got.get(key) ?? 0) + 1)
      // Received, and the answer is lost on its way.
      if (chance < 0.05) request.socket.destroy()
      else response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** Killing one of its processes makes a server end all of them at once and recover, as after a crash. */
async function crash(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const gone = new Promise((resolve) => client.once('end', resolve))
  process.kill(rows[0]!.pid, 'SIGKILL')
  await gone
}

async function answering<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries > 100) throw error
      await pause(100)
    }
  }
}

test(
  `${kills} kills lose no acknowledged event`,
  async () => {
    const server = await startRealPostgres()
    cleanups.push(() => server.stop())
    const isOurs = !process.env.EKKO_TEST_DATABASE_URL && !process.env.DATABASE_URL
    const name = `ekko_kills_${process.pid}`
    const admin = new pg.Client({ connectionString: server.url })
    await admin.connect()
    await admin.query(`create database ${name}`)
    await admin.end()
    const url = new URL(server.url)
    url.pathname = `/${name}`
    const database = await openPostgres({ url: url.href, poolMax: 4, onWarning: () => undefined })
    cleanups.push(() => database.close())
    await migrate(database)
    const { got, url: receiverUrl } = await receiver()
    const address = { line1: '1 High St', city: 'London', postalCode: 'N1', countryCode: 'GBR' }
    const wanted = { tradingName: 'Sample', legalName: 'Sample Ltd', currencyCode: 'GBP', address }
    const shop = await insertOrganisation(database, systemClock, {
      parent: null,
      wanted,
      relativeSharePpm: 0,
      serviceFeePpm: 0,
    })
    const context = {
      environment: 'sandbox' as const,
      origin: 'http://127.0.0.1',
      database,
      clock: systemClock,
      log: silentLog,
      keys: { master: new Uint8Array(32).fill(7) },
    }
    for (let index = 0; index < endpointsCount; index++) {
      await createEndpoint(context, shop.id, { url: `${receiverUrl}/${index}` })
    }
    const dist = new URL('../dist/', import.meta.url).href
    const acknowledged: string[] = []
    const run = async (use: (running: ReturnType<typeof startChild>) => Promise<unknown>) => {
      const running = startChild(child, { url: url.href, organisationId: shop.id, dist })
      await running.line('ready')
      await use(running)
      await running.kill()
      acknowledged.push(
        ...running.lines.filter((line) => line.startsWith('ack ')).map((line) => line.slice(4)),
      )
    }
    for (let kill = 1; kill <= kills; kill++) {
      await run(async () => {
        await pause(Math.random() * 400)
        if (isOurs && kill % databaseKillEvery === 0) {
          await crash(url.href)
          await pause(Math.random() * 400)
        }
      })
      // What the dead held on lease is not waited for: only the lease's end would bring it back.
      await answering(() =>
        database.query(
          'update delivery set lease_until = null, lease_token = null, next_at = now() where status = $1',
          ['pending'],
        ),
      )
    }
    const missing = () =>
      acknowledged.flatMap((id) =>
        Array.from({ length: endpointsCount }, (_, index) => `/${index} ${id}`).filter(
          (key) => !got.has(key),
        ),
      )
    await run(() =>
      expect
        .poll(
          async () => {
            await database.query(
              "update delivery set next_at = now() where status = 'pending' and next_at > now()",
            )
            await database.query("update webhook_endpoint set probe_at = now() where health = 'paused'")
            return missing()
          },
          { timeout: 60_000, interval: 500 },
        )
        .toEqual([]),
    )
    expect(acknowledged.length).toBeGreaterThan(kills)
    const twice = [...got.values()].filter((times) => times > 1).length
    console.log(
      `${kills} kills: ${acknowledged.length} acknowledged, ${got.size} received, ${twice} more than once`,
    )
  },
  Math.max(180_000, kills * 2_000),
)
