/**
 * One contribution followed from the shopper's choice to the projects, or from the merchant that collected it: everything
 * that the books know of it, for whoever has to explain a payment. Reads only; says nothing of the consumer.
 * Law: an organisation sees its own contributions and those below it.
 */
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { isId } from '../kernel/id.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { AccountKind } from '../ledger/chart.ts'
import type { ProjectState } from '../receipts/money-state.ts'
import { loadMoneyState } from '../receipts/money-states.ts'

export interface Trace {
  readonly contribution: TracedContribution
  readonly lines: readonly TracedLine[]
  readonly shares: readonly TracedShare[]
  readonly reversals: readonly TracedReversal[]
  readonly disputes: readonly TracedDispute[]
  readonly settled: readonly TracedSettlement[]
  readonly journals: readonly TracedJournal[]
  readonly events: readonly TracedEvent[]
}

export interface TracedContribution {
  /** Of the contribution, or of the allocation where an organisation collected the money itself. */
  readonly id: string
  readonly organisationId: string
  readonly organisationName: string
  readonly sessionId: string | null
  readonly quoteId: string
  readonly allocationId: string | null
  readonly state: string
  readonly currency: string
  readonly amountMinor: bigint
  readonly consent: {
    readonly text: string
    readonly locale: string
    readonly sha256: string
    readonly at: string
  } | null
  /** Null where an organisation collected the money itself. */
  readonly psp: string | null
  readonly pspReference: string | null
  readonly failureCode: string | null
  readonly quotedAt: Date
  readonly createdAt: Date
  readonly paidAt: Date | null
}

/** Amounts in minor units; `reversed…` is what went back of it, what was undone not counted. */
export interface TracedLine {
  readonly projectName: string
  readonly partnerName: string
  readonly kind: 'credit' | 'contribution'
  readonly grams: number | null
  readonly impactMinor: bigint
  readonly impactTaxMinor: bigint
  readonly serviceFeeMinor: bigint
  readonly serviceFeeTaxMinor: bigint
  readonly reversedImpactMinor: bigint
  readonly reversedMinor: bigint
  /** What the project did with it so far. */
  readonly became: ProjectState
}

export interface TracedShare {
  readonly organisationName: string
  readonly amountMinor: bigint
  readonly reversedMinor: bigint
}

export interface TracedReversal {
  readonly id: string
  readonly kind: string
  readonly initiator: string
  readonly state: string
  readonly amountMinor: bigint
  readonly lossMinor: bigint
  readonly reason: string | null
  readonly pspReference: string | null
  readonly createdAt: Date
  readonly bookedAt: Date | null
  readonly undoneAt: Date | null
}

export interface TracedDispute {
  readonly id: string
  readonly state: string
  readonly amountMinor: bigint
  readonly feeMinor: bigint
  readonly reason: string
  readonly pspReference: string
  readonly openedAt: Date
  readonly closedAt: Date | null
}

/** A line of the provider's settlement. */
export interface TracedSettlement {
  readonly type: string
  /** What we get is positive; a fee that the provider keeps is negative. */
  readonly grossMinor: bigint
  readonly feeMinor: bigint
  readonly lineReference: string
  /** Of the payout that it went into; null while it is in none. */
  readonly batch: string | null
  readonly at: Date
}

export interface TracedJournal {
  readonly id: string
  readonly kind: string
  readonly effectiveAt: Date
  readonly recordedAt: Date
  /** Its place in the sealed ledger; null for the moment between booking and sealing. */
  readonly sealNumber: bigint | null
  readonly postings: readonly TracedPosting[]
}

export interface TracedPosting {
  readonly kind: AccountKind
  readonly ownerName: string
  /** Minor units; debit positive, credit negative. */
  readonly amountMinor: bigint
}

export interface TracedEvent {
  readonly id: string
  readonly type: string
  readonly createdAt: Date
  readonly deliveries: number
  readonly delivered: number
}

/**
 * @param reference of the contribution, or of its session, allocation, a reversal or a dispute of it; or what the
 * payment provider calls the payment, the refund or the dispute
 * @throws Refusal NOT_FOUND
 */
export async function traceContribution(
  { database }: Context,
  principalId: string,
  reference: string,
): Promise<Trace> {
  const id = await findContribution(database, principalId, reference)
  if (id === undefined) throw new Refusal('NOT_FOUND', 'nothing of that name was contributed')
  const [contribution] = await database.query<TracedContribution>(contributionSql, [id])
  const read = <Row>(sql: string) => database.query<Row>(sql, [id])
  const postings = await read<TracedPosting & { journalId: string }>(postingsSql)
  const journals = await read<Omit<TracedJournal, 'postings'>>(journalsSql)
  return {
    contribution: contribution!,
    lines: await linesOf(database, contribution!),
    shares: await read<TracedShare>(sharesSql),
    reversals: await read<TracedReversal>(reversalsSql),
    disputes: await read<TracedDispute>(disputesSql),
    settled: await read<TracedSettlement>(settledSql),
    journals: journals.map((journal) => ({
      ...journal,
      postings: postings.filter(({ journalId }) => journalId === journal.id),
    })),
    events: await read<TracedEvent>(eventsSql),
  }
}

async function linesOf(database: Queryable, { id, allocationId }: TracedContribution): Promise<TracedLine[]> {
  if (allocationId === null) return []
  const lines = await database.query<Omit<TracedLine, 'became'>>(linesSql, [id])
  const { projects } = await loadMoneyState(database, allocationId)
  return lines.map((line, index) => ({ ...line, became: projects[index]! }))
}

async function findContribution(
  database: Queryable,
  principalId: string,
  reference: string,
): Promise<string | undefined> {
  const look = (sql: string) => database.query<{ id: string }>(sql, [principalId, reference])
  // Providers may use ids of the same form as ours.
  for (const sql of [...(isId(reference) ? [byIdSql, collectedSql] : []), byPspReferenceSql]) {
    const [found] = await look(sql)
    if (found) return found.id
  }
  return undefined
}

const isVisible = `exists (select from organisation o where o.id = c.organisation_id and o.path @> array[$1::uuid])`

const collectedSql = `select c.id from funds_allocation c where ${isVisible} and c.contribution_id is null and c.id in (
    select $2::uuid
    union all select allocation_id from reversal where id = $2::uuid
    union all select id from funds_allocation where contribution_id is null and quote_id = $2::uuid
    union all select x.id from post_purchase_session s join funds_allocation x on x.quote_id = s.quote_id
      where s.id = $2::uuid and x.contribution_id is null
  ) order by c.allocated_at desc limit 1`

// A session may have had several attempts; the one that was paid is the one to follow.
const inOrderOfWeight = `order by c.state = 'paid' desc, c.created_at desc limit 1`
const byIdSql = `select c.id from contribution c where ${isVisible} and c.id in (
    select id from contribution where id = $2::uuid or session_id = $2::uuid
    union all select contribution_id from funds_allocation where id = $2::uuid
    union all select a.contribution_id from reversal r join funds_allocation a on a.id = r.allocation_id where r.id = $2::uuid
    union all select a.contribution_id from dispute d join funds_allocation a on a.id = d.allocation_id where d.id = $2::uuid
  ) ${inOrderOfWeight}`
const byPspReferenceSql = `select c.id from contribution c where ${isVisible} and c.id in (
    select id from contribution where psp_reference = $2
    union all select a.contribution_id from reversal r join funds_allocation a on a.id = r.allocation_id
      where r.psp_reference = $2
    union all select a.contribution_id from dispute d join funds_allocation a on a.id = d.allocation_id
      where d.psp_reference = $2
  ) ${inOrderOfWeight}`

// In all of the following, $1 is the contribution's id, or the allocation's where there is no contribution.

const isTraced = `(a.contribution_id = $1::uuid or (a.id = $1::uuid and a.contribution_id is null))`

const contributionSql = `select c.id, c.organisation_id as "organisationId", o.trading_name as "organisationName",
    c.session_id as "sessionId", c.quote_id as "quoteId", a.id as "allocationId", c.state, c.currency,
    c.amount_minor as "amountMinor", c.consent, c.psp, c.psp_reference as "pspReference", c.failure_code as "failureCode",
    q.created_at as "quotedAt", c.created_at as "createdAt", c.paid_at as "paidAt"
  from contribution c join organisation o on o.id = c.organisation_id join quote q on q.id = c.quote_id
  left join funds_allocation a on a.contribution_id = c.id where c.id = $1
  union all
  select a.id, a.organisation_id, o.trading_name, (select id from post_purchase_session
      where quote_id = a.quote_id and kind = 'checkout' limit 1), a.quote_id, a.id, 'allocated', a.currency, a.total_minor,
    null, null, null, null, q.created_at, a.allocated_at, a.allocated_at
  from funds_allocation a join organisation o on o.id = a.organisation_id join quote q on q.id = a.quote_id
  where a.id = $1 and a.contribution_id is null`

const linesSql = `select coalesce(p.name, i.name) as "projectName", i.name as "partnerName", l.kind, l.grams::float8 as grams,
    l.impact_minor as "impactMinor", l.impact_tax_minor as "impactTaxMinor", l.service_fee_minor as "serviceFeeMinor",
    l.service_fee_tax_minor as "serviceFeeTaxMinor", coalesce(back.impact, 0)::bigint as "reversedImpactMinor",
    coalesce(back.whole, 0)::bigint as "reversedMinor"
  from funds_allocation a join allocation_line l on l.allocation_id = a.id
  join impact_partner i on i.id = l.impact_partner_id left join project p on p.id = l.project_id
  left join lateral (
    select sum(b.impact_minor) as impact,
      sum(b.impact_minor + b.impact_tax_minor + b.service_fee_minor + b.service_fee_tax_minor) as whole
    from reversal r join reversal_line b on b.reversal_id = r.id and b.line = l.line
    where r.allocation_id = a.id and r.state = 'booked') as back on true
  where ${isTraced} order by l.line`

const sharesSql = `select o.trading_name as "organisationName", s.amount_minor as "amountMinor",
    coalesce((select sum(b.amount_minor) from reversal r join reversal_share b on b.reversal_id = r.id and b.line = s.line
      where r.allocation_id = a.id and r.state = 'booked'), 0)::bigint as "reversedMinor"
  from funds_allocation a join allocation_share s on s.allocation_id = a.id
  join organisation o on o.id = s.organisation_id where ${isTraced} order by s.line`

const reversalsSql = `select r.id, r.kind, r.initiator, r.state, r.amount_minor as "amountMinor", r.loss_minor as "lossMinor",
    r.reason, r.psp_reference as "pspReference", r.created_at as "createdAt", r.booked_at as "bookedAt",
    r.undone_at as "undoneAt"
  from funds_allocation a join reversal r on r.allocation_id = a.id where ${isTraced} order by r.sequence`

const disputesSql = `select d.id, d.state, d.amount_minor as "amountMinor", d.fee_minor as "feeMinor", d.reason,
    d.psp_reference as "pspReference", d.opened_at as "openedAt", d.closed_at as "closedAt"
  from funds_allocation a join dispute d on d.allocation_id = a.id where ${isTraced} order by d.opened_at, d.id`

const settledSql = `select l.type, l.gross_minor as "grossMinor", l.fee_minor as "feeMinor",
    l.line_reference as "lineReference", b.batch, l.at
  from contribution c join settlement_line l on l.psp_reference = c.psp_reference and l.psp = c.psp
  left join settlement_batch_line b on b.line_id = l.id where c.id = $1 order by l.at, l.id`

// A journal's cause names what it books, and is unique.
const journalsOfContribution = `select j.* from journal j where j.cause in (
    select unnest(array['contribution:' || $1::uuid, 'allocation:' || $1::uuid])
    union all select k.cause || r.id from funds_allocation a join reversal r on r.allocation_id = a.id
      cross join (values ('reversal:'), ('undone:')) as k (cause) where ${isTraced}
    union all select k.cause || d.id from funds_allocation a join dispute d on d.allocation_id = a.id
      cross join (values ('dispute:'), ('dispute_won:')) as k (cause) where ${isTraced}
    union all select 'settlement:' || l.id from contribution c
      join settlement_line l on l.psp_reference = c.psp_reference and l.psp = c.psp where c.id = $1::uuid)`

const journalsSql = `select j.id, j.kind, j.effective_at as "effectiveAt", j.recorded_at as "recordedAt",
    s.seal_number as "sealNumber"
  from (${journalsOfContribution}) j left join seal s on s.journal_id = j.id order by j.recorded_at, j.id`

const postingsSql = `select p.journal_id as "journalId", k.kind, p.amount_minor as "amountMinor",
    coalesce(o.trading_name, r.name, i.name) as "ownerName"
  from (${journalsOfContribution}) j join posting p on p.journal_id = j.id join account k on k.id = p.account_id
  left join organisation o on o.id = k.owner_id left join project r on r.id = k.owner_id
  left join impact_partner i on i.id = k.owner_id order by p.journal_id, p.line`

const eventsSql = `select e.id, e.type, e.created_at as "createdAt", count(d.id)::integer as deliveries,
    (count(d.id) filter (where d.status = 'delivered'))::integer as delivered
  from funds_allocation a join event e on e.object_id = a.id left join delivery d on d.event_id = e.id
  where ${isTraced} group by e.id order by e.object_sequence`
