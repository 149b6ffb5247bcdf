// Who may come in: keys with scopes and their rolling, allow-lists, deactivated organisations. Through the public door only.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settableClock } from '../src/kernel/clock.ts'
import { engines } from './support/database.ts'
import { call, type Reply, sessionExample, type TestService, testService } from './support/service.ts'

const hourMs = 3_600_000

describe.each(engines)('access on %s', (engine) => {
  let service: TestService
  const clock = settableClock(new Date('2026-11-20T10:00:00Z'))

  beforeAll(async () => {
    service = await testService({ engine, clock, env: { EKKO_TRUSTED_PROXIES: '127.0.0.0/8' } })
  })
  afterAll(() => service.dispose())

  const newKey = async (
    over: Record<string, unknown> = {},
    key = service.rootKey,
  ): Promise<Reply['body']> => {
    const answer = await service.api('POST', '/v3/api-keys', over, key)
    expect(answer).toMatchObject({ status: 201 })
    return answer.body
  }
  const me = (key: string) => service.api('GET', '/v3/organisations/me', undefined, key)

  test('a key is shown once, works, is listed by its hint, and stops at once when it is revoked', async () => {
    const organisationId = await service.organisation()
    const { id, key, hint } = await newKey({ organisationId, name: 'till 4' })
    expect(key).toMatch(/^ek_test_[0-9A-Za-z]{40}$/)
    expect((await me(key)).body.organisationId).toBe(organisationId)
    const list = await service.api('GET', `/v3/api-keys?organisationId=${organisationId}`)
    expect(list.body).toMatchObject({
      hasMore: false,
      data: [{ id, hint, name: 'till 4', status: 'active' }],
    })
    expect(JSON.stringify(list.body)).not.toContain(key)
    expect((await service.api('DELETE', `/v3/api-keys/${id}`)).status).toBe(204)
    expect(await me(key)).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } })
  })

  test.each([12, 24, 36, 72])(
    'a key rolled with a grace of %d hours works just that long',
    async (graceHours) => {
      const before = await newKey({ scopes: ['sessions:write'], name: 'shop' })
      const rolled = await service.api('POST', `/v3/api-keys/${before.id}/roll`, { graceHours })
      expect(rolled).toMatchObject({ status: 201, body: { scopes: ['sessions:write'], name: 'shop' } })
      expect((await me(rolled.body.key)).status).toBe(200)
      clock.advance(graceHours * hourMs - 1)
      expect((await me(before.key)).status).toBe(200)
      clock.advance(1)
      expect((await me(before.key)).status).toBe(401)
      expect((await me(rolled.body.key)).status).toBe(200)
      const shown = await service.api('GET', `/v3/api-keys/${before.id}`)
      expect(shown.body).toMatchObject({ status: 'expired', replacedById: rolled.body.id })
    },
  )

  test('a key is rolled once, and with no other grace', async () => {
    const { id } = await newKey()
    expect((await service.api('POST', `/v3/api-keys/${id}/roll`, { graceHours: 13 })).status).toBe(400)
    expect((await service.api('POST', `/v3/api-keys/${id}/roll`, { graceHours: 12 })).status).toBe(201)
    const again = await service.api('POST', `/v3/api-keys/${id}/roll`, { graceHours: 12 })
    expect(again).toMatchObject({ status: 409, body: { code: 'CONFLICT' } })
  })

  test('a key with scopes does what they say and nothing else', async () => {
    const organisationId = await service.organisation()
    const { key } = await newKey({ organisationId, scopes: ['sessions:write', 'funds:read'] })
    const session = await service.api(
      'POST',
      '/v3/post-purchase/sessions',
      sessionExample(organisationId),
      key,
    )
    expect(session.status).toBe(201)
    const path = `/v3/post-purchase/sessions/${session.body.sessionId}`
    expect((await service.api('GET', path, undefined, key)).status).toBe(200)
    const period = 'dateTimeFrom=2026-11-01T00:00:00Z&dateTimeTo=2026-12-01T00:00:00Z'
    expect((await service.api('GET', `/v3/funds/allocations/impact?${period}`, undefined, key)).status).toBe(
      200,
    )
    for (const [method, where] of [
      ['POST', `/v3/funds/allocations/${organisationId}/reverse`],
      ['GET', '/v3/organisations'],
      ['GET', '/v3/api-keys'],
      ['GET', '/v3/webhook-endpoints'],
      ['GET', '/v3/operator/projects'],
      ['GET', '/metrics'],
    ] as const) {
      const answer = await service.api(method, where, method === 'POST' ? {} : undefined, key)
      expect({ where, ...answer }).toMatchObject({ where, status: 403, body: { code: 'FORBIDDEN' } })
    }
  })

  test('nobody gives a key more than their own has, nor touches one that has more', async () => {
    const { key } = await newKey({ scopes: ['keys:write', 'funds:read'] })
    const ask = (method: string, path: string, body: unknown) => service.api(method, path, body, key)
    const wide = await newKey({ scopes: ['funds:write'] })
    expect((await ask('POST', '/v3/api-keys', {})).status).toBe(403)
    expect((await ask('POST', '/v3/api-keys', { scopes: ['funds:write'] })).status).toBe(403)
    expect((await ask('POST', '/v3/api-keys', { scopes: ['funds:read', 'keys:read'] })).status).toBe(201)
    expect((await ask('POST', `/v3/api-keys/${wide.id}/roll`, { graceHours: 12 })).status).toBe(403)
    expect((await ask('PATCH', `/v3/api-keys/${wide.id}`, { name: 'mine' })).status).toBe(403)
    expect((await ask('DELETE', `/v3/api-keys/${wide.id}`, undefined)).status).toBe(403)
  })

  test('nobody is told again, for an idempotency key, what a key that may do more was answered', async () => {
    const { key } = await newKey({ scopes: ['keys:write'] })
    const ask = async (credential: string) => {
      const response = await fetch(`${service.origin}/v3/api-keys`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${credential}`,
          'content-type': 'application/json',
          'idempotency-key': 'first-key',
        },
        body: '{}',
      })
      return { status: response.status, body: (await response.json()) as { key?: string; code?: string } }
    }
    const made = await ask(service.rootKey)
    expect(await ask(service.rootKey)).toEqual(made)
    expect(await ask(key)).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } })
  })

  test('an organisation has so many working keys and no more', async () => {
    const organisationId = await service.organisation()
    await service.data.database.query(
      `insert into api_key (id, organisation_id, hash, hint, created_at)
       select gen_random_uuid(), $1::uuid, sha256((n || $1::uuid::text)::bytea), '…', $2 from generate_series(1, 50) n`,
      [organisationId, clock.now()],
    )
    const answer = await service.api('POST', '/v3/api-keys', { organisationId })
    expect(answer).toMatchObject({ status: 409, body: { code: 'MAX_KEYS_REACHED' } })
  })

  test('the keys of siblings and of organisations above do not exist', async () => {
    const [one, other] = [await service.organisation(), await service.organisation()]
    const mine = await newKey({ organisationId: one })
    const theirs = await newKey({ organisationId: other })
    const ask = (method: string, path: string, body?: unknown) => service.api(method, path, body, mine.key)
    expect((await ask('GET', `/v3/api-keys/${theirs.id}`)).status).toBe(404)
    expect((await ask('DELETE', `/v3/api-keys/${theirs.id}`)).status).toBe(404)
    expect((await ask('POST', `/v3/api-keys/${theirs.id}/roll`, { graceHours: 12 })).status).toBe(404)
    expect((await ask('POST', '/v3/api-keys', { organisationId: service.rootId })).status).toBe(404)
    expect((await ask('GET', `/v3/api-keys?organisationId=${other}`)).status).toBe(404)
    expect((await ask('GET', '/v3/api-keys')).body.data.map(({ id }: { id: string }) => id)).toEqual([
      mine.id,
    ])
  })

  const from = async (address: string, key: string) => {
    const headers = { authorization: `Bearer ${key}`, 'x-forwarded-for': address }
    const response = await fetch(`${service.origin}/v3/organisations/me`, { headers })
    return { status: response.status, code: ((await response.json()) as { code?: string }).code }
  }

  test('an organisation’s allow-list, once on, lets in what is on it: addresses, blocks and ranges', async () => {
    const organisationId = await service.organisation()
    const { key } = await newKey({ organisationId })
    const path = `/v3/organisations/${organisationId}/allow-list`
    const ranges = ['203.0.113.7', '198.51.100.0/24', '192.0.2.10-192.0.2.20', '2001:db8::/32']
    expect(await service.api('PATCH', path, { ranges })).toMatchObject({
      status: 200,
      body: { enabled: false },
    })
    expect((await from('8.8.8.8', key)).status).toBe(200)
    await service.api('PATCH', path, { enabled: true })
    for (const address of [
      '203.0.113.7',
      '198.51.100.200',
      '192.0.2.15',
      '2001:db8::5',
      '::ffff:203.0.113.7',
    ])
      expect({ address, ...(await from(address, key)) }).toMatchObject({ address, status: 200 })
    for (const address of ['203.0.113.8', '192.0.2.21', '2001:db9::1', 'unknown', '203.0.113.7, 8.8.8.8'])
      expect({ address, ...(await from(address, key)) }).toMatchObject({
        address,
        status: 403,
        code: 'ADDRESS_NOT_ALLOWED',
      })
    await service.api('PATCH', path, { enabled: false })
    expect((await from('8.8.8.8', key)).status).toBe(200)
  })

  test('a key’s own list counts besides, and nobody shuts themselves out', async () => {
    const organisationId = await service.organisation()
    const { id, key } = await newKey({
      organisationId,
      allowList: { enabled: true, ranges: ['203.0.113.0/24', '127.0.0.1'] },
    })
    expect((await from('203.0.113.9', key)).status).toBe(200)
    expect((await from('8.8.8.8', key)).code).toBe('ADDRESS_NOT_ALLOWED')
    const shut = await service.api('PATCH', `/v3/api-keys/${id}`, { allowList: { ranges: ['8.8.8.8'] } }, key)
    expect(shut).toMatchObject({ status: 422, body: { issues: [{ path: '/allowList/ranges' }] } })
    const path = `/v3/organisations/${organisationId}/allow-list`
    const own = await service.api('PATCH', path, { enabled: true, ranges: ['8.8.8.8'] }, key)
    expect(own).toMatchObject({ status: 422, body: { issues: [{ path: '/ranges' }] } })
    const faulty = await service.api('PATCH', path, { ranges: ['8.8.8.8', '8.8.8.8/33', 'here'] })
    expect(faulty.body.issues.map((issue: { path: string }) => issue.path)).toEqual([
      '/ranges/1',
      '/ranges/2',
    ])
  })

  test('a deactivated organisation is refused with all below it, and nothing new is taken in its name', async () => {
    const parent = await service.organisation()
    const child = await service.organisation({ parentOrganisationId: parent })
    const { key: parentKey } = await newKey({ organisationId: parent })
    const { key: childKey } = await newKey({ organisationId: child })
    const session = await service.session(child)
    const own = await service.api('POST', `/v3/organisations/${parent}/deactivate`, undefined, parentKey)
    expect(own).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })

    const done = await service.api('POST', `/v3/organisations/${parent}/deactivate`)
    expect(done).toMatchObject({ status: 200, body: { status: { value: 'deactivated' } } })
    for (const key of [parentKey, childKey])
      expect(await me(key)).toMatchObject({ status: 403, body: { code: 'ORGANISATION_DEACTIVATED' } })
    for (const refused of [
      await service.api('POST', '/v3/post-purchase/sessions', sessionExample(child)),
      await service.api('POST', '/v3/api-keys', { organisationId: child }),
      await call(service.origin, session.clientSecret, 'GET', '/v3/component'),
      await call(service.origin, session.clientSecret, 'GET', '/v3/component/state'),
    ])
      expect(refused).toMatchObject({ status: 403, body: { code: 'ORGANISATION_DEACTIVATED' } })
    const page = await (await fetch(`${session.payUrl}?amount=1`)).text()
    expect(page).not.toContain('name="consent"')

    await service.api('POST', `/v3/organisations/${parent}/activate`)
    expect((await me(childKey)).status).toBe(200)
    expect((await call(service.origin, session.clientSecret, 'GET', '/v3/component')).status).toBe(200)
  })

  test('organisations are listed newest first, by pages that do not overlap, and only below the asking one', async () => {
    const parent = await service.organisation()
    const made: string[] = []
    for (let at = 0; at < 5; at++) {
      clock.advance(1)
      made.unshift(
        await service.organisation({ parentOrganisationId: parent, organisationReference: `r${at}` }),
      )
    }
    const { key } = await newKey({ organisationId: parent })
    const page = async (query: string) =>
      (await service.api('GET', `/v3/organisations?${query}`, undefined, key)).body
    const ids = ({ data }: Reply['body']) => data.map((each: Reply['body']) => each.organisationId)
    const first = await page('limit=3')
    expect(first.hasMore).toBe(true)
    const second = await page(`limit=3&startingAfter=${ids(first).at(-1)}`)
    expect([...ids(first), ...ids(second)]).toEqual(made)
    expect(second.hasMore).toBe(false)
    expect(ids(await page('organisationReference=r2'))).toEqual([made[2]])
    expect(
      await service.api('GET', `/v3/organisations?startingAfter=${service.rootId}`, undefined, key),
    ).toMatchObject({
      status: 422,
    })
  })

  test('an organisation is changed field by field; only one above changes its share', async () => {
    const id = await service.organisation()
    const { key } = await newKey({ organisationId: id })
    const path = `/v3/organisations/${id}`
    const changed = await service.api(
      'PATCH',
      path,
      { tradingName: 'Bloom', mcc: '5411', website: null },
      key,
    )
    expect(changed.body).toMatchObject({
      tradingName: 'Bloom',
      mcc: '5411',
      website: null,
      legalName: 'BB Flowers Ltd',
    })
    expect((await service.api('GET', path)).body).toEqual(changed.body)
    expect((await service.api('PATCH', path, { relativeProfitShare: 1 }, key)).status).toBe(403)
    expect((await service.api('PATCH', path, { relativeProfitShare: 0.25 })).body.relativeProfitShare).toBe(
      0.25,
    )
    const claim = await service.api('PATCH', path, { tradingName: 'Carbon Neutral Flowers' })
    expect(claim).toMatchObject({ status: 422, body: { code: 'CLAIM_REFUSED' } })
  })
})
