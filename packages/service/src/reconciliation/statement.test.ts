import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convertMinor, shownRate } from './conversion.ts'
import { periodAt, periodNamed } from './period.ts'
import { owedToRoot } from './settlement-model.ts'
import { type AccountMovement, closeStatement, lastClosable, linesOf, type Month } from './statement.ts'

const quiet: Month = { activities: [], movements: [], keptBack: new Map(), broughtForward: new Map() }
const shares = (earnedMinor: bigint): AccountMovement => ({
  kind: 'profit_share_payable',
  currency: 'EUR',
  count: 3n,
  postedMinor: -earnedMinor,
})
const amounts = (month: Partial<Month>) =>
  Object.fromEntries(
    linesOf({ model: 'net_split' }, { ...quiet, ...month }).map(({ kind, amountMinor }) => [
      kind,
      amountMinor,
    ]),
  )

describe('the profit shares of a statement', () => {
  it('are paid as far as they were earned', () => {
    expect(amounts({ movements: [shares(120n)] })).toEqual({ profit_share_payable: 120n, payable: 120n })
  })

  it('that were paid before and given back are carried to the next statement, and taken off there', () => {
    expect(amounts({ movements: [shares(-50n)] })).toEqual({
      profit_share_payable: -50n,
      carried_forward: -50n,
    })
    const broughtForward = new Map([['EUR', -50n]])
    expect(amounts({ movements: [shares(80n)], broughtForward })).toMatchObject({ payable: 30n })
    expect(amounts({ broughtForward })).toEqual({ brought_forward: -50n, carried_forward: -50n })
  })

  it('that were kept when the money was collected are not paid again', () => {
    const keptBack = new Map([['EUR', 70n]])
    expect(amounts({ movements: [shares(120n)], keptBack })).toMatchObject({ kept_back: 70n, payable: 50n })
  })

  it('are paid out or carried on to the minor unit over any months', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -1000n, max: 1000n }), { maxLength: 24 }), (earned) => {
        let broughtForward = new Map<string, bigint>()
        let paid = 0n
        for (const minor of earned) {
          const lines = amounts({ movements: minor === 0n ? [] : [shares(minor)], broughtForward })
          expect(lines.payable ?? 0n).toBeGreaterThanOrEqual(0n)
          paid += lines.payable ?? 0n
          broughtForward = new Map(lines.carried_forward ? [['EUR', lines.carried_forward]] : [])
        }
        const total = earned.reduce((sum, minor) => sum + minor, 0n)
        expect(paid + (broughtForward.get('EUR') ?? 0n)).toBe(total)
      }),
    )
  })

  it('name the rate that they are converted at, its day and who published it', () => {
    const rate = { day: '2026-03-31', source: 'a bank', fromUnits: '1', toUnits: '0.8765' }
    const organisation = {
      id: 'o',
      rootId: 'r',
      reference: null,
      tradingName: 'A shop',
      currency: 'GBP',
      model: 'net_split',
    } as const
    const { content } = closeStatement(
      organisation,
      linesOf(organisation, { ...quiet, movements: [shares(1001n)] }),
      {
        id: 's',
        period: periodNamed('2026-03')!,
        sealedUpTo: 7n,
        closedAt: new Date(0),
        previousHash: Buffer.alloc(32),
        rates: new Map([['EUR', rate]]),
      },
    )
    expect(JSON.parse(content).payouts).toEqual([
      {
        currencyCode: 'EUR',
        amount: 10.01,
        converted: {
          currencyCode: 'GBP',
          amount: 8.77,
          rate: 0.8765,
          rateDate: '2026-03-31',
          rateSource: 'a bank',
        },
      },
    ])
  })
})

describe('a conversion', () => {
  const rate = { day: '2026-03-31', source: 'a bank', fromUnits: '1.25', toUnits: '160.5' }

  it('knows the decimals of both currencies, and rounds half away from zero', () => {
    expect(convertMinor(1000n, 'USD', 'JPY', rate)).toBe(1284n)
    expect(convertMinor(-1000n, 'USD', 'JPY', rate)).toBe(-1284n)
    expect(convertMinor(1284n, 'JPY', 'USD', { ...rate, fromUnits: '160.5', toUnits: '1.25' })).toBe(1000n)
    expect(shownRate(rate)).toBe(128.4)
  })
})

describe('the settlement models', () => {
  const collected = { totalMinor: 1240n, sharesMinor: 160n }

  it('say what an organisation owes for what it collected', () => {
    expect(owedToRoot('net_split', collected)).toBe(1080n)
    expect(owedToRoot('gross_split', collected)).toBe(1240n)
    expect(owedToRoot('invoice', collected)).toBe(1080n)
  })
})

describe('a month', () => {
  it('ends where the next begins, also at the end of a year', () => {
    const december = periodNamed('2026-12')!
    expect(december.until).toEqual(periodAt(december.until).from)
    expect(periodAt(december.until).name).toBe('2027-01')
    expect(periodNamed('2026-13')).toBeUndefined()
  })

  it('is closed by itself only when it is over for a while', () => {
    const grace = 3 * 86_400_000
    expect(lastClosable(new Date('2026-04-03T23:59:59Z'), grace).name).toBe('2026-02')
    expect(lastClosable(new Date('2026-04-04T00:00:00Z'), grace).name).toBe('2026-03')
  })
})
