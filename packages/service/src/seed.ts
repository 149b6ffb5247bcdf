/**
 * What a fresh deployment needs before anybody can call it: a root organisation and a key. A sandbox gets sample partners
 * and projects too, and keeps its key in the data folder, so that it can be shown again at the next start.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FactorSet } from '@ekko/footprint/factor-set'
import type { Config } from './config.ts'
import type { Context } from './kernel/context.ts'
import type { Transaction } from './kernel/database.ts'
import { generateKey, keyPrefix, storeKey } from './organisations/api-keys.ts'
import { insertOrganisation } from './organisations/organisations.ts'
import { seedSampleProjects } from './projects/sample-projects.ts'

/** Typical by the documentation: a fifth of what reaches the projects. */
const serviceFeePpm = 200_000
const ownerOnly = 0o600

export interface Seeded {
  readonly rootId: string
  /** The key to start with, where it is known: given by the operator, or kept by a sandbox. */
  readonly apiKey: string | null
}

export async function seed(context: Context, config: Config, factorSet: FactorSet): Promise<Seeded> {
  const rootId = await context.database.transaction((tx) => ensureRoot(tx, context, factorSet))
  const apiKey =
    config.bootstrapApiKey?.reveal() ?? (config.environment === 'sandbox' ? sandboxKey(config.dataDir) : null)
  if (apiKey !== null) {
    if (!apiKey.startsWith(keyPrefix[context.environment])) {
      throw new Error(
        `EKKO_BOOTSTRAP_API_KEY begins with ${keyPrefix[context.environment]} in a ${context.environment} deployment`,
      )
    }
    await storeKey(context.database, context.clock, rootId, apiKey)
  }
  return { rootId, apiKey }
}

async function ensureRoot(tx: Transaction, context: Context, factorSet: FactorSet): Promise<string> {
  await tx.query('select one from deployment for update')
  const [root] = await tx.query<{ id: string }>(
    'select id from organisation where parent_id is null order by created_at limit 1',
  )
  if (root) return root.id
  const isSandbox = context.environment === 'sandbox'
  const organisation = await insertOrganisation(tx, context.clock, {
    parent: null,
    relativeSharePpm: 0,
    serviceFeePpm,
    wanted: {
      tradingName: isSandbox ? 'Sample operator' : 'Operator',
      legalName: isSandbox ? 'Sample operator (sandbox)' : 'Operator',
      address: { line1: '1 Sample Street', city: 'London', postalCode: 'SW1A 1AA', countryCode: 'GBR' },
      currencyCode: 'GBP',
      organisationReference: 'root',
    },
  })
  if (isSandbox) {
    const perUsd = new Map([...factorSet.currencies].map(([currency, { rate }]) => [currency, rate.perUsd]))
    await seedSampleProjects(tx, context.clock, organisation.id, perUsd)
  }
  return organisation.id
}

function sandboxKey(dataDir: string): string {
  const file = join(dataDir, 'sandbox-api-key')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  const key = generateKey('sandbox')
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(file, `${key}\n`, { mode: ownerOnly })
  chmodSync(file, ownerOnly)
  return key
}
