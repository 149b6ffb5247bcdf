/**
 * How an organisation looks, under the stable id of its brand. Pages read it with the organisation.
 * Law: a name that makes an environmental claim is not stored; a logo is only ever an https address, and never loaded by us.
 */
import type { Appearance, Brand, BrandChanges } from '@ekko/contract/access-resources'
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import { refuseClaimsInNames } from '../wording/claim-refusal.ts'
import { type OrganisationRow, shownName } from './organisation.ts'
import { reloaded } from './organisation-changes.ts'
import type { Organisations } from './organisations.ts'

/** Says what of an appearance is corrected when shown. */
export type AppearanceFaults = (appearance: Appearance) => readonly string[]

/** @throws Refusal NOT_FOUND */
export async function findByBrand(
  { database }: { database: Queryable },
  organisations: Organisations,
  principalId: string,
  brandId: string,
): Promise<OrganisationRow> {
  const [row] = await database.query<{ id: string }>(
    'select id from organisation where brand_id = $1 and $2::uuid = any (path)',
    [brandId, principalId],
  )
  if (!row) throw new Refusal('NOT_FOUND', 'no such brand')
  return organisations.load(row.id)
}

/** @throws Refusal NOT_FOUND, CLAIM_REFUSED, UNPROCESSABLE_ENTITY */
export async function updateBrand(
  context: Context,
  organisations: Organisations,
  principalId: string,
  brandId: string,
  { name, logoUrl, appearance }: BrandChanges,
): Promise<OrganisationRow> {
  const organisation = await findByBrand(context, organisations, principalId, brandId)
  if (name) refuseClaimsInNames({ '/name': name })
  if (logoUrl) refuseLogo(logoUrl)
  await context.database.query(
    `update organisation set brand_name = case when $2::boolean then $3 else brand_name end,
       logo_url = case when $4::boolean then $5 else logo_url end, appearance = coalesce($6::jsonb, appearance)
     where id = $1`,
    [
      organisation.id,
      name !== undefined,
      name ?? null,
      logoUrl !== undefined,
      logoUrl ? new URL(logoUrl).href : null,
      appearance ? JSON.stringify(appearance) : null,
    ],
  )
  return reloaded(organisations, organisation.id)
}

function refuseLogo(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'https:' && url.username === '' && url.password === '') return
  throw refuseField('UNPROCESSABLE_ENTITY', '/logoUrl', 'an https address without a user name')
}

export function showBrand(row: OrganisationRow, faultsOf: AppearanceFaults): Brand {
  const appearance = row.appearance as Appearance
  return {
    brandId: row.brandId,
    organisationId: row.id,
    name: shownName(row),
    logoUrl: row.logoUrl,
    appearance,
    corrections: [...faultsOf(appearance)],
  }
}
