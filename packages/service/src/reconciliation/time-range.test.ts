// The range of time that a reader asks for: the same wherever the service runs.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { timeRangeOf } from './time-range.ts'

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
  expect(timeRangeOf(text, '2027-01-01').from.toISOString()).toBe(instant)
})

test.each(['', '2026', '2026-13-01', '1 November 2026', '2026-11-01T25:00', '2026-11-01Z'])(
  '“%s” is no time',
  (text) => {
    expect(() => timeRangeOf('2026-11-01', text)).toThrow('an ISO 8601 date or date and time')
  },
)

test('may be empty and may not end before it begins', () => {
  expect(timeRangeOf('2026-11-01', '2026-11-01').until.toISOString()).toBe('2026-11-01T00:00:00.000Z')
  expect(() => timeRangeOf('2026-12-01', '2026-11-01')).toThrow('not before dateTimeFrom')
})
