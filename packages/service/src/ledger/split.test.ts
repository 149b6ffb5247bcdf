import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitByWeight, takeBack } from './split.ts'

const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n)
const total = fc.bigInt({ min: 0n, max: 10n ** 12n })
const parties = fc
  .array(fc.bigInt({ min: 0n, max: 10n ** 6n }), { minLength: 1, maxLength: 8 })
  .filter((weights) => sum(weights) > 0n)
  .map((weights) => weights.map((weight, index) => ({ id: `party-${index}`, weight })))

describe('splitByWeight', () => {
  it('adds up to the total and gives each party its exact share rounded down or up', () => {
    fc.assert(
      fc.property(total, parties, fc.string(), (amount, list, seed) => {
        const shares = splitByWeight(amount, list, seed)
        const whole = sum(list.map((party) => party.weight))
        expect(sum(shares)).toBe(amount)
        shares.forEach((share, index) => {
          const exact = amount * list[index]!.weight
          expect(share === exact / whole || (share === exact / whole + 1n && exact % whole > 0n)).toBe(true)
        })
      }),
    )
  })

  it('does not depend on the order of the parties', () => {
    fc.assert(
      fc.property(total, parties, fc.string(), (amount, list, seed) => {
        const forward = splitByWeight(amount, list, seed)
        const backward = splitByWeight(amount, [...list].reverse(), seed)
        expect([...backward].reverse()).toEqual(forward)
      }),
    )
  })

  it('breaks ties by the seed, so that no party is always the lucky one', () => {
    const two = [
      { id: 'a', weight: 1n },
      { id: 'b', weight: 1n },
    ]
    const winners = Array.from({ length: 64 }, (_, seed) => splitByWeight(1n, two, String(seed))[0])
    expect(new Set(winners)).toEqual(new Set([0n, 1n]))
  })

  it('refuses negative totals and weights', () => {
    expect(() => splitByWeight(-1n, [{ id: 'a', weight: 1n }], '')).toThrow()
    expect(() => splitByWeight(1n, [{ id: 'a', weight: 0n }], '')).toThrow()
  })
})

describe('takeBack', () => {
  const lines = fc
    .array(fc.bigInt({ min: 0n, max: 5000n }), { minLength: 1, maxLength: 8 })
    .filter((list) => sum(list) > 0n)

  it('over any sequence of partial reversals is never negative, never too much, and ends at exactly zero', () => {
    fc.assert(
      fc.property(
        lines,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }),
        (list, cuts) => {
          const all = sum(list)
          let done = list.map(() => 0n)
          const step = (amount: bigint) => {
            const taken = takeBack(list, done, amount)
            expect(sum(taken)).toBe(amount)
            done = done.map((value, index) => value + taken[index]!)
            done.forEach((value, index) => {
              expect(taken[index]! >= 0n && value <= list[index]!).toBe(true)
              const off = value * all - sum(done) * list[index]!
              expect(off < all && -off < all).toBe(true)
            })
          }
          for (const cut of cuts) step(BigInt(Math.floor(Number(all - sum(done)) * cut * 0.3)))
          step(all - sum(done))
          expect(done).toEqual(list)
        },
      ),
    )
  })

  it('stays below one minor unit from pro rata where the largest remainder first would not', () => {
    const list = [4n, 1n, 1n, 175n, 1n, 207n]
    let done = list.map(() => 0n)
    for (const amount of [189n, 3n, 3n, 2n, 1n, 67n, 1n, 3n]) {
      const taken = takeBack(list, done, amount)
      done = done.map((value, index) => value + taken[index]!)
      for (const [index, line] of list.entries()) {
        const off = done[index]! * sum(list) - line * sum(done)
        expect(off < sum(list) && -off < sum(list)).toBe(true)
      }
    }
  })

  it('refuses to take back more than is left', () => {
    expect(() => takeBack([5n], [4n], 2n)).toThrow()
  })
})
