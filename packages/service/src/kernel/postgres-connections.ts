// How connections to PostgreSQL are made and kept: limits, session settings, and what happens when one breaks.
// Not for running statements. Law: no broken connection ever ends the process.

import pg from 'pg'
import { parserOf } from './database-values.ts'

const connectTimeoutMs = 5_000
const idleConnectionMs = 30_000
/** The server ends a statement that takes longer. */
export const statementTimeoutMs = 30_000
/** The server ends a transaction whose caller says nothing for longer. */
const idleInTransactionTimeoutMs = 15_000
/** Waiting for a row that another transaction holds. Shorter than a statement, so that the error names the reason. */
const lockTimeoutMs = 10_000
/** When even the server's own limit brings no answer, the connection is dead: the network may have lost it. */
export const answerGraceMs = 5_000

/** The settings of every connection. Time zone and formats are pinned so that both engines read and print alike. */
export function connectionConfig(url: string): pg.ClientConfig {
  return {
    connectionString: withSessionOptions(url),
    application_name: 'ekko',
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: statementTimeoutMs + answerGraceMs,
    keepAlive: true,
    pipeline: true,
    types: { getTypeParser: (typeId: number) => parserOf(typeId) },
  } as pg.ClientConfig
}

/** A pool whose broken idle connections are replaced and reported. */
export function openPool(url: string, max: number, onWarning: (message: string) => void): pg.Pool {
  const pool = new pg.Pool({ ...connectionConfig(url), max, idleTimeoutMillis: idleConnectionMs })
  pool.on('error', (error) => onWarning(`an idle PostgreSQL connection was lost: ${error.message}`))
  // The pool listens only while a connection is idle; one that breaks in use would otherwise throw out of an event.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

const sessionOptions = [
  'TimeZone=UTC',
  'DateStyle=ISO',
  'IntervalStyle=postgres',
  'bytea_output=hex',
  'client_min_messages=warning',
  // A long queue makes the planner's estimate high enough to compile a statement that takes half a millisecond.
  'jit=off',
  `statement_timeout=${statementTimeoutMs}`,
  `lock_timeout=${lockTimeoutMs}`,
  `idle_in_transaction_session_timeout=${idleInTransactionTimeoutMs}`,
]
  .map((setting) => `-c ${setting}`)
  .join(' ')

// The operator's own options come last, so that they win.
function withSessionOptions(url: string): string {
  const parsed = new URL(url)
  const own = parsed.searchParams.get('options') ?? ''
  parsed.searchParams.set('options', `${sessionOptions} ${own}`.trim())
  return parsed.toString()
}
