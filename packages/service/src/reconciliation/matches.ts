/**
 * Matching settlement lines to journals, and finding journals that no line came for. A line about something that we do not
 * know is a hint like a notification: the provider is asked, so that a notification that was missed heals here.
 * Laws: asking happens outside any transaction; what a line books is one plpgsql call, and calling it again changes nothing.
 */
import { postingsToJson } from '../allocations/allocations.ts'
import { followHint } from '../allocations/provider-news.ts'
import type { ContributionSources } from '../contributions/payment-attempts.ts'
import type { Context } from '../kernel/context.ts'
import { newId } from '../kernel/id.ts'
import type { PspHint } from '../payments/psp.ts'
import { type NewBreak, raiseBreaks } from './breaks.ts'
import {
  type BreakReason,
  breakReasons,
  type Known,
  matchLine,
  type SettledLine,
  settlementPostings,
} from './match.ts'
import { unequalBatches } from './settlements.ts'

const dueAtOnceMax = 100
/** Between two looks at a line that did not match: a minute at first, a day at last. */
const lookAgainMs = 60_000
const lookAgainMaxMs = 86_400_000
/** A line that has not matched for so many looks is left to people. */
const triesMax = 40
/** Providers settle within this time; banks on holidays included. */
export const settledWithinMs = 7 * 86_400_000
const batchSettledWithinMs = 2 * 86_400_000
const batchReachMs = 35 * 86_400_000
/** Journals that were committed late are looked at once more. */
const checkOverlapMs = 86_400_000

interface DueLine extends SettledLine {
  readonly id: string
  readonly psp: string
  readonly pspReference: string | null
  readonly refundReference: string | null
  readonly disputeReference: string | null
  readonly lineReference: string
  readonly at: Date
  readonly tries: number
  readonly rootId: string
  readonly isOurs: boolean
  readonly knownCurrency: string | null
  readonly journalId: string | null
  readonly clearingMinor: bigint | null
  readonly costMinor: bigint | null
  readonly isMatched: boolean
  readonly toldFeeMinor: bigint | null
}

/**
 * Matches what waits, a batch of it. Answers how many lines it looked at.
 * @param sources whom to ask about what is not known; null to leave that to another time
 */
export async function matchSettlements(
  context: Context,
  sources: ContributionSources | null,
): Promise<number> {
  const { database, clock } = context
  const now = clock.now()
  const claimed = await database.query<{ lineId: string }>(claimSql, [
    now,
    new Date(now.getTime() + lookAgainMs),
    dueAtOnceMax,
  ])
  const ids = claimed.map(({ lineId }) => lineId)
  const met = new Set<string>()
  for (const line of await loadLines(context, ids)) {
    // Another line of this batch may have been matched to the same journal since they were loaded.
    const isMatched = line.isMatched || (line.journalId !== null && met.has(line.journalId))
    if (line.journalId !== null) met.add(line.journalId)
    await matchOne(context, sources, { ...line, isMatched }).catch((cause) =>
      context.log.error('matching a settlement line failed; it will be tried again', {
        lineReference: line.lineReference,
        cause,
      }),
    )
  }
  return ids.length
}

async function matchOne(context: Context, sources: ContributionSources | null, line: DueLine): Promise<void> {
  const verdict = matchLine(line, knownOf(line))
  if (verdict.kind === 'matched') return settle(context, line, verdict)
  const hint = hintOf(line)
  if (sources && sources.psp.id === line.psp && hint && breakReasons[verdict.reason].mayHeal) {
    await followHint(context, sources, hint).catch((cause) =>
      context.log.warn('what a settlement line is about could not be asked for', { hint, cause }),
    )
    const [again] = await loadLines(context, [line.id])
    const second = again && matchLine(again, knownOf(again))
    if (second?.kind === 'matched') return settle(context, again!, second)
  }
  await leave(context, line, verdict.reason, verdict.amountMinor)
}

function knownOf(line: DueLine): Known {
  const { isOurs, knownCurrency, journalId, clearingMinor, costMinor, isMatched, toldFeeMinor } = line
  const journal =
    journalId === null ? null : { clearingMinor: clearingMinor ?? 0n, costMinor: costMinor ?? 0n, isMatched }
  return { isOurs, currency: knownCurrency, journal, toldFeeMinor }
}

function hintOf({ type, lineReference, ...line }: DueLine): PspHint | undefined {
  if (line.pspReference === null) return undefined
  const kind = line.refundReference ? 'refund' : line.disputeReference ? 'dispute' : 'payment'
  return {
    eventId: `settlement ${lineReference}`,
    pspReference: line.pspReference,
    kind: type === 'payment' ? 'payment' : kind,
    ...(line.refundReference !== null && { refundReference: line.refundReference }),
    ...(line.disputeReference !== null && { disputeReference: line.disputeReference }),
  }
}

type Matched = Extract<ReturnType<typeof matchLine>, { kind: 'matched' }>

async function settle(context: Context, line: DueLine, { confirms, books, warning }: Matched): Promise<void> {
  const now = context.clock.now()
  const own = books && {
    ownJournalId: newId(now.getTime()),
    journalKind: books.journalKind,
    postings: postingsToJson(settlementPostings(line.rootId, books)),
  }
  const p = {
    lineId: line.id,
    journalId: confirms ? line.journalId : null,
    now,
    effectiveAt: line.at,
    currency: line.currency,
    ...own,
  }
  await context.database.transaction(async (tx) => {
    const [row] = await tx.query<{ done: boolean }>('select settle_line($1::jsonb) as done', [
      JSON.stringify(p),
    ])
    if (row!.done && line.type === 'payment' && line.feeMinor < 0n)
      await tx.query(costToldSql, [line.psp, line.pspReference, -line.feeMinor])
    if (row!.done && warning)
      await raiseBreaks(tx, now, [breakAbout(line, warning.reason, warning.amountMinor)])
  })
}

async function leave(
  context: Context,
  line: DueLine,
  reason: BreakReason,
  amountMinor: bigint,
): Promise<void> {
  const now = context.clock.now()
  const waitMs = Math.min(lookAgainMs * 2 ** line.tries, lookAgainMaxMs)
  const isOver = !breakReasons[reason].mayHeal || line.tries >= triesMax
  await context.database.transaction(async (tx) => {
    await raiseBreaks(tx, now, [breakAbout(line, reason, amountMinor)])
    await tx.query(
      isOver ? giveUpSql : laterSql,
      isOver ? [line.id] : [line.id, new Date(now.getTime() + waitMs)],
    )
  })
}

function breakAbout({ id, psp, currency }: DueLine, reason: BreakReason, amountMinor: bigint): NewBreak {
  return { psp, reason, lineId: id, currency, amountMinor }
}

async function loadLines({ database }: Context, ids: readonly string[]): Promise<DueLine[]> {
  return ids.length === 0 ? [] : database.query<DueLine>(loadSql, [ids])
}

// Others who match at the same time take other lines; one who dies leaves his to a later look.
const claimSql = `
update settlement_due set look_at = $2 where line_id in (
  select line_id from settlement_due where look_at <= $1 order by look_at limit $3 for update skip locked)
returning line_id as "lineId"`
// Some providers say only here what a payment cost. What was told when it was paid stands.
const costToldSql = `
update contribution set card_cost_actual_minor = $3
where psp = $1 and psp_reference = $2 and card_cost_actual_minor is null`
const laterSql = 'update settlement_due set look_at = $2, tries = tries + 1 where line_id = $1'
const giveUpSql = 'delete from settlement_due where line_id = $1'

// A journal's cause names what it books, and is unique.
const loadSql = `
with named as (
  select l.*, d.tries, c.id as contribution_id, c.currency as known_currency, c.card_cost_actual_minor,
    x.id as dispute_id, nullif(x.fee_minor, 0) as dispute_fee_minor, o.root_id,
    case l.type when 'payment' then 'contribution:' || c.id when 'refund' then 'reversal:' || r.id
      when 'refund_failed' then 'undone:' || r.id when 'chargeback' then 'dispute:' || x.id
      when 'chargeback_reversed' then case when x.reversal_id is null then 'dispute_won:' || x.id
        else 'undone:' || x.reversal_id end end as cause
  from settlement_line l left join settlement_due d on d.line_id = l.id
  left join contribution c on c.psp_reference = l.psp_reference and c.psp = l.psp
  left join organisation o on o.id = c.organisation_id
  left join reversal r on r.psp_reference = l.refund_reference and r.psp = l.psp
  left join dispute x on x.psp_reference = l.dispute_reference and x.psp = l.psp
  where l.id = any($1::uuid[]))
select n.id, n.psp, n.type, n.line_reference as "lineReference", n.psp_reference as "pspReference",
  n.refund_reference as "refundReference", n.dispute_reference as "disputeReference", n.currency,
  n.gross_minor as "grossMinor", n.fee_minor as "feeMinor", n.net_minor as "netMinor", n.at, coalesce(n.tries, 0) as tries,
  coalesce(n.root_id, (select id from organisation where parent_id is null order by created_at limit 1)) as "rootId",
  n.contribution_id is not null as "isOurs", n.known_currency as "knownCurrency", j.id as "journalId",
  moved.clearing as "clearingMinor", moved.cost as "costMinor",
  exists (select from settlement_match m where m.journal_id = j.id) as "isMatched",
  case n.type when 'payment' then n.card_cost_actual_minor when 'chargeback' then n.dispute_fee_minor end as "toldFeeMinor"
from named n left join journal j on j.cause = n.cause
left join lateral (
  select (sum(p.amount_minor) filter (where k.kind = 'psp_clearing'))::bigint as clearing,
    (sum(p.amount_minor) filter (where k.kind = 'psp_cost'))::bigint as cost
  from posting p join account k on k.id = p.account_id where p.journal_id = j.id) as moved on true
order by n.at, n.id`

/**
 * Looks at every journal once, when the provider should have settled what it books, and at payouts that their lines do not
 * add up to. Answers how many breaks were found.
 */
export async function findMissing(context: Context, psp: string): Promise<number> {
  const { database, clock } = context
  const now = clock.now()
  const [bookmark] = await database.query<{ readUntil: Date; checkedUntil: Date }>(bookmarkSql, [psp])
  if (bookmark === undefined) return 0
  const until = new Date(bookmark.readUntil.getTime() - settledWithinMs)
  const from = new Date(bookmark.checkedUntil.getTime() - checkOverlapMs)
  const about = (row: Found) => ({ ...row, psp })
  return database.transaction(async (tx) => {
    const missing = await tx.query<Found>(missingSql, [psp, idAt(from), idAt(until), until])
    const asMissing = missing.map((row) => ({ ...about(row), reason: 'missing_in_settlement' as const }))
    const reach = new Date(now.getTime() - batchReachMs)
    const settled = now.getTime() - batchSettledWithinMs
    const unequal = await tx.query<Found & { at: Date }>(unequalBatches, [psp, reach])
    const late = unequal.filter(({ at }) => at.getTime() <= settled)
    const asUnequal = late.map((row) => ({ ...about(row), reason: 'batch_differs' as const }))
    await tx.query(equalAgainSql, [psp, now, unequal.map(({ batch }) => batch)])
    await tx.query(
      'update settlement_bookmark set checked_until = greatest(checked_until, $2) where psp = $1',
      [psp, until],
    )
    return raiseBreaks(tx, now, [...asMissing, ...asUnequal])
  })
}

interface Found {
  readonly journalId?: string
  readonly batch?: string
  readonly currency: string
  readonly amountMinor: bigint
}

/** The smallest id of a moment: ids are ordered by time, so a time is a range of the primary key. */
function idAt(moment: Date): string {
  const hex = Math.max(0, moment.getTime()).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}

const bookmarkSql = `
select read_until as "readUntil", checked_until as "checkedUntil" from settlement_bookmark where psp = $1`
const equalAgainSql = `
update settlement_break set state = 'resolved', ended_at = $2
where psp = $1 and reason = 'batch_differs' and state = 'open' and not (batch = any($3::text[]))`

// What was called off before it was settled shows in no settlement: neither the payment nor its void.
const missingSql = `
select j.id as "journalId", k.currency, sum(p.amount_minor)::bigint as "amountMinor"
from journal j
cross join lateral (select split_part(j.cause, ':', 2)::uuid as id) as thing
join contribution c on c.psp = $1 and c.id = case
  when j.kind = 'contribution' then thing.id
  when j.kind in ('refund', 'refund_failed') then (
    select a.contribution_id from reversal r join funds_allocation a on a.id = r.allocation_id where r.id = thing.id)
  else (select a.contribution_id from funds_allocation a where a.id = coalesce(
    (select allocation_id from dispute where id = thing.id), (select allocation_id from reversal where id = thing.id))) end
join posting p on p.journal_id = j.id join account k on k.id = p.account_id and k.kind = 'psp_clearing'
where j.id >= $2::uuid and j.id < $3::uuid and j.effective_at < $4
  and j.kind in ('contribution', 'refund', 'refund_failed', 'chargeback_opened', 'chargeback_won')
  and not exists (select from settlement_match m where m.journal_id = j.id)
  and not exists (
    select from funds_allocation a join reversal r on r.allocation_id = a.id
    where a.contribution_id = c.id and r.kind = 'void' and r.state = 'booked')
group by j.id, k.currency`
