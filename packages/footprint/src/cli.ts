// The `footprint` commands: estimate a purchase and verify a stored estimate, both without a network.
// All reading and writing is here; what is computed comes from the library.

import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { FactorSet } from './factor-set.ts'
import { FactorSetError } from './factor-set-file.ts'
import type { CarbonEstimate, NatureEstimate, Outcome } from './footprint.ts'
import { estimate } from './footprint.ts'
import { DEFAULT_FACTOR_SET, factorSetNamed, loadFactorSet } from './node-factor-sets.ts'
import type { Purchase, PurchaseItem } from './purchase.ts'
import type { Recomputation } from './recompute.ts'
import { factorSetOf, recompute } from './recompute.ts'

/** Where the commands write; a test or the `ekko` command passes its own. */
export interface FootprintIo {
  out(text: string): void
  err(text: string): void
}

/** Exit codes: the answer is yes; it is refused, not applicable or different; the command was not understood. */
export const EXIT = { done: 0, refused: 1, usage: 2 } as const

const HELP = `Estimate the footprint of a purchase, or verify a stored estimate. Works offline.

  footprint estimate --mcc CODE --country ISO3 --amount NUMBER --currency CODE [options]
  footprint verify FILE

Add --help to a command for its options.
`

const ESTIMATE_HELP = `Estimate one purchase.

  --mcc CODE         merchant category code, four digits (5411)
  --country ISO3     where the merchant is (GBR)
  --amount NUMBER    in major units (50 or 12.99)
  --currency CODE    ISO 4217 (GBP)
  --date DAY         YYYY-MM-DD; without it the latest prices of the factor set
  --kind KIND        carbon (grams of CO2e, the default) or nature (MSA m2)
  --item CAT=AMOUNT  an order item with a COICOP 2018, NAICS 2017 or basket category; may be repeated
  --set SET          a published factor set (${DEFAULT_FACTOR_SET.id}@${DEFAULT_FACTOR_SET.version}), or the file of one of your own
  --json             the whole result with its provenance, which 'footprint verify' reads

Exit code: 0 estimated, 1 refused or not applicable, 2 not understood.
`

const VERIFY_HELP = `Recompute a stored estimate from its own provenance and list what differs.

  footprint verify FILE [--set SET] [--json]

FILE is JSON: an estimate of 'footprint estimate --json', or what the API answered for a session.
SET is the file of an operator's own factor set; published ones are found by the name in FILE.
Exit code: 0 the same, 1 different or not readable, 2 not understood.
`

class UsageError extends Error {}

/**
 * Runs one footprint command.
 *
 * @param args the words after `footprint`: `['estimate', '--mcc', '5411', …]`
 * @returns the exit code, see {@link EXIT}
 */
export async function footprintCli(args: string[], io: FootprintIo): Promise<number> {
  const [command, ...rest] = args
  try {
    if (command === 'estimate') return await estimateCommand(rest, io)
    if (command === 'verify') return await verifyCommand(rest, io)
  } catch (error) {
    if (!isUsageError(error)) throw error
    io.err(`${error.message}\n`)
    return EXIT.usage
  }
  const asked = command === '--help' || command === 'help'
  if (asked) io.out(HELP)
  else io.err(HELP)
  return asked ? EXIT.done : EXIT.usage
}

// parseArgs marks what the user typed wrongly with codes of its own.
function isUsageError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: unknown }
  return error instanceof UsageError || (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS'))
}

const TEXT = { type: 'string' } as const
const TEXTS = { type: 'string', multiple: true } as const
const FLAG = { type: 'boolean', default: false } as const

async function estimateCommand(args: string[], io: FootprintIo): Promise<number> {
  const options = {
    ...{ mcc: TEXT, country: TEXT, amount: TEXT, currency: TEXT, date: TEXT, kind: TEXT, set: TEXT },
    ...{ item: TEXTS, json: FLAG, help: FLAG },
  }
  const { values } = parseArgs({ args, options })
  if (values.help) {
    io.out(ESTIMATE_HELP)
    return EXIT.done
  }
  const required = (name: 'mcc' | 'country' | 'amount' | 'currency'): string => {
    const value = values[name]
    if (value === undefined) throw new UsageError(`--${name} is missing; see footprint estimate --help`)
    return value
  }
  const purchase: Purchase = {
    kind: (values.kind ?? 'carbon') as Purchase['kind'],
    mcc: required('mcc'),
    country: required('country'),
    amount: amountOf(required('amount')),
    currency: required('currency'),
    date: values.date,
    items: values.item?.map(itemOf),
  }
  const set = await openSet(values.set ?? `${DEFAULT_FACTOR_SET.id}@${DEFAULT_FACTOR_SET.version}`)
  const result = estimate(set, purchase)
  if (values.json) io.out(`${JSON.stringify(result, null, 2)}\n`)
  else if (result.outcome === 'refused') io.err(describe(result))
  else io.out(describe(result))
  return result.outcome === 'estimated' ? EXIT.done : EXIT.refused
}

// Number('') is 0 and Number('1e3') a thousand: neither is an amount that anybody would type.
function amountOf(value: string): number {
  return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN
}

function itemOf(value: string): PurchaseItem {
  const at = value.lastIndexOf('=')
  if (at < 1) throw new UsageError(`--item is CATEGORY=AMOUNT, not ${value}`)
  return { category: value.slice(0, at), amount: amountOf(value.slice(at + 1)) }
}

async function openSet(name: string): Promise<FactorSet> {
  try {
    return await factorSetNamed(name)
  } catch (error) {
    if (error instanceof FactorSetError) throw new UsageError(error.message)
    throw error
  }
}

function describe(result: Outcome): string {
  if (result.outcome === 'refused') return `refused (${result.code}): ${result.message}\n`
  if (result.outcome === 'not_applicable') return `not applicable: ${result.reason}\n`
  const { factorSet } = result.provenance
  const lines: [string, string][] = [
    ...(result.kind === 'carbon' ? carbonLines(result) : natureLines(result)),
    ['confidence', `${result.confidence}, country ${result.countryTier}`],
    ['itemShare', String(result.itemShare)],
    ['priceYearAssumed', String(result.priceYearAssumed)],
    ['factorSet', `${factorSet.id}@${factorSet.version} sha256 ${factorSet.sha256}`],
  ]
  return lines.map(([name, value]) => `${name.padEnd(18)}${value}\n`).join('')
}

function carbonLines({ co2eGrams, lowGrams, highGrams, breakdown }: CarbonEstimate): [string, string][] {
  return numberLines({ co2eGrams, lowGrams, highGrams, ...breakdown }, 1)
}

function natureLines({ msaM2, lowM2, highM2, breakdown }: NatureEstimate): [string, string][] {
  return numberLines({ msaM2, lowM2, highM2, ...breakdown }, 4)
}

function numberLines(numbers: Record<string, number>, decimals: number): [string, string][] {
  return Object.entries(numbers).map(([name, value]) => [name, value.toFixed(decimals)])
}

async function verifyCommand(args: string[], io: FootprintIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { set: TEXT, json: FLAG, help: FLAG },
  })
  if (values.help) {
    io.out(VERIFY_HELP)
    return EXIT.done
  }
  const [file] = positionals
  if (file === undefined || positionals.length > 1) throw new UsageError('verify takes one file; see --help')
  const own = values.set === undefined ? undefined : await openSet(values.set)
  const result = await verifyRecord(await readJson(file), own)
  if (values.json) io.out(`${JSON.stringify(result, null, 2)}\n`)
  else io.out(describeRecomputation(result))
  return result.outcome === 'same' ? EXIT.done : EXIT.refused
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`${file} cannot be read as JSON: ${(error as Error).message}`)
  }
}

/**
 * Recomputes a record with the set that it names: `own` if it is that one, else the published one. A set that is
 * neither is `unreadable`.
 */
export async function verifyRecord(record: unknown, own?: FactorSet): Promise<Recomputation> {
  const named = factorSetOf(record)
  if (!named) return { outcome: 'unreadable', message: 'no estimate with a provenance was found' }
  const isOwn = own?.identity.id === named.id && own.identity.version === named.version
  try {
    if (isOwn) return recompute(own, record)
    return recompute(await loadFactorSet(named.id, named.version), record)
  } catch (error) {
    if (error instanceof FactorSetError) return { outcome: 'unreadable', message: error.message }
    throw error
  }
}

function describeRecomputation(result: Recomputation): string {
  if (result.outcome === 'unreadable') return `cannot be verified: ${result.message}\n`
  if (result.outcome === 'same')
    return `verified: every stored number follows from its provenance\n${describe(result.recomputed)}`
  const lines = result.differences.map(
    ({ path, stored, recomputed }) =>
      `  ${path}: stored ${JSON.stringify(stored)}, recomputed ${JSON.stringify(recomputed)}\n`,
  )
  return `different in ${result.differences.length} place(s)\n${lines.join('')}`
}
