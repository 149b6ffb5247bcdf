/** `ekko migrate`: brings the schema up to date, and says what that took. */
import { parseArgs } from 'node:util'
import { migrate } from '../kernel/migrate.ts'
import { say, withDatabase } from './context.ts'

export function runMigrate(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } })
  return withDatabase(async (database) => {
    const { applied } = await migrate(database)
    say(values.json, { applied }, applied.length > 0 ? `applied ${applied.join(', ')}` : 'up to date')
    return 0
  })
}
