/**
 * What an organisation offers, under the stable id of its product: reading and changing it. The rules are in `product.ts`.
 * Law: quotes freeze what they were made with; a change is for those that come after it.
 */
import type { Product, ProductChanges } from '@ekko/contract/access-resources'
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { isCurrency, parseAmount, toMajor } from '../kernel/money.ts'
import { parseRate, ppmWhole } from '../kernel/rate.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import type { OrganisationRow } from './organisation.ts'
import { reloaded } from './organisation-changes.ts'
import type { Organisations } from './organisations.ts'
import type { ProductAmounts, ProductTerms } from './product.ts'

/** @throws Refusal NOT_FOUND */
export async function findByProduct(
  { database }: { database: Queryable },
  organisations: Organisations,
  principalId: string,
  productId: string,
): Promise<OrganisationRow> {
  const [row] = await database.query<{ id: string }>(
    'select id from organisation where product_id = $1 and $2::uuid = any (path)',
    [productId, principalId],
  )
  if (!row) throw new Refusal('NOT_FOUND', 'no such product')
  return organisations.load(row.id)
}

/** @throws Refusal NOT_FOUND, FORBIDDEN, UNSUPPORTED_CURRENCY, INVALID_AMOUNT, UNPROCESSABLE_ENTITY */
export async function updateProduct(
  context: Context,
  organisations: Organisations,
  principalId: string,
  productId: string,
  changes: ProductChanges,
): Promise<OrganisationRow> {
  const { database } = context
  const organisation = await findByProduct(context, organisations, principalId, productId)
  const feePpm =
    changes.serviceFeePercentage && parseRate(changes.serviceFeePercentage, '/serviceFeePercentage')
  if (feePpm !== undefined && principalId !== organisation.rootId)
    throw new Refusal(
      'FORBIDDEN',
      'the service fee is for the operator to set, with a key of the root organisation',
    )
  const projectIds = changes.projectIds?.map((id) => id.toLowerCase())
  if (projectIds) await refuseUnknownProjects(database, organisation.rootId, projectIds)
  const after: Record<string, unknown> = { ...organisation.product }
  if (changes.projectIds !== undefined) after.projectIds = projectIds
  if (changes.amounts) after.amounts = amountsByCurrency(changes.amounts)
  if (changes.experience?.sdkVariant !== undefined)
    after.sdkVariant = changes.experience.sdkVariant ?? undefined
  if (changes.experience?.impactType !== undefined)
    after.impactType = changes.experience.impactType ?? undefined
  await database.query(
    'update organisation set product = $2::jsonb, service_fee_ppm = coalesce($3::integer, service_fee_ppm) where id = $1',
    [organisation.id, JSON.stringify(after), feePpm ?? null],
  )
  return reloaded(organisations, organisation.id)
}

async function refuseUnknownProjects(
  database: Queryable,
  rootId: string,
  ids: readonly string[],
): Promise<void> {
  const rows = await database.query<{ id: string }>(
    `select id from project where root_id = $1 and id = any ($2::uuid[]) and status = 'offered'`,
    [rootId, ids],
  )
  const known = new Set(rows.map(({ id }) => id))
  const unknown = ids.findIndex((id) => !known.has(id))
  if (unknown >= 0)
    throw refuseField('UNPROCESSABLE_ENTITY', `/projectIds/${unknown}`, 'no project that is offered')
  if (new Set(ids).size < ids.length)
    throw refuseField('UNPROCESSABLE_ENTITY', '/projectIds', 'a project is listed twice')
}

function amountsByCurrency(amounts: NonNullable<ProductChanges['amounts']>): ProductTerms['amounts'] {
  const read = amounts.map(({ currencyCode, suggested, minimum, maximum }, index) => {
    const path = `/amounts/${index}`
    if (!isCurrency(currencyCode))
      throw refuseField('UNSUPPORTED_CURRENCY', `${path}/currencyCode`, 'not a current ISO 4217 currency')
    const minorOf = (amount: number, where: string) =>
      Number(parseAmount(amount, currencyCode, `${path}/${where}`))
    const own: ProductAmounts = {
      suggestedMinor: suggested.map((amount, at) => minorOf(amount, `suggested/${at}`)),
      minimumMinor: minimum == null ? null : minorOf(minimum, 'minimum'),
      maximumMinor: maximum == null ? null : minorOf(maximum, 'maximum'),
    }
    refuseDisorder(own, path)
    return [currencyCode, own] as const
  })
  if (new Set(read.map(([currency]) => currency)).size < read.length)
    throw refuseField('UNPROCESSABLE_ENTITY', '/amounts', 'a currency is listed twice')
  return Object.fromEntries(read)
}

function refuseDisorder({ suggestedMinor, minimumMinor, maximumMinor }: ProductAmounts, path: string): void {
  const ordered = [minimumMinor, ...suggestedMinor, maximumMinor].filter((minor) => minor !== null)
  const isAscending = ordered.every((minor, index) => index === 0 || ordered[index - 1]! <= minor)
  if (!isAscending)
    throw refuseField(
      'UNPROCESSABLE_ENTITY',
      path,
      'suggestions ascend, from no less than the minimum to no more than the maximum',
    )
}

export function showProduct({ productId, id, product, serviceFeePpm }: OrganisationRow): Product {
  return {
    productId,
    organisationId: id,
    projectIds: product.projectIds ? [...product.projectIds] : null,
    serviceFeePercentage: serviceFeePpm / ppmWhole,
    amounts: Object.entries(product.amounts ?? {}).map(([currencyCode, own]) => {
      const major = (minor: number | null) => (minor === null ? null : toMajor(BigInt(minor), currencyCode))
      return {
        currencyCode,
        suggested: own.suggestedMinor.map((minor) => toMajor(BigInt(minor), currencyCode)),
        minimum: major(own.minimumMinor),
        maximum: major(own.maximumMinor),
      }
    }),
    experience: { sdkVariant: product.sdkVariant ?? null, impactType: product.impactType ?? null },
  }
}
