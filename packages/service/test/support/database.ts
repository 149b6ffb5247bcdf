// A fresh, migrated database for a test, on either engine, in well under a second.
// Not for production. Law: no two calls ever share a database.

import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'
import type { Database } from '../../src/kernel/database.ts'
import { openEmbedded, postgresFolder } from '../../src/kernel/embedded.ts'
import { unpackArchive } from '../../src/kernel/embedded-archive.ts'
import { buildBase, buildTemplate } from '../../src/kernel/embedded-template.ts'
import { migrate, migrationsFolder, readMigrations } from '../../src/kernel/migrate.ts'
import { openPostgres } from '../../src/kernel/postgres.ts'
import { unpackedFolder } from './global-setup.ts'

export type Engine = 'embedded' | 'postgres'

/** For `describe.each(engines)`. */
export const engines: readonly Engine[] = ['embedded', 'postgres']

export interface TestDatabase {
  engine: Engine
  database: Database
  /** What the database warned of, in order. */
  warnings: string[]
  /** Only PostgreSQL: the address, for connections of the test's own. */
  url: string | undefined
  /** Only embedded: the data directory. */
  dataDir: string | undefined
  /** Closes the database and deletes it. */
  dispose(): Promise<void>
}

export interface TestDatabaseOptions {
  engine: Engine
  /** Another folder of migrations than the service's own; `null` for none at all. */
  migrations?: string | null
  poolMax?: number
}

/** Makes a database that nobody else has. Call `dispose` when done. */
export async function testDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  const migrations = options.migrations === undefined ? migrationsFolder : options.migrations
  return options.engine === 'embedded' ? embedded(migrations) : postgres(migrations, options.poolMax ?? 10)
}

async function embedded(migrations: string | null): Promise<TestDatabase> {
  const template = migrations === migrationsFolder ? await buildTemplate() : await buildBase()
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'ekko-test-'))
  fs.cpSync(await unpackedOnce(template), path.join(dataDir, postgresFolder), { recursive: true })
  const warnings: string[] = []
  const database = await openEmbedded({ dataDir, template, onWarning: (message) => warnings.push(message) })
  if (migrations !== null) await migrate(database, migrations)
  const dispose = async () => {
    await database.close()
    fs.rmSync(dataDir, { recursive: true, force: true })
  }
  return { engine: 'embedded', database, warnings, url: undefined, dataDir, dispose }
}

/** A folder to copy, once for each run: an archive would be unpacked for each test, and waited for until the disk has it. */
async function unpackedOnce(template: string): Promise<string> {
  const folder = path.join(unpackedFolder(inject('ekkoPostgres').run), path.basename(template))
  if (fs.existsSync(folder)) return folder
  fs.mkdirSync(path.dirname(folder), { recursive: true })
  const mine = `${folder}.${process.pid}`
  await unpackArchive(template, mine)
  try {
    fs.renameSync(mine, folder)
  } catch (error) {
    // Another test file was quicker.
    if (!fs.existsSync(folder)) throw error
    fs.rmSync(mine, { recursive: true })
  }
  return folder
}

async function postgres(migrations: string | null, poolMax: number): Promise<TestDatabase> {
  const { url: serverUrl, run, problem } = inject('ekkoPostgres')
  if (serverUrl === undefined) throw new Error(problem)
  const template = migrations === null ? 'template1' : await migratedTemplate(serverUrl, run, migrations)
  const name = `${run}_${randomBytes(6).toString('hex')}`
  await onServer(serverUrl, (server) => server.query(`create database ${name} template ${template}`))
  const url = addressOf(serverUrl, name)
  const warnings: string[] = []
  const database = await openPostgres({ url, poolMax, onWarning: (message) => warnings.push(message) })
  const dispose = async () => {
    await database.close()
    await onServer(serverUrl, (server) => server.query(`drop database if exists ${name} with (force)`))
  }
  return { engine: 'postgres', database, warnings, url, dataDir: undefined, dispose }
}

/** Migrated once for each run and each set of migrations, whichever test file comes first. */
async function migratedTemplate(serverUrl: string, run: string, folder: string): Promise<string> {
  const contents = JSON.stringify(readMigrations(folder).map(({ sha256 }) => sha256))
  const name = `${run}_t_${createHash('sha256').update(contents).digest('hex').slice(0, 12)}`
  await onServer(serverUrl, async (server) => {
    await server.query('select pg_advisory_lock(hashtext($1))', [name])
    const known = await server.query('select 1 from pg_database where datname = $1 and datistemplate', [name])
    if (known.rows.length > 0) return
    await server.query(`drop database if exists ${name}`)
    await server.query(`create database ${name}`)
    const database = await openPostgres({
      url: addressOf(serverUrl, name),
      poolMax: 1,
      onWarning: () => undefined,
    })
    try {
      await migrate(database, folder)
    } finally {
      await database.close()
    }
    await server.query(`alter database ${name} is_template true`)
  })
  return name
}

/** Runs something over a connection of its own, which also lets go of any lock it took. */
async function onServer(url: string, act: (server: pg.Client) => Promise<unknown>): Promise<void> {
  const server = new pg.Client({ connectionString: url })
  await server.connect()
  try {
    await act(server)
  } finally {
    await server.end()
  }
}

function addressOf(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.toString()
}
