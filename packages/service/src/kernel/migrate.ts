// Brings the schema forward: numbered files, in order, each once, never back.
// Not for data fixes at run time. Laws: a migration that was applied never changes; a database that is ahead of this
// program is refused; any number of processes may do this at the same time.

import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Database, Queryable } from './database.ts'

export interface Migration {
  /** The file's name without its ending. */
  name: string
  sha256: string
  text: string
}

/** The schema and the program do not belong together. */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused'
}

/** The service's own migrations; the same place from the sources and from the compiled files. */
export const migrationsFolder = fileURLToPath(new URL('../../migrations/', import.meta.url))

/** A migration may rewrite a large table. */
const migrationTimeoutMs = 3_600_000
/** Any number, as long as it is always the same: "ekko" in ASCII. */
const advisoryLock = 0x656b6b6f
const fileName = /^(\d{6}_[a-z0-9_]+)\.sql$/

/** Applies what is missing, in one transaction each, and answers the names of what it applied. @throws MigrationRefused */
export async function migrate(database: Database, folder = migrationsFolder): Promise<{ applied: string[] }> {
  const migrations = readMigrations(folder)
  const applied: string[] = []
  // Looked at without the lock first, so that a start with nothing to do waits for nobody.
  while ((await pending(database, migrations)).length > 0) {
    const name = await database.transaction((tx) => applyNext(tx, migrations), {
      timeoutMs: migrationTimeoutMs,
    })
    if (name !== undefined) applied.push(name)
  }
  return { applied }
}

/** The names of the migrations that are not applied yet. @throws MigrationRefused */
export async function pendingMigrations(database: Database, folder = migrationsFolder): Promise<string[]> {
  const missing = await pending(database, readMigrations(folder))
  return missing.map(({ name }) => name)
}

/** The migrations in a folder, in order. */
export function readMigrations(folder: string): Migration[] {
  const names = fs.readdirSync(folder).filter((name) => fileName.test(name))
  const migrations = names.sort().map((file) => {
    const text = fs.readFileSync(path.join(folder, file), 'utf8')
    return {
      name: file.slice(0, -'.sql'.length),
      sha256: createHash('sha256').update(text).digest('hex'),
      text,
    }
  })
  migrations.forEach(({ name }, index) => {
    const expected = String(index + 1).padStart(6, '0')
    if (!name.startsWith(`${expected}_`)) {
      throw new MigrationRefused(`migrations are numbered without gaps: expected ${expected}, found ${name}`)
    }
  })
  return migrations
}

async function applyNext(
  tx: Queryable & { script(text: string): Promise<void> },
  migrations: readonly Migration[],
): Promise<string | undefined> {
  await tx.query(`select pg_advisory_xact_lock(${advisoryLock})`)
  await tx.script(`create table if not exists schema_migrations (
    number integer primary key,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default now()
  )`)
  const [next] = await pending(tx, migrations)
  if (next === undefined) return undefined
  await tx.script(next.text)
  await tx.query('insert into public.schema_migrations (number, name, sha256) values ($1, $2, $3)', [
    migrations.indexOf(next) + 1,
    next.name,
    next.sha256,
  ])
  return next.name
}

async function pending(database: Queryable, migrations: readonly Migration[]): Promise<Migration[]> {
  const [table] = await database.query<{ known: boolean }>(
    `select to_regclass('public.schema_migrations') is not null as known`,
  )
  if (table?.known !== true) return [...migrations]
  const applied = await database.query<{ name: string; sha256: string }>(
    'select name, sha256 from public.schema_migrations order by number',
  )
  applied.forEach((row, index) => {
    const ours = migrations[index]
    if (ours === undefined) {
      throw new MigrationRefused(
        `the database is newer than this program: it has ${row.name}, which is not known here`,
      )
    }
    if (ours.name !== row.name || ours.sha256 !== row.sha256) {
      throw new MigrationRefused(
        `migration ${row.name} was changed after it was applied; write a new one instead`,
      )
    }
  })
  return migrations.slice(applied.length)
}
