// What a merchant says of a consumer is in no table in clear, comes out of the public doors for as long as the consumer is
// known, and is gone from all of them once the consumer was erased, while books, records and proofs stay.

import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConsumerSeals } from '../src/consumers/consumer.ts'
import { deriveKey, unseal } from '../src/kernel/secret.ts'
import { engines } from './support/database.ts'
import { call, type Reply, sessionExample, type TestService, testService } from './support/service.ts'

const marks = ['MARK-REF é"\\ 7f3a', 'MARK-POST', 'MARK-CITY', 'MARK-STATE'] as const
const [reference, postalCode, city, state] = marks
const consumer = { reference, postalCode, city, state, countryCode: 'GBR' }
const wide = 'dateTimeFrom=2020-01-01T00:00:00Z&dateTimeTo=2100-01-01T00:00:00Z'

interface Delivered {
  readonly headers: Record<string, string>
  readonly body: string
}

describe.each(engines)('a consumer on %s', (engine) => {
  let service: TestService
  let receiver: Server
  let endpoint = { id: '', secret: '' }
  let [shop, shopKey, neighbour, neighbourKey] = ['', '', '', '']
  const delivered: Delivered[] = []
  const paid = { quoteId: '', fundsAllocationId: '', sessionId: '' }

  beforeAll(async () => {
    service = await testService({ engine })
    ;[shop, neighbour] = [
      await service.organisation(),
      await service.organisation({ tradingName: 'Another' }),
    ]
    ;[shopKey, neighbourKey] = [await keyFor(service, shop), await keyFor(service, neighbour)]
    // A receiver that sends back what it got, and refuses each event once.
    receiver = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const headers = request.headers as Record<string, string>
      const isFirst = !delivered.some((one) => one.headers['webhook-id'] === headers['webhook-id'])
      delivered.push({ headers, body })
      response.writeHead(isFirst ? 500 : 200).end(body)
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
    endpoint = (await service.api('POST', '/v3/webhook-endpoints', { url })).body
    for (const organisation of [shop, neighbour]) await contributeAt(organisation)
    await contributeAt(shop, { reference: 'somebody else', countryCode: 'FRA' })
  })

  afterAll(async () => {
    await service.dispose()
    await new Promise((resolve) => receiver.close(resolve))
  })

  async function contributeAt(organisationId: string, who: object = consumer): Promise<void> {
    const wanted = { ...sessionExample(organisationId), consumer: who }
    const answer = await createOnce(wanted)
    const component = await call(service.origin, answer.body.clientSecret, 'GET', '/v3/component')
    const payUrl = /action="([^"]*\/pay\/[^"]*)"/.exec(component.body)![1]!
    await service.contribute(payUrl, '2.00', 'success')
    const session = await service.api('GET', `/v3/post-purchase/sessions/${answer.body.sessionId}`)
    if (organisationId !== shop || who !== consumer) return
    Object.assign(paid, session.body, session.body.contributions[0])
    await service.api('POST', `/v3/funds/allocations/${paid.fundsAllocationId}/reverse`, { amount: 0.5 })
  }

  async function createOnce(wanted: object): Promise<Reply> {
    const response = await fetch(`${service.origin}/v3/post-purchase/sessions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${service.rootKey}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify(wanted),
    })
    return { status: response.status, body: await response.json(), headers: response.headers }
  }

  const records = async (query = '') =>
    (await service.api('GET', `/v3/funds/allocations/impact?${wide}${query}`)).body.data
  const events = async () => (await service.api('GET', '/v3/events')).body.data
  const erase = (key: string, body: object = { consumer: { reference } }) =>
    service.api('POST', '/v3/consumers/erase', body, key)
  const mine = (one: { fundsAllocationId: string }) => one.fundsAllocationId === paid.fundsAllocationId
  const deliveriesOf = (eventId: string) =>
    delivered.filter((one) => one.headers['webhook-id'] === eventId).map((one) => one.body)

  it('is in each webhook with the same bytes each time, in the feed and in the records', async () => {
    const [paying, reversing] = (await events()).filter(mine)
    for (const event of [paying, reversing]) {
      expect(event.customerId).toBe(reference)
      await expect.poll(() => deliveriesOf(event.eventId).length, { timeout: 20_000 }).toBe(2)
      const bodies = deliveriesOf(event.eventId)
      expect(new Set(bodies)).toEqual(new Set([JSON.stringify(event)]))
      expect((await service.api('GET', `/v3/events/${event.eventId}`)).body).toEqual(event)
    }
    for (const { headers, body } of delivered) new Webhook(endpoint.secret).verify(body, headers)
    expect((await records()).filter(mine).map(referenceOf)).toEqual([reference, reference])
  })

  it('is found by the reference, in every organisation below the one that asks', async () => {
    const found = await records(`&consumerReference=${encodeURIComponent(reference)}`)
    expect(found.map(referenceOf)).toEqual([reference, reference, reference])
    expect(await records('&consumerReference=MARK-REF')).toEqual([])
  })

  it('is in no table in clear', async () => {
    expect(await tablesWith(service, marks)).toEqual([])
    expect(await tablesWith(service, ['GBP'])).toContain('contribution')
    const answers = () =>
      service.data.database.query<{ text: string }>(
        "select answer as text from delivery_attempt where answer like '%customerId%'",
      )
    await expect.poll(async () => (await answers()).length).toBeGreaterThan(3)
    for (const { text } of await answers()) expect(text).toContain('"customerId":"*"')
  })

  it('is erased neither by a neighbour nor by whoever is above, unless that one says where', async () => {
    expect((await erase(neighbourKey, { organisationId: shop, consumer: { reference } })).status).toBe(404)
    expect((await erase(service.rootKey)).body).toMatchObject({ erasedSessions: 0 })
    expect((await erase(shopKey, { consumer: { reference: 'nobody' } })).body.erasedSessions).toBe(0)
    expect((await erase(shopKey, {})).status).toBe(400)
    expect((await records()).filter(mine).map(referenceOf)).toEqual([reference, reference])
  })

  it('is forgotten everywhere once erased, and nobody else is', async () => {
    const before = await records()
    const feed = await events()
    const answer = await erase(shopKey)
    expect([answer.status, answer.body]).toEqual([
      200,
      { organisationId: shop, erasedSessions: 1, erasedAt: expect.any(String) },
    ])
    expect(
      (await erase(service.rootKey, { organisationId: shop, consumer: { reference } })).body,
    ).toMatchObject({
      erasedSessions: 0,
    })
    const forgotten = before.map((one: { fundsAllocationId: string }) =>
      mine(one) ? { ...one, consumerReference: null } : one,
    )
    expect(await records()).toEqual(forgotten)
    expect(await events()).toEqual(
      feed.map((one: { fundsAllocationId: string }) => (mine(one) ? { ...one, customerId: '' } : one)),
    )
    const found = await records(`&consumerReference=${encodeURIComponent(reference)}`)
    expect(found.map((one: { fundsOrganisationId: string }) => one.fundsOrganisationId)).toEqual([neighbour])
    await service.expectLawful()
  })

  it('is not in a webhook that is sent again', async () => {
    const [event] = (await events()).filter(mine)
    const before = deliveriesOf(event.eventId).length
    const all = (await service.api('GET', `/v3/webhook-deliveries?endpointId=${endpoint.id}`)).body.data
    const { id } = all.find((one: { eventId: string }) => one.eventId === event.eventId)
    expect((await service.api('POST', `/v3/webhook-deliveries/${id}/replay`)).status).toBe(200)
    await expect.poll(() => deliveriesOf(event.eventId).length, { timeout: 20_000 }).toBe(before + 1)
    const last = delivered.findLast((one) => one.headers['webhook-id'] === event.eventId)!
    expect(last.body).toBe(JSON.stringify(event))
    new Webhook(endpoint.secret).verify(last.body, last.headers)
  })

  it('leaves a row that nothing can open, and no answer that is kept for repeats knows them', async () => {
    const { database } = service.data
    const rows = await database.query(
      `select c.lookup, c.sealed_key, c.sealed, c.erased_at is not null as erased from consumer c
       join quote q on q.consumer_id = c.id where q.id = $1`,
      [paid.quoteId],
    )
    expect(rows).toEqual([{ lookup: null, sealed_key: null, sealed: null, erased: true }])
    const { master } = service.service.context.keys
    const lookup = new ConsumerSeals(master).lookup(service.rootId, reference)
    expect(await tablesWith(service, [lookup])).toEqual(['consumer'])
    expect(await database.query('select id from consumer where lookup = $1', [lookup])).toHaveLength(1)
    const answers = await database.query<{ organisation: string; key: string; answer: Uint8Array }>(
      'select organisation_id as organisation, key, sealed_answer as answer from idempotent_request',
    )
    expect(answers.length).toBeGreaterThan(0)
    for (const { organisation, key, answer } of answers) {
      const text = unseal(deriveKey(master, 'idempotent answers'), answer, `${organisation} ${key}`)
      for (const mark of marks) expect(text).not.toContain(mark)
    }
  })

  it('who comes back is somebody new', async () => {
    await service.session(shop, { consumer })
    expect((await erase(shopKey)).body.erasedSessions).toBe(1)
    expect(await tablesWith(service, marks)).toEqual([])
  })
})

const referenceOf = (record: { consumerReference: string | null }) => record.consumerReference

async function keyFor(service: TestService, organisationId: string): Promise<string> {
  const { generateKey, storeKey } = await import('../src/organisations/api-keys.ts')
  const key = generateKey('sandbox')
  await storeKey(service.data.database, service.service.context.clock, organisationId, key)
  return key
}

/** Tables that hold one of these, as text, as JSON escapes it, or among bytes. */
async function tablesWith(
  service: TestService,
  marks: ReadonlyArray<string | Uint8Array>,
): Promise<string[]> {
  const { database } = service.data
  const tables = await database.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' order by tablename",
  )
  const needles = marks.flatMap((mark) =>
    typeof mark === 'string' ? [mark, JSON.stringify(mark).slice(1, -1)] : [mark],
  )
  const found: string[] = []
  for (const { name } of tables) {
    const rows = await database.query(`select * from "${name}"`)
    const bytes = Buffer.concat(rows.flatMap((row) => Object.values(row).map(bytesOf)))
    if (needles.some((needle) => bytes.includes(needle))) found.push(name)
  }
  return found
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (typeof value === 'string') return Buffer.from(value)
  const plain = (_key: string, member: unknown) => (typeof member === 'bigint' ? `${member}` : member)
  return Buffer.from(JSON.stringify(value, plain) ?? '')
}
