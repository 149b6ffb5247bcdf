/**
 * The laws of the books, each as a query that finds what breaks it. A new kind of journal adds its laws here and nowhere else.
 * Not for what a seal says of a row (`seal-checks.ts`).
 * Law: a query answers `found`, the id of what breaks the law, and nothing while the law holds.
 */
export interface Law {
  readonly law: string
  readonly finds: string
}

const booksBalance: readonly Law[] = [
  {
    law: 'postings of a journal add up to zero in each currency',
    finds: `select journal_id::text as found from posting group by journal_id, currency having sum(amount_minor) <> 0`,
  },
  {
    law: 'a journal has postings',
    finds: `select id::text as found from journal where not exists (select from posting where journal_id = journal.id)`,
  },
]

const allocations: readonly Law[] = [
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
            join account k on k.id = p.account_id and k.kind in ('psp_clearing', 'dispute_suspense')
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
    law: 'each allocation, and each reversal that took something out of one, has its record and its event',
    finds: `select w.journal_id::text as found from (
              select journal_id from funds_allocation
              union all select journal_id from reversal where state in ('booked', 'undone') and amount_minor > 0
              union all select undoing_journal_id from reversal where state = 'undone' and amount_minor > 0) w
            where not exists (select from impact_record i where i.journal_id = w.journal_id)
              or not exists (select from event e where e.journal_id = w.journal_id)`,
  },
]

const sealing: readonly Law[] = [
  {
    law: 'each journal is sealed or waits to be',
    finds: `select j.id::text as found from journal j
            where not exists (select from seal s where s.journal_id = j.id)
              and not exists (select from unsealed u where u.journal_id = j.id)`,
  },
  {
    law: 'each event is sealed or waits to be, with its journal if it has one',
    finds: `select e.id::text as found from event e where not e.test
              and not exists (select from seal s where s.journal_id = e.journal_id)
              and not exists (select from seal s where s.journal_id is null and s.event_id = e.id)
              and not exists (select from unsealed u where u.journal_id = e.journal_id)
              and not exists (select from unsealed u where u.event_id = e.id)`,
  },
]

export const laws: readonly Law[] = [
  ...booksBalance,
  ...allocations,
  ...reversals,
  ...disputes,
  ...whatIsTold,
  ...sealing,
]
