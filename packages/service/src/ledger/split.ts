/**
 * Splitting money, exactly. BigInt only; no rounding account exists because nothing is ever left over.
 *
 * `splitByWeight` is the largest-remainder method. `takeBack` is the monotone catch-up rule for partial reversals:
 * never negative, never more than the line, exactly zero in the end, and less than one minor unit from pro rata.
 * (Splitting the cumulative refund anew can claw a line back; splitting over what remains drifts.)
 */
import { createHash } from 'node:crypto'

export interface Party {
  /** Stable name of the party; decides ties together with the seed. */
  readonly id: string
  readonly weight: bigint
}

/**
 * Splits `total` over the parties in proportion to their weights.
 * Each share is the exact share rounded down or up; a party of weight zero gets nothing. Ties go by
 * SHA-256(seed, party), so that anybody can reproduce them and they favour nobody.
 */
export function splitByWeight(total: bigint, parties: readonly Party[], seed: string): bigint[] {
  const whole = parties.reduce((sum, party) => sum + party.weight, 0n)
  if (total < 0n || whole <= 0n || parties.some((party) => party.weight < 0n)) {
    throw new Error('a split needs a total of zero or more and weights that add up to more than zero')
  }
  const shares = parties.map((party) => (total * party.weight) / whole)
  const remainders = parties.map((party) => (total * party.weight) % whole)
  const left = Number(total - shares.reduce((sum, share) => sum + share, 0n))
  if (left === 0) return shares
  // Hashing costs more than all the rest, and ties are few.
  const ties: string[] = []
  const tie = (index: number) => (ties[index] ??= tieBreak(seed, parties[index]!.id))
  const order = parties.map((_, index) => index).filter((index) => remainders[index]! > 0n)
  order.sort((a, b) => compare(remainders[b]!, remainders[a]!) || compare(tie(a), tie(b)))
  for (const index of order.slice(0, left)) shares[index] = shares[index]! + 1n
  return shares
}

/**
 * How much of `amount` each line gives back, after `done` was given back before.
 * @param lines what each line had in the beginning
 * @param done what each line has given back so far
 */
export function takeBack(lines: readonly bigint[], done: readonly bigint[], amount: bigint): bigint[] {
  const total = sum(lines)
  const target = sum(done) + amount
  if (amount < 0n || target > total) throw new Error('more would be taken back than is left')
  if (total === 0n) return lines.map(() => 0n)
  const due = lines.map((line, index) => positive(target * line - done[index]! * total))
  const steps = due.map((value) => value / total)
  const remainders = due.map((value) => value % total)
  let left = amount - sum(steps)
  const byRemainder = lines.map((_, index) => index)
  if (left < 0n) {
    byRemainder.sort((a, b) => compare(remainders[a]!, remainders[b]!) || a - b)
    for (let at = 0; left < 0n; at = (at + 1) % byRemainder.length) {
      const index = byRemainder[at]!
      if (steps[index]! === 0n) continue
      steps[index] = steps[index]! - 1n
      left += 1n
    }
  }
  // Whichever would be a whole unit behind soonest comes first: by the largest remainder, one could fall behind in the end.
  const dueAt = lines.map((line, index) =>
    remainders[index]! > 0n ? ((done[index]! + steps[index]! + 1n) * total + line - 1n) / line : total + 1n,
  )
  const byDue = lines.map((_, index) => index).sort((a, b) => compare(dueAt[a]!, dueAt[b]!) || a - b)
  for (let at = 0; left > 0n; at = (at + 1) % byDue.length) {
    const index = byDue[at]!
    if (done[index]! + steps[index]! === lines[index]!) continue
    steps[index] = steps[index]! + 1n
    left -= 1n
  }
  return steps
}

function tieBreak(seed: string, id: string): string {
  return createHash('sha256').update(`${seed}\n${id}`).digest('hex')
}

function compare<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n)
}

function positive(value: bigint): bigint {
  return value > 0n ? value : 0n
}
