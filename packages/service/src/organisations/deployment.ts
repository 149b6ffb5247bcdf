/**
 * A database belongs to one environment for ever, and to one master key.
 * Law: a sandbox’s database is never opened as production or the other way round.
 */
import { randomBytes } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import type { Environment } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import type { Secret } from '../kernel/secret.ts'

const masterKeyBytes = 32

/** Answers the master key: the operator's, or the one kept in the database of a sandbox. */
export async function openDeployment(
  database: Queryable,
  clock: Clock,
  environment: Environment,
  secretKey: Secret | null,
): Promise<Uint8Array> {
  const given = secretKey && Buffer.from(secretKey.reveal(), 'base64')
  if (given && given.length !== masterKeyBytes) throw new Error('EKKO_SECRET_KEY is 32 bytes in base64')
  await database.query(
    'insert into deployment (environment, master_key, created_at) values ($1, $2, $3) on conflict (one) do nothing',
    [environment, given ? null : randomBytes(masterKeyBytes), clock.now()],
  )
  const [row] = await database.query<{ environment: Environment; masterKey: Uint8Array | null }>(
    'select environment, master_key as "masterKey" from deployment',
  )
  if (row!.environment !== environment) {
    throw new Error(`this database belongs to a ${row!.environment} deployment, not to ${environment}`)
  }
  const key = given ?? row!.masterKey
  if (!key) throw new Error('this database was set up with EKKO_SECRET_KEY; give the same key again')
  return key
}
