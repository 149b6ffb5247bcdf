-- Booking by sets: journals, records and events of one moment are written by the same few statements, and no posting locks
-- the account that it goes to. Old code runs on this: the functions that it calls stay, as sets of one.

-- A foreign key locks the row it points to, and accounts are few and everybody's: under load, bookings waited for one
-- another to note those locks. Neither journals nor accounts ever change or go away, so that looking once is enough.
alter table posting drop constraint posting_journal_id_fkey, drop constraint posting_account_id_currency_fkey;

create or replace function check_posting_is_new() returns trigger language plpgsql as $$
begin
  if exists (select from added where not exists (
    select from journal j where j.id = added.journal_id and j.xid = pg_current_xact_id() offset 0)) then
    raise exception 'a journal is written whole or not at all' using errcode = 'restrict_violation';
  end if;
  if exists (select from added where not exists (
    select from account k where k.id = added.account_id and k.currency = added.currency offset 0)) then
    raise exception 'a posting goes to an account of its currency' using errcode = 'foreign_key_violation';
  end if;
  return null;
end $$;

create or replace function check_journal_balance() returns trigger language plpgsql as $$
begin
  if (select coalesce(bool_or(total <> 0), true) from (
    select sum(amount_minor) as total from posting where journal_id = new.id group by currency) as totals) then
    raise exception 'journal % does not balance', new.id using errcode = 'check_violation';
  end if;
  return null;
end $$;

create function queue_journals_for_sealing() returns trigger language plpgsql as $$
begin
  insert into unsealed (journal_id) select id from added;
  return null;
end $$;
create or replace function queue_for_sealing() returns trigger language plpgsql as $$
begin
  insert into unsealed (event_id) values (new.id);
  return null;
end $$;
drop trigger journal_is_to_be_sealed on journal;
create trigger journal_is_to_be_sealed after insert on journal
  referencing new table as added for each statement execute function queue_journals_for_sealing();

-- `p`: [{ "id", "kind", "cause", "effectiveAt", "recordedAt", "currency", "postings": [{ "kind", "ownerId", "amount" }] }],
-- postings in the order of their lines. Accounts that are new are opened in one order, so that nobody waits in a circle.
create function post_journals(p jsonb) returns void language plpgsql as $$
begin
  insert into account (kind, owner_id, currency)
    select distinct t.kind, t."ownerId", j.currency
    from jsonb_to_recordset(p) as j (currency text, postings jsonb)
    cross join jsonb_to_recordset(j.postings) as t (kind text, "ownerId" uuid)
    where not exists (
      select from account k where k.kind = t.kind and k.owner_id = t."ownerId" and k.currency = j.currency offset 0)
    order by 1, 2, 3
    on conflict do nothing;
  insert into journal (id, kind, cause, effective_at, recorded_at)
    select j.id, j.kind, j.cause, j."effectiveAt", j."recordedAt"
    from jsonb_to_recordset(p) as j (id uuid, kind text, cause text, "effectiveAt" timestamptz, "recordedAt" timestamptz);
  insert into posting (journal_id, line, account_id, currency, amount_minor)
    select j.id, t.line, k.id, j.currency, t.amount
    from jsonb_to_recordset(p) as j (id uuid, currency text, postings jsonb)
    cross join rows from (jsonb_to_recordset(j.postings) as (kind text, "ownerId" uuid, amount bigint))
      with ordinality as t (kind, owner_id, amount, line)
    left join lateral (
      select a.id from account a where a.kind = t.kind and a.owner_id = t.owner_id and a.currency = j.currency offset 0) as k
      on true;
end $$;

create or replace function post_journal(
  p_id uuid, p_kind text, p_cause text, p_effective_at timestamptz, p_recorded_at timestamptz, p_currency text,
  p_postings jsonb
) returns void language plpgsql as $$
begin
  perform post_journals(jsonb_build_array(jsonb_build_object('id', p_id, 'kind', p_kind, 'cause', p_cause,
    'effectiveAt', p_effective_at, 'recordedAt', p_recorded_at, 'currency', p_currency, 'postings', p_postings)));
end $$;

-- What an allocation consists of, and its record. `p`: [{ "allocationId", "journalId", "lines", "shares", "record" }], of
-- allocations that are written.
create function write_allocation_lines(p jsonb) returns void language plpgsql as $$
begin
  insert into allocation_line (allocation_id, line, kind, impact_partner_id, project_id, grams, impact_minor,
      impact_tax_minor, service_fee_minor, service_fee_tax_minor)
    select b."allocationId", l.line, l.kind, l."impactPartnerId", l."projectId", l.grams, l.impact, l."impactTax",
      l."serviceFee", l."serviceFeeTax"
    from jsonb_to_recordset(p) as b ("allocationId" uuid, lines jsonb)
    cross join jsonb_to_recordset(b.lines) as l (line integer, kind text, "impactPartnerId" uuid, "projectId" uuid,
      grams numeric, impact bigint, "impactTax" bigint, "serviceFee" bigint, "serviceFeeTax" bigint);
  insert into allocation_share (allocation_id, line, organisation_id, amount_minor)
    select b."allocationId", s.line, s."organisationId", s.amount
    from jsonb_to_recordset(p) as b ("allocationId" uuid, shares jsonb)
    cross join jsonb_to_recordset(b.shares) as s (line integer, "organisationId" uuid, amount bigint);
end $$;

create function write_records(p jsonb) returns void language plpgsql as $$
begin
  insert into impact_record (id, allocation_id, journal_id, organisation_id, organisation_path, consumer_id, partner_ids,
      funds_at, body)
    select r.id, a.id, b."journalId", a.organisation_id, o.path, a.consumer_id,
      array(select jsonb_array_elements_text(r."partnerIds")::uuid), r."fundsAt", r.body
    from jsonb_to_recordset(p) as b ("allocationId" uuid, "journalId" uuid, record jsonb)
    cross join jsonb_to_record(b.record) as r (id uuid, "fundsAt" timestamptz, "partnerIds" jsonb, body text)
    cross join lateral (select * from funds_allocation where id = b."allocationId" offset 0) as a
    cross join lateral (select path from organisation where id = a.organisation_id offset 0) as o;
end $$;

-- To every endpoint that wants to hear of them.
create function deliver_events(p_ids uuid[]) returns void language plpgsql
  set plan_cache_mode = force_generic_plan as $$
begin
  insert into delivery (id, event_id, endpoint_id, next_at, created_at)
    select time_ordered_id(v.created_at), v.id, e.id, v.created_at, v.created_at
    from unnest(p_ids) with ordinality as given (id, place)
    cross join lateral (select * from event where id = given.id offset 0) as v
    cross join lateral (select path from organisation where id = v.organisation_id offset 0) as o
    join webhook_endpoint e on e.organisation_id = any (o.path)
    where e.deleted_at is null and e.status = 'enabled' and (e.event_types is null or v.type = any (e.event_types))
    order by given.place;
end $$;

create or replace function append_event(
  p_id uuid, p_organisation_id uuid, p_type text, p_object_id uuid, p_object_sequence integer, p_body text,
  p_created_at timestamptz, p_journal_id uuid default null, p_consumer_id uuid default null
) returns void language plpgsql as $$
declare
  v_root_id uuid;
begin
  select root_id into strict v_root_id from organisation where id = p_organisation_id;
  insert into event (id, organisation_id, root_id, type, object_id, object_sequence, body, created_at, journal_id,
      consumer_id)
    values (p_id, p_organisation_id, v_root_id, p_type, p_object_id, p_object_sequence, p_body, p_created_at, p_journal_id,
      p_consumer_id);
  perform deliver_events(array[p_id]);
end $$;

-- The PSP took the money: each becomes paid, with journal, allocation, record and event, or none of them does. `p`:
-- [{ "contributionId", "journalId", "allocationId", "now", "paidAt", "postings", "lines", "shares", "record", "event", … }].
-- One that was booked before is passed over. Contributions are locked in the order of their ids, whoever asks. Statements
-- are planned once, and each row is found by its key, whatever the planner believed of the tables at that time.
create function book_contributions(p jsonb) returns void language plpgsql
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
  set jit = off as $$
declare
  v_asked uuid[] := array(select distinct (b->>'contributionId')::uuid from jsonb_array_elements(p) as b);
  v_due uuid[];
  v_known bigint;
begin
  select coalesce(array_agg(c.id) filter (where c.state <> 'paid'), '{}'), count(*) into v_due, v_known
    from (select id, state from contribution where id = any (v_asked) order by id for update) as c;
  if v_known < cardinality(v_asked) then
    raise exception 'a contribution is not known' using errcode = 'no_data_found';
  end if;
  if cardinality(v_due) < jsonb_array_length(p) then
    p := coalesce((select jsonb_agg(once.b) from (
      select distinct on (id) b from jsonb_array_elements(p) as b, cast(b->>'contributionId' as uuid) as id
      where id = any (v_due) order by id) as once), '[]');
  end if;
  update contribution c set state = 'paid', paid_at = b."paidAt", updated_at = b.now, poll_at = null, failure_code = null,
      card_cost_actual_minor = b."cardCostActual"
    from jsonb_to_recordset(p) as b ("contributionId" uuid, now timestamptz, "paidAt" timestamptz, "cardCostActual" bigint)
    where c.id = b."contributionId";
  perform post_journals(coalesce((
    select jsonb_agg(jsonb_build_object('id', b->'journalId', 'kind', 'contribution', 'cause', 'contribution:' || c.id,
      'effectiveAt', b->'paidAt', 'recordedAt', b->'now', 'currency', c.currency, 'postings', b->'postings'))
    from jsonb_array_elements(p) as b
    join contribution c on c.id = (b->>'contributionId')::uuid), '[]'));
  insert into funds_allocation (id, contribution_id, organisation_id, quote_id, consumer_id, journal_id, currency,
      total_minor, impact_minor, impact_tax_minor, service_fee_minor, service_fee_tax_minor, impact_tax_ppm,
      service_fee_tax_ppm, allocated_at)
    select b."allocationId", c.id, c.organisation_id, c.quote_id, c.consumer_id, b."journalId", c.currency, c.amount_minor,
      b.impact, b."impactTax", b."serviceFee", b."serviceFeeTax", b."impactTaxPpm", b."serviceFeeTaxPpm", b."paidAt"
    from jsonb_to_recordset(p) as b ("contributionId" uuid, "allocationId" uuid, "journalId" uuid, "paidAt" timestamptz,
      impact bigint, "impactTax" bigint, "serviceFee" bigint, "serviceFeeTax" bigint, "impactTaxPpm" integer,
      "serviceFeeTaxPpm" integer)
    join contribution c on c.id = b."contributionId";
  perform write_allocation_lines(p);
  perform write_records(p);
  insert into event (id, organisation_id, root_id, type, object_id, object_sequence, body, created_at, journal_id,
      consumer_id)
    select v.id, c.organisation_id, o.root_id, v.type, b."allocationId", v.sequence, v.body, b.now, b."journalId",
      c.consumer_id
    from jsonb_to_recordset(p) as b ("contributionId" uuid, "allocationId" uuid, "journalId" uuid, now timestamptz,
      event jsonb)
    cross join jsonb_to_record(b.event) as v (id uuid, type text, sequence integer, body text)
    join contribution c on c.id = b."contributionId"
    join organisation o on o.id = c.organisation_id;
  perform deliver_events(array(select (b->'event'->>'id')::uuid from jsonb_array_elements(p) as b));
end $$;

create or replace function book_contribution(p_contribution_id uuid, p jsonb) returns boolean language plpgsql as $$
declare
  v_was_paid boolean;
begin
  select state = 'paid' into strict v_was_paid from contribution where id = p_contribution_id for update;
  perform book_contributions(jsonb_build_array(p || jsonb_build_object('contributionId', p_contribution_id)));
  return not v_was_paid;
end $$;

create or replace function book_allocation(p jsonb) returns text language plpgsql as $$
declare
  q quote;
  v_id uuid := (p->>'allocationId')::uuid;
  v_journal_id uuid := (p->>'journalId')::uuid;
  at timestamptz := (p->>'now')::timestamptz;
begin
  -- Allocations under one quote take turns, so that each is counted and the same is found again.
  select * into strict q from quote where id = (p->>'quoteId')::uuid for no key update;
  if exists (select from funds_allocation where id = v_id) then
    return 'known';
  end if;
  if (p->>'allocationsMax')::integer <=
    (select count(*) from funds_allocation where quote_id = q.id and contribution_id is null) then
    return 'full';
  end if;
  perform post_journal(v_journal_id, 'allocation', 'allocation:' || v_id, at, at, q.currency, p->'postings');
  insert into funds_allocation (id, organisation_id, quote_id, consumer_id, journal_id, currency, total_minor, impact_minor,
      impact_tax_minor, service_fee_minor, service_fee_tax_minor, impact_tax_ppm, service_fee_tax_ppm, allocated_at)
    values (v_id, q.organisation_id, q.id, q.consumer_id, v_journal_id, q.currency, (p->>'total')::bigint,
      (p->>'impact')::bigint, (p->>'impactTax')::bigint, (p->>'serviceFee')::bigint, (p->>'serviceFeeTax')::bigint,
      (p->>'impactTaxPpm')::integer, (p->>'serviceFeeTaxPpm')::integer, at);
  perform write_allocation_lines(jsonb_build_array(p));
  perform write_records(jsonb_build_array(p));
  return 'booked';
end $$;

create or replace function tell_of_reversal(p_allocation_id uuid, p jsonb) returns void language plpgsql as $$
declare
  a funds_allocation;
begin
  if p->'record' is null then
    return;
  end if;
  select * into strict a from funds_allocation where id = p_allocation_id;
  perform write_records(jsonb_build_array(p || jsonb_build_object('allocationId', a.id)));
  if p->'event' is null then
    return;
  end if;
  perform append_event((p->'event'->>'id')::uuid, a.organisation_id, p->'event'->>'type', a.id,
    (p->'event'->>'sequence')::integer, p->'event'->>'body', (p->>'now')::timestamptz, (p->>'journalId')::uuid,
    a.consumer_id);
end $$;

drop function write_record(jsonb, uuid, uuid, uuid, uuid);
