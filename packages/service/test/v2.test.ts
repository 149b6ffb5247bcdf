// Version 2 as far as it is described: its requests in, its answers and its errors out, and what they make is of version 3.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestService, testService } from './support/service.ts'

let shop: TestService
beforeAll(async () => {
  shop = await testService({ engine: 'embedded' })
})
afterAll(() => shop?.dispose())

const v2 = async (
  path: string,
  body: unknown,
  headers: Record<string, string> = { 'x-api-key': shop.rootKey },
) => {
  const response = await fetch(`${shop.origin}/v2${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  return { status: response.status, body: (await response.json()) as any, headers: response.headers }
}

const address = { street: '45 Rosewood Avenue', city: 'London', postalCode: 'SW1A 1AA', country: 'GBR' }
const brand = {
  tradingName: 'Blossom & Bloom',
  tradingAddress: address,
  legalAddress: { ...address, street: 'Ground floor' },
  currency: 'GBP',
  brandBilling: true,
  brandReference: 'MID1234567',
}
const onboarded = async (over: object = { mcc: '5992' }) =>
  (await v2('/organisations/brand/onboarding', { ...brand, ...over })).body

describe('onboarding a brand', () => {
  test('answers 200 with its brand and its product, and makes an organisation below the key’s own', async () => {
    const { status, body } = await v2('/organisations/brand/onboarding', brand)
    expect(status).toBe(200)
    expect(Object.keys(body)).toEqual(['brandId', 'productId'])
    const { body: all } = await shop.api('GET', '/v3/organisations?limit=100')
    expect(all.data.find(({ brandId }: { brandId: string }) => brandId === body.brandId)).toMatchObject({
      productId: body.productId,
      parentOrganisationId: shop.rootId,
      organisationReference: 'MID1234567',
      tradingName: 'Blossom & Bloom',
      legalName: 'Blossom & Bloom',
      address: { line1: '45 Rosewood Avenue', city: 'London', postalCode: 'SW1A 1AA', countryCode: 'GBR' },
      currencyCode: 'GBP',
      billing: { currencyCode: 'GBP' },
    })
  })

  test('nests a brand under its owner', async () => {
    const owner = await onboarded()
    const nested = await onboarded({ brandOwner: owner.brandId, brandBilling: false })
    const { body: all } = await shop.api('GET', '/v3/organisations?limit=100')
    const found = (id: string) => all.data.find(({ brandId }: { brandId: string }) => brandId === id)
    expect(found(nested.brandId)).toMatchObject({
      parentOrganisationId: found(owner.brandId).organisationId,
      billing: null,
    })
  })
})

describe('an ImpactPay session', () => {
  const session = (productId: string) => ({
    productId,
    amount: { value: 47.97, currencyCode: 'GBP' },
    customerId: 'consumer_123',
    order: { reference: 'order_1', items: [{ sku: 'POT_MEDIUM' }] },
  })

  test('answers 200 with its id under both names and a secret that shows the component', async () => {
    const { productId } = await onboarded()
    const { status, body } = await v2('/impactpay/sessions', session(productId))
    expect(status).toBe(200)
    expect(Object.keys(body)).toEqual(['sessionId', 'impactPaySessionId', 'clientSecret'])
    expect(body.impactPaySessionId).toBe(body.sessionId)
    const component = await shop.api('GET', '/v3/component', undefined, body.clientSecret)
    expect(component.body).toContain(`data-session="${body.sessionId}"`)
    expect((await shop.api('GET', `/v3/post-purchase/sessions/${body.sessionId}`)).body).toMatchObject({
      status: 'open',
      transaction: { amount: 47.97, currencyCode: 'GBP' },
    })
  })

  test('of the same idempotency key is the same session', async () => {
    const { productId } = await onboarded()
    const { customerId: _unnamed, ...wanted } = session(productId)
    const ask = () =>
      v2('/impactpay/sessions', wanted, { 'x-api-key': shop.rootKey, 'idempotency-key': 'order-1' })
    const [first, again] = [await ask(), await ask()]
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
  })
})

describe('a refusal is nested', () => {
  test('with everything that the pages show, under both names of its name', async () => {
    const { productId } = await onboarded()
    const path = '/impactpay/sessions'
    const before = Date.now()
    const { status, body, headers } = await v2(`${path}?a=1`, {
      productId,
      amount: { value: '1', currencyCode: 'GBP' },
    })
    expect(status).toBe(400)
    expect(body).toEqual({
      error: {
        statusCode: 400,
        message: 'the body does not have the documented shape',
        errorName: 'BAD_REQUEST',
        name: 'BAD_REQUEST',
        details: { message: ['amount.value must be number'], error: 'BAD_REQUEST', statusCode: 400 },
        path: `/v2${path}`,
        requestId: headers.get('x-request-id'),
        timestamp: expect.any(String),
      },
    })
    const at = Date.parse(body.error.timestamp)
    expect(at).toBeGreaterThanOrEqual(before - 1_000)
    expect(at).toBeLessThanOrEqual(Date.now())
  })

  test.each([
    ['no key', {}, 401, 'UNAUTHORIZED'],
    ['a key as a bearer only', { authorization: 'Bearer <key>' }, 401, 'UNAUTHORIZED'],
    ['another’s key', { 'x-api-key': `ek_test_${'a'.repeat(40)}` }, 401, 'UNAUTHORIZED'],
  ])('for %s', async (_what, headers, status, name) => {
    const sent = Object.fromEntries(
      Object.entries(headers).map(([key, value]) => [key, value!.replace('<key>', shop.rootKey)]),
    )
    const answer = await v2('/organisations/brand/onboarding', brand, sent)
    expect([answer.status, answer.body.error.errorName]).toEqual([status, name])
    expect(answer.headers.get('www-authenticate')).toBeNull()
    if (!('x-api-key' in sent)) expect(answer.body.error.message).toContain('x-api-key')
  })

  test('for what is not JSON, not there, not to be seen, or not to be done so', async () => {
    const unknown = '4c02038e-4b93-4d02-9a21-6478370e3a7f'
    const { productId } = await onboarded({})
    const amount = { value: 47.97, currencyCode: 'GBP' }
    const cases: [string, unknown, number, string][] = [
      ['/impactpay/sessions', '{', 400, 'BAD_REQUEST'],
      ['/impactpay/calculate', {}, 404, 'NOT_FOUND'],
      ['/impactpay/sessions', { productId: unknown, amount }, 404, 'NOT_FOUND'],
      ['/impactpay/sessions', { productId, amount }, 422, 'MERCHANT_REQUIRED'],
      ['/impactpay/sessions', { productId, amount: { ...amount, value: -1 } }, 422, 'INVALID_AMOUNT'],
      ['/organisations/brand/onboarding', { ...brand, brandOwner: unknown }, 404, 'NOT_FOUND'],
      ['/organisations/brand/onboarding', { ...brand, currency: 'XXX' }, 422, 'UNSUPPORTED_CURRENCY'],
    ]
    for (const [path, body, status, name] of cases) {
      const answer = await v2(path, body)
      expect([path, answer.status, answer.body.error.errorName]).toEqual([path, status, name])
    }
    const wrong = await fetch(`${shop.origin}/v2/impactpay/sessions`)
    expect([
      wrong.status,
      ((await wrong.json()) as { error: { statusCode: number } }).error.statusCode,
    ]).toEqual([405, 405])
  })
})

test('version 3 takes no X-Api-Key', async () => {
  const answer = await fetch(`${shop.origin}/v3/organisations/me`, { headers: { 'x-api-key': shop.rootKey } })
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([401, 'UNAUTHORIZED'])
})
