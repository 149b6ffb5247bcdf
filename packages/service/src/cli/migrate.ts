/** `ekko migrate`: brings the schema up to date, says what that took, and lets the service's own role work with it. */
import { parseArgs } from 'node:util'
import { migrate } from '../kernel/migrate.ts'
import { say, withDatabase } from './context.ts'

const options = { json: { type: 'boolean', default: false }, grant: { type: 'string' } } as const

export function runMigrate(args: readonly string[]): Promise<number> {
  const { json, grant } = parseArgs({ args: [...args], options }).values
  return withDatabase(async (database) => {
    const { applied } = await migrate(database)
    if (grant !== undefined) await database.query('select grant_to_service($1)', [grant])
    say(json, { applied }, applied.length > 0 ? `applied ${applied.join(', ')}` : 'up to date')
    return 0
  })
}
