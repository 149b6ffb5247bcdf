-- The balance of a journal is looked up by its key, whatever the planner knew of the tables. A plan is kept for as long as a
-- connection lives or until a table is analysed again: one that was made while the ledger was all but empty read the whole of
-- it for every journal that a first busy minute wrote. Old code runs on this.

alter function check_journal_balance() set enable_seqscan = off;
alter function check_posting_is_new() set enable_seqscan = off;
