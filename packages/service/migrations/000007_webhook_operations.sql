-- What merchants may ask of their endpoints, replays, test events, and an order to read events in. Old code runs on this:
-- it only adds, though a process of the old version still sends to an endpoint that its owner has paused.

alter table webhook_endpoint
  add column paused_at        timestamptz,                 -- by its owner: events go on collecting deliveries, which wait
  add column ed25519          boolean not null default false, -- signed with Ed25519 too
  add column legacy_signature boolean not null default false, -- the `signature` header too, which proves nothing
  add column ordered          boolean not null default false, -- the events of one object strictly one after the other
  add column attempts_at_once smallint not null default 4 check (attempts_at_once > 0); -- halved when it says "too much"

alter table delivery add column replayed_at timestamptz;   -- last asked for again; it then has the whole schedule again
create index delivery_endpoint on delivery (endpoint_id, id);
-- Few, and what a merchant looks for.
create index delivery_failed on delivery (endpoint_id, id) where status in ('exhausted', 'cancelled');

-- Events are read in the order (xid, position) below the oldest running transaction, so that no reader can skip one that
-- commits late; dispatchers look at its end for what is new.
alter table event
  add column position bigint generated always as identity,
  add column test     boolean not null default false;      -- asked for by a merchant; one endpoint gets it, no feed
create index event_feed on event (xid, position);
create index event_feed_organisation on event (organisation_id, xid, position);
-- Replays by time. Rows are in the order of their time already, so that a summary of each block is enough.
create index event_created on event using brin (created_at) with (pages_per_range = 16);
