/**
 * How much an endpoint is trusted with, from how it did. Pure.
 * closed: all is well; degraded: one attempt at a time; paused: one probe a step, and what waits uses up no attempts.
 * Law: one success takes one step back up, so that a receiver that recovers is not flooded at once; only five days of
 * nothing but failure, or the receiver's own 410, disable an endpoint.
 */
import { nextState, type StateTable } from '../kernel/state-machine.ts'

export type HealthState = 'closed' | 'degraded' | 'paused'

type Happening = 'success' | 'failure' | 'tooManyFailures'

export const healthStates: StateTable<HealthState, Happening> = {
  closed: { failure: 'degraded' },
  degraded: { success: 'closed', failure: 'degraded', tooManyFailures: 'paused' },
  paused: { success: 'degraded', failure: 'paused', tooManyFailures: 'paused' },
}

export interface Health {
  readonly health: HealthState
  /** In a row. */
  readonly failures: number
  readonly failingSince: Date | null
  readonly lastFailureAt: Date | null
  /** While paused: the next probe is not sent before. */
  readonly probeAt: Date | null
}

export const pausedAfterFailures = 10
export const probeStepFirstMs = 5_000
export const probeStepMaxMs = 3_600_000
export const disabledAfterMs = 5 * 24 * 3_600_000
/** Longer than any step of the schedule: a failure after such a silence begins a new count of days. */
export const silenceMs = 2 * 24 * 3_600_000

export function afterSuccess(before: Health): Health {
  const health = nextState(healthStates, before.health, 'success') ?? before.health
  return { health, failures: 0, failingSince: null, lastFailureAt: before.lastFailureAt, probeAt: null }
}

export function afterFailure(before: Health, now: Date): Health {
  const failures = before.failures + 1
  const happening = failures >= pausedAfterFailures ? 'tooManyFailures' : 'failure'
  const health = nextState(healthStates, before.health, happening) ?? 'degraded'
  const silent = before.lastFailureAt === null || now.getTime() - before.lastFailureAt.getTime() > silenceMs
  return {
    health,
    failures,
    failingSince: silent ? now : (before.failingSince ?? now),
    lastFailureAt: now,
    probeAt: health === 'paused' ? new Date(now.getTime() + probeStepMs(failures)) : null,
  }
}

/** Whether it has failed for so long, without one success, that we stop. */
export function isHopeless(health: Health, now: Date): boolean {
  return health.failingSince !== null && now.getTime() - health.failingSince.getTime() >= disabledAfterMs
}

function probeStepMs(failures: number): number {
  return Math.min(probeStepFirstMs * 2 ** (failures - pausedAfterFailures), probeStepMaxMs)
}
