// What a careless or hostile caller may send: a clear error in the documented shape, nothing stored, nothing leaked.

import { errors } from '@ekko/contract/errors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateKey, storeKey } from '../src/organisations/api-keys.ts'
import {
  call,
  organisationExample,
  type Reply,
  sessionExample,
  type TestService,
  testService,
} from './support/service.ts'

let service: TestService
let shop = ''
let stranger = { id: '', key: '' }

beforeAll(async () => {
  service = await testService({ engine: 'postgres' })
  shop = await service.organisation()
  const id = await service.organisation({ tradingName: 'Somebody else', organisationReference: 'stranger' })
  const key = generateKey('sandbox')
  await storeKey(service.data.database, service.service.context.clock, id, key)
  stranger = { id, key }
})
afterAll(() => service.dispose())

function expectRefusal(reply: Reply, status: number, code: string, path?: string): void {
  expect([reply.status, reply.body.code]).toEqual([status, code])
  expect(Object.keys(reply.body).sort()).toEqual(
    reply.body.issues ? ['code', 'error', 'issues', 'requestId'] : ['code', 'error', 'requestId'],
  )
  expect(reply.body.error).toMatch(/^[^A-Z]*\S/)
  expect(reply.headers.get('x-request-id')).toBe(reply.body.requestId)
  expect(errors[code as keyof typeof errors].status).toBe(status)
  if (path) expect(reply.body.issues.map((issue: { path: string }) => issue.path)).toContain(path)
}

const sessionsStored = async () =>
  (await service.data.database.query('select id from post_purchase_session')).length
const merchant = { name: 'Shop', mcc: '5992', address: { countryCode: 'GBR' } }

describe('a session request', () => {
  const cases: Array<[string, Record<string, unknown>, number, string, string?]> = [
    [
      'an unknown organisation',
      { organisationId: '00000000-0000-4000-8000-000000000000' },
      404,
      'NOT_FOUND',
      '/organisationId',
    ],
    [
      'an organisation id that is none',
      { organisationId: "' or 1=1 --" },
      400,
      'BAD_REQUEST',
      '/organisationId',
    ],
    [
      'a currency that does not exist',
      { transaction: { amount: 1, currencyCode: 'XXX' } },
      422,
      'UNSUPPORTED_CURRENCY',
      '/transaction/currencyCode',
    ],
    [
      'a currency in lower case',
      { transaction: { amount: 1, currencyCode: 'gbp' } },
      400,
      'BAD_REQUEST',
      '/transaction/currencyCode',
    ],
    [
      'a currency without a rate',
      { transaction: { amount: 1, currencyCode: 'KWD' } },
      422,
      'UNSUPPORTED_CURRENCY',
      '/transaction/currencyCode',
    ],
    [
      'a negative amount',
      { transaction: { amount: -1, currencyCode: 'GBP' } },
      422,
      'INVALID_AMOUNT',
      '/transaction/amount',
    ],
    [
      'nothing spent',
      { transaction: { amount: 0, currencyCode: 'GBP' } },
      422,
      'INVALID_AMOUNT',
      '/transaction/amount',
    ],
    [
      'more decimals than pence',
      { transaction: { amount: 1.001, currencyCode: 'GBP' } },
      422,
      'INVALID_AMOUNT',
      '/transaction/amount',
    ],
    [
      'decimals of a yen',
      { transaction: { amount: 1.5, currencyCode: 'JPY' } },
      422,
      'INVALID_AMOUNT',
      '/transaction/amount',
    ],
    [
      'a huge amount',
      { transaction: { amount: 1e300, currencyCode: 'GBP' } },
      422,
      'INVALID_AMOUNT',
      '/transaction/amount',
    ],
    [
      'an amount as text',
      { transaction: { amount: '47.97', currencyCode: 'GBP' } },
      400,
      'BAD_REQUEST',
      '/transaction/amount',
    ],
    ['an unknown mcc', { merchant: { ...merchant, mcc: '0000' } }, 422, 'UNKNOWN_MCC', '/merchant/mcc'],
    ['a malformed mcc', { merchant: { ...merchant, mcc: '59' } }, 400, 'BAD_REQUEST', '/merchant/mcc'],
    [
      'an unknown merchant country',
      { merchant: { ...merchant, address: { countryCode: 'XYZ' } } },
      422,
      'UNKNOWN_COUNTRY',
      '/merchant/address/countryCode',
    ],
    [
      'an unknown consumer country',
      { consumer: { reference: 'c', countryCode: 'ZZZ' } },
      422,
      'UNKNOWN_COUNTRY',
      '/consumer/countryCode',
    ],
    [
      'a two-letter country',
      { consumer: { reference: 'c', countryCode: 'GB' } },
      400,
      'BAD_REQUEST',
      '/consumer/countryCode',
    ],
    ['cash', { merchant: { ...merchant, mcc: '6011' } }, 422, 'FOOTPRINT_NOT_APPLICABLE'],
    ['no consumer', { consumer: undefined }, 400, 'BAD_REQUEST', '/consumer'],
    [
      'a reference as long as a book',
      { consumer: { reference: 'x'.repeat(300), countryCode: 'GBR' } },
      400,
      'BAD_REQUEST',
      '/consumer/reference',
    ],
    ['another variant', { sdkVariant: 'popup' }, 400, 'BAD_REQUEST', '/sdkVariant'],
    ['several impact types', { impactType: ['carbon', 'nature'] }, 400, 'BAD_REQUEST', '/impactType'],
    [
      'endless order items',
      { orderItems: Array.from({ length: 501 }, () => ({})) },
      400,
      'BAD_REQUEST',
      '/orderItems',
    ],
  ]
  it.each(cases)('with %s is refused and stores nothing', async (_name, over, status, code, path) => {
    const before = await sessionsStored()
    const reply = await service.api('POST', '/v3/post-purchase/sessions', {
      ...sessionExample(shop),
      ...over,
    })
    expectRefusal(reply, status, code, path)
    expect(await sessionsStored()).toBe(before)
  })

  it('without a merchant, for an organisation without an mcc, says what is missing', async () => {
    const bare = await service.organisation({ mcc: null, organisationReference: null })
    const { merchant: _, ...rest } = sessionExample(bare)
    expectRefusal(
      await service.api('POST', '/v3/post-purchase/sessions', rest),
      422,
      'MERCHANT_REQUIRED',
      '/merchant/mcc',
    )
  })

  it('for another tenant is answered exactly as for one that does not exist', async () => {
    const foreign = await service.api(
      'POST',
      '/v3/post-purchase/sessions',
      sessionExample(shop),
      stranger.key,
    )
    const missing = await service.api(
      'POST',
      '/v3/post-purchase/sessions',
      sessionExample('00000000-0000-4000-8000-000000000000'),
      stranger.key,
    )
    expectRefusal(foreign, 404, 'NOT_FOUND', '/organisationId')
    expect({ ...foreign.body, requestId: '' }).toEqual({ ...missing.body, requestId: '' })
  })

  it('keeps every string as it was sent and shows it escaped', async () => {
    const nasty = `<script>alert(1)</script>"' or 1=1; drop table organisation; -- \u202e \u{1f331} é\\`
    const session = await service.session(shop, {
      consumer: { reference: nasty, countryCode: 'GBR', city: nasty, state: nasty },
      merchant: { ...merchant, name: nasty },
      orderItems: [{ description: nasty, sku: nasty, category: nasty }],
      locale: 'xx-<b>',
    })
    const component = await call(service.origin, session.clientSecret, 'GET', '/v3/component')
    const page = await (await fetch(session.payUrl)).text()
    await service.contribute(session.payUrl, '1.00', 'success')
    const { body } = await service.api(
      'GET',
      `/v3/funds/allocations/impact?dateTimeFrom=2020-01-01&dateTimeTo=2100-01-01&consumerReference=${encodeURIComponent(nasty)}`,
    )
    expect(body.data).toHaveLength(1)
    expect(body.data[0]).toMatchObject({ consumerReference: nasty, merchant: { name: nasty } })
    for (const html of [component.body, page]) {
      expect(html).not.toContain('<script>alert')
      expect(html).toContain('&lt;script&gt;')
    }
  })
})

describe('a body', () => {
  it.each([
    ['that is not json', '{"a":', 400, 'BAD_REQUEST'],
    ['that is empty', '', 400, 'BAD_REQUEST'],
    ['that is not an object', '[]', 400, 'BAD_REQUEST'],
    ['that is null', 'null', 400, 'BAD_REQUEST'],
    ['with a NUL', '{"tradingName":"a\\u0000b"}', 400, 'BAD_REQUEST'],
    ['with half a character', '{"tradingName":"\\ud800"}', 400, 'BAD_REQUEST'],
    ['nested beyond reason', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`, 400, 'BAD_REQUEST'],
    [
      'larger than is read',
      JSON.stringify({ tradingName: 'x'.repeat(300_000) }),
      413,
      'REQUEST_ENTITY_TOO_LARGE',
    ],
  ])('%s is refused', async (_name, body, status, code) => {
    expectRefusal(await service.api('POST', '/v3/organisations', body), status, code)
  })

  it('of another media type is refused', async () => {
    const response = await fetch(`${service.origin}/v3/organisations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${service.rootKey}`, 'content-type': 'text/xml' },
      body: '<a/>',
    })
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ])
  })
})

describe('a credential', () => {
  it.each([
    ['missing', ''],
    ['of no known key', 'Bearer ek_test_0000000000000000000000000000000000000000'],
    ['of the other environment', 'Bearer ek_live_0000000000000000000000000000000000000000'],
    ['of another scheme', 'Basic dXNlcjpwYXNz'],
    ['far too long', `Bearer ek_test_${'x'.repeat(5_000)}`],
  ])('%s is refused before the body is read', async (_name, authorization) => {
    const response = await fetch(`${service.origin}/v3/organisations`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: 'not json',
    })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
  })

  it('is known by its scheme however that is written', async () => {
    for (const scheme of ['bearer', 'BEARER']) {
      const headers = { authorization: `${scheme} ${service.rootKey}` }
      for (const path of ['/v3/organisations/me', '/metrics'])
        expect((await fetch(service.origin + path, { headers })).status).toBe(200)
    }
  })

  it('of a server opens no browser door, and of a browser none for servers', async () => {
    const { clientSecret } = await service.session(shop)
    expectRefusal(await call(service.origin, service.rootKey, 'GET', '/v3/component'), 401, 'UNAUTHORIZED')
    expectRefusal(
      await call(service.origin, clientSecret, 'GET', '/v3/organisations/me'),
      401,
      'UNAUTHORIZED',
    )
    expectRefusal(
      await call(service.origin, `${clientSecret.slice(0, -1)}!`, 'GET', '/v3/component'),
      401,
      'UNAUTHORIZED',
    )
  })
})

describe('another tenant', () => {
  it('sees nothing of ours, whatever it asks for', async () => {
    const session = await service.session(shop)
    await service.contribute(session.payUrl, '1.00', 'success')
    const { fundsAllocationId } = (
      await service.api('GET', `/v3/post-purchase/sessions/${session.sessionId}`)
    ).body.contributions[0]
    const endpoint = (
      await service.api('POST', '/v3/webhook-endpoints', { url: 'http://127.0.0.1:9/', organisationId: shop })
    ).body
    const foreign = (method: string, path: string, body?: unknown) =>
      service.api(method, path, body, stranger.key)
    const refused = [
      await foreign('GET', `/v3/organisations/${shop}`),
      await foreign('GET', `/v3/organisations/${service.rootId}`),
      await foreign('GET', `/v3/post-purchase/sessions/${session.sessionId}`),
      await foreign('GET', `/v3/funds/allocations/${fundsAllocationId}/impact`),
      await foreign('POST', `/v3/funds/allocations/${fundsAllocationId}/reverse`),
      await foreign('DELETE', `/v3/webhook-endpoints/${endpoint.id}`),
      await foreign('POST', '/v3/organisations', organisationExample(shop)),
      await foreign('POST', '/v3/organisations', organisationExample(service.rootId)),
      await foreign('POST', '/v3/webhook-endpoints', { url: 'http://127.0.0.1:9/', organisationId: shop }),
      await foreign(
        'GET',
        `/v3/funds/allocations/impact?dateTimeFrom=2020-01-01&dateTimeTo=2100-01-01&fundsOrganisationId=${shop}`,
      ),
    ]
    for (const reply of refused) expectRefusal(reply, 404, 'NOT_FOUND')
    expect((await foreign('GET', '/v3/webhook-endpoints')).body).toEqual([])
    expect(
      (await foreign('GET', '/v3/funds/allocations/impact?dateTimeFrom=2020-01-01&dateTimeTo=2100-01-01'))
        .body.data,
    ).toEqual([])
    expect((await foreign('GET', '/v3/organisations/me')).body.organisationId).toBe(stranger.id)
    const cursor = await foreign(
      'GET',
      `/v3/funds/allocations/impact?dateTimeFrom=2020-01-01&dateTimeTo=2100-01-01&startingAfter=${fundsAllocationId}`,
    )
    expectRefusal(cursor, 422, 'UNPROCESSABLE_ENTITY', '/startingAfter')
  })
})

describe('an address', () => {
  it('that does not exist is 404 and one with another method is 405', async () => {
    expectRefusal(await service.api('GET', '/v3/nothing'), 404, 'NOT_FOUND')
    const wrong = await service.api('PUT', '/v3/organisations')
    expectRefusal(wrong, 405, 'METHOD_NOT_ALLOWED')
    expect(wrong.headers.get('allow')).toBe('POST, GET')
    const long = await service.api('GET', `/v3/organisations/${'x'.repeat(300)}`)
    expectRefusal(long, 404, 'NOT_FOUND')
    expectRefusal(await service.api('GET', '/v3/organisations/%00'), 400, 'BAD_REQUEST')
    expectRefusal(await service.api('GET', '/v3/organisations/%zz'), 400, 'BAD_REQUEST')
  })

  it.each([
    ['no dates', ''],
    ['a date that is none', '?dateTimeFrom=yesterday&dateTimeTo=2100-01-01'],
    ['a limit of zero', '?dateTimeFrom=2020-01-01&dateTimeTo=2100-01-01&limit=0'],
    ['a limit beyond the most', '?dateTimeFrom=2020-01-01&dateTimeTo=2100-01-01&limit=101'],
    ['a parameter twice', '?dateTimeFrom=2020-01-01&dateTimeFrom=2020-01-01&dateTimeTo=2100-01-01'],
  ])('of records with %s is refused', async (_name, query) => {
    const reply = await service.api('GET', `/v3/funds/allocations/impact${query}`)
    expect([400, 422]).toContain(reply.status)
    expect(reply.body.issues.length).toBeGreaterThan(0)
  })

  it('of a payment that nobody gave out shows nothing', async () => {
    const { payUrl } = await service.session(shop)
    const forged = `${payUrl.slice(0, -1)}${payUrl.endsWith('a') ? 'b' : 'a'}`
    expect((await fetch(forged)).status).toBe(404)
    expect(
      (await fetch(forged, { method: 'POST', body: new URLSearchParams({ amount: '1.00' }) })).status,
    ).toBe(404)
  })

  it('never leads the shopper to a site that did not show the component', async () => {
    const session = await service.session(shop)
    await fetch(`${service.origin}/v3/component?styles=adopted`, {
      headers: { authorization: `Bearer ${session.clientSecret}`, origin: 'https://evil.example' },
    })
    const page = await (
      await fetch(`${session.payUrl}?decline=yes&return=${encodeURIComponent('javascript:alert(1)//')}`)
    ).text()
    expect(page).not.toContain('javascript:')
    const other = await (
      await fetch(`${session.payUrl}?decline=yes&return=${encodeURIComponent('https://phish.example/')}`)
    ).text()
    expect(other).not.toContain('phish.example')
  })
})

describe('an expired client secret', () => {
  it('is told from a wrong one', async () => {
    const session = await service.session(shop)
    await service.data.database.query(
      "update post_purchase_session set expires_at = now() - interval '1 s' where id = $1",
      [session.sessionId],
    )
    expectRefusal(
      await call(service.origin, session.clientSecret, 'GET', '/v3/component/state'),
      401,
      'CLIENT_SECRET_EXPIRED',
    )
  })
})
