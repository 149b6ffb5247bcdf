/** `ekko fulfilments`: recording what projects did with their money, and taking back what was recorded wrongly. */
import { readFile, stat } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { isId } from '../kernel/id.ts'
import { readFulfilments } from '../receipts/fulfilment-table.ts'
import { importFulfilments, listFulfilments, withdrawFulfilment } from '../receipts/fulfilments.ts'
import { say, withContext } from './context.ts'
import { notUnderstood } from './manual.ts'

const fileBytesMax = 64 * 1024 * 1024

export async function runFulfilments(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  })
  const { json } = values
  const [action, first, second] = positionals
  if (action === 'import' && first !== undefined && positionals.length === 2) return importTable(json, first)
  if (action === 'withdraw' && isId(first ?? '') && second?.trim() && positionals.length === 3)
    return withdraw(json, first!, second.trim())
  if (action !== 'list' || positionals.length !== 1) throw notUnderstood('fulfilments')
  return withContext(async ({ database }) => {
    const listed = await listFulfilments(database)
    const lines = listed.map(
      ({ id, kind, on, quantity, project, reference, withdrawnAt }) =>
        `${id}  ${on}  ${kind}  ${quantity}  ${project}  ${reference}${withdrawnAt ? '  withdrawn' : ''}`,
    )
    say(json, listed, lines.length > 0 ? lines.join('\n') : 'nothing is recorded')
    return 0
  })
}

async function importTable(json: boolean, file: string): Promise<number> {
  const { size } = await stat(file)
  if (size > fileBytesMax) throw new Error(`${file} is larger than ${fileBytesMax} bytes`)
  const wanted = readFulfilments(await readFile(file, 'utf8'))
  return withContext(async ({ database, clock }) => {
    const done = await importFulfilments(database, clock, wanted)
    say(json, done, `${done.fulfilments} recorded, for ${done.parts} parts of contributions`)
    return 0
  })
}

function withdraw(json: boolean, id: string, because: string): Promise<number> {
  return withContext(async ({ database, clock }) => {
    const withdrawn = await withdrawFulfilment(database, clock, id, because)
    say(json, { withdrawn }, withdrawn ? 'withdrawn' : 'there is no such record, or it was withdrawn before')
    return withdrawn ? 0 : 1
  })
}
