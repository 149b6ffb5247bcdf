import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engines, type TestDatabase, testDatabase } from '../../test/support/database.ts'
import { sampleContext, sampleOrganisation } from '../../test/support/sample.ts'
import { settableClock } from '../kernel/clock.ts'
import type { Context } from '../kernel/context.ts'
import { newId } from '../kernel/id.ts'
import type { OrganisationRow } from '../organisations/organisation.ts'
import { createEndpoint, deleteEndpoint, endpointsPerOrganisationMax, listEndpoints } from './endpoints.ts'
import { SigningKeys } from './signing-key.ts'

const clock = settableClock(new Date())
const url = 'https://shop.example/hooks'

describe.each(engines)('endpoints on %s', (engine) => {
  let support: TestDatabase
  let context: Context
  let root: OrganisationRow
  let shop: OrganisationRow
  let sibling: OrganisationRow
  beforeAll(async () => {
    support = await testDatabase({ engine })
    context = { ...sampleContext(support.database, clock), environment: 'production' }
  })
  afterAll(() => support.dispose())
  beforeEach(async () => {
    root = await organisation(null)
    shop = await organisation(root)
    sibling = await organisation(root)
  })

  const organisation = (parent: OrganisationRow | null) => sampleOrganisation(support.database, clock, parent)

  test('the secret is shown once and kept sealed, bound to its endpoint', async () => {
    const { secret, ...created } = await createEndpoint(context, shop.id, { url })
    expect(created).toEqual({
      id: expect.any(String),
      organisationId: shop.id,
      url,
      eventTypes: null,
      status: 'enabled',
      createdAt: clock.now().toISOString(),
      pausedAt: null,
      disabledAt: null,
      disabledReason: null,
      asymmetricSignature: false,
      publicKeys: [],
      legacySignature: false,
      ordered: false,
      health: {
        state: 'closed',
        attemptsAtOnce: 4,
        failures: 0,
        failingSince: null,
        lastFailureAt: null,
        nextProbeAt: null,
        failingNotice: null,
        disablesAt: null,
      },
    })
    expect(await listEndpoints(context, shop.id)).toEqual([created])
    const [row] = await support.database.query<{ sealed: Buffer }>(
      'select sealed from webhook_secret where endpoint_id = $1',
      [created.id],
    )
    expect(row!.sealed.toString('latin1')).not.toContain(secret)
    const keys = new SigningKeys(context.keys.master)
    expect(keys.unseal(created.id, row!.sealed)).toBe(secret)
    expect(() => keys.unseal(newId(0), row!.sealed)).toThrow()
  })

  test('an organisation manages its own and those below; others do not exist for it', async () => {
    const below = await createEndpoint(context, root.id, { url, organisationId: shop.id.toUpperCase() })
    expect(below.organisationId).toBe(shop.id)
    const refusal = { code: 'NOT_FOUND' }
    for (const elsewhere of [root.id, sibling.id, newId(0), 'no-uuid']) {
      await expect(
        createEndpoint(context, shop.id, { url, organisationId: elsewhere }),
      ).rejects.toMatchObject(refusal)
    }
    const ofSibling = await createEndpoint(context, sibling.id, { url })
    const ofRoot = await createEndpoint(context, root.id, { url })
    for (const foreign of [ofSibling.id, ofRoot.id, newId(0), 'no-uuid']) {
      await expect(deleteEndpoint(context, shop.id, foreign)).rejects.toMatchObject(refusal)
    }
    const idsSeenBy = async (id: string) => (await listEndpoints(context, id)).map((one) => one.id).sort()
    expect(await idsSeenBy(shop.id)).toEqual([below.id])
    expect(await idsSeenBy(root.id)).toEqual([below.id, ofSibling.id, ofRoot.id].sort())
    await deleteEndpoint(context, root.id, below.id)
    expect(await idsSeenBy(shop.id)).toEqual([])
    await expect(deleteEndpoint(context, root.id, below.id)).rejects.toMatchObject(refusal)
  })

  test('event types: absent or null means all, an empty list is refused, doubles count once', async () => {
    expect((await createEndpoint(context, shop.id, { url, eventTypes: null })).eventTypes).toBeNull()
    await expect(createEndpoint(context, shop.id, { url, eventTypes: [] })).rejects.toMatchObject({
      code: 'UNPROCESSABLE_ENTITY',
      issues: [{ path: '/eventTypes' }],
    })
    const twice = await createEndpoint(context, shop.id, {
      url,
      eventTypes: ['IMPACT_PAYMENT', 'IMPACT_PAYMENT'],
    })
    expect(twice.eventTypes).toEqual(['IMPACT_PAYMENT'])
    expect((await listEndpoints(context, shop.id)).map((one) => one.eventTypes)).toContainEqual([
      'IMPACT_PAYMENT',
    ])
  })

  test('a URL that may not be called is refused with the reason', async () => {
    for (const bad of [
      'http://shop.example/',
      'https://127.0.0.1/',
      'https://user@shop.example/',
      'nonsense',
    ]) {
      await expect(createEndpoint(context, shop.id, { url: bad })).rejects.toMatchObject({
        code: 'ENDPOINT_REFUSED',
        issues: [{ path: '/url', message: expect.any(String) }],
      })
    }
    const sandbox = { ...context, environment: 'sandbox' as const }
    await createEndpoint(sandbox, shop.id, { url: 'http://127.0.0.1:3000/' })
  })

  test('an organisation has sixteen live endpoints at most, also when they are made at once', async () => {
    const many = await Promise.allSettled(
      Array.from({ length: endpointsPerOrganisationMax + 5 }, () =>
        createEndpoint(context, shop.id, { url }),
      ),
    )
    const refused = many.filter((one) => one.status === 'rejected')
    expect(refused.map((one) => one.reason.code)).toEqual(Array(5).fill('MAX_ENDPOINTS_REACHED'))
    await createEndpoint(context, sibling.id, { url })
    const [oldest] = await listEndpoints(context, shop.id)
    await deleteEndpoint(context, shop.id, oldest!.id)
    await createEndpoint(context, shop.id, { url })
  })
})
