// What a dump does to a database: every row goes into another one, with the transaction ids of the cluster it came from.
// Not for schemas: the other one has it already.

import type { Database } from '../../src/kernel/database.ts'

/** Copies every row. Transaction ids become `xid` and the ones after it: the old cluster had seen many more. */
export async function restored(from: Database, to: Database, xid: string): Promise<void> {
  const tables = await from.query<{ name: string; counter: string | null; xid: boolean }>(
    `select c.relname as name, exists (select from pg_attribute where attrelid = c.oid and attname = 'xid' and not attisdropped) as xid,
       (select attname from pg_attribute where attrelid = c.oid and attidentity <> '' and not attisdropped) as counter
     from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'schema_migrations'`,
  )
  for (const { name, counter, xid: hasXid } of tables) {
    const rows = await from.query<{ row: string }>(`select to_json(t)::text as row from ${name} t`)
    await to.transaction(async (tx) => {
      // As a dump is restored: before there are any triggers.
      await tx.script('set local session_replication_role = replica')
      await tx.query(
        `insert into ${name} overriding system value select r.* from json_populate_recordset(null::${name}, $1::json) as r`,
        [`[${rows.map(({ row }) => row).join(',')}]`],
      )
      if (hasXid)
        await tx.query(`update ${name} set xid = ($1::bigint + xid::text::bigint)::text::xid8`, [xid])
      if (counter === null) return
      await tx.query(
        `select setval(pg_get_serial_sequence('${name}', '${counter}'), 1 + coalesce(max(${counter}), 0)) from ${name}`,
      )
    })
  }
}
