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
    // As after a crash between the effect and the storing of the answer, with the claim run out.
    await service.data.database.query(
      "update idempotent_request set sealed_answer = null, claimed_until = created_at - interval '1 s' where key = 'refund-1'",
    )
    const second = await post(path, { amount: 0.5 }, 'refund-1')
    expect(second.body).toEqual(first.body)
    expect((await service.data.database.query('select id from reversal')).length).toBe(1)
    await service.expectLawful()
  })

  it('of one organisation means nothing to another', async () => {
    const answers = await service.data.database.query<{ answer: Uint8Array }>(
      'select sealed_answer as answer from idempotent_request where sealed_answer is not null',
    )
    for (const { answer } of answers) expect(Buffer.from(answer).toString('latin1')).not.toContain('cs_test_')
  })
})
