-- Sessions before a purchase and by link, and allocations of money that merchants collect themselves. Old code runs on this
-- while nobody uses them: it takes every session for a post-purchase one and every allocation for a paid contribution.

alter table post_purchase_session
  alter column variant drop not null,
  add column kind text not null default 'post_purchase' check (kind in ('post_purchase', 'checkout', 'impactpay')),
  add check ((kind = 'post_purchase') = (variant is not null));
create index checkout_session_quote on post_purchase_session (quote_id) where kind = 'checkout';

alter table account
  drop constraint account_kind_check,
  add constraint account_kind_check check (kind in ('psp_clearing', 'merchant_receivable', 'project_payable', 'partner_payable',
    'service_fee', 'profit_share_payable', 'sales_tax_payable', 'dispute_suspense', 'chargeback_loss', 'psp_cost'));
alter table journal
  drop constraint journal_kind_check,
  add constraint journal_kind_check check (kind in ('contribution', 'allocation', 'refund', 'void', 'refund_failed',
    'chargeback_opened', 'chargeback_won', 'chargeback_lost'));

-- Without a contribution it is of money that an organisation collected itself.
alter table funds_allocation alter column contribution_id drop not null;
create index funds_allocation_collected on funds_allocation (quote_id) where contribution_id is null;
-- What was given to a partner as a whole is looked up when one of its projects reports what was done with it.
create index allocation_line_partner on allocation_line (impact_partner_id) where project_id is null;
-- Without a provider it took nobody to give the money back.
alter table reversal
  alter column psp drop not null,
  add check (psp is not null or (psp_reference is null and poll_at is null and kind = 'refund'));

-- Money that an organisation collected is allocated: journal, allocation, lines, shares and record. There is no event: whoever
-- asks has the answer. Says `booked`, `known` when it was booked before, or `full` when the quote allows no more.
create function book_allocation(p jsonb) returns text language plpgsql as $$
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
  insert into allocation_line (allocation_id, line, kind, impact_partner_id, project_id, grams, impact_minor,
      impact_tax_minor, service_fee_minor, service_fee_tax_minor)
    select v_id, l.line, l.kind, l."impactPartnerId", l."projectId", l.grams, l.impact, l."impactTax", l."serviceFee",
      l."serviceFeeTax"
    from jsonb_to_recordset(p->'lines') as l (line integer, kind text, "impactPartnerId" uuid, "projectId" uuid,
      grams numeric, impact bigint, "impactTax" bigint, "serviceFee" bigint, "serviceFeeTax" bigint);
  insert into allocation_share (allocation_id, line, organisation_id, amount_minor)
    select v_id, s.line, s."organisationId", s.amount
    from jsonb_to_recordset(p->'shares') as s (line integer, "organisationId" uuid, amount bigint);
  perform write_record(p->'record', q.organisation_id, q.consumer_id, v_id, v_journal_id);
  return 'booked';
end $$;

-- As before, but for reversals that are told of by their record alone.
create or replace function tell_of_reversal(p_allocation_id uuid, p jsonb) returns void language plpgsql as $$
declare
  a funds_allocation;
begin
  if p->'record' is null then
    return;
  end if;
  select * into strict a from funds_allocation where id = p_allocation_id;
  perform write_record(p->'record', a.organisation_id, a.consumer_id, a.id, (p->>'journalId')::uuid);
  if p->'event' is null then
    return;
  end if;
  perform append_event((p->'event'->>'id')::uuid, a.organisation_id, p->'event'->>'type', a.id,
    (p->'event'->>'sequence')::integer, p->'event'->>'body', (p->>'now')::timestamptz, (p->>'journalId')::uuid,
    a.consumer_id);
end $$;
