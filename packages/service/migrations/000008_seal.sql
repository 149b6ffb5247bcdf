-- Sealing: committed journals get numbers without a gap, a hash chain, a Merkle tree and signed checkpoints. Old code runs
-- on this but for the feed and the records, which are read in the order of the seals from now on.
--
-- What is not sealed yet stands in a queue of its own. The sealer takes what it sees there and numbers it by itself, one
-- batch after the other under a lock, so that order does not rest on transaction ids: neither a transaction that commits
-- late nor a restored dump, where they begin anew, can hide a row behind what was sealed before it.

create table unsealed (
  position   bigint generated always as identity primary key,
  journal_id uuid,
  event_id   uuid,                                         -- one that tells of no journal
  check (num_nonnulls(journal_id, event_id) = 1)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000); -- it is emptied all the time

-- One row for each journal, along with the event and the record that were written with it, or for an event alone.
-- No foreign keys: their check would write to each sealed row. `ekko ledger verify` finds what is missing.
create table seal (
  seal_number     bigint primary key check (seal_number > 0),
  journal_id      uuid unique,
  event_id        uuid,
  record_id       uuid,
  organisation_id uuid,                                    -- in whose feed and records it is, if in any
  root_id         uuid,
  leaf_hash       bytea not null check (octet_length(leaf_hash) = 32), -- SHA-256 of 0x00 and the leaf
  chain_hash      bytea not null check (octet_length(chain_hash) = 32), -- SHA-256 of the last one and the leaf hash
  sealed_at       timestamptz not null,
  check (num_nonnulls(journal_id, event_id) > 0)
);
create unique index seal_of_event on seal (event_id) where journal_id is null;
create index seal_of_organisation on seal (organisation_id, seal_number) where organisation_id is not null;

-- Roots of the complete subtrees whose height is a multiple of eight; those in between are made again when asked for.
create table seal_tree (
  level smallint not null check (level > 0 and level % 8 = 0),
  place bigint not null check (place >= 0),                -- from the left, counted from 0
  hash  bytea not null check (octet_length(hash) = 32),
  primary key (level, place)
);

-- The public halves; the private ones follow from the deployment's master key. The last one signs.
create table checkpoint_key (
  generation integer primary key check (generation > 0),
  public_key bytea not null unique check (octet_length(public_key) = 32)
);

create table checkpoint (
  size       bigint primary key check (size > 0),          -- seals that it speaks for
  root_hash  bytea not null check (octet_length(root_hash) = 32),
  chain_hash bytea not null check (octet_length(chain_hash) = 32),
  signed_at  timestamptz not null check (signed_at = date_trunc('milliseconds', signed_at)), -- as it is signed
  generation integer not null references checkpoint_key,
  signature  bytea not null check (octet_length(signature) = 64)
);

create unique index event_of_journal on event (journal_id) where journal_id is not null;
create unique index reversal_of_journal on reversal (journal_id) where journal_id is not null;
drop index event_feed_organisation;
alter table impact_record drop column xid, drop column position;

-- The position is drawn when the row is written, so that what was written after seeing something else comes after it.
create function queue_for_sealing() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'journal' then
    insert into unsealed (journal_id) values (new.id);
  else
    insert into unsealed (event_id) values (new.id);
  end if;
  return null;
end $$;

create trigger journal_is_to_be_sealed after insert on journal for each row execute function queue_for_sealing();
create trigger event_is_to_be_sealed after insert on event for each row
  when (new.journal_id is null and not new.test) execute function queue_for_sealing();

insert into unsealed (journal_id, event_id)
  select journal_id, event_id from (
    select id as journal_id, null::uuid as event_id, recorded_at as at from journal
    union all select null, id, created_at from event where journal_id is null and not test) as before
  order by at, journal_id, event_id;

create trigger seal_is_append_only before update or delete on seal for each row execute function refuse_change();
create trigger seal_tree_is_append_only before update or delete on seal_tree for each row execute function refuse_change();
create trigger checkpoint_is_append_only before update or delete on checkpoint for each row execute function refuse_change();
create trigger checkpoint_key_is_append_only before update or delete on checkpoint_key for each row execute function refuse_change();
create trigger seal_is_not_truncated before truncate on seal for each statement execute function refuse_change();
create trigger seal_tree_is_not_truncated before truncate on seal_tree for each statement execute function refuse_change();
create trigger checkpoint_is_not_truncated before truncate on checkpoint for each statement execute function refuse_change();
create trigger checkpoint_key_is_not_truncated before truncate on checkpoint_key for each statement execute function refuse_change();
create trigger unsealed_is_not_truncated before truncate on unsealed for each statement execute function refuse_change();
create trigger account_is_not_truncated before truncate on account for each statement execute function refuse_change();
create trigger allocation_is_not_truncated before truncate on funds_allocation for each statement execute function refuse_change();
create trigger allocation_line_is_not_truncated before truncate on allocation_line for each statement execute function refuse_change();
create trigger allocation_share_is_not_truncated before truncate on allocation_share for each statement execute function refuse_change();
create trigger reversal_line_is_not_truncated before truncate on reversal_line for each statement execute function refuse_change();
create trigger reversal_share_is_not_truncated before truncate on reversal_share for each statement execute function refuse_change();
create trigger impact_record_is_not_truncated before truncate on impact_record for each statement execute function refuse_change();
