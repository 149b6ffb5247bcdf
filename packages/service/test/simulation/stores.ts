/**
 * The database of one lane, on either engine, with what an administrator can do to it: end a connection, keep a transaction
 * open for long, copy it, and go back to the copy. Law: a lane’s database is nobody else’s, so that a lane can be replayed.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Database } from '../../src/kernel/database.ts'
import { openEmbedded } from '../../src/kernel/embedded.ts'
import { buildTemplate } from '../../src/kernel/embedded-template.ts'
import { migrate } from '../../src/kernel/migrate.ts'
import { openPostgres } from '../../src/kernel/postgres.ts'
import type { CountBlocked } from './turns.ts'

export interface Store {
  /** The real thing; another one after `restore`. */
  readonly database: Database
  readonly killBackend: ((pid: number) => Promise<void>) | undefined
  /** How many statements wait for a lock now. */
  readonly countBlocked: CountBlocked
  /** Opens a transaction that holds back everything that is read in the order of transactions; answers how to end it. */
  readonly holdTransaction: (() => Promise<() => Promise<void>>) | undefined
  backUp(): Promise<void>
  restore(): Promise<void>
  dispose(): Promise<void>
}

const ignore = () => undefined
const poolMax = 6

export async function postgresStore(serverUrl: string, name: string): Promise<Store> {
  const admin = new pg.Pool({ connectionString: serverUrl, max: 2 })
  admin.on('error', ignore)
  const copy = `${name}_backup`
  const make = async (to: string, from?: string) => {
    await admin.query(`drop database if exists ${to} with (force)`)
    await admin.query(`create database ${to}${from ? ` template ${from} strategy file_copy` : ''}`)
  }
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  const open = () => openPostgres({ url: url.toString(), poolMax, onWarning: ignore })
  await make(name)
  let database = await open()
  await migrate(database)
  return {
    get database() {
      return database
    },
    killBackend: async (pid) => {
      await admin.query('select pg_terminate_backend($1, 2000)', [pid])
    },
    countBlocked: async () => {
      const found = await admin.query<{ count: number }>(
        "select count(*)::int as count from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'",
        [name],
      )
      return found.rows[0]!.count
    },
    holdTransaction: async () => {
      const holder = new pg.Client({ connectionString: url.toString() })
      holder.on('error', ignore)
      await holder.connect()
      await holder.query('begin')
      await holder.query('select pg_current_xact_id()')
      return async () => {
        await holder.query('commit')
        await holder.end()
      }
    },
    async backUp() {
      await database.close()
      await make(copy, name)
      database = await open()
    },
    async restore() {
      await database.close()
      await make(name, copy)
      database = await open()
    },
    async dispose() {
      await database.close()
      for (const each of [name, copy]) await admin.query(`drop database if exists ${each} with (force)`)
      await admin.end()
    },
  }
}

export async function embeddedStore(): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), 'ekko-simulation-'))
  const [dataDir, copy] = [join(folder, 'data'), join(folder, 'backup')]
  const template = await buildTemplate()
  const open = async () => countedWaiting(await openEmbedded({ dataDir, template, onWarning: ignore }))
  let { database, countWaiting } = await open()
  await migrate(database)
  const copyFolder = async (from: string, to: string) => {
    await database.close()
    rmSync(to, { recursive: true, force: true })
    cpSync(from, to, { recursive: true })
    ;({ database, countWaiting } = await open())
  }
  return {
    get database() {
      return database
    },
    // One session, which nobody else can end or hold up.
    killBackend: undefined,
    holdTransaction: undefined,
    countBlocked: async () => countWaiting(),
    backUp: () => copyFolder(dataDir, copy),
    restore: () => copyFolder(copy, dataDir),
    async dispose() {
      await database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The one session belongs to whoever has a transaction open in it; everybody else waits, and nobody else can tell. */
function countedWaiting(real: Database): { database: Database; countWaiting: () => number } {
  let hasTransaction = false
  let waiting = 0
  const database: Database = {
    ...real,
    async query(text, values) {
      waiting += 1
      try {
        return await real.query(text, values)
      } finally {
        waiting -= 1
      }
    },
    async transaction(work, limits) {
      let isWaiting = true
      const begin = (has: boolean) => {
        if (isWaiting) waiting -= 1
        isWaiting = false
        hasTransaction = has
      }
      waiting += 1
      try {
        return await real.transaction((tx) => {
          begin(true)
          return work(tx)
        }, limits)
      } finally {
        begin(false)
      }
    },
  }
  return { database, countWaiting: () => (hasTransaction ? waiting : 0) }
}
