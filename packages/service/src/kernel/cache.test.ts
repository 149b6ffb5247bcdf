import { describe, expect, it } from 'vitest'
import { Cache } from './cache.ts'

const clock = { now: () => new Date(0) }

describe('a cache', () => {
  it('keeps what was found', async () => {
    const cache = new Cache<number>(clock, 1_000, 10)
    expect(await cache.through('key', async () => 1)).toBe(1)
    expect(await cache.through('key', async () => 2)).toBe(1)
  })

  it.each([
    ['one', (cache: Cache<number>) => cache.delete('key')],
    ['all', (cache: Cache<number>) => cache.clear()],
  ])('does not keep what was looked up before %s was forgotten', async (_, forget) => {
    const cache = new Cache<number>(clock, 1_000, 10)
    let find = (_found: number) => {}
    const looking = cache.through('key', () => new Promise((resolve) => (find = resolve)))
    forget(cache)
    find(1)
    expect(await looking).toBe(1)
    expect(cache.get('key')).toBeUndefined()
  })
})
