/**
 * Settlement lines as rows: read from the payment provider in windows that overlap, or from a file, each once for ever.
 * Not for what they mean (`match.ts`, `matches.ts`).
 * Laws: a line never changes; only which payout it went into is learnt later. A window that could not be read to its end
 * is read again from its beginning.
 */
import type { Context } from '../kernel/context.ts'
import type { Queryable, Transaction } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import type { Psp, PspSettlementLine } from '../payments/psp.ts'
import { raiseBreaks } from './breaks.ts'

const readEveryMs = 120_000
/** Providers' clocks differ from ours, and a line may show a moment after its time. */
const overlapMs = 120_000
/** The first reading begins so long ago; a payout later than that is not waited for. */
const reachMs = 35 * 86_400_000
const linesAtOnceMax = 500

/** Reads what is new. Answers how many lines were, none when somebody read lately. */
export async function readSettlements(context: Context, psp: Psp): Promise<number> {
  const { database, clock } = context
  const now = clock.now()
  const [bookmark] = await database.query<{ readUntil: Date }>(takeTurn, [
    psp.id,
    now,
    new Date(now.getTime() - reachMs),
    new Date(now.getTime() - readEveryMs),
  ])
  if (bookmark === undefined) return 0
  const from = new Date(bookmark.readUntil.getTime() - overlapMs)
  const added = await readWindow(context, psp, from, now)
  await database.query(moveBookmark, [psp.id, now])
  const since = await unsettledSince(database, psp.id, new Date(now.getTime() - reachMs))
  return since && since < from ? added + (await readWindow(context, psp, since, from)) : added
}

async function readWindow(context: Context, psp: Psp, from: Date, until: Date): Promise<number> {
  let added = 0
  let page: PspSettlementLine[] = []
  for await (const line of psp.settlementLines({ from, until })) {
    page.push(line)
    if (page.length < linesAtOnceMax) continue
    added += (await storeLines(context, psp.id, page)).added
    page = []
  }
  return added + (await storeLines(context, psp.id, page)).added
}

/** Lines of a file. What it holds counts as all that the provider settled until its last line. */
export async function importSettlements(
  context: Context,
  psp: string,
  lines: readonly PspSettlementLine[],
): Promise<StoredLines> {
  const changed: string[] = []
  let added = 0
  for (let at = 0; at < lines.length; at += linesAtOnceMax) {
    const stored = await storeLines(context, psp, lines.slice(at, at + linesAtOnceMax))
    added += stored.added
    changed.push(...stored.changed)
  }
  const times = lines.map(({ at }) => at.getTime()).sort((a, b) => a - b)
  const [first, last] = [times[0], times.at(-1)]
  if (first === undefined || last === undefined) return { added, changed }
  await context.database.query(importBookmark, [psp, new Date(last), context.clock.now(), new Date(first)])
  return { added, changed }
}

export interface StoredLines {
  readonly added: number
  /** References that were told before with other content; what was told first stands, and a break says so. */
  readonly changed: readonly string[]
}

async function storeLines(
  { database, clock }: Context,
  psp: string,
  lines: readonly PspSettlementLine[],
): Promise<StoredLines> {
  if (lines.length === 0) return { added: 0, changed: [] }
  const now = clock.now()
  return database.transaction(async (tx) => {
    const columns = columnsOf(lines, now)
    const added = await tx.query<{ id: string }>(insertSql, [psp, now, ...columns])
    const changed = await tx.query<{ id: string; reference: string; currency: string; netMinor: bigint }>(
      changedSql,
      [psp, ...columns],
    )
    await raiseBreaks(
      tx,
      now,
      changed.map(({ id, currency, netMinor }) => ({
        psp,
        reason: 'duplicate',
        lineId: id,
        currency,
        amountMinor: netMinor,
      })),
    )
    await storeBatches(tx, psp, lines, now)
    return { added: added.length, changed: changed.map(({ reference }) => reference) }
  })
}

function columnsOf(lines: readonly PspSettlementLine[], now: Date): unknown[] {
  const column = <T>(pick: (line: PspSettlementLine) => T) => lines.map(pick)
  return [
    lines.map(() => newId(now.getTime())),
    column((line) => line.lineReference),
    column((line) => line.type),
    column((line) => line.pspReference),
    column((line) => line.refundReference),
    column((line) => line.disputeReference),
    column((line) => line.currency),
    column((line) => line.grossMinor),
    column((line) => line.feeMinor),
    column((line) => line.netMinor),
    column((line) => line.at),
  ]
}

async function storeBatches(
  tx: Transaction,
  psp: string,
  lines: readonly PspSettlementLine[],
  now: Date,
): Promise<void> {
  const paidOut = lines.filter(({ batch }) => batch !== null)
  if (paidOut.length === 0) return
  await tx.query(insertBatches, [
    psp,
    now,
    paidOut.map(({ lineReference }) => lineReference),
    paidOut.map(({ batch }) => batch),
  ])
}

const takeTurn = `
insert into settlement_bookmark (psp, read_until, read_at, checked_until) values ($1, $3, $2, $3)
on conflict (psp) do update set read_at = excluded.read_at where settlement_bookmark.read_at <= $4
returning read_until as "readUntil"`
const moveBookmark = `
update settlement_bookmark set read_until = greatest(read_until, $2::timestamptz) where psp = $1`

const importBookmark = `
insert into settlement_bookmark (psp, read_until, read_at, checked_until) values ($1, $2, $3, $4)
on conflict (psp) do update set read_until = greatest(settlement_bookmark.read_until, excluded.read_until)`

const types = 'uuid text text text text text text bigint bigint bigint timestamptz'.split(' ')
const told = (
  first: number,
) => `unnest(${types.map((type, place) => `$${first + place}::${type}[]`).join(', ')})
  as n (id, line_reference, type, psp_reference, refund_reference, dispute_reference, currency, gross_minor, fee_minor,
    net_minor, at)`
// A reference twice in one page counts once.
const insertSql = `
with added as (
  insert into settlement_line (psp, recorded_at, id, line_reference, type, psp_reference, refund_reference,
    dispute_reference, currency, gross_minor, fee_minor, net_minor, at)
  select $1, $2::timestamptz, n.* from ${told(3)}
  on conflict do nothing returning id)
insert into settlement_due (line_id, look_at) select id, $2::timestamptz from added returning line_id as id`
const changedSql = `
select distinct on (l.id) l.id, l.line_reference as reference, l.currency, n.net_minor as "netMinor" from ${told(2)}
join settlement_line l on l.line_reference = n.line_reference and l.psp = $1
where (l.type, l.psp_reference, l.refund_reference, l.dispute_reference, l.currency, l.gross_minor, l.fee_minor)
  is distinct from
  (n.type, n.psp_reference, n.refund_reference, n.dispute_reference, n.currency, n.gross_minor, n.fee_minor)
order by l.id`
const insertBatches = `
insert into settlement_batch_line (line_id, batch, recorded_at)
select l.id, n.batch, $2 from unnest($3::text[], $4::text[]) as n (line_reference, batch)
join settlement_line l on l.line_reference = n.line_reference and l.psp = $1
on conflict do nothing`

/**
 * When the oldest line came that waits for its payout, while there is a payout whose lines are not all known: then it is
 * worth reading again from there.
 */
async function unsettledSince(database: Queryable, psp: string, since: Date): Promise<Date | undefined> {
  const [row] = await database.query<{ at: Date | null }>(
    `select min(l.at) as at from settlement_line l
     where l.psp = $1 and l.at >= $2 and not exists (select from settlement_batch_line b where b.line_id = l.id)
       and exists (${unequalBatches} limit 1)`,
    [psp, since],
  )
  return row?.at ?? undefined
}

/** SQL: payouts of the provider $1 since $2 that their lines do not add up to. */
export const unequalBatches = `
select b.batch, p.currency, sum(l.net_minor)::bigint as "amountMinor", min(p.at) as at
from settlement_line p join settlement_batch_line own on own.line_id = p.id
join settlement_batch_line b on b.batch = own.batch join settlement_line l on l.id = b.line_id and l.psp = p.psp
where p.type = 'payout' and p.psp = $1 and p.at >= $2
group by b.batch, p.currency having sum(l.net_minor) <> 0`
