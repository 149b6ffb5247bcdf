/** What the commands stand on: the configured database, the deployment's context, and one way to answer. */
import { readConfig } from '../config.ts'
import { systemClock } from '../kernel/clock.ts'
import type { Context } from '../kernel/context.ts'
import { type Database, openDatabase, type Queryable } from '../kernel/database.ts'
import { jsonLog } from '../kernel/log.ts'
import { migrate } from '../kernel/migrate.ts'
import type { Principal } from '../organisations/api-key.ts'
import { openDeployment } from '../organisations/deployment.ts'

export async function withDatabase(work: (database: Database) => Promise<number>): Promise<number> {
  const config = readConfig()
  const database = await openDatabase({
    dataDir: config.dataDir,
    ...(config.databaseUrl && { url: config.databaseUrl.reveal() }),
    onWarning: (message) => process.stderr.write(`${message}\n`),
  })
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

/** With the schema brought up to date and the deployment's keys at hand. */
export function withContext(work: (context: Context) => Promise<number>): Promise<number> {
  return withDatabase(async (database) => {
    await migrate(database)
    const { environment, origin, secretKey } = readConfig()
    const master = await openDeployment(database, systemClock, environment, secretKey)
    const log = jsonLog(systemClock, (line) => process.stderr.write(`${line}\n`))
    return work({ environment, origin, database, clock: systemClock, log, keys: { master } })
  })
}

/** The organisation that the deployment began with. */
export async function rootOf(database: Queryable): Promise<string> {
  const [root] = await database.query<{ id: string }>(
    'select id from organisation where parent_id is null order by created_at limit 1',
  )
  if (!root) throw new Error('there is no organisation yet; `ekko serve` once creates the root')
  return root.id
}

/** Whoever has the database at hand may do what the root organisation may. */
export async function operatorIn(database: Queryable): Promise<Principal> {
  return { keyId: '', organisationId: await rootOf(database), scopes: null, address: '' }
}

export function say(json: boolean, value: unknown, text: string): void {
  const plain = (_key: string, member: unknown) => (typeof member === 'bigint' ? member.toString() : member)
  process.stdout.write(`${json ? JSON.stringify(value, plain) : text}\n`)
}
