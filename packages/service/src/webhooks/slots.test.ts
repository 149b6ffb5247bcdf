import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Claim } from './claims.ts'
import { attemptsMax, healthyReserve, Slots, slowAfterMs, slowMax, stuckAfterMs } from './slots.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const claim = (endpointId: string, health: Claim['health'] = 'closed') => ({ endpointId, health }) as Claim

test('an attempt that takes long makes room for others, up to a limit', () => {
  let told = 0
  const slots = new Slots(() => told++)
  for (let made = 0; made < attemptsMax; made++) slots.take(claim(`e${made}`))
  expect(slots.free).toBe(0)
  vi.advanceTimersByTime(slowAfterMs)
  expect([slots.free, told]).toEqual([attemptsMax, attemptsMax])
  for (let made = attemptsMax; made < slowMax + attemptsMax; made++) {
    slots.take(claim(`e${made}`))
    if (made % attemptsMax === attemptsMax - 1) vi.advanceTimersByTime(slowAfterMs)
  }
  expect(slots.free).toBe(0)
})

test('a slot comes back whether its attempt was quick or slow, and once only', () => {
  const slots = new Slots(() => undefined)
  const [quick, slow] = [slots.take(claim('a')), slots.take(claim('a'))]
  expect(slots.sendingTo('a')).toBe(2)
  quick()
  vi.advanceTimersByTime(slowAfterMs)
  slow()
  expect([slots.free, slots.sendingTo('a'), slots.freeForFailing]).toEqual([
    attemptsMax,
    0,
    attemptsMax - healthyReserve,
  ])
})

test('endpoints that are not well leave the reserve alone', () => {
  const slots = new Slots(() => undefined)
  for (let made = 0; made < attemptsMax - healthyReserve; made++) slots.take(claim(`e${made}`, 'degraded'))
  expect([slots.free, slots.freeForFailing]).toEqual([healthyReserve, 0])
})

test('an endpoint with an attempt that hangs is stuck until it ends', () => {
  const slots = new Slots(() => undefined)
  const end = slots.take(claim('a'))
  vi.advanceTimersByTime(stuckAfterMs)
  expect(slots.isStuck('a')).toBe(false)
  vi.advanceTimersByTime(1)
  expect([slots.isStuck('a'), slots.isStuck('b')]).toEqual([true, false])
  end()
  expect(slots.isStuck('a')).toBe(false)
})
