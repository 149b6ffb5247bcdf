/**
 * Breaks: where the books and the payment provider do not agree, each with its reason, until they do or somebody looked
 * into it. Not for deciding what is one (`match.ts`).
 * Laws: a break ends by itself as soon as what it is about was matched; a person ends one only with a note.
 */
import type {
  SettlementBreak,
  SettlementBreakPage,
  SettlementBreakQuery,
} from '@ekko/contract/settlement-resources'
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { toMajor } from '../kernel/money.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import { nextState, type StateTable } from '../kernel/state-machine.ts'
import { type BreakReason, breakReasons } from './match.ts'

export type BreakState = 'open' | 'resolved' | 'dismissed'

export const breakStates: StateTable<BreakState, 'matched' | 'dismissed'> = {
  open: { matched: 'resolved', dismissed: 'dismissed' },
  resolved: {},
  dismissed: {},
}

const pageDefault = 25
const pageMax = 100
export const noteCharsMax = 500

export interface NewBreak {
  readonly psp: string
  readonly reason: BreakReason
  readonly lineId?: string
  readonly journalId?: string
  readonly batch?: string
  readonly currency: string
  readonly amountMinor: bigint
}

/** Each once: what was raised before for the same reason stays as it is. Answers how many are new. */
export async function raiseBreaks(
  database: Queryable,
  now: Date,
  found: readonly NewBreak[],
): Promise<number> {
  if (found.length === 0) return 0
  const column = <T>(pick: (each: NewBreak) => T) => found.map(pick)
  const rows = await database.query(insertSql, [
    now,
    found.map(() => newId(now.getTime())),
    column((each) => each.psp),
    column((each) => each.reason),
    column((each) => each.lineId ?? null),
    column((each) => each.journalId ?? null),
    column((each) => each.batch ?? null),
    column((each) => each.currency),
    column((each) => each.amountMinor),
  ])
  return rows.length
}

const insertSql = `
insert into settlement_break (id, psp, reason, state, line_id, journal_id, batch, currency, amount_minor, found_at)
select n.id, n.psp, n.reason, 'open', n.line_id, n.journal_id, n.batch, n.currency, n.amount_minor, $1
from unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::bigint[])
  as n (id, psp, reason, line_id, journal_id, batch, currency, amount_minor)
on conflict do nothing returning id`

/**
 * Newest first. The account with the provider is the root's, and so is this.
 * @throws Refusal FORBIDDEN to anybody below the root, UNPROCESSABLE_ENTITY
 */
export async function listBreaks(
  { database }: Context,
  principalId: string,
  query: SettlementBreakQuery,
): Promise<SettlementBreakPage> {
  await refuseOthers(database, principalId)
  const limit = Number(query.limit ?? pageDefault)
  if (limit < 1 || limit > pageMax)
    throw refuseField('UNPROCESSABLE_ENTITY', '/limit', `between 1 and ${pageMax}`)
  const { state = null, reason = null, startingAfter = null } = query
  if (startingAfter !== null) {
    const known = await database.query('select 1 from settlement_break where id = $1', [startingAfter])
    if (known.length === 0) throw refuseField('UNPROCESSABLE_ENTITY', '/startingAfter', 'no such break')
  }
  const rows = await database.query<Row>(listSql, [state, reason, startingAfter, limit + 1])
  return { hasMore: rows.length > limit, data: rows.slice(0, limit).map(showBreak) }
}

async function refuseOthers(database: Queryable, principalId: string): Promise<void> {
  const [root] = await database.query('select id from organisation where id = $1 and parent_id is null', [
    principalId,
  ])
  if (!root) throw new Refusal('FORBIDDEN', 'only the root organisation has an account with the provider')
}

interface Row {
  readonly id: string
  readonly psp: string
  readonly reason: BreakReason
  readonly state: BreakState
  readonly currency: string
  readonly amountMinor: bigint
  readonly lineReference: string | null
  readonly lineType: SettlementBreak['lineType']
  readonly pspReference: string | null
  readonly journalId: string | null
  readonly journalKind: string | null
  readonly batch: string | null
  readonly foundAt: Date
  readonly endedAt: Date | null
  readonly note: string | null
}

const listSql = `
select b.id, b.psp, b.reason, b.state, b.currency, b.amount_minor as "amountMinor", l.line_reference as "lineReference",
  l.type as "lineType", l.psp_reference as "pspReference", b.journal_id as "journalId", j.kind as "journalKind", b.batch,
  b.found_at as "foundAt", b.ended_at as "endedAt", b.note
from settlement_break b left join settlement_line l on l.id = b.line_id left join journal j on j.id = b.journal_id
where ($1::text is null or b.state = $1) and ($2::text is null or b.reason = $2) and ($3::uuid is null or b.id < $3)
order by b.id desc limit $4::integer`

function showBreak(row: Row): SettlementBreak {
  const { id, psp, reason, state, lineReference, lineType, pspReference, journalId, journalKind, batch } = row
  return {
    id,
    psp,
    reason,
    meaning: breakReasons[reason].meaning,
    state,
    currencyCode: row.currency,
    amount: toMajor(row.amountMinor, row.currency),
    lineReference,
    lineType,
    pspReference,
    journalId,
    journalKind,
    batch,
    note: row.note,
    foundAt: row.foundAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  }
}

export interface FoundBreak {
  readonly id: string
  readonly psp: string
  readonly reason: BreakReason
  readonly currency: string
  readonly amountMinor: bigint
  /** The line, the journal or the payout. */
  readonly about: string
  readonly foundAt: Date
}

const shownMax = 1_000

/** For the operator, oldest first. */
export function openBreaks(database: Queryable, state: BreakState): Promise<FoundBreak[]> {
  return database.query<FoundBreak>(
    `select b.id, b.psp, b.reason, b.currency, b.amount_minor as "amountMinor", b.found_at as "foundAt",
       coalesce(l.type || ' ' || l.line_reference || coalesce(' of ' || l.psp_reference, ''), j.kind || ' ' || j.cause,
         'payout ' || b.batch) as about
     from settlement_break b left join settlement_line l on l.id = b.line_id left join journal j on j.id = b.journal_id
     where b.state = $1 order by b.id limit ${shownMax}`,
    [state],
  )
}

/** @throws Refusal NOT_FOUND, CONFLICT when it has ended already, UNPROCESSABLE_ENTITY without a note */
export async function dismissBreak({ database, clock }: Context, id: string, note: string): Promise<void> {
  if (note.trim() === '' || note.length > noteCharsMax)
    throw refuseField('UNPROCESSABLE_ENTITY', '/note', `say why, in 1 to ${noteCharsMax} characters`)
  const [found] = await database.query<{ state: BreakState }>(
    'select state from settlement_break where id = $1',
    [id],
  )
  if (!found) throw new Refusal('NOT_FOUND', 'no such break')
  const next = nextState(breakStates, found.state, 'dismissed')
  const changed =
    next === undefined
      ? []
      : await database.query(
          `update settlement_break set state = $2, ended_at = $3, note = $4 where id = $1 and state = 'open' returning id`,
          [id, next, clock.now(), note],
        )
  if (changed.length === 0) throw new Refusal('CONFLICT', `the break is ${found.state} already`)
}
