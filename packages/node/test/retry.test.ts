import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { errors } from '../../contract/src/errors.ts'
import { refusalFrom } from '../src/answer.ts'
import { retryAfterMs, waitMs } from '../src/retry.ts'

const now = Date.UTC(2026, 0, 1)

describe('the wait before another attempt', () => {
  test('is never shorter than Retry-After, and bounded without one', () => {
    const attempt = fc.integer({ min: 1, max: 50 })
    const random = fc.double({ min: 0, max: 0.999, noNaN: true })
    fc.assert(
      fc.property(attempt, random, fc.nat(), (tries, chance, after) => {
        expect(waitMs(tries, after, chance)).toBeGreaterThanOrEqual(after)
        const free = waitMs(tries, undefined, chance)
        expect(free).toBeGreaterThanOrEqual(100)
        expect(free).toBeLessThanOrEqual(2_000)
      }),
    )
  })

  test.each([
    ['0', 0],
    ['7', 7_000],
    ['Thu, 01 Jan 2026 00:00:05 GMT', 5_000],
    ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
    ['-3', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    [null, undefined],
  ])('reads Retry-After %s as %s ms', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected)
  })
})

test('every code of the contract is retryable here exactly when its table says that a later retry can help', () => {
  for (const [code, { status, retry }] of Object.entries(errors)) {
    const error = refusalFrom(new Response(null, { status }), JSON.stringify({ code, error: 'x' }))
    expect([code, error.retryable]).toEqual([code, retry === 'later'])
  }
})
