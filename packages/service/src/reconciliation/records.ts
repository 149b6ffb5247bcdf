/**
 * Reconciliation records: each allocation and each reversal once, for ever the same.
 * They are read in the order of the seals, which become visible in just that order, so that a page never skips a record
 * that commits late. Bodies are stored as they are shown; only the consumer is looked up.
 */
import type { ImpactRecord, ImpactRecordPage, ImpactRecordQuery } from '@ekko/contract/record-resources'
import { ConsumerSeals, type KeptConsumer, unpackConsumer } from '../consumers/consumer.ts'
import { consumerIn, packedConsumerIn } from '../consumers/consumers.ts'
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import { sealedUpToNow } from '../ledger/seal-rounds.ts'
import type { Organisations } from '../organisations/organisations.ts'
import { type KeysetPage, readAhead } from './read-ahead.ts'
import { timeRangeOf } from './time-range.ts'

const pageDefault = 25
const pageMax = 100

interface Row {
  readonly body: string
  readonly consumer: KeptConsumer
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
  const { from, until } = timeRangeOf(query.dateTimeFrom, query.dateTimeTo)
  const limit = limitOf(query.limit)
  const cursorId = startingAfter ?? endingBefore
  const path = startingAfter ? '/startingAfter' : '/endingBefore'
  await sealedUpToNow(context)
  const cursor = cursorId ? await findCursor(context.database, principalId, cursorId, path) : null
  const seals = new ConsumerSeals(context.keys.master)
  const { rootId } = await organisations.load(principalId)
  const backwards = endingBefore !== undefined
  const rows = await context.database.query<Row>(backwards ? selectBackwards : selectForwards, [
    principalId,
    from,
    until,
    query.consumerReference === undefined ? null : seals.lookup(rootId, query.consumerReference),
    query.impactPartnerId ?? null,
    fundsOrganisationId ?? null,
    cursor,
    limit + 1,
  ])
  const page = rows.slice(0, limit).map((row) => showRecord(seals, row))
  return { hasMore: rows.length > limit, data: backwards ? page.reverse() : page }
}

export async function getImpactRecord(
  context: Context,
  principalId: string,
  id: string,
): Promise<ImpactRecord> {
  const [row] = await context.database.query<Row>(
    `select r.body, ${consumerIn('r.consumer_id')} as consumer from impact_record r
     where r.id = $1 and $2 = any(r.organisation_path)`,
    [id, principalId],
  )
  if (!row) throw new Refusal('NOT_FOUND', 'no such record')
  return showRecord(new ConsumerSeals(context.keys.master), row)
}

/** A record as text: JSON, as the API shows it. */
export interface WalkedRecord {
  readonly json: string
}

/** Every record of a time, oldest first, in pages; those that are sealed while it walks are not in it. */
export async function* walkImpactRecords(
  context: Context,
  principalId: string,
  { from, until, organisationId, pageRows, sealsAtOnce }: RecordWalk,
): AsyncGenerator<readonly WalkedRecord[], void, undefined> {
  const { database, keys } = context
  await sealedUpToNow(context)
  const [head] = await database.query<{ number: bigint | null }>(
    'select max(seal_number) as number from seal',
  )
  const last = head!.number ?? 0n
  const seals = new ConsumerSeals(keys.master)
  const read = async (after: bigint): Promise<KeysetPage<WalkedRow, bigint>> => {
    const end = after + sealsAtOnce < last ? after + sealsAtOnce : last
    const rows = await database.query<WalkedRow>(selectWalk, [
      principalId,
      from,
      until,
      null,
      null,
      organisationId,
      after,
      pageRows,
      end,
    ])
    const reached = rows.length < pageRows ? end : rows.at(-1)!.number
    return { rows, next: reached < last ? reached : undefined }
  }
  for await (const rows of readAhead(read, 0n)) yield rows.map((row) => ({ json: jsonOf(seals, row) }))
}

export interface RecordWalk {
  readonly from: Date
  readonly until: Date
  readonly organisationId: string | null
  readonly pageRows: number
  /** What one statement looks at, so that it ends in time where few of them are wanted. */
  readonly sealsAtOnce: bigint
}

interface WalkedRow {
  readonly number: bigint
  readonly body: string
  readonly consumer: Uint8Array | null
}

/** The same text as `showRecord` makes, without reading the body. */
function jsonOf(seals: ConsumerSeals, { body, consumer }: WalkedRow): string {
  const reference = seals.reference(consumer && unpackConsumer(consumer))
  return `${body.slice(0, -1)},"consumerReference":${JSON.stringify(reference)}}`
}

// As in the feed of events, the root reads along the order of all seals, anybody else merges the organisations below. The
// records of one consumer are few, so they are found first. `offset 0` keeps the planner on the keys.
// $1 principal, $2 from, $3 to, $4 consumer, $5 partner, $6 organisation, $7 cursor, $8 limit, $9 the last seal
const wanted = 'r.funds_at >= $2 and r.funds_at < $3 and ($5::uuid is null or $5 = any(r.partner_ids))'
const recordOfSeal = `cross join lateral (
  select r.body, r.consumer_id from impact_record r where r.id = s.record_id and ${wanted} offset 0) as r`
const inOrder = (beyond: string, direction: 'asc' | 'desc', consumer = consumerIn) => `
with principal as materialized (select id, parent_id is null as is_root from organisation where id = $1)
select found.seal_number as number, found.body, ${consumer('found.consumer_id')} as consumer from (
  (select s.seal_number, r.body, r.consumer_id from seal s ${recordOfSeal}
   where $4::bytea is null and $6::uuid is null and (select is_root from principal) and s.root_id = $1
     and s.record_id is not null and s.seal_number ${beyond}
   order by s.seal_number ${direction} limit $8::integer)
  union all
  (select own.* from (
     select o.id from organisation o
     where $6::uuid is null and not (select is_root from principal) and o.path @> array[$1::uuid]
     union all select $6::uuid where $6::uuid is not null) as o
   cross join lateral (
     select s.seal_number, r.body, r.consumer_id from seal s ${recordOfSeal}
     where s.organisation_id = o.id and s.record_id is not null and s.seal_number ${beyond}
     order by s.seal_number ${direction} limit $8::integer) as own
   where $4::bytea is null)
  union all
  (select s.seal_number, r.body, r.consumer_id from impact_record r
   cross join lateral (select seal_number from seal where journal_id = r.journal_id offset 0) as s
   where $4::bytea is not null and r.consumer_id = any(array(select id from consumer where lookup = $4))
     and $1 = any(r.organisation_path) and ($6::uuid is null or r.organisation_id = $6) and ${wanted}
     and s.seal_number ${beyond})
  order by seal_number ${direction} limit $8::integer
) as found
order by found.seal_number ${direction}`
const selectForwards = inOrder('< coalesce($7::bigint, 9223372036854775807)', 'desc')
const selectBackwards = inOrder('> coalesce($7::bigint, 0)', 'asc')
const selectWalk = inOrder('> $7::bigint and s.seal_number <= $9::bigint', 'asc', packedConsumerIn)

async function findCursor(
  database: Queryable,
  principalId: string,
  id: string,
  path: string,
): Promise<bigint> {
  const [cursor] = await database.query<{ number: bigint }>(
    `select s.seal_number as number from impact_record r join seal s on s.journal_id = r.journal_id
     where r.id = $1 and $2 = any(r.organisation_path)`,
    [id, principalId],
  )
  if (!cursor) throw refuseField('UNPROCESSABLE_ENTITY', path, 'no such record')
  return cursor.number
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return pageDefault
  const limit = Number(text)
  if (limit < 1 || limit > pageMax)
    throw refuseField('UNPROCESSABLE_ENTITY', '/limit', `between 1 and ${pageMax}`)
  return limit
}

function showRecord(seals: ConsumerSeals, { body, consumer }: Row): ImpactRecord {
  const consumerReference = seals.reference(consumer)
  return { ...(JSON.parse(body) as Omit<ImpactRecord, 'consumerReference'>), consumerReference }
}
