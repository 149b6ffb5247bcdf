-- When each API key was last used. Old code runs on this: it does not note it.

alter table api_key add column last_used_at timestamptz;   -- at most an hour out; null: never
