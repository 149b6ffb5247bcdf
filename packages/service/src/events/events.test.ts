import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engines, type TestDatabase, testDatabase } from '../../test/support/database.ts'
import { sampleOrganisation } from '../../test/support/sample.ts'
import { settableClock } from '../kernel/clock.ts'
import { newId } from '../kernel/id.ts'
import type { OrganisationRow } from '../organisations/organisation.ts'
import { appendEvent, deliveriesChannel, type NewEvent } from './events.ts'

const clock = settableClock(new Date())

describe.each(engines)('events on %s', (engine) => {
  let support: TestDatabase
  let root: OrganisationRow
  beforeAll(async () => {
    support = await testDatabase({ engine })
  })
  afterAll(() => support.dispose())
  beforeEach(async () => {
    root = await organisation(null)
  })

  const organisation = (parent: OrganisationRow | null) => sampleOrganisation(support.database, clock, parent)

  const event = (organisationId: string, more: Partial<NewEvent> = {}): NewEvent => ({
    id: newId(clock.now().getTime()),
    organisationId,
    type: 'IMPACT_PAYMENT',
    objectId: newId(clock.now().getTime()),
    objectSequence: 1,
    body: '{"a":1}',
    createdAt: clock.now(),
    ...more,
  })

  const append = (one: NewEvent) =>
    support.database.transaction((tx) => appendEvent(tx, support.database, one))

  async function endpoint(
    organisationId: string,
    more: { types?: string[]; status?: string; deleted?: boolean } = {},
  ) {
    const id = newId(clock.now().getTime())
    const disabled = more.status === 'disabled'
    await support.database.query(
      `insert into webhook_endpoint (id, organisation_id, root_id, url, event_types, status, disabled_at, disabled_reason,
         created_at, deleted_at) values ($1, $2, $3, 'https://shop.example/', $4, $5, $6, $7, $8, $9)`,
      [id, organisationId, root.id, more.types ?? null, more.status ?? 'enabled', disabled ? clock.now() : null,
        disabled ? 'gone' : null, clock.now(), more.deleted ? clock.now() : null], // biome-ignore format: a row
    )
    return id
  }

  test('an event has one delivery for each endpoint of its organisation and of those above that wants its type', async () => {
    const parent = await organisation(root)
    const [shop, sibling, child] = [
      await organisation(parent),
      await organisation(parent),
      await organisation(parent),
    ]
    const below = await organisation(shop)
    const wantedBy = [await endpoint(root.id), await endpoint(parent.id), await endpoint(shop.id)]
    wantedBy.push(await endpoint(shop.id, { types: ['IMPACT_PAYMENT'] }))
    await endpoint(shop.id, { types: ['IMPACT_PAYMENT_REVERSAL'] })
    await endpoint(shop.id, { status: 'disabled' })
    await endpoint(shop.id, { deleted: true })
    for (const other of [sibling, child, below]) await endpoint(other.id)
    const one = event(shop.id)
    await append(one)
    const rows = await support.database.query<{ endpoint_id: string; id: string }>(
      'select * from delivery where event_id = $1',
      [one.id],
    )
    expect(rows.map((row) => row.endpoint_id).sort()).toEqual(wantedBy.sort())
    for (const row of rows) expect(row.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/)
    const [stored] = await support.database.query('select root_id, body, xid from event where id = $1', [
      one.id,
    ])
    expect(stored).toMatchObject({ root_id: root.id, body: one.body, xid: expect.any(String) })
  })

  test('a transaction that rolls back leaves neither event nor delivery', async () => {
    await endpoint(root.id)
    const failing = support.database.transaction(async (tx) => {
      await appendEvent(tx, support.database, event(root.id))
      throw new Error('no money moved')
    })
    await expect(failing).rejects.toThrow('no money moved')
    const [left] = await support.database.query(
      `select count(e)::int as events, count(d)::int as deliveries
       from webhook_endpoint w left join event e on e.root_id = w.root_id left join delivery d on d.endpoint_id = w.id
       where w.root_id = $1`,
      [root.id],
    )
    expect(left).toEqual({ events: 0, deliveries: 0 })
  })

  test('an object has each number once', async () => {
    const first = event(root.id)
    await append(first)
    await expect(append(event(root.id, { objectId: first.objectId }))).rejects.toMatchObject({
      code: '23505',
    })
    await append(event(root.id, { objectId: first.objectId, objectSequence: 2 }))
  })

  test('events and attempts never change, and endpoints are never deleted', async () => {
    await append(event(root.id))
    for (const statement of [
      "update event set body = '{}'",
      'delete from event',
      'truncate event',
      "update delivery_attempt set outcome = 'accepted'",
      'delete from delivery_attempt',
      'delete from webhook_endpoint',
    ]) {
      await expect(support.database.query(statement), statement).rejects.toMatchObject({ code: '23001' })
    }
  })

  test('an event whose body leaves the consumer out says who that is', async () => {
    const nobody = event(root.id, { body: '{"customerId":""}' })
    await expect(append(nobody)).rejects.toMatchObject({ code: '23514' })
    await append({ ...nobody, consumerId: newId(0) })
  })

  test('the organisation of an event must exist', async () => {
    await expect(append(event(newId(0)))).rejects.toMatchObject({ code: 'P0002' })
  })

  test('dispatchers are told after the commit, and a burst of events is told of in a few notifications', async () => {
    let told = 0
    const unlisten = await support.database.listen(
      deliveriesChannel,
      () => told++,
      () => undefined,
    )
    await Promise.all(Array.from({ length: 20 }, () => append(event(root.id))))
    await expect.poll(() => told).toBeGreaterThan(0)
    await expect(
      support.database.transaction(async (tx) => {
        await appendEvent(tx, support.database, event(root.id, { objectSequence: 0 }))
      }),
    ).rejects.toThrow()
    expect(told).toBeLessThanOrEqual(20)
    await unlisten()
  })
})
