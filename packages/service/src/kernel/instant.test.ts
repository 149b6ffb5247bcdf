// An instant that a caller wrote: the same wherever the service runs.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { instantOf } from './instant.ts'

const before = process.env.TZ
beforeEach(() => {
  process.env.TZ = 'Asia/Tokyo'
})
afterEach(() => {
  if (before === undefined) delete process.env.TZ
  else process.env.TZ = before
})

test.each([
  ['2026-11-01', '2026-11-01T00:00:00.000Z'],
  ['2026-11-01T00:00', '2026-11-01T00:00:00.000Z'],
  ['2026-11-01T00:00:00.5', '2026-11-01T00:00:00.500Z'],
  ['2026-11-01T00:00:00Z', '2026-11-01T00:00:00.000Z'],
  ['2026-11-01T00:00:00+09:00', '2026-10-31T15:00:00.000Z'],
])('%s is %s', (text, instant) => {
  expect(instantOf(text, '/at').toISOString()).toBe(instant)
})

test.each(['', '2026', '2026-13-01', '1 November 2026', '2026-11-01T25:00', '2026-11-01Z'])(
  '“%s” is no time',
  (text) => {
    expect(() => instantOf(text, '/at')).toThrow('an ISO 8601 date or date and time')
  },
)
