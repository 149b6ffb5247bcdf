/** What the commands stand on: the configured database, the deployment's context, and one way to answer. */
import { readConfig } from './config.ts'
import { systemClock } from './kernel/clock.ts'
import type { Context } from './kernel/context.ts'
import { type Database, openDatabase } from './kernel/database.ts'
import { jsonLog } from './kernel/log.ts'
import { migrate } from './kernel/migrate.ts'
import { openDeployment } from './organisations/deployment.ts'

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

export function say(json: boolean, value: unknown, text: string): void {
  const plain = (_key: string, member: unknown) => (typeof member === 'bigint' ? member.toString() : member)
  process.stdout.write(`${json ? JSON.stringify(value, plain) : text}\n`)
}
