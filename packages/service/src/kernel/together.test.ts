// Rows that come at the same moment are written together, and each fares as if it had come alone.

import { describe, expect, it } from 'vitest'
import { SqlError } from './database-errors.ts'
import { together } from './together.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('rows of one moment', () => {
  it('are written by one statement, those that come while it runs by the next ones', async () => {
    const batches: number[][] = []
    const insert = together<number>(async (rows) => {
      batches.push([...rows])
      await turn()
    })
    await Promise.all([1, 2, 3].map(insert))
    await insert(4)
    expect(batches).toEqual([[1, 2, 3], [4]])
  })

  it('are spread over two statements when they are many', async () => {
    const batches: number[] = []
    const insert = together<number>(async (rows) => {
      batches.push(rows.length)
      await turn()
    })
    await Promise.all(Array.from({ length: 16 }, (_, row) => insert(row)))
    expect(batches).toEqual([8, 8])
  })

  it('wait while two statements are under way, and are never more than 64 in one', async () => {
    const batches: number[] = []
    const ends: Array<() => void> = []
    const insert = together<number>((rows) => {
      batches.push(rows.length)
      return new Promise((resolve) => ends.push(resolve))
    })
    const all = Promise.all(Array.from({ length: 200 }, (_, row) => insert(row)))
    await turn()
    await turn()
    expect(batches).toEqual([64, 64])
    while (batches.reduce((sum, size) => sum + size) < 200 || ends.length > 0) {
      ends.shift()?.()
      await turn()
    }
    await all
    expect(batches).toEqual([64, 64, 64, 8])
  })

  it('are tried alone when the database refuses one of them', async () => {
    const written: number[] = []
    const insert = together<number>(async (rows) => {
      if (rows.includes(2)) throw new SqlError({ message: 'refused', code: '23514' }, 'insert')
      written.push(...rows)
    })
    const outcomes = await Promise.allSettled([1, 2, 3].map(insert))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(written.sort()).toEqual([1, 3])
  })

  it('are not tried again when nobody knows what became of them', async () => {
    let tries = 0
    const insert = together<number>(async () => {
      tries += 1
      throw new Error('the connection broke')
    })
    const outcomes = await Promise.allSettled([1, 2].map(insert))
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(tries).toBe(1)
  })
})
