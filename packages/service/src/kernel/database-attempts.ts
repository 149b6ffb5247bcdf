// Repeats a transaction that the database itself asked to repeat. The same rule on both engines.
// Not for outcomes that are unknown (those are never repeated here) and not for refusals, which repeat themselves.
// Law: bounded, with a random pause, so that two transactions in each other's way do not meet again in step.

import { setTimeout as pause } from 'node:timers/promises'
import { DatabaseUnavailable, SqlError } from './database-errors.ts'

const transactionAttemptsMax = 6
const firstPauseMs = 4
const pauseMaxMs = 200

/** A connection lost before the commit was sent: nothing happened, another connection may do better. */
export class ConnectionLost extends DatabaseUnavailable {}

/** Runs `attempt` until it gives a result, an error that repeating cannot mend, or the last attempt's error. */
export async function withAttempts<T>(attempt: () => Promise<T>): Promise<T> {
  for (let done = 1; ; done += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (done >= transactionAttemptsMax || !isWorthRepeating(error)) throw error
    }
    await pause(Math.random() * Math.min(pauseMaxMs, firstPauseMs * 2 ** done))
  }
}

function isWorthRepeating(error: unknown): boolean {
  if (error instanceof SqlError) return repeatableCodes.has(error.code) || isStalePlan(error)
  return error instanceof ConnectionLost
}

/** A prepared statement's result changed its shape, by a migration for instance. Its next try prepares it anew. */
export function isStalePlan(error: { code?: string | undefined; message: string }): boolean {
  return error.code === '0A000' && error.message.startsWith('cached plan')
}

// serialization_failure and deadlock_detected: in both the server has rolled everything back.
const repeatableCodes = new Set(['40001', '40P01'])
