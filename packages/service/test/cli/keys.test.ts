// What an operator does with keys and allow-lists at the command line, and what the API of the running service makes of it.

import { scopes } from '@ekko/contract/scopes'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { runAllowList } from '../../src/cli/allow-list.ts'
import { runKeys } from '../../src/cli/keys.ts'
import { settableClock } from '../../src/kernel/clock.ts'
import { keyCacheTtlMs } from '../../src/organisations/api-keys.ts'
import { type TestService, testService } from '../support/service.ts'

let service: TestService
// The commands go by the real time.
const clock = settableClock(new Date())

beforeAll(async () => {
  service = await testService({ engine: 'postgres', clock })
  vi.stubEnv('DATABASE_URL', service.data.url!)
})
afterEach(() => vi.restoreAllMocks())
afterAll(async () => {
  vi.unstubAllEnvs()
  await service.dispose()
})

async function printed(run: () => Promise<number>): Promise<{ code: number; text: string }> {
  const parts: string[] = []
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    parts.push(String(text))
    return true
  })
  const code = await run().finally(() => write.mockRestore())
  return { code, text: parts.join('').trimEnd() }
}

const keys = (...args: string[]) => printed(() => runKeys(args))
const allowList = (...args: string[]) => printed(() => runAllowList(args))
const keysJson = async (...args: string[]) => JSON.parse((await keys(...args, '--json')).text)
const ask = (key: string, path = '/v3/organisations/me') => service.api('GET', path, undefined, key)
/** A service that was not told looks again after so long. */
const untilNoticed = () => clock.advance(keyCacheTtlMs)

describe('ekko keys', () => {
  test('makes a key that may do what its scopes say and nothing else', async () => {
    const organisationId = await service.organisation()
    const made = await keysJson(
      ...['create', organisationId, '--name', 'books', '--scopes', 'funds:read,webhooks:write'],
    )
    expect(made).toMatchObject({
      ...{ apiKey: expect.stringMatching(/^ek_test_[0-9A-Za-z]{40}$/), organisationId, name: 'books' },
      ...{ scopes: ['funds:read', 'webhooks:write'], status: 'active', lastUsedAt: null },
    })
    expect((await ask(made.apiKey)).body.organisationId).toBe(organisationId)
    expect((await ask(made.apiKey, '/v3/webhook-endpoints')).status).toBe(200)
    expect((await ask(made.apiKey, '/v3/api-keys')).status).toBe(403)
    const twice = await keysJson('create', organisationId, '--scopes', 'funds:read', '--scopes', 'keys:read')
    expect(twice.scopes).toEqual(['funds:read', 'keys:read'])
    expect((await keysJson('create')).scopes).toBe(null)
  })

  test.each(['sessions', 'funds:read,admin', 'funds:read,', ''])(
    'refuses the scopes "%s" with those that there are',
    async (given) => {
      const before = (await keysJson('list')).length
      const refused = runKeys(['create', '--scopes', given])
      await expect(refused).rejects.toThrow(TypeError)
      for (const scope of scopes) await expect(refused).rejects.toThrow(scope)
      expect(await keysJson('list')).toHaveLength(before)
    },
  )

  test('lists each key with its scopes and its last use, and never the key itself', async () => {
    const organisationId = await service.organisation()
    const { apiKey, id, hint } = await keysJson('create', organisationId, '--scopes', 'funds:read')
    const line = async () => (await keys('list', organisationId)).text
    expect(await line()).toBe(`${id}  ${hint}  ${organisationId}  active  funds:read  never used`)
    const used = clock.now()
    expect((await ask(apiKey)).status).toBe(200)
    expect(await line()).toBe(
      `${id}  ${hint}  ${organisationId}  active  funds:read  used ${used.toISOString()}`,
    )
    const all = await keys('list')
    expect(all.text).toContain(id)
    expect(all.text).toContain('  everything  ')
    expect(all.text).not.toContain(apiKey)
    expect((await keys('list', await service.organisation())).text).toBe('there are no keys')
  })

  test('notes a use once an hour, and none that was turned away', async () => {
    const organisationId = await service.organisation()
    const { apiKey } = await keysJson('create', organisationId, '--scopes', 'funds:read')
    const lastUse = async () => (await keysJson('list', organisationId))[0].lastUsedAt
    expect((await ask(apiKey, '/v3/api-keys')).status).toBe(403)
    expect(await lastUse()).toBe(null)
    const first = clock.now().toISOString()
    await ask(apiKey)
    clock.advance(3_599_999)
    await ask(apiKey)
    expect(await lastUse()).toBe(first)
    clock.advance(1)
    await ask(apiKey)
    expect(await lastUse()).toBe(clock.now().toISOString())
  })

  test.each([12, 24, 36, 72])('rolls a key; the old one works for %i hours more', async (hours) => {
    const started = Date.now()
    const old = await keysJson('create', await service.organisation(), '--scopes', 'keys:read')
    const rolled = await keysJson('roll', old.id, '--grace-hours', String(hours))
    expect(rolled).toMatchObject({ organisationId: old.organisationId, scopes: ['keys:read'] })
    const { body } = await ask(rolled.apiKey, `/v3/api-keys/${old.id}`)
    expect(body).toMatchObject({ status: 'expiring', replacedById: rolled.id })
    const graceMs = Date.parse(body.expiresAt) - started
    expect(graceMs).toBeGreaterThanOrEqual(hours * 3_600_000)
    expect(graceMs).toBeLessThan(hours * 3_600_000 + 60_000)
    expect((await ask(old.apiKey)).status).toBe(200)
    await expect(runKeys(['roll', old.id, '--grace-hours', '12'])).rejects.toThrow('rolled before')
  })

  test('says until when the old key works', async () => {
    const { id } = await keysJson('create')
    const { text } = await keys('roll', id, '--grace-hours', '12')
    const old = (await keysJson('list')).find((key: { id: string }) => key.id === id)
    expect(text).toMatch(/^ek_test_[0-9A-Za-z]{40}\nKeep it/)
    expect(text).toContain(`The old key works until ${old.expiresAt}.`)
  })

  test('revokes a key once; the service knows within seconds', async () => {
    const { apiKey, id } = await keysJson('create', await service.organisation())
    expect((await ask(apiKey)).status).toBe(200)
    expect(await keys('revoke', id)).toEqual({ code: 0, text: 'revoked' })
    untilNoticed()
    expect((await ask(apiKey)).status).toBe(401)
    expect((await keys('revoke', id)).code).toBe(1)
    await expect(runKeys(['revoke', service.rootId])).rejects.toThrow('no such key')
  })

  const wrong = [
    [],
    ['forget'],
    ['toString'],
    ['create', 'x'],
    ['create', '--grace-hours', '12'],
    ['create', '--name', ' '],
    ['list', '--scopes', 'funds:read'],
    ['roll'],
    ['roll', '0190aaaa-0000-7000-8000-000000000001'],
    ['roll', '0190aaaa-0000-7000-8000-000000000001', '--grace-hours', '13'],
    ['revoke'],
  ]
  test.each(wrong.map((args) => [args]))('does not understand %j', async (args) => {
    await expect(runKeys(args)).rejects.toThrow(TypeError)
  })
})

describe('ekko allow-list', () => {
  test('is the way back in for an organisation that shut itself out', async () => {
    const path = `/v3/organisations/${service.rootId}/allow-list`
    const on = await service.api('PATCH', path, { enabled: true, ranges: ['127.0.0.0/8', '::1'] })
    expect(on.status).toBe(200)
    expect((await allowList('show', service.rootId)).text).toBe(
      'on: only these are let in\n  127.0.0.0/8\n  ::1',
    )
    await service.data.database.query("update organisation set allow_list = '{203.0.113.7}' where id = $1", [
      service.rootId,
    ])
    untilNoticed()
    expect((await ask(service.rootKey)).body.code).toBe('ADDRESS_NOT_ALLOWED')
    const off = await allowList('off', service.rootId, '--json')
    expect(JSON.parse(off.text)).toEqual({ enabled: false, ranges: ['203.0.113.7'] })
    untilNoticed()
    expect((await ask(service.rootKey)).status).toBe(200)
  })

  test('is so for a key too', async () => {
    const list = { enabled: true, ranges: ['203.0.113.7'] }
    const { id, key } = (await service.api('POST', '/v3/api-keys', { allowList: list })).body
    expect((await ask(key)).body.code).toBe('ADDRESS_NOT_ALLOWED')
    expect(JSON.parse((await allowList('show', id, '--json')).text)).toEqual(list)
    await allowList('off', id)
    untilNoticed()
    expect((await ask(key)).status).toBe(200)
  })

  test('knows organisations and keys, and nothing else', async () => {
    await expect(runAllowList(['off', '0190aaaa-0000-7000-8000-000000000001'])).rejects.toThrow('no such')
    for (const args of [[], ['on', service.rootId], ['off'], ['off', 'x'], ['off', service.rootId, 'x']])
      await expect(runAllowList(args), args.join(' ')).rejects.toThrow(TypeError)
  })
})
