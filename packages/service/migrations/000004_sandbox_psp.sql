-- The sandbox payment provider's own tables. Nothing of the service refers to them, nor they to the service: the two
-- meet over HTTP only. Old code can run on this.

create table sandbox_psp_payment (
  id             uuid primary key,
  checkout_token text not null unique,                     -- whoever has it can pay
  reference      text not null,                            -- the merchant's; not unique, as with real providers
  amount_minor   bigint not null check (amount_minor > 0),
  refunded_minor bigint not null default 0,                -- given back or on its way back
  currency       text not null check (currency ~ '^[A-Z]{3}$'),
  description    text not null,
  locale         text not null,
  return_url     text not null check (return_url ~ '^https?://'),
  status         text not null default 'open'
                 check (status in ('open', 'processing', 'pending', 'paid', 'failed', 'expired', 'cancelled')),
  attempts       integer not null default 0,               -- cards tried
  card_case      text,                                     -- which published test card was used last
  card_last_four text check (card_last_four ~ '^[0-9]{4}$'), -- never more of the number than this
  failure_code   text,
  created_at     timestamptz not null,
  expires_at     timestamptz not null,
  due_at         timestamptz,                              -- when a pending payment becomes paid or failed
  paid_at        timestamptz,
  check (refunded_minor between 0 and amount_minor),
  check (refunded_minor = 0 or status = 'paid'),
  check ((status = 'paid') = (paid_at is not null)),
  check ((status = 'pending') = (due_at is not null))
);
create index sandbox_psp_payment_reference on sandbox_psp_payment (reference);
create index sandbox_psp_payment_due on sandbox_psp_payment (due_at) where due_at is not null;
create index sandbox_psp_payment_expiry on sandbox_psp_payment (expires_at) where status in ('open', 'processing');

create table sandbox_psp_refund (
  id           uuid primary key,
  payment_id   uuid not null references sandbox_psp_payment,
  reference    text not null,
  amount_minor bigint not null check (amount_minor > 0),
  status       text not null check (status in ('pending', 'succeeded', 'failed')),
  failure_code text,
  created_at   timestamptz not null,
  due_at       timestamptz,                                -- when a pending refund succeeds or fails
  check ((status = 'pending') = (due_at is not null)),
  check ((status = 'failed') = (failure_code is not null))
);
create index sandbox_psp_refund_reference on sandbox_psp_refund (payment_id, reference);
create index sandbox_psp_refund_due on sandbox_psp_refund (due_at) where due_at is not null;

-- The answer is written in the transaction of its effect, so a key either has both or neither.
create table sandbox_psp_idempotency (
  key         text primary key,
  fingerprint bytea not null,                              -- SHA-256 of operation and payload
  status      integer not null,
  answer      text not null,
  created_at  timestamptz not null
);
create index sandbox_psp_idempotency_age on sandbox_psp_idempotency (created_at);

-- Outbox and history in one; written in the transaction that made the news true.
create table sandbox_psp_notification (
  id           uuid primary key,                           -- the event's id
  body         text not null,                              -- the exact text that is signed, each time anew
  attempts     integer not null default 0,
  next_at      timestamptz,                                -- null once delivered or given up
  delivered_at timestamptz,
  last_error   text,
  created_at   timestamptz not null
);
create index sandbox_psp_notification_due on sandbox_psp_notification (next_at) where next_at is not null;
