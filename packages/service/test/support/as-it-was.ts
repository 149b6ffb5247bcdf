// Brings a database back to how it was, so that many tests can follow one another on it: a fresh one costs seconds when the
// engine is embedded. Not for tests of what a transaction, a restart or a migration leaves behind: those want a database of their own.

import type { Database, Queryable } from '../../src/kernel/database.ts'

/** Remembers every row and counter; what it answers puts them back, and nothing else. */
export async function asItWas(database: Database): Promise<() => Promise<void>> {
  const tables = await database.query<{ name: string }>(
    "select quote_ident(relname) as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'",
  )
  const kept: { name: string; rows: string }[] = []
  for (const { name } of tables) {
    const [all] = await database.query<{ rows: string | null }>(
      `select json_agg(to_json(t))::text as rows from ${name} t`,
    )
    if (all?.rows) kept.push({ name, rows: all.rows })
  }
  const deleteAll = tables.map(({ name }) => `delete from ${name};`).join('\n')
  const counters = await countersOf(database)
  return () =>
    database.transaction(async (tx) => {
      // Without triggers: the tables that only grow refuse this otherwise, and foreign keys would want an order.
      await tx.script(`set local session_replication_role = replica;\n${deleteAll}`)
      for (const { name, rows } of kept)
        await tx.query(
          `insert into ${name} overriding system value select r.* from json_populate_recordset(null::${name}, $1::json) as r`,
          [rows],
        )
      for (const { name, at, used } of counters)
        await tx.query('select setval($1::regclass, $2::bigint, $3)', [name, at, used])
    })
}

function countersOf(database: Queryable): Promise<{ name: string; at: bigint; used: boolean }[]> {
  return database.query(
    `select format('%I.%I', schemaname, sequencename) as name, coalesce(last_value, start_value) as at,
       last_value is not null as used from pg_sequences where schemaname = 'public'`,
  )
}
