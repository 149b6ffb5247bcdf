-- A service need not own its tables: a role that may write the ledger, and neither change nor delete a row of it. Old code
-- runs on this.

-- What a trigger refuses is not granted either, whichever tables there are; TRUNCATE never is. To be called after each
-- migration, by the owner: `ekko migrate --grant ROLE` does.
create function grant_to_service(p_role name) returns void language plpgsql as $$
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
end $$;
