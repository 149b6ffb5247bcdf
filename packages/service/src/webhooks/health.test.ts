import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  afterFailure,
  afterSuccess,
  attemptsAtOnceMax,
  disabledAfterMs,
  disablesAt,
  type Health,
  isEntirelyWell,
  isHopeless,
  noticeAfterMs,
  pausedAfterFailures,
  probeStepFirstMs,
  probeStepMaxMs,
  silenceMs,
} from './health.ts'

const start = new Date('2026-11-21T10:00:00Z')
const well: Health = {
  health: 'closed',
  attemptsAtOnce: attemptsAtOnceMax,
  failures: 0,
  failingSince: null,
  lastFailureAt: null,
  probeAt: null,
}
const later = (ms: number) => new Date(start.getTime() + ms)
const failTimes = (times: number, from: Health = well, now = start): Health =>
  times === 0 ? from : failTimes(times - 1, afterFailure(from, now), now)

test('one failure leaves one attempt at a time, ten in a row pause', () => {
  expect(failTimes(1).health).toBe('degraded')
  expect(failTimes(pausedAfterFailures - 1).health).toBe('degraded')
  expect(failTimes(pausedAfterFailures)).toMatchObject({ health: 'paused', probeAt: later(probeStepFirstMs) })
})

test('each failed probe doubles the wait for the next, up to an hour', () => {
  expect(failTimes(pausedAfterFailures + 3).probeAt).toEqual(later(8 * probeStepFirstMs))
  expect(failTimes(pausedAfterFailures + 2_000).probeAt).toEqual(later(probeStepMaxMs))
})

test('recovery takes one step for each success', () => {
  const probed = afterSuccess(failTimes(20))
  expect(probed).toMatchObject({ health: 'degraded', failures: 0, failingSince: null, probeAt: null })
  expect(afterSuccess(probed).health).toBe('closed')
})

test('too much halves what it gets at a time, down to one; after that it is a failure like any other', () => {
  const tooMuch = (times: number, from: Health = well): Health =>
    times === 0 ? from : tooMuch(times - 1, afterFailure(from, start, true))
  expect(tooMuch(1)).toMatchObject({ health: 'closed', attemptsAtOnce: attemptsAtOnceMax / 2, failures: 1 })
  expect(tooMuch(2)).toMatchObject({ health: 'closed', attemptsAtOnce: 1 })
  expect(tooMuch(3)).toMatchObject({ health: 'degraded', attemptsAtOnce: 1 })
  expect(tooMuch(pausedAfterFailures).health).toBe('paused')
  expect(isEntirelyWell(afterSuccess(tooMuch(2)))).toBe(false)
  expect(isEntirelyWell(afterSuccess(afterSuccess(tooMuch(2))))).toBe(true)
})

test('five days of nothing but failure are hopeless, but not when there was silence or a success between', () => {
  const day = 24 * 3_600_000
  let health = well
  for (let at = 0; at < disabledAfterMs; at += day) {
    health = afterFailure(health, later(at))
    expect(isHopeless(health, later(at))).toBe(false)
  }
  expect(isHopeless(afterFailure(health, later(disabledAfterMs)), later(disabledAfterMs))).toBe(true)
  const recovered = afterFailure(afterSuccess(health), later(disabledAfterMs))
  expect(isHopeless(recovered, later(disabledAfterMs))).toBe(false)
  const silent = afterFailure(failTimes(1), later(silenceMs + 1))
  expect(isHopeless(silent, later(disabledAfterMs))).toBe(false)
})

test('nothing but failure is told of after an hour, a day and three days, and says when it ends', () => {
  const hour = 3_600_000
  const failing = failTimes(3)
  const noticed = (hours: number) => (noticeAfterMs(failing, later(hours * hour)) ?? 0) / hour
  expect([0, 0.99, 1, 23, 24, 71, 72, 119].map(noticed)).toEqual([0, 0, 1, 1, 24, 24, 72, 72])
  expect(disablesAt(failing)).toEqual(later(disabledAfterMs))
  expect([noticeAfterMs(well, later(200 * hour)), disablesAt(well)]).toEqual([undefined, null])
})

test('whatever happens, paused and only paused has a probe, and only closed has no step to climb', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (happenings) => {
      let health = well
      for (const [index, good] of happenings.entries()) {
        health = good ? afterSuccess(health) : afterFailure(health, later(index * 1000))
        expect(health.probeAt !== null).toBe(health.health === 'paused')
        if (good) expect(health.failures).toBe(0)
        else expect(health.health).not.toBe('closed')
      }
    }),
  )
})
