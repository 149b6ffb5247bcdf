-- The schema after all migrations, to read. Made by `npm run generate`; a change by hand is lost.
-- Why things are as they are is said in the migrations.

create table account (
  id uuid default gen_random_uuid() not null,
  kind text not null,
  owner_id uuid not null,
  currency text not null,
  constraint account_pkey PRIMARY KEY (id),
  constraint account_id_currency_key UNIQUE (id, currency),
  constraint account_kind_owner_id_currency_key UNIQUE (kind, owner_id, currency),
  constraint account_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint account_kind_check CHECK ((kind = ANY (ARRAY['psp_clearing'::text, 'merchant_receivable'::text, 'bank'::text, 'project_payable'::text, 'partner_payable'::text, 'service_fee'::text, 'profit_share_payable'::text, 'sales_tax_payable'::text, 'dispute_suspense'::text, 'chargeback_loss'::text, 'psp_cost'::text])))
);

create table allocation_line (
  allocation_id uuid not null,
  line integer not null,
  kind text not null,
  impact_partner_id uuid not null,
  project_id uuid,
  grams numeric,
  impact_minor bigint not null,
  impact_tax_minor bigint not null,
  service_fee_minor bigint not null,
  service_fee_tax_minor bigint not null,
  constraint allocation_line_pkey PRIMARY KEY (allocation_id, line),
  constraint allocation_line_impact_minor_check CHECK ((impact_minor >= 0)),
  constraint allocation_line_impact_tax_minor_check CHECK ((impact_tax_minor >= 0)),
  constraint allocation_line_kind_check CHECK ((kind = ANY (ARRAY['credit'::text, 'contribution'::text]))),
  constraint allocation_line_service_fee_minor_check CHECK ((service_fee_minor >= 0)),
  constraint allocation_line_service_fee_tax_minor_check CHECK ((service_fee_tax_minor >= 0))
);

create table allocation_share (
  allocation_id uuid not null,
  line integer not null,
  organisation_id uuid not null,
  amount_minor bigint not null,
  constraint allocation_share_pkey PRIMARY KEY (allocation_id, line),
  constraint allocation_share_amount_minor_check CHECK ((amount_minor >= 0))
);

create table api_key (
  id uuid not null,
  organisation_id uuid not null,
  hash bytea not null,
  hint text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  name text,
  scopes text[],
  allow_list text[] default '{}'::text[] not null,
  allow_list_enabled boolean default false not null,
  replaced_by uuid,
  last_used_at timestamp with time zone,
  constraint api_key_pkey PRIMARY KEY (id),
  constraint api_key_hash_key UNIQUE (hash),
  constraint api_key_scopes_check CHECK ((cardinality(scopes) > 0))
);

create table checkpoint (
  size bigint not null,
  root_hash bytea not null,
  chain_hash bytea not null,
  signed_at timestamp with time zone not null,
  generation integer not null,
  signature bytea not null,
  constraint checkpoint_pkey PRIMARY KEY (size),
  constraint checkpoint_chain_hash_check CHECK ((octet_length(chain_hash) = 32)),
  constraint checkpoint_root_hash_check CHECK ((octet_length(root_hash) = 32)),
  constraint checkpoint_signature_check CHECK ((octet_length(signature) = 64)),
  constraint checkpoint_signed_at_check CHECK ((signed_at = date_trunc('milliseconds'::text, signed_at))),
  constraint checkpoint_size_check CHECK ((size > 0))
);

create table checkpoint_key (
  generation integer not null,
  public_key bytea not null,
  constraint checkpoint_key_pkey PRIMARY KEY (generation),
  constraint checkpoint_key_public_key_key UNIQUE (public_key),
  constraint checkpoint_key_generation_check CHECK ((generation > 0)),
  constraint checkpoint_key_public_key_check CHECK ((octet_length(public_key) = 32))
);

create table consumer (
  id uuid not null,
  organisation_id uuid not null,
  lookup bytea,
  sealed_key bytea,
  sealed bytea,
  erased_at timestamp with time zone,
  constraint consumer_pkey PRIMARY KEY (id),
  constraint consumer_check CHECK ((num_nulls(lookup, sealed_key, sealed) =
CASE
    WHEN (erased_at IS NULL) THEN 0
    ELSE 3
END))
);

create table contribution (
  id uuid not null,
  session_id uuid not null,
  quote_id uuid not null,
  organisation_id uuid not null,
  consumer_id uuid not null,
  state text not null,
  currency text not null,
  amount_minor bigint not null,
  split json not null,
  card_cost_minor bigint not null,
  card_cost_actual_minor bigint,
  consent json not null,
  psp text not null,
  psp_reference text,
  psp_url text,
  return_url text,
  failure_code text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  paid_at timestamp with time zone,
  poll_at timestamp with time zone,
  constraint contribution_pkey PRIMARY KEY (id),
  constraint contribution_psp_reference_psp_key UNIQUE (psp_reference, psp),
  constraint contribution_amount_minor_check CHECK ((amount_minor > 0)),
  constraint contribution_card_cost_actual_minor_check CHECK ((card_cost_actual_minor >= 0)),
  constraint contribution_card_cost_minor_check CHECK ((card_cost_minor >= 0)),
  constraint contribution_state_check CHECK ((state = ANY (ARRAY['created'::text, 'processing'::text, 'pending'::text, 'paid'::text, 'failed'::text, 'expired'::text, 'cancelled'::text])))
);

create table delivery (
  id uuid not null,
  event_id uuid not null,
  endpoint_id uuid not null,
  status text default 'pending'::text not null,
  attempts integer default 0 not null,
  next_at timestamp with time zone not null,
  lease_until timestamp with time zone,
  lease_token uuid,
  delivered_at timestamp with time zone,
  created_at timestamp with time zone not null,
  replayed_at timestamp with time zone,
  constraint delivery_pkey PRIMARY KEY (id),
  constraint delivery_event_id_endpoint_id_key UNIQUE (event_id, endpoint_id),
  constraint delivery_attempts_check CHECK ((attempts >= 0)),
  constraint delivery_check CHECK (((status = 'delivered'::text) = (delivered_at IS NOT NULL))),
  constraint delivery_check1 CHECK (((lease_until IS NULL) = (lease_token IS NULL))),
  constraint delivery_check2 CHECK (((lease_token IS NULL) OR (status = 'pending'::text))),
  constraint delivery_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'exhausted'::text, 'cancelled'::text])))
) with (fillfactor=80);

create table delivery_attempt (
  id uuid not null,
  delivery_id uuid not null,
  counted boolean not null,
  started_at timestamp with time zone not null,
  duration_ms integer not null,
  outcome text not null,
  http_status integer,
  detail text,
  answer text,
  constraint delivery_attempt_pkey PRIMARY KEY (id),
  constraint delivery_attempt_answer_check CHECK ((octet_length(answer) <= 1024)),
  constraint delivery_attempt_duration_ms_check CHECK ((duration_ms >= 0)),
  constraint delivery_attempt_outcome_check CHECK ((outcome = ANY (ARRAY['accepted'::text, 'rejected'::text, 'timeout'::text, 'unreachable'::text, 'refused'::text, 'incomplete'::text, 'interrupted'::text])))
);

create table deployment (
  one boolean default true not null,
  environment text not null,
  master_key bytea,
  created_at timestamp with time zone not null,
  constraint deployment_pkey PRIMARY KEY (one),
  constraint deployment_environment_check CHECK ((environment = ANY (ARRAY['sandbox'::text, 'production'::text]))),
  constraint deployment_one_check CHECK (one)
);

create table dispute (
  id uuid not null,
  allocation_id uuid not null,
  psp text not null,
  psp_reference text not null,
  state text not null,
  amount_minor bigint not null,
  fee_minor bigint not null,
  reason text not null,
  reversal_id uuid,
  opened_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  recorded_at timestamp with time zone not null,
  poll_at timestamp with time zone,
  constraint dispute_pkey PRIMARY KEY (id),
  constraint dispute_psp_reference_psp_key UNIQUE (psp_reference, psp),
  constraint dispute_amount_minor_check CHECK ((amount_minor > 0)),
  constraint dispute_check CHECK (((state = 'open'::text) = (closed_at IS NULL))),
  constraint dispute_check1 CHECK (((state <> 'lost'::text) OR (reversal_id IS NOT NULL))),
  constraint dispute_fee_minor_check CHECK ((fee_minor >= 0)),
  constraint dispute_state_check CHECK ((state = ANY (ARRAY['open'::text, 'won'::text, 'lost'::text])))
);

create table event (
  id uuid not null,
  organisation_id uuid not null,
  root_id uuid not null,
  type text not null,
  object_id uuid not null,
  object_sequence integer not null,
  body text not null,
  created_at timestamp with time zone not null,
  journal_id uuid,
  consumer_id uuid,
  xid xid8 default pg_current_xact_id() not null,
  position bigint generated always as identity not null,
  test boolean default false not null,
  constraint event_pkey PRIMARY KEY (id),
  constraint event_object_id_object_sequence_key UNIQUE (object_id, object_sequence),
  constraint event_body_check CHECK (((octet_length(body) >= 2) AND (octet_length(body) <= 65536))),
  constraint event_check CHECK (((consumer_id IS NOT NULL) OR (POSITION(('"customerId":""'::text) IN (body)) = 0))),
  constraint event_object_sequence_check CHECK ((object_sequence > 0))
);

create table exchange_rate (
  day date not null,
  currency text not null,
  source text not null,
  base text not null,
  units_per_base numeric not null,
  imported_at timestamp with time zone not null,
  constraint exchange_rate_pkey PRIMARY KEY (currency, day, source),
  constraint exchange_rate_base_check CHECK ((base = ANY (ARRAY['USD'::text, 'EUR'::text]))),
  constraint exchange_rate_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint exchange_rate_source_check CHECK (((length(source) >= 1) AND (length(source) <= 100))),
  constraint exchange_rate_units_per_base_check CHECK (((units_per_base > (0)::numeric) AND (units_per_base < 'Infinity'::numeric)))
);

create table fulfilment (
  id uuid not null,
  kind text not null,
  project_id uuid not null,
  grams numeric,
  currency text,
  amount_minor bigint,
  registry text,
  serials text,
  reference text not null,
  url text,
  fulfilled_on date not null,
  recorded_at timestamp with time zone not null,
  withdrawn_at timestamp with time zone,
  withdrawn_because text,
  constraint fulfilment_pkey PRIMARY KEY (id),
  constraint fulfilment_amount_minor_check CHECK ((amount_minor > 0)),
  constraint fulfilment_check CHECK ((num_nulls(grams, registry, serials) =
CASE kind
    WHEN 'retired'::text THEN 0
    ELSE 3
END)),
  constraint fulfilment_check1 CHECK ((num_nulls(currency, amount_minor) =
CASE kind
    WHEN 'disbursed'::text THEN 0
    ELSE 2
END)),
  constraint fulfilment_check2 CHECK ((num_nulls(withdrawn_at, withdrawn_because) = ANY (ARRAY[0, 2]))),
  constraint fulfilment_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint fulfilment_grams_check CHECK ((grams > (0)::numeric)),
  constraint fulfilment_kind_check CHECK ((kind = ANY (ARRAY['retired'::text, 'disbursed'::text])))
);

create table fulfilment_line (
  fulfilment_id uuid not null,
  allocation_id uuid not null,
  line integer not null,
  grams numeric,
  amount_minor bigint,
  constraint fulfilment_line_pkey PRIMARY KEY (fulfilment_id, allocation_id, line),
  constraint fulfilment_line_amount_minor_check CHECK ((amount_minor > 0)),
  constraint fulfilment_line_check CHECK ((num_nulls(grams, amount_minor) = 1)),
  constraint fulfilment_line_grams_check CHECK ((grams > (0)::numeric))
);

create table funds_allocation (
  id uuid not null,
  contribution_id uuid,
  organisation_id uuid not null,
  quote_id uuid not null,
  consumer_id uuid not null,
  journal_id uuid not null,
  currency text not null,
  total_minor bigint not null,
  impact_minor bigint not null,
  impact_tax_minor bigint not null,
  service_fee_minor bigint not null,
  service_fee_tax_minor bigint not null,
  impact_tax_ppm integer not null,
  service_fee_tax_ppm integer not null,
  allocated_at timestamp with time zone not null,
  constraint funds_allocation_pkey PRIMARY KEY (id),
  constraint funds_allocation_contribution_id_key UNIQUE (contribution_id),
  constraint funds_allocation_journal_id_key UNIQUE (journal_id),
  constraint funds_allocation_check CHECK ((total_minor = (((impact_minor + impact_tax_minor) + service_fee_minor) + service_fee_tax_minor))),
  constraint funds_allocation_impact_minor_check CHECK ((impact_minor >= 0)),
  constraint funds_allocation_impact_tax_minor_check CHECK ((impact_tax_minor >= 0)),
  constraint funds_allocation_service_fee_minor_check CHECK ((service_fee_minor >= 0)),
  constraint funds_allocation_service_fee_tax_minor_check CHECK ((service_fee_tax_minor >= 0))
);

create table idempotent_request (
  organisation_id uuid not null,
  key text not null,
  fingerprint bytea not null,
  claimed_until timestamp with time zone not null,
  status integer,
  sealed_answer bytea,
  created_at timestamp with time zone not null,
  constraint idempotent_request_pkey PRIMARY KEY (organisation_id, key)
);

create table impact_partner (
  id uuid not null,
  root_id uuid not null,
  name text not null,
  description text not null,
  sample boolean not null,
  created_at timestamp with time zone not null,
  constraint impact_partner_pkey PRIMARY KEY (id),
  constraint impact_partner_root_id_name_key UNIQUE (root_id, name)
);

create table impact_record (
  id uuid not null,
  allocation_id uuid not null,
  journal_id uuid not null,
  organisation_id uuid not null,
  organisation_path uuid[] not null,
  consumer_id uuid not null,
  partner_ids uuid[] not null,
  funds_at timestamp with time zone not null,
  body text not null,
  constraint impact_record_pkey PRIMARY KEY (id),
  constraint impact_record_journal_id_key UNIQUE (journal_id)
);

create table journal (
  id uuid not null,
  kind text not null,
  cause text not null,
  effective_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  xid xid8 default pg_current_xact_id() not null,
  constraint journal_pkey PRIMARY KEY (id),
  constraint journal_cause_key UNIQUE (cause),
  constraint journal_kind_check CHECK ((kind = ANY (ARRAY['contribution'::text, 'allocation'::text, 'refund'::text, 'void'::text, 'refund_failed'::text, 'chargeback_opened'::text, 'chargeback_won'::text, 'chargeback_lost'::text, 'settlement_cost'::text, 'payout'::text])))
);

create table organisation (
  id uuid not null,
  parent_id uuid,
  root_id uuid not null,
  path uuid[] not null,
  reference text,
  trading_name text not null,
  legal_name text not null,
  address jsonb not null,
  currency text not null,
  website text,
  billing jsonb,
  mcc text,
  relative_profit_share_ppm integer not null,
  service_fee_ppm integer not null,
  status text default 'active'::text not null,
  brand_id uuid not null,
  product_id uuid not null,
  appearance jsonb default '{}'::jsonb not null,
  created_at timestamp with time zone not null,
  settlement_model text default 'net_split'::text not null,
  brand_name text,
  logo_url text,
  product jsonb default '{}'::jsonb not null,
  allow_list text[] default '{}'::text[] not null,
  allow_list_enabled boolean default false not null,
  constraint organisation_pkey PRIMARY KEY (id),
  constraint organisation_brand_id_key UNIQUE (brand_id),
  constraint organisation_product_id_key UNIQUE (product_id),
  constraint organisation_check CHECK (((path[1] = root_id) AND (path[cardinality(path)] = id))),
  constraint organisation_check1 CHECK (((parent_id IS NULL) = (id = root_id))),
  constraint organisation_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint organisation_logo_url_check CHECK ((logo_url ~ '^https://'::text)),
  constraint organisation_mcc_check CHECK ((mcc ~ '^[0-9]{4}$'::text)),
  constraint organisation_relative_profit_share_ppm_check CHECK (((relative_profit_share_ppm >= 0) AND (relative_profit_share_ppm <= 1000000))),
  constraint organisation_service_fee_ppm_check CHECK (((service_fee_ppm >= 0) AND (service_fee_ppm <= 1000000))),
  constraint organisation_settlement_model_check CHECK ((settlement_model = ANY (ARRAY['net_split'::text, 'gross_split'::text, 'invoice'::text]))),
  constraint organisation_status_check CHECK ((status = ANY (ARRAY['active'::text, 'deactivated'::text])))
);

create table post_purchase_session (
  id uuid not null,
  quote_id uuid not null,
  organisation_id uuid not null,
  variant text,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  link_expires_at timestamp with time zone not null,
  page_origin text,
  dismissed_at timestamp with time zone,
  kind text default 'post_purchase'::text not null,
  constraint post_purchase_session_pkey PRIMARY KEY (id),
  constraint post_purchase_session_check CHECK (((kind = 'post_purchase'::text) = (variant IS NOT NULL))),
  constraint post_purchase_session_kind_check CHECK ((kind = ANY (ARRAY['post_purchase'::text, 'checkout'::text, 'impactpay'::text]))),
  constraint post_purchase_session_variant_check CHECK ((variant = ANY (ARRAY['embedded'::text, 'takeover'::text])))
);

create table posting (
  journal_id uuid not null,
  line integer not null,
  account_id uuid not null,
  currency text not null,
  amount_minor bigint not null,
  constraint posting_pkey PRIMARY KEY (journal_id, line),
  constraint posting_amount_minor_check CHECK ((amount_minor <> 0))
);

create table project (
  id uuid not null,
  impact_partner_id uuid not null,
  root_id uuid not null,
  name text not null,
  short_description text not null,
  long_description text not null,
  image text not null,
  type text not null,
  subtype text,
  country text not null,
  region text not null,
  state text not null,
  theme text,
  unit_description text not null,
  unit_type text not null,
  sdgs jsonb not null,
  standard text,
  registry text,
  delivery_year integer,
  sample boolean not null,
  position integer not null,
  created_at timestamp with time zone not null,
  status text default 'offered'::text not null,
  constraint project_pkey PRIMARY KEY (id),
  constraint project_root_id_name_key UNIQUE (root_id, name),
  constraint project_status_check CHECK ((status = ANY (ARRAY['offered'::text, 'retired'::text]))),
  constraint project_theme_check CHECK ((theme = ANY (ARRAY['pollution'::text, 'climateStress'::text, 'landUse'::text, 'waterUse'::text]))),
  constraint project_type_check CHECK ((type = ANY (ARRAY['carbonCredits'::text, 'natureCredits'::text, 'contribution'::text]))),
  constraint project_unit_type_check CHECK ((unit_type = ANY (ARRAY['unit'::text, 'monetary'::text])))
);

create table project_price (
  project_id uuid not null,
  currency text not null,
  unit_price_minor bigint not null,
  constraint project_price_pkey PRIMARY KEY (project_id, currency),
  constraint project_price_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint project_price_unit_price_minor_check CHECK ((unit_price_minor > 0))
);

create table project_stock (
  project_id uuid not null,
  grams numeric not null,
  constraint project_stock_pkey PRIMARY KEY (project_id),
  constraint project_stock_grams_check CHECK ((grams >= (0)::numeric))
);

create table project_stock_sold (
  project_id uuid not null,
  stripe integer not null,
  grams numeric not null,
  constraint project_stock_sold_pkey PRIMARY KEY (project_id, stripe),
  constraint project_stock_sold_stripe_check CHECK (((stripe >= 0) AND (stripe <= 15)))
);

create table quote (
  id uuid not null,
  organisation_id uuid not null,
  consumer_id uuid not null,
  impact_type text not null,
  locale text not null,
  currency text not null,
  transaction_minor bigint not null,
  merchant json,
  order_items json,
  footprint json not null,
  terms json not null,
  created_at timestamp with time zone not null,
  constraint quote_pkey PRIMARY KEY (id),
  constraint quote_impact_type_check CHECK ((impact_type = ANY (ARRAY['carbon'::text, 'nature'::text]))),
  constraint quote_transaction_minor_check CHECK ((transaction_minor > 0))
) with (toast_tuple_target=8160);

create table receipt (
  allocation_id uuid not null,
  kid text,
  jws text,
  issued_at timestamp with time zone,
  constraint receipt_pkey PRIMARY KEY (allocation_id),
  constraint receipt_check CHECK ((num_nulls(kid, jws, issued_at) = ANY (ARRAY[0, 3]))),
  constraint receipt_jws_check CHECK ((octet_length(jws) <= 65536))
);

create table receipt_key (
  kid text not null,
  number integer not null,
  public_key bytea not null,
  sealed bytea not null,
  valid_from timestamp with time zone not null,
  valid_until timestamp with time zone,
  constraint receipt_key_pkey PRIMARY KEY (kid),
  constraint receipt_key_number_key UNIQUE (number),
  constraint receipt_key_check CHECK ((valid_until > valid_from)),
  constraint receipt_key_number_check CHECK ((number > 0)),
  constraint receipt_key_public_key_check CHECK ((octet_length(public_key) = 32))
);

create table receipt_mail (
  id uuid not null,
  allocation_id uuid not null,
  state text default 'pending'::text not null,
  recipient bytea,
  attempts integer default 0 not null,
  next_at timestamp with time zone,
  requested_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  failure text,
  constraint receipt_mail_pkey PRIMARY KEY (id),
  constraint receipt_mail_attempts_check CHECK ((attempts >= 0)),
  constraint receipt_mail_check CHECK ((num_nulls(recipient, next_at) =
CASE state
    WHEN 'pending'::text THEN 0
    ELSE 2
END)),
  constraint receipt_mail_check1 CHECK (((state = 'pending'::text) = (ended_at IS NULL))),
  constraint receipt_mail_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'sent'::text, 'failed'::text])))
);

create table reversal (
  id uuid not null,
  allocation_id uuid not null,
  kind text not null,
  initiator text not null,
  state text not null,
  sequence integer not null,
  amount_minor bigint not null,
  loss_minor bigint default 0 not null,
  reason text,
  psp text,
  psp_reference text,
  journal_id uuid,
  undoing_journal_id uuid,
  created_at timestamp with time zone not null,
  booked_at timestamp with time zone,
  undone_at timestamp with time zone,
  poll_at timestamp with time zone,
  constraint reversal_pkey PRIMARY KEY (id),
  constraint reversal_allocation_id_sequence_key UNIQUE (allocation_id, sequence),
  constraint reversal_psp_reference_psp_key UNIQUE (psp_reference, psp),
  constraint reversal_amount_minor_check CHECK ((amount_minor >= 0)),
  constraint reversal_check CHECK (((amount_minor + loss_minor) > 0)),
  constraint reversal_check1 CHECK (((state = ANY (ARRAY['booked'::text, 'undone'::text])) = (journal_id IS NOT NULL))),
  constraint reversal_check2 CHECK (((state = 'undone'::text) = (undoing_journal_id IS NOT NULL))),
  constraint reversal_check3 CHECK (((psp IS NOT NULL) OR ((psp_reference IS NULL) AND (poll_at IS NULL) AND (kind = 'refund'::text)))),
  constraint reversal_initiator_check CHECK ((initiator = ANY (ARRAY['merchant'::text, 'consumer'::text, 'operator'::text, 'provider'::text, 'scheme'::text]))),
  constraint reversal_kind_check CHECK ((kind = ANY (ARRAY['refund'::text, 'void'::text, 'chargeback'::text]))),
  constraint reversal_loss_minor_check CHECK ((loss_minor >= 0)),
  constraint reversal_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'booked'::text, 'rejected'::text, 'failed'::text, 'undone'::text])))
);

create table reversal_line (
  reversal_id uuid not null,
  line integer not null,
  grams numeric,
  impact_minor bigint not null,
  impact_tax_minor bigint not null,
  service_fee_minor bigint not null,
  service_fee_tax_minor bigint not null,
  constraint reversal_line_pkey PRIMARY KEY (reversal_id, line),
  constraint reversal_line_impact_minor_check CHECK ((impact_minor >= 0)),
  constraint reversal_line_impact_tax_minor_check CHECK ((impact_tax_minor >= 0)),
  constraint reversal_line_service_fee_minor_check CHECK ((service_fee_minor >= 0)),
  constraint reversal_line_service_fee_tax_minor_check CHECK ((service_fee_tax_minor >= 0))
);

create table reversal_share (
  reversal_id uuid not null,
  line integer not null,
  organisation_id uuid not null,
  amount_minor bigint not null,
  constraint reversal_share_pkey PRIMARY KEY (reversal_id, line),
  constraint reversal_share_amount_minor_check CHECK ((amount_minor >= 0))
);

create table sandbox_psp_account (
  currency text not null,
  balance_minor bigint not null,
  moved_at timestamp with time zone not null,
  constraint sandbox_psp_account_pkey PRIMARY KEY (currency),
  constraint sandbox_psp_account_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text))
);

create table sandbox_psp_dispute (
  id uuid not null,
  position bigint generated always as identity not null,
  payment_id uuid not null,
  amount_minor bigint not null,
  fee_minor bigint not null,
  reason text not null,
  status text not null,
  outcome text,
  due_at timestamp with time zone,
  opened_at timestamp with time zone,
  closed_at timestamp with time zone,
  constraint sandbox_psp_dispute_pkey PRIMARY KEY (id),
  constraint sandbox_psp_dispute_amount_minor_check CHECK ((amount_minor > 0)),
  constraint sandbox_psp_dispute_check CHECK (((status = 'planned'::text) = (opened_at IS NULL))),
  constraint sandbox_psp_dispute_check1 CHECK (((status = ANY (ARRAY['won'::text, 'lost'::text])) = (closed_at IS NOT NULL))),
  constraint sandbox_psp_dispute_check2 CHECK (
CASE status
    WHEN 'planned'::text THEN (due_at IS NOT NULL)
    WHEN 'open'::text THEN ((due_at IS NULL) = (outcome IS NULL))
    ELSE (due_at IS NULL)
END),
  constraint sandbox_psp_dispute_fee_minor_check CHECK ((fee_minor >= 0)),
  constraint sandbox_psp_dispute_outcome_check CHECK ((outcome = ANY (ARRAY['won'::text, 'lost'::text]))),
  constraint sandbox_psp_dispute_status_check CHECK ((status = ANY (ARRAY['planned'::text, 'open'::text, 'won'::text, 'lost'::text])))
);

create table sandbox_psp_idempotency (
  key text not null,
  fingerprint bytea not null,
  status integer not null,
  answer text not null,
  created_at timestamp with time zone not null,
  constraint sandbox_psp_idempotency_pkey PRIMARY KEY (key)
);

create table sandbox_psp_line (
  position bigint generated always as identity not null,
  id uuid default gen_random_uuid() not null,
  currency text not null,
  type text not null,
  payment_id uuid,
  refund_id uuid,
  dispute_id uuid,
  gross_minor bigint not null,
  fee_minor bigint not null,
  batch uuid,
  at timestamp with time zone not null,
  constraint sandbox_psp_line_pkey PRIMARY KEY ("position"),
  constraint sandbox_psp_line_id_key UNIQUE (id),
  constraint sandbox_psp_line_check CHECK (((type = 'payout'::text) <= (batch IS NOT NULL))),
  constraint sandbox_psp_line_check1 CHECK (((type = 'payout'::text) = (payment_id IS NULL))),
  constraint sandbox_psp_line_check2 CHECK (((type = ANY (ARRAY['refund'::text, 'refund_failed'::text])) = (refund_id IS NOT NULL))),
  constraint sandbox_psp_line_check3 CHECK (((type = ANY (ARRAY['chargeback'::text, 'chargeback_reversed'::text, 'fee'::text])) = (dispute_id IS NOT NULL))),
  constraint sandbox_psp_line_fee_minor_check CHECK ((fee_minor <= 0)),
  constraint sandbox_psp_line_gross_minor_check CHECK ((gross_minor <> 0)),
  constraint sandbox_psp_line_type_check CHECK ((type = ANY (ARRAY['payment'::text, 'refund'::text, 'refund_failed'::text, 'chargeback'::text, 'chargeback_reversed'::text, 'fee'::text, 'payout'::text])))
);

create table sandbox_psp_notification (
  position bigint generated always as identity not null,
  event_id uuid not null,
  payment_id uuid not null,
  body text not null,
  held boolean default false not null,
  attempts integer default 0 not null,
  next_at timestamp with time zone,
  delivered_at timestamp with time zone,
  last_error text,
  created_at timestamp with time zone not null,
  constraint sandbox_psp_notification_pkey PRIMARY KEY ("position"),
  constraint sandbox_psp_notification_check CHECK (((NOT held) OR (next_at IS NULL)))
);

create table sandbox_psp_payment (
  id uuid not null,
  checkout_token text not null,
  reference text not null,
  amount_minor bigint not null,
  refunded_minor bigint default 0 not null,
  currency text not null,
  description text not null,
  locale text not null,
  return_url text not null,
  status text default 'open'::text not null,
  attempts integer default 0 not null,
  card_case text,
  card_last_four text,
  failure_code text,
  news text default 'prompt'::text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  due_at timestamp with time zone,
  paid_at timestamp with time zone,
  fee_minor bigint,
  settled_at timestamp with time zone,
  constraint sandbox_psp_payment_pkey PRIMARY KEY (id),
  constraint sandbox_psp_payment_checkout_token_key UNIQUE (checkout_token),
  constraint sandbox_psp_payment_amount_minor_check CHECK ((amount_minor > 0)),
  constraint sandbox_psp_payment_card_last_four_check CHECK ((card_last_four ~ '^[0-9]{4}$'::text)),
  constraint sandbox_psp_payment_check CHECK (((refunded_minor >= 0) AND (refunded_minor <= amount_minor))),
  constraint sandbox_psp_payment_check1 CHECK (((refunded_minor = 0) OR (status = 'paid'::text))),
  constraint sandbox_psp_payment_check2 CHECK (((status = 'paid'::text) = (paid_at IS NOT NULL))),
  constraint sandbox_psp_payment_check3 CHECK (((status = 'paid'::text) = (fee_minor IS NOT NULL))),
  constraint sandbox_psp_payment_check4 CHECK (((status = 'pending'::text) = (due_at IS NOT NULL))),
  constraint sandbox_psp_payment_check5 CHECK (((settled_at IS NULL) OR (status = 'paid'::text))),
  constraint sandbox_psp_payment_check6 CHECK (((settled_at IS NOT NULL) OR ((refunded_minor = 0) OR (refunded_minor = amount_minor)))),
  constraint sandbox_psp_payment_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint sandbox_psp_payment_news_check CHECK ((news = ANY (ARRAY['prompt'::text, 'double'::text, 'held'::text]))),
  constraint sandbox_psp_payment_return_url_check CHECK ((return_url ~ '^https?://'::text)),
  constraint sandbox_psp_payment_status_check CHECK ((status = ANY (ARRAY['open'::text, 'processing'::text, 'pending'::text, 'paid'::text, 'failed'::text, 'expired'::text, 'cancelled'::text])))
);

create table sandbox_psp_refund (
  id uuid not null,
  position bigint generated always as identity not null,
  payment_id uuid not null,
  reference text not null,
  kind text not null,
  amount_minor bigint not null,
  status text not null,
  failure_code text,
  created_at timestamp with time zone not null,
  due_at timestamp with time zone,
  constraint sandbox_psp_refund_pkey PRIMARY KEY (id),
  constraint sandbox_psp_refund_amount_minor_check CHECK ((amount_minor > 0)),
  constraint sandbox_psp_refund_check CHECK (
CASE status
    WHEN 'pending'::text THEN (due_at IS NOT NULL)
    WHEN 'failed'::text THEN (due_at IS NULL)
    ELSE true
END),
  constraint sandbox_psp_refund_check1 CHECK (((status = 'failed'::text) = (failure_code IS NOT NULL))),
  constraint sandbox_psp_refund_check2 CHECK (((kind = 'refund'::text) OR ((status = 'succeeded'::text) AND (due_at IS NULL)))),
  constraint sandbox_psp_refund_kind_check CHECK ((kind = ANY (ARRAY['refund'::text, 'void'::text]))),
  constraint sandbox_psp_refund_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'succeeded'::text, 'failed'::text])))
);

create table schema_migrations (
  number integer not null,
  name text not null,
  sha256 text not null,
  applied_at timestamp with time zone default now() not null,
  constraint schema_migrations_pkey PRIMARY KEY (number)
);

create table seal (
  seal_number bigint not null,
  journal_id uuid,
  event_id uuid,
  record_id uuid,
  organisation_id uuid,
  root_id uuid,
  leaf_hash bytea not null,
  chain_hash bytea not null,
  sealed_at timestamp with time zone not null,
  constraint seal_pkey PRIMARY KEY (seal_number),
  constraint seal_journal_id_key UNIQUE (journal_id),
  constraint seal_chain_hash_check CHECK ((octet_length(chain_hash) = 32)),
  constraint seal_check CHECK ((num_nonnulls(journal_id, event_id) > 0)),
  constraint seal_leaf_hash_check CHECK ((octet_length(leaf_hash) = 32)),
  constraint seal_seal_number_check CHECK ((seal_number > 0))
);

create table seal_tree (
  level smallint not null,
  place bigint not null,
  hash bytea not null,
  constraint seal_tree_pkey PRIMARY KEY (level, place),
  constraint seal_tree_hash_check CHECK ((octet_length(hash) = 32)),
  constraint seal_tree_level_check CHECK (((level > 0) AND (((level)::integer % 8) = 0))),
  constraint seal_tree_place_check CHECK ((place >= 0))
);

create table settlement_batch_line (
  line_id uuid not null,
  batch text not null,
  recorded_at timestamp with time zone not null,
  constraint settlement_batch_line_pkey PRIMARY KEY (line_id)
);

create table settlement_bookmark (
  psp text not null,
  read_until timestamp with time zone not null,
  read_at timestamp with time zone not null,
  checked_until timestamp with time zone not null,
  constraint settlement_bookmark_pkey PRIMARY KEY (psp)
);

create table settlement_break (
  id uuid not null,
  psp text not null,
  reason text not null,
  state text not null,
  line_id uuid,
  journal_id uuid,
  batch text,
  currency text not null,
  amount_minor bigint not null,
  found_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  note text,
  constraint settlement_break_pkey PRIMARY KEY (id),
  constraint settlement_break_batch_psp_reason_key UNIQUE (batch, psp, reason),
  constraint settlement_break_journal_id_reason_key UNIQUE (journal_id, reason),
  constraint settlement_break_line_id_reason_key UNIQUE (line_id, reason),
  constraint settlement_break_check CHECK ((num_nonnulls(line_id, journal_id, batch) = 1)),
  constraint settlement_break_check1 CHECK (((state = 'open'::text) = (ended_at IS NULL))),
  constraint settlement_break_check2 CHECK (((state = 'dismissed'::text) = (note IS NOT NULL))),
  constraint settlement_break_reason_check CHECK ((reason = ANY (ARRAY['unknown_payment'::text, 'missing_in_ledger'::text, 'missing_in_settlement'::text, 'amount_differs'::text, 'currency_differs'::text, 'duplicate'::text, 'fee_unexpected'::text, 'batch_differs'::text, 'not_understood'::text]))),
  constraint settlement_break_state_check CHECK ((state = ANY (ARRAY['open'::text, 'resolved'::text, 'dismissed'::text])))
);

create table settlement_due (
  line_id uuid not null,
  look_at timestamp with time zone not null,
  tries integer default 0 not null,
  constraint settlement_due_pkey PRIMARY KEY (line_id)
);

create table settlement_line (
  id uuid not null,
  psp text not null,
  line_reference text not null,
  type text not null,
  psp_reference text,
  refund_reference text,
  dispute_reference text,
  currency text not null,
  gross_minor bigint not null,
  fee_minor bigint not null,
  net_minor bigint not null,
  at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  constraint settlement_line_pkey PRIMARY KEY (id),
  constraint settlement_line_line_reference_psp_key UNIQUE (line_reference, psp),
  constraint settlement_line_check CHECK ((net_minor = (gross_minor + fee_minor))),
  constraint settlement_line_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint settlement_line_type_check CHECK ((type = ANY (ARRAY['payment'::text, 'refund'::text, 'refund_failed'::text, 'chargeback'::text, 'chargeback_reversed'::text, 'fee'::text, 'payout'::text, 'other'::text])))
);

create table settlement_match (
  line_id uuid not null,
  journal_id uuid,
  own_journal_id uuid,
  matched_at timestamp with time zone not null,
  constraint settlement_match_pkey PRIMARY KEY (line_id),
  constraint settlement_match_journal_id_key UNIQUE (journal_id),
  constraint settlement_match_own_journal_id_key UNIQUE (own_journal_id)
);

create table statement (
  id uuid not null,
  root_id uuid not null,
  organisation_id uuid not null,
  period text not null,
  previous_hash bytea not null,
  hash bytea not null,
  content text not null,
  closed_at timestamp with time zone not null,
  constraint statement_pkey PRIMARY KEY (id),
  constraint statement_organisation_id_period_key UNIQUE (organisation_id, period),
  constraint statement_hash_check CHECK ((octet_length(hash) = 32)),
  constraint statement_previous_hash_check CHECK ((octet_length(previous_hash) = 32))
);

create table statement_line (
  statement_id uuid not null,
  line integer not null,
  kind text not null,
  currency text not null,
  count bigint not null,
  amount_minor bigint not null,
  constraint statement_line_pkey PRIMARY KEY (statement_id, line),
  constraint statement_line_count_check CHECK ((count >= 0))
);

create table statement_period (
  root_id uuid not null,
  period text not null,
  ends_at timestamp with time zone not null,
  sealed_up_to bigint not null,
  closed_at timestamp with time zone not null,
  constraint statement_period_pkey PRIMARY KEY (root_id, period),
  constraint statement_period_period_check CHECK ((period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text))
);

create table unsealed (
  position bigint generated always as identity not null,
  journal_id uuid,
  event_id uuid,
  constraint unsealed_pkey PRIMARY KEY ("position"),
  constraint unsealed_check CHECK ((num_nonnulls(journal_id, event_id) = 1))
) with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=2000);

create table webhook_endpoint (
  id uuid not null,
  organisation_id uuid not null,
  root_id uuid not null,
  url text not null,
  event_types text[],
  status text default 'enabled'::text not null,
  disabled_at timestamp with time zone,
  disabled_reason text,
  health text default 'closed'::text not null,
  failures integer default 0 not null,
  failing_since timestamp with time zone,
  last_failure_at timestamp with time zone,
  probe_at timestamp with time zone,
  created_at timestamp with time zone not null,
  deleted_at timestamp with time zone,
  paused_at timestamp with time zone,
  ed25519 boolean default false not null,
  legacy_signature boolean default false not null,
  ordered boolean default false not null,
  attempts_at_once smallint default 4 not null,
  constraint webhook_endpoint_pkey PRIMARY KEY (id),
  constraint webhook_endpoint_attempts_at_once_check CHECK ((attempts_at_once > 0)),
  constraint webhook_endpoint_check CHECK (((status = 'disabled'::text) = ((disabled_at IS NOT NULL) AND (disabled_reason IS NOT NULL)))),
  constraint webhook_endpoint_check1 CHECK (((health = 'paused'::text) <= (probe_at IS NOT NULL))),
  constraint webhook_endpoint_disabled_reason_check CHECK ((disabled_reason = ANY (ARRAY['gone'::text, 'failing'::text]))),
  constraint webhook_endpoint_event_types_check CHECK ((cardinality(event_types) > 0)),
  constraint webhook_endpoint_failures_check CHECK ((failures >= 0)),
  constraint webhook_endpoint_health_check CHECK ((health = ANY (ARRAY['closed'::text, 'degraded'::text, 'paused'::text]))),
  constraint webhook_endpoint_status_check CHECK ((status = ANY (ARRAY['enabled'::text, 'disabled'::text])))
);

create table webhook_secret (
  id uuid not null,
  endpoint_id uuid not null,
  sealed bytea not null,
  valid_from timestamp with time zone not null,
  valid_until timestamp with time zone,
  constraint webhook_secret_pkey PRIMARY KEY (id),
  constraint webhook_secret_check CHECK ((valid_until > valid_from))
);

alter table allocation_line add constraint allocation_line_allocation_id_fkey FOREIGN KEY (allocation_id) REFERENCES funds_allocation(id);
alter table allocation_share add constraint allocation_share_allocation_id_fkey FOREIGN KEY (allocation_id) REFERENCES funds_allocation(id);
alter table api_key add constraint api_key_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisation(id);
alter table api_key add constraint api_key_replaced_by_fkey FOREIGN KEY (replaced_by) REFERENCES api_key(id);
alter table checkpoint add constraint checkpoint_generation_fkey FOREIGN KEY (generation) REFERENCES checkpoint_key(generation);
alter table contribution add constraint contribution_session_id_fkey FOREIGN KEY (session_id) REFERENCES post_purchase_session(id);
alter table dispute add constraint dispute_allocation_id_fkey FOREIGN KEY (allocation_id) REFERENCES funds_allocation(id);
alter table dispute add constraint dispute_reversal_id_fkey FOREIGN KEY (reversal_id) REFERENCES reversal(id);
alter table fulfilment_line add constraint fulfilment_line_allocation_id_line_fkey FOREIGN KEY (allocation_id, line) REFERENCES allocation_line(allocation_id, line);
alter table fulfilment_line add constraint fulfilment_line_fulfilment_id_fkey FOREIGN KEY (fulfilment_id) REFERENCES fulfilment(id);
alter table fulfilment add constraint fulfilment_project_id_fkey FOREIGN KEY (project_id) REFERENCES project(id);
alter table funds_allocation add constraint funds_allocation_contribution_id_fkey FOREIGN KEY (contribution_id) REFERENCES contribution(id);
alter table funds_allocation add constraint funds_allocation_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(id);
alter table impact_partner add constraint impact_partner_root_id_fkey FOREIGN KEY (root_id) REFERENCES organisation(id);
alter table impact_record add constraint impact_record_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(id);
alter table organisation add constraint organisation_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES organisation(id);
alter table organisation add constraint organisation_root_id_fkey FOREIGN KEY (root_id) REFERENCES organisation(id);
alter table project add constraint project_impact_partner_id_fkey FOREIGN KEY (impact_partner_id) REFERENCES impact_partner(id);
alter table project_price add constraint project_price_project_id_fkey FOREIGN KEY (project_id) REFERENCES project(id);
alter table project add constraint project_root_id_fkey FOREIGN KEY (root_id) REFERENCES organisation(id);
alter table project_stock add constraint project_stock_project_id_fkey FOREIGN KEY (project_id) REFERENCES project(id);
alter table project_stock_sold add constraint project_stock_sold_project_id_fkey FOREIGN KEY (project_id) REFERENCES project_stock(project_id) ON DELETE CASCADE;
alter table receipt add constraint receipt_kid_fkey FOREIGN KEY (kid) REFERENCES receipt_key(kid);
alter table receipt_mail add constraint receipt_mail_allocation_id_fkey FOREIGN KEY (allocation_id) REFERENCES receipt(allocation_id);
alter table reversal add constraint reversal_allocation_id_fkey FOREIGN KEY (allocation_id) REFERENCES funds_allocation(id);
alter table reversal add constraint reversal_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(id);
alter table reversal_line add constraint reversal_line_reversal_id_fkey FOREIGN KEY (reversal_id) REFERENCES reversal(id);
alter table reversal_share add constraint reversal_share_reversal_id_fkey FOREIGN KEY (reversal_id) REFERENCES reversal(id);
alter table reversal add constraint reversal_undoing_journal_id_fkey FOREIGN KEY (undoing_journal_id) REFERENCES journal(id);
alter table sandbox_psp_dispute add constraint sandbox_psp_dispute_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES sandbox_psp_payment(id);
alter table sandbox_psp_line add constraint sandbox_psp_line_currency_fkey FOREIGN KEY (currency) REFERENCES sandbox_psp_account(currency);
alter table sandbox_psp_line add constraint sandbox_psp_line_dispute_id_fkey FOREIGN KEY (dispute_id) REFERENCES sandbox_psp_dispute(id);
alter table sandbox_psp_line add constraint sandbox_psp_line_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES sandbox_psp_payment(id);
alter table sandbox_psp_line add constraint sandbox_psp_line_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES sandbox_psp_refund(id);
alter table sandbox_psp_notification add constraint sandbox_psp_notification_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES sandbox_psp_payment(id);
alter table sandbox_psp_refund add constraint sandbox_psp_refund_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES sandbox_psp_payment(id);
alter table settlement_batch_line add constraint settlement_batch_line_line_id_fkey FOREIGN KEY (line_id) REFERENCES settlement_line(id);
alter table settlement_break add constraint settlement_break_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(id);
alter table settlement_break add constraint settlement_break_line_id_fkey FOREIGN KEY (line_id) REFERENCES settlement_line(id);
alter table settlement_due add constraint settlement_due_line_id_fkey FOREIGN KEY (line_id) REFERENCES settlement_line(id);
alter table settlement_match add constraint settlement_match_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(id);
alter table settlement_match add constraint settlement_match_line_id_fkey FOREIGN KEY (line_id) REFERENCES settlement_line(id);
alter table settlement_match add constraint settlement_match_own_journal_id_fkey FOREIGN KEY (own_journal_id) REFERENCES journal(id);
alter table statement_line add constraint statement_line_statement_id_fkey FOREIGN KEY (statement_id) REFERENCES statement(id);
alter table statement add constraint statement_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisation(id);
alter table statement_period add constraint statement_period_root_id_fkey FOREIGN KEY (root_id) REFERENCES organisation(id);
alter table statement add constraint statement_root_id_period_fkey FOREIGN KEY (root_id, period) REFERENCES statement_period(root_id, period);
alter table webhook_endpoint add constraint webhook_endpoint_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisation(id);
alter table webhook_endpoint add constraint webhook_endpoint_root_id_fkey FOREIGN KEY (root_id) REFERENCES organisation(id);
alter table webhook_secret add constraint webhook_secret_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoint(id);

CREATE INDEX allocation_line_partner ON public.allocation_line USING btree (impact_partner_id) WHERE (project_id IS NULL);
CREATE INDEX allocation_line_project ON public.allocation_line USING btree (project_id) WHERE (project_id IS NOT NULL);
CREATE INDEX api_key_organisation ON public.api_key USING btree (organisation_id, id);
CREATE INDEX consumer_lookup ON public.consumer USING btree (lookup) WHERE (lookup IS NOT NULL);
CREATE UNIQUE INDEX contribution_in_flight ON public.contribution USING btree (session_id) WHERE (state = ANY (ARRAY['created'::text, 'processing'::text, 'pending'::text]));
CREATE INDEX contribution_poll ON public.contribution USING btree (poll_at) WHERE (poll_at IS NOT NULL);
CREATE INDEX contribution_session ON public.contribution USING btree (session_id);
CREATE INDEX delivery_endpoint ON public.delivery USING btree (endpoint_id, id);
CREATE INDEX delivery_failed ON public.delivery USING btree (endpoint_id, id) WHERE (status = ANY (ARRAY['exhausted'::text, 'cancelled'::text]));
CREATE INDEX delivery_pending ON public.delivery USING btree (endpoint_id, next_at, id) WHERE (status = 'pending'::text);
CREATE INDEX delivery_attempt_delivery ON public.delivery_attempt USING btree (delivery_id);
CREATE INDEX dispute_allocation ON public.dispute USING btree (allocation_id);
CREATE INDEX dispute_poll ON public.dispute USING btree (poll_at) WHERE (poll_at IS NOT NULL);
CREATE INDEX event_created ON public.event USING brin (created_at) WITH (pages_per_range='16');
CREATE INDEX event_feed ON public.event USING btree (xid, "position");
CREATE UNIQUE INDEX event_of_journal ON public.event USING btree (journal_id) WHERE (journal_id IS NOT NULL);
CREATE UNIQUE INDEX fulfilment_once ON public.fulfilment USING btree (project_id, kind, reference) WHERE (withdrawn_at IS NULL);
CREATE INDEX fulfilment_line_allocation ON public.fulfilment_line USING btree (allocation_id);
CREATE INDEX funds_allocation_collected ON public.funds_allocation USING btree (quote_id) WHERE (contribution_id IS NULL);
CREATE INDEX idempotent_request_age ON public.idempotent_request USING btree (created_at);
CREATE INDEX impact_record_of_consumer ON public.impact_record USING btree (consumer_id);
CREATE INDEX organisation_path ON public.organisation USING gin (path);
CREATE INDEX organisation_reference ON public.organisation USING btree (parent_id, reference);
CREATE INDEX checkout_session_quote ON public.post_purchase_session USING btree (quote_id) WHERE (kind = 'checkout'::text);
CREATE INDEX posting_account ON public.posting USING btree (account_id);
CREATE INDEX receipt_due ON public.receipt USING btree (allocation_id) WHERE (jws IS NULL);
CREATE INDEX receipt_mail_allocation ON public.receipt_mail USING btree (allocation_id);
CREATE INDEX receipt_mail_due ON public.receipt_mail USING btree (next_at) WHERE (state = 'pending'::text);
CREATE UNIQUE INDEX reversal_of_journal ON public.reversal USING btree (journal_id) WHERE (journal_id IS NOT NULL);
CREATE UNIQUE INDEX reversal_of_undoing_journal ON public.reversal USING btree (undoing_journal_id) WHERE (undoing_journal_id IS NOT NULL);
CREATE INDEX reversal_poll ON public.reversal USING btree (poll_at) WHERE (poll_at IS NOT NULL);
CREATE INDEX sandbox_psp_dispute_due ON public.sandbox_psp_dispute USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE UNIQUE INDEX sandbox_psp_dispute_open ON public.sandbox_psp_dispute USING btree (payment_id) WHERE (status = 'open'::text);
CREATE INDEX sandbox_psp_dispute_payment ON public.sandbox_psp_dispute USING btree (payment_id);
CREATE INDEX sandbox_psp_idempotency_age ON public.sandbox_psp_idempotency USING btree (created_at);
CREATE UNIQUE INDEX sandbox_psp_line_dispute ON public.sandbox_psp_line USING btree (dispute_id, type, sign((gross_minor)::double precision)) WHERE (dispute_id IS NOT NULL);
CREATE INDEX sandbox_psp_line_order ON public.sandbox_psp_line USING btree (at, "position");
CREATE UNIQUE INDEX sandbox_psp_line_payment ON public.sandbox_psp_line USING btree (payment_id) WHERE (type = 'payment'::text);
CREATE UNIQUE INDEX sandbox_psp_line_payout ON public.sandbox_psp_line USING btree (batch) WHERE (type = 'payout'::text);
CREATE UNIQUE INDEX sandbox_psp_line_refund ON public.sandbox_psp_line USING btree (refund_id, type) WHERE (refund_id IS NOT NULL);
CREATE INDEX sandbox_psp_line_waiting ON public.sandbox_psp_line USING btree (currency, at) WHERE (batch IS NULL);
CREATE INDEX sandbox_psp_notification_due ON public.sandbox_psp_notification USING btree (next_at) WHERE (next_at IS NOT NULL);
CREATE INDEX sandbox_psp_notification_payment ON public.sandbox_psp_notification USING btree (payment_id, "position");
CREATE INDEX sandbox_psp_payment_due ON public.sandbox_psp_payment USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX sandbox_psp_payment_expiry ON public.sandbox_psp_payment USING btree (expires_at) WHERE (status = ANY (ARRAY['open'::text, 'processing'::text]));
CREATE INDEX sandbox_psp_payment_reference ON public.sandbox_psp_payment USING btree (reference);
CREATE INDEX sandbox_psp_payment_unsettled ON public.sandbox_psp_payment USING btree (paid_at) WHERE ((status = 'paid'::text) AND (settled_at IS NULL) AND (refunded_minor = 0));
CREATE INDEX sandbox_psp_refund_due ON public.sandbox_psp_refund USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX sandbox_psp_refund_reference ON public.sandbox_psp_refund USING btree (payment_id, reference);
CREATE UNIQUE INDEX seal_of_event ON public.seal USING btree (event_id) WHERE (journal_id IS NULL);
CREATE INDEX seal_of_organisation ON public.seal USING btree (organisation_id, seal_number) WHERE (organisation_id IS NOT NULL);
CREATE INDEX settlement_batch ON public.settlement_batch_line USING btree (batch);
CREATE INDEX settlement_break_open ON public.settlement_break USING btree (id) WHERE (state = 'open'::text);
CREATE INDEX settlement_due_time ON public.settlement_due USING btree (look_at);
CREATE INDEX settlement_line_payment ON public.settlement_line USING btree (psp_reference, psp) WHERE (psp_reference IS NOT NULL);
CREATE INDEX settlement_line_time ON public.settlement_line USING btree (psp, at);
CREATE INDEX webhook_endpoint_live ON public.webhook_endpoint USING btree (organisation_id) WHERE (deleted_at IS NULL);
CREATE INDEX webhook_secret_endpoint ON public.webhook_secret USING btree (endpoint_id);

CREATE OR REPLACE FUNCTION public.append_event(p_id uuid, p_organisation_id uuid, p_type text, p_object_id uuid, p_object_sequence integer, p_body text, p_created_at timestamp with time zone, p_journal_id uuid DEFAULT NULL::uuid, p_consumer_id uuid DEFAULT NULL::uuid)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_root_id uuid;
begin
  select root_id into strict v_root_id from organisation where id = p_organisation_id;
  insert into event (id, organisation_id, root_id, type, object_id, object_sequence, body, created_at, journal_id,
      consumer_id)
    values (p_id, p_organisation_id, v_root_id, p_type, p_object_id, p_object_sequence, p_body, p_created_at, p_journal_id,
      p_consumer_id);
  perform deliver_events(array[p_id]);
end $function$;

CREATE OR REPLACE FUNCTION public.await_receipt()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into receipt (allocation_id) select id from added;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.book_allocation(p jsonb)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION public.book_contribution(p_contribution_id uuid, p jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
declare
  v_was_paid boolean;
begin
  select state = 'paid' into strict v_was_paid from contribution where id = p_contribution_id for update;
  perform book_contributions(jsonb_build_array(p || jsonb_build_object('contributionId', p_contribution_id)));
  return not v_was_paid;
end $function$;

CREATE OR REPLACE FUNCTION public.book_contributions(p jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET jit TO 'off'
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION public.book_reversal(p_reversal_id uuid, p jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
declare
  r reversal;
  at timestamptz := (p->>'now')::timestamptz;
begin
  select * into strict r from reversal where id = p_reversal_id for update;
  if r.state <> 'requested' then
    return false;
  end if;
  perform post_journal((p->>'journalId')::uuid, p->>'journalKind', 'reversal:' || r.id, (p->>'effectiveAt')::timestamptz,
    at, p->>'currency', p->'postings');
  update reversal set state = 'booked', kind = p->>'kind', booked_at = at, journal_id = (p->>'journalId')::uuid,
    psp_reference = coalesce(psp_reference, p->>'pspReference'), poll_at = (p->>'pollAt')::timestamptz
    where id = r.id;
  perform tell_of_reversal(r.allocation_id, p);
  return true;
end $function$;

CREATE OR REPLACE FUNCTION public.check_journal_balance()
 RETURNS trigger
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
AS $function$
begin
  if (select coalesce(bool_or(total <> 0), true) from (
    select sum(amount_minor) as total from posting where journal_id = new.id group by currency) as totals) then
    raise exception 'journal % does not balance', new.id using errcode = 'check_violation';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.check_posting_is_new()
 RETURNS trigger
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
AS $function$
begin
  if exists (select from added group by journal_id, currency having sum(amount_minor) <> 0) then
    raise exception 'postings do not balance' using errcode = 'check_violation';
  end if;
  if exists (select from added where not exists (
    select from journal j where j.id = added.journal_id and j.xid = pg_current_xact_id() offset 0)) then
    raise exception 'a journal is written whole or not at all' using errcode = 'restrict_violation';
  end if;
  if exists (select from added where not exists (
    select from account k where k.id = added.account_id and k.currency = added.currency offset 0)) then
    raise exception 'a posting goes to an account of its currency' using errcode = 'foreign_key_violation';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.count_down_stock()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into project_stock_sold (project_id, stripe, grams)
    select a.project_id, floor(random() * 16)::integer, sum(a.grams)
    from added a join project_stock s on s.project_id = a.project_id where a.grams is not null
    group by a.project_id order by a.project_id
    on conflict (project_id, stripe) do update set grams = project_stock_sold.grams + excluded.grams;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.deliver_events(p_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  insert into delivery (id, event_id, endpoint_id, next_at, created_at)
    select time_ordered_id(v.created_at), v.id, e.id, v.created_at, v.created_at
    from unnest(p_ids) with ordinality as given (id, place)
    cross join lateral (select * from event where id = given.id offset 0) as v
    cross join lateral (select path from organisation where id = v.organisation_id offset 0) as o
    join webhook_endpoint e on e.organisation_id = any (o.path)
    where e.deleted_at is null and e.status = 'enabled' and (e.event_types is null or v.type = any (e.event_types))
    order by given.place;
end $function$;

CREATE OR REPLACE FUNCTION public.grant_to_service(p_role name)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  refused record;
begin
  execute format('grant usage on schema %I to %I', current_schema, p_role);
  execute format('grant select, insert, update, delete on all tables in schema %I to %I', current_schema, p_role);
  execute format('grant usage on all sequences in schema %I to %I', current_schema, p_role);
  for refused in
    select t.tgrelid::regclass as of, w.what from pg_trigger t
    join pg_proc f on f.oid = t.tgfoid and f.proname like 'refuse\_%'
    join (values ('delete', 8), ('update', 16)) as w (what, bit) on t.tgtype & w.bit <> 0
    where f.pronamespace = current_schema::regnamespace and (w.what = 'delete' or f.proname <> 'refuse_rewriting')
  loop
    execute format('revoke %s on %s from %I', refused.what, refused.of, p_role);
  end loop;
  execute format('revoke insert, update, delete on schema_migrations from %I', p_role);
  -- Locking a row asks for the right to update it; a trigger refuses the update.
  execute format('grant update (id) on funds_allocation to %I', p_role);
end $function$;

CREATE OR REPLACE FUNCTION public.open_dispute(p jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  insert into dispute (id, allocation_id, psp, psp_reference, state, amount_minor, fee_minor, reason, opened_at,
      recorded_at, poll_at)
    values ((p->>'id')::uuid, (p->>'allocationId')::uuid, p->>'psp', p->>'pspReference', 'open', (p->>'amount')::bigint,
      (p->>'fee')::bigint, p->>'reason', (p->>'openedAt')::timestamptz, (p->>'now')::timestamptz,
      (p->>'pollAt')::timestamptz)
    on conflict (psp_reference, psp) do nothing;
  if not found then
    return false;
  end if;
  perform post_journal((p->>'journalId')::uuid, 'chargeback_opened', 'dispute:' || (p->>'id'),
    (p->>'openedAt')::timestamptz, (p->>'now')::timestamptz, p->>'currency', p->'postings');
  return true;
end $function$;

CREATE OR REPLACE FUNCTION public.post_journal(p_id uuid, p_kind text, p_cause text, p_effective_at timestamp with time zone, p_recorded_at timestamp with time zone, p_currency text, p_postings jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform post_journals(jsonb_build_array(jsonb_build_object('id', p_id, 'kind', p_kind, 'cause', p_cause,
    'effectiveAt', p_effective_at, 'recordedAt', p_recorded_at, 'currency', p_currency, 'postings', p_postings)));
end $function$;

CREATE OR REPLACE FUNCTION public.post_journals(p jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION public.queue_for_sealing()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into unsealed (event_id) values (new.id);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.queue_journals_for_sealing()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into unsealed (journal_id) select id from added;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% is append-only: correct a mistake by a reversal', tg_table_name using errcode = 'restrict_violation';
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_rate_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'exchange_rate is append-only: import the right rate under another source' using errcode = 'restrict_violation';
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_rewriting()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - tg_argv = to_jsonb(old) - tg_argv and to_jsonb(old)->>tg_argv[0] is null then
    return new;
  end if;
  raise exception '% refuses %: what was written stays', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_webhook_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% refuses %: what happened stays', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end $function$;

CREATE OR REPLACE FUNCTION public.settle_line(p jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION public.tell_of_reversal(p_allocation_id uuid, p jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION public.time_ordered_id(p_at timestamp with time zone)
 RETURNS uuid
 LANGUAGE sql
AS $function$
  select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    placing substring(int8send(floor(extract(epoch from p_at) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1),
    'hex')::uuid
$function$;

CREATE OR REPLACE FUNCTION public.undo_reversal(p_reversal_id uuid, p jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
declare
  r reversal;
  at timestamptz := (p->>'now')::timestamptz;
begin
  select * into strict r from reversal where id = p_reversal_id for update;
  if r.state <> 'booked' then
    return false;
  end if;
  perform post_journal((p->>'journalId')::uuid, p->>'journalKind', 'undone:' || r.id, (p->>'effectiveAt')::timestamptz,
    at, p->>'currency', p->'postings');
  update reversal set state = 'undone', undone_at = at, undoing_journal_id = (p->>'journalId')::uuid, poll_at = null
    where id = r.id;
  perform tell_of_reversal(r.allocation_id, p);
  return true;
end $function$;

CREATE OR REPLACE FUNCTION public.win_dispute(p_dispute_id uuid, p jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  update dispute set state = 'won', closed_at = (p->>'closedAt')::timestamptz, poll_at = null
    where id = p_dispute_id and state = 'open';
  if not found then
    return false;
  end if;
  perform post_journal((p->>'journalId')::uuid, 'chargeback_won', 'dispute_won:' || p_dispute_id,
    (p->>'closedAt')::timestamptz, (p->>'now')::timestamptz, p->>'currency', p->'postings');
  return true;
end $function$;

CREATE OR REPLACE FUNCTION public.write_allocation_lines(p jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION public.write_records(p jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  insert into impact_record (id, allocation_id, journal_id, organisation_id, organisation_path, consumer_id, partner_ids,
      funds_at, body)
    select r.id, a.id, b."journalId", a.organisation_id, o.path, a.consumer_id,
      array(select jsonb_array_elements_text(r."partnerIds")::uuid), r."fundsAt", r.body
    from jsonb_to_recordset(p) as b ("allocationId" uuid, "journalId" uuid, record jsonb)
    cross join jsonb_to_record(b.record) as r (id uuid, "fundsAt" timestamptz, "partnerIds" jsonb, body text)
    cross join lateral (select * from funds_allocation where id = b."allocationId" offset 0) as a
    cross join lateral (select path from organisation where id = a.organisation_id offset 0) as o;
end $function$;

CREATE TRIGGER account_is_append_only BEFORE DELETE OR UPDATE ON public.account FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER account_is_not_truncated BEFORE TRUNCATE ON public.account FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER allocation_counts_down_stock AFTER INSERT ON public.allocation_line REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_down_stock();
CREATE TRIGGER allocation_line_is_append_only BEFORE DELETE OR UPDATE ON public.allocation_line FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER allocation_line_is_not_truncated BEFORE TRUNCATE ON public.allocation_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER allocation_share_is_append_only BEFORE DELETE OR UPDATE ON public.allocation_share FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER allocation_share_is_not_truncated BEFORE TRUNCATE ON public.allocation_share FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER checkpoint_is_append_only BEFORE DELETE OR UPDATE ON public.checkpoint FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER checkpoint_is_not_truncated BEFORE TRUNCATE ON public.checkpoint FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER checkpoint_key_is_append_only BEFORE DELETE OR UPDATE ON public.checkpoint_key FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER checkpoint_key_is_not_truncated BEFORE TRUNCATE ON public.checkpoint_key FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER delivery_attempt_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON public.delivery_attempt FOR EACH STATEMENT EXECUTE FUNCTION refuse_webhook_change();
CREATE TRIGGER event_is_to_be_sealed AFTER INSERT ON public.event FOR EACH ROW WHEN (((new.journal_id IS NULL) AND (NOT new.test))) EXECUTE FUNCTION queue_for_sealing();
CREATE TRIGGER event_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON public.event FOR EACH STATEMENT EXECUTE FUNCTION refuse_webhook_change();
CREATE TRIGGER exchange_rate_is_append_only BEFORE DELETE OR UPDATE ON public.exchange_rate FOR EACH ROW EXECUTE FUNCTION refuse_rate_change();
CREATE TRIGGER fulfilment_is_not_truncated BEFORE TRUNCATE ON public.fulfilment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fulfilment_stays BEFORE DELETE OR UPDATE ON public.fulfilment FOR EACH ROW EXECUTE FUNCTION refuse_rewriting('withdrawn_at', 'withdrawn_because');
CREATE TRIGGER fulfilment_line_is_append_only BEFORE DELETE OR UPDATE ON public.fulfilment_line FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fulfilment_line_is_not_truncated BEFORE TRUNCATE ON public.fulfilment_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER allocation_awaits_receipt AFTER INSERT ON public.funds_allocation REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION await_receipt();
CREATE TRIGGER allocation_is_append_only BEFORE DELETE OR UPDATE ON public.funds_allocation FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER allocation_is_not_truncated BEFORE TRUNCATE ON public.funds_allocation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER impact_record_is_append_only BEFORE DELETE OR UPDATE ON public.impact_record FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER impact_record_is_not_truncated BEFORE TRUNCATE ON public.impact_record FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE CONSTRAINT TRIGGER journal_balances AFTER INSERT ON public.journal DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_journal_balance();
CREATE TRIGGER journal_is_append_only BEFORE DELETE OR UPDATE ON public.journal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_is_not_truncated BEFORE TRUNCATE ON public.journal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_is_to_be_sealed AFTER INSERT ON public.journal REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION queue_journals_for_sealing();
CREATE TRIGGER posting_is_append_only BEFORE DELETE OR UPDATE ON public.posting FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER posting_is_new AFTER INSERT ON public.posting REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_posting_is_new();
CREATE TRIGGER posting_is_not_truncated BEFORE TRUNCATE ON public.posting FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER receipt_is_not_truncated BEFORE TRUNCATE ON public.receipt FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER receipt_stays BEFORE DELETE OR UPDATE ON public.receipt FOR EACH ROW EXECUTE FUNCTION refuse_rewriting('jws', 'kid', 'issued_at');
CREATE TRIGGER receipt_key_is_not_truncated BEFORE TRUNCATE ON public.receipt_key FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER receipt_key_stays BEFORE DELETE OR UPDATE ON public.receipt_key FOR EACH ROW EXECUTE FUNCTION refuse_rewriting('valid_until');
CREATE TRIGGER reversal_line_is_append_only BEFORE DELETE OR UPDATE ON public.reversal_line FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reversal_line_is_not_truncated BEFORE TRUNCATE ON public.reversal_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reversal_share_is_append_only BEFORE DELETE OR UPDATE ON public.reversal_share FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reversal_share_is_not_truncated BEFORE TRUNCATE ON public.reversal_share FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_is_append_only BEFORE DELETE OR UPDATE ON public.seal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_is_not_truncated BEFORE TRUNCATE ON public.seal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_tree_is_append_only BEFORE DELETE OR UPDATE ON public.seal_tree FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_tree_is_not_truncated BEFORE TRUNCATE ON public.seal_tree FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER settlement_batch_line_is_append_only BEFORE DELETE OR UPDATE ON public.settlement_batch_line FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER settlement_batch_line_is_not_truncated BEFORE TRUNCATE ON public.settlement_batch_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER settlement_line_is_append_only BEFORE DELETE OR UPDATE ON public.settlement_line FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER settlement_line_is_not_truncated BEFORE TRUNCATE ON public.settlement_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER settlement_match_is_append_only BEFORE DELETE OR UPDATE ON public.settlement_match FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER settlement_match_is_not_truncated BEFORE TRUNCATE ON public.settlement_match FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER statement_is_append_only BEFORE DELETE OR UPDATE ON public.statement FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER statement_is_not_truncated BEFORE TRUNCATE ON public.statement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER statement_line_is_append_only BEFORE DELETE OR UPDATE ON public.statement_line FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER statement_line_is_not_truncated BEFORE TRUNCATE ON public.statement_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER statement_period_is_append_only BEFORE DELETE OR UPDATE ON public.statement_period FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER statement_period_is_not_truncated BEFORE TRUNCATE ON public.statement_period FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER unsealed_is_not_truncated BEFORE TRUNCATE ON public.unsealed FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER webhook_endpoint_stays BEFORE DELETE OR TRUNCATE ON public.webhook_endpoint FOR EACH STATEMENT EXECUTE FUNCTION refuse_webhook_change();
