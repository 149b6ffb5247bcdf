/**
 * Pure: what a line of the payment provider's settlement means for the books: the journal that it confirms, what only it
 * knows (costs, payouts), or why the two do not agree.
 * Laws: a line is matched to what it names, never to what merely has the same amount; what differs is not booked but said;
 * a matched line and its journals move the clearing account by exactly what the provider says.
 */
import { type Posting, received, reversed } from '../ledger/posting.ts'
import type { PspSettlementLine } from '../payments/psp.ts'

interface Reason {
  readonly meaning: string
  /** Whether asking the provider about it, and looking again later, can make it match. */
  readonly mayHeal: boolean
}

/** Why a line, a journal or a payout does not agree with the other side. */
export const breakReasons = {
  unknown_payment: {
    meaning: 'The line is about a payment that was not made for a contribution of ours',
    mayHeal: true,
  },
  missing_in_ledger: {
    meaning: 'The payment is ours, but the ledger does not have what the line says happened to it',
    mayHeal: true,
  },
  missing_in_settlement: {
    meaning: 'The ledger has it, and the provider did not settle it within the days that this takes',
    mayHeal: true,
  },
  amount_differs: { meaning: 'The provider settled another amount than was booked', mayHeal: true },
  currency_differs: { meaning: 'The provider settled it in another currency', mayHeal: false },
  duplicate: {
    meaning:
      'Another line was matched to the same journal, or the same reference was told twice with other content',
    mayHeal: false,
  },
  fee_unexpected: {
    meaning: 'The provider kept another fee than it had told before; what it kept is booked',
    mayHeal: false,
  },
  batch_differs: { meaning: 'The lines of a payout do not add up to it', mayHeal: true },
  not_understood: { meaning: 'A kind of line that nothing can be concluded from', mayHeal: false },
} as const satisfies Record<string, Reason>

export type BreakReason = keyof typeof breakReasons

export type SettledLine = Pick<
  PspSettlementLine,
  'type' | 'currency' | 'grossMinor' | 'feeMinor' | 'netMinor'
>

/** What the books know of what the line names. */
export interface Known {
  /** Whether the payment, refund or dispute is of a contribution of ours. */
  readonly isOurs: boolean
  readonly currency: string | null
  readonly journal: {
    /** What it moved on the clearing account, and what of that was a cost; minor units, debit positive. */
    readonly clearingMinor: bigint
    readonly costMinor: bigint
    readonly isMatched: boolean
  } | null
  /** The fee that the provider had told for it; null when it had told none. */
  readonly toldFeeMinor: bigint | null
}

export type Verdict =
  | {
      readonly kind: 'matched'
      /** Whether it confirms the journal that is known, or is the first to tell. */
      readonly confirms: boolean
      readonly books: Booking | null
      readonly warning: { readonly reason: BreakReason; readonly amountMinor: bigint } | null
    }
  | { readonly kind: 'broken'; readonly reason: BreakReason; readonly amountMinor: bigint }

export interface Booking {
  readonly journalKind: 'settlement_cost' | 'payout'
  /** Minor units: what the provider keeps, or what it paid out; negative the other way round. */
  readonly minor: bigint
}

export function matchLine(line: SettledLine, known: Known): Verdict {
  if (line.type === 'payout') return first({ journalKind: 'payout', minor: -line.netMinor })
  if (line.type === 'fee') return first({ journalKind: 'settlement_cost', minor: -line.netMinor })
  if (line.type === 'other') return broken('not_understood', line.netMinor)
  if (!known.isOurs) return broken('unknown_payment', line.netMinor)
  if (known.currency !== line.currency) return broken('currency_differs', line.netMinor)
  const { journal, toldFeeMinor } = known
  if (journal === null) return broken('missing_in_ledger', line.netMinor)
  if (journal.isMatched) return broken('duplicate', line.netMinor)
  const bookedGross = journal.clearingMinor + journal.costMinor
  if (bookedGross !== line.grossMinor) return broken('amount_differs', line.grossMinor - bookedGross)
  const keptMinor = -line.feeMinor
  const unbookedMinor = keptMinor - journal.costMinor
  return {
    kind: 'matched',
    confirms: true,
    books: unbookedMinor === 0n ? null : { journalKind: 'settlement_cost', minor: unbookedMinor },
    // What was not kept here may come as a line of its own.
    warning:
      toldFeeMinor === null || toldFeeMinor === keptMinor || keptMinor === 0n
        ? null
        : { reason: 'fee_unexpected', amountMinor: keptMinor - toldFeeMinor },
  }
}

/** Nothing was booked of it before; a line of zero books nothing either. */
function first(booking: Booking): Verdict {
  return { kind: 'matched', confirms: false, books: booking.minor === 0n ? null : booking, warning: null }
}

function broken(reason: BreakReason, amountMinor: bigint): Verdict {
  return { kind: 'broken', reason, amountMinor }
}

/** Out of the clearing account: to the bank, or to the provider. */
export function settlementPostings(rootId: string, { journalKind, minor }: Booking): Posting[] {
  const to = journalKind === 'payout' ? 'bank' : 'psp_cost'
  const clearing = { kind: 'psp_clearing', ownerId: rootId } as const
  const back = received(clearing, [{ kind: to, ownerId: rootId, amount: minor < 0n ? -minor : minor }])
  return minor < 0n ? back : reversed(back)
}
