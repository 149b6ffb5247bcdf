/**
 * Organisations: creating them below others, finding them, and showing them as the API documents.
 * Law: an id outside the caller's tree is answered exactly like one that does not exist.
 */
import type { NewOrganisation, Organisation } from '@ekko/contract/organisation-resources'
import { Cache } from '../kernel/cache.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { isCurrency } from '../kernel/money.ts'
import { parseRate, ppmWhole } from '../kernel/rate.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import { refuseClaimsInNames } from '../wording/claim-refusal.ts'
import {
  maySee,
  type OrganisationRow,
  organisationDepthMax,
  proportionalShare,
  refuseDeactivated,
} from './organisation.ts'

/** How long a change made by another process may go unseen when the news of it got lost. */
export const organisationCacheTtlMs = 5_000
const organisationCacheMax = 10_000

export interface Organisations {
  /** @throws Refusal NOT_FOUND, blaming `path`, when it is not the principal or below it */
  find(principalId: string, id: string, path?: string): Promise<OrganisationRow>
  /** Without asking who wants to know; for our own work on rows that were found before. */
  load(id: string): Promise<OrganisationRow>
  /** With an id of the caller’s own, asking again answers what the first time created. */
  create(
    principalId: string,
    wanted: NewOrganisation,
    codes: KnownCodes,
    id?: string,
  ): Promise<OrganisationRow>
  /** One was changed, by this process or another. */
  forgetAll(): void
}

/** What the factor set knows; organisations do not depend on it otherwise. */
export interface KnownCodes {
  isMcc(mcc: string): boolean
  isCountry(code: string): boolean
}

export function organisationsIn(database: Queryable, clock: Clock): Organisations {
  const cache = new Cache<OrganisationRow>(clock, organisationCacheTtlMs, organisationCacheMax)
  const lookUp = (id: string) => cache.through(id, () => selectOrganisation(database, id))
  return {
    async find(principalId, id, path = '') {
      const found = await lookUp(id.toLowerCase())
      if (!found || !maySee(principalId, found)) {
        throw new Refusal(
          'NOT_FOUND',
          'no such organisation',
          path ? [{ path, message: 'no such organisation' }] : [],
        )
      }
      return found
    },
    async load(id) {
      const found = await lookUp(id)
      if (!found) throw new Error(`organisation ${id} is gone`)
      return found
    },
    async create(principalId, wanted, codes, id) {
      const parent = await this.find(principalId, wanted.parentOrganisationId, '/parentOrganisationId')
      refuseDeactivated(parent)
      return insertOrganisation(database, clock, {
        parent,
        ...checked(wanted, parent, codes),
        ...(id && { id }),
      })
    },
    forgetAll: () => cache.clear(),
  }
}

/** Checks what the schema cannot: codes that exist, rates that are exact, a tree that is not too deep, a lawful name. */
function checked(wanted: NewOrganisation, parent: OrganisationRow, codes: KnownCodes) {
  if (!isCurrency(wanted.currencyCode)) {
    throw refuseField('UNSUPPORTED_CURRENCY', '/currencyCode', 'not a current ISO 4217 currency')
  }
  refuseUnknownCodes(wanted, codes)
  if (parent.path.length >= organisationDepthMax) {
    throw refuseField(
      'UNPROCESSABLE_ENTITY',
      '/parentOrganisationId',
      `at most ${organisationDepthMax} levels deep`,
    )
  }
  refuseClaimsInNames({ '/tradingName': wanted.tradingName })
  const relativeSharePpm = parseRate(wanted.relativeProfitShare ?? 0, '/relativeProfitShare')
  return { wanted, relativeSharePpm }
}

/** @throws Refusal UNKNOWN_COUNTRY, UNKNOWN_MCC */
export function refuseUnknownCodes(
  { address, mcc }: Partial<Pick<NewOrganisation, 'address' | 'mcc'>>,
  codes: KnownCodes,
): void {
  if (address && !codes.isCountry(address.countryCode)) {
    throw refuseField('UNKNOWN_COUNTRY', '/address/countryCode', 'not an ISO 3166-1 alpha-3 country code')
  }
  if (mcc != null && !codes.isMcc(mcc)) {
    throw refuseField('UNKNOWN_MCC', '/mcc', 'not a known merchant category code')
  }
}

/** Without a condition; the organisation is `o`. */
export const selectOrganisationSql = `
select o.id, o.parent_id as "parentId", o.root_id as "rootId", o.path, o.reference, o.trading_name as "tradingName",
  o.legal_name as "legalName", o.address, o.currency, o.website, o.billing, o.mcc, o.service_fee_ppm as "serviceFeePpm",
  o.status, o.brand_id as "brandId", o.product_id as "productId", o.appearance, o.brand_name as "brandName",
  o.logo_url as "logoUrl", o.product, above."isDeactivated", above."relativeSharesPpm"
from organisation o cross join lateral (
  select bool_or(a.status <> 'active') as "isDeactivated",
    array_agg(a.relative_profit_share_ppm order by cardinality(a.path)) as "relativeSharesPpm"
  from organisation a where a.id = any (o.path)) above`

const findSql = `${selectOrganisationSql} where o.id = $1`

async function selectOrganisation(database: Queryable, id: string): Promise<OrganisationRow | undefined> {
  const [row] = await database.query<OrganisationRow>(findSql, [id])
  return row
}

export interface Insertion {
  readonly id?: string
  readonly parent: OrganisationRow | null
  readonly wanted: Omit<NewOrganisation, 'parentOrganisationId'>
  readonly relativeSharePpm: number
  /** Only for a root: all below it have the same. */
  readonly serviceFeePpm?: number
}

/** Inserts an organisation; without a parent it becomes a root. */
export async function insertOrganisation(
  database: Queryable,
  clock: Clock,
  insertion: Insertion,
): Promise<OrganisationRow> {
  const { parent, wanted, relativeSharePpm } = insertion
  const now = clock.now()
  const id = insertion.id ?? newId(now.getTime())
  const path = [...(parent?.path ?? []), id]
  await database.query(
    `insert into organisation (id, parent_id, root_id, path, reference, trading_name, legal_name, address, currency, website,
       billing, mcc, relative_profit_share_ppm, service_fee_ppm, brand_id, product_id, created_at)
     values ($1, $2, $3, $4::uuid[], $5, $6, $7, $8::jsonb, $9, $10, $11::jsonb, $12, $13, $14, $15, $16, $17)
     on conflict (id) do nothing`,
    [
      id,
      parent?.id ?? null,
      path[0],
      path,
      wanted.organisationReference ?? null,
      wanted.tradingName,
      wanted.legalName,
      JSON.stringify(wanted.address),
      wanted.currencyCode,
      wanted.website ?? null,
      wanted.billing == null ? null : JSON.stringify(wanted.billing),
      wanted.mcc ?? null,
      relativeSharePpm,
      parent?.serviceFeePpm ?? insertion.serviceFeePpm ?? 0,
      newId(now.getTime()),
      newId(now.getTime()),
      now,
    ],
  )
  const inserted = await selectOrganisation(database, id)
  return inserted!
}

/** As the API documents it: every field present, absent address lines as empty text. */
export function showOrganisation(
  row: OrganisationRow,
  impactPartners: Organisation['impactPartners'],
): Organisation {
  const { address, billing } = row
  const line = (name: string) => address[name] ?? ''
  return {
    organisationId: row.id,
    parentOrganisationId: row.parentId,
    organisationReference: row.reference,
    tradingName: row.tradingName,
    legalName: row.legalName,
    address: {
      line1: line('line1'),
      line2: line('line2'),
      line3: line('line3'),
      city: line('city'),
      postalCode: line('postalCode'),
      state: line('state'),
      countryCode: line('countryCode'),
    },
    currencyCode: row.currency,
    website: row.website,
    billing: billing && {
      companyRegistrationNumber: billing.companyRegistrationNumber ?? null,
      currencyCode: billing.currencyCode ?? null,
      email: billing.email ?? null,
      taxNumber: billing.taxNumber ?? null,
    },
    mcc: row.mcc,
    relativeProfitShare: (row.relativeSharesPpm.at(-1) ?? 0) / ppmWhole,
    proportionalProfitShare: proportionalShare(row.relativeSharesPpm),
    serviceFeePercentage: row.serviceFeePpm / ppmWhole,
    status: { value: row.status, message: null },
    impactPartners,
    calculationTypes: ['carbon', 'nature'],
    brandId: row.brandId,
    productId: row.productId,
  }
}
