/**
 * The life of one delivery, and what an attempt does to it. Pure: time and chance are given.
 * Law: only a complete answer with a status of 2xx means delivered; everything else is tried again until the schedule
 * has no step left.
 */
import { nextState, type StateTable } from '../kernel/state-machine.ts'
import { nextDelayMs, parseRetryAfter } from './schedule.ts'

export type DeliveryStatus = 'pending' | 'delivered' | 'exhausted' | 'cancelled'

type Happening =
  | 'accepted'
  | 'failed'
  | 'noStepLeft'
  | 'endpointDisabled'
  | 'endpointDeleted'
  | 'noLongerWanted'
  | 'replayed'

export const deliveryStates: StateTable<DeliveryStatus, Happening> = {
  pending: {
    accepted: 'delivered',
    failed: 'pending',
    noStepLeft: 'exhausted',
    endpointDisabled: 'exhausted',
    endpointDeleted: 'cancelled',
    noLongerWanted: 'cancelled',
    replayed: 'pending',
  },
  delivered: { replayed: 'pending' },
  exhausted: { replayed: 'pending' },
  cancelled: { replayed: 'pending' },
}

/**
 * accepted: 2xx; rejected: another status; timeout: no whole answer in time; unreachable: no connection or no answer;
 * refused: we may not call that address; incomplete: the answer broke off; interrupted: we stopped ourselves.
 */
export type AttemptOutcome =
  | 'accepted'
  | 'rejected'
  | 'timeout'
  | 'unreachable'
  | 'refused'
  | 'incomplete'
  | 'interrupted'

export interface Attempt {
  readonly outcome: AttemptOutcome
  readonly durationMs: number
  readonly httpStatus: number | null
  /** Code of the error, when there is no answer. */
  readonly detail: string | null
  /** How the answer began. */
  readonly answer: string | null
  readonly retryAfter: string | undefined
}

export interface Verdict {
  readonly status: DeliveryStatus
  readonly nextAt: Date
}

/** A receiver that says 410 wants nothing more, ever. */
export const goneStatus = 410
/** A receiver, or what stands before it, that has more than it can take. */
export const tooMuchStatuses: readonly number[] = [429, 502, 504]

/** @param attempts how many were made before this one */
export function judge(attempt: Attempt, attempts: number, now: Date, chance: number): Verdict {
  if (attempt.outcome === 'accepted') return { status: after('accepted'), nextAt: now }
  if (attempt.outcome === 'interrupted') return { status: 'pending', nextAt: now }
  const delayMs = nextDelayMs(attempts + 1, chance, parseRetryAfter(attempt.retryAfter, now))
  if (delayMs === undefined) return { status: after('noStepLeft'), nextAt: now }
  return { status: after('failed'), nextAt: new Date(now.getTime() + delayMs) }
}

function after(happening: Happening): DeliveryStatus {
  const status = nextState(deliveryStates, 'pending', happening)
  if (status === undefined) throw new Error(`a pending delivery knows no ${happening}`)
  return status
}
