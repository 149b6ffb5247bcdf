// The promise itself: an event whose commit was acknowledged arrives, whatever dies. A process that commits events and sends
// them is killed at random moments, and between kills the database too, when it is the test's own.
// EKKO_TEST_WEBHOOK_KILLS says how often (30 when absent); a thousand take under ten minutes on a machine that is quiet.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { systemClock } from '../src/kernel/clock.ts'
import { silentLog } from '../src/kernel/log.ts'
import { migrate } from '../src/kernel/migrate.ts'
import { openPostgres } from '../src/kernel/postgres.ts'
import { createEndpoint } from '../src/webhooks/endpoints.ts'
import { type Child, startChild } from './support/database-child.ts'
import { startRealPostgres } from './support/real-postgres.ts'
import { sampleOrganisation } from './support/sample.ts'

const kills = Number(process.env.EKKO_TEST_WEBHOOK_KILLS ?? 30)
const databaseKillEvery = 20
/** A life is as long as some commits take, whatever the machine; many die while they begin. */
const commitsMax = 16
const lifeMaxMs = 3_000
/** The kill comes between two commits as well as after one. */
const afterwardsMaxMs = 30
const endpointsCount = 3
const cleanups: (() => unknown)[] = []
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

/** Once it is told to live: commits events and says each id once it is durable, while a dispatcher sends what is due. */
const child = `
  const [{ openPostgres }, { startDeliveries }, { appendEvent }, { newId }] = await Promise.all(
    ['kernel/postgres', 'webhooks/deliveries', 'events/events', 'kernel/id'].map((name) => import(values.dist + name + '.js')))
  const log = { info() {}, warn() {}, error() {} }
  const clock = { now: () => new Date() }
  process.once('SIGUSR2', () => void live())
  say('booted')
  setInterval(() => {}, 1_000)
  const live = async () => {
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
  }
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

async function live({ lines }: Child): Promise<void> {
  const commits = Math.floor(Math.random() * commitsMax)
  const deadline = performance.now() + lifeMaxMs
  const count = () => lines.filter((line) => line.startsWith('ack ')).length
  while (count() < commits && performance.now() < deadline) await pause(1)
  await pause(Math.random() * afterwardsMaxMs)
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
    const beganMs = performance.now()
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
    const shop = await sampleOrganisation(database, systemClock)
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
    // The next one loads its code while this one lives; that is most of what a life costs.
    const boot = () => startChild(child, { url: url.href, organisationId: shop.id, dist })
    let next = boot()
    cleanups.push(() => next.kill())
    const run = async (use: (running: Child) => Promise<unknown>) => {
      const running = next
      await running.line('booted')
      next = boot()
      running.process.kill('SIGUSR2')
      await running.line('ready')
      await use(running)
      await running.kill()
      acknowledged.push(
        ...running.lines.filter((line) => line.startsWith('ack ')).map((line) => line.slice(4)),
      )
    }
    for (let kill = 1; kill <= kills; kill++) {
      await run(async (running) => {
        await live(running)
        if (!isOurs || kill % databaseKillEvery !== 0) return
        await crash(url.href)
        await pause(Math.random() * lifeMaxMs)
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
    const crashes = isOurs ? Math.floor(kills / databaseKillEvery) : 0
    const seconds = Math.round((performance.now() - beganMs) / 1000)
    console.log(
      `${kills} kills and ${crashes} crashes of the database in ${seconds} s: ${acknowledged.length} acknowledged, ${got.size} received, ${twice} more than once`,
    )
  },
  Math.max(180_000, kills * 4_000),
)
