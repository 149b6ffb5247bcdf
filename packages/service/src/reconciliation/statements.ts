/**
 * Statements as rows: closing months, and reading what was closed. A month is closed for a root and everybody below it at
 * once, in one transaction, in the order of the months.
 * Laws: a month is closed once and never changes; what came late is in the next; each statement is chained to the one
 * before of the same organisation.
 */
import type { Statement, StatementPage, StatementQuery } from '@ekko/contract/settlement-resources'
import type { Context } from '../kernel/context.ts'
import type { Queryable, Transaction } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import { sealNow } from '../ledger/seals.ts'
import type { Organisations } from '../organisations/organisations.ts'
import { type CrossRate, findCrossRate } from '../quotes/rates.ts'
import { lastDayOf, type Period, periodAt } from './period.ts'
import { type SettlementModelName, settlementModels } from './settlement-model.ts'
import {
  type ClosedStatement,
  chainStart,
  closeStatement,
  lastClosable,
  linesOf,
  type Month,
  type StatedOrganisation,
  type StatementLine,
} from './statement.ts'
import { type Cut, type Sums, sumUp } from './statement-sums.ts'

/** Journals that are recorded late in a month are sealed and settled by then. */
export const closingGraceMs = 3 * 86_400_000
/** A service that was down for ten years catches up. */
const monthsAtOnceMax = 120
const closingTimeoutMs = 600_000
const pageDefault = 25
const pageMax = 100

/** Closes the months that are over for long enough, below every root. Answers how many it closed. */
export async function closeDueMonths(context: Context): Promise<number> {
  const due = lastClosable(context.clock.now(), closingGraceMs)
  const roots = await context.database.query<{ id: string }>(
    'select id from organisation where parent_id is null order by created_at, id',
  )
  let closed = 0
  for (const { id } of roots) closed += (await closeMonths(context, id, due)).length
  return closed
}

/**
 * Closes every month that is not closed yet, up to and with `last`. Answers their names.
 * @throws Refusal CONFLICT while `last` is not over
 */
export async function closeMonths(context: Context, rootId: string, last: Period): Promise<string[]> {
  if (last.until > context.clock.now()) throw new Refusal('CONFLICT', `${last.name} is not over yet`)
  const [start] = await context.database.query<{ closed: string | null; first: Date }>(firstSql, [rootId])
  if (!start) throw new Refusal('NOT_FOUND', 'no such root organisation')
  const closed: string[] = []
  let period =
    start.closed === null ? periodAt(start.first) : periodAt(new Date(`${start.closed}-28T00:00:00Z`))
  if (start.closed !== null) period = periodAt(period.until)
  for (; period.until <= last.until && closed.length < monthsAtOnceMax; period = periodAt(period.until)) {
    if (await closeMonth(context, rootId, period)) closed.push(period.name)
  }
  return closed
}

// Books may be older than the row of their root, where they were restored.
const firstSql = `
select (select max(period) from statement_period where root_id = $1) as closed,
  least(o.created_at, (select j.recorded_at from seal s join journal j on j.id = s.journal_id order by s.seal_number limit 1))
    as first
from organisation o where o.id = $1 and o.parent_id is null`

async function closeMonth(context: Context, rootId: string, period: Period): Promise<boolean> {
  await sealNow(context)
  return context.database.transaction((tx) => closeIn(tx, context, rootId, period), {
    timeoutMs: closingTimeoutMs,
  })
}

async function closeIn(tx: Transaction, context: Context, rootId: string, period: Period): Promise<boolean> {
  const closedAt = context.clock.now()
  // Another one who closes the same month waits here, and then finds it closed.
  const [cut] = await tx.query<{ sealedUpTo: bigint }>(cutSql, [rootId, period.name, period.until, closedAt])
  if (cut === undefined) return false
  const [before] = await tx.query<Cut>(beforeSql, [rootId, period.name])
  const now = { endsAt: period.until, sealedUpTo: cut.sealedUpTo }
  const sums = await sumUp(tx, { rootId, before: before ?? null, now })
  const carried = await tx.query<Carried>(carriedSql, [rootId, period.name])
  const organisations = await tx.query<OrganisationFacts>(organisationsSql, [
    rootId,
    concerned(rootId, sums, carried),
  ])
  const statements: Closed[] = []
  for (const organisation of organisations) {
    const lines = linesOf(organisation, monthOf(organisation, sums, carried))
    const closing = {
      id: newId(closedAt.getTime()),
      period,
      sealedUpTo: cut.sealedUpTo,
      closedAt,
      previousHash: organisation.previousHash ?? chainStart,
      rates: await ratesFor(tx, organisation, lines, period),
    }
    statements.push({ ...closeStatement(organisation, lines, closing), organisation, lines, closing })
  }
  await insertStatements(tx, rootId, period, statements)
  return true
}

interface OrganisationFacts extends StatedOrganisation {
  readonly previousHash: Buffer | null
}

interface Carried {
  readonly organisationId: string
  readonly currency: string
  readonly amountMinor: bigint
}

interface Closed extends ClosedStatement {
  readonly organisation: OrganisationFacts
  readonly lines: readonly StatementLine[]
  readonly closing: { readonly previousHash: Uint8Array; readonly closedAt: Date }
}

const cutSql = `
insert into statement_period (root_id, period, ends_at, sealed_up_to, closed_at)
select $1, $2, $3, coalesce(max(seal_number), 0), $4 from seal on conflict do nothing
returning sealed_up_to as "sealedUpTo"`
const beforeSql = `
select ends_at as "endsAt", sealed_up_to as "sealedUpTo" from statement_period
where root_id = $1 and period < $2 order by period desc limit 1`
// An organisation has a statement for a month in which something happened, or to which something was carried.
const carriedSql = `
select s.organisation_id as "organisationId", l.currency, l.amount_minor as "amountMinor"
from (
  select distinct on (organisation_id) id, organisation_id from statement
  where root_id = $1 and period < $2 order by organisation_id, period desc) as s
join statement_line l on l.statement_id = s.id and l.kind = 'carried_forward'`
const organisationsSql = `
select o.id, o.root_id as "rootId", o.reference, o.trading_name as "tradingName",
  coalesce(o.billing->>'currencyCode', o.currency) as currency, o.settlement_model as model,
  (select hash from statement s where s.organisation_id = o.id order by period desc limit 1) as "previousHash"
from organisation o where o.root_id = $1 and o.id = any($2::uuid[]) order by cardinality(o.path), o.id`

function concerned(
  rootId: string,
  { activities, movements, shares }: Sums,
  carried: readonly Carried[],
): string[] {
  const all = [...activities, ...movements, ...shares, ...carried].map(({ organisationId }) => organisationId)
  return [...new Set([rootId, ...all])]
}

function monthOf({ id }: StatedOrganisation, sums: Sums, carried: readonly Carried[]): Month {
  const own = <T extends { readonly organisationId: string }>(rows: readonly T[]) =>
    rows.filter(({ organisationId }) => organisationId === id)
  const keptBack = new Map<string, bigint>()
  for (const { currency, model, amountMinor } of own(sums.shares)) {
    if (settlementModels[model].sharesPaidBy === 'organisation')
      keptBack.set(currency, (keptBack.get(currency) ?? 0n) + amountMinor)
  }
  return {
    activities: own(sums.activities),
    movements: own(sums.movements),
    keptBack,
    broughtForward: new Map(own(carried).map(({ currency, amountMinor }) => [currency, amountMinor])),
  }
}

async function ratesFor(
  tx: Queryable,
  { currency: to }: StatedOrganisation,
  lines: readonly StatementLine[],
  period: Period,
): Promise<Map<string, CrossRate>> {
  const rates = new Map<string, CrossRate>()
  for (const { kind, currency } of lines) {
    if (kind !== 'payable' || currency === to) continue
    const rate = await findCrossRate(tx, currency, to, lastDayOf(period))
    if (rate) rates.set(currency, rate)
  }
  return rates
}

async function insertStatements(
  tx: Queryable,
  rootId: string,
  period: Period,
  statements: readonly Closed[],
): Promise<void> {
  const column = <T>(pick: (statement: Closed) => T) => statements.map(pick)
  await tx.query(insertSql, [
    rootId,
    period.name,
    statements[0]!.closing.closedAt,
    column(({ id }) => id),
    column(({ organisation }) => organisation.id),
    column(({ closing }) => closing.previousHash),
    column(({ hash }) => hash),
    column(({ content }) => content),
  ])
  const rows = statements.flatMap(({ id, lines }) =>
    lines.map((line, index) => ({ id, place: index + 1, ...line })),
  )
  await tx.query(insertLinesSql, [
    rows.map(({ id }) => id),
    rows.map(({ place }) => place),
    rows.map(({ kind }) => kind),
    rows.map(({ currency }) => currency),
    rows.map(({ count }) => count),
    rows.map(({ amountMinor }) => amountMinor),
  ])
}

const insertSql = `
insert into statement (id, root_id, organisation_id, period, previous_hash, hash, content, closed_at)
select n.id, $1, n.organisation_id, $2, n.previous_hash, n.hash, n.content, $3
from unnest($4::uuid[], $5::uuid[], $6::bytea[], $7::bytea[], $8::text[])
  as n (id, organisation_id, previous_hash, hash, content)`
const insertLinesSql = `
insert into statement_line (statement_id, line, kind, currency, count, amount_minor)
select * from unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])`

/** How an organisation settles from the next month that is closed; with null it only answers. @throws Refusal NOT_FOUND */
export async function setModel(
  database: Queryable,
  organisationId: string,
  model: SettlementModelName | null,
): Promise<SettlementModelName> {
  const [row] = await database.query<{ model: SettlementModelName }>(
    `update organisation set settlement_model = coalesce($2, settlement_model) where id = $1
     returning settlement_model as model`,
    [organisationId, model],
  )
  if (!row) throw new Refusal('NOT_FOUND', 'no such organisation')
  return row.model
}

interface Row {
  readonly content: string
  readonly previousHash: string
  readonly hash: string
}

/** @throws Refusal NOT_FOUND for a foreign organisation, UNPROCESSABLE_ENTITY */
export async function listStatements(
  { database }: Context,
  organisations: Organisations,
  principalId: string,
  query: StatementQuery,
): Promise<StatementPage> {
  const limit = Number(query.limit ?? pageDefault)
  if (limit < 1 || limit > pageMax)
    throw refuseField('UNPROCESSABLE_ENTITY', '/limit', `between 1 and ${pageMax}`)
  if (query.organisationId) await organisations.find(principalId, query.organisationId, '/organisationId')
  const { organisationId = null, period = null, startingAfter = null } = query
  if (startingAfter !== null && !(await selectStatement(database, principalId, startingAfter)))
    throw refuseField('UNPROCESSABLE_ENTITY', '/startingAfter', 'no such statement')
  const rows = await database.query<Row>(
    `${selectSql} and ($2::uuid is null or s.organisation_id = $2) and ($3::text is null or s.period = $3)
       and ($4::uuid is null or s.id < $4) order by s.id desc limit $5::integer`,
    [principalId, organisationId, period, startingAfter, limit + 1],
  )
  return { hasMore: rows.length > limit, data: rows.slice(0, limit).map(showStatement) }
}

/** @throws Refusal NOT_FOUND */
export async function getStatement(
  { database }: Context,
  principalId: string,
  id: string,
): Promise<Statement> {
  const row = await selectStatement(database, principalId, id)
  if (!row) throw new Refusal('NOT_FOUND', 'no such statement')
  return showStatement(row)
}

async function selectStatement(
  database: Queryable,
  principalId: string,
  id: string,
): Promise<Row | undefined> {
  const [row] = await database.query<Row>(`${selectSql} and s.id = $2`, [principalId, id])
  return row
}

const selectSql = `
select s.content, encode(s.previous_hash, 'hex') as "previousHash", encode(s.hash, 'hex') as hash
from statement s join organisation o on o.id = s.organisation_id where o.path @> array[$1::uuid]`

function showStatement({ content, previousHash, hash }: Row): Statement {
  return { ...(JSON.parse(content) as Omit<Statement, 'hash' | 'previousHash'>), previousHash, hash }
}
