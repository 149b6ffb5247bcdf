-- Each statement that writes postings leaves every journal balanced. Old code runs on this.

-- The check at commit alone was not enough: `set constraints all immediate` has it look early, and what the same transaction
-- added afterwards was looked at by nobody.
create or replace function check_posting_is_new() returns trigger language plpgsql set enable_seqscan = off as $$
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
end $$;
