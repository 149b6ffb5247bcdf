/** One JSON line for each thing worth telling an operator. Fields whose names smell of secrets or people are redacted. */
import type { Clock } from './clock.ts'

export interface Log {
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
}

/** A provider’s reference says nothing of a person, and is what an operator looks a refund or a dispute up by. */
const redactedKey =
  /secret|token|authorization|password|api_?key|cookie|signature|email|address|(?<!psp|refund|dispute)reference|body/i

export function jsonLog(clock: Clock, write: (line: string) => void): Log {
  const at =
    (level: string) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      write(JSON.stringify({ time: clock.now().toISOString(), level, message, ...fields }, redact))
    }
  return { info: at('info'), warn: at('warn'), error: at('error') }
}

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} }

function redact(key: string, value: unknown): unknown {
  if (key !== '' && redactedKey.test(key)) return '[redacted]'
  if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack }
  return typeof value === 'bigint' ? value.toString() : value
}
