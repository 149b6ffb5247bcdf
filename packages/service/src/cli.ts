/**
 * The operator's command line. One table of commands; each answers `--help`, and `--json` where it has something to say.
 */
import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { footprintCli } from '@ekko/footprint/cli'
import { ConfigError, readConfig } from './config.ts'
import { systemClock } from './kernel/clock.ts'
import { type Database, openDatabase } from './kernel/database.ts'
import { isId } from './kernel/id.ts'
import { migrate } from './kernel/migrate.ts'
import { trialBalance, verifyLedger } from './ledger/ledger.ts'
import { serve } from './main.ts'
import { generateKey, listKeys, revokeKey, storeKey } from './organisations/api-keys.ts'
import { readRateTable } from './quotes/rate-table.ts'
import { importRates, listRates } from './quotes/rates.ts'
import { forwardEvents } from './webhooks/forwards.ts'

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
    run: ({ json }) => serve((service) => announce(service, json)),
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
    help: 'Checks every law of the ledger and prints the trial balance. Exit code 1 when a law is broken.',
    run: runVerify,
  },
  rates: {
    usage: 'ekko rates list | import FILE [--source NAME]',
    help:
      'Exchange rates for currencies that the factor set lacks. FILE is the ECB’s eurofxref-hist.csv, or has the columns\n' +
      'date,currency,per_usd. A purchase takes the rate of its day, or else the nearest of the 31 days before. NAME is\n' +
      'stated in each estimate. Rates never change: import a correction under another name; what came later counts.',
    run: runRates,
  },
  listen: {
    usage: 'ekko listen --forward-to URL [--origin ORIGIN] [--api-key KEY] [--after EVENT_ID]',
    help:
      'Forwards the events of a sandbox to a receiver on this machine, from now on or after an event that it has. Without\n' +
      'an origin and a key it is the sandbox of this folder. It prints the secret that its signatures verify with.',
    run: async () => 0,
  },
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

function say(json: boolean, value: unknown, text: string): void {
  const plain = (_key: string, member: unknown) => (typeof member === 'bigint' ? member.toString() : member)
  console.log(json ? JSON.stringify(value, plain) : text)
}

function announce(
  { origin, apiKey, rootId }: { origin: string; apiKey: string | null; rootId: string },
  json: boolean,
): void {
  say(
    json,
    { origin, apiKey, rootOrganisationId: rootId },
    `ekko serves on ${origin}${apiKey ? `\nAPI key ${apiKey}` : ''}`,
  )
}

async function withDatabase(work: (database: Database) => Promise<number>): Promise<number> {
  const config = readConfig()
  const database = await openDatabase({
    dataDir: config.dataDir,
    ...(config.databaseUrl && { url: config.databaseUrl.reveal() }),
    onWarning: (message) => console.error(message),
  })
  try {
    return await work(database)
  } finally {
    await database.close()
  }
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

function runVerify({ json }: Flags): Promise<number> {
  return withDatabase(async (database) => {
    const report = await verifyLedger(database)
    const balances = await trialBalance(database)
    const table = balances.map(
      ({ kind, ownerId, currency, balance }) => `  ${kind.padEnd(22)} ${ownerId} ${currency} ${balance}`,
    )
    const verdict = report.broken.length === 0 ? 'every law holds' : report.broken.join('\n')
    say(
      json,
      { ...report, balances },
      `${report.journals} journals, ${report.postings} postings: ${verdict}\n${table.join('\n')}`,
    )
    return report.broken.length === 0 ? 0 : 1
  })
}

async function listen(args: readonly string[]): Promise<number> {
  const stopping = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort())
  try {
    const text = { type: 'string' } as const
    const options = { 'forward-to': text, origin: text, 'api-key': text, after: text }
    const { values } = parseArgs({ args: [...args], options })
    const forwardTo = values['forward-to']
    if (forwardTo === undefined || !URL.canParse(forwardTo))
      throw new TypeError(`usage: ${commands.listen!.usage}`)
    const config = readConfig()
    await forwardEvents({
      origin: (values.origin ?? config.origin).replace(/\/+$/, ''),
      apiKey: values['api-key'] ?? config.bootstrapApiKey?.reveal() ?? (await keptSandboxKey(config.dataDir)),
      forwardTo,
      ...(values.after !== undefined && { after: values.after }),
      clock: systemClock,
      say: (line) => console.log(line),
      signal: stopping.signal,
    })
    return 0
  } catch (cause) {
    console.error(`ekko listen: ${cause instanceof Error ? cause.message : String(cause)}`)
    return cause instanceof ConfigError || cause instanceof TypeError ? 2 : 1
  }
}

async function keptSandboxKey(dataDir: string): Promise<string> {
  const kept = await readFile(join(dataDir, 'sandbox-api-key'), 'utf8').catch(() => {
    throw new TypeError('there is no sandbox in this folder; say --origin and --api-key')
  })
  return kept.trim()
}
