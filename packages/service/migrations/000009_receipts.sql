-- Receipts: the keys that sign them, the receipts, what was done with the money afterwards, and the addresses that receipts
-- are on their way to. Old code runs on this: it only adds, and what it allocates gets its receipt too.

-- A row that is written once, but for the named columns, which are filled in once while the first of them is empty.
create function refuse_rewriting() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - tg_argv = to_jsonb(old) - tg_argv and to_jsonb(old)->>tg_argv[0] is null then
    return new;
  end if;
  raise exception '% refuses %: what was written stays', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end $$;

-- Public keys stay for ever, so that what they signed can be verified for ever.
create table receipt_key (
  kid         text primary key,                            -- RFC 7638: SHA-256 of the public key, so it names itself
  number      integer not null unique check (number > 0),
  public_key  bytea not null check (octet_length(public_key) = 32), -- Ed25519
  sealed      bytea not null,                              -- the seed of the private key
  valid_from  timestamptz not null,
  valid_until timestamptz check (valid_until > valid_from) -- exclusive; null: until another replaces it
);

-- Written by the transaction that allocates, and signed soon after: outbox and receipt in one.
create table receipt (
  allocation_id uuid primary key,
  kid           text references receipt_key,
  jws           text check (octet_length(jws) <= 65536),
  issued_at     timestamptz,
  check (num_nulls(kid, jws, issued_at) in (0, 3))
);
create index receipt_due on receipt (allocation_id) where jws is null;

create function await_receipt() returns trigger language plpgsql as $$
begin
  insert into receipt (allocation_id) select id from added;
  return null;
end $$;
create trigger allocation_awaits_receipt after insert on funds_allocation
  referencing new table as added for each statement execute function await_receipt();
insert into receipt (allocation_id) select id from funds_allocation;

-- What a project did with money that was allocated to it: credits retired at a registry, or money paid out.
create table fulfilment (
  id                uuid primary key,
  kind              text not null check (kind in ('retired', 'disbursed')),
  project_id        uuid not null references project,
  grams             numeric check (grams > 0),             -- of CO2e
  currency          text check (currency ~ '^[A-Z]{3}$'),
  amount_minor      bigint check (amount_minor > 0),
  registry          text,
  serials           text,
  reference         text not null,                         -- of the retirement, or of the payment
  url               text,
  fulfilled_on      date not null,
  recorded_at       timestamptz not null,
  withdrawn_at      timestamptz,                           -- it was recorded by mistake
  withdrawn_because text,
  check (num_nulls(grams, registry, serials) = case kind when 'retired' then 0 else 3 end),
  check (num_nulls(currency, amount_minor) = case kind when 'disbursed' then 0 else 2 end),
  check (num_nulls(withdrawn_at, withdrawn_because) in (0, 2))
);
-- The same thing is recorded once.
create unique index fulfilment_once on fulfilment (project_id, kind, reference) where withdrawn_at is null;

-- Which part of which allocation it was done with.
create table fulfilment_line (
  fulfilment_id uuid not null references fulfilment,
  allocation_id uuid not null,
  line          integer not null,
  grams         numeric check (grams > 0),
  amount_minor  bigint check (amount_minor > 0),
  primary key (fulfilment_id, allocation_id, line),
  foreign key (allocation_id, line) references allocation_line,
  check (num_nulls(grams, amount_minor) = 1)
);
create index fulfilment_line_allocation on fulfilment_line (allocation_id);

-- Receipts to be sent. The address is here for exactly as long as it is needed, and nowhere else.
create table receipt_mail (
  id            uuid primary key,
  allocation_id uuid not null references receipt,
  state         text not null default 'pending' check (state in ('pending', 'sent', 'failed')),
  recipient     bytea,                                     -- sealed
  attempts      integer not null default 0 check (attempts >= 0),
  next_at       timestamptz,                               -- not before
  requested_at  timestamptz not null,
  ended_at      timestamptz,
  failure       text,                                      -- code of the last refusal
  check (num_nulls(recipient, next_at) = case state when 'pending' then 0 else 2 end),
  check ((state = 'pending') = (ended_at is null))
);
create index receipt_mail_due on receipt_mail (next_at) where state = 'pending';
create index receipt_mail_allocation on receipt_mail (allocation_id);

create trigger receipt_key_stays before update or delete on receipt_key
  for each row execute function refuse_rewriting('valid_until');
create trigger receipt_stays before update or delete on receipt
  for each row execute function refuse_rewriting('jws', 'kid', 'issued_at');
create trigger fulfilment_stays before update or delete on fulfilment
  for each row execute function refuse_rewriting('withdrawn_at', 'withdrawn_because');
create trigger fulfilment_line_is_append_only before update or delete on fulfilment_line
  for each row execute function refuse_change();
create trigger receipt_key_is_not_truncated before truncate on receipt_key for each statement execute function refuse_change();
create trigger receipt_is_not_truncated before truncate on receipt for each statement execute function refuse_change();
create trigger fulfilment_is_not_truncated before truncate on fulfilment for each statement execute function refuse_change();
create trigger fulfilment_line_is_not_truncated before truncate on fulfilment_line
  for each statement execute function refuse_change();
