/** `ekko statements`: closing months by hand, reading what was closed, and how an organisation settles with the root. */
import { parseArgs } from 'node:util'
import { say, withContext } from './cli-context.ts'
import type { Queryable } from './kernel/database.ts'
import { isId } from './kernel/id.ts'
import { organisationsIn } from './organisations/organisations.ts'
import { periodNamed } from './reconciliation/period.ts'
import { type SettlementModelName, settlementModels } from './reconciliation/settlement-model.ts'
import { closeMonths, listStatements, setModel } from './reconciliation/statements.ts'

export const statementsUsage =
  'ekko statements close YYYY-MM | list [YYYY-MM] | model ORGANISATION_ID [net_split|gross_split|invoice]'
export const statementsHelp =
  'close closes every month that is not closed yet, up to and with the one named; the service does the same by itself three\n' +
  'days after a month ended. A closed month never changes: what comes late is in the next. list prints the statements of a\n' +
  'month, or the latest. model shows or sets how money that an organisation collects itself is settled; it counts from the\n' +
  'next month that is closed. See docs/guides/close-the-month.md.'

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
  throw new TypeError(`usage: ${statementsUsage}`)
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

async function rootOf(database: Queryable): Promise<string> {
  const [root] = await database.query<{ id: string }>(
    'select id from organisation where parent_id is null order by created_at limit 1',
  )
  if (!root) throw new Error('there is no organisation yet; `ekko serve` once creates the root')
  return root.id
}
