/**
 * The operator's command line. One table of commands; each answers `--help`, and `--json` where it has something to say.
 */
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { footprintCli } from '@ekko/footprint/cli'
import { claimsHelp, claimsUsage, runClaims } from './cli-claims.ts'
import { eraseAtCommand } from './cli-consumers.ts'
import { say, withDatabase } from './cli-context.ts'
import { ledgerHelp, ledgerUsage, runLedger } from './cli-ledger.ts'
import { listen, listenHelp, listenUsage } from './cli-listen.ts'
import {
  fulfilmentsHelp,
  fulfilmentsUsage,
  receiptHelp,
  receiptUsage,
  runFulfilments,
  runReceipt,
} from './cli-receipts.ts'
import { runSettlements, settlementsHelp, settlementsUsage } from './cli-settlements.ts'
import { runStatements, statementsHelp, statementsUsage } from './cli-statements.ts'
import { ConfigError, readConfig } from './config.ts'
import { systemClock } from './kernel/clock.ts'
import type { Database } from './kernel/database.ts'
import { isId } from './kernel/id.ts'
import { migrate } from './kernel/migrate.ts'
import { generateKey, listKeys, revokeKey, storeKey } from './organisations/api-keys.ts'
import { readRateTable } from './quotes/rate-table.ts'
import { importRates, listRates } from './quotes/rates.ts'
import type { RunningService } from './service.ts'

interface Flags {
  readonly json: boolean
  /** Of `rates import` only. */
  readonly source: string | undefined
  readonly rest: readonly string[]
}

interface Command {
  readonly usage: string
  readonly help: string
  /** Answers the exit code. */
  readonly run: (flags: Flags) => Promise<number>
}

const commands: Readonly<Record<string, Command>> = {
  serve: {
    usage: 'ekko serve',
    help: 'Runs the service until SIGTERM. Configured by the environment; see docs/reference/configuration.md.',
    // Loaded when it is asked for: the whole service takes a second, and other commands need little of it.
    run: async ({ json }) => (await import('./main.ts')).serve((service) => announce(service, json)),
  },
  migrate: {
    usage: 'ekko migrate',
    help: 'Brings the database up to date. `ekko serve` does the same before it starts.',
    run: ({ json }) =>
      withDatabase(async (database) => {
        const { applied } = await migrate(database)
        say(json, { applied }, applied.length > 0 ? `applied ${applied.join(', ')}` : 'up to date')
        return 0
      }),
  },
  keys: {
    usage: 'ekko keys list | create [ORGANISATION_ID] | revoke KEY_ID',
    help: 'API keys. A new key is shown once; only its hash is kept. Without an id, create is for the root organisation.',
    run: runKeys,
  },
  verify: {
    usage: 'ekko verify',
    help: 'The same as `ekko ledger verify`, and prints the trial balance. Exit code 1 when anything is wrong.',
    run: async ({ json }) => runLedger(['verify', '--balances', ...(json ? ['--json'] : [])]),
  },
  ledger: { usage: ledgerUsage, help: ledgerHelp, run: async () => 0 },
  consumers: {
    usage: 'ekko consumers erase ORGANISATION_ID REFERENCE',
    help: 'Forgets for good what the sessions of an organisation said of a consumer. See docs/explanation/privacy.md.',
    run: runConsumers,
  },
  receipt: { usage: receiptUsage, help: receiptHelp, run: async () => 0 },
  fulfilments: {
    usage: fulfilmentsUsage,
    help: fulfilmentsHelp,
    run: ({ json, rest }) => runFulfilments(json, rest),
  },
  rates: {
    usage: 'ekko rates list | import FILE [--source NAME]',
    help:
      'Exchange rates for currencies that the factor set lacks. FILE is the ECB’s eurofxref-hist.csv, or has the columns\n' +
      'date,currency,per_usd. A purchase takes the rate of its day, or else the nearest of the 31 days before. NAME is\n' +
      'stated in each estimate. Rates never change: import a correction under another name; what came later counts.',
    run: runRates,
  },
  settlements: { usage: settlementsUsage, help: settlementsHelp, run: async () => 0 },
  statements: { usage: statementsUsage, help: statementsHelp, run: async () => 0 },
  listen: { usage: listenUsage, help: listenHelp, run: async () => 0 },
  claims: { usage: claimsUsage, help: claimsHelp, run: async () => 0 },
  footprint: {
    usage: 'ekko footprint estimate … | verify QUOTE.json',
    help: 'Estimates a footprint, or recomputes one offline from its provenance. Needs no database.',
    run: async () => 0,
  },
}

export async function main(args: readonly string[]): Promise<void> {
  process.exitCode = await runCommand(args)
}

async function runCommand(args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args
  if (name === 'footprint')
    return footprintCli(rest, { out: write(process.stdout), err: write(process.stderr) })
  if (name === 'listen' && !rest.includes('--help')) return listen(rest)
  const command = commands[name]
  if (!command) {
    const wantsHelp = name === '' || name === '--help' || name === 'help'
    ;(wantsHelp ? console.log : console.error)(overview(wantsHelp ? '' : `unknown command ${name}\n\n`))
    return wantsHelp ? 0 : 2
  }
  try {
    if (name === 'receipt' && !rest.includes('--help')) return await runReceipt(rest)
    if (name === 'claims' && !rest.includes('--help')) return await runClaims(rest)
    if (name === 'ledger' && !rest.includes('--help')) return await runLedger(rest)
    if (name === 'settlements' && !rest.includes('--help')) return await runSettlements(rest)
    if (name === 'statements' && !rest.includes('--help')) return await runStatements(rest)
    const { values, positionals } = parseArgs({
      args: rest,
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        json: { type: 'boolean' },
        source: { type: 'string' },
      },
    })
    if (values.help) {
      console.log(`${command.usage} [--json]\n\n${command.help}`)
      return 0
    }
    const { json = false, source } = values
    if (source !== undefined && name !== 'rates') throw new TypeError('--source is for rates import')
    return await command.run({ json, source, rest: positionals })
  } catch (cause) {
    console.error(`ekko ${name}: ${cause instanceof Error ? cause.message : String(cause)}`)
    return cause instanceof ConfigError || cause instanceof TypeError ? 2 : 1
  }
}

const write = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(text)

function overview(problem: string): string {
  const lines = Object.values(commands).map(({ usage, help }) => `  ${usage}\n      ${help}`)
  return `${problem}ekko, the operator's command line\n\n${lines.join('\n')}`
}

function announce({ origin, apiKey, rootId, sandboxDashboard }: RunningService, json: boolean): void {
  const lines = [
    `ekko serves on ${origin}`,
    apiKey && `API key ${apiKey}`,
    sandboxDashboard && `Sandbox provider ${sandboxDashboard}`,
  ]
  say(
    json,
    { origin, apiKey, rootOrganisationId: rootId, sandboxDashboard },
    lines.filter(Boolean).join('\n'),
  )
}

function runKeys({ json, rest }: Flags): Promise<number> {
  const [action, id] = rest
  return withDatabase(async (database) => {
    await migrate(database)
    if (action === 'list') {
      const keys = await listKeys(database)
      say(
        json,
        keys,
        keys
          .map((key) => `${key.id}  ${key.hint}  ${key.organisationId}${isOver(key) ? '  revoked' : ''}`)
          .join('\n'),
      )
      return 0
    }
    if (action === 'create') return createKey(database, json, id)
    if (action === 'revoke' && id !== undefined && isId(id)) {
      const revoked = await revokeKey(database, systemClock, id)
      say(json, { revoked }, revoked ? 'revoked' : 'no such key, or it is revoked already')
      return revoked ? 0 : 1
    }
    throw new TypeError(`usage: ${commands.keys!.usage}`)
  })
}

function isOver({ expiresAt }: { expiresAt: Date | null }): boolean {
  return expiresAt !== null && expiresAt <= systemClock.now()
}

async function createKey(database: Database, json: boolean, id: string | undefined): Promise<number> {
  if (id !== undefined && !isId(id)) throw new TypeError('the organisation id is a UUID')
  const [organisation] = await database.query<{ id: string }>(
    'select id from organisation where id = $1 or ($1::uuid is null and parent_id is null) order by created_at limit 1',
    [id ?? null],
  )
  if (!organisation) throw new Error('no such organisation; `ekko serve` once creates the root')
  const key = generateKey(readConfig().environment)
  await storeKey(database, systemClock, organisation.id, key)
  say(json, { apiKey: key, organisationId: organisation.id }, `${key}\nKeep it: it is not shown again.`)
  return 0
}

function runConsumers({ json, rest: [action, id, reference] }: Flags): Promise<number> {
  if (action !== 'erase' || id === undefined || !isId(id) || !reference) {
    throw new TypeError(`usage: ${commands.consumers!.usage}`)
  }
  return withDatabase(async (database) => {
    await migrate(database)
    const erasure = await eraseAtCommand(database, id, reference)
    say(json, erasure, `erased from ${erasure.erasedSessions} sessions`)
    return erasure.erasedSessions > 0 ? 0 : 1
  })
}

/** The ECB's whole history is under 2 MB. */
const rateFileBytesMax = 64 * 1024 * 1024
const ecbSource = 'European Central Bank'

async function runRates({ json, source, rest }: Flags): Promise<number> {
  const [action, file] = rest
  if (action === 'import' && file !== undefined && rest.length === 2)
    return importRateFile(file, source, json)
  if (action !== 'list' || rest.length > 1 || source !== undefined)
    throw new TypeError(`usage: ${commands.rates!.usage}`)
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

async function importRateFile(file: string, named: string | undefined, json: boolean): Promise<number> {
  const { size } = await stat(file)
  if (size > rateFileBytesMax) throw new Error(`${file} is larger than ${rateFileBytesMax} bytes`)
  const { format, rates } = readRateTable(await readFile(file, 'utf8'))
  const source = named ?? (format === 'ecb' ? ecbSource : basename(file))
  return withDatabase(async (database) => {
    await migrate(database)
    const { added, known } = await importRates(database, systemClock, rates, source)
    say(json, { source, added, known }, `${added} rates of ${source} added, ${known} known before`)
    return 0
  })
}
