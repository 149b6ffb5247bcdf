-- Organisations, keys, projects, quotes and sessions. Old code cannot run on this: it is the first migration.
--
-- Rows are reachable from their root organisation, so that they can be sharded by it.
-- `consumer`, `quote` and `post_purchase_session` are written together by one statement for each session and carry no
-- foreign keys on purpose: each key check would lock the organisation's row, which all sessions of a merchant share.

-- One row: which environment this database belongs to, and the master key unless the operator keeps it elsewhere.
create table deployment (
  one         boolean primary key default true check (one),
  environment text not null check (environment in ('sandbox', 'production')),
  master_key  bytea,
  created_at  timestamptz not null
);

create table organisation (
  id                        uuid primary key,
  parent_id                 uuid references organisation,
  root_id                   uuid not null references organisation,
  path                      uuid[] not null,               -- root first, itself last
  reference                 text,
  trading_name              text not null,
  legal_name                text not null,
  address                   jsonb not null,
  currency                  text not null check (currency ~ '^[A-Z]{3}$'),
  website                   text,
  billing                   jsonb,
  mcc                       text check (mcc ~ '^[0-9]{4}$'),
  relative_profit_share_ppm integer not null check (relative_profit_share_ppm between 0 and 1000000),
  service_fee_ppm           integer not null check (service_fee_ppm between 0 and 1000000),
  status                    text not null default 'active' check (status in ('active', 'deactivated')),
  brand_id                  uuid not null unique,
  product_id                uuid not null unique,
  appearance                jsonb not null default '{}',
  created_at                timestamptz not null,
  check (path[1] = root_id and path[cardinality(path)] = id),
  check ((parent_id is null) = (id = root_id))
);
create index organisation_path on organisation using gin (path);
create index organisation_reference on organisation (parent_id, reference);

create table api_key (
  id              uuid primary key,
  organisation_id uuid not null references organisation,
  hash            bytea not null unique,                   -- SHA-256 of the key; the key itself is never stored
  hint            text not null,                           -- prefix and last four characters, for people
  created_at      timestamptz not null,
  expires_at      timestamptz
);

create table impact_partner (
  id          uuid primary key,
  root_id     uuid not null references organisation,
  name        text not null,
  description text not null,
  sample      boolean not null,
  created_at  timestamptz not null,
  unique (root_id, name)
);

create table project (
  id                  uuid primary key,
  impact_partner_id   uuid not null references impact_partner,
  root_id             uuid not null references organisation,
  name                text not null,
  short_description   text not null,
  long_description    text not null,
  image               text not null,
  type                text not null check (type in ('carbonCredits', 'natureCredits', 'contribution')),
  subtype             text,
  country             text not null,
  region              text not null,
  state               text not null,
  theme               text check (theme in ('pollution', 'climateStress', 'landUse', 'waterUse')),
  unit_description    text not null,
  unit_type           text not null check (unit_type in ('unit', 'monetary')),
  sdgs                jsonb not null,
  standard            text,
  registry            text,
  delivery_year       integer,
  sample              boolean not null,
  position            integer not null,
  created_at          timestamptz not null,
  unique (root_id, name)
);

-- Price of one unit, in each currency the project takes.
create table project_price (
  project_id       uuid not null references project,
  currency         text not null check (currency ~ '^[A-Z]{3}$'),
  unit_price_minor bigint not null check (unit_price_minor > 0),
  primary key (project_id, currency)
);

-- The only place that knows who a consumer is. Books refer to the random id, so that this can be erased: what is left then
-- says nothing but that there was somebody. What the merchant said is sealed under a key of this consumer's own, which is
-- sealed with the deployment's. One row for each session: the books do not tell which sessions are of one person.
create table consumer (
  id              uuid primary key,
  organisation_id uuid not null,
  lookup          bytea,                                   -- keyed hash of root organisation and reference
  sealed_key      bytea,
  sealed          bytea,
  erased_at       timestamptz,
  check (num_nulls(lookup, sealed_key, sealed) = case when erased_at is null then 0 else 3 end)
);
create index consumer_lookup on consumer (lookup) where lookup is not null;

create table quote (
  id                 uuid primary key,
  organisation_id    uuid not null,
  consumer_id        uuid not null,
  impact_type        text not null check (impact_type in ('carbon', 'nature')),
  locale             text not null,
  currency           text not null,
  transaction_minor  bigint not null check (transaction_minor > 0),
  merchant           json,
  order_items        json,
  footprint          json not null,                        -- the estimate with its provenance
  terms              json not null,                        -- frozen: rates, shares of the hierarchy, projects, prices
  created_at         timestamptz not null
) with (toast_tuple_target = 8160);                        -- a quote fits a page; compressing it would cost more than it saves

create table post_purchase_session (
  id              uuid primary key,
  quote_id        uuid not null,
  organisation_id uuid not null,
  variant         text not null check (variant in ('embedded', 'takeover')),
  created_at      timestamptz not null,
  expires_at      timestamptz not null,                    -- of the client secret
  link_expires_at timestamptz not null,                    -- of the hosted page
  page_origin     text,                                    -- where the SDK first showed it; the only place to return to
  dismissed_at    timestamptz
);
