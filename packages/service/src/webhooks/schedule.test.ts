import fc from 'fast-check'
import { expect, test } from 'vitest'
import { attemptDelaysMs, jitterShare, nextDelayMs, parseRetryAfter, retryAfterMaxMs } from './schedule.ts'

const chance = fc.double({ min: 0, max: 1, noNaN: true })
const attempts = fc.integer({ min: 1, max: attemptDelaysMs.length - 1 })
const asked = fc.integer({ min: 0, max: 10 * retryAfterMaxMs })
const hourMs = 3_600_000

test('attempts go on for seven days, and stop before eight', () => {
  const total = attemptDelaysMs.reduce((sum, delay) => sum + delay, 0)
  expect(total).toBeGreaterThanOrEqual(7 * 24 * hourMs)
  expect(total * (1 + jitterShare)).toBeLessThan(8 * 24 * hourMs)
})

test('the first ten attempts keep the schedule of the standard', () => {
  const total = attemptDelaysMs.slice(0, 10).reduce((sum, delay) => sum + delay, 0)
  expect(total).toBe(75 * hourMs + 35 * 60_000 + 5_000)
})

test('neither chance nor Retry-After brings an attempt forward, and both are bounded', () => {
  fc.assert(
    fc.property(attempts, chance, asked, (made, random, retryAfterMs) => {
      const delay = nextDelayMs(made, random, retryAfterMs)!
      const base = Math.max(attemptDelaysMs[made]!, Math.min(retryAfterMs, retryAfterMaxMs))
      expect(delay).toBeGreaterThanOrEqual(base)
      expect(delay).toBeLessThanOrEqual(Math.ceil(base * (1 + jitterShare)))
    }),
  )
})

test('delays do not shrink from attempt to attempt', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: attemptDelaysMs.length - 2 }), (made) => {
      expect(nextDelayMs(made + 1, 0)!).toBeGreaterThanOrEqual(nextDelayMs(made, 0)!)
    }),
  )
})

test('after the last attempt there is no other, whatever the receiver asks', () => {
  expect(nextDelayMs(attemptDelaysMs.length, 0, 5_000)).toBeUndefined()
})

test('Retry-After is read as seconds or as an HTTP date, and anything else is ignored', () => {
  const now = new Date('2026-11-21T10:00:00Z')
  expect(parseRetryAfter('120', now)).toBe(120_000)
  expect(parseRetryAfter('Sat, 21 Nov 2026 10:01:00 GMT', now)).toBe(60_000)
  expect(parseRetryAfter('Sat, 21 Nov 2026 09:00:00 GMT', now)).toBe(0)
  for (const junk of [undefined, '', 'soon', '-5', '1.5', '1e9', '99999999999999', '2026-11-21T10:01:00Z']) {
    expect(parseRetryAfter(junk, now)).toBeUndefined()
  }
})
