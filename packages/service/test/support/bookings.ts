// Books many paid contributions at once, whole: contribution, journal, allocation, record and event, as the service would.
// Not for what the service does on the way there. Law: what this writes keeps every law of the ledger.

import type { Queryable } from '../../src/kernel/database.ts'
import { newId } from '../../src/kernel/id.ts'

export const bookedPostings = 7

export interface Bookings {
  readonly rootId: string
  readonly organisationIds: readonly string[]
  /** Books `count` contributions, organisations taking turns. Answers the ids of their journals. */
  book(database: Queryable, count: number, at?: Date): Promise<string[]>
  /** Reverses the whole of an allocation's journal. */
  refund(database: Queryable, journalId: string, at?: Date): Promise<string>
}

/** Makes a root with organisations below it, and a session for all of them. */
export async function bookings(database: Queryable, organisations = 2): Promise<Bookings> {
  const id = () => newId(Date.now())
  const rootId = id()
  const insert = (own: string, parent: string | null) =>
    database.query(
      `insert into organisation (id, parent_id, root_id, path, trading_name, legal_name, address, currency,
         relative_profit_share_ppm, service_fee_ppm, brand_id, product_id, created_at)
       values ($1, $2, $3, $4, 'Booked', 'Booked Ltd', '{}', 'GBP', 0, 0, gen_random_uuid(), gen_random_uuid(), now())`,
      [own, parent, rootId, parent === null ? [own] : [parent, own]],
    )
  await insert(rootId, null)
  const organisationIds = Array.from({ length: organisations }, id)
  for (const own of organisationIds) await insert(own, rootId)
  const sessionId = id()
  await database.query(
    `insert into post_purchase_session (id, quote_id, organisation_id, variant, created_at, expires_at, link_expires_at)
     values ($1, $1, $2, 'embedded', now(), now(), now())`,
    [sessionId, rootId],
  )
  await database.query(
    `insert into account (kind, owner_id, currency) select kind, $1, 'GBP'
     from unnest(array['psp_clearing', 'project_payable', 'partner_payable', 'service_fee', 'sales_tax_payable']) as kind
     union all select 'profit_share_payable', organisation, 'GBP' from unnest($2::uuid[]) as organisation
     union all select 'project_payable', organisation, 'GBP' from unnest($2::uuid[]) as organisation`,
    [rootId, organisationIds],
  )
  return {
    rootId,
    organisationIds,
    async book(on, count, at = new Date()) {
      const rows = await on.query<{ id: string }>(bookSql, [count, rootId, organisationIds, sessionId, at])
      return rows.map((row) => row.id)
    },
    async refund(on, journalId, at = new Date()) {
      const [row] = await on.query<{ id: string }>(refundSql, [journalId, at])
      return row!.id
    },
  }
}

const bookSql = `
with made as materialized (
  select time_ordered_id($5) as journal_id, time_ordered_id($5) as allocation_id, time_ordered_id($5) as contribution_id,
    time_ordered_id($5) as event_id, time_ordered_id($5) as consumer_id,
    ($3::uuid[])[1 + (place - 1) % cardinality($3::uuid[])] as organisation_id
  from generate_series(1, $1::integer) as place),
contributions as (
  insert into contribution (id, session_id, quote_id, organisation_id, consumer_id, state, currency, amount_minor, split,
    card_cost_minor, consent, psp, created_at, updated_at, paid_at)
  select contribution_id, $4, $4, organisation_id, consumer_id, 'paid', 'GBP', 792, '{}', 32, '{}', 'booked', $5, $5, $5 from made),
journals as (
  insert into journal (id, kind, cause, effective_at, recorded_at)
  select journal_id, 'contribution', 'contribution:' || contribution_id, $5, $5 from made),
postings as (
  insert into posting (journal_id, line, account_id, currency, amount_minor)
  select made.journal_id, p.line, a.id, 'GBP', p.amount from made
  cross join lateral (values (1, 'psp_clearing', $2::uuid, 792), (2, 'project_payable', $2, -100),
    (3, 'project_payable', organisation_id, -200), (4, 'partner_payable', $2, -300), (5, 'service_fee', $2, -20),
    (6, 'profit_share_payable', organisation_id, -40), (7, 'sales_tax_payable', $2, -132)) as p (line, kind, owner_id, amount)
  join account a on a.kind = p.kind and a.owner_id = p.owner_id and a.currency = 'GBP'),
allocations as (
  insert into funds_allocation
  select allocation_id, contribution_id, organisation_id, $4, consumer_id, journal_id, 'GBP', 792, 600, 120, 60, 12, 200000,
    200000, $5 from made),
lines as (
  insert into allocation_line
  select allocation_id, l.* from made cross join (values
    (1, 'credit', $2::uuid, $2::uuid, 1000.5, 100, 20, 10, 2), (2, 'credit', $2, $4::uuid, 2000, 200, 40, 20, 4),
    (3, 'contribution', $2, null, null, 300, 60, 30, 6)) as l),
shares as (
  insert into allocation_share
  select allocation_id, s.* from made cross join lateral (values (1, $2::uuid, 20), (2, organisation_id, 40)) as s),
records as (
  insert into impact_record (id, allocation_id, journal_id, organisation_id, organisation_path, consumer_id, partner_ids,
    funds_at, body)
  select allocation_id, allocation_id, journal_id, organisation_id, array[$2::uuid, organisation_id], consumer_id,
    array[$2::uuid], $5, json_build_object('id', allocation_id, 'name', 'Grüße', 'filler', repeat('x', 1000))::text from made),
events as (
  insert into event (id, organisation_id, root_id, type, object_id, object_sequence, body, created_at, journal_id, consumer_id)
  select event_id, organisation_id, $2, 'IMPACT_PAYMENT', allocation_id, 1,
    json_build_object('eventId', event_id, 'filler', repeat('x', 500))::text, $5, journal_id, consumer_id from made)
select journal_id as id from made`

const refundSql = `
with whole as (
  select a.*, time_ordered_id($2) as refund_journal_id, time_ordered_id($2) as reversal_id, time_ordered_id($2) as event_id
  from funds_allocation a where a.journal_id = $1),
journals as (
  insert into journal (id, kind, cause, effective_at, recorded_at)
  select refund_journal_id, 'refund', 'reversal:' || reversal_id, $2, $2 from whole),
postings as (
  insert into posting select refund_journal_id, p.line, p.account_id, p.currency, -p.amount_minor
  from whole join posting p on p.journal_id = whole.journal_id),
reversals as (
  insert into reversal (id, allocation_id, kind, initiator, state, sequence, amount_minor, psp, journal_id, created_at,
    booked_at)
  select reversal_id, id, 'refund', 'merchant', 'booked', 1, total_minor, 'booked', refund_journal_id, $2, $2 from whole),
lines as (
  insert into reversal_line
  select reversal_id, l.line, l.grams, l.impact_minor, l.impact_tax_minor, l.service_fee_minor, l.service_fee_tax_minor
  from whole join allocation_line l on l.allocation_id = whole.id),
shares as (
  insert into reversal_share
  select reversal_id, s.line, s.organisation_id, s.amount_minor from whole join allocation_share s on s.allocation_id = whole.id),
records as (
  insert into impact_record (id, allocation_id, journal_id, organisation_id, organisation_path, consumer_id, partner_ids,
    funds_at, body)
  select reversal_id, r.allocation_id, refund_journal_id, r.organisation_id, r.organisation_path, r.consumer_id, r.partner_ids,
    $2, json_build_object('id', reversal_id)::text
  from whole join impact_record r on r.id = whole.id),
events as (
  insert into event (id, organisation_id, root_id, type, object_id, object_sequence, body, created_at, journal_id, consumer_id)
  select event_id, e.organisation_id, e.root_id, 'IMPACT_PAYMENT_REVERSAL', whole.id, 2, '{}', $2, refund_journal_id,
    e.consumer_id from whole join event e on e.journal_id = whole.journal_id)
select refund_journal_id as id from whole`
