/** `ekko rates`: exchange rates from a file, and what is there of them. */
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '../kernel/clock.ts'
import { migrate } from '../kernel/migrate.ts'
import { readRateTable } from '../quotes/rate-table.ts'
import { importRates, listRates } from '../quotes/rates.ts'
import { say, withDatabase } from './context.ts'
import { notUnderstood } from './manual.ts'

/** The ECB's whole history is under 2 MB. */
const fileBytesMax = 64 * 1024 * 1024
const ecbSource = 'European Central Bank'

export async function runRates(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, source: { type: 'string' } },
  })
  const { json, source } = values
  const [action, file] = positionals
  if (action === 'import' && file !== undefined && positionals.length === 2)
    return importFile(file, source, json)
  if (action !== 'list' || positionals.length > 1 || source !== undefined) throw notUnderstood('rates')
  return withDatabase(async (database) => {
    await migrate(database)
    const listed = await listRates(database)
    const lines = listed.map(
      (each) => `${each.currency}  ${each.firstDay} to ${each.lastDay}  ${each.days} days  ${each.source}`,
    )
    say(json, listed, lines.length > 0 ? lines.join('\n') : 'no rates were imported')
    return 0
  })
}

async function importFile(file: string, named: string | undefined, json: boolean): Promise<number> {
  const { size } = await stat(file)
  if (size > fileBytesMax) throw new Error(`${file} is larger than ${fileBytesMax} bytes`)
  const { format, rates } = readRateTable(await readFile(file, 'utf8'))
  const source = named ?? (format === 'ecb' ? ecbSource : basename(file))
  return withDatabase(async (database) => {
    await migrate(database)
    const { added, known } = await importRates(database, systemClock, rates, source)
    say(json, { source, added, known }, `${added} rates of ${source} added, ${known} known before`)
    return 0
  })
}
