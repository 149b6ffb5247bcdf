// A database that goes away, refuses or dawdles while deliveries are under way: nothing acknowledged is lost, nothing stays
// stuck once it is back, and the process lives on. Crashes of the whole server are in webhook-kills.test.ts.
// A disk that is full is shown by its error code, raised where the server would raise it: to fill a real one takes a file
// system of one's own, which a test may not make.

import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '../src/kernel/database.ts'
import { newId } from '../src/kernel/id.ts'
import { openPostgres } from '../src/kernel/postgres.ts'
import { leaseMs } from '../src/webhooks/claims.ts'
import { startDeliveries } from '../src/webhooks/deliveries.ts'
import { createEndpoint, deleteEndpoint } from '../src/webhooks/endpoints.ts'
import { type Receiver, type Stand, startReceiver, webhookStand } from './webhook-stand.ts'

let stand: Stand
let receiver: Receiver
let endpointId = ''
const cleanups: (() => unknown)[] = []
beforeAll(async () => {
  stand = await webhookStand('postgres')
})
beforeEach(async () => {
  receiver = await startReceiver((response) => setTimeout(() => response.end(), 5))
  cleanups.push(() => receiver.close())
  endpointId = (await createEndpoint(stand.context, stand.shopId, { url: receiver.url })).id
  cleanups.push(() => deleteEndpoint(stand.context, stand.shopId, endpointId))
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  await stand.clear()
})
afterAll(() => stand.data.dispose())

/** Sends over a database of its own, which may break without breaking the test's. */
async function sendOver(address: string | URL) {
  const database = await openPostgres({ url: String(address), poolMax: 4, onWarning: () => undefined })
  cleanups.push(() => database.close())
  return start(database)
}

function start(database: Database) {
  const deliveries = startDeliveries({ ...stand.context, database }, { drainMs: 200, chance: () => 0 })
  cleanups.push(() => deliveries.stop())
  return deliveries
}

/** All arrive, when leases that nobody holds any more have run out. */
async function allArrive(ids: readonly string[], deliveries: { wake(): void }): Promise<void> {
  const waiting = async () => {
    stand.clock.advance(leaseMs)
    deliveries.wake()
    return (await stand.deliveriesOf(endpointId)).filter((row) => row.status !== 'delivered').length
  }
  await expect.poll(waiting, { timeout: 20_000, interval: 250 }).toBe(0)
  expect(new Set(receiver.got)).toEqual(new Set(ids))
}

async function asAdmin(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: stand.data.url })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

const databaseName = () => new URL(stand.data.url!).pathname.slice(1)
const killOthers = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`

test('that cannot be reached for some seconds is asked again, and what was on its way arrives', async () => {
  const target = new URL(stand.data.url!)
  const sockets = new Set<Socket>()
  let isUp = true
  const proxy = createServer((socket) => {
    if (!isUp) return void socket.destroy()
    const upstream = connect(Number(target.port), target.hostname)
    for (const one of [socket, upstream]) {
      sockets.add(one)
      one.on('error', () => undefined).on('close', () => sockets.delete(one))
    }
    socket.pipe(upstream).pipe(socket)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => new Promise((resolve) => proxy.close(resolve)))
  const address = new URL(target)
  address.port = String((proxy.address() as { port: number }).port)
  const deliveries = await sendOver(address)
  const ids = await stand.emit(30)
  await expect.poll(() => receiver.got.length).toBeGreaterThan(0)
  isUp = false
  for (const socket of sockets) socket.destroy()
  ids.push(...(await stand.emit(10)))
  await pause(4_500)
  isUp = true
  await allArrive(ids, deliveries)
}, 60_000)

test('whose connections are killed over and over loses nothing', async () => {
  const deliveries = await sendOver(stand.data.url!)
  const ids: string[] = []
  for (let round = 0; round < 6; round++) {
    ids.push(...(await stand.emit(8)))
    await pause(Math.random() * 40)
    await asAdmin(killOthers)
  }
  await allArrive(ids, deliveries)
}, 60_000)

test('that has become read only, as after a failover, gets its writes when it takes them again', async () => {
  const deliveries = await sendOver(stand.data.url!)
  const ids = await stand.emit(20)
  await asAdmin(`alter database ${databaseName()} set default_transaction_read_only = on`, killOthers)
  await expect(stand.emit()).rejects.toMatchObject({ code: '25006' })
  await pause(1_500)
  await asAdmin(
    'set default_transaction_read_only = off',
    `alter database ${databaseName()} reset default_transaction_read_only`,
    killOthers,
  )
  ids.push(...(await stand.emit(5)))
  await allArrive(ids, deliveries)
}, 60_000)

/** The next `times` writes of a table fail as the server would fail them. */
async function breakWrites(table: string, operation: 'insert' | 'update', code: string, times: number) {
  const name = `broken_${newId(0).replaceAll('-', '')}`
  await asAdmin(
    `create sequence ${name}`,
    `create function ${name}() returns trigger language plpgsql as $$ begin
       if nextval('${name}') <= ${times} then raise exception 'broken by the test' using errcode = '${code}'; end if;
       return new; end $$`,
    `create trigger ${name} before ${operation} on ${table} for each row execute function ${name}()`,
  )
  cleanups.push(() =>
    asAdmin(`drop trigger ${name} on ${table}`, `drop function ${name}`, `drop sequence ${name}`),
  )
}

test.each([
  ['whose disk is full when results are written', 'delivery_attempt', 'insert', '53100', 12],
  ['whose disk is full when deliveries are claimed', 'delivery', 'update', '53100', 12],
  ['that finds deadlocks among claims', 'delivery', 'update', '40P01', 4],
  ['that cannot serialise results', 'delivery_attempt', 'insert', '40001', 4],
] as const)(
  '%s delivers everything afterwards',
  async (_what, table, operation, code, times) => {
    await breakWrites(table, operation, code, times)
    const deliveries = await sendOver(stand.data.url!)
    await allArrive(await stand.emit(10), deliveries)
  },
  60_000,
)

test('whose disk is full when an event is written keeps no half of it, and nothing is sent', async () => {
  await breakWrites('delivery', 'insert', '53100', 1)
  await sendOver(stand.data.url!)
  await expect(stand.emit()).rejects.toMatchObject({ code: '53100' })
  const ids = await stand.emit(2)
  await expect.poll(() => receiver.got.length).toBe(2)
  expect(new Set(receiver.got)).toEqual(new Set(ids))
  expect(await stand.deliveriesOf(endpointId)).toHaveLength(2)
})

test('that lets statements wait too long ends them, and they come again', async () => {
  const address = new URL(stand.data.url!)
  address.searchParams.set('options', '-c statement_timeout=300')
  const deliveries = await sendOver(address)
  const blocker = new pg.Client({ connectionString: stand.data.url })
  await blocker.connect()
  const ids = await stand.emit(10)
  await blocker.query('begin')
  await blocker.query('lock table delivery in access exclusive mode')
  await pause(2_500)
  await blocker.query('commit')
  await blocker.end()
  await allArrive(ids, deliveries)
}, 60_000)

test('with a transaction that stays open delivers what others commit meanwhile, however much', async () => {
  const client = new pg.Client({ connectionString: stand.data.url })
  await client.connect()
  await client.query('begin isolation level repeatable read')
  await client.query('select pg_current_xact_id(), (select count(*) from delivery)')
  // More than one look at the newest events takes in.
  const lots = Array.from({ length: 6 }, () => stand.emit(100))
  start(stand.data.database)
  const ids = (await Promise.all(lots)).flat()
  await expect.poll(() => receiver.got.length, { timeout: 20_000 }).toBe(ids.length)
  expect(new Set(receiver.got)).toEqual(new Set(ids))
  await client.query('rollback')
  await client.end()
}, 60_000)
