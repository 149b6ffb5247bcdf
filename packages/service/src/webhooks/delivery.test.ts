import { expect, test } from 'vitest'
import { type Attempt, type AttemptOutcome, deliveryStates, judge } from './delivery.ts'
import { attemptDelaysMs } from './schedule.ts'

const now = new Date('2026-11-21T10:00:00Z')
const attempt = (outcome: AttemptOutcome, more: Partial<Attempt> = {}): Attempt => ({
  outcome,
  durationMs: 5,
  httpStatus: null,
  detail: null,
  answer: null,
  retryAfter: undefined,
  ...more,
})

test('only an accepted attempt delivers', () => {
  expect(judge(attempt('accepted'), 0, now, 0).status).toBe('delivered')
  for (const outcome of ['rejected', 'timeout', 'unreachable', 'refused', 'incomplete'] as const) {
    expect(judge(attempt(outcome), 0, now, 0)).toEqual({
      status: 'pending',
      nextAt: new Date(now.getTime() + attemptDelaysMs[1]!),
    })
  }
})

test('the last attempt that fails exhausts', () => {
  const last = attemptDelaysMs.length - 1
  expect(judge(attempt('timeout'), last, now, 0).status).toBe('exhausted')
  expect(judge(attempt('accepted'), last, now, 0).status).toBe('delivered')
})

test('an attempt that we broke off ourselves is due again at once, even the last', () => {
  expect(judge(attempt('interrupted'), attemptDelaysMs.length, now, 1)).toEqual({
    status: 'pending',
    nextAt: now,
  })
})

test('Retry-After of a refusal is honoured', () => {
  const asked = judge(attempt('rejected', { httpStatus: 503, retryAfter: '600' }), 0, now, 0)
  expect(asked.nextAt).toEqual(new Date(now.getTime() + 600_000))
})

test('what is over stays over until somebody asks for it again', () => {
  for (const state of ['delivered', 'exhausted', 'cancelled'] as const)
    expect(deliveryStates[state]).toEqual({ replayed: 'pending' })
})
