/**
 * `ekko ledger`: verifying the books and their seals, proving what is in them, checking a proof offline, and balances.
 * Law: checking a proof reads the files it is given, and neither a database nor the network.
 */
import { readFile, stat } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { isId } from '../kernel/id.ts'
import { chart } from '../ledger/chart.ts'
import { formatNote } from '../ledger/checkpoint.ts'
import { formatKey, keyOfJwk, parseKey, type VerifyingKey } from '../ledger/checkpoint-key.ts'
import { checkpointKeys, latestCheckpoint, rotateKey } from '../ledger/checkpoints.ts'
import { type AccountBalance, type BalanceQuery, trialBalance, verifyLedger } from '../ledger/ledger.ts'
import { checkProof, type Proof, parseProofs } from '../ledger/proof.ts'
import { proveConsistency, proveInclusion } from '../ledger/proofs.ts'
import { say, withContext } from './context.ts'
import { notUnderstood } from './manual.ts'

/** Exit codes. */
const exit = { right: 0, wrong: 1, unknownSigner: 3 } as const
const fileBytesMax = 16 * 1024 * 1024
const dayMs = 86_400_000

const options = {
  json: { type: 'boolean', default: false },
  balances: { type: 'boolean', default: false },
  key: { type: 'string' },
  keys: { type: 'string' },
  at: { type: 'string' },
  by: { type: 'string' },
  account: { type: 'string' },
} as const

type Values = ReturnType<typeof parsed>['values']
type Action = (given: string, values: Values) => Promise<number>

/** Each with what it takes beside its flags. */
const actions: Readonly<
  Record<string, { readonly takes: 0 | 1; readonly flags: readonly string[]; readonly run: Action }>
> = {
  verify: { takes: 0, flags: ['balances'], run: verify },
  prove: { takes: 1, flags: [], run: prove },
  check: { takes: 1, flags: ['key', 'keys'], run: check },
  consistency: { takes: 1, flags: [], run: consistency },
  balances: { takes: 0, flags: ['at', 'by', 'account'], run: balances },
  checkpoint: { takes: 0, flags: [], run: checkpoint },
  keys: { takes: 0, flags: [], run: keys },
  'rotate-key': { takes: 0, flags: [], run: rotate },
}

export async function runLedger(args: readonly string[]): Promise<number> {
  const { values, positionals } = parsed(args)
  const [name = '', ...given] = positionals
  const action = actions[name]
  const flags = Object.entries(values).filter(
    ([flag, value]) => flag !== 'json' && value !== undefined && value !== false,
  )
  if (!action || given.length !== action.takes || flags.some(([flag]) => !action.flags.includes(flag))) {
    throw notUnderstood('ledger')
  }
  return action.run(given[0] ?? '', values)
}

function parsed(args: readonly string[]) {
  return parseArgs({ args: [...args], allowPositionals: true, options })
}

function verify(_given: string, values: Values): Promise<number> {
  return withContext(async ({ database, keys }) => {
    const began = performance.now()
    const report = await verifyLedger(database, keys.master)
    const seconds = (performance.now() - began) / 1000
    const listed = values.balances ? await trialBalance(database) : undefined
    const counts = `${report.journals} journals, ${report.postings} postings, ${report.seals} seals, ${report.checkpoints} checkpoints`
    const verdict = report.broken.length === 0 ? 'every law and every seal holds' : report.broken.join('\n')
    const table = listed === undefined ? '' : `\n${tableOf(listed)}`
    say(
      values.json,
      { ...report, seconds, ...(listed && { balances: listed }) },
      `${counts} in ${seconds.toFixed(1)} s: ${verdict}${table}`,
    )
    return report.broken.length === 0 ? exit.right : exit.wrong
  })
}

function prove(id: string, { json }: Values): Promise<number> {
  if (!isId(id)) throw new TypeError('an id is a UUID')
  return withContext(async (context) => {
    const proofs = await proveInclusion(context, id)
    if (proofs.length === 0) throw new Error('nothing in the ledger has this id')
    const lines = proofs.map(({ sealNumber, content }) => {
      const what = [
        ...content.journal.map((row) => `journal ${row.id} (${row.kind})`),
        ...content.event.map((row) => `event ${row.id}`),
      ]
      return `seal ${sealNumber}: ${what.join(', ')}`
    })
    say(json, proofs.length === 1 ? proofs[0] : proofs, `${lines.join('\n')}\n${proofs[0]!.checkpoint}`)
    return exit.right
  })
}

async function check(file: string, values: Values): Promise<number> {
  const proofs = parseProofs(await readLimited(file))
  const given = await givenKeys(values)
  try {
    const verdicts = proofs.map((proof) => checkProof(proof, given ?? [parseKey(proof.key)]))
    const sentences = verdicts.map(
      ({ proves, checkpoint }) => `${proves}, as signed ${checkpoint.signedAt.toISOString()}`,
    )
    const warning = given
      ? ''
      : '\nThe key came with the file: this proves who signed only once you know that it is theirs.'
    say(
      values.json,
      { right: true, isSignerKnown: given !== undefined, proves: sentences },
      sentences.join('\n') + warning,
    )
    return given ? exit.right : exit.unknownSigner
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    say(values.json, { right: false, problem }, `not proved: ${problem}`)
    return exit.wrong
  }
}

function consistency(file: string, { json }: Values): Promise<number> {
  return withContext(async (context) => {
    const proof: Proof = await proveConsistency(context, await readLimited(file))
    try {
      const { proves } = checkProof(proof, await checkpointKeys(context.database))
      say(json, proof, proves)
      return exit.right
    } catch (cause) {
      process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`)
      return exit.wrong
    }
  })
}

function balances(_given: string, { at, by, account, json }: Values): Promise<number> {
  if (by !== undefined && by !== 'effective' && by !== 'recorded')
    throw new TypeError('--by is effective or recorded')
  if (account !== undefined && !(account in chart))
    throw new TypeError(`--account is one of ${Object.keys(chart).join(', ')}`)
  const query: BalanceQuery = {
    ...(at !== undefined && { before: endOf(at) }),
    ...(by !== undefined && { by }),
    ...(account !== undefined && { account }),
  }
  return withContext(async ({ database }) => {
    const listed = await trialBalance(database, query)
    say(
      json,
      { ...query, balances: listed },
      listed.length > 0 ? tableOf(listed) : 'no account was posted to',
    )
    return exit.right
  })
}

/** The end of a day in UTC, or an instant. */
function endOf(text: string): Date {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}.*(?:Z|[+-]\d{2}:\d{2}))?$/.exec(text) ?? []
  const [midnight, at] = [new Date(`${day}T00:00:00Z`), new Date(text)]
  // The 30th of February is read as a day of March.
  const isDay = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(`${day}`)
  if (!isDay || Number.isNaN(at.getTime()))
    throw new TypeError('--at is a date, for example 2026-03-31, or an instant with its zone')
  return time === undefined ? new Date(midnight.getTime() + dayMs) : at
}

function tableOf(listed: readonly AccountBalance[]): string {
  const totals = new Map<string, bigint>()
  const lines = listed.map(({ kind, ownerId, currency, balance }) => {
    totals.set(currency, (totals.get(currency) ?? 0n) + balance)
    return `  ${kind.padEnd(22)} ${ownerId} ${currency} ${balance}`
  })
  const sums = [...totals].map(
    ([currency, total]) => `  ${'total'.padEnd(22)} ${' '.repeat(36)} ${currency} ${total}`,
  )
  return [...lines, ...sums].join('\n')
}

function checkpoint(_given: string, { json }: Values): Promise<number> {
  return withContext(async ({ database }) => {
    const latest = await latestCheckpoint(database)
    if (latest === undefined) throw new Error('nothing was sealed yet')
    say(json, { checkpoint: formatNote(latest) }, formatNote(latest).trimEnd())
    return exit.right
  })
}

function keys(_given: string, { json }: Values): Promise<number> {
  return withContext(async ({ database }) => {
    const listed = (await checkpointKeys(database)).map(formatKey)
    say(json, listed, listed.length > 0 ? listed.join('\n') : 'nothing was sealed yet')
    return exit.right
  })
}

function rotate(_given: string, { json }: Values): Promise<number> {
  return withContext(async ({ database, keys: { master } }) => {
    const key = formatKey(await database.transaction((tx) => rotateKey(tx, master)))
    say(json, { key }, `${key}\nIt signs the checkpoints from now on.`)
    return exit.right
  })
}

/** Keys that the caller trusts; undefined without any. */
async function givenKeys({ key, keys: file }: Values): Promise<VerifyingKey[] | undefined> {
  if (file === undefined) return key === undefined ? undefined : [parseKey(key)]
  const set = JSON.parse(await readLimited(file)) as { keys?: { kid?: unknown; x?: unknown }[] }
  // A key set holds the keys of receipts too.
  const known = (set.keys ?? []).flatMap((jwk) => {
    try {
      return [keyOfJwk(jwk)]
    } catch {
      return []
    }
  })
  return key === undefined ? known : [...known, parseKey(key)]
}

async function readLimited(file: string): Promise<string> {
  const { size } = await stat(file)
  if (size > fileBytesMax) throw new Error(`${file} is larger than ${fileBytesMax} bytes`)
  return readFile(file, 'utf8')
}
