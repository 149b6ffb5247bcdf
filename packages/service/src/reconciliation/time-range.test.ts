// The range of time that a reader asks for.
import { expect, test } from 'vitest'
import { timeRangeOf } from './time-range.ts'

test('may be empty and may not end before it begins', () => {
  expect(timeRangeOf('2026-11-01', '2026-11-01').until.toISOString()).toBe('2026-11-01T00:00:00.000Z')
  expect(() => timeRangeOf('2026-12-01', '2026-11-01')).toThrow('not before dateTimeFrom')
})
