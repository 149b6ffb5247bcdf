-- Dated exchange rates that an operator imported, for currencies that the factor set has none for. Old code can run on this.
-- Kept as published, to the digit: an estimate names day and source, so that anybody can look the rate up there.

create table exchange_rate (
  day            date not null,
  currency       text not null check (currency ~ '^[A-Z]{3}$'),
  source         text not null check (length(source) between 1 and 100),
  base           text not null check (base in ('USD', 'EUR')),
  units_per_base numeric not null check (units_per_base > 0 and units_per_base < 'Infinity'),
  imported_at    timestamptz not null,
  primary key (currency, day, source)
);

create function refuse_rate_change() returns trigger language plpgsql as $$
begin
  raise exception 'exchange_rate is append-only: import the right rate under another source' using errcode = 'restrict_violation';
end $$;
create trigger exchange_rate_is_append_only before update or delete on exchange_rate for each row
  execute function refuse_rate_change();
