// A deployment that changed its payment provider has payments of the former one. Nobody may ask the new one about them: it
// would say that there is no such payment, and a refund under way would count as refused.

import { randomBytes } from 'node:crypto'
import { afterEach, expect, inject, it } from 'vitest'
import { pollRefunds } from '../src/allocations/refunds.ts'
import { reverseAllocation } from '../src/allocations/reversals.ts'
import { loadContribution } from '../src/contributions/contributions.ts'
import {
  pollContributions,
  refreshContribution,
  startContribution,
} from '../src/contributions/payment-attempts.ts'
import { newId } from '../src/kernel/id.ts'
import { Chance } from './simulation/chance.ts'
import { openSession } from './simulation/shoppers.ts'
import { postgresStore } from './simulation/stores.ts'
import { makeWorld, type World } from './simulation/world.ts'

let world: World | undefined
afterEach(() => world?.options.store.dispose())

/** A contribution that was begun with the provider of the world. */
async function begun(): Promise<{ world: World; id: string }> {
  const { url, run } = inject('ekkoPostgres')
  const store = await postgresStore(url!, `${run}_f${randomBytes(4).toString('hex')}`)
  const options = { seed: 'former', lane: 0, operations: 1, organisations: 6, store }
  const made = await makeWorld(options, new Chance('former'))
  world = made
  await openSession(made)
  const { context } = made.services
  const { session } = made.shops[0]!
  const { contributionId } = await startContribution(context, made.services, session, {
    amountMinor: BigInt(session.terms.minimumMinor),
    consent: {
      text: 'I agree.',
      locale: 'en-GB',
      sha256: '0'.repeat(64),
      at: new Date(made.now).toISOString(),
    },
    description: 'Contribution',
    pspReturnUrl: 'http://ekko.example',
    returnUrl: null,
  })
  return { world: made, id: contributionId }
}

const changeProvider = ({ options }: World) =>
  options.store.database.query(
    "update contribution set psp = 'former', poll_at = '2000-01-01' where poll_at is not null or state = 'paid'",
  )

it('leaves a payment under way at the former provider alone', { timeout: 120_000 }, async () => {
  const { world: made, id } = await begun()
  const { context } = made.services
  await changeProvider(made)
  expect(await pollContributions(context, made.services)).toBe(0)
  const before = await loadContribution(context.database, id)
  expect((await refreshContribution(context, made.services, id)).state).toBe(before!.state)
})

it('keeps a refund at the former provider waiting, and never asks the new one for it', {
  timeout: 120_000,
}, async () => {
  const { world: made, id } = await begun()
  const { services, provider } = made
  const { context } = services
  provider.move(provider.payments[0]!, 'paid')
  await refreshContribution(context, services, id)
  const { allocationId, organisationId } = (await loadContribution(context.database, id))!
  await changeProvider(made)
  const reversal = await reverseAllocation(
    context,
    services,
    organisationId,
    allocationId!,
    {},
    newId(made.now),
  )
  expect(reversal.status).toBe('pending')
  await context.database.query("update reversal set poll_at = '2000-01-01'")
  expect(await pollRefunds(context, services)).toBe(0)
  expect(provider.payments[0]!.refunds).toEqual([])
})
