/**
 * What projects did with their money, through the API: one delivery at a time, recorded like a row of the operator's table
 * (`fulfilments.ts` has the laws), and listed by project.
 */
import type {
  DeliveryPage,
  DeliveryQuery,
  NewDelivery,
  Delivery as ShownDelivery,
} from '@ekko/contract/operator-resources'
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { decimalToMinor, isCurrency, parseAmount, toMajor } from '../kernel/money.ts'
import { pageLimit, pageOf } from '../kernel/page.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import type { WantedFulfilment } from './fulfilment-table.ts'
import { FulfilmentRefused, importFulfilments } from './fulfilments.ts'

const milligramDecimalsOfTonne = 9
const gramsPerTonne = 1_000_000

/** @throws Refusal NOT_FOUND, CONFLICT, UNSUPPORTED_CURRENCY, INVALID_AMOUNT, UNPROCESSABLE_ENTITY */
export async function createDelivery(
  { database, clock }: Context,
  rootId: string,
  projectId: string,
  wanted: NewDelivery,
): Promise<ShownDelivery> {
  await refuseUnknownProject(database, rootId, projectId)
  const fulfilment = fulfilmentOf(projectId.toLowerCase(), wanted)
  try {
    await importFulfilments(database, clock, [fulfilment])
  } catch (cause) {
    if (cause instanceof FulfilmentRefused)
      throw new Refusal('CONFLICT', cause.message.replace(/^row \d+: /, ''))
    throw cause
  }
  const [row] = await database.query<Row>(recordedSql, [projectId, wanted.kind, wanted.reference])
  return showDelivery(row!)
}

async function refuseUnknownProject(database: Queryable, rootId: string, projectId: string): Promise<void> {
  const rows = await database.query('select 1 from project where id = $1 and root_id = $2', [
    projectId,
    rootId,
  ])
  if (rows.length === 0) throw new Refusal('NOT_FOUND', 'no such project')
}

function fulfilmentOf(projectId: string, wanted: NewDelivery): WantedFulfilment {
  const { kind, reference } = wanted
  const isRetired = kind === 'retired'
  for (const name of isRetired ? ['tonnes', 'registry', 'serials'] : ['amount', 'currencyCode'])
    if (wanted[name as keyof NewDelivery] == null)
      throw refuseField('UNPROCESSABLE_ENTITY', `/${name}`, `required for what was ${kind}`)
  for (const name of isRetired ? ['amount', 'currencyCode'] : ['tonnes', 'registry', 'serials'])
    if (wanted[name as keyof NewDelivery] != null)
      throw refuseField('UNPROCESSABLE_ENTITY', `/${name}`, `not for what was ${kind}`)
  const currency = wanted.currencyCode ?? null
  if (currency !== null && !isCurrency(currency))
    throw refuseField('UNSUPPORTED_CURRENCY', '/currencyCode', 'not a current ISO 4217 currency')
  return {
    row: 1,
    kind,
    projectId,
    on: dayOf(wanted.on, '/on'),
    milligrams: isRetired ? milligramsOf(wanted.tonnes!) : null,
    currency,
    amountMinor: currency === null ? null : parseAmount(wanted.amount!, currency, '/amount'),
    registry: wanted.registry ?? null,
    serials: wanted.serials ?? null,
    reference,
    url: wanted.url ?? null,
    from: wanted.from ? dayOf(wanted.from, '/from') : null,
    until: wanted.until ? dayOf(wanted.until, '/until') : null,
  }
}

function milligramsOf(tonnes: number): bigint {
  const milligrams = decimalToMinor(String(tonnes), milligramDecimalsOfTonne)
  if (milligrams !== undefined && milligrams > 0n) return milligrams
  throw refuseField('UNPROCESSABLE_ENTITY', '/tonnes', 'a number above zero with at most nine decimals')
}

/** Days of the calendar only: 30 February is none. */
function dayOf(text: string, path: string): string {
  const day = new Date(`${text}T00:00:00Z`)
  if (!Number.isNaN(day.getTime()) && day.toISOString().startsWith(text) && !text.startsWith('0000'))
    return text
  throw refuseField('UNPROCESSABLE_ENTITY', path, 'no day of the calendar')
}

/** Latest first. @throws Refusal NOT_FOUND, UNPROCESSABLE_ENTITY */
export async function listDeliveries(
  { database }: Context,
  rootId: string,
  projectId: string,
  query: DeliveryQuery,
): Promise<DeliveryPage> {
  const limit = pageLimit(query.limit)
  await refuseUnknownProject(database, rootId, projectId)
  const { startingAfter = null } = query
  if (startingAfter !== null) {
    const known = await database.query('select 1 from fulfilment where id = $1 and project_id = $2', [
      startingAfter,
      projectId,
    ])
    if (known.length === 0) throw refuseField('UNPROCESSABLE_ENTITY', '/startingAfter', 'no such delivery')
  }
  return pageOf(
    await database.query<Row>(listSql, [projectId, startingAfter, limit + 1]),
    limit,
    showDelivery,
  )
}

/** Quantities as decimal text. */
interface Row {
  readonly id: string
  readonly projectId: string
  readonly kind: 'retired' | 'disbursed'
  readonly on: string
  readonly grams: string | null
  readonly currency: string | null
  readonly amountMinor: bigint | null
  readonly registry: string | null
  readonly serials: string | null
  readonly reference: string
  readonly url: string | null
  readonly allocations: number
  readonly recordedAt: Date
}

const selectSql = `
select f.id, f.project_id as "projectId", f.kind, f.fulfilled_on as on, f.grams, f.currency, f.amount_minor as "amountMinor",
  f.registry, f.serials, f.reference, f.url, f.recorded_at as "recordedAt",
  (select count(distinct l.allocation_id)::integer from fulfilment_line l where l.fulfilment_id = f.id) as allocations
from fulfilment f where f.project_id = $1 and f.withdrawn_at is null`

const recordedSql = `${selectSql} and f.kind = $2 and f.reference = $3`
const listSql = `${selectSql} and ($2::uuid is null or f.id < $2) order by f.id desc limit $3::integer`

function showDelivery({ grams, currency, amountMinor, ...row }: Row): ShownDelivery {
  return {
    ...row,
    tonnes: grams === null ? null : Number(grams) / gramsPerTonne,
    amount: amountMinor === null ? null : toMajor(amountMinor, currency!),
    currencyCode: currency,
    recordedAt: row.recordedAt.toISOString(),
  }
}
