import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engines, type TestDatabase, testDatabase } from '../../test/support/database.ts'
import { sampleContext, sampleOrganisation } from '../../test/support/sample.ts'
import { appendEvent } from '../events/events.ts'
import { settableClock, systemClock } from '../kernel/clock.ts'
import type { Context } from '../kernel/context.ts'
import type { Database } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { openPostgres } from '../kernel/postgres.ts'
import type { OrganisationRow } from '../organisations/organisation.ts'
import { type Claim, claimDeliveries, leaseMs } from './claims.ts'
import { startDeliveries } from './deliveries.ts'
import type { Attempt } from './delivery.ts'
import { createEndpoint } from './endpoints.ts'
import { attemptsAtOnceMax } from './health.ts'
import { type Settlement, settleDeliveries } from './settlements.ts'

const clock = settableClock(new Date())
const room = { total: 64, failing: 48, inFlight: new Map<string, number>() }
const accepted: Attempt = {
  outcome: 'accepted',
  durationMs: 1,
  httpStatus: 200,
  detail: null,
  answer: '',
  retryAfter: undefined,
}

let support: TestDatabase
let context: Context
let shop: OrganisationRow

async function prepare() {
  clock.set(new Date())
  context = sampleContext(support.database, clock)
  await support.database.query(
    "update delivery set status = 'cancelled', lease_until = null, lease_token = null where status = 'pending'",
  )
  shop = await sampleOrganisation(support.database, clock)
}

async function emit(count: number): Promise<void> {
  for (let made = 0; made < count; made++) {
    const id = newId(clock.now().getTime())
    await support.database.transaction((tx) =>
      appendEvent(tx, support.database, {
        id,
        organisationId: shop.id,
        type: 'IMPACT_PAYMENT',
        objectId: id,
        objectSequence: 1,
        body: '{}',
        createdAt: clock.now(),
      }),
    )
  }
}

const url = 'http://127.0.0.1:9/'
/** Asks for every endpoint there is. */
const claim = async (more: Partial<typeof room> = {}, database: Database = support.database) => {
  const { inFlight, ...limits } = { ...room, ...more }
  const endpoints = await database.query<{ id: string }>('select id from webhook_endpoint')
  const candidates = endpoints.map(({ id }) => ({ endpointId: id, sending: inFlight.get(id) ?? 0 }))
  return claimDeliveries(database, clock.now(), randomUUID(), limits, candidates)
}
const settlement = (one: Claim, attempt: Attempt, status: 'delivered' | 'pending'): Settlement => ({
  id: newId(clock.now().getTime()),
  claim: one,
  attempt,
  verdict: { status, nextAt: clock.now() },
  startedAt: clock.now(),
  settledAt: clock.now(),
})
const settle = async (one: Claim, attempt: Attempt, status: 'delivered' | 'pending') =>
  (await settleDeliveries(support.database, [settlement(one, attempt, status)])).size === 1

describe.each(engines)('claims on %s', (engine) => {
  beforeAll(async () => {
    support = await testDatabase({ engine })
  })
  afterAll(() => support.dispose())
  beforeEach(prepare)

  test('a claim is nobody else’s until its lease is over; then it is claimed again', async () => {
    await createEndpoint(context, shop.id, { url })
    await emit(1)
    const [first] = await claim()
    expect(await claim()).toEqual([])
    clock.advance(leaseMs - 1)
    expect(await claim()).toEqual([])
    clock.advance(1)
    const [second] = await claim()
    expect(second).toMatchObject({ deliveryId: first!.deliveryId, eventId: first!.eventId, attempts: 0 })
    expect(second!.token).not.toBe(first!.token)
  })

  test('who comes back after the lease was given away changes nothing, but the attempt is on record', async () => {
    await createEndpoint(context, shop.id, { url })
    await emit(1)
    const [late] = await claim()
    clock.advance(leaseMs)
    const [holder] = await claim()
    expect(await settle(late!, { ...accepted, outcome: 'timeout', httpStatus: null }, 'pending')).toBe(false)
    expect(await claim()).toEqual([])
    expect(await settle(holder!, accepted, 'delivered')).toBe(true)
    expect(await settle(holder!, accepted, 'delivered')).toBe(false)
    const [delivery] = await support.database.query('select status, attempts from delivery where id = $1', [
      holder!.deliveryId,
    ])
    expect(delivery).toEqual({ status: 'delivered', attempts: 1 })
    const attempts = await support.database.query<{ counted: boolean }>(
      'select counted from delivery_attempt where delivery_id = $1',
      [holder!.deliveryId],
    )
    expect(attempts.filter((one) => one.counted)).toHaveLength(1)
    expect(attempts).toHaveLength(3)
  })

  test('saying the same thing twice, because the connection was lost, records one attempt', async () => {
    await createEndpoint(context, shop.id, { url })
    await emit(1)
    const [one] = await claim()
    const said = settlement(one!, accepted, 'delivered')
    await settleDeliveries(support.database, [said])
    await settleDeliveries(support.database, [said])
    const rows = await support.database.query('select 1 from delivery_attempt where delivery_id = $1', [
      one!.deliveryId,
    ])
    expect(rows).toHaveLength(1)
  })

  test('many attempts are recorded in one statement, each by its own lease', async () => {
    await createEndpoint(context, shop.id, { url })
    await emit(3)
    const lost = await claim()
    clock.advance(leaseMs)
    const held = await claim()
    expect(held).toHaveLength(3)
    const said = [...lost, ...held].map((one) =>
      settlement(one, { ...accepted, answer: '"\\{€' }, 'delivered'),
    )
    const counted = await settleDeliveries(support.database, said)
    expect(counted).toEqual(new Set(said.slice(3).map((one) => one.id)))
  })

  test('the room is kept: in all, for each endpoint, and for those that are not well', async () => {
    const endpoints = []
    for (let made = 0; made < 5; made++) endpoints.push((await createEndpoint(context, shop.id, { url })).id)
    await emit(10)
    const perEndpoint = new Map<string, number>()
    for (const one of await claim({
      inFlight: new Map([
        [endpoints[0]!, 3],
        [endpoints[1]!, 4],
      ]),
    })) {
      perEndpoint.set(one.endpointId, (perEndpoint.get(one.endpointId) ?? 0) + 1)
    }
    expect(perEndpoint).toEqual(
      new Map([[endpoints[0], 1], ...endpoints.slice(2).map((id) => [id, attemptsAtOnceMax] as const)]),
    )
    expect(await claim({ total: 7 })).toHaveLength(7)
    clock.advance(leaseMs)
    await support.database.query(
      "update webhook_endpoint set health = 'degraded', failures = 1 where id = any ($1::uuid[])",
      [endpoints.slice(0, 4)],
    )
    const claims = await claim({ failing: 2 })
    expect(claims.filter((one) => one.health === 'closed')).toHaveLength(attemptsAtOnceMax)
    expect(claims.filter((one) => one.health === 'degraded')).toHaveLength(2)
  })

  test('of a paused endpoint one delivery is claimed when the probe is due, and the next probe waits', async () => {
    const { id } = await createEndpoint(context, shop.id, { url })
    await emit(5)
    const dueAt = new Date(clock.now().getTime() + 1_000)
    await support.database.query(
      "update webhook_endpoint set health = 'paused', failures = 10, probe_at = $2 where id = $1",
      [id, dueAt],
    )
    expect(await claim()).toEqual([])
    clock.advance(1_000)
    expect(await claim()).toHaveLength(1)
    expect(await claim()).toEqual([])
  })
})

describe('several dispatchers on postgres', () => {
  const others: Database[] = []
  beforeAll(async () => {
    support = await testDatabase({ engine: 'postgres', poolMax: 6 })
    for (let made = 0; made < 2; made++) {
      others.push(await openPostgres({ url: support.url!, poolMax: 6, onWarning: () => undefined }))
    }
  })
  afterAll(async () => {
    for (const database of others) await database.close()
    await support.dispose()
  })
  beforeEach(prepare)

  test('claims made at the same time never share a delivery', async () => {
    for (let made = 0; made < 4; made++) await createEndpoint(context, shop.id, { url })
    await emit(50)
    const seen = new Set<string>()
    let total = 0
    for (let round = 0; round < 15; round++) {
      const together = await Promise.all(
        Array.from({ length: 6 }, (_, index) => claim({ total: 5 }, others[index % 2]!)),
      )
      for (const one of together.flat()) {
        seen.add(one.deliveryId)
        total++
      }
    }
    expect(total).toBe(seen.size)
    expect(total).toBe(200)
  })

  test('of several, only one sends the probe to a paused endpoint', async () => {
    const { id } = await createEndpoint(context, shop.id, { url })
    await emit(10)
    for (let round = 0; round < 10; round++) {
      await support.database.query(
        "update webhook_endpoint set health = 'paused', failures = 10, probe_at = $2 where id = $1",
        [id, clock.now()],
      )
      const together = await Promise.all(
        Array.from({ length: 8 }, (_, index) => claim({}, others[index % 2]!)),
      )
      expect(together.flat()).toHaveLength(1)
      await settle(together.flat()[0]!, { ...accepted, outcome: 'timeout' }, 'pending')
    }
  })

  test('two processes deliver each event once, and are woken by each other’s commits', async () => {
    const got: string[] = []
    const server = createServer((request, response) => {
      got.push(String(request.headers['webhook-id']))
      request.resume().on('end', () => setTimeout(() => response.end(), Math.random() * 5))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const receiverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    for (let made = 0; made < 3; made++) await createEndpoint(context, shop.id, { url: receiverUrl })
    const running = others.map((database) => startDeliveries({ ...context, database, clock: systemClock }))
    await Promise.all(Array.from({ length: 4 }, () => emit(25)))
    await expect.poll(() => got.length, { timeout: 10_000 }).toBe(300)
    const counts = new Map<string, number>()
    for (const id of got) counts.set(id, (counts.get(id) ?? 0) + 1)
    expect(new Set(counts.values())).toEqual(new Set([3]))
    const waits: number[] = []
    for (let round = 0; round < 5; round++) {
      const before = got.length
      const startedMs = performance.now()
      clock.set(new Date())
      await emit(1)
      await expect.poll(() => got.length, { interval: 2 }).toBe(before + 3)
      waits.push(performance.now() - startedMs)
    }
    expect(Math.min(...waits)).toBeLessThan(300)
    for (const one of running) await one.stop()
    await new Promise((resolve) => server.close(resolve))
  })
})
