/** `ekko statements`: closing months by hand, reading what was closed, and how an organisation settles with the root. */
import { parseArgs } from 'node:util'
import { isId } from '../kernel/id.ts'
import { organisationsIn } from '../organisations/organisations.ts'
import { periodNamed } from '../reconciliation/period.ts'
import { type SettlementModelName, settlementModels } from '../reconciliation/settlement-model.ts'
import { closeMonths, listStatements, setModel } from '../reconciliation/statements.ts'
import { rootOf, say, withContext } from './context.ts'
import { notUnderstood } from './manual.ts'

const listedMax = '100'

export function runStatements(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  })
  const { json } = values
  const [action, given, model, ...more] = positionals
  if (more.length === 0) {
    if (action === 'close' && given !== undefined && model === undefined) return close(json, given)
    if (action === 'list' && model === undefined) return list(json, given)
    if (action === 'model' && given !== undefined && isId(given)) return changeModel(json, given, model)
  }
  throw notUnderstood('statements')
}

function close(json: boolean, name: string): Promise<number> {
  const period = periodNamed(name)
  if (period === undefined) throw new TypeError('a month is YYYY-MM, for example 2026-03')
  return withContext(async (context) => {
    const closed = await closeMonths(context, await rootOf(context.database), period)
    say(json, { closed }, closed.length > 0 ? `closed ${closed.join(', ')}` : `${name} was closed before`)
    return 0
  })
}

function list(json: boolean, name: string | undefined): Promise<number> {
  if (name !== undefined && !periodNamed(name)) throw new TypeError('a month is YYYY-MM, for example 2026-03')
  return withContext(async (context) => {
    const { database, clock } = context
    const query = { limit: listedMax, ...(name !== undefined && { period: name }) }
    const principalId = await rootOf(database)
    const { data } = await listStatements(context, organisationsIn(database, clock), principalId, query)
    const text = data.map(({ id, period, tradingName, lines, hash }) => {
      const rows = lines.map(
        ({ kind, currencyCode, count, amount }) =>
          `  ${kind.padEnd(22)} ${currencyCode} ${String(amount).padStart(14)}  of ${count}`,
      )
      return [`${period}  ${tradingName}  ${id}`, ...rows, `  SHA-256 ${hash}`].join('\n')
    })
    say(json, data, text.length > 0 ? text.join('\n') : 'no month was closed yet')
    return 0
  })
}

function changeModel(json: boolean, id: string, model: string | undefined): Promise<number> {
  if (model !== undefined && !(model in settlementModels))
    throw new TypeError(`a settlement model is one of ${Object.keys(settlementModels).join(', ')}`)
  return withContext(async ({ database }) => {
    const now = await setModel(database, id, (model as SettlementModelName | undefined) ?? null)
    say(json, { organisationId: id, settlementModel: now }, `${now}: ${settlementModels[now].meaning}`)
    return 0
  })
}
