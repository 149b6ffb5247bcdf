/**
 * `ekko allow-list`: looking at where requests are let in from, and switching a list off that shut its owner out.
 * Not for making lists: the API does that, and refuses one that would shut out whoever asks.
 */
import { parseArgs } from 'node:util'
import type { AllowList } from '@ekko/contract/access-resources'
import type { Context } from '../kernel/context.ts'
import { isId } from '../kernel/id.ts'
import { Refusal } from '../kernel/refusal.ts'
import { getKey, updateKey } from '../organisations/key-changes.ts'
import { getAllowList, updateAllowList } from '../organisations/organisation-changes.ts'
import { organisationsIn } from '../organisations/organisations.ts'
import { operatorIn, say, withContext } from './context.ts'
import { notUnderstood } from './manual.ts'

export async function runAllowList(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  })
  const [action, id] = positionals
  if ((action !== 'show' && action !== 'off') || id === undefined || positionals.length !== 2)
    throw notUnderstood('allow-list')
  if (!isId(id)) throw new TypeError('an id is a UUID')
  return withContext(async (context) => {
    const list = (await ofKey(context, id, action)) ?? (await ofOrganisation(context, id, action))
    const state = list.enabled ? 'on: only these are let in' : 'off: requests are let in from everywhere'
    say(values.json, list, [state, ...list.ranges.map((range) => `  ${range}`)].join('\n'))
    return 0
  })
}

type Action = 'show' | 'off'

/** Undefined where there is no such key. */
async function ofKey(context: Context, id: string, action: Action): Promise<AllowList | undefined> {
  const operator = await operatorIn(context.database)
  try {
    const key =
      action === 'show'
        ? await getKey(context, operator, id)
        : await updateKey(context, operator, id, { allowList: { enabled: false } })
    return key.allowList
  } catch (cause) {
    if (cause instanceof Refusal && cause.code === 'NOT_FOUND') return undefined
    throw cause
  }
}

async function ofOrganisation(context: Context, id: string, action: Action): Promise<AllowList> {
  const operator = await operatorIn(context.database)
  const organisations = organisationsIn(context.database, context.clock)
  return action === 'show'
    ? getAllowList(context, organisations, operator.organisationId, id)
    : updateAllowList(context, organisations, operator, id, { enabled: false })
}
