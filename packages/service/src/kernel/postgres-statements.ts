// Sends one statement over one PostgreSQL connection and puts whatever goes wrong into our classes.
// Not for transactions. Law: every constant text is prepared once per connection, under a name of its own.

import pg from 'pg'
import type { TransactionLimits } from './database.ts'
import { ConnectionLost, isStalePlan } from './database-attempts.ts'
import { SqlError, TransactionMisuse } from './database-errors.ts'
import { encodeValues } from './database-values.ts'
import { answerGraceMs } from './postgres-connections.ts'

/** Runs one prepared statement. @throws SqlError or ConnectionLost */
export async function runStatement(
  client: pg.ClientBase,
  text: string,
  values: readonly unknown[],
  limits?: TransactionLimits,
): Promise<pg.QueryResult> {
  const config = { text, name: nameOf(text), values: encodeValues(values), ...answerLimit(limits) }
  try {
    return await client.query(config as pg.QueryConfig)
  } catch (error) {
    if (isStalePlan(error as Error)) names.delete(text)
    throw translated(error, text)
  }
}

/** Runs statements without values by the simple protocol, which allows several in one text. */
export async function runScript(
  client: pg.ClientBase,
  text: string,
  limits?: TransactionLimits,
): Promise<pg.QueryResult[]> {
  try {
    const result = await client.query({ text, ...answerLimit(limits) })
    return Array.isArray(result) ? result : [result]
  } catch (error) {
    throw translated(error, text)
  }
}

function answerLimit(limits: TransactionLimits | undefined): { query_timeout?: number } {
  return limits?.timeoutMs === undefined ? {} : { query_timeout: limits.timeoutMs + answerGraceMs }
}

// Each name costs the server memory on every connection: past this many, a caller is building texts, and they stay unnamed.
const statementNamesMax = 2_000
const names = new Map<string, string>()
let named = 0

function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined || names.size >= statementNamesMax) return known
  named += 1
  const name = `ekko_${named}`
  names.set(text, name)
  return name
}

function translated(error: unknown, statement: string): Error {
  if (!(error instanceof pg.DatabaseError)) {
    return new ConnectionLost(`the PostgreSQL connection was lost: ${(error as Error).message}`, {
      cause: error,
    })
  }
  if (error.code === idleTooLong) {
    return new TransactionMisuse('the transaction was left idle for too long and was rolled back', '25P04')
  }
  if (error.severity === 'FATAL' || error.severity === 'PANIC') {
    return new ConnectionLost(`PostgreSQL ended the connection: ${error.message}`, { cause: error })
  }
  const { message, code = 'XX000', detail, hint, where, constraint, schema, table, column } = error
  return new SqlError({ message, code, detail, hint, where, constraint, schema, table, column }, statement)
}

// idle_in_transaction_session_timeout: repeating such a transaction would only leave it idle again.
const idleTooLong = '25P03'
