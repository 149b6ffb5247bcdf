// The header `Idempotency-Key` on every POST of the API.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from './support/database.ts'
import { organisationExample, sessionExample, type TestService, testService } from './support/service.ts'

describe.each(engines)('an idempotency key on %s', (engine) => {
  let service: TestService
  let shop = ''
  beforeAll(async () => {
    service = await testService({ engine })
    shop = await service.organisation()
  })
  afterAll(() => service.dispose())

  async function post(path: string, body: unknown, key: string) {
    const response = await fetch(service.origin + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${service.rootKey}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify(body),
    })
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
    const answer: any = await response.json()
    return { status: response.status, replayed: response.headers.get('idempotent-replayed'), body: answer }
  }

  it('answers the same again, secret included, and does nothing twice', async () => {
    const first = await post('/v3/post-purchase/sessions', sessionExample(shop), 'order-1')
    const second = await post('/v3/post-purchase/sessions', sessionExample(shop), 'order-1')
    expect([first.status, first.replayed]).toEqual([201, null])
    expect([second.status, second.replayed]).toEqual([201, 'true'])
    expect(second.body).toEqual(first.body)
    expect((await service.data.database.query('select id from post_purchase_session')).length).toBe(1)
  })

  it('used with another body is refused', async () => {
    await post('/v3/post-purchase/sessions', sessionExample(shop), 'order-2')
    const other = { ...sessionExample(shop), transaction: { amount: 1, currencyCode: 'GBP' } }
    const refused = await post('/v3/post-purchase/sessions', other, 'order-2')
    expect([refused.status, refused.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED'])
  })

  it('may be used again after a refusal, with the mistake corrected', async () => {
    const wrong = { ...organisationExample(service.rootId), mcc: '0000' }
    expect((await post('/v3/organisations', wrong, 'org-1')).status).toBe(422)
    expect((await post('/v3/organisations', organisationExample(service.rootId), 'org-1')).status).toBe(201)
  })

  it('sent many times at once has one effect', async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, () =>
        post('/v3/organisations', organisationExample(service.rootId), 'org-2'),
      ),
    )
    const ids = new Set(all.filter((one) => one.status === 201).map((one) => one.body.organisationId))
    expect(ids.size).toBe(1)
    for (const one of all) expect(one.status === 201 || one.body.code === 'IDEMPOTENCY_IN_FLIGHT').toBe(true)
  })

  it('protects a refund whose answer got lost with the process', async () => {
    const session = await service.session(shop)
    await service.contribute(session.payUrl, '2.00', 'success')
    const { fundsAllocationId } = (
      await service.api('GET', `/v3/post-purchase/sessions/${session.sessionId}`)
    ).body.contributions[0]
    const path = `/v3/funds/allocations/${fundsAllocationId}/reverse`
    const first = await post(path, { amount: 0.5 }, 'refund-1')
    await loseAnswer('refund-1')
    const second = await post(path, { amount: 0.5 }, 'refund-1')
    expect(second.body).toEqual(first.body)
    expect((await service.data.database.query('select id from reversal')).length).toBe(1)
    await service.expectLawful()
  })

  /** As after a crash between the effect and the storing of the answer, with the claim run out. */
  const loseAnswer = (key: string) =>
    service.data.database.query(
      "update idempotent_request set sealed_answer = null, claimed_until = created_at - interval '1 s' where key = $1",
      [key],
    )

  it('makes nothing twice when the answer got lost, whatever is made', async () => {
    const endpoint = await post('/v3/webhook-endpoints', { url: 'http://127.0.0.1:9/' }, 'made-first')
    const apiKey = await post('/v3/api-keys', { name: 'one' }, 'made-key')
    const partner = { name: 'Mangrove Trust', description: 'Plants mangroves.' }
    const { id: impactPartnerId } = (await post('/v3/operator/impact-partners', partner, 'made-partner')).body
    const project = {
      impactPartnerId,
      name: 'Mangroves',
      shortDescription: 'Mangroves.',
      longDescription: 'Mangroves at the coast.',
      type: 'contribution',
      location: { countryCode: 'KEN', region: 'Coast' },
      prices: [{ currencyCode: 'GBP', unitPrice: 1 }],
    }
    const quote = (({ sdkVariant: _, ...rest }) => rest)(sessionExample(shop))
    const below = `/v3/webhook-endpoints/${endpoint.body.id}`
    const requests: readonly (readonly [string, unknown])[] = [
      ['/v3/organisations', organisationExample(service.rootId)],
      ['/v3/post-purchase/sessions', sessionExample(shop)],
      ['/v3/checkout/sessions', quote],
      ['/v3/impactpay/sessions', quote],
      ['/v3/operator/impact-partners', { ...partner, name: 'Another Trust' }],
      ['/v3/operator/projects', { ...project, name: 'More mangroves' }],
      ['/v3/api-keys', { name: 'two' }],
      [`/v3/api-keys/${apiKey.body.id}/roll`, { graceHours: 24 }],
      ['/v3/webhook-endpoints', { url: 'http://127.0.0.1:9/second' }],
      [`${below}/secret-rotations`, {}],
      [`${below}/test-events`, {}],
    ]
    for (const [index, [path, body]] of requests.entries()) {
      const key = `made-${index}`
      const first = await post(path, body, key)
      expect([path, first.status, first.body]).toEqual([path, first.status < 300 && first.status, first.body])
      const rows = await countRows()
      await loseAnswer(key)
      const second = await post(path, body, key)
      expect([path, second.status, second.body.id]).toEqual([path, first.status, first.body.id])
      expect([path, await countRows()]).toEqual([path, rows])
      if (path.includes('webhook')) expect([path, second.body.secret]).toEqual([path, first.body.secret])
    }
  })

  async function countRows() {
    const tables = 'organisation post_purchase_session quote impact_partner project api_key'
    const all = `${tables} webhook_endpoint webhook_secret event delivery`.split(' ')
    const counts = all.map((table) => `(select count(*) from ${table}) as ${table}`)
    const [row] = await service.data.database.query(`select ${counts.join(', ')}`)
    return row
  }

  it('stands for one request only, also after its answer is forgotten', async () => {
    const allocated = async () => {
      const session = await service.session(shop)
      await service.contribute(session.payUrl, '2.00', 'success')
      const { body } = await service.api('GET', `/v3/post-purchase/sessions/${session.sessionId}`)
      return `/v3/funds/allocations/${body.contributions[0].fundsAllocationId}/reverse`
    }
    const [one, other] = [await allocated(), await allocated()]
    const first = await post(one, { amount: 0.5 }, 'month-1')
    await service.data.database.query("delete from idempotent_request where key = 'month-1'")
    const second = await post(other, { amount: 0.5 }, 'month-1')
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.body.reversalId).not.toBe(first.body.reversalId)
    await service.data.database.query("delete from idempotent_request where key = 'month-1'")
    const third = await post(other, { amount: 0.25 }, 'month-1')
    expect([third.status, third.body.totalAmount]).toEqual([201, -0.25])
    await service.expectLawful()
  })

  it('is kept for what failed in the middle: the same request goes on, another is refused', async () => {
    const session = { ...sessionExample(shop), locale: 'de-DE' }
    await service.data.database.query(
      "alter table idempotent_request add constraint stuck check (key <> 'middle-1' or status is null)",
    )
    const failed = await post('/v3/post-purchase/sessions', session, 'middle-1')
    expect(failed.status).toBe(500)
    await service.data.database.query('alter table idempotent_request drop constraint stuck')
    const other = await post('/v3/post-purchase/sessions', sessionExample(shop), 'middle-1')
    expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED'])
    const again = await post('/v3/post-purchase/sessions', session, 'middle-1')
    expect(again.status).toBe(201)
  })

  it('does not give a key that is in use another secret', async () => {
    const made = await post('/v3/api-keys', { name: 'in use' }, 'key-1')
    expect((await service.api('GET', '/v3/organisations', undefined, made.body.key)).status).toBe(200)
    await service.data.database.query("delete from idempotent_request where key = 'key-1'")
    const again = await post('/v3/api-keys', { name: 'in use' }, 'key-1')
    expect([again.status, again.body.code]).toEqual([409, 'CONFLICT'])
    expect((await service.api('GET', '/v3/organisations', undefined, made.body.key)).status).toBe(200)
  })

  it('of one organisation means nothing to another', async () => {
    const answers = await service.data.database.query<{ answer: Uint8Array }>(
      'select sealed_answer as answer from idempotent_request where sealed_answer is not null',
    )
    for (const { answer } of answers) expect(Buffer.from(answer).toString('latin1')).not.toContain('cs_test_')
  })
})
