/**
 * Reconciliation records: each allocation and each reversal once, for ever the same.
 * They are read in the order in which transactions began, and only below the oldest one still running, so that a page
 * never skips a record that commits late. Bodies are stored as they are shown; only the consumer is looked up.
 */
import type { ImpactRecord, ImpactRecordPage, ImpactRecordQuery } from '@ekko/contract/resources'
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import type { Organisations } from '../organisations/organisations.ts'

const pageDefault = 25
const pageMax = 100

interface Row {
  readonly body: string
  readonly consumerReference: string | null
}

interface Cursor {
  readonly xid: string
  readonly position: bigint
}

/** @throws Refusal UNPROCESSABLE_ENTITY for times, limits and cursors that make no sense; NOT_FOUND for a foreign organisation */
export async function listImpactRecords(
  context: Context,
  organisations: Organisations,
  principalId: string,
  query: ImpactRecordQuery,
): Promise<ImpactRecordPage> {
  const { startingAfter, endingBefore, fundsOrganisationId } = query
  if (startingAfter && endingBefore) {
    throw refuseField(
      'UNPROCESSABLE_ENTITY',
      '/endingBefore',
      'either startingAfter or endingBefore, not both',
    )
  }
  if (fundsOrganisationId) await organisations.find(principalId, fundsOrganisationId, '/fundsOrganisationId')
  const limit = limitOf(query.limit)
  const cursorId = startingAfter ?? endingBefore
  const path = startingAfter ? '/startingAfter' : '/endingBefore'
  const cursor = cursorId ? await findCursor(context.database, principalId, cursorId, path) : null
  const backwards = endingBefore !== undefined
  const rows = await context.database.query<Row>(backwards ? selectBackwards : selectForwards, [
    principalId,
    instantOf(query.dateTimeFrom, '/dateTimeFrom'),
    instantOf(query.dateTimeTo, '/dateTimeTo'),
    query.consumerReference ?? null,
    query.impactPartnerId ?? null,
    fundsOrganisationId ?? null,
    cursor?.xid ?? null,
    cursor?.position ?? null,
    limit + 1,
  ])
  const page = rows.slice(0, limit).map(showRecord)
  return { hasMore: rows.length > limit, data: backwards ? page.reverse() : page }
}

export async function getImpactRecord(
  context: Context,
  principalId: string,
  id: string,
): Promise<ImpactRecord> {
  const [row] = await context.database.query<Row>(
    `select r.body, c.reference as "consumerReference" from impact_record r left join consumer c on c.id = r.consumer_id
     where r.id = $1 and $2 = any(r.organisation_path)`,
    [id, principalId],
  )
  if (!row) throw new Refusal('NOT_FOUND', 'no such record')
  return showRecord(row)
}

// $1 principal, $2 from, $3 to, $4 consumer, $5 partner, $6 organisation, $7 and $8 cursor, $9 limit
const selectRecords = `select r.body, c.reference as "consumerReference"
  from impact_record r left join consumer c on c.id = r.consumer_id
  where r.xid < pg_snapshot_xmin(pg_current_snapshot()) and $1::uuid = any(r.organisation_path)
    and r.funds_at >= $2 and r.funds_at < $3
    and ($4::text is null or c.reference = $4) and ($5::uuid is null or $5 = any(r.partner_ids))
    and ($6::uuid is null or r.organisation_id = $6)`
const selectForwards = `${selectRecords} and ($7::xid8 is null or (r.xid, r.position) < ($7::xid8, $8::bigint))
  order by r.xid desc, r.position desc limit $9::integer`
const selectBackwards = `${selectRecords} and ($7::xid8 is null or (r.xid, r.position) > ($7::xid8, $8::bigint))
  order by r.xid asc, r.position asc limit $9::integer`

async function findCursor(
  database: Queryable,
  principalId: string,
  id: string,
  path: string,
): Promise<Cursor> {
  const [cursor] = await database.query<Cursor>(
    'select xid::text as xid, position from impact_record where id = $1 and $2 = any(organisation_path)',
    [id, principalId],
  )
  if (!cursor) throw refuseField('UNPROCESSABLE_ENTITY', path, 'no such record')
  return cursor
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return pageDefault
  const limit = Number(text)
  if (limit < 1 || limit > pageMax)
    throw refuseField('UNPROCESSABLE_ENTITY', '/limit', `between 1 and ${pageMax}`)
  return limit
}

const isoInstant = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/

function instantOf(text: string, path: string): Date {
  const instant = new Date(isoInstant.test(text) ? text : Number.NaN)
  if (Number.isNaN(instant.getTime()))
    throw refuseField('UNPROCESSABLE_ENTITY', path, 'an ISO 8601 date or date and time')
  return instant
}

function showRecord({ body, consumerReference }: Row): ImpactRecord {
  return { ...(JSON.parse(body) as Omit<ImpactRecord, 'consumerReference'>), consumerReference }
}
