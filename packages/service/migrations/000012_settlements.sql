-- Settlement lines of payment providers, what they are matched to, breaks, and monthly statements. Old code runs on this: it
-- neither reads these tables nor posts the new kinds of journal.

alter table account
  drop constraint account_kind_check,
  add constraint account_kind_check check (kind in ('psp_clearing', 'merchant_receivable', 'bank', 'project_payable',
    'partner_payable', 'service_fee', 'profit_share_payable', 'sales_tax_payable', 'dispute_suspense', 'chargeback_loss',
    'psp_cost'));
alter table journal
  drop constraint journal_kind_check,
  add constraint journal_kind_check check (kind in ('contribution', 'allocation', 'refund', 'void', 'refund_failed',
    'chargeback_opened', 'chargeback_won', 'chargeback_lost', 'settlement_cost', 'payout'));

-- How money that an organisation collects itself is settled between it and the root.
alter table organisation add column settlement_model text not null default 'net_split'
  check (settlement_model in ('net_split', 'gross_split', 'invoice'));

-- -- what the provider says that happened on the account that it keeps for us --

create table settlement_line (
  id                uuid primary key,
  psp               text not null,
  line_reference    text not null,
  type              text not null check (type in ('payment', 'refund', 'refund_failed', 'chargeback', 'chargeback_reversed',
                                                  'fee', 'payout', 'other')),
  psp_reference     text,
  refund_reference  text,
  dispute_reference text,
  currency          text not null check (currency ~ '^[A-Z]{3}$'),
  gross_minor       bigint not null,                       -- what we get is positive
  fee_minor         bigint not null,                       -- what the provider keeps is negative
  net_minor         bigint not null check (net_minor = gross_minor + fee_minor),
  at                timestamptz not null,
  recorded_at       timestamptz not null,
  unique (line_reference, psp)
);
create index settlement_line_payment on settlement_line (psp_reference, psp) where psp_reference is not null;
create index settlement_line_time on settlement_line (psp, at);

-- Which payout a line went into is known later than the line.
create table settlement_batch_line (
  line_id     uuid primary key references settlement_line,
  batch       text not null,
  recorded_at timestamptz not null
);
create index settlement_batch on settlement_batch_line (batch);

create table settlement_match (
  line_id        uuid primary key references settlement_line,
  journal_id     uuid unique references journal,           -- that the line confirms; null where the line was the first to know
  own_journal_id uuid unique references journal,           -- that books what only the line told: costs, payouts
  matched_at     timestamptz not null
);

-- Lines that are not matched yet, and when to look again. Emptied as they are.
create table settlement_due (
  line_id uuid primary key references settlement_line,
  look_at timestamptz not null,
  tries   integer not null default 0
);
create index settlement_due_time on settlement_due (look_at);

create table settlement_break (
  id           uuid primary key,
  psp          text not null,
  reason       text not null check (reason in ('unknown_payment', 'missing_in_ledger', 'missing_in_settlement',
                                               'amount_differs', 'currency_differs', 'duplicate', 'fee_unexpected',
                                               'batch_differs', 'not_understood')),
  state        text not null check (state in ('open', 'resolved', 'dismissed')),
  line_id      uuid references settlement_line,
  journal_id   uuid references journal,
  batch        text,
  currency     text not null,
  amount_minor bigint not null,                            -- what does not add up
  found_at     timestamptz not null,
  ended_at     timestamptz,
  note         text,                                       -- why somebody dismissed it
  check (num_nonnulls(line_id, journal_id, batch) = 1),
  check ((state = 'open') = (ended_at is null)),
  check ((state = 'dismissed') = (note is not null)),
  unique (line_id, reason),
  unique (journal_id, reason),
  unique (batch, psp, reason)
);
create index settlement_break_open on settlement_break (id) where state = 'open';

-- How far the provider was read, and up to where every journal was looked for.
create table settlement_bookmark (
  psp           text primary key,
  read_until    timestamptz not null,
  read_at       timestamptz not null,
  checked_until timestamptz not null
);

create trigger settlement_line_is_append_only before update or delete on settlement_line for each row execute function refuse_change();
create trigger settlement_batch_line_is_append_only before update or delete on settlement_batch_line for each row execute function refuse_change();
create trigger settlement_match_is_append_only before update or delete on settlement_match for each row execute function refuse_change();
create trigger settlement_line_is_not_truncated before truncate on settlement_line for each statement execute function refuse_change();
create trigger settlement_batch_line_is_not_truncated before truncate on settlement_batch_line for each statement execute function refuse_change();
create trigger settlement_match_is_not_truncated before truncate on settlement_match for each statement execute function refuse_change();

-- A line was understood: its match, the journal of what only it told, and the end of the breaks about it. False when it was
-- matched before.
create function settle_line(p jsonb) returns boolean language plpgsql as $$
declare
  v_line_id uuid := (p->>'lineId')::uuid;
  v_journal_id uuid := (p->>'journalId')::uuid;
  at timestamptz := (p->>'now')::timestamptz;
begin
  -- Whoever else does the same waits here, and then sees it done.
  perform from settlement_due where line_id = v_line_id for update;
  if exists (select from settlement_match where line_id = v_line_id) then
    return false;
  end if;
  if p->'postings' is not null then
    perform post_journal((p->>'ownJournalId')::uuid, p->>'journalKind', 'settlement:' || v_line_id,
      (p->>'effectiveAt')::timestamptz, at, p->>'currency', p->'postings');
  end if;
  insert into settlement_match (line_id, journal_id, own_journal_id, matched_at)
    values (v_line_id, v_journal_id, (p->>'ownJournalId')::uuid, at);
  delete from settlement_due where line_id = v_line_id;
  update settlement_break set state = 'resolved', ended_at = at
    where state = 'open' and (line_id = v_line_id or journal_id = v_journal_id);
  return true;
end $$;

-- -- monthly statements --

-- A month that was closed below one root. It covers the journals recorded before its end and sealed up to a number, without
-- those that an earlier one covers; so what comes late is in the next, and nothing is in none or in two.
create table statement_period (
  root_id      uuid not null references organisation,
  period       text not null check (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  ends_at      timestamptz not null,
  sealed_up_to bigint not null,
  closed_at    timestamptz not null,
  primary key (root_id, period)
);

create table statement (
  id              uuid primary key,
  root_id         uuid not null,
  organisation_id uuid not null references organisation,
  period          text not null,
  previous_hash   bytea not null check (octet_length(previous_hash) = 32),
  hash            bytea not null check (octet_length(hash) = 32), -- SHA-256 of the previous one and the content
  content         text not null,                           -- as the API shows it
  closed_at       timestamptz not null,
  unique (organisation_id, period),
  foreign key (root_id, period) references statement_period
);

-- The same amounts as in the content, for adding up.
create table statement_line (
  statement_id uuid not null references statement,
  line         integer not null,
  kind         text not null,
  currency     text not null,
  count        bigint not null check (count >= 0),
  amount_minor bigint not null,
  primary key (statement_id, line)
);

create trigger statement_period_is_append_only before update or delete on statement_period for each row execute function refuse_change();
create trigger statement_is_append_only before update or delete on statement for each row execute function refuse_change();
create trigger statement_line_is_append_only before update or delete on statement_line for each row execute function refuse_change();
create trigger statement_period_is_not_truncated before truncate on statement_period for each statement execute function refuse_change();
create trigger statement_is_not_truncated before truncate on statement for each statement execute function refuse_change();
create trigger statement_line_is_not_truncated before truncate on statement_line for each statement execute function refuse_change();
create unique index reversal_of_undoing_journal on reversal (undoing_journal_id) where undoing_journal_id is not null;
