/**
 * How much an endpoint is trusted with, from how it did. Pure.
 * closed: all is well; degraded: one attempt at a time; paused: one probe a step, and what waits uses up no attempts.
 * A receiver that says "too much" (429, 502, 504) is first given half as much at a time, down to one.
 * Law: one success takes one step back up, so that a receiver that recovers is not flooded at once; only five days of
 * nothing but failure, or the receiver's own 410, disable an endpoint.
 */
import { nextState, type StateTable } from '../kernel/state-machine.ts'

export type HealthState = 'closed' | 'degraded' | 'paused'

type Happening = 'success' | 'tooMuch' | 'failure' | 'tooManyFailures'

export const healthStates: StateTable<HealthState, Happening> = {
  closed: { success: 'closed', tooMuch: 'closed', failure: 'degraded' },
  degraded: { success: 'closed', failure: 'degraded', tooManyFailures: 'paused' },
  paused: { success: 'degraded', failure: 'paused', tooManyFailures: 'paused' },
}

export interface Health {
  readonly health: HealthState
  /** Attempts at a time by one process while closed; one in the other states. */
  readonly attemptsAtOnce: number
  /** In a row. */
  readonly failures: number
  readonly failingSince: Date | null
  readonly lastFailureAt: Date | null
  /** While paused: the next probe is not sent before. */
  readonly probeAt: Date | null
}

/** How many attempts one process makes at a time to an endpoint that is entirely well. */
export const attemptsAtOnceMax = 4
export const pausedAfterFailures = 10
export const probeStepFirstMs = 5_000
export const probeStepMaxMs = 3_600_000
export const disabledAfterMs = 5 * 24 * 3_600_000
/** After so much of nothing but failure its owner and the operator are told, and each time again. */
export const noticesAfterMs: readonly number[] = [1, 24, 72].map((hours) => hours * 3_600_000)
/** Longer than any step of the schedule: a failure after such a silence begins a new count of days. */
export const silenceMs = 2 * 24 * 3_600_000

/** A success of such an endpoint changes nothing. */
export function isEntirelyWell({
  health,
  attemptsAtOnce,
}: Pick<Health, 'health' | 'attemptsAtOnce'>): boolean {
  return health === 'closed' && attemptsAtOnce >= attemptsAtOnceMax
}

export function afterSuccess(before: Health): Health {
  return {
    health: nextState(healthStates, before.health, 'success') ?? before.health,
    attemptsAtOnce: before.health === 'paused' ? 1 : Math.min(before.attemptsAtOnce * 2, attemptsAtOnceMax),
    failures: 0,
    failingSince: null,
    lastFailureAt: before.lastFailureAt,
    probeAt: null,
  }
}

/** @param isTooMuch the receiver answered that it has more than it can take */
export function afterFailure(before: Health, now: Date, isTooMuch = false): Health {
  const failures = before.failures + 1
  const health =
    nextState(healthStates, before.health, happeningOf(before, failures, isTooMuch)) ?? 'degraded'
  const silent = before.lastFailureAt === null || now.getTime() - before.lastFailureAt.getTime() > silenceMs
  return {
    health,
    attemptsAtOnce: health === 'closed' ? before.attemptsAtOnce >> 1 : 1,
    failures,
    failingSince: silent ? now : (before.failingSince ?? now),
    lastFailureAt: now,
    probeAt: health === 'paused' ? new Date(now.getTime() + probeStepMs(failures)) : null,
  }
}

function happeningOf({ health, attemptsAtOnce }: Health, failures: number, isTooMuch: boolean): Happening {
  if (isTooMuch && health === 'closed' && attemptsAtOnce > 1) return 'tooMuch'
  return failures >= pausedAfterFailures ? 'tooManyFailures' : 'failure'
}

/** Whether it has failed for so long, without one success, that we stop. */
export function isHopeless(health: Health, now: Date): boolean {
  return health.failingSince !== null && now.getTime() - health.failingSince.getTime() >= disabledAfterMs
}

/** How long it has failed, rounded down to the latest notice; undefined when none is due yet. */
export function noticeAfterMs({ failingSince }: Pick<Health, 'failingSince'>, now: Date): number | undefined {
  if (failingSince === null) return undefined
  const failingMs = now.getTime() - failingSince.getTime()
  return noticesAfterMs.findLast((afterMs) => failingMs >= afterMs)
}

/** When it is disabled unless something succeeds before. */
export function disablesAt({ failingSince }: Pick<Health, 'failingSince'>): Date | null {
  return failingSince && new Date(failingSince.getTime() + disabledAfterMs)
}

function probeStepMs(failures: number): number {
  return Math.min(probeStepFirstMs * 2 ** (failures - pausedAfterFailures), probeStepMaxMs)
}
