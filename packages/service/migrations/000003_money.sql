-- The ledger, contributions, allocations, reversals and reconciliation records. Old code cannot run on this.

-- -- the ledger: append-only, balanced, one cause for each journal --

create table account (
  id       uuid primary key default gen_random_uuid(),
  kind     text not null check (kind in ('psp_clearing', 'project_payable', 'partner_payable', 'service_fee',
                                         'profit_share_payable', 'sales_tax_payable', 'dispute_suspense',
                                         'chargeback_loss', 'psp_cost')),
  owner_id uuid not null,                                  -- organisation, project or partner, by kind
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  unique (kind, owner_id, currency),
  unique (id, currency)
);

create table journal (
  id           uuid primary key,
  kind         text not null check (kind in ('contribution', 'refund', 'void', 'refund_failed', 'chargeback_opened',
                                             'chargeback_won', 'chargeback_lost')),
  cause        text not null unique,                       -- so that booking the same thing twice is impossible
  effective_at timestamptz not null,                       -- when the money moved
  recorded_at  timestamptz not null,                       -- when we learnt of it
  xid          xid8 not null default pg_current_xact_id()
);

create table posting (
  journal_id   uuid not null references journal,
  line         integer not null,
  account_id   uuid not null,
  currency     text not null,
  amount_minor bigint not null check (amount_minor <> 0),  -- debit positive, credit negative
  primary key (journal_id, line),
  foreign key (account_id, currency) references account (id, currency)
);
create index posting_account on posting (account_id);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: correct a mistake by a reversal', tg_table_name using errcode = 'restrict_violation';
end $$;

-- A journal balances in each currency when its transaction commits.
create function check_journal_balance() returns trigger language plpgsql as $$
begin
  if not exists (select from posting where journal_id = new.id)
    or exists (select from posting where journal_id = new.id group by currency having sum(amount_minor) <> 0) then
    raise exception 'journal % does not balance', new.id using errcode = 'check_violation';
  end if;
  return null;
end $$;

-- Postings are written together with their journal, never added to one that is already committed.
create function check_posting_is_new() returns trigger language plpgsql as $$
begin
  if exists (select from added join journal on journal.id = added.journal_id where journal.xid <> pg_current_xact_id()) then
    raise exception 'a journal is written whole or not at all' using errcode = 'restrict_violation';
  end if;
  return null;
end $$;

create constraint trigger journal_balances after insert on journal
  deferrable initially deferred for each row execute function check_journal_balance();
create trigger posting_is_new after insert on posting
  referencing new table as added for each statement execute function check_posting_is_new();

-- `p_postings`: [{ "kind", "ownerId", "amount" }], in the order of their lines.
create function post_journal(
  p_id uuid, p_kind text, p_cause text, p_effective_at timestamptz, p_recorded_at timestamptz, p_currency text,
  p_postings jsonb
) returns void language plpgsql as $$
begin
  insert into account (kind, owner_id, currency)
    select distinct t.kind, t."ownerId", p_currency from jsonb_to_recordset(p_postings) as t (kind text, "ownerId" uuid)
    where not exists (select from account a where a.kind = t.kind and a.owner_id = t."ownerId" and a.currency = p_currency)
    on conflict do nothing;
  insert into journal (id, kind, cause, effective_at, recorded_at)
    values (p_id, p_kind, p_cause, p_effective_at, p_recorded_at);
  insert into posting (journal_id, line, account_id, currency, amount_minor)
    select p_id, row_number() over (), a.id, p_currency, t.amount
    from jsonb_to_recordset(p_postings) as t (kind text, "ownerId" uuid, amount bigint)
    left join account a on a.kind = t.kind and a.owner_id = t."ownerId" and a.currency = p_currency;
end $$;

-- -- contributions --

create table contribution (
  id              uuid primary key,
  session_id      uuid not null references post_purchase_session,
  quote_id        uuid not null,
  organisation_id uuid not null,
  consumer_id     uuid not null,
  state           text not null check (state in ('created', 'processing', 'pending', 'paid', 'failed', 'expired', 'cancelled')),
  currency        text not null,
  amount_minor    bigint not null check (amount_minor > 0),
  split           json not null,                           -- frozen: what capture will post
  card_cost_minor bigint not null check (card_cost_minor >= 0), -- as reckoned before paying; out of the service fee
  card_cost_actual_minor bigint check (card_cost_actual_minor >= 0), -- as the PSP says; null while it has not
  consent         json not null,                           -- the exact text shown, its hash, locale and time
  psp             text not null,
  psp_reference   text,
  psp_url         text,
  return_url      text,
  failure_code    text,
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  paid_at         timestamptz,
  poll_at         timestamptz,                             -- when to ask the PSP next; null once the outcome is known
  unique (psp_reference, psp)
);
create index contribution_session on contribution (session_id);
create index contribution_poll on contribution (poll_at) where poll_at is not null;
-- Two tabs cannot pay for one session at the same time.
create unique index contribution_in_flight on contribution (session_id) where state in ('created', 'processing', 'pending');

-- -- allocations: where the money of a contribution goes --

create table funds_allocation (
  id                      uuid primary key,
  contribution_id         uuid not null unique references contribution,
  organisation_id         uuid not null,
  quote_id                uuid not null,
  consumer_id             uuid not null,
  journal_id              uuid not null unique references journal,
  currency                text not null,
  total_minor             bigint not null,
  impact_minor            bigint not null check (impact_minor >= 0),
  impact_tax_minor        bigint not null check (impact_tax_minor >= 0),
  service_fee_minor       bigint not null check (service_fee_minor >= 0),
  service_fee_tax_minor   bigint not null check (service_fee_tax_minor >= 0),
  impact_tax_ppm          integer not null,
  service_fee_tax_ppm     integer not null,
  allocated_at            timestamptz not null,
  check (total_minor = impact_minor + impact_tax_minor + service_fee_minor + service_fee_tax_minor)
);

create table allocation_line (
  allocation_id         uuid not null references funds_allocation,
  line                  integer not null,
  kind                  text not null check (kind in ('credit', 'contribution')),
  impact_partner_id     uuid not null,
  project_id            uuid,
  grams                 numeric,                           -- of CO2e, for credits
  impact_minor          bigint not null check (impact_minor >= 0),
  impact_tax_minor      bigint not null check (impact_tax_minor >= 0),
  service_fee_minor     bigint not null check (service_fee_minor >= 0),
  service_fee_tax_minor bigint not null check (service_fee_tax_minor >= 0),
  primary key (allocation_id, line)
);

create table allocation_share (
  allocation_id   uuid not null references funds_allocation,
  line            integer not null,
  organisation_id uuid not null,
  amount_minor    bigint not null check (amount_minor >= 0),
  primary key (allocation_id, line)
);

-- -- reversals: the mirror, whole or in part --

create table reversal (
  id               uuid primary key,
  allocation_id    uuid not null references funds_allocation,
  kind             text not null check (kind in ('refund', 'void', 'chargeback')),
  initiator        text not null check (initiator in ('merchant', 'consumer', 'operator', 'provider', 'scheme')),
  state            text not null check (state in ('requested', 'booked', 'rejected', 'failed', 'undone')),
  sequence         integer not null,
  amount_minor     bigint not null check (amount_minor >= 0), -- out of the allocation
  loss_minor       bigint not null default 0 check (loss_minor >= 0), -- taken from us beyond what the allocation had left
  reason           text,
  psp              text not null,
  psp_reference    text,
  journal_id       uuid references journal,
  undoing_journal_id uuid references journal,
  created_at       timestamptz not null,
  booked_at        timestamptz,
  undone_at        timestamptz,
  poll_at          timestamptz,                            -- when to ask the PSP next; null once nothing can change
  unique (allocation_id, sequence),
  unique (psp_reference, psp),
  check (amount_minor + loss_minor > 0),
  check ((state in ('booked', 'undone')) = (journal_id is not null)),
  check ((state = 'undone') = (undoing_journal_id is not null))
);
create index reversal_poll on reversal (poll_at) where poll_at is not null;

-- A payer's bank took the money back and a scheme decides who keeps it.
create table dispute (
  id               uuid primary key,
  allocation_id    uuid not null references funds_allocation,
  psp              text not null,
  psp_reference    text not null,
  state            text not null check (state in ('open', 'won', 'lost')),
  amount_minor     bigint not null check (amount_minor > 0),
  fee_minor        bigint not null check (fee_minor >= 0),  -- what the PSP charges for it
  reason           text not null,
  reversal_id      uuid references reversal,               -- of a lost one
  opened_at        timestamptz not null,
  closed_at        timestamptz,
  recorded_at      timestamptz not null,
  poll_at          timestamptz,
  unique (psp_reference, psp),
  check ((state = 'open') = (closed_at is null)),
  check (state <> 'lost' or reversal_id is not null)
);
create index dispute_allocation on dispute (allocation_id);
create index dispute_poll on dispute (poll_at) where poll_at is not null;

create table reversal_line (
  reversal_id           uuid not null references reversal,
  line                  integer not null,
  grams                 numeric,
  impact_minor          bigint not null check (impact_minor >= 0),
  impact_tax_minor      bigint not null check (impact_tax_minor >= 0),
  service_fee_minor     bigint not null check (service_fee_minor >= 0),
  service_fee_tax_minor bigint not null check (service_fee_tax_minor >= 0),
  primary key (reversal_id, line)
);

create table reversal_share (
  reversal_id     uuid not null references reversal,
  line            integer not null,
  organisation_id uuid not null,
  amount_minor    bigint not null check (amount_minor >= 0),
  primary key (reversal_id, line)
);

-- -- reconciliation records: written once with what they record, read in the order (xid, position) below the oldest
-- running transaction, so that no page can skip a row that commits late --

create table impact_record (
  position        bigint generated always as identity,
  xid             xid8 not null default pg_current_xact_id(),
  id              uuid primary key,                        -- of the allocation or reversal; its own when one was undone
  allocation_id   uuid not null,
  journal_id      uuid not null unique references journal, -- the money movement that it records
  organisation_id uuid not null,
  organisation_path uuid[] not null,
  consumer_id     uuid not null,
  partner_ids     uuid[] not null,
  funds_at        timestamptz not null,
  body            text not null                            -- the record as the API shows it, without the consumer
);
create index impact_record_order on impact_record (xid, position);
create index impact_record_of_organisation on impact_record (organisation_id, xid, position);
create index impact_record_of_consumer on impact_record (consumer_id);

create trigger account_is_append_only before update or delete on account for each row execute function refuse_change();
create trigger journal_is_append_only before update or delete on journal for each row execute function refuse_change();
create trigger posting_is_append_only before update or delete on posting for each row execute function refuse_change();
create trigger journal_is_not_truncated before truncate on journal for each statement execute function refuse_change();
create trigger posting_is_not_truncated before truncate on posting for each statement execute function refuse_change();
create trigger allocation_is_append_only before update or delete on funds_allocation for each row execute function refuse_change();
create trigger allocation_line_is_append_only before update or delete on allocation_line for each row execute function refuse_change();
create trigger allocation_share_is_append_only before update or delete on allocation_share for each row execute function refuse_change();
create trigger reversal_line_is_append_only before update or delete on reversal_line for each row execute function refuse_change();
create trigger reversal_share_is_append_only before update or delete on reversal_share for each row execute function refuse_change();
create trigger impact_record_is_append_only before update or delete on impact_record for each row execute function refuse_change();

-- -- the money movements, one function each: everything or nothing --

-- A contribution was paid: journal, allocation, lines, shares, record and event. False when it was booked before.
create function book_contribution(p_contribution_id uuid, p jsonb) returns boolean language plpgsql as $$
declare
  c contribution;
  at timestamptz := (p->>'now')::timestamptz;
begin
  select * into strict c from contribution where id = p_contribution_id for update;
  if c.state = 'paid' then
    return false;
  end if;
  update contribution set state = 'paid', paid_at = (p->>'paidAt')::timestamptz, updated_at = at, poll_at = null,
    failure_code = null, card_cost_actual_minor = (p->>'cardCostActual')::bigint where id = c.id;
  perform post_journal((p->>'journalId')::uuid, 'contribution', 'contribution:' || c.id, (p->>'paidAt')::timestamptz, at,
    c.currency, p->'postings');
  insert into funds_allocation values ((p->>'allocationId')::uuid, c.id, c.organisation_id, c.quote_id, c.consumer_id,
    (p->>'journalId')::uuid, c.currency, c.amount_minor, (p->>'impact')::bigint, (p->>'impactTax')::bigint,
    (p->>'serviceFee')::bigint, (p->>'serviceFeeTax')::bigint, (p->>'impactTaxPpm')::integer,
    (p->>'serviceFeeTaxPpm')::integer, (p->>'paidAt')::timestamptz);
  insert into allocation_line
    select (p->>'allocationId')::uuid, l.line, l.kind, l."impactPartnerId", l."projectId", l.grams, l.impact, l."impactTax",
      l."serviceFee", l."serviceFeeTax"
    from jsonb_to_recordset(p->'lines') as l (line integer, kind text, "impactPartnerId" uuid, "projectId" uuid,
      grams numeric, impact bigint, "impactTax" bigint, "serviceFee" bigint, "serviceFeeTax" bigint);
  insert into allocation_share
    select (p->>'allocationId')::uuid, s.line, s."organisationId", s.amount
    from jsonb_to_recordset(p->'shares') as s (line integer, "organisationId" uuid, amount bigint);
  perform write_record(p->'record', c.organisation_id, c.consumer_id, (p->>'allocationId')::uuid,
    (p->>'journalId')::uuid);
  perform append_event((p->'event'->>'id')::uuid, c.organisation_id, p->'event'->>'type', (p->>'allocationId')::uuid,
    (p->'event'->>'sequence')::integer, p->'event'->>'body', at, (p->>'journalId')::uuid,
    c.consumer_id);
  return true;
end $$;

-- The PSP gave money back, or a dispute was lost: the journal, and unless the allocation had nothing left, record and
-- event. False when it was booked before.
create function book_reversal(p_reversal_id uuid, p jsonb) returns boolean language plpgsql as $$
declare
  r reversal;
  at timestamptz := (p->>'now')::timestamptz;
begin
  select * into strict r from reversal where id = p_reversal_id for update;
  if r.state <> 'requested' then
    return false;
  end if;
  perform post_journal((p->>'journalId')::uuid, p->>'journalKind', 'reversal:' || r.id, (p->>'effectiveAt')::timestamptz,
    at, p->>'currency', p->'postings');
  update reversal set state = 'booked', kind = p->>'kind', booked_at = at, journal_id = (p->>'journalId')::uuid,
    psp_reference = coalesce(psp_reference, p->>'pspReference'), poll_at = (p->>'pollAt')::timestamptz
    where id = r.id;
  perform tell_of_reversal(r.allocation_id, p);
  return true;
end $$;

-- What was booked as given back came back to us: the exact opposite. False when that was booked before.
create function undo_reversal(p_reversal_id uuid, p jsonb) returns boolean language plpgsql as $$
declare
  r reversal;
  at timestamptz := (p->>'now')::timestamptz;
begin
  select * into strict r from reversal where id = p_reversal_id for update;
  if r.state <> 'booked' then
    return false;
  end if;
  perform post_journal((p->>'journalId')::uuid, p->>'journalKind', 'undone:' || r.id, (p->>'effectiveAt')::timestamptz,
    at, p->>'currency', p->'postings');
  update reversal set state = 'undone', undone_at = at, undoing_journal_id = (p->>'journalId')::uuid, poll_at = null
    where id = r.id;
  perform tell_of_reversal(r.allocation_id, p);
  return true;
end $$;

-- The scheme took the money: into suspense, with what the PSP charges for it. False when it was booked before.
create function open_dispute(p jsonb) returns boolean language plpgsql as $$
begin
  insert into dispute (id, allocation_id, psp, psp_reference, state, amount_minor, fee_minor, reason, opened_at,
      recorded_at, poll_at)
    values ((p->>'id')::uuid, (p->>'allocationId')::uuid, p->>'psp', p->>'pspReference', 'open', (p->>'amount')::bigint,
      (p->>'fee')::bigint, p->>'reason', (p->>'openedAt')::timestamptz, (p->>'now')::timestamptz,
      (p->>'pollAt')::timestamptz)
    on conflict (psp_reference, psp) do nothing;
  if not found then
    return false;
  end if;
  perform post_journal((p->>'journalId')::uuid, 'chargeback_opened', 'dispute:' || (p->>'id'),
    (p->>'openedAt')::timestamptz, (p->>'now')::timestamptz, p->>'currency', p->'postings');
  return true;
end $$;

-- The scheme gave the money back before it was ours to lose: out of suspense. False when that was booked before.
create function win_dispute(p_dispute_id uuid, p jsonb) returns boolean language plpgsql as $$
begin
  update dispute set state = 'won', closed_at = (p->>'closedAt')::timestamptz, poll_at = null
    where id = p_dispute_id and state = 'open';
  if not found then
    return false;
  end if;
  perform post_journal((p->>'journalId')::uuid, 'chargeback_won', 'dispute_won:' || p_dispute_id,
    (p->>'closedAt')::timestamptz, (p->>'now')::timestamptz, p->>'currency', p->'postings');
  return true;
end $$;

create function tell_of_reversal(p_allocation_id uuid, p jsonb) returns void language plpgsql as $$
declare
  a funds_allocation;
begin
  if p->'record' is null then
    return;
  end if;
  select * into strict a from funds_allocation where id = p_allocation_id;
  perform write_record(p->'record', a.organisation_id, a.consumer_id, a.id, (p->>'journalId')::uuid);
  perform append_event((p->'event'->>'id')::uuid, a.organisation_id, p->'event'->>'type', a.id,
    (p->'event'->>'sequence')::integer, p->'event'->>'body', (p->>'now')::timestamptz, (p->>'journalId')::uuid,
    a.consumer_id);
end $$;

create function write_record(p_record jsonb, p_organisation_id uuid, p_consumer_id uuid, p_allocation_id uuid,
  p_journal_id uuid)
returns void language sql as $$
  insert into impact_record (id, allocation_id, journal_id, organisation_id, organisation_path, consumer_id, partner_ids, funds_at,
    body)
  select (p_record->>'id')::uuid, p_allocation_id, p_journal_id, p_organisation_id, o.path, p_consumer_id,
    array(select jsonb_array_elements_text(p_record->'partnerIds')::uuid), (p_record->>'fundsAt')::timestamptz,
    p_record->>'body'
  from organisation o where o.id = p_organisation_id
$$;
