// The engine for production: a pool of connections to a PostgreSQL server.
// Not for retries across servers, sharding or pgbouncer's transaction mode (statements are prepared by name).
// Law: a commit whose answer never came is CommitUnknown; everything before the commit is a plain failure.

import type pg from 'pg'
import type { Database, Transaction, TransactionLimits } from './database.ts'
import { ConnectionLost, withAttempts } from './database-attempts.ts'
import {
  CommitUnknown,
  DatabaseUnavailable,
  rolledBackInstead,
  SqlError,
  TransactionMisuse,
} from './database-errors.ts'
import { OpenTransaction, TransactionScope, withinTime } from './database-scope.ts'
import { connectionConfig, openPool } from './postgres-connections.ts'
import { openListener } from './postgres-listener.ts'
import { runScript, runStatement } from './postgres-statements.ts'

export interface PostgresOptions {
  url: string
  poolMax: number
  onWarning: (message: string) => void
}

/** Connects, refuses a server that is too old, and warns of settings under which commits are not durable. */
export async function openPostgres({ url, poolMax, onWarning }: PostgresOptions): Promise<Database> {
  const pool = openPool(url, poolMax, onWarning)
  const listener = openListener(connectionConfig(url), onWarning)
  const scope = new TransactionScope()
  const database: Database = {
    engine: 'postgres',
    query: async <Row>(text: string, values: readonly unknown[] = []) => {
      scope.assertOutside()
      return withAttempts(() => runAlone<Row>(pool, text, values))
    },
    transaction: async (work, limits) => {
      scope.assertOutside()
      return withAttempts(() => runTransaction({ pool, scope, onWarning }, work, limits))
    },
    listen: listener.listen,
    close: async () => {
      await listener.close()
      await pool.end()
    },
  }
  try {
    await inspect(database, onWarning)
  } catch (error) {
    await database.close()
    throw error
  }
  return database
}

async function runAlone<Row>(pool: pg.Pool, text: string, values: readonly unknown[]): Promise<Row[]> {
  const client = await checkOut(pool)
  let lost = false
  try {
    const result = await runStatement(client, text, values)
    return result.rows as Row[]
  } catch (error) {
    lost = error instanceof ConnectionLost
    // A statement outside a transaction is its own commit.
    if (lost) throw new CommitUnknown('the connection was lost while a statement ran', { cause: error })
    throw error
  } finally {
    client.release(lost)
  }
}

/** The whole transaction; the server has limits of its own for each statement and each pause. */
const transactionTimeoutMs = 30_000

async function runTransaction<T>(
  {
    pool,
    scope,
    onWarning,
  }: { pool: pg.Pool; scope: TransactionScope; onWarning: (message: string) => void },
  work: (tx: Transaction) => Promise<T>,
  limits: TransactionLimits = {},
): Promise<T> {
  const client = await checkOut(pool)
  const state = new OpenTransaction()
  const session = openSession(client, state, limits)
  let result: T
  try {
    result = await withinTime(
      scope.prepare(state, () => work(session.tx)),
      limits.timeoutMs ?? transactionTimeoutMs,
    )
    state.end()
    await session.begun
    // The caller may have swallowed the error; nothing was committed, and saying so beats "unknown".
    if (session.lost !== undefined) throw session.lost
  } catch (error) {
    state.end()
    // A statement may still be running in a transaction that is late; only without its connection does it end.
    client.release(error instanceof TransactionMisuse || !(await rollBack(client)))
    throw error
  }
  const refusal = await commit(client)
  if (refusal !== undefined) throw refusal
  state.committed(onWarning)
  return result
}

/** A transaction's face to the caller. BEGIN is sent but not awaited, so that it travels with the first statement. */
function openSession(client: pg.PoolClient, state: OpenTransaction, limits: TransactionLimits) {
  let lost: ConnectionLost | undefined
  const watched = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((error: unknown) => {
      if (error instanceof ConnectionLost) lost = error
      throw error
    })
  const begun = runScript(client, beginText(limits), limits)
  // Without this an unused rejection would end the process; `begun` itself is awaited before the commit.
  begun.catch(() => undefined)
  const tx: Transaction = {
    query: async <Row>(text: string, values: readonly unknown[] = []) => {
      state.assertOpen()
      const result = await watched(runStatement(client, text, values, limits))
      return result.rows as Row[]
    },
    script: async (text) => {
      state.assertOpen()
      await watched(runScript(client, text, limits))
    },
    afterCommit: (run) => state.afterCommit(run),
  }
  return {
    tx,
    begun,
    get lost() {
      return lost
    },
  }
}

function beginText({ timeoutMs }: TransactionLimits): string {
  const begin = 'begin isolation level read committed'
  if (timeoutMs === undefined) return begin
  const limits = ['statement_timeout', 'idle_in_transaction_session_timeout', 'lock_timeout']
  return [begin, ...limits.map((limit) => `set local ${limit} = ${Math.ceil(timeoutMs)}`)].join('; ')
}

/** Commits and gives the connection back. Answers what the caller has to throw, or nothing. */
async function commit(client: pg.PoolClient): Promise<Error | undefined> {
  try {
    const [result] = await runScript(client, 'commit')
    client.release()
    return result?.command === 'COMMIT' ? undefined : new SqlError(rolledBackInstead, 'commit')
  } catch (error) {
    const lost = error instanceof ConnectionLost
    client.release(lost)
    if (!lost) return error as Error
    return new CommitUnknown('the connection was lost during the commit', { cause: error })
  }
}

/** Answers whether the connection is fit for further use. */
async function rollBack(client: pg.PoolClient): Promise<boolean> {
  try {
    await runScript(client, 'rollback')
    return true
  } catch {
    return false
  }
}

async function checkOut(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw new DatabaseUnavailable(`no connection to PostgreSQL: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

const oldestServerVersion = 150000

async function inspect(database: Database, onWarning: (message: string) => void): Promise<void> {
  const [row] = await database.query<{ version: number; release: string; fsync: string; commit: string }>(
    `select current_setting('server_version_num')::int as version, current_setting('server_version') as release,
            current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit`,
  )
  if (row === undefined || row.version < oldestServerVersion) {
    throw new Error(`PostgreSQL 15 or newer is needed; the server is ${row?.release}`)
  }
  if (row.fsync === 'off' || row.commit === 'off') {
    onWarning(
      `the PostgreSQL server may lose commits in a crash: fsync is ${row.fsync}, synchronous_commit is ${row.commit}`,
    )
  }
}
