// Every operation of the contract, asked by everybody who must not be answered, and by those who must.

import { type Operation, type OperationName, operations } from '@ekko/contract/operations'
import { allows, scopeFor, scopes } from '@ekko/contract/scopes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateKey, storeKey } from '../src/organisations/api-keys.ts'
import { organisationExample, type Reply, sessionExample, testService } from './support/service.ts'
import { cases, type World } from './tenancy-cases.ts'

let world: World
let childKey = ''
let siblingKey = ''
const elsewhere = '203.0.113.1'
/** Keys of the owner that are good no more, or not from here. */
const spentKeys = new Map<string, string>()
/** By what they may not do, though they may do all else. */
const keysWithout = new Map<string, string>()
const foreign = { status: 404, code: 'NOT_FOUND' }
const deactivated = { status: 403, code: 'ORGANISATION_DEACTIVATED' }
const unauthorised = { status: 401, code: 'UNAUTHORIZED' }

beforeAll(async () => {
  const service = await testService({ engine: 'postgres' })
  const below = async (parentOrganisationId: string, reference: string) => {
    const wanted = { ...organisationExample(parentOrganisationId), organisationReference: reference }
    return (await service.api('POST', '/v3/organisations', wanted)).body.organisationId
  }
  const keyFor = async (organisationId: string) => {
    const key = generateKey('sandbox')
    await storeKey(service.data.database, service.service.context.clock, organisationId, key)
    return key
  }
  const parentId = await below(service.rootId, 'parent')
  const childId = await below(parentId, 'child')
  const siblingId = await below(service.rootId, 'sibling')
  ;[childKey, siblingKey] = [await keyFor(childId), await keyFor(siblingId)]
  const session = await service.session(parentId)
  await service.contribute(session.payUrl, '2.00', 'success')
  const parentKey = await keyFor(parentId)
  world = { service, parentId, childId, siblingId, parentKey, session }
  await spoilKeys()
  await service.data.database.query(
    `with period as (
       insert into statement_period (root_id, period, ends_at, sealed_up_to, closed_at)
       values ($1, '2020-01', '2020-02-01', 0, now()) returning root_id, period)
     insert into statement (id, root_id, organisation_id, period, previous_hash, hash, content, closed_at)
     select gen_random_uuid(), root_id, $2, period, sha256('x'), sha256('y'), $3, now() from period`,
    [service.rootId, parentId, JSON.stringify({ organisationId: parentId })],
  )
})
afterAll(() => world.service.dispose())

async function spoilKeys(): Promise<void> {
  const { service, parentId } = world
  const keyOf = async (over: Record<string, unknown>): Promise<{ id: string; key: string }> =>
    (await service.api('POST', '/v3/api-keys', { organisationId: parentId, ...over })).body
  const revoked = await keyOf({})
  await service.api('DELETE', `/v3/api-keys/${revoked.id}`)
  const rolled = await keyOf({})
  await service.api('POST', `/v3/api-keys/${rolled.id}/roll`, { graceHours: 12 })
  await service.data.database.query(
    `update api_key set expires_at = now() - interval '1 s' where id = $1 and expires_at is not null`,
    [rolled.id],
  )
  const fromElsewhere = await keyOf({ allowList: { enabled: true, ranges: [elsewhere] } })
  const stopped = (await service.api('POST', '/v3/organisations', organisationExample(parentId))).body
  const ofStopped = await keyOf({ organisationId: stopped.organisationId })
  await service.api('POST', `/v3/organisations/${stopped.organisationId}/deactivate`)
  spentKeys.set('UNAUTHORIZED 401 revoked', revoked.key).set('UNAUTHORIZED 401 rolled', rolled.key)
  spentKeys.set('ADDRESS_NOT_ALLOWED 403', fromElsewhere.key)
  spentKeys.set('ORGANISATION_DEACTIVATED 403', ofStopped.key)
  for (const need of scopes) {
    const others = scopes.filter((scope) => !allows([scope], need))
    keysWithout.set(need, (await keyOf({ scopes: others })).key)
  }
}

async function ask(name: OperationName, credential: string): Promise<Reply> {
  const { path, body } = await cases[name].ask(world)
  const { method, version }: Operation = operations[name]
  const hasBody = body !== undefined && method !== 'GET' && credential !== ''
  const response = await fetch(world.service.origin + path, {
    method,
    headers: {
      // Nobody stands in front of this service whose word on where a request comes from would count.
      'x-forwarded-for': elsewhere,
      ...(credential !== '' && credentials(version, credential)),
      ...(hasBody && { 'content-type': 'application/json' }),
    },
    ...(hasBody && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers }
}

function credentials(version: Operation['version'], credential: string): Record<string, string> {
  return version === 'v2' ? { 'x-api-key': credential } : { authorization: `Bearer ${credential}` }
}

/** The version before has another shape of error. */
const refusal = ({ status, body }: Reply) => ({ status, code: body.code ?? body.error?.errorName })
const good = (name: OperationName, { status, body }: Reply) => {
  const wanted = operations[name].answer.status
  expect(status, JSON.stringify(body)).toBe(wanted)
}
const named = (...whose: string[]) =>
  (Object.keys(operations) as OperationName[]).filter((name) => whose.includes(cases[name]?.whose))

it('no operation is without a case, and no case without an operation', () => {
  expect(Object.keys(cases).sort()).toEqual(Object.keys(operations).sort())
  const needsKey = (name: OperationName) => operations[name].caller === 'apiKey'
  expect(named('owner', 'tree', 'operator', 'list').every(needsKey)).toBe(true)
  expect(named('page').map((name) => operations[name].caller)).toEqual(
    named('page').map(() => 'clientSecret'),
  )
  expect(named('anyone').map((name) => operations[name].caller)).toEqual(named('anyone').map(() => 'anyone'))
})

describe('without a good credential', () => {
  const closed = named('owner', 'tree', 'operator', 'list', 'page')
  it.each(closed)('%s is refused: none, unknown, malformed, and of the other kind', async (name) => {
    const ofOtherKind = cases[name].whose === 'page' ? world.parentKey : world.session.clientSecret
    const unknown = generateKey('sandbox')
    for (const credential of ['', unknown, 'x', ofOtherKind]) {
      expect(refusal(await ask(name, credential))).toEqual(unauthorised)
    }
  })
})

describe('with a credential that was good', () => {
  const ofServers = named('owner', 'tree', 'operator', 'list')
  it.each(ofServers)('%s is refused: revoked, rolled, from elsewhere, deactivated', async (name) => {
    for (const [wanted, key] of spentKeys) {
      const [code, status] = wanted.split(' ')
      expect(refusal(await ask(name, key)), wanted).toEqual({ status: Number(status), code })
    }
  })

  const limited = ofServers.filter((name) => scopeFor(operations[name]) !== 'anyKey')
  it.each(limited)('%s is refused to a key that may do all but this', async (name) => {
    const key = keysWithout.get(scopeFor(operations[name]))
    expect(refusal(await ask(name, key!))).toEqual({ status: 403, code: 'FORBIDDEN' })
  })

  it.each(named('page'))('%s is refused: over, of a deactivated organisation, and forged', async (name) => {
    const { service, parentId } = world
    const over = await service.session(parentId)
    await service.data.database.query(
      `update post_purchase_session set expires_at = now() - interval '1 s' where id = $1`,
      [over.sessionId],
    )
    const stopped = await service.organisation()
    const ofStopped = await service.session(stopped)
    await service.api('POST', `/v3/organisations/${stopped}/deactivate`)
    const forged = over.clientSecret.replace(/_secret_.*/, world.session.clientSecret.match(/_secret_.*/)![0])
    expect(refusal(await ask(name, over.clientSecret))).toEqual({
      status: 401,
      code: 'CLIENT_SECRET_EXPIRED',
    })
    expect(refusal(await ask(name, ofStopped.clientSecret))).toEqual(deactivated)
    expect(refusal(await ask(name, forged))).toEqual(unauthorised)
  })
})

describe('a thing of an organisation', () => {
  it.each(named('owner'))('of %s does not exist for a sibling or a child of it', async (name) => {
    expect(refusal(await ask(name, siblingKey))).toEqual(foreign)
    expect(refusal(await ask(name, childKey))).toEqual(foreign)
  })

  it.each(named('owner'))('of %s is there for the owner and for who is above', async (name) => {
    good(name, await ask(name, world.parentKey))
    good(name, await ask(name, world.service.rootKey))
  })
})

describe('a list', () => {
  it.each(named('list'))('%s tells nobody beside or below what is an organisation’s', async (name) => {
    const mine = JSON.stringify((await ask(name, world.parentKey)).body)
    expect(mine).toContain(world.parentId)
    for (const key of [siblingKey, childKey]) {
      const answer = await ask(name, key)
      good(name, answer)
      const text = JSON.stringify(answer.body).replaceAll(`"parentOrganisationId":"${world.parentId}"`, '')
      expect(text).not.toContain(world.parentId)
    }
  })
})

describe('a cursor', () => {
  const inPages = (Object.keys(operations) as OperationName[]).filter((name) => {
    const { query }: Operation = operations[name]
    return 'startingAfter' in ((query as { properties?: object } | undefined)?.properties ?? {})
  })
  it.each(inPages)('of %s that is nothing of the list is refused', async (name) => {
    const { path } = await cases[name].ask(world)
    const cursor = `${path.includes('?') ? '&' : '?'}startingAfter=${crypto.randomUUID()}`
    const answer = await world.service.api('GET', path + cursor)
    expect(refusal(answer)).toEqual({ status: 422, code: 'UNPROCESSABLE_ENTITY' })
    expect(answer.body.issues).toMatchObject([{ path: '/startingAfter' }])
  })
})

describe('what is shared below one root', () => {
  it.each(named('tree'))('%s is the same for everybody', async (name) => {
    const answers = []
    for (const key of [world.service.rootKey, world.parentKey, childKey, siblingKey]) {
      const answer = await ask(name, key)
      good(name, answer)
      answers.push(answer.body)
    }
    for (const each of answers) expect(each).toEqual(answers[0])
  })
})

describe('what is the operator’s', () => {
  it.each(named('operator'))('%s is for keys of the root alone', async (name) => {
    for (const key of [world.parentKey, childKey, siblingKey]) {
      expect(refusal(await ask(name, key))).toEqual({ status: 403, code: 'FORBIDDEN' })
    }
    good(name, await ask(name, world.service.rootKey))
  })
})

describe('the page of a session', () => {
  it.each(named('page'))('%s answers about the session of its secret', async (name) => {
    const other = await world.service.session(world.siblingId, sessionExample(world.siblingId))
    const answer = await ask(name, other.clientSecret)
    good(name, answer)
    expect(JSON.stringify(answer.body)).not.toContain(world.session.sessionId)
  })
})

it.each(named('anyone'))('%s needs no credential', async (name) => {
  good(name, await ask(name, ''))
})
