/**
 * What a month comes to, summed up by the database: which journals belong to it, and what they add up to for each
 * organisation below one root. Not for what a statement makes of it (`statement.ts`).
 * Law: a month covers the journals recorded before its end and sealed up to its last seal, without those that the month
 * before covered; so each journal is in exactly one month, and a late one in the next.
 */
import type { Queryable } from '../kernel/database.ts'
import type { AccountMovement, Activity, StatedOrganisation } from './statement.ts'

/** Where one month ends in the ledger. */
export interface Cut {
  readonly endsAt: Date
  readonly sealedUpTo: bigint
}

export interface Coverage {
  readonly rootId: string
  readonly before: Cut | null
  readonly now: Cut
}

interface OfOrganisation {
  readonly organisationId: string
}

/** Of the profit shares of one organisation: what came from money that another collected under a settlement model. */
export interface CollectedShare extends OfOrganisation {
  readonly currency: string
  readonly model: StatedOrganisation['model']
  readonly amountMinor: bigint
}

export interface Sums {
  readonly activities: readonly (Activity & OfOrganisation)[]
  readonly movements: readonly (AccountMovement & OfOrganisation)[]
  readonly shares: readonly CollectedShare[]
}

/** Ids are ordered by the time of recording; clocks of processes differ by less than this. */
const idSlackMs = 86_400_000
const beginning = new Date(0)

export async function sumUp(database: Queryable, { rootId, before, now }: Coverage): Promise<Sums> {
  const from = before?.endsAt ?? beginning
  const values = [
    rootId,
    before?.sealedUpTo ?? 0n,
    now.sealedUpTo,
    from,
    now.endsAt,
    new Date(Math.max(0, from.getTime() - idSlackMs)),
    new Date(now.endsAt.getTime() + idSlackMs),
  ]
  return {
    movements: await database.query(movementsSql, values),
    activities: await database.query(activitiesSql, values),
    shares: await database.query(sharesSql, values),
  }
}

// $1 root, $2 and $3 seals before and now, $4 and $5 ends before and now, $6 and $7 the same with slack
const firstIdAt = (moment: string) =>
  `(lpad(to_hex((extract(epoch from ${moment}::timestamptz) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid`
const covered = `
covered as materialized (
  select s.journal_id from seal s join journal j on j.id = s.journal_id
  where s.seal_number > $2 and s.seal_number <= $3 and j.recorded_at < $5
  union
  select j.id from journal j join seal s on s.journal_id = j.id
  where j.id >= ${firstIdAt('$6')} and j.id < ${firstIdAt('$7')} and j.recorded_at >= $4 and j.recorded_at < $5
    and s.seal_number <= $2)`

// What is owed to projects and partners is the root's to pay.
const movementsSql = `
with ${covered}
select owner.id as "organisationId", k.kind, k.currency, count(distinct p.journal_id) as count,
  sum(p.amount_minor)::bigint as "postedMinor"
from covered c join posting p on p.journal_id = c.journal_id join account k on k.id = p.account_id
left join organisation o on o.id = k.owner_id
left join project t on t.id = k.owner_id and k.kind = 'project_payable'
left join impact_partner i on i.id = k.owner_id and k.kind = 'partner_payable'
join organisation owner on owner.id = coalesce(o.id, t.root_id, i.root_id) and owner.root_id = $1
group by owner.id, k.kind, k.currency order by owner.id, k.currency, k.kind`

const sharesBelowRoot = (table: string, id: string) =>
  `coalesce((select sum(h.amount_minor) from ${table} h where ${id} and h.organisation_id <> $1), 0)`
const reversedOf = (journal: string, kind: string, sign: number) => `
  select a.organisation_id, ${kind} as kind, a.currency, a.contribution_id is null as is_collected, a.id as allocation_id,
    r.id as reversal_id, ${sign} as sign, r.amount_minor as total, l.impact, l.impact_tax, l.fee, l.fee_tax,
    ${sharesBelowRoot('reversal_share', 'h.reversal_id = r.id')} as shares
  from reversal r join funds_allocation a on a.id = r.allocation_id
  cross join lateral (
    select coalesce(sum(impact_minor), 0) as impact, coalesce(sum(impact_tax_minor), 0) as impact_tax,
      coalesce(sum(service_fee_minor), 0) as fee, coalesce(sum(service_fee_tax_minor), 0) as fee_tax
    from reversal_line where reversal_id = r.id) as l
  where r.${journal} = c.journal_id`
const moved = `
moved as materialized (
  select m.* from covered c cross join lateral (
    select a.organisation_id, case when a.contribution_id is null then 'allocation' else 'contribution' end as kind,
      a.currency, a.contribution_id is null as is_collected, a.id as allocation_id, null::uuid as reversal_id, 1 as sign,
      a.total_minor as total, a.impact_minor as impact, a.impact_tax_minor as impact_tax, a.service_fee_minor as fee,
      a.service_fee_tax_minor as fee_tax, ${sharesBelowRoot('allocation_share', 'h.allocation_id = a.id')} as shares
    from funds_allocation a where a.journal_id = c.journal_id
    union all ${reversedOf('journal_id', 'r.kind', -1)}
    union all ${reversedOf('undoing_journal_id', `'reversal_undone'`, 1)}) as m
  join organisation o on o.id = m.organisation_id and o.root_id = $1)`
const signed = (column: string) => `sum(sign * ${column})::bigint`
const activitiesSql = `
with ${covered}, ${moved}
select organisation_id as "organisationId", kind, currency, is_collected as "isCollected", count(*) as count,
  ${signed('total')} as "totalMinor", ${signed('impact')} as "impactMinor", ${signed('impact_tax')} as "impactTaxMinor",
  ${signed('fee')} as "feeMinor", ${signed('fee_tax')} as "feeTaxMinor", ${signed('shares')} as "sharesMinor"
from moved group by organisation_id, kind, currency, is_collected
order by organisation_id, currency, kind, is_collected`

const sharesSql = `
with ${covered}, ${moved}
select h.organisation_id as "organisationId", m.currency, o.settlement_model as model,
  sum(m.sign * h.amount_minor)::bigint as "amountMinor"
from moved m join organisation o on o.id = m.organisation_id
cross join lateral (
  select organisation_id, amount_minor from allocation_share
  where allocation_id = m.allocation_id and m.reversal_id is null
  union all
  select organisation_id, amount_minor from reversal_share where reversal_id = m.reversal_id) as h
where m.is_collected and h.organisation_id <> $1
group by h.organisation_id, m.currency, o.settlement_model order by h.organisation_id, m.currency, model`
