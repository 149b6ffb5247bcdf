import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { capability } from './capability.ts'

const key = randomBytes(32)
const tokens = capability(key, 'cs_', '_secret_')

it('reads what it made, and nothing that differs in one character', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.nat(), fc.constantFrom('a', '0', '_', '-', ''), (id, at, other) => {
      const token = tokens.make(id)
      expect(tokens.read(token)).toBe(id)
      const index = at % token.length
      const changed = token.slice(0, index) + other + token.slice(index + 1)
      if (changed !== token) expect(tokens.read(changed)).toBeUndefined()
    }),
  )
})

it('does not open another door', () => {
  const token = capability(randomBytes(32)).make('0190aaaa-0000-7000-8000-000000000001')
  expect(capability(key).read(token)).toBeUndefined()
  expect(capability(key).read('')).toBeUndefined()
})
