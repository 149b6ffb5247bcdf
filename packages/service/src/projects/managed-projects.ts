/**
 * Impact partners and projects as the operator manages them: taking them in, changing them, prices, stock, retiring them.
 * Laws: a text with a banned wording is not stored; a project is never deleted, because contributions were made to it.
 */
import type {
  ImpactPartnerChanges,
  ManagedProject,
  ManagedProjectPage,
  ManagedProjectQuery,
  NewImpactPartner,
  NewProject,
  ProjectChanges,
} from '@ekko/contract/operator-resources'
import type { ImpactPartner } from '@ekko/contract/project-resources'
import type { Context } from '../kernel/context.ts'
import type { Queryable, Transaction } from '../kernel/database.ts'
import { SqlError } from '../kernel/database-errors.ts'
import { newId } from '../kernel/id.ts'
import { isCurrency, parseAmount } from '../kernel/money.ts'
import { pageLimit, pageOf } from '../kernel/page.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import { type ManagedRow, showManaged } from './managed-project.ts'
import { refusePartnerClaims, refuseProjectClaims } from './project-texts.ts'

const gramsPerTonne = 1_000_000
const uniqueViolation = '23505'

/** What the factor set knows; projects do not depend on it otherwise. */
export type IsCountry = (code: string) => boolean

/** @throws Refusal CLAIM_REFUSED, CONFLICT */
export async function createPartner(
  { database, clock }: Context,
  rootId: string,
  { name, description }: NewImpactPartner,
  id?: string,
): Promise<ImpactPartner> {
  refusePartnerClaims({ name, description })
  const now = clock.now()
  const [row] = await nameTaken(() =>
    database.query<ImpactPartner>(
      `insert into impact_partner as p (id, root_id, name, description, sample, created_at)
       values ($1, $2, $3, $4, false, $5)
       on conflict (id) do update set name = p.name returning id, name, description, sample`,
      [id ?? newId(now.getTime()), rootId, name, description, now],
    ),
  )
  return row!
}

/** @throws Refusal NOT_FOUND, CLAIM_REFUSED, CONFLICT */
export async function updatePartner(
  { database }: Context,
  rootId: string,
  id: string,
  { name, description }: ImpactPartnerChanges,
): Promise<ImpactPartner> {
  refusePartnerClaims({ name: name ?? '', description: description ?? '' })
  const [row] = await nameTaken(() =>
    database.query<ImpactPartner>(
      `update impact_partner set name = coalesce($3, name), description = coalesce($4, description)
       where id = $1 and root_id = $2 returning id, name, description, sample`,
      [id, rootId, name ?? null, description ?? null],
    ),
  )
  if (!row) throw new Refusal('NOT_FOUND', 'no such impact partner')
  return row
}

async function nameTaken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof SqlError && cause.code === uniqueViolation)
      throw new Refusal('CONFLICT', 'there is one of this name already')
    throw cause
  }
}

/** @throws Refusal NOT_FOUND, CLAIM_REFUSED, UNKNOWN_COUNTRY, UNSUPPORTED_CURRENCY, INVALID_AMOUNT, CONFLICT */
export function createProject(
  { database, clock }: Context,
  rootId: string,
  wanted: NewProject,
  isCountry: IsCountry,
  id?: string,
): Promise<ManagedProject> {
  refuseFaults({ type: wanted.type }, wanted, isCountry)
  const now = clock.now()
  const projectId = id ?? newId(now.getTime())
  return nameTaken(() =>
    database.transaction(async (tx) => {
      const partners = await tx.query(
        'select 1 from impact_partner where id = $1 and root_id = $2 for key share',
        [wanted.impactPartnerId, rootId],
      )
      if (partners.length === 0) throw refuseField('NOT_FOUND', '/impactPartnerId', 'no such impact partner')
      await tx.query(insertSql, [
        projectId,
        wanted.impactPartnerId.toLowerCase(),
        rootId,
        wanted.name,
        wanted.shortDescription,
        wanted.longDescription,
        wanted.image ?? '',
        wanted.type,
        wanted.subtype ?? null,
        wanted.location.countryCode,
        wanted.location.region,
        wanted.location.state ?? '',
        wanted.theme ?? null,
        wanted.type === 'contribution' ? 'Donation' : 'tCO2e',
        wanted.type === 'contribution' ? 'monetary' : 'unit',
        JSON.stringify(wanted.sdgs ?? []),
        wanted.standard ?? null,
        wanted.registry ?? null,
        wanted.deliveryYear ?? null,
        now,
      ])
      await setPricesAndStock(tx, projectId, wanted)
      return findManaged(tx, rootId, projectId)
    }),
  )
}

const insertSql = `
insert into project (id, impact_partner_id, root_id, name, short_description, long_description, image, type, subtype, country,
  region, state, theme, unit_description, unit_type, sdgs, standard, registry, delivery_year, sample, position, created_at)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16::jsonb, $17, $18, $19, false,
  coalesce((select max(position) from project where root_id = $3), 0) + 1, $20
on conflict (id) do nothing`

/** @throws Refusal NOT_FOUND, CLAIM_REFUSED, UNKNOWN_COUNTRY, UNSUPPORTED_CURRENCY, INVALID_AMOUNT, CONFLICT */
export function updateProject(
  { database }: Context,
  rootId: string,
  id: string,
  changes: ProjectChanges,
  isCountry: IsCountry,
): Promise<ManagedProject> {
  return nameTaken(() =>
    database.transaction(async (tx) => {
      const before = await findManaged(tx, rootId, id)
      refuseFaults(before, changes, isCountry)
      const after = { ...before, ...withoutUndefined(changes) }
      await tx.query(updateSql, [
        before.id,
        after.name,
        after.shortDescription,
        after.longDescription,
        after.image,
        after.subtype,
        after.location.countryCode,
        after.location.region,
        after.location.state ?? '',
        after.theme,
        JSON.stringify(after.sdgs),
        after.standard,
        after.registry,
        changes.deliveryYear === undefined ? before.delivery.expectedYear : changes.deliveryYear,
        after.status,
      ])
      await setPricesAndStock(tx, before.id, changes)
      return findManaged(tx, rootId, before.id)
    }),
  )
}

const updateSql = `
update project set name = $2, short_description = $3, long_description = $4, image = $5, subtype = $6, country = $7,
  region = $8, state = $9, theme = $10, sdgs = $11::jsonb, standard = $12, registry = $13, delivery_year = $14, status = $15
where id = $1`

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const known = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(known) as { [K in keyof T]: Exclude<T[K], undefined> }
}

function refuseFaults(
  { type }: Pick<ManagedProject, 'type'>,
  wanted: ProjectChanges,
  isCountry: IsCountry,
): void {
  const {
    name = '',
    shortDescription = '',
    longDescription = '',
    location,
    prices = [],
    stockTonnes,
  } = wanted
  refuseProjectClaims({ name, shortDescription, longDescription })
  if (location && !isCountry(location.countryCode))
    throw refuseField('UNKNOWN_COUNTRY', '/location/countryCode', 'not an ISO 3166-1 alpha-3 country code')
  for (const [index, { currencyCode, unitPrice }] of prices.entries()) {
    if (!isCurrency(currencyCode))
      throw refuseField(
        'UNSUPPORTED_CURRENCY',
        `/prices/${index}/currencyCode`,
        'not a current ISO 4217 currency',
      )
    parseAmount(unitPrice, currencyCode, `/prices/${index}/unitPrice`)
  }
  if (new Set(prices.map(({ currencyCode }) => currencyCode)).size < prices.length)
    throw refuseField('UNPROCESSABLE_ENTITY', '/prices', 'a currency is listed twice')
  if (stockTonnes != null && type === 'contribution')
    throw refuseField('UNPROCESSABLE_ENTITY', '/stockTonnes', 'only credits have a stock')
}

async function setPricesAndStock(
  tx: Transaction,
  projectId: string,
  { prices, stockTonnes }: Pick<ProjectChanges, 'prices' | 'stockTonnes'>,
): Promise<void> {
  if (prices) {
    await tx.query('delete from project_price where project_id = $1', [projectId])
    await tx.query(
      `insert into project_price (project_id, currency, unit_price_minor)
       select $1, * from unnest($2::text[], $3::bigint[])`,
      [
        projectId,
        prices.map(({ currencyCode }) => currencyCode),
        prices.map(({ currencyCode, unitPrice }) => parseAmount(unitPrice, currencyCode, '/prices')),
      ],
    )
  }
  if (stockTonnes === undefined) return
  await tx.query('delete from project_stock where project_id = $1', [projectId])
  if (stockTonnes === null) return
  await tx.query('insert into project_stock (project_id, grams) values ($1, $2)', [
    projectId,
    Math.round(stockTonnes * gramsPerTonne),
  ])
}

/** Newest first. @throws Refusal UNPROCESSABLE_ENTITY */
export async function listManaged(
  { database }: Context,
  rootId: string,
  query: ManagedProjectQuery,
): Promise<ManagedProjectPage> {
  const limit = pageLimit(query.limit)
  const { impactPartnerId = null, status = null, startingAfter = null } = query
  if (startingAfter !== null && (await selectManaged(database, rootId, startingAfter)) === undefined)
    throw refuseField('UNPROCESSABLE_ENTITY', '/startingAfter', 'no such project')
  const rows = await database.query<ManagedRow>(listSql, [
    rootId,
    impactPartnerId,
    status,
    startingAfter,
    limit + 1,
  ])
  return pageOf(rows, limit, showManaged)
}

/** @throws Refusal NOT_FOUND */
export async function findManaged(database: Queryable, rootId: string, id: string): Promise<ManagedProject> {
  const row = await selectManaged(database, rootId, id)
  if (!row) throw new Refusal('NOT_FOUND', 'no such project')
  return showManaged(row)
}

async function selectManaged(
  database: Queryable,
  rootId: string,
  id: string,
): Promise<ManagedRow | undefined> {
  const [row] = await database.query<ManagedRow>(findSql, [rootId, id])
  return row
}

const selectSql = `
select p.id, p.impact_partner_id as "impactPartnerId", p.type, p.status, p.name, p.short_description as "shortDescription",
  p.long_description as "longDescription", p.image, p.subtype, p.country, p.region, p.state, p.theme, p.sdgs, p.standard,
  p.registry, p.sample, p.delivery_year as "deliveryYear",
  coalesce((select jsonb_agg(jsonb_build_object('currency', c.currency, 'minor', c.unit_price_minor::text)
    order by c.currency) from project_price c where c.project_id = p.id), '[]') as prices,
  (select s.grams - coalesce((select sum(d.grams) from project_stock_sold d where d.project_id = p.id), 0)
   from project_stock s where s.project_id = p.id) as "stockGrams",
  coalesce((select sum(f.grams) from fulfilment f where f.project_id = p.id and f.withdrawn_at is null), 0)
    as "retiredGrams",
  coalesce((select jsonb_agg(jsonb_build_object('currency', f.currency, 'minor', f.minor::text) order by f.currency)
    from (select currency, sum(amount_minor) as minor from fulfilment
          where project_id = p.id and withdrawn_at is null and currency is not null group by currency) f), '[]')
    as disbursed
from project p where p.root_id = $1`

const findSql = `${selectSql} and p.id = $2`
const listSql = `${selectSql} and ($2::uuid is null or p.impact_partner_id = $2) and ($3::text is null or p.status = $3)
  and ($4::uuid is null or (p.created_at, p.id) < (select c.created_at, c.id from project c where c.id = $4))
order by p.created_at desc, p.id desc limit $5::integer`
