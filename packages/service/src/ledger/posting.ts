/**
 * Pure: which postings a money movement makes. Debits are positive, credits negative, and they add up to zero.
 * Knows accounts and amounts, nothing of contributions or projects beyond their owner ids.
 */
import type { AccountKind } from './chart.ts'

export interface Posting {
  readonly kind: AccountKind
  readonly ownerId: string
  /** Minor units; debit positive, credit negative. */
  readonly amount: bigint
}

export interface Payable {
  readonly kind: AccountKind
  readonly ownerId: string
  /** Minor units owed to the owner, zero or more. */
  readonly amount: bigint
}

export interface Account {
  readonly kind: AccountKind
  readonly ownerId: string
}

/**
 * Money came into `account` and is owed to the payables from now on. Payables of the same account are added up; what is
 * zero is not posted.
 */
export function received(account: Account, payables: readonly Payable[]): Posting[] {
  const owed = new Map<string, Posting>()
  for (const { kind, ownerId, amount } of payables) {
    if (amount < 0n) throw new Error('a payable is never negative')
    const key = `${kind} ${ownerId}`
    owed.set(key, { kind, ownerId, amount: (owed.get(key)?.amount ?? 0n) - amount })
  }
  const credits = [...owed.values()]
  const total = credits.reduce((sum, posting) => sum - posting.amount, 0n)
  return [{ ...account, amount: total }, ...credits].filter((posting) => posting.amount !== 0n)
}

/** The exact opposite. */
export function reversed(postings: readonly Posting[]): Posting[] {
  return postings.map((posting) => ({ ...posting, amount: -posting.amount }))
}
