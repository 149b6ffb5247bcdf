import { describe, expect, it } from 'vitest'
import {
  type Fulfilment,
  type GivenBack,
  type MoneyFacts,
  type MoneyLine,
  moneyState,
} from './money-state.ts'

const at = new Date('2026-11-21T12:00:00Z')
const credit = (line: number, quantity: bigint): MoneyLine => ({
  line,
  quantity,
  projectId: `p${line}`,
  kind: 'credit',
})
const gift = (line: number, quantity: bigint): MoneyLine => ({
  ...credit(line, quantity),
  kind: 'contribution',
})
const done = (line: number, quantity: bigint): Fulfilment => ({
  ...{ line, quantity, on: '2027-03-01', registry: null, serials: null, reference: 'R', url: null },
})
const back = (amount: bigint, ...parts: GivenBack['parts']): GivenBack => ({
  kind: 'refund',
  at,
  amount,
  parts,
})
const state = (over: Partial<MoneyFacts>) =>
  moneyState({
    ...{ currency: 'GBP', total: 200n, paidAt: at, lines: [credit(1, 58_571_429n)] },
    ...{ givenBack: [], fulfilments: [], disputedAt: null, ...over },
  })

describe('the state of the money', () => {
  it('is allocated until somebody has recorded more', () => {
    expect(state({})).toMatchObject({ state: 'allocated', left: '2.00', disputedAt: null })
  })

  it('is done when all of every line is, to the milligram', () => {
    const whole = done(1, 58_571_429n)
    expect(state({ fulfilments: [done(1, 58_571_428n)] }).state).toBe('partly done')
    expect(state({ fulfilments: [done(1, 58_571_428n), done(1, 1n)] }).state).toBe('done')
    expect(state({ fulfilments: [whole], lines: [credit(1, 58_571_429n), gift(2, 82n)] }).state).toBe(
      'partly done',
    )
    expect(
      state({ fulfilments: [whole, done(2, 82n)], lines: [credit(1, 58_571_429n), gift(2, 82n)] }).state,
    ).toBe('done')
  })

  it('tells quantities in grams, or in money, exactly', () => {
    const { projects } = state({
      lines: [credit(1, 58_571_429n), gift(2, 82n)],
      fulfilments: [done(1, 1n), done(1, 58_571_000n), done(2, 82n)],
    })
    expect(
      projects.map(({ doing, fulfilments }) => [doing, fulfilments.map(({ quantity }) => quantity)]),
    ).toEqual([
      ['retired', ['0.001', '58571']],
      ['disbursed', ['0.82']],
    ])
  })

  it('counts what was given back as nobody’s', () => {
    const half = back(100n, { line: 1, quantity: 29_000_000n })
    const rest = back(100n, { line: 1, quantity: 29_571_429n })
    expect(state({ givenBack: [half] })).toMatchObject({ state: 'allocated', left: '1.00' })
    expect(state({ givenBack: [half], fulfilments: [done(1, 29_571_429n)] }).state).toBe('done')
    expect(state({ givenBack: [half, rest] })).toMatchObject({ state: 'reversed', left: '0.00' })
    expect(state({ givenBack: [half, rest] }).reversals.map(({ amount }) => amount)).toEqual(['1.00', '1.00'])
  })

  it('says since when a bank holds the money back', () => {
    expect(state({ disputedAt: at }).disputedAt).toBe('2026-11-21T12:00:00.000Z')
  })
})
