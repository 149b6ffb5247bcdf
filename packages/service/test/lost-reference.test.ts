// What a restored backup does not know of the provider's answers is found again: a payment by our own reference, a refund
// although it was booked as the provider's own meanwhile. Otherwise nothing could be given back, or never be settled.

import { randomBytes } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { followHint } from '../src/allocations/provider-news.ts'
import { reverseAllocation } from '../src/allocations/reversals.ts'
import { loadContribution } from '../src/contributions/contributions.ts'
import { refreshContribution, startContribution } from '../src/contributions/payment-attempts.ts'
import { newId } from '../src/kernel/id.ts'
import { toMajor } from '../src/kernel/money.ts'
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
  const { services, shops } = world
  const { session } = shops[0]!
  const at = new Date(world.now).toISOString()
  const attempt = await startContribution(services.context, services, session, {
    amountMinor: BigInt(session.terms.minimumMinor),
    consent: { text: 'I agree.', locale: 'en-GB', sha256: '0'.repeat(64), at },
    description: 'Contribution',
    pspReturnUrl: 'http://ekko.example',
    returnUrl: null,
  })
  return attempt.contributionId
}

/** Gives one minor unit back. */
async function reverse({ services }: World, contributionId: string, reversalId: string) {
  const contribution = await loadContribution(services.context.database, contributionId)
  const { allocationId, organisationId, currency } = contribution!
  const wanted = { amount: toMajor(1n, currency) }
  return reverseAllocation(services.context, services, organisationId, allocationId!, wanted, reversalId)
}

/** Making a world and restoring it takes its time on a busy machine. */
const patience = { timeout: 120_000 }

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
