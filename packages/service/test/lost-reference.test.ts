// What a lost answer or a restored backup hides of the provider's doings is found again: a payment by our own reference, a
// refund although it was booked as the provider's own meanwhile. Otherwise nothing could be given back, or never be settled.

import { randomBytes } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { followHint } from '../src/allocations/provider-news.ts'
import { reverseAllocation } from '../src/allocations/reversals.ts'
import { loadContribution } from '../src/contributions/contributions.ts'
import {
  pollContributions,
  refreshContribution,
  startContribution,
} from '../src/contributions/payment-attempts.ts'
import { newId } from '../src/kernel/id.ts'
import { toMajor } from '../src/kernel/money.ts'
import type { Psp } from '../src/payments/psp.ts'
import { disagreements, readBooks } from './simulation/books.ts'
import { Chance } from './simulation/chance.ts'
import { backUp, restore } from './simulation/disasters.ts'
import { openSession } from './simulation/shoppers.ts'
import { embeddedStore, postgresStore } from './simulation/stores.ts'
import { makeWorld, type World } from './simulation/world.ts'
import { type Engine, engines } from './support/database.ts'

async function worldOn(engine: Engine): Promise<World> {
  const { url, run } = inject('ekkoPostgres')
  const name = `${run}_r${randomBytes(4).toString('hex')}`
  const store = engine === 'embedded' ? await embeddedStore() : await postgresStore(url!, name)
  const options = { seed: 'lost', lane: 0, operations: 1, organisations: 12, store }
  return makeWorld(options, new Chance('lost'))
}

/** A shopper is sent to pay; answers the contribution's id. */
async function started(world: World): Promise<string> {
  await openSession(world)
  return (await begin(world)).contributionId
}

/** In a tab of the newest session. */
function begin({ services, shops, now }: World, psp: Psp = services.psp, locale = 'en-GB') {
  const session = { ...shops[0]!.session, locale }
  const at = new Date(now).toISOString()
  return startContribution(services.context, { ...services, psp }, session, {
    amountMinor: BigInt(session.terms.minimumMinor),
    consent: { text: 'I agree.', locale, sha256: '0'.repeat(64), at },
    description: 'Contribution',
    pspReturnUrl: `http://ekko.example/?locale=${locale}`,
    returnUrl: null,
  })
}

/** The provider behind a line that lets some calls fail. */
const through = (psp: Psp, over: Partial<Psp>): Psp => Object.assign(Object.create(psp), over)
const noAnswer = { kind: 'unknown', cause: 'no answer' } as const

/** Gives one minor unit back. */
async function reverse({ services }: World, contributionId: string, reversalId: string) {
  const contribution = await loadContribution(services.context.database, contributionId)
  const { allocationId, organisationId, currency } = contribution!
  const wanted = { amount: toMajor(1n, currency) }
  return reverseAllocation(services.context, services, organisationId, allocationId!, wanted, reversalId)
}

/** Making a world and restoring it takes its time on a busy machine. */
const patience = { timeout: 120_000 }

describe('a session that was opened and whose answer got lost', () => {
  it('is gone on with by a tab in another language, and paid once', patience, async () => {
    const world = await worldOn('postgres')
    const { provider, services, options } = world
    await openSession(world)
    const lossy = through(services.psp, {
      createSession: async (command, key) => {
        await services.psp.createSession(command, key)
        return noAnswer
      },
    })
    await expect(begin(world, lossy)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
    const { contributionId, pspUrl } = await begin(world, services.psp, 'de-DE')
    const [payment, ...others] = provider.payments
    expect([payment!.reference, others]).toEqual([contributionId, []])
    expect(pspUrl).toContain(payment!.pspReference)
    provider.move(payment!, 'paid')
    expect(await refreshContribution(services.context, services, contributionId)).toMatchObject({
      state: 'paid',
    })
    await options.store.dispose()
  })

  it('is asked for as long as the provider does not answer, and booked when it does', patience, async () => {
    const world = await worldOn('postgres')
    const { provider, services, options } = world
    const { context, psp } = services
    const id = await started(world)
    await options.store.database.query('update contribution set psp_reference = null, psp_url = null')
    provider.move(provider.payments[0]!, 'paid')
    world.now += 3 * 3_600_000
    const silent = through(psp, { findByReference: async () => noAnswer })
    await pollContributions(context, { ...services, psp: silent })
    expect(await loadContribution(context.database, id)).toMatchObject({ state: 'created' })
    world.now += 3_600_000
    await pollContributions(context, services)
    expect(await loadContribution(context.database, id)).toMatchObject({ state: 'paid' })
    await options.store.dispose()
  })

  it('is found by our reference when the provider tells of it', patience, async () => {
    const world = await worldOn('postgres')
    const { provider, services, options } = world
    const id = await started(world)
    const { database } = options.store
    await database.query('update contribution set psp_reference = null, psp_url = null, poll_at = null')
    const [payment] = provider.payments
    provider.move(payment!, 'paid')
    const hint = { eventId: 'evt', pspReference: payment!.pspReference, kind: 'payment' } as const
    await followHint(services.context, services, hint)
    expect(await loadContribution(database, id)).toMatchObject({ state: 'paid' })
    await options.store.dispose()
  })
})

describe.each(engines)('after a backup was restored on %s', (engine) => {
  it(
    'a payment that is found by our reference is booked with the provider’s, and can be given back',
    patience,
    async () => {
      const world = await worldOn(engine)
      const { options, provider, services } = world
      const id = await started(world)
      const { database } = options.store
      await database.query('update contribution set psp_reference = null, psp_url = null')
      provider.move(provider.payments[0]!, 'paid')
      await refreshContribution(services.context, services, id)
      const { pspReference } = provider.payments[0]!
      expect(await loadContribution(database, id)).toMatchObject({ state: 'paid', pspReference })
      expect((await reverse(world, id, newId(world.now))).status).toBe('done')
      await options.store.dispose()
    },
  )

  it(
    'a refund that was found at the provider is not booked again for whoever asked for it',
    patience,
    async () => {
      const world = await worldOn(engine)
      const id = await started(world)
      const payment = world.provider.payments[0]!
      world.provider.move(payment, 'paid')
      await refreshContribution(world.services.context, world.services, id)
      const backup = await backUp(world)
      const reversalId = newId(world.now)
      expect((await reverse(world, id, reversalId)).status).toBe('done')
      await restore(world, backup)
      const { context } = world.services
      const hint = { eventId: 'evt', pspReference: payment.pspReference, kind: 'payment' } as const
      await followHint(context, world.services, hint)
      await expect(reverse(world, id, reversalId)).rejects.toMatchObject({ name: 'Refusal' })
      const states = await context.database.query('select state from reversal order by state')
      expect(states.map(({ state }) => state)).not.toContain('requested')
      const [book] = await readBooks(context.database, [id])
      expect(disagreements(payment, book)).toEqual([])
      await world.options.store.dispose()
    },
  )
})
