// The schema after all migrations, as one file to read: taken from the embedded database through its catalogs, in an
// order that no migration changes. Runs as SQL too, though databases are made by the migrations only.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbedded } from '../packages/service/dist/kernel/embedded.js'
import { buildTemplate } from '../packages/service/dist/kernel/embedded-template.js'

const columnsSql = `
  select c.relname as "table", a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as needed,
    a.attidentity <> '' as identity, pg_get_expr(d.adbin, d.adrelid) as "default"
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
  order by c.relname collate "C", a.attnum`
const constraintsSql = `
  select conrelid::regclass::text as "table", conname as name, contype::text as kind, pg_get_constraintdef(oid) as text
  from pg_constraint
  where connamespace = 'public'::regnamespace and contype in ('p', 'u', 'c', 'x', 'f')
  order by position(contype::text in 'pucxf'), conname collate "C"`
const optionsSql = `
  select relname as "table", array_to_string(reloptions, ', ') as text
  from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and reloptions is not null`
const indexesSql = `
  select pg_get_indexdef(i.indexrelid) as text
  from pg_index i join pg_class c on c.oid = i.indexrelid
  where c.relnamespace = 'public'::regnamespace
    and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
  order by i.indrelid::regclass::text collate "C", c.relname collate "C"`
const functionsSql = `
  select rtrim(pg_get_functiondef(oid), E'\\n') as text from pg_proc
  where pronamespace = 'public'::regnamespace order by proname collate "C", oid::regprocedure::text collate "C"`
const triggersSql = `
  select pg_get_triggerdef(oid) as text from pg_trigger
  where not tgisinternal order by tgrelid::regclass::text collate "C", tgname collate "C"`

export async function schemaDump() {
  const dataDir = mkdtempSync(join(tmpdir(), 'ekko-schema-'))
  try {
    const database = await openEmbedded({ dataDir, template: await buildTemplate(), onWarning: console.warn })
    try {
      return await dump(database)
    } finally {
      await database.close()
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function dump(database) {
  const constraints = await database.query(constraintsSql)
  const texts = async (sql) => (await database.query(sql)).map(({ text }) => `${text};`)
  const inside = constraints.filter(({ kind }) => kind !== 'f')
  const references = constraints.filter(({ kind }) => kind === 'f')
  const tables = tableTexts(await database.query(columnsSql), inside, await database.query(optionsSql))
  return [
    '-- The schema after all migrations, to read. Made by `npm run generate`; a change by hand is lost.\n' +
      '-- Why things are as they are is said in the migrations.',
    ...tables,
    references
      .map(({ table, name, text }) => `alter table ${table} add constraint ${name} ${text};`)
      .join('\n'),
    (await texts(indexesSql)).join('\n'),
    (await texts(functionsSql)).join('\n\n'),
    (await texts(triggersSql)).join('\n'),
  ]
    .join('\n\n')
    .concat('\n')
}

function tableTexts(columns, constraints, options) {
  const names = [...new Set(columns.map(({ table }) => table))]
  return names.map((table) => {
    const isOfTable = (each) => each.table === table
    const lines = [
      ...columns.filter(isOfTable).map(columnText),
      ...constraints.filter(isOfTable).map(({ name, text }) => `constraint ${name} ${text}`),
    ]
    const option = options.find(isOfTable)
    return `create table ${table} (\n  ${lines.join(',\n  ')}\n)${option ? ` with (${option.text})` : ''};`
  })
}

function columnText({ name, type, needed, identity, default: value }) {
  const parts = [name, type]
  if (identity) parts.push('generated always as identity')
  if (value !== null) parts.push(`default ${value}`)
  if (needed) parts.push('not null')
  return parts.join(' ')
}
