/**
 * What projects did with their money, as rows: recording that credits were retired or money was paid out, and for which
 * parts of which allocations, oldest first.
 * Laws: never more than was allocated and not given back; nothing recorded is changed, and what was recorded by mistake is
 * withdrawn, for all to see in the table; a file is recorded as a whole or not at all.
 */
import type { Clock } from '../kernel/clock.ts'
import type { Database, Queryable, Transaction } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { minorToDecimal } from '../kernel/money.ts'
import type { WantedFulfilment } from './fulfilment-table.ts'

/** A file is recorded in one transaction, and may touch every allocation of a year. */
const importTimeoutMs = 3_600_000
const listedMax = 1_000

/** What a row asks for cannot be; nothing of the file was recorded. */
export class FulfilmentRefused extends Error {
  override readonly name = 'FulfilmentRefused'
}

/** Answers how many parts of allocations it was. @throws FulfilmentRefused, then nothing is recorded */
export async function importFulfilments(
  database: Database,
  clock: Clock,
  wanted: readonly WantedFulfilment[],
): Promise<{ fulfilments: number; parts: number }> {
  const now = clock.now()
  const parts = await database.transaction(
    async (tx) => {
      // Two files at once would both count on the same open parts.
      await tx.query('lock table fulfilment_line in share row exclusive mode')
      let sum = 0
      for (const each of wanted) sum += await importOne(tx, each, now)
      return sum
    },
    { timeoutMs: importTimeoutMs },
  )
  return { fulfilments: wanted.length, parts }
}

async function importOne(tx: Transaction, wanted: WantedFulfilment, now: Date): Promise<number> {
  await refuseWrongProject(tx, wanted)
  const id = newId(now.getTime())
  const { kind, projectId, milligrams, currency, amountMinor } = wanted
  const { registry, serials, reference, url, on } = wanted
  const [inserted] = await tx.query(
    `insert into fulfilment (id, kind, project_id, grams, currency, amount_minor, registry, serials, reference, url,
       fulfilled_on, recorded_at)
     values ($1, $2, $3, $4::numeric / 1000, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict (project_id, kind, reference) where withdrawn_at is null do nothing returning 1`,
    [id, kind, projectId, milligrams, currency, amountMinor, registry, serials, reference, url, on, now],
  )
  if (!inserted) throw refused(wanted, `${reference} is recorded for this project already`)
  const parts = await insertParts(tx, id, wanted)
  const reached = parts.reduce((sum, { quantity }) => sum + quantity, 0n)
  if (reached < (milligrams ?? amountMinor)!)
    throw refused(wanted, `only ${quantityInWords(wanted, reached)} of it is still open`)
  return parts.length
}

async function refuseWrongProject(tx: Queryable, wanted: WantedFulfilment): Promise<void> {
  const [project] = await tx.query<{ type: string }>('select type from project where id = $1', [
    wanted.projectId,
  ])
  if (!project) throw refused(wanted, 'there is no such project')
  const isForCredits = project.type !== 'contribution'
  if (isForCredits !== (wanted.kind === 'retired'))
    throw refused(
      wanted,
      `money of this project is ${isForCredits ? 'retired' : 'disbursed'}, not ${wanted.kind}`,
    )
}

/** Quantities are milligrams of CO2e or minor units, by kind. */
function insertParts(
  tx: Transaction,
  id: string,
  wanted: WantedFulfilment,
): Promise<Array<{ quantity: bigint }>> {
  return tx.query<{ quantity: bigint }>(
    `with line as (
       select l.allocation_id, l.line, a.allocated_at,
         case when $2 = 'retired' then round(l.grams * 1000) else l.impact_minor end
         - coalesce((select sum(case when $2 = 'retired' then round(b.grams * 1000) else b.impact_minor end)
             from reversal_line b join reversal r on r.id = b.reversal_id
             where r.allocation_id = l.allocation_id and b.line = l.line and r.state in ('requested', 'booked')), 0)
         - coalesce((select sum(case when $2 = 'retired' then round(d.grams * 1000) else d.amount_minor end)
             from fulfilment_line d join fulfilment f on f.id = d.fulfilment_id
             where d.allocation_id = l.allocation_id and d.line = l.line and f.withdrawn_at is null), 0) as open
       from allocation_line l join funds_allocation a on a.id = l.allocation_id
       where (l.project_id = $3 or (l.project_id is null
           and l.impact_partner_id = (select impact_partner_id from project where id = $3)))
         and ($4::text is null or a.currency = $4)
         and l.kind = case when $2 = 'retired' then 'credit' else 'contribution' end
         and ($5::date is null or a.allocated_at >= $5::date at time zone 'UTC')
         and ($6::date is null or a.allocated_at < ($6::date + 1) at time zone 'UTC')
     ), running as (
       select *, sum(open) over (order by allocated_at, allocation_id, line) as upto from line where open > 0
     ), added as (
       insert into fulfilment_line (fulfilment_id, allocation_id, line, grams, amount_minor)
       select $1::uuid, allocation_id, line, case when $2 = 'retired' then quantity / 1000 end,
         case when $2 = 'disbursed' then quantity end
       from (select *, least(open, $7::numeric - (upto - open)) as quantity from running) part
       where quantity > 0
       returning coalesce(round(grams * 1000), amount_minor)::bigint as quantity)
     select quantity from added`,
    [
      id,
      wanted.kind,
      wanted.projectId,
      wanted.currency,
      wanted.from,
      wanted.until,
      wanted.milligrams ?? wanted.amountMinor,
    ],
  )
}

function refused({ row }: WantedFulfilment, why: string): FulfilmentRefused {
  return new FulfilmentRefused(`row ${row}: ${why}; nothing was recorded`)
}

function quantityInWords({ currency }: WantedFulfilment, quantity: bigint): string {
  if (currency !== null) return `${minorToDecimal(quantity, currency)} ${currency}`
  return `${Number(quantity) / 1e9} t`
}

/** Takes back a record made by mistake; its parts are open again. False when there is none, or it was withdrawn before. */
export async function withdrawFulfilment(
  database: Queryable,
  clock: Clock,
  id: string,
  because: string,
): Promise<boolean> {
  const rows = await database.query(
    `update fulfilment set withdrawn_at = $2, withdrawn_because = $3 where id = $1 and withdrawn_at is null returning 1`,
    [id, clock.now(), because],
  )
  return rows.length > 0
}

export interface ListedFulfilment {
  readonly id: string
  readonly kind: 'retired' | 'disbursed'
  readonly project: string
  readonly quantity: string
  readonly on: string
  readonly reference: string
  readonly withdrawnAt: Date | null
}

/** The newest first. */
export function listFulfilments(database: Queryable): Promise<ListedFulfilment[]> {
  return database.query<ListedFulfilment>(
    `select f.id, f.kind, p.name as project, f.fulfilled_on as on, f.reference, f.withdrawn_at as "withdrawnAt",
       coalesce(trim_scale(f.grams / 1000000) || ' t', f.amount_minor || ' minor units of ' || f.currency) as quantity
     from fulfilment f join project p on p.id = f.project_id order by f.id desc limit ${listedMax}`,
  )
}
