/**
 * Pure: the Merkle tree of RFC 9162 (2.1), and its proofs. Leaves are counted from 0, hashes come in and go out as bytes.
 * Not for where hashes are kept (`proofs.ts`).
 * Law: a hash of a leaf is never one of two subtrees, since each begins with a byte of its own.
 */
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'

export const hashBytes = 32
/** Complete subtrees are kept at every eighth level; those in between are made again. */
export const keptLevels = 8
const leafMark = Buffer.from([0])
const nodeMark = Buffer.from([1])
/** More levels than any tree has. */
const levelsMax = 52

export function leafHashOf(leaf: Uint8Array): Buffer {
  return createHash('sha256').update(leafMark).update(leaf).digest()
}

export function nodeHashOf(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(nodeMark).update(left).update(right).digest()
}

/** The leaves from `start` up to `end`, not with it. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** A complete subtree: 2^level leaves, the `place`th from the left. */
export interface Subtree {
  readonly level: number
  readonly place: number
}

interface Peak {
  readonly level: number
  readonly hash: Buffer
}

/** A tree that grows to the right. It remembers only the roots of its complete subtrees, one for each bit of its size. */
export class GrowingTree {
  readonly #peaks: Peak[] = []
  readonly #onKept: (subtree: Subtree, hash: Buffer) => void
  #size = 0

  /** `onKept` is told of each subtree that is to be kept when it becomes complete. */
  constructor(onKept: (subtree: Subtree, hash: Buffer) => void = () => {}) {
    this.#onKept = onKept
  }

  get size(): number {
    return this.#size
  }

  /** Adds a leaf, or a complete subtree of `level`, which must fit where the tree ends. */
  add(hash: Buffer, level = 0): void {
    if (this.#size % 2 ** level !== 0) throw new Error(`no subtree of level ${level} begins at ${this.#size}`)
    this.#size += 2 ** level
    let peak: Peak = { level, hash }
    for (let last = this.#peaks.at(-1); last?.level === peak.level; last = this.#peaks.at(-1)) {
      this.#peaks.pop()
      peak = { level: peak.level + 1, hash: nodeHashOf(last.hash, peak.hash) }
      if (peak.level % keptLevels === 0) {
        this.#onKept({ level: peak.level, place: this.#size / 2 ** peak.level - 1 }, peak.hash)
      }
    }
    this.#peaks.push(peak)
  }

  root(): Buffer {
    return joined(this.#peaks.map(({ hash }) => hash))
  }
}

/** The complete subtrees that a range consists of, the largest first. The range begins where its largest one can. */
export function subtreesOf({ start, end }: Range): Subtree[] {
  const found: Subtree[] = []
  for (let at = start; at < end; ) {
    let level = 0
    while (level < levelsMax && at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= end) level += 1
    found.push({ level, place: at / 2 ** level })
    at += 2 ** level
  }
  return found
}

/** The hash of a range from those of its `subtreesOf`. */
export function joined(hashes: readonly Buffer[]): Buffer {
  const last = hashes.at(-1)
  if (last === undefined) return createHash('sha256').digest()
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHashOf(left, right), last)
}

/** What proves that leaf `index` is in a tree of `size`: the ranges whose hashes are needed, in order. */
export function inclusionRanges(index: number, size: number): Range[] {
  const ranges: Range[] = []
  let [start, end] = [0, size]
  while (end - start > 1) {
    const middle = start + splitOf(end - start)
    const isLeft = index < middle
    ranges.push(isLeft ? { start: middle, end } : { start, end: middle })
    if (isLeft) end = middle
    else start = middle
  }
  return ranges.reverse()
}

/** What proves that the tree of `size` begins with the one of `oldSize`, which is not empty. */
export function consistencyRanges(oldSize: number, size: number): Range[] {
  const ranges: Range[] = []
  let [start, end, isWhole] = [0, size, true]
  while (oldSize !== end) {
    const middle = start + splitOf(end - start)
    const isLeft = oldSize <= middle
    ranges.push(isLeft ? { start: middle, end } : { start, end: middle })
    if (isLeft) end = middle
    else [start, isWhole] = [middle, false]
  }
  if (!isWhole) ranges.push({ start, end })
  return ranges.reverse()
}

/** The largest power of two below `size`. */
function splitOf(size: number): number {
  let half = 1
  while (half * 2 < size) half *= 2
  return half
}

/** RFC 9162, 2.1.3.2. */
export function verifyInclusion(
  leafHash: Buffer,
  index: number,
  size: number,
  path: readonly Buffer[],
  root: Buffer,
): boolean {
  if (!isPlace(index, size) || path.some(isNoHash)) return false
  let [at, last, hash] = [index, size - 1, leafHash]
  for (const sibling of path) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      hash = nodeHashOf(sibling, hash)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else hash = nodeHashOf(hash, sibling)
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 && hash.equals(root)
}

/** RFC 9162, 2.1.4.2. */
export function verifyConsistency(
  old: { readonly size: number; readonly root: Buffer },
  now: { readonly size: number; readonly root: Buffer },
  path: readonly Buffer[],
): boolean {
  if (!isPlace(old.size - 1, now.size) || path.some(isNoHash)) return false
  if (old.size === now.size) return path.length === 0 && old.root.equals(now.root)
  const steps = isPowerOfTwo(old.size) ? [old.root, ...path] : [...path]
  let [at, last] = [old.size - 1, now.size - 1]
  while (at % 2 === 1) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  const first = steps.shift()
  if (first === undefined) return false
  let [oldHash, hash] = [first, first]
  for (const step of steps) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      oldHash = nodeHashOf(step, oldHash)
      hash = nodeHashOf(step, hash)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else hash = nodeHashOf(hash, step)
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 && oldHash.equals(old.root) && hash.equals(now.root)
}

function isPlace(index: number, size: number): boolean {
  return Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size
}

const isNoHash = (hash: Buffer) => hash.length !== hashBytes

function isPowerOfTwo(size: number): boolean {
  return 2 ** Math.round(Math.log2(size)) === size
}
