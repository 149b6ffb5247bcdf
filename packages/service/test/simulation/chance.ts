/**
 * Every decision of the simulation comes from here: pseudo-random numbers that a seed brings back, and ids drawn from them.
 * Not for secrets. Law: who forks takes nothing from anybody else, so that one operation more does not change the others.
 */
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { newId } from '../../src/kernel/id.ts'

export class Chance {
  readonly seed: string
  readonly #state: Uint32Array

  constructor(seed: string) {
    this.seed = seed
    this.#state = new Uint32Array(hashed(seed))
    for (let warming = 0; warming < 12; warming += 1) this.#next()
  }

  /** Independent of this one and of its other forks. */
  fork(name: string | number): Chance {
    return new Chance(`${this.seed}/${name}`)
  }

  /** A whole number from zero, below `limit`. */
  below(limit: number): number {
    return Math.floor((this.#next() / 2 ** 32) * limit)
  }

  /** Both bounds included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1)
  }

  happens(probability: number): boolean {
    return this.#next() < probability * 2 ** 32
  }

  one<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }

  /** One of the values, each as often as its weight says. */
  weighted<T>(table: ReadonlyArray<readonly [value: T, weight: number]>): T {
    let left = (this.#next() / 2 ** 32) * table.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [value, weight] of table) {
      left -= weight
      if (left < 0) return value
    }
    return table.at(-1)![0]
  }

  fill(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = this.#next() & 0xff
  }

  // sfc32, 32 bits at a time.
  #next(): number {
    const s = this.#state
    const sum = (s[0]! + s[1]! + s[3]!) >>> 0
    s[3] = s[3]! + 1
    s[0] = s[1]! ^ (s[1]! >>> 9)
    s[1] = s[2]! + (s[2]! << 3)
    s[2] = ((s[2]! << 21) | (s[2]! >>> 11)) + sum
    return sum
  }
}

// Four words of FNV-1a, each with a start of its own.
function hashed(text: string): number[] {
  return [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b].map((start) => {
    let hash = start
    for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
    return hash >>> 0
  })
}

/**
 * From now on the ids that the service makes in this thread come from `chance`: they decide who gets the odd penny, so a
 * run could not be replayed without. Answers how to undo it.
 */
export function drawIdsFrom(chance: Chance): () => void {
  const real = crypto.randomFillSync
  let drawn = false
  const seeded = (bytes: Uint8Array) => {
    drawn = true
    chance.fill(bytes)
    return bytes
  }
  crypto.randomFillSync = seeded as typeof real
  syncBuiltinESMExports()
  // `newId` keeps random bytes in stock; those from before are used up here.
  while (!drawn) newId(0)
  return () => {
    crypto.randomFillSync = real
    syncBuiltinESMExports()
  }
}
