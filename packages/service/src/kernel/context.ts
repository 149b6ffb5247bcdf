/** The one value threaded through the domains: what a use case may touch. Built in `main.ts`, and by tests. */
import type { Clock } from './clock.ts'
import type { Database } from './database.ts'
import type { Log } from './log.ts'

export type Environment = 'sandbox' | 'production'

export interface Keys {
  /** Master key of the deployment; purposes derive their own from it (`deriveKey`). */
  readonly master: Uint8Array
}

export interface Context {
  readonly environment: Environment
  /** Public origin of the service, for example `http://127.0.0.1:4000`, without a trailing slash. */
  readonly origin: string
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly keys: Keys
}
