/** The laws of monthly statements: they are what was hashed, follow from one another, and add up to the ledger. */
import { currenciesWith } from '../kernel/money.ts'
import { chart } from './chart.ts'
import type { Law } from './law.ts'

const debitKinds = Object.entries(chart).flatMap(([kind, { normalSide }]) =>
  normalSide === 'debit' ? `'${kind}'` : [],
)

/** SQL: the minor units in one major unit of the currency in `column`. */
const minorInMajor = (column: string) =>
  `case when ${column} in (${quoted(currenciesWith(0))}) then 1
    when ${column} in (${quoted(currenciesWith(3))}) then 1000 else 100 end`

const quoted = (texts: readonly string[]) => texts.map((text) => `'${text}'`).join(', ')

export const statementLaws: readonly Law[] = [
  {
    law: 'a statement is what was hashed, after the one before of its organisation',
    finds: `select s.id::text as found from statement s
            where s.hash <> sha256(s.previous_hash || convert_to(s.content, 'UTF8'))
              or s.previous_hash <> coalesce((
                select b.hash from statement b where b.organisation_id = s.organisation_id and b.period < s.period
                order by b.period desc limit 1), decode(repeat('00', 32), 'hex'))`,
  },
  {
    law: 'a statement’s lines, month and times are those in what was hashed',
    finds: `select s.id::text as found from statement s
            left join statement_period t on t.root_id = s.root_id and t.period = s.period
            cross join lateral (select case when s.hash = sha256(s.previous_hash || convert_to(s.content, 'UTF8'))
              then s.content::jsonb end as content) as said
            where (said.content->>'id', said.content->>'organisationId', said.content->>'period',
                said.content->>'sealedUpTo', (said.content->>'until')::timestamptz, (said.content->>'closedAt')::timestamptz)
              is distinct from (s.id::text, s.organisation_id::text, t.period, t.sealed_up_to::text, t.ends_at, t.closed_at)
              or s.closed_at <> t.closed_at
              or exists (
                select from rows from (jsonb_to_recordset(said.content->'lines')
                  as (kind text, "currencyCode" text, count bigint, amount numeric))
                  with ordinality as n (kind, currency, count, amount, line)
                full join (select * from statement_line where statement_id = s.id) l on l.line = n.line
                where (n.kind, n.currency, n.count, n.amount * ${minorInMajor('n.currency')})
                  is distinct from (l.kind, l.currency, l.count, l.amount_minor::numeric))`,
  },
  {
    law: 'what a statement pays out or carries forward follows from its other lines',
    finds: `select statement_id::text as found from statement_line group by statement_id, currency
            having sum(case when kind in ('brought_forward', 'profit_share_payable') then amount_minor
              when kind in ('kept_back', 'payable', 'carried_forward') then -amount_minor else 0 end) <> 0`,
  },
  {
    law: 'a closed month has its root’s statement',
    finds: `select t.root_id || ' ' || t.period as found from statement_period t where not exists (
              select from statement s where s.organisation_id = t.root_id and s.root_id = t.root_id and s.period = t.period)`,
  },
  {
    law: 'statements add up to the ledger, account by account',
    finds: `select root_id || ' ' || kind || ' ' || currency as found from (
              select s.root_id, l.kind, l.currency, l.amount_minor from statement s
                join statement_line l on l.statement_id = s.id
                where l.kind in (select kind from account)
              union all
              select e.root_id, k.kind, k.currency, p.amount_minor * case when k.kind in (${debitKinds.join(', ')}) then -1 else 1 end
                from (select distinct on (root_id) root_id, ends_at, sealed_up_to from statement_period
                      order by root_id, period desc) e
                join seal s on s.seal_number <= e.sealed_up_to
                join journal j on j.id = s.journal_id and j.recorded_at < e.ends_at
                join posting p on p.journal_id = j.id join account k on k.id = p.account_id
                left join organisation o on o.id = k.owner_id left join project t on t.id = k.owner_id
                left join impact_partner i on i.id = k.owner_id
                where coalesce(o.root_id, t.root_id, i.root_id) = e.root_id) as stated
            group by root_id, kind, currency having sum(amount_minor) <> 0`,
  },
]
