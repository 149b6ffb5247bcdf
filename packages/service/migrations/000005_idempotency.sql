-- Answers to POSTs that came with an Idempotency-Key. Old code can run on this.

create table idempotent_request (
  organisation_id uuid not null,                           -- of the API key, so that keys of tenants never meet
  key             text not null,
  fingerprint     bytea not null,                          -- keyed hash of operation, path and body
  claimed_until   timestamptz not null,                    -- another attempt may take over after this
  status          integer,
  sealed_answer   bytea,                                   -- answers can hold secrets; null while being worked on
  created_at      timestamptz not null,
  primary key (organisation_id, key)
);
create index idempotent_request_age on idempotent_request (created_at);
