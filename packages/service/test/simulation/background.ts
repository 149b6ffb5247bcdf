/** Operations of our own machinery: the pollers and the sealers, also those of two replicas at once. */
import { pollDisputes } from '../../src/allocations/disputes.ts'
import { pollRefunds } from '../../src/allocations/refunds.ts'
import { pollContributions } from '../../src/contributions/payment-attempts.ts'
import { sealBatch } from '../../src/ledger/seals.ts'
import { tolerate } from './verdict.ts'
import { count, type World } from './world.ts'

export async function pollPayments({ services }: World): Promise<void> {
  await tolerate([], () => pollContributions(services.context, services))
}

export async function pollReversals({ services }: World): Promise<void> {
  await tolerate([], () => pollRefunds(services.context, services))
}

export async function pollSchemes({ services }: World): Promise<void> {
  await tolerate([], () => pollDisputes(services.context, services))
}

/** Two replicas poll at the same time. */
export async function twoPollers(world: World): Promise<void> {
  count(world, 'two pollers')
  await Promise.all([pollPayments(world), pollPayments(world), pollReversals(world), pollReversals(world)])
}

export async function seal({ services }: World): Promise<void> {
  await tolerate([], () => sealBatch(services.context))
}

export async function twoSealers(world: World): Promise<void> {
  count(world, 'two sealers')
  await Promise.all([seal(world), seal(world)])
}
