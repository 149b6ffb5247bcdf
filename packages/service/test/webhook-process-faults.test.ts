// Processes that die or stand still at each step of a delivery: the event arrives all the same, twice at most, and who
// comes back late is not believed. The steps are named here; webhook-kills.test.ts leaves them to chance.

import type { ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { appendEvent } from '../src/events/events.ts'
import type { Context } from '../src/kernel/context.ts'
import { newId } from '../src/kernel/id.ts'
import { openDeployment } from '../src/organisations/deployment.ts'
import { leaseMs } from '../src/webhooks/claims.ts'
import { startDeliveries } from '../src/webhooks/deliveries.ts'
import { createEndpoint, deleteEndpoint } from '../src/webhooks/endpoints.ts'
import { launchService, quietPort } from './crash-process.ts'
import { startChild } from './support/database-child.ts'
import { call } from './support/service.ts'
import { newEvent, type Stand, startReceiver, webhookStand } from './webhook-stand.ts'

let stand: Stand
const cleanups: (() => unknown)[] = []
beforeAll(async () => {
  stand = await webhookStand('postgres')
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})
afterAll(() => stand.data.dispose())

/** A dispatcher of another process, whose clock says that every lease given so far is over. */
function takeOver(context: Context) {
  const clock = { now: () => new Date(Date.now() + leaseMs + 1_000) }
  const deliveries = startDeliveries({ ...context, clock }, { drainMs: 200 })
  cleanups.push(() => deliveries.stop())
  return deliveries
}

/** Appends one event and sends it, and at the step called `values.at` it dies, or stands still for a while. */
const child = `
  const [{ openPostgres }, { startDeliveries }, { openEgress }, { appendEvent }] = await Promise.all(
    ['kernel/postgres', 'webhooks/deliveries', 'webhooks/egress', 'events/events'].map((name) => import(values.dist + name + '.js')))
  const reach = (step) => {
    if (values.at !== step) return
    say('reached ' + step)
    if (values.stallMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, values.stallMs)
    else process.kill(process.pid, 'SIGKILL')
  }
  const database = await openPostgres({ url: values.url, poolMax: 4, onWarning: () => {} })
  await database.transaction(async (tx) => {
    await appendEvent(tx, database, { ...values.event, createdAt: new Date() })
    reach('before the commit')
  })
  reach('after the commit')
  const watched = { ...database, async query(text, given) {
    const isMark = text.includes('insert into delivery_attempt')
    if (isMark) reach('before the mark')
    const rows = await database.query(text, given)
    if (text.includes('set lease_until = $2') && rows.length > 0) reach('after the claim')
    if (isMark) reach('after the mark')
    return rows
  } }
  const egress = openEgress('sandbox')
  startDeliveries({ environment: 'sandbox', origin: 'http://127.0.0.1', database: watched, clock: { now: () => new Date() },
    log: { info() {}, warn() {}, error() {} }, keys: { master: new Uint8Array(32).fill(7) } }, { egress: { ...egress,
    async post(...parts) {
      const answer = egress.post(...parts)
      if (values.at === 'after the send') setTimeout(() => reach('after the send'), 60)
      const attempt = await answer
      reach('after the answer')
      return attempt
    } } })`

function startSender(values: { at: string; stallMs: number; id: string }) {
  const { id } = values
  const { createdAt: _, ...event } = newEvent({ id, organisationId: stand.shopId, at: new Date() })
  const dist = new URL('../dist/', import.meta.url).href
  const sender = startChild(child, { ...values, event, dist, url: stand.data.url })
  cleanups.push(() => sender.kill())
  return sender
}

describe('a process that is killed', () => {
  test.each([
    ['before the commit', 0, 'none'],
    ['after the commit', 1, 'delivered'],
    ['after the claim', 1, 'delivered'],
    ['after the send', 2, 'delivered'],
    ['after the answer', 2, 'delivered'],
    ['before the mark', 2, 'delivered'],
    ['after the mark', 1, 'delivered'],
  ])('%s: the event comes %i times in all, and its delivery is %s', async (at, times, status) => {
    const receiver = await startReceiver((response) => setTimeout(() => response.end(), 150))
    cleanups.push(() => receiver.close())
    const { id: endpointId } = await createEndpoint(stand.context, stand.shopId, { url: receiver.url })
    cleanups.push(() => deleteEndpoint(stand.context, stand.shopId, endpointId))
    const id = newId(Date.now())
    const sender = startSender({ at, stallMs: 0, id })
    await sender.line(`reached ${at}`)
    await sender.ended
    takeOver(stand.context)
    const outcome = async () => (await stand.deliveriesOf(endpointId))[0]?.status ?? 'none'
    await expect.poll(outcome, { timeout: 10_000 }).toBe(status)
    // Whatever came beyond what is expected would come by now.
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(receiver.got).toEqual(Array(times).fill(id))
    expect(await outcome()).toBe(status)
  })
})

describe('a process that stands still', () => {
  test('after the claim, with its event loop blocked, sends late, and what it says is recorded but not counted', async () => {
    const receiver = await startReceiver((response, _id, index) =>
      response.writeHead(index === 0 ? 200 : 500).end(),
    )
    cleanups.push(() => receiver.close())
    const { id: endpointId } = await createEndpoint(stand.context, stand.shopId, { url: receiver.url })
    cleanups.push(() => deleteEndpoint(stand.context, stand.shopId, endpointId))
    const id = newId(Date.now())
    const sender = startSender({ at: 'after the claim', stallMs: 2_500, id })
    await sender.line('reached')
    takeOver(stand.context)
    await expect.poll(() => stand.attemptsOf(endpointId), { timeout: 10_000 }).toHaveLength(2)
    expect(receiver.got).toEqual([id, id])
    const attempts = await stand.attemptsOf(endpointId)
    expect(attempts.map(({ outcome, counted }) => `${outcome} ${counted}`).sort()).toEqual([
      'accepted true',
      'rejected false',
    ])
    expect(await stand.deliveriesOf(endpointId)).toMatchObject([{ status: 'delivered', attempts: 1 }])
  })

  test('as a whole service, stopped while it waits for the answer, comes back to a delivery that is no longer its own', async () => {
    const held: ServerResponse[] = []
    const receiver = await startReceiver(
      (response, _id, index) => void (index === 0 ? held.push(response) : response.end()),
    )
    cleanups.push(() => receiver.close())
    const apiKey = `ek_test_${'stopped'.repeat(6)}`
    const service = launchService({
      port: await quietPort(),
      dataDir: '.',
      apiKey,
      databaseUrl: stand.data.url,
    })
    cleanups.push(async () => {
      service.signal('SIGKILL')
      await service.ended
    })
    await service.ready
    const { database } = stand.data
    const { body: root } = await call(service.origin, apiKey, 'GET', '/v3/organisations/me')
    const endpoint = await call(service.origin, apiKey, 'POST', '/v3/webhook-endpoints', {
      url: receiver.url,
    })
    const event = newEvent({ id: newId(Date.now()), organisationId: root.organisationId, at: new Date() })
    await database.transaction((tx) => appendEvent(tx, database, event))
    await expect.poll(() => held.length, { timeout: 10_000 }).toBe(1)

    service.signal('SIGSTOP')
    held[0]!.writeHead(500).end()
    const master = await openDeployment(database, stand.clock, 'sandbox', null)
    const other = takeOver({ ...stand.context, keys: { master } })
    const { id: endpointId } = endpoint.body
    await expect
      .poll(() => stand.deliveriesOf(endpointId), { timeout: 10_000 })
      .toMatchObject([{ status: 'delivered' }])
    await other.stop()

    service.signal('SIGCONT')
    await expect.poll(() => stand.attemptsOf(endpointId), { timeout: 10_000 }).toHaveLength(2)
    const attempts = await stand.attemptsOf(endpointId)
    expect(attempts.map(({ outcome, counted }) => `${outcome} ${counted}`).sort()).toEqual([
      'accepted true',
      'rejected false',
    ])
    expect(await stand.deliveriesOf(endpointId)).toMatchObject([{ status: 'delivered', attempts: 1 }])
    const shown = await call(service.origin, apiKey, 'GET', `/v3/webhook-endpoints/${endpointId}`)
    expect(shown.body.health).toMatchObject({ state: 'closed', failures: 0 })
    expect(receiver.got).toEqual([event.id, event.id])
  })
})
