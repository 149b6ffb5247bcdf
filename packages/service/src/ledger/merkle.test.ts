// The tree and its proofs against the recursive definitions of RFC 9162, for every size up to 70, and against damage.

import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  consistencyRanges,
  GrowingTree,
  inclusionRanges,
  joined,
  keptLevels,
  leafHashOf,
  nodeHashOf,
  type Range,
  type Subtree,
  subtreesOf,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts'

const sizeMax = 70
const leaves = Array.from({ length: sizeMax }, (_, index) => leafHashOf(Buffer.from(`leaf ${index}`)))

/** MTH of RFC 9162, 2.1.1, as it stands there. */
function naiveRoot(hashes: readonly Buffer[]): Buffer {
  if (hashes.length <= 1) return hashes[0] ?? joined([])
  let half = 1
  while (half * 2 < hashes.length) half *= 2
  return nodeHashOf(naiveRoot(hashes.slice(0, half)), naiveRoot(hashes.slice(half)))
}

const pathOf = (ranges: readonly Range[]) =>
  ranges.map((range) =>
    joined(
      subtreesOf(range).map(({ level, place }) =>
        naiveRoot(leaves.slice(place * 2 ** level, (place + 1) * 2 ** level)),
      ),
    ),
  )

function flipped(hash: Buffer, bit: number): Buffer {
  const copy = Buffer.from(hash)
  copy[bit >> 3]! ^= 1 << (bit & 7)
  return copy
}

describe('the tree', () => {
  test('has the root of the definition at every size', () => {
    const tree = new GrowingTree()
    expect(tree.root().toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    )
    for (let size = 1; size <= sizeMax; size += 1) {
      tree.add(leaves[size - 1]!)
      expect([size, tree.root()]).toEqual([size, naiveRoot(leaves.slice(0, size))])
    }
  })

  test('tells of each complete subtree of a kept level once, and goes on from them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1500 }), fc.integer({ min: 0, max: 600 }), (size, more) => {
        const hashes = Array.from({ length: size + more }, (_, index) =>
          leafHashOf(Buffer.from([index >> 8, index & 255])),
        )
        const kept: (Subtree & { hash: Buffer })[] = []
        const whole = new GrowingTree((subtree, hash) => kept.push({ ...subtree, hash }))
        for (const hash of hashes) whole.add(hash)
        const width = 2 ** keptLevels
        expect(kept.map(({ place }) => place)).toEqual(
          Array.from({ length: Math.floor(hashes.length / width) }, (_, place) => place),
        )
        for (const { level, place, hash } of kept)
          expect(hash).toEqual(naiveRoot(hashes.slice(place * 2 ** level, (place + 1) * 2 ** level)))
        const resumed = new GrowingTree()
        for (const { hash, place } of kept) if ((place + 1) * width <= size) resumed.add(hash, keptLevels)
        for (const hash of hashes.slice(resumed.size)) resumed.add(hash)
        expect(resumed.root()).toEqual(whole.root())
      }),
      { numRuns: 25 },
    )
  })
})

describe('a proof of inclusion', () => {
  test('holds for every leaf of every size, and not for another leaf, place, size or path', () => {
    for (let size = 1; size <= sizeMax; size += 1) {
      const root = naiveRoot(leaves.slice(0, size))
      for (let index = 0; index < size; index += 1) {
        const path = pathOf(inclusionRanges(index, size))
        const holds = (over: { leaf?: Buffer; index?: number; size?: number; path?: Buffer[] } = {}) =>
          verifyInclusion(
            over.leaf ?? leaves[index]!,
            over.index ?? index,
            over.size ?? size,
            over.path ?? path,
            root,
          )
        expect([size, index, holds()]).toEqual([size, index, true])
        const wrong = [
          holds({ leaf: flipped(leaves[index]!, (size * 7 + index) % 256) }),
          holds({ index: index + 1 }),
          holds({ index: -1 }),
          holds({ path: [...path, root] }),
          ...(path.length > 0 ? [holds({ path: path.slice(1) }), holds({ path: path.slice(0, -1) })] : []),
          ...path.map((_, at) =>
            holds({ path: path.map((hash, own) => (own === at ? flipped(hash, (index * 11) % 256) : hash)) }),
          ),
        ]
        expect([size, index, wrong.filter(Boolean)]).toEqual([size, index, []])
      }
    }
  })
})

describe('a proof of consistency', () => {
  test('holds for every pair of sizes, and not for another root or path', () => {
    for (let size = 1; size <= sizeMax; size += 1) {
      const now = { size, root: naiveRoot(leaves.slice(0, size)) }
      for (let oldSize = 1; oldSize <= size; oldSize += 1) {
        const old = { size: oldSize, root: naiveRoot(leaves.slice(0, oldSize)) }
        const path = pathOf(consistencyRanges(oldSize, size))
        expect([oldSize, size, verifyConsistency(old, now, path)]).toEqual([oldSize, size, true])
        const bit = (oldSize * 13 + size) % 256
        const wrong = [
          verifyConsistency({ ...old, root: flipped(old.root, bit) }, now, path),
          verifyConsistency(old, { ...now, root: flipped(now.root, bit) }, path),
          verifyConsistency(old, now, [...path, now.root]),
          verifyConsistency({ ...old, size: 0 }, now, path),
          verifyConsistency(now, { ...old, size: oldSize - 1 }, path),
          ...(path.length > 0 ? [verifyConsistency(old, now, path.slice(1))] : []),
          ...path.map((_, at) =>
            verifyConsistency(
              old,
              now,
              path.map((hash, own) => (own === at ? flipped(hash, bit) : hash)),
            ),
          ),
        ]
        expect([oldSize, size, wrong.filter(Boolean)]).toEqual([oldSize, size, []])
      }
    }
  })

  test('never takes a tree whose past was changed for its continuation', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: sizeMax }), fc.nat(), fc.nat(), (size, oldPick, changedPick) => {
        const oldSize = 1 + (oldPick % size)
        const changed = [...leaves.slice(0, size)]
        changed[changedPick % oldSize] = leafHashOf(randomBytes(8))
        const path = consistencyRanges(oldSize, size).map(({ start, end }) =>
          naiveRoot(changed.slice(start, end)),
        )
        const old = { size: oldSize, root: naiveRoot(leaves.slice(0, oldSize)) }
        return !verifyConsistency(old, { size, root: naiveRoot(changed) }, path)
      }),
    )
  })
})
