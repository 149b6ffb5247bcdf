-- Events, the endpoints that subscribe to them, and what became of each delivery. Old code runs on this: it only adds.
--
-- An event and its deliveries are written by the transaction that made the event true. A delivery is outbox, queue and
-- history in one row, so there is no second queue that could disagree with it.
-- `event` and `delivery` carry no foreign keys on purpose: the check locks the parent's row, and all payments of a
-- merchant share one organisation and one endpoint. `append_event` is the only writer, and what it refers to is never
-- deleted.

create table event (
  id              uuid primary key,
  organisation_id uuid not null,
  root_id         uuid not null,
  type            text not null,
  object_id       uuid not null,
  object_sequence integer not null check (object_sequence > 0),
  body            text not null check (octet_length(body) between 2 and 65536), -- the bytes that are signed, but for the consumer
  created_at      timestamptz not null,
  journal_id      uuid,                                    -- the money movement that it tells of; null for test events
  consumer_id     uuid,                                    -- whose reference is put into the body when it is shown or sent
  xid             xid8 not null default pg_current_xact_id(), -- for a reader that must not skip what commits late
  unique (object_id, object_sequence),
  check (consumer_id is not null or position('"customerId":""' in body) = 0) -- an empty place is somebody's
);

create table webhook_endpoint (
  id              uuid primary key,
  organisation_id uuid not null references organisation,
  root_id         uuid not null references organisation,
  url             text not null,
  event_types     text[] check (cardinality(event_types) > 0),  -- null: all
  status          text not null default 'enabled' check (status in ('enabled', 'disabled')),
  disabled_at     timestamptz,
  disabled_reason text check (disabled_reason in ('gone', 'failing')),
  health          text not null default 'closed' check (health in ('closed', 'degraded', 'paused')),
  failures        integer not null default 0 check (failures >= 0), -- in a row
  failing_since   timestamptz,                             -- first failure since the last success
  last_failure_at timestamptz,
  probe_at        timestamptz,                             -- while paused: not before
  created_at      timestamptz not null,
  deleted_at      timestamptz,
  check ((status = 'disabled') = (disabled_at is not null and disabled_reason is not null)),
  check ((health = 'paused') <= (probe_at is not null))
);
create index webhook_endpoint_live on webhook_endpoint (organisation_id) where deleted_at is null;

-- Several secrets are valid at once while one replaces another.
create table webhook_secret (
  id          uuid primary key,
  endpoint_id uuid not null references webhook_endpoint,
  sealed      bytea not null,
  valid_from  timestamptz not null,
  valid_until timestamptz,                                 -- exclusive; null: until it is replaced
  check (valid_until > valid_from)
);
create index webhook_secret_endpoint on webhook_secret (endpoint_id);

create table delivery (
  id           uuid primary key,
  event_id     uuid not null,
  endpoint_id  uuid not null,
  status       text not null default 'pending' check (status in ('pending', 'delivered', 'exhausted', 'cancelled')),
  attempts     integer not null default 0 check (attempts >= 0),
  next_at      timestamptz not null,                       -- of a pending one: not before
  lease_until  timestamptz,                                -- somebody is sending it now
  lease_token  uuid,                                       -- only who holds it may say how it went
  delivered_at timestamptz,
  created_at   timestamptz not null,
  unique (event_id, endpoint_id),
  check ((status = 'delivered') = (delivered_at is not null)),
  check ((lease_until is null) = (lease_token is null)),
  check (lease_token is null or status = 'pending')
) with (fillfactor = 80);                                  -- a lease changes no index, so it can stay on its page
create index delivery_pending on delivery (endpoint_id, next_at, id) where status = 'pending';

create table delivery_attempt (
  id          uuid primary key,
  delivery_id uuid not null,
  counted     boolean not null,                            -- false: the lease had passed on, or we broke off ourselves
  started_at  timestamptz not null,
  duration_ms integer not null check (duration_ms >= 0),
  outcome     text not null check (outcome in ('accepted', 'rejected', 'timeout', 'unreachable', 'refused', 'incomplete',
                                               'interrupted')),
  http_status integer,
  detail      text,                                        -- code of the error, when there is no answer
  answer      text check (octet_length(answer) <= 1024)    -- how the answer began
);
create index delivery_attempt_delivery on delivery_attempt (delivery_id);

create function refuse_webhook_change() returns trigger language plpgsql as $$
begin
  raise exception '% refuses %: what happened stays', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end $$;

create trigger event_stays before update or delete or truncate on event
  for each statement execute function refuse_webhook_change();
create trigger delivery_attempt_stays before update or delete or truncate on delivery_attempt
  for each statement execute function refuse_webhook_change();
create trigger webhook_endpoint_stays before delete or truncate on webhook_endpoint
  for each statement execute function refuse_webhook_change();

-- UUID of version 7: the milliseconds of `p_at`, then random bits.
create function time_ordered_id(p_at timestamptz) returns uuid language sql volatile as $$
  select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    placing substring(int8send(floor(extract(epoch from p_at) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1),
    'hex')::uuid
$$;

-- Writes an event, and one delivery for each enabled endpoint of the organisation or of an ancestor that wants the type.
-- It does not NOTIFY: a transaction that does holds a lock of the whole database while it waits for its commit to reach
-- the disk, so that no two payments could commit together. `announceEvents` notifies once the commit is done.
create function append_event(
  p_id uuid, p_organisation_id uuid, p_type text, p_object_id uuid, p_object_sequence integer, p_body text,
  p_created_at timestamptz, p_journal_id uuid default null, p_consumer_id uuid default null
) returns void language plpgsql as $$
declare
  v_root_id uuid;
  v_path uuid[];
begin
  select root_id, path into strict v_root_id, v_path from organisation where id = p_organisation_id;
  insert into event (id, organisation_id, root_id, type, object_id, object_sequence, body, created_at, journal_id,
    consumer_id)
    values (p_id, p_organisation_id, v_root_id, p_type, p_object_id, p_object_sequence, p_body, p_created_at, p_journal_id,
      p_consumer_id);
  insert into delivery (id, event_id, endpoint_id, next_at, created_at)
    select time_ordered_id(p_created_at), p_id, e.id, p_created_at, p_created_at
    from webhook_endpoint e
    where e.organisation_id = any (v_path) and e.deleted_at is null and e.status = 'enabled'
      and (e.event_types is null or p_type = any (e.event_types));
end $$;
