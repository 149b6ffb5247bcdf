/**
 * `ekko consumers`: what the operator does for a consumer at the command line.
 * Not for reading arguments or printing, which `cli.ts` does.
 */
import type { ConsumerErasure } from '@ekko/contract/resources'
import { readConfig } from './config.ts'
import { eraseConsumer } from './consumers/consumers.ts'
import { systemClock } from './kernel/clock.ts'
import type { Database } from './kernel/database.ts'
import { openDeployment } from './organisations/deployment.ts'
import { organisationsIn } from './organisations/organisations.ts'

/** As the API does, with any organisation's right. @throws Refusal NOT_FOUND */
export async function eraseAtCommand(
  database: Database,
  organisationId: string,
  reference: string,
): Promise<ConsumerErasure> {
  const { environment, secretKey } = readConfig()
  const master = await openDeployment(database, systemClock, environment, secretKey)
  const context = { database, clock: systemClock, keys: { master } }
  const organisations = organisationsIn(database, systemClock)
  return eraseConsumer(context, organisations, organisationId, { consumer: { reference } })
}
