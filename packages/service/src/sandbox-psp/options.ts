/** What the sandbox provider is given: its configuration and the few things of the kernel that it uses. */
import type { Clock } from '../kernel/clock.ts'
import type { Database } from '../kernel/database.ts'
import type { Log } from '../kernel/log.ts'
import type { Secret } from '../kernel/secret.ts'
import type { Bell } from './bell.ts'

export interface SandboxPspOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** Where shoppers reach this provider, without a trailing slash; a function, since a port is known only when bound. */
  readonly origin: () => string
  /** The bearer key of the one merchant that this provider has. */
  readonly apiKey: Secret
  /** Keys the signature of notifications. */
  readonly notificationSecret: Secret
  readonly notificationUrl: () => string
  /** How long what is delayed takes: payments, refunds, and each step of a dispute; `delayMsDefault` unless given. */
  readonly delayMs?: number
  /** How long a payment or a refund waits for the next batch and its payout; `settleEveryMsDefault` unless given. */
  readonly settleEveryMs?: number
  /** Shared by the plugin and the work, so that news leaves at once. */
  readonly bell: Bell
}

export const delayMsDefault = 8_000
export const settleEveryMsDefault = 3_600_000

/** All of the provider lives below this path of the origin. */
export const sandboxPspPath = '/sandbox-psp'

/** Where the checkouts live, each below its token. */
export function checkoutsUrl(sandbox: SandboxPspOptions): string {
  return `${sandbox.origin()}${sandboxPspPath}/checkout`
}
