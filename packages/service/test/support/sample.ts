// What tests straight on the tables begin with: a context over a database, and organisations that are only there.
// Not for tests through the public doors; `service.ts` starts those a whole service.

import type { Clock } from '../../src/kernel/clock.ts'
import type { Context } from '../../src/kernel/context.ts'
import type { Database } from '../../src/kernel/database.ts'
import { silentLog } from '../../src/kernel/log.ts'
import type { OrganisationRow } from '../../src/organisations/organisation.ts'
import { insertOrganisation } from '../../src/organisations/organisations.ts'

export function sampleContext(database: Database, clock: Clock): Context {
  return {
    environment: 'sandbox',
    origin: 'http://127.0.0.1:4000',
    database,
    clock,
    log: silentLog,
    keys: { master: new Uint8Array(32).fill(7) },
  }
}

export function sampleOrganisation(
  database: Database,
  clock: Clock,
  parent: OrganisationRow | null = null,
): Promise<OrganisationRow> {
  const address = { line1: '1 High St', city: 'London', postalCode: 'N1', countryCode: 'GBR' }
  const wanted = { tradingName: 'Sample', legalName: 'Sample Ltd', currencyCode: 'GBP', address }
  return insertOrganisation(database, clock, { parent, wanted, relativeSharePpm: 0, serviceFeePpm: 0 })
}
