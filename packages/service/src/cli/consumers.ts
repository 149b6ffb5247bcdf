/** `ekko consumers`: what the operator does for a consumer at the command line. */
import { parseArgs } from 'node:util'
import { eraseConsumer } from '../consumers/consumers.ts'
import { isId } from '../kernel/id.ts'
import { organisationsIn } from '../organisations/organisations.ts'
import { say, withContext } from './context.ts'
import { notUnderstood } from './manual.ts'

export async function runConsumers(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  })
  const [action, id, reference] = positionals
  if (action !== 'erase' || id === undefined || !isId(id) || !reference || positionals.length > 3)
    throw notUnderstood('consumers')
  return withContext(async (context) => {
    const organisations = organisationsIn(context.database, context.clock)
    // As the API does, with any organisation's right.
    const erasure = await eraseConsumer(context, organisations, id, { consumer: { reference } })
    say(values.json, erasure, `erased from ${erasure.erasedSessions} sessions`)
    return erasure.erasedSessions > 0 ? 0 : 1
  })
}
