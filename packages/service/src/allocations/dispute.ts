/**
 * Pure: the life of a dispute and the postings of each step. The scheme takes the money when it opens one (suspense),
 * gives it back or keeps it. What it keeps is taken out of the allocation by a reversal (`reversal.ts`).
 * Law: observations may come late and in any order; a won dispute is over, and the scheme opens another if it must.
 */
import { nextState, type StateTable } from '../kernel/state-machine.ts'
import { type Posting, received, reversed } from '../ledger/posting.ts'

export type DisputeState = 'open' | 'won' | 'lost'

/** A lost dispute may still be won by an appeal. */
export const disputeStates: StateTable<DisputeState, DisputeState> = {
  open: { won: 'won', lost: 'lost' },
  lost: { won: 'won' },
  won: {},
}

/** Where seeing the dispute in state `seen` leads, or undefined when that is no news. */
export function disputeStep(from: DisputeState, seen: DisputeState): DisputeState | undefined {
  return nextState(disputeStates, from, seen)
}

/** The scheme withdrew `amount`, and the provider charged `fee` for telling. Minor units. */
export function openedPostings(rootId: string, amount: bigint, fee: bigint): Posting[] {
  const clearing = { kind: 'psp_clearing', ownerId: rootId } as const
  return reversed(
    received(clearing, [
      { kind: 'dispute_suspense', ownerId: rootId, amount },
      { kind: 'psp_cost', ownerId: rootId, amount: fee },
    ]),
  )
}

/** The scheme gave back what was in suspense, and the provider `feeBack` of what it had charged. */
export function wonPostings(rootId: string, amount: bigint, feeBack: bigint): Posting[] {
  return reversed(openedPostings(rootId, amount, feeBack))
}
