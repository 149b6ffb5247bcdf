/**
 * Reading the ledger: every law checked, and the trial balance. Nothing here writes: journals are written by the one
 * plpgsql function of each money movement (`migrations/000003_money.sql`).
 */
import type { Queryable } from '../kernel/database.ts'

export interface LedgerReport {
  readonly journals: number
  readonly postings: number
  /** One sentence for each broken law; empty when the books hold. */
  readonly broken: readonly string[]
}

/** Each law as a query that finds what breaks it. */
const laws: ReadonlyArray<{ readonly law: string; readonly finds: string }> = [
  {
    law: 'postings of a journal add up to zero in each currency',
    finds: `select journal_id::text as found from posting group by journal_id, currency having sum(amount_minor) <> 0`,
  },
  {
    law: 'a journal has postings',
    finds: `select id::text as found from journal where not exists (select from posting where journal_id = journal.id)`,
  },
  {
    law: 'a paid contribution has exactly one allocation, and only a paid one has any',
    finds: `select c.id::text as found from contribution c left join funds_allocation a on a.contribution_id = c.id
            where (c.state = 'paid') <> (a.id is not null)`,
  },
  {
    law: 'an allocation is what was paid, in the same currency',
    finds: `select a.id::text as found from funds_allocation a join contribution c on c.id = a.contribution_id
            where a.total_minor <> c.amount_minor or a.currency <> c.currency`,
  },
  {
    law: 'lines add up to their allocation',
    finds: `select a.id::text as found from funds_allocation a join allocation_line l on l.allocation_id = a.id
            group by a.id having sum(l.impact_minor) <> a.impact_minor or sum(l.impact_tax_minor) <> a.impact_tax_minor
              or sum(l.service_fee_minor) <> a.service_fee_minor or sum(l.service_fee_tax_minor) <> a.service_fee_tax_minor`,
  },
  {
    law: 'profit shares add up to the service fee',
    finds: `select a.id::text as found from funds_allocation a join allocation_share s on s.allocation_id = a.id
            group by a.id having sum(s.amount_minor) <> a.service_fee_minor`,
  },
  {
    law: 'an allocation’s journal takes in exactly its total',
    finds: `select a.id::text as found from funds_allocation a
            join posting p on p.journal_id = a.journal_id join account k on k.id = p.account_id and k.kind = 'psp_clearing'
            group by a.id having sum(p.amount_minor) <> a.total_minor`,
  },
  {
    law: 'no more is reversed than was allocated, line by line',
    finds: `select l.allocation_id::text as found from allocation_line l
            join reversal r on r.allocation_id = l.allocation_id and r.state in ('requested', 'booked')
            join reversal_line b on b.reversal_id = r.id and b.line = l.line
            group by l.allocation_id, l.line having sum(b.impact_minor) > min(l.impact_minor)
              or sum(b.impact_tax_minor) > min(l.impact_tax_minor) or sum(b.service_fee_minor) > min(l.service_fee_minor)
              or sum(b.service_fee_tax_minor) > min(l.service_fee_tax_minor)`,
  },
  {
    law: 'a booked reversal has a journal, and its lines and shares add up',
    finds: `select r.id::text as found from reversal r join reversal_line l on l.reversal_id = r.id
            group by r.id, r.state, r.amount_minor, r.journal_id
            having (r.state = 'booked' and r.journal_id is null)
              or sum(l.impact_minor + l.impact_tax_minor + l.service_fee_minor + l.service_fee_tax_minor) <> r.amount_minor
              or sum(l.service_fee_minor) <> (select coalesce(sum(amount_minor), 0) from reversal_share s where s.reversal_id = r.id)`,
  },
  {
    law: 'each allocation and each booked reversal has its record and its event',
    finds: `select w.id::text as found from (
              select id, id as allocation_id from funds_allocation
              union all select id, allocation_id from reversal where state = 'booked') w
            left join impact_record i on i.id = w.id
            where i.id is null or not exists (select from event e where e.object_id = w.allocation_id)`,
  },
]

export async function verifyLedger(database: Queryable): Promise<LedgerReport> {
  const [counts] = await database.query<{ journals: bigint; postings: bigint }>(
    'select (select count(*) from journal) as journals, (select count(*) from posting) as postings',
  )
  const broken: string[] = []
  for (const { law, finds } of laws) {
    const found = await database.query<{ found: string }>(`${finds} limit 10`)
    if (found.length > 0) broken.push(`${law}: broken by ${found.map((row) => row.found).join(', ')}`)
  }
  return { journals: Number(counts!.journals), postings: Number(counts!.postings), broken }
}

export interface AccountBalance {
  readonly kind: string
  readonly ownerId: string
  readonly currency: string
  /** Minor units; debit positive, credit negative. */
  readonly balance: bigint
}

/** Balance of every account that was ever posted to. */
export async function trialBalance(database: Queryable): Promise<AccountBalance[]> {
  return database.query<AccountBalance>(
    `select k.kind, k.owner_id as "ownerId", k.currency, sum(p.amount_minor)::bigint as balance
     from posting p join account k on k.id = p.account_id
     group by k.id order by k.kind, k.currency, k.owner_id`,
  )
}
