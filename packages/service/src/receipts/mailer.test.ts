import { expect, it } from 'vitest'
import { addressKeptMaxMs, nextMailAt } from './mailer.ts'

const asked = new Date('2026-11-21T12:00:00Z')

it('tries again later and later, and never knows an address for more than a day', () => {
  let now = asked
  const waits: number[] = []
  for (let attempts = 1; attempts < 100; attempts++) {
    const next = nextMailAt(attempts, asked, now)
    if (next === null) break
    waits.push(next.getTime() - now.getTime())
    now = next
  }
  expect(waits.length).toBeGreaterThan(3)
  expect([...waits].sort((a, b) => a - b)).toEqual(waits)
  expect(now.getTime() - asked.getTime()).toBeLessThan(addressKeptMaxMs)
})

it('gives up at once when the day is over', () => {
  expect(nextMailAt(1, asked, new Date(asked.getTime() + addressKeptMaxMs))).toBeNull()
})
