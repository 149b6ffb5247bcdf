/**
 * `ekko settlements`: settlement lines from a file, for payment providers without an API for them, and what does not match.
 */
import { readFile, stat } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { isId } from '../kernel/id.ts'
import { minorToDecimal } from '../kernel/money.ts'
import { type BreakState, breakStates, dismissBreak, openBreaks } from '../reconciliation/breaks.ts'
import { breakReasons } from '../reconciliation/match.ts'
import { matchSettlements } from '../reconciliation/matches.ts'
import { readSettlementFile } from '../reconciliation/settlement-file.ts'
import { importSettlements } from '../reconciliation/settlements.ts'
import { say, withContext } from './context.ts'
import { notUnderstood } from './manual.ts'

const fileBytesMax = 256 * 1024 * 1024

const options = {
  json: { type: 'boolean', default: false },
  psp: { type: 'string' },
  state: { type: 'string' },
  note: { type: 'string' },
} as const

export function runSettlements(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options })
  const { json, psp, state, note } = values
  const [action, given, ...more] = positionals
  const has = (...flags: unknown[]) => flags.every((flag) => flag !== undefined) && more.length === 0
  if (action === 'import' && has(given, psp)) return importFile(json, given!, psp!)
  if (action === 'breaks' && given === undefined) return listAll(json, state ?? 'open')
  if (action === 'dismiss' && has(given, note) && isId(given!)) return dismiss(json, given!, note!)
  throw notUnderstood('settlements')
}

async function importFile(json: boolean, file: string, psp: string): Promise<number> {
  if (!/^[a-z][a-z0-9_-]{0,39}$/.test(psp))
    throw new TypeError('--psp is a name such as stripe, in small letters')
  const { size } = await stat(file)
  if (size > fileBytesMax) throw new Error(`${file} is larger than ${fileBytesMax} bytes`)
  const lines = readSettlementFile(await readFile(file, 'utf8'))
  return withContext(async (context) => {
    const { added, changed } = await importSettlements(context, psp, lines)
    // What needs the provider’s word is left to the service, which can ask it.
    while ((await matchSettlements(context, null)) > 0);
    const breaks = await openBreaks(context.database, 'open')
    const known = lines.length - added
    const told = changed.length > 0 ? `\nTold before with other content: ${changed.join(', ')}` : ''
    say(
      json,
      { added, known, changed, openBreaks: breaks.length },
      `${added} lines added, ${known} known before, ${breaks.length} breaks open${told}`,
    )
    return breaks.length === 0 ? 0 : 1
  })
}

function listAll(json: boolean, state: string): Promise<number> {
  if (!(state in breakStates)) throw new TypeError(`--state is one of ${Object.keys(breakStates).join(', ')}`)
  return withContext(async ({ database }) => {
    const breaks = await openBreaks(database, state as BreakState)
    const lines = breaks.map(({ id, reason, currency, amountMinor, about, foundAt }) => {
      const amount = `${minorToDecimal(amountMinor, currency)} ${currency}`
      return `${id}  ${foundAt.toISOString().slice(0, 10)}  ${reason}  ${amount}  ${about}\n    ${breakReasons[reason].meaning}`
    })
    say(json, breaks, lines.length > 0 ? lines.join('\n') : `no ${state} breaks`)
    return state === 'open' && breaks.length > 0 ? 1 : 0
  })
}

function dismiss(json: boolean, id: string, note: string): Promise<number> {
  return withContext(async (context) => {
    await dismissBreak(context, id, note)
    say(json, { id, state: 'dismissed' }, 'dismissed')
    return 0
  })
}
