/**
 * API keys through the API: creating, listing, changing, rolling and revoking them. Not for looking them up on each request
 * (`api-keys.ts`). Law: a key leaves the service once, when it is made; nobody gives or changes more than their own key has.
 */
import type {
  ApiKey,
  ApiKeyChanges,
  ApiKeyPage,
  ApiKeyQuery,
  CreatedApiKey,
  NewApiKey,
  NewKeyRoll,
} from '@ekko/contract/access-resources'
import type { Context } from '../kernel/context.ts'
import type { Queryable, Transaction } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { instantOf } from '../kernel/instant.ts'
import { type Page, pageLimit, pageOf } from '../kernel/page.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import { sha256 } from '../kernel/secret.ts'
import { changedAllowList, type KeyRow, type Principal, refuseWiderScopes, showKey } from './api-key.ts'
import { generateKey, hintOf } from './api-keys.ts'

/** That work; a rolled key counts until its grace is over. */
export const keysPerOrganisationMax = 50
const hourMs = 3_600_000
const noList = { allowList: [], allowListEnabled: false }

/**
 * With an id of the caller’s own, asking again gives that key a new secret: the first one never arrived.
 * @throws Refusal FORBIDDEN, NOT_FOUND, MAX_KEYS_REACHED, ORGANISATION_DEACTIVATED, UNPROCESSABLE_ENTITY
 */
export async function createKey(
  context: Context,
  principal: Principal,
  wanted: NewApiKey,
  id?: string,
): Promise<CreatedApiKey> {
  const now = context.clock.now()
  const scopes = wanted.scopes ?? null
  refuseWiderScopes(principal, scopes)
  const list = changedAllowList(noList, wanted.allowList, undefined, '/allowList')
  const expiresAt = wanted.expiresAt ? endOf(wanted.expiresAt, now) : null
  const organisationId = (wanted.organisationId ?? principal.organisationId).toLowerCase()
  const key = generateKey(context.environment)
  const row = await context.database.transaction(async (tx) => {
    await lockOrganisation(tx, principal, organisationId)
    await refuseTooMany(tx, organisationId, now, id)
    return insertKey(tx, key, {
      id: id ?? newId(now.getTime()),
      organisationId,
      name: wanted.name ?? null,
      scopes,
      ...list,
      createdAt: now,
      expiresAt,
    })
  })
  return { ...showKey(row, now), key }
}

function endOf(text: string, now: Date): Date {
  const end = instantOf(text, '/expiresAt')
  if (end <= now || end.getUTCFullYear() > 9999)
    throw refuseField('UNPROCESSABLE_ENTITY', '/expiresAt', 'not an instant that is still to come')
  return end
}

/** Makes two creations of one organisation wait for each other, so that the limit holds. */
async function lockOrganisation(
  tx: Transaction,
  { organisationId: principalId }: Principal,
  id: string,
): Promise<void> {
  const [row] = await tx.query<{ isDeactivated: boolean }>(
    `select exists (select from organisation a where a.id = any (o.path) and a.status <> 'active') as "isDeactivated"
     from organisation o where o.id = $1 and $2::uuid = any (o.path) for no key update`,
    [id, principalId],
  )
  if (!row) throw refuseField('NOT_FOUND', '/organisationId', 'no such organisation')
  if (row.isDeactivated)
    throw new Refusal('ORGANISATION_DEACTIVATED', 'the organisation, or one above it, is deactivated')
}

async function refuseTooMany(tx: Transaction, organisationId: string, now: Date, id?: string): Promise<void> {
  const [row] = await tx.query<{ working: number }>(
    `select count(*)::integer as working from api_key
     where organisation_id = $1 and (expires_at is null or expires_at > $2) and id is distinct from $3::uuid`,
    [organisationId, now, id ?? null],
  )
  if ((row?.working ?? 0) < keysPerOrganisationMax) return
  throw new Refusal('MAX_KEYS_REACHED', `an organisation has at most ${keysPerOrganisationMax} working keys`)
}

const columns = `k.id, k.organisation_id as "organisationId", k.name, k.hint, k.scopes, k.allow_list as "allowList",
  k.allow_list_enabled as "allowListEnabled", k.created_at as "createdAt", k.expires_at as "expiresAt",
  k.last_used_at as "lastUsedAt", k.replaced_by as "replacedBy"`

async function insertKey(
  tx: Transaction,
  key: string,
  row: Omit<KeyRow, 'hint' | 'lastUsedAt' | 'replacedBy'>,
): Promise<KeyRow> {
  const [inserted] = await tx.query<KeyRow>(
    `insert into api_key as k (id, organisation_id, hash, hint, name, scopes, allow_list, allow_list_enabled, created_at,
       expires_at)
     values ($1, $2, $3, $4, $5, $6::text[], $7::text[], $8, $9, $10)
     on conflict (id) do update set hash = excluded.hash, hint = excluded.hint where k.last_used_at is null
     returning ${columns}`,
    [
      row.id,
      row.organisationId,
      sha256(key),
      hintOf(key),
      row.name,
      row.scopes,
      row.allowList,
      row.allowListEnabled,
      row.createdAt,
      row.expiresAt,
    ],
  )
  // Made by this request before. Only where nobody uses it was its answer lost, and may it get another secret.
  if (!inserted) throw new Refusal('CONFLICT', 'this request made a key before, and it is in use')
  return inserted
}

/** @throws Refusal NOT_FOUND, UNPROCESSABLE_ENTITY */
export async function listKeysOf(
  { database, clock }: Context,
  { organisationId: principalId }: Principal,
  query: ApiKeyQuery,
): Promise<ApiKeyPage> {
  const limit = pageLimit(query.limit)
  const { organisationId = null, startingAfter = null } = query
  if (organisationId !== null) {
    const [seen] = await database.query(
      'select 1 from organisation where id = $1 and $2::uuid = any (path)',
      [organisationId, principalId],
    )
    if (!seen) throw refuseField('NOT_FOUND', '/organisationId', 'no such organisation')
  }
  if (startingAfter !== null && !(await selectKeyOf(database, principalId, startingAfter)))
    throw refuseField('UNPROCESSABLE_ENTITY', '/startingAfter', 'no such key')
  const rows = await database.query<KeyRow>(listSql, [principalId, organisationId, startingAfter, limit + 1])
  const now = clock.now()
  const page: Page<ApiKey> = pageOf(rows, limit, (row) => showKey(row, now))
  return page
}

const listSql = `
select ${columns} from api_key k join organisation o on o.id = k.organisation_id
where o.path @> array[$1::uuid] and ($2::uuid is null or k.organisation_id = $2)
  and ($3::uuid is null or (k.created_at, k.id) < (select c.created_at, c.id from api_key c where c.id = $3))
order by k.created_at desc, k.id desc limit $4::integer`

/** @throws Refusal NOT_FOUND */
export async function getKey(context: Context, principal: Principal, id: string): Promise<ApiKey> {
  return showKey(await findKey(context.database, principal, id), context.clock.now())
}

async function findKey(database: Queryable, principal: Principal, id: string): Promise<KeyRow> {
  const row = await selectKeyOf(database, principal.organisationId, id)
  if (!row) throw new Refusal('NOT_FOUND', 'no such key')
  return row
}

const findSql = `
select ${columns} from api_key k join organisation o on o.id = k.organisation_id
where k.id = $1 and $2::uuid = any (o.path) for no key update of k`

async function selectKeyOf(
  database: Queryable,
  principalId: string,
  id: string,
): Promise<KeyRow | undefined> {
  const [row] = await database.query<KeyRow>(findSql, [id, principalId])
  return row
}

/** @throws Refusal NOT_FOUND, FORBIDDEN, CONFLICT, UNPROCESSABLE_ENTITY */
export function updateKey(
  context: Context,
  principal: Principal,
  id: string,
  changes: ApiKeyChanges,
): Promise<ApiKey> {
  const now = context.clock.now()
  return context.database.transaction(async (tx) => {
    const before = await findKey(tx, principal, id)
    refuseWiderScopes(principal, before.scopes)
    refuseOver(before, now)
    const scopes = changes.scopes === undefined ? before.scopes : changes.scopes
    refuseWiderScopes(principal, scopes)
    const name = changes.name === undefined ? before.name : changes.name
    const own = before.id === principal.keyId ? principal.address : undefined
    const list = changedAllowList(before, changes.allowList, own, '/allowList')
    const [row] = await tx.query<KeyRow>(
      `update api_key as k set name = $2, scopes = $3::text[], allow_list = $4::text[], allow_list_enabled = $5
       where id = $1 returning ${columns}`,
      [before.id, name, scopes, list.allowList, list.allowListEnabled],
    )
    return showKey(row!, now)
  })
}

function refuseOver({ expiresAt }: KeyRow, now: Date): void {
  if (expiresAt !== null && expiresAt <= now) throw new Refusal('CONFLICT', 'the key does not work any more')
}

/** @throws Refusal NOT_FOUND, FORBIDDEN, MAX_KEYS_REACHED; CONFLICT for a key that is over or was rolled before */
export async function rollKey(
  context: Context,
  principal: Principal,
  id: string,
  { graceHours }: NewKeyRoll,
  newKeyId?: string,
): Promise<CreatedApiKey> {
  const now = context.clock.now()
  const key = generateKey(context.environment)
  const graceEnds = new Date(now.getTime() + graceHours * hourMs)
  const row = await context.database.transaction(async (tx) => {
    const before = await findKey(tx, principal, id)
    refuseWiderScopes(principal, before.scopes)
    refuseOver(before, now)
    if (before.replacedBy !== null && before.replacedBy !== newKeyId)
      throw new Refusal('CONFLICT', `the key was rolled before, into ${before.replacedBy}`)
    await lockOrganisation(tx, principal, before.organisationId)
    await refuseTooMany(tx, before.organisationId, now, newKeyId)
    const replacement = await insertKey(tx, key, {
      ...before,
      id: newKeyId ?? newId(now.getTime()),
      createdAt: now,
    })
    await tx.query(
      'update api_key set replaced_by = $2, expires_at = least(expires_at, $3::timestamptz) where id = $1',
      [before.id, replacement.id, graceEnds],
    )
    return replacement
  })
  return { ...showKey(row, now), key }
}

/** @throws Refusal NOT_FOUND, FORBIDDEN */
export async function endKey(context: Context, principal: Principal, id: string): Promise<void> {
  await context.database.transaction(async (tx) => {
    const row = await findKey(tx, principal, id)
    refuseWiderScopes(principal, row.scopes)
    await tx.query('update api_key set expires_at = least(expires_at, $2::timestamptz) where id = $1', [
      row.id,
      context.clock.now(),
    ])
  })
}
