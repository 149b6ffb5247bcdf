-- Limits of API keys, allow-lists, brands, products, and what the operator says of projects. Old code runs on this: it lets
-- every key do everything from anywhere and goes on offering what was retired or sold out.

alter table organisation
  add column brand_name         text,                      -- null: the trading name
  add column logo_url           text check (logo_url ~ '^https://'),
  add column product            jsonb not null default '{}',
  add column allow_list         text[] not null default '{}',
  add column allow_list_enabled boolean not null default false;

alter table api_key
  add column name               text,
  add column scopes             text[] check (cardinality(scopes) > 0), -- null: everything
  add column allow_list         text[] not null default '{}',
  add column allow_list_enabled boolean not null default false,
  add column replaced_by        uuid references api_key;
create index api_key_organisation on api_key (organisation_id, id);

alter table project
  add column status text not null default 'offered' check (status in ('offered', 'retired'));

-- How much was left to sell when the operator last said so; a project that is not here has no limit.
create table project_stock (
  project_id uuid primary key references project,
  grams      numeric not null check (grams >= 0)           -- of CO2e
);
-- What was sold of it since, in several rows, so that contributions of one moment do not wait for one another.
create table project_stock_sold (
  project_id uuid not null references project_stock on delete cascade,
  stripe     integer not null check (stripe between 0 and 15),
  grams      numeric not null,
  primary key (project_id, stripe)
);

create function count_down_stock() returns trigger language plpgsql as $$
begin
  insert into project_stock_sold (project_id, stripe, grams)
    select a.project_id, floor(random() * 16)::integer, sum(a.grams)
    from added a join project_stock s on s.project_id = a.project_id where a.grams is not null
    group by a.project_id order by a.project_id
    on conflict (project_id, stripe) do update set grams = project_stock_sold.grams + excluded.grams;
  return null;
end $$;
create trigger allocation_counts_down_stock after insert on allocation_line
  referencing new table as added for each statement execute function count_down_stock();
