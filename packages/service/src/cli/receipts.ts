/**
 * `ekko receipt`: verifying a receipt offline, and rotating the key that signs them.
 * Law: verifying reads the files it is given, and neither a database nor the network.
 */
import { readFile, stat } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { verifyRecord } from '@ekko/footprint/cli'
import { factorSetNamed } from '@ekko/footprint/node-factor-sets'
import type { Recomputation } from '@ekko/footprint/recompute'
import type { Receipt } from '../receipts/receipt.ts'
import { checkReceipt, givenReceipt } from '../receipts/receipt-check.ts'
import { rotateReceiptKey } from '../receipts/receipt-keys.ts'
import { say, withContext } from './context.ts'
import { notUnderstood } from './manual.ts'

/** Exit codes. */
const exit = { right: 0, wrong: 1, unknownSigner: 3 } as const
/** A receipt is a few kilobytes, a key set of a thousand keys a few hundred. */
const fileBytesMax = 4 * 1024 * 1024

export async function runReceipt(args: readonly string[]): Promise<number> {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { keys: text, set: text, json: { type: 'boolean', default: false } },
  })
  const [action, given] = positionals
  if (action === 'rotate-key' && positionals.length === 1) return rotate(values.json)
  if (action !== 'verify' || given === undefined || positionals.length !== 2) throw notUnderstood('receipt')
  return verify(given, values)
}

function rotate(json: boolean): Promise<number> {
  return withContext(async (context) => {
    const rotated = await rotateReceiptKey(context)
    const after = rotated.replaced === null ? '' : `, after ${rotated.replaced}`
    say(json, rotated, `receipts are signed with ${rotated.kid} from now on${after}`)
    return exit.right
  })
}

interface VerifyOptions {
  readonly keys?: string | undefined
  readonly set?: string | undefined
  readonly json: boolean
}

async function verify(input: string, { keys, set, json }: VerifyOptions): Promise<number> {
  const given = givenReceipt(await textOf(input))
  if (!given) throw new TypeError(`${input} is neither a receipt’s file nor a signed receipt`)
  const keySet = keys === undefined ? given.keys : await readKeys(keys)
  if (keySet === undefined)
    throw new TypeError('say --keys JWKS.json: the service’s /.well-known/ekko-keys.json, as you saved it')
  const check = checkReceipt(given, keySet)
  if (check.outcome === 'refused') {
    say(
      json,
      { verified: false, fault: check.fault, message: check.message },
      `not a receipt of theirs: ${harmless(check.message)}`,
    )
    return exit.wrong
  }
  const { receipt, kid, signedAt, faults } = check
  const own = set === undefined ? undefined : await factorSetNamed(set)
  const footprint = receipt.estimate ? await verifyRecord(receipt.estimate, own) : null
  const isRight = faults.length === 0 && (footprint === null || footprint.outcome === 'same')
  const isSignerKnown = keys !== undefined
  const answer = {
    verified: isRight && isSignerKnown,
    signerKnown: isSignerKnown,
    kid,
    signedAt,
    faults,
    footprint,
    receipt,
  }
  const found = [describe(receipt), sums(faults), derived(footprint)]
  say(json, answer, [signer(kid, signedAt, isSignerKnown, receipt), ...found].join('\n'))
  if (!isRight) return exit.wrong
  return isSignerKnown ? exit.right : exit.unknownSigner
}

/** A token on the command line is as good as a file that holds it. */
async function textOf(input: string): Promise<string> {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(input) ? input : readSmall(input, fileBytesMax)
}

async function readKeys(file: string): Promise<unknown> {
  const text = await readSmall(file, fileBytesMax)
  try {
    return JSON.parse(text)
  } catch {
    throw new TypeError(`${file} is not JSON`)
  }
}

async function readSmall(file: string, bytesMax: number): Promise<string> {
  const { size } = await stat(file)
  if (size > bytesMax) throw new Error(`${file} is larger than ${bytesMax} bytes`)
  return readFile(file, 'utf8')
}

/** What somebody signed may still hold what a terminal takes for a command, or a line that looks like ours. */
function harmless(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ')
}

function signer(kid: string, signedAt: string, isKnown: boolean, receipt: Receipt): string {
  const iss = harmless(receipt.iss)
  return isKnown
    ? `signed by ${iss} on ${signedAt} with key ${kid}: nothing was changed since`
    : `nothing was changed since it was signed on ${signedAt} with key ${kid}.\n` +
        `The key came with the file, so this does not prove that ${iss} signed it: compare it with the published keys, or say --keys.`
}

function describe(receipt: Receipt): string {
  const { currency, amounts, total, projects } = receipt
  const lines: [string, string][] = [
    ['receipt', receipt.jti],
    ...(receipt.environment === 'sandbox'
      ? [['test mode', 'no real money was paid'] as [string, string]]
      : []),
    ['paid', `${total} ${currency} on ${receipt.paidAt}, after an order with ${receipt.merchant}`],
    ['paid to', receipt.operator],
    ...projects.map(({ name, grams, amounts: { impact } }): [string, string] => [
      'to project',
      `${impact} ${currency} to ${name}${grams === null ? '' : `, credits of ${grams} g CO2e`}`,
    ]),
    ['tax on that', `${amounts.impactTax} ${currency}`],
    ['service fee', `${amounts.serviceFee} ${currency}`],
    ['tax on the fee', `${amounts.serviceFeeTax} ${currency}`],
    ...(receipt.cardCost === null
      ? []
      : [['card cost', `${receipt.cardCost} ${currency} of it`] as [string, string]]),
    ...(receipt.consent ? [['consent', `sha256 ${receipt.consent.sha256}`] as [string, string]] : []),
  ]
  return lines.map(([name, value]) => `  ${name.padEnd(16)}${harmless(value)}`).join('\n')
}

function sums(faults: readonly string[]): string {
  return faults.length === 0
    ? 'the parts add up to what was paid'
    : `it does not add up: ${harmless(faults.join('; '))}`
}

function derived(footprint: Recomputation | null): string {
  if (footprint === null) return 'there is no estimate in it'
  if (footprint.outcome === 'unreadable')
    return `the footprint cannot be recomputed: ${harmless(footprint.message)}`
  if (footprint.outcome === 'same')
    return 'the footprint was recomputed from the factor set, and every figure is the same'
  const places = footprint.differences.map(
    ({ path, stored, recomputed }) => `${path} ${stored}, recomputed ${recomputed}`,
  )
  return `the footprint does not follow from the factor set: ${harmless(places.join('; '))}`
}
