// What the main thread and the thread of the embedded engine say to each other.
// Not for callers. Law: requests are answered in the order in which they were sent, each exactly once.

import type { SqlErrorFields } from './database-errors.ts'
import type { WireValue } from './database-values.ts'

export type EmbeddedRequest =
  | { id: number; kind: 'statement'; text: string; values: WireValue[] }
  | { id: number; kind: 'script'; text: string }
  /** Makes everything before it durable. */
  | { id: number; kind: 'settle' }
  | { id: number; kind: 'close' }

export interface EmbeddedAnswer {
  id: number
  columns: { name: string; typeId: number }[]
  rows: (string | null)[][]
  /** The first word of what the server did: COMMIT, ROLLBACK, INSERT … */
  command: string
  error: SqlErrorFields | undefined
  notifications: { channel: string; payload: string }[]
}

export interface EmbeddedWorkerData {
  /** PostgreSQL's own data folder. */
  folder: string
  /** `create` fills a fresh folder and ends; `serve` answers requests until `close`. */
  mode: 'create' | 'serve'
  lockFile: string
  lockInode: bigint
}

/** First message of the thread, once the engine answers. */
export const embeddedReady = 'ready'
