/**
 * The laws of the books, each as a query that finds what breaks it. A new kind of journal adds its laws here and nowhere else.
 * Not for statements (`statement-laws.ts`) nor for seals (`seal-laws.ts`, `seal-checks.ts`).
 */
import type { Law } from './law.ts'
import { sealLaws } from './seal-laws.ts'
import { statementLaws } from './statement-laws.ts'

const booksBalance: readonly Law[] = [
  {
    law: 'a journal has postings that add up to zero in each currency, and a posting has its journal',
    finds: `select coalesce(j.id, p.journal_id)::text as found from journal j full join (
              select journal_id, bool_or(total <> 0) as is_uneven from (
                select journal_id, sum(amount_minor) as total from posting group by journal_id, currency) totals
              group by journal_id) p on p.journal_id = j.id
            where j.id is null or p.is_uneven is not false`,
  },
  {
    law: 'a posting goes to an account of its currency',
    finds: `select journal_id::text as found from posting p
            where not exists (select from account k where k.id = p.account_id and k.currency = p.currency)`,
  },
]

const allocations: readonly Law[] = [
  {
    law: 'a paid contribution has exactly one allocation, and only a paid one has any',
    finds: `select c.id::text as found from contribution c left join funds_allocation a on a.contribution_id = c.id
            where (c.state = 'paid') <> (a.id is not null)`,
  },
  {
    law: 'an allocation is what was paid, in the same currency, by the same consumer through the same organisation',
    finds: `select a.id::text as found from funds_allocation a join contribution c on c.id = a.contribution_id
            where (a.total_minor, a.currency, a.organisation_id, a.quote_id, a.consumer_id)
              is distinct from (c.amount_minor, c.currency, c.organisation_id, c.quote_id, c.consumer_id)`,
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
            left join (select p.journal_id, k.kind, sum(p.amount_minor) as minor from posting p
              join account k on k.id = p.account_id and k.kind in ('psp_clearing', 'merchant_receivable')
              group by p.journal_id, k.kind) taken
              on taken.journal_id = a.journal_id
              and taken.kind = case when a.contribution_id is null then 'merchant_receivable' else 'psp_clearing' end
            where coalesce(taken.minor, 0) <> a.total_minor`,
  },
]

const reversals: readonly Law[] = [
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
    law: 'undoing a refund is its exact opposite',
    finds: `select r.id::text as found from reversal r join posting p on p.journal_id in (r.journal_id, r.undoing_journal_id)
            where r.state = 'undone' and r.kind <> 'chargeback' group by r.id, p.account_id having sum(p.amount_minor) <> 0`,
  },
  {
    law: 'a reversal’s journal gives up what it took out of the allocation, and what it lost',
    finds: `select r.id::text as found from reversal r join posting p on p.journal_id = r.journal_id
            join account k on k.id = p.account_id and k.kind in ('psp_clearing', 'merchant_receivable', 'dispute_suspense')
            group by r.id having sum(p.amount_minor) <> -(r.amount_minor + r.loss_minor)`,
  },
]

const disputes: readonly Law[] = [
  {
    law: 'suspense holds exactly the disputes that are open',
    finds: `select owner_id || ' ' || currency as found from (
              select k.owner_id, k.currency, p.amount_minor from posting p
                join account k on k.id = p.account_id and k.kind = 'dispute_suspense'
              union all
              select o.root_id, a.currency, -d.amount_minor from dispute d
                join funds_allocation a on a.id = d.allocation_id join organisation o on o.id = a.organisation_id
                where d.state = 'open') held
            group by owner_id, currency having sum(amount_minor) <> 0`,
  },
  {
    law: 'chargeback loss is exactly what was taken beyond what allocations had left',
    finds: `select owner_id || ' ' || currency as found from (
              select k.owner_id, k.currency, p.amount_minor from posting p
                join account k on k.id = p.account_id and k.kind = 'chargeback_loss'
              union all
              select o.root_id, a.currency, -r.loss_minor from reversal r
                join funds_allocation a on a.id = r.allocation_id join organisation o on o.id = a.organisation_id
                where r.state = 'booked') lost
            group by owner_id, currency having sum(amount_minor) <> 0`,
  },
  {
    law: 'a lost dispute has its reversal, booked; a won one has none, or one that was undone',
    finds: `select d.id::text as found from dispute d left join reversal r on r.id = d.reversal_id
            where (d.state = 'lost' and r.state is distinct from 'booked')
              or (d.state = 'won' and r.state is not null and r.state <> 'undone')`,
  },
]

const whatIsTold: readonly Law[] = [
  {
    law: 'each allocation, and each reversal that took something out of one, has its record, and its event if a provider took the money',
    finds: `select w.journal_id::text as found from (
              select journal_id, contribution_id is not null as is_paid from funds_allocation
              union all select journal_id, psp is not null from reversal
                where state in ('booked', 'undone') and amount_minor > 0
              union all select undoing_journal_id, true from reversal where state = 'undone' and amount_minor > 0) w
            where not exists (select from impact_record i where i.journal_id = w.journal_id)
              or w.is_paid <> exists (select from event e where e.journal_id = w.journal_id)`,
  },
  {
    law: 'a reversal went through a provider exactly when its allocation did',
    finds: `select r.id::text as found from reversal r join funds_allocation a on a.id = r.allocation_id
            where (r.psp is null) <> (a.contribution_id is null)`,
  },
]

/** Everything that moved the clearing account for a payment: the thing's journals, and those of its settlement lines. */
const clearingOfPayments = `
  select c.id, w.journal_id from contribution c cross join lateral (
    select a.journal_id from funds_allocation a where a.contribution_id = c.id
    union all select unnest(array[r.journal_id, r.undoing_journal_id]) from funds_allocation a
      join reversal r on r.allocation_id = a.id where a.contribution_id = c.id
    union all select j.id from funds_allocation a join dispute d on d.allocation_id = a.id
      join journal j on j.cause in ('dispute:' || d.id, 'dispute_won:' || d.id) where a.contribution_id = c.id
    union all select m.own_journal_id from settlement_line l join settlement_match m on m.line_id = l.id
      where l.psp_reference = c.psp_reference and l.psp = c.psp) as w
  where exists (select from settlement_line l where l.psp_reference = c.psp_reference and l.psp = c.psp)`

const settlements: readonly Law[] = [
  {
    law: 'a matched settlement line and its journals move the clearing account alike',
    finds: `select l.id::text as found from settlement_match m join settlement_line l on l.id = m.line_id
            where l.net_minor <> (select coalesce(sum(p.amount_minor), 0) from posting p
              join account k on k.id = p.account_id and k.kind = 'psp_clearing'
              where p.journal_id in (m.journal_id, m.own_journal_id))`,
  },
  {
    law: 'the clearing account of a payment that was settled and paid out is zero',
    finds: `select moved.id::text as found from (
              select w.id, sum(p.amount_minor) as clearing, bool_and(exists (
                select from settlement_match m where m.journal_id = w.journal_id or m.own_journal_id = w.journal_id)) as settled
              from (${clearingOfPayments}) w join posting p on p.journal_id = w.journal_id
              join account k on k.id = p.account_id and k.kind = 'psp_clearing' group by w.id) moved
            join contribution c on c.id = moved.id
            cross join lateral (
              select sum(l.net_minor) as net, bool_and(exists (
                select from settlement_batch_line b join settlement_batch_line o on o.batch = b.batch
                join settlement_line p on p.id = o.line_id and p.type = 'payout' and p.psp = l.psp
                join settlement_match m on m.line_id = p.id where b.line_id = l.id)) as paid_out
              from settlement_line l where l.psp_reference = c.psp_reference and l.psp = c.psp) as out
            where moved.settled and out.paid_out and moved.clearing - out.net <> 0`,
  },
  {
    law: 'a settlement line is matched, waits to be, or is a break',
    finds: `select l.id::text as found from settlement_line l
            where not exists (select from settlement_match m where m.line_id = l.id)
              and not exists (select from settlement_due d where d.line_id = l.id)
              and not exists (select from settlement_break b where b.line_id = l.id)`,
  },
]

export const laws: readonly Law[] = [
  ...booksBalance,
  ...allocations,
  ...reversals,
  ...disputes,
  ...whatIsTold,
  ...settlements,
  ...statementLaws,
  ...sealLaws,
]
