import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { breakReasons, type Known, matchLine, type SettledLine, settlementPostings } from './match.ts'

const minor = fc.bigInt({ min: -1_000_000n, max: 1_000_000n })
const payment: SettledLine = {
  type: 'payment',
  currency: 'GBP',
  grossMinor: 500n,
  feeMinor: -28n,
  netMinor: 472n,
}
const known: Known = {
  isOurs: true,
  currency: 'GBP',
  journal: { clearingMinor: 500n, costMinor: 0n, isMatched: false },
  toldFeeMinor: 28n,
}

describe('matching a settlement line', () => {
  it('books the fee of a payment, which the ledger does not know yet', () => {
    expect(matchLine(payment, known)).toEqual({
      kind: 'matched',
      confirms: true,
      books: { journalKind: 'settlement_cost', minor: 28n },
      warning: null,
    })
  })

  it('does not book what a dispute cost again', () => {
    const chargeback = { ...payment, type: 'chargeback', grossMinor: -500n, feeMinor: -1500n } as const
    const journal = { clearingMinor: -2000n, costMinor: 1500n, isMatched: false }
    expect(
      matchLine({ ...chargeback, netMinor: -2000n }, { ...known, journal, toldFeeMinor: null }),
    ).toMatchObject({ kind: 'matched', books: null, warning: null })
  })

  it('takes a cost back that the provider charges by a line of its own, and books it there', () => {
    const chargeback = {
      ...payment,
      type: 'chargeback',
      grossMinor: -500n,
      feeMinor: 0n,
      netMinor: -500n,
    } as const
    const journal = { clearingMinor: -2000n, costMinor: 1500n, isMatched: false }
    expect(matchLine(chargeback, { ...known, journal, toldFeeMinor: 1500n })).toMatchObject({
      books: { journalKind: 'settlement_cost', minor: -1500n },
      warning: null,
    })
    const fee = { ...payment, type: 'fee', grossMinor: -1500n, feeMinor: 0n, netMinor: -1500n } as const
    expect(matchLine(fee, known)).toMatchObject({ confirms: false, books: { minor: 1500n } })
  })

  it('believes the fee that was kept, and says that another was told', () => {
    expect(matchLine(payment, { ...known, toldFeeMinor: 20n })).toMatchObject({
      kind: 'matched',
      books: { minor: 28n },
      warning: { reason: 'fee_unexpected', amountMinor: 8n },
    })
  })

  it.each<[string, Partial<SettledLine>, Partial<Known>]>([
    ['unknown_payment', {}, { isOurs: false, currency: null, journal: null }],
    ['missing_in_ledger', {}, { journal: null }],
    ['currency_differs', { currency: 'EUR' }, {}],
    ['amount_differs', { grossMinor: 501n, netMinor: 473n }, {}],
    ['duplicate', {}, { journal: { clearingMinor: 500n, costMinor: 0n, isMatched: true } }],
    ['not_understood', { type: 'other' }, {}],
  ])('finds a break: %s', (reason, line, facts) => {
    expect(matchLine({ ...payment, ...line }, { ...known, ...facts })).toMatchObject({
      kind: 'broken',
      reason,
    })
    expect(breakReasons).toHaveProperty(reason)
  })

  it('moves the clearing account by exactly what the provider says, whatever was booked before', () => {
    fc.assert(
      fc.property(
        minor,
        minor,
        minor,
        fc.constantFrom('payment', 'refund', 'chargeback', 'payout', 'fee' as const),
        (grossMinor, feeMinor, costMinor, type) => {
          const line = {
            type,
            currency: 'GBP',
            grossMinor,
            feeMinor,
            netMinor: grossMinor + feeMinor,
          } as const
          const clearingMinor = grossMinor - costMinor
          const verdict = matchLine(line, {
            ...known,
            journal: { clearingMinor, costMinor, isMatched: false },
          })
          if (verdict.kind !== 'matched') throw new Error(verdict.reason)
          const own = verdict.books === null ? [] : settlementPostings('root', verdict.books)
          expect(own.reduce((sum, { amount }) => sum + amount, 0n)).toBe(0n)
          const moved = own.find(({ kind }) => kind === 'psp_clearing')?.amount ?? 0n
          expect((verdict.confirms ? clearingMinor : 0n) + moved).toBe(line.netMinor)
        },
      ),
    )
  })
})
