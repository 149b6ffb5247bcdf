/**
 * `ekko keys`: listing, creating, rolling and revoking API keys of any organisation.
 * Law: a key is printed once, when it is made.
 */
import { parseArgs } from 'node:util'
import type { ApiKey, CreatedApiKey, NewKeyRoll } from '@ekko/contract/access-resources'
import { scopes as knownScopes, type Scope } from '@ekko/contract/scopes'
import type { Context } from '../kernel/context.ts'
import { isId } from '../kernel/id.ts'
import { createKey, endKey, getKey, listKeysOf, rollKey } from '../organisations/key-changes.ts'
import { operatorIn, say, withContext } from './context.ts'
import { notUnderstood } from './manual.ts'

const graces = [12, 24, 36, 72] as const satisfies readonly NewKeyRoll['graceHours'][]
const nameLengthMax = 100
const pageSize = '100'

const options = {
  json: { type: 'boolean', default: false },
  name: { type: 'string' },
  scopes: { type: 'string', multiple: true },
  'grace-hours': { type: 'string' },
} as const

type Values = ReturnType<typeof parsed>['values']

/** Each with what it takes beside its flags. */
const actions: Readonly<
  Record<
    string,
    {
      readonly takes: readonly number[]
      readonly flags: readonly string[]
      readonly run: (id: string | undefined, values: Values) => Promise<number>
    }
  >
> = {
  list: { takes: [0, 1], flags: [], run: list },
  create: { takes: [0, 1], flags: ['name', 'scopes'], run: create },
  roll: { takes: [1], flags: ['grace-hours'], run: roll },
  revoke: { takes: [1], flags: [], run: revoke },
}

export async function runKeys(args: readonly string[]): Promise<number> {
  const { values, positionals } = parsed(args)
  const [name = '', ...given] = positionals
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined
  const flags = Object.keys(values).filter((flag) => flag !== 'json')
  if (!action?.takes.includes(given.length) || flags.some((flag) => !action.flags.includes(flag)))
    throw notUnderstood('keys')
  if (given[0] !== undefined && !isId(given[0])) throw new TypeError('an id is a UUID')
  return action.run(given[0], values)
}

function parsed(args: readonly string[]) {
  return parseArgs({ args: [...args], allowPositionals: true, options })
}

function list(organisationId: string | undefined, { json }: Values): Promise<number> {
  return withContext(async (context) => {
    const keys: ApiKey[] = []
    for await (const key of allKeys(context, organisationId)) keys.push(key)
    say(json, keys, keys.length > 0 ? keys.map(lineOf).join('\n') : 'there are no keys')
    return 0
  })
}

async function* allKeys(context: Context, organisationId: string | undefined): AsyncGenerator<ApiKey> {
  const operator = await operatorIn(context.database)
  const query = { limit: pageSize, ...(organisationId !== undefined && { organisationId }) }
  let page = await listKeysOf(context, operator, query)
  yield* page.data
  while (page.hasMore) {
    page = await listKeysOf(context, operator, { ...query, startingAfter: page.data.at(-1)!.id })
    yield* page.data
  }
}

function lineOf(key: ApiKey): string {
  const states = { active: 'active', expiring: `works until ${key.expiresAt}`, expired: 'revoked or expired' }
  const parts = [
    key.id,
    key.hint,
    key.organisationId,
    states[key.status],
    key.scopes?.join(',') ?? 'everything',
    key.lastUsedAt === null ? 'never used' : `used ${key.lastUsedAt}`,
    // A name may hold what a terminal takes for a command.
    ...(key.name === null ? [] : [key.name.replace(/\p{Cc}/gu, ' ')]),
  ]
  return parts.join('  ')
}

async function create(
  organisationId: string | undefined,
  { json, name, scopes: given }: Values,
): Promise<number> {
  const scopes = given && scopesIn(given)
  if (name !== undefined && (name.trim() === '' || name.length > nameLengthMax))
    throw new TypeError(`--name has 1 to ${nameLengthMax} characters`)
  return withContext(async (context) => {
    const wanted = {
      ...(organisationId !== undefined && { organisationId }),
      ...(name !== undefined && { name }),
      ...(scopes && { scopes }),
    }
    const key = await createKey(context, await operatorIn(context.database), wanted)
    sayKey(json, key)
    return 0
  })
}

/** Written apart by commas, or with the flag once for each. */
function scopesIn(given: readonly string[]): Scope[] {
  const named = [...new Set(given.flatMap((text) => text.split(',')).map((scope) => scope.trim()))]
  const unknown = named.filter((scope) => !knownScopes.some((known) => known === scope))
  if (unknown.length > 0) {
    const list = unknown.map((scope) => JSON.stringify(scope)).join(', ')
    throw new TypeError(`no such scope: ${list}; there are ${knownScopes.join(', ')}`)
  }
  return named as Scope[]
}

async function roll(id: string | undefined, { json, 'grace-hours': hours }: Values): Promise<number> {
  const graceHours = graces.find((grace) => String(grace) === hours)
  if (graceHours === undefined) throw new TypeError(`--grace-hours is one of ${graces.join(', ')}`)
  return withContext(async (context) => {
    const operator = await operatorIn(context.database)
    const key = await rollKey(context, operator, id!, { graceHours })
    const { expiresAt } = await getKey(context, operator, id!)
    sayKey(json, key, `The old key works until ${expiresAt}.`)
    return 0
  })
}

/** JSON calls the key itself `apiKey`, as `ekko serve` does. */
function sayKey(json: boolean, { key, ...rest }: CreatedApiKey, ...more: readonly string[]): void {
  say(json, { apiKey: key, ...rest }, [key, 'Keep it: it is not shown again.', ...more].join('\n'))
}

function revoke(id: string | undefined, { json }: Values): Promise<number> {
  return withContext(async (context) => {
    const operator = await operatorIn(context.database)
    const { status } = await getKey(context, operator, id!)
    await endKey(context, operator, id!)
    const revoked = status !== 'expired'
    say(json, { revoked }, revoked ? 'revoked' : 'it is revoked already, or expired')
    return revoked ? 0 : 1
  })
}
