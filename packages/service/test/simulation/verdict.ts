/** Tells faults that the simulation put in, and refusals that the API documents, from errors that are bugs. */
import type { ErrorCode } from '@ekko/contract/errors'
import { CommitUnknown, DatabaseUnavailable, SqlError } from '../../src/kernel/database-errors.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { Crash } from './life.ts'

/** A law is broken. */
export class Broken extends Error {
  override readonly name = 'Broken'
}

export function isInjected(cause: unknown): boolean {
  if (cause instanceof Crash || cause instanceof CommitUnknown || cause instanceof DatabaseUnavailable)
    return true
  if (cause instanceof Refusal) return cause.code === 'SERVICE_UNAVAILABLE'
  return cause instanceof SqlError && (cause.code === '40001' || cause.code === '40P01')
}

/** @returns whether the operation came to its end; @throws whatever neither a fault nor a refusal of `codes` explains */
export async function tolerate(codes: readonly ErrorCode[], run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run()
    return true
  } catch (cause) {
    if (isInjected(cause) || (cause instanceof Refusal && codes.includes(cause.code))) return false
    throw cause
  }
}
