/**
 * What becomes of organisations after they are created: listing, changing, deactivating, and their allow-lists.
 * Laws: nobody changes what only an organisation above may decide (the share passed down, being active); what was frozen
 * in quotes stays as it was.
 */
import type {
  AllowList,
  AllowListChanges,
  OrganisationChanges,
  OrganisationQuery,
} from '@ekko/contract/access-resources'
import type { Context } from '../kernel/context.ts'
import type { Database, Queryable } from '../kernel/database.ts'
import { pageLimit } from '../kernel/page.ts'
import { parseRate } from '../kernel/rate.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import { refuseClaimsInNames } from '../wording/claim-refusal.ts'
import { changedAllowList, type Principal, type StoredAllowList, showAllowList } from './api-key.ts'
import type { OrganisationRow } from './organisation.ts'
import {
  type KnownCodes,
  type Organisations,
  refuseUnknownCodes,
  selectOrganisationSql,
} from './organisations.ts'

/** Those below the principal, newest first; one more than the page has, where there are more. */
export async function listOrganisations(
  { database }: Context,
  principalId: string,
  query: OrganisationQuery,
): Promise<{ rows: OrganisationRow[]; limit: number }> {
  const limit = pageLimit(query.limit)
  const {
    parentOrganisationId = null,
    organisationReference = null,
    status = null,
    startingAfter = null,
  } = query
  if (parentOrganisationId !== null && !(await isSeen(database, principalId, parentOrganisationId)))
    throw refuseField('NOT_FOUND', '/parentOrganisationId', 'no such organisation')
  if (startingAfter !== null && !(await isSeen(database, principalId, startingAfter)))
    throw refuseField('UNPROCESSABLE_ENTITY', '/startingAfter', 'no such organisation')
  const rows = await database.query<OrganisationRow>(listSql, [
    principalId,
    parentOrganisationId,
    organisationReference,
    status,
    startingAfter,
    limit + 1,
  ])
  return { rows, limit }
}

async function isSeen(database: Queryable, principalId: string, id: string): Promise<boolean> {
  const rows = await database.query('select 1 from organisation where id = $1 and $2::uuid = any (path)', [
    id,
    principalId,
  ])
  return rows.length > 0
}

const listSql = `${selectOrganisationSql}
where o.path @> array[$1::uuid] and o.id <> $1 and ($2::uuid is null or o.parent_id = $2)
  and ($3::text is null or o.reference = $3) and ($4::text is null or o.status = $4)
  and ($5::uuid is null or (o.created_at, o.id) < (select c.created_at, c.id from organisation c where c.id = $5))
order by o.created_at desc, o.id desc limit $6::integer`

/** @throws Refusal NOT_FOUND, FORBIDDEN, UNKNOWN_COUNTRY, UNKNOWN_MCC, CLAIM_REFUSED, UNPROCESSABLE_ENTITY */
export async function updateOrganisation(
  { database }: Context,
  organisations: Organisations,
  principalId: string,
  id: string,
  changes: OrganisationChanges,
  codes: KnownCodes,
): Promise<OrganisationRow> {
  const before = await organisations.find(principalId, id)
  refuseUnknownCodes(changes, codes)
  if (changes.tradingName !== undefined) refuseClaimsInNames({ '/tradingName': changes.tradingName })
  const share = changes.relativeProfitShare
  if (share !== undefined && before.id === principalId)
    throw new Refusal('FORBIDDEN', 'the share that is passed down is for an organisation above to decide')
  const sharePpm = share === undefined ? undefined : parseRate(share ?? 0, '/relativeProfitShare')
  const { tradingName, legalName, address, website, billing, mcc, organisationReference } = changes
  await database.query(updateSql, [
    before.id,
    tradingName ?? null,
    legalName ?? null,
    address ? JSON.stringify(address) : null,
    website !== undefined,
    website ?? null,
    billing !== undefined,
    billing ? JSON.stringify(billing) : null,
    mcc !== undefined,
    mcc ?? null,
    organisationReference !== undefined,
    organisationReference ?? null,
    sharePpm ?? null,
  ])
  return reloaded(organisations, before.id)
}

const updateSql = `
update organisation set trading_name = coalesce($2, trading_name), legal_name = coalesce($3, legal_name),
  address = coalesce($4::jsonb, address), website = case when $5::boolean then $6 else website end,
  billing = case when $7::boolean then $8::jsonb else billing end, mcc = case when $9::boolean then $10 else mcc end,
  reference = case when $11::boolean then $12 else reference end,
  relative_profit_share_ppm = coalesce($13::integer, relative_profit_share_ppm)
where id = $1`

/**
 * Stops an organisation with all below it, or lets it work again. Nobody stops themselves: they could not undo it.
 * @throws Refusal NOT_FOUND, FORBIDDEN
 */
export async function setActive(
  { database }: Context,
  organisations: Organisations,
  principalId: string,
  id: string,
  isActive: boolean,
): Promise<OrganisationRow> {
  const { id: found } = await organisations.find(principalId, id)
  if (found === principalId)
    throw new Refusal('FORBIDDEN', 'this is for an organisation above yours to decide')
  await database.query('update organisation set status = $2 where id = $1', [
    found,
    isActive ? 'active' : 'deactivated',
  ])
  return reloaded(organisations, found)
}

export function reloaded(organisations: Organisations, id: string): Promise<OrganisationRow> {
  organisations.forgetAll()
  return organisations.load(id)
}

/** @throws Refusal NOT_FOUND */
export async function getAllowList(
  { database }: Context,
  organisations: Organisations,
  principalId: string,
  id: string,
): Promise<AllowList> {
  const organisation = await organisations.find(principalId, id)
  return showAllowList(await selectAllowList(database, organisation.id))
}

/** @throws Refusal NOT_FOUND, UNPROCESSABLE_ENTITY */
export async function updateAllowList(
  { database }: { database: Database },
  organisations: Organisations,
  principal: Principal,
  id: string,
  changes: AllowListChanges,
): Promise<AllowList> {
  const organisation = await organisations.find(principal.organisationId, id)
  const own = organisation.id === principal.organisationId ? principal.address : undefined
  return database.transaction(async (tx) => {
    const list = changedAllowList(await selectAllowList(tx, organisation.id), changes, own)
    await tx.query('update organisation set allow_list = $2::text[], allow_list_enabled = $3 where id = $1', [
      organisation.id,
      list.allowList,
      list.allowListEnabled,
    ])
    return showAllowList(list)
  })
}

async function selectAllowList(database: Queryable, id: string): Promise<StoredAllowList> {
  const [row] = await database.query<StoredAllowList>(
    `select allow_list as "allowList", allow_list_enabled as "allowListEnabled" from organisation where id = $1
     for no key update`,
    [id],
  )
  return row!
}
