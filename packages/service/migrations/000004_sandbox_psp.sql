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
  news           text not null default 'prompt' check (news in ('prompt', 'double', 'held')), -- how its notifications leave
  created_at     timestamptz not null,
  expires_at     timestamptz not null,
  due_at         timestamptz,                              -- when a pending payment becomes paid or failed
  paid_at        timestamptz,
  fee_minor      bigint,                                   -- by the price list of the day it was paid
  settled_at     timestamptz,                              -- when it came to the account; until then it can be voided
  check (refunded_minor between 0 and amount_minor),
  check (refunded_minor = 0 or status = 'paid'),
  check ((status = 'paid') = (paid_at is not null)),
  check ((status = 'paid') = (fee_minor is not null)),
  check ((status = 'pending') = (due_at is not null)),
  check (settled_at is null or status = 'paid'),
  check (settled_at is not null or refunded_minor in (0, amount_minor)) -- given back unsettled means voided: all of it
);
create index sandbox_psp_payment_reference on sandbox_psp_payment (reference);
create index sandbox_psp_payment_due on sandbox_psp_payment (due_at) where due_at is not null;
create index sandbox_psp_payment_expiry on sandbox_psp_payment (expires_at) where status in ('open', 'processing');
create index sandbox_psp_payment_unsettled on sandbox_psp_payment (paid_at)
  where status = 'paid' and settled_at is null and refunded_minor = 0;

create table sandbox_psp_refund (
  id           uuid primary key,
  position     bigint generated always as identity,        -- the order in which they came; two may share an instant
  payment_id   uuid not null references sandbox_psp_payment,
  reference    text not null,                              -- the merchant's; empty when made in the dashboard
  kind         text not null check (kind in ('refund', 'void')),
  amount_minor bigint not null check (amount_minor > 0),
  status       text not null check (status in ('pending', 'succeeded', 'failed')),
  failure_code text,
  created_at   timestamptz not null,
  due_at       timestamptz,                                -- when a pending refund ends, or a succeeded one comes back
  check (case status when 'pending' then due_at is not null when 'failed' then due_at is null else true end),
  check ((status = 'failed') = (failure_code is not null)),
  check (kind = 'refund' or (status = 'succeeded' and due_at is null))
);
create index sandbox_psp_refund_reference on sandbox_psp_refund (payment_id, reference);
create index sandbox_psp_refund_due on sandbox_psp_refund (due_at) where due_at is not null;

create table sandbox_psp_dispute (
  id           uuid primary key,
  position     bigint generated always as identity,
  payment_id   uuid not null references sandbox_psp_payment,
  amount_minor bigint not null check (amount_minor > 0),   -- may be another one than was paid
  fee_minor    bigint not null check (fee_minor >= 0),
  reason       text not null,
  status       text not null check (status in ('planned', 'open', 'won', 'lost')), -- nobody is told of a planned one
  outcome      text check (outcome in ('won', 'lost')),    -- what time makes of it; null waits for somebody to decide
  due_at       timestamptz,                                -- when a planned one opens and an open one ends
  opened_at    timestamptz,
  closed_at    timestamptz,
  check ((status = 'planned') = (opened_at is null)),
  check ((status in ('won', 'lost')) = (closed_at is not null)),
  check (case status when 'planned' then due_at is not null when 'open' then (due_at is null) = (outcome is null)
         else due_at is null end)
);
create index sandbox_psp_dispute_payment on sandbox_psp_dispute (payment_id);
create unique index sandbox_psp_dispute_open on sandbox_psp_dispute (payment_id) where status = 'open';
create index sandbox_psp_dispute_due on sandbox_psp_dispute (due_at) where due_at is not null;

-- What the provider owes its merchant in one currency. Who adds a line holds this row, so that lines come in order.
create table sandbox_psp_account (
  currency      text primary key check (currency ~ '^[A-Z]{3}$'),
  balance_minor bigint not null,                           -- the sum of the lines
  moved_at      timestamptz not null                       -- no line of this currency is older that is not yet there
);

-- The account's statement. A line is written with what it reports, and only its batch is filled in later.
create table sandbox_psp_line (
  position    bigint generated always as identity primary key,
  id          uuid not null unique default gen_random_uuid(),
  currency    text not null references sandbox_psp_account,
  type        text not null
              check (type in ('payment', 'refund', 'refund_failed', 'chargeback', 'chargeback_reversed', 'fee', 'payout')),
  payment_id  uuid references sandbox_psp_payment,
  refund_id   uuid references sandbox_psp_refund,
  dispute_id  uuid references sandbox_psp_dispute,
  gross_minor bigint not null check (gross_minor <> 0),    -- signed: what the merchant gets is positive
  fee_minor   bigint not null check (fee_minor <= 0),      -- what the provider keeps
  batch       uuid,                                        -- the payout that it went into
  at          timestamptz not null,
  check ((type = 'payout') <= (batch is not null)),
  check ((type = 'payout') = (payment_id is null)),
  check ((type in ('refund', 'refund_failed')) = (refund_id is not null)),
  check ((type in ('chargeback', 'chargeback_reversed', 'fee')) = (dispute_id is not null))
);
create index sandbox_psp_line_order on sandbox_psp_line (at, position);
create index sandbox_psp_line_waiting on sandbox_psp_line (currency, at) where batch is null;
create unique index sandbox_psp_line_payment on sandbox_psp_line (payment_id) where type = 'payment';
create unique index sandbox_psp_line_refund on sandbox_psp_line (refund_id, type) where refund_id is not null;
create unique index sandbox_psp_line_dispute on sandbox_psp_line (dispute_id, type, sign(gross_minor))
  where dispute_id is not null;
create unique index sandbox_psp_line_payout on sandbox_psp_line (batch) where type = 'payout';

-- The answer is written in the transaction of its effect, so a key either has both or neither.
create table sandbox_psp_idempotency (
  key         text primary key,
  fingerprint bytea not null,                              -- SHA-256 of operation and payload
  status      integer not null,
  answer      text not null,
  created_at  timestamptz not null
);
create index sandbox_psp_idempotency_age on sandbox_psp_idempotency (created_at);

-- Outbox and history in one; written in the transaction that made the news true. One event may be sent several times.
create table sandbox_psp_notification (
  position     bigint generated always as identity primary key,
  event_id     uuid not null,
  payment_id   uuid not null references sandbox_psp_payment,
  body         text not null,                              -- the exact text that is signed, each time anew
  held         boolean not null default false,             -- waits until somebody lets it go
  attempts     integer not null default 0,
  next_at      timestamptz,                                -- null while held, once delivered or given up
  delivered_at timestamptz,
  last_error   text,
  created_at   timestamptz not null,
  check (not held or next_at is null)
);
create index sandbox_psp_notification_payment on sandbox_psp_notification (payment_id, position);
create index sandbox_psp_notification_due on sandbox_psp_notification (next_at) where next_at is not null;
