// Settlement lines against booked journals, straight on the tables: what matches, what does not and why, and how it heals.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { settableClock } from '../src/kernel/clock.ts'
import type { Context } from '../src/kernel/context.ts'
import { silentLog } from '../src/kernel/log.ts'
import { trialBalance, verifyLedger } from '../src/ledger/ledger.ts'
import { sealNow } from '../src/ledger/seals.ts'
import type { PspSettlementLine } from '../src/payments/psp.ts'
import { dismissBreak, listBreaks } from '../src/reconciliation/breaks.ts'
import { findMissing, matchSettlements, settledWithinMs } from '../src/reconciliation/matches.ts'
import { readSettlementFile, settlementColumns } from '../src/reconciliation/settlement-file.ts'
import { importSettlements } from '../src/reconciliation/settlements.ts'
import { asItWas } from './support/as-it-was.ts'
import { type Bookings, bookings } from './support/bookings.ts'
import { engines, type TestDatabase, testDatabase } from './support/database.ts'

const header = settlementColumns.join(',')
const start = new Date('2026-03-10T12:00:00Z')

describe.each(engines)('settlement lines on %s', (engine) => {
  let data: TestDatabase
  let context: Context
  let booked: Bookings
  let journals: string[]
  let putBack: () => Promise<void>
  const clock = settableClock(start)

  beforeAll(async () => {
    data = await testDatabase({ engine })
    putBack = await asItWas(data.database)
    context = {
      environment: 'sandbox',
      origin: 'http://127.0.0.1',
      database: data.database,
      clock,
      log: silentLog,
      keys: { master: Buffer.alloc(32, 1) },
    }
  })
  afterAll(() => data.dispose())
  beforeEach(async () => {
    await putBack()
    clock.set(start)
    booked = await bookings(data.database)
    journals = await booked.book(data.database, 3, start)
    await data.database.query(
      `update contribution set psp_reference = 'pay_' || place from (
         select id, row_number() over (order by id) as place from contribution) as n where n.id = contribution.id`,
    )
  })

  const line = (over: Partial<Record<(typeof settlementColumns)[number], string>>) => {
    const whole = {
      line_reference: 'line_1',
      type: 'payment',
      payment_reference: 'pay_1',
      currency: 'GBP',
      gross: '7.92',
      fee: '-0.32',
      at: '2026-03-11T00:00:00Z',
      ...over,
    } as Record<string, string>
    return settlementColumns.map((column) => whole[column] ?? '').join(',')
  }
  const readLines = (...lines: string[]): PspSettlementLine[] =>
    readSettlementFile([header, ...lines].join('\n'))
  async function settle(...lines: string[]) {
    const stored = await importSettlements(context, 'booked', readLines(...lines))
    while ((await matchSettlements(context, null)) > 0);
    return stored
  }
  const breaks = async (state: 'open' | 'resolved' | 'dismissed' = 'open') =>
    (await listBreaks(context, booked.rootId, { state })).data.map(({ reason, amount }) => [reason, amount])
  const balance = async (kind: string) =>
    (await trialBalance(data.database, { account: kind })).reduce((sum, each) => sum + each.balance, 0n)
  async function expectLawful() {
    await sealNow(context)
    expect((await verifyLedger(data.database, context.keys.master)).broken).toEqual([])
  }

  it('leave nothing on the clearing account once a payment was settled and paid out', async () => {
    await settle(
      line({ batch: 'out' }),
      line({ line_reference: 'line_2', payment_reference: 'pay_2', batch: 'out' }),
      line({ line_reference: 'line_3', payment_reference: 'pay_3', batch: 'out' }),
      line({
        line_reference: 'line_4',
        type: 'fee',
        payment_reference: '',
        gross: '-1.00',
        fee: '',
        batch: 'out',
      }),
      line({
        line_reference: 'line_5',
        type: 'payout',
        payment_reference: '',
        gross: '-21.80',
        fee: '',
        batch: 'out',
      }),
    )
    expect(await breaks()).toEqual([])
    expect([await balance('psp_clearing'), await balance('psp_cost'), await balance('bank')]).toEqual([
      0n,
      196n,
      2180n,
    ])
    await expectLawful()
  })

  it('change nothing when they are told again, and nobody can change them', async () => {
    const lines = [line({}), line({ line_reference: 'line_2', payment_reference: 'pay_2' })]
    expect((await settle(...lines)).added).toBe(2)
    const before = await trialBalance(data.database)
    expect(await settle(...lines)).toEqual({ added: 0, changed: [] })
    expect(await trialBalance(data.database)).toEqual(before)
    for (const change of ['update settlement_line set gross_minor = 1', 'delete from settlement_match'])
      await expect(data.database.query(change)).rejects.toThrow('append-only')
    await expectLawful()
  })

  it('learn later which payout they went into', async () => {
    await settle(line({}))
    await settle(
      line({ batch: 'out' }),
      line({
        line_reference: 'line_2',
        type: 'payout',
        payment_reference: '',
        gross: '-7.60',
        fee: '',
        batch: 'out',
      }),
    )
    const batches = await data.database.query('select batch from settlement_batch_line')
    expect(batches).toEqual([{ batch: 'out' }, { batch: 'out' }])
    await expectLawful()
  })

  it.each<[string, number, Parameters<typeof line>[0]]>([
    ['unknown_payment', 7.6, { payment_reference: 'pay_of_others' }],
    ['amount_differs', -0.02, { gross: '7.90' }],
    ['currency_differs', 7.6, { currency: 'EUR' }],
    ['missing_in_ledger', -1, { type: 'refund', refund_reference: 'refund_9', gross: '-1.00', fee: '0' }],
    ['not_understood', 7.6, { type: 'other' }],
  ])('that do not match are a break with a reason: %s', async (reason, amount, over) => {
    await settle(line(over))
    expect(await breaks()).toEqual([[reason, amount]])
    expect(await balance('psp_cost')).toBe(0n)
    await expectLawful()
  })

  it('are a duplicate when another was matched before, or told something else under the same reference', async () => {
    await settle(line({}), line({ line_reference: 'line_2', at: '2026-03-12T00:00:00Z' }))
    expect(await breaks()).toEqual([['duplicate', 7.6]])
    const stored = await settle(line({ gross: '9.00' }))
    expect(stored).toEqual({ added: 0, changed: ['line_1'] })
    // Both were found in the same instant, so either may be listed first.
    expect((await breaks()).toSorted()).toEqual([
      ['duplicate', 7.6],
      ['duplicate', 8.68],
    ])
    expect(await balance('psp_cost')).toBe(32n)
    await expectLawful()
  })

  it('book the fee that was kept, and say when another had been told', async () => {
    await data.database.query(
      "update contribution set card_cost_actual_minor = 30 where psp_reference = 'pay_1'",
    )
    await settle(line({}))
    expect(await breaks()).toEqual([['fee_unexpected', 0.02]])
    expect(await balance('psp_cost')).toBe(32n)
    await expectLawful()
  })

  it('tell what a card payment cost where the provider had not said so when it was paid', async () => {
    const cost = () =>
      data.database.query(
        "select card_cost_actual_minor as cost from contribution where psp_reference = 'pay_1'",
      )
    await data.database.query(
      "update contribution set card_cost_actual_minor = null where psp_reference = 'pay_1'",
    )
    await settle(line({}))
    expect(await cost()).toEqual([{ cost: 32n }])
    await expectLawful()
  })

  it('that are missing are found when the provider should have settled, and heal when they come', async () => {
    await settle(line({}))
    const later = new Date(start.getTime() + settledWithinMs + 86_400_000)
    clock.set(later)
    await settle(
      line({
        line_reference: 'line_9',
        type: 'fee',
        payment_reference: '',
        gross: '0',
        at: later.toISOString(),
      }),
    )
    expect(await findMissing(context, 'booked')).toBe(2)
    expect(await findMissing(context, 'booked')).toBe(0)
    expect(await breaks()).toEqual([
      ['missing_in_settlement', 7.92],
      ['missing_in_settlement', 7.92],
    ])
    await settle(line({ line_reference: 'line_2', payment_reference: 'pay_2' }))
    expect([await breaks(), await breaks('resolved')]).toEqual([
      [['missing_in_settlement', 7.92]],
      [['missing_in_settlement', 7.92]],
    ])
    await expectLawful()
  })

  it('of a payout that does not add up are a break until they do', async () => {
    await settle(
      line({ batch: 'out' }),
      line({
        line_reference: 'line_2',
        type: 'payout',
        payment_reference: '',
        gross: '-15.20',
        fee: '',
        batch: 'out',
      }),
    )
    clock.advance(4 * 86_400_000)
    await findMissing(context, 'booked')
    expect(await breaks()).toEqual([['batch_differs', -7.6]])
    await settle(line({ line_reference: 'line_3', payment_reference: 'pay_2', batch: 'out' }))
    await findMissing(context, 'booked')
    expect([await breaks(), await breaks('resolved')]).toEqual([[], [['batch_differs', -7.6]]])
    await expectLawful()
  })

  it('are looked at again when the ledger learnt of them, without anybody asking', async () => {
    await data.database.query(
      "update contribution set psp_reference = 'not_known_yet' where psp_reference = 'pay_1'",
    )
    await settle(line({}))
    expect(await breaks()).toEqual([['unknown_payment', 7.6]])
    await data.database.query(
      "update contribution set psp_reference = 'pay_1' where psp_reference = 'not_known_yet'",
    )
    expect(await matchSettlements(context, null)).toBe(0)
    clock.advance(3_600_000)
    expect(await matchSettlements(context, null)).toBe(1)
    expect([await breaks(), await breaks('resolved')]).toEqual([[], [['unknown_payment', 7.6]]])
    await expectLawful()
  })

  it('matched by two at once are booked once', async () => {
    await importSettlements(context, 'booked', readLines(line({})))
    await data.database.query("update settlement_due set look_at = look_at - interval '1 hour'")
    const both = async () => {
      await data.database.query("update settlement_due set look_at = look_at - interval '1 hour'")
      await matchSettlements(context, null)
    }
    await Promise.all([both(), both(), both()])
    expect(await balance('psp_cost')).toBe(32n)
    await expectLawful()
  })

  it('that somebody looked into are dismissed with a note, once', async () => {
    await settle(line({ payment_reference: 'pay_of_others' }))
    const { data: found } = await listBreaks(context, booked.rootId, {})
    await expect(dismissBreak(context, found[0]!.id, ' ')).rejects.toThrow('say why')
    await dismissBreak(context, found[0]!.id, 'of our other shop')
    await expect(dismissBreak(context, found[0]!.id, 'again')).rejects.toThrow('dismissed already')
    expect(await breaks()).toEqual([])
    await expect(listBreaks(context, booked.organisationIds[0]!, {})).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
  })

  it('of the months before are of no concern to a contribution that was called off', async () => {
    await settle(line({ line_reference: 'line_8', type: 'fee', payment_reference: '', gross: '0' }))
    await booked.refund(data.database, journals[0]!, start)
    await data.database.query("update reversal set kind = 'void'")
    const later = new Date(start.getTime() + settledWithinMs + 86_400_000)
    clock.set(later)
    await settle(
      line({
        line_reference: 'line_9',
        type: 'fee',
        payment_reference: '',
        gross: '0',
        at: later.toISOString(),
      }),
    )
    expect(await findMissing(context, 'booked')).toBe(2)
  })
})

describe('a settlement file', () => {
  const file = (row: string) => `${header}\n${row}\n`

  it.each([
    [
      'a currency',
      'l1,payment,p,,,XXX,1.00,0,,2026-03-01T00:00:00Z',
      'line 2: "XXX" is not an ISO 4217 currency',
    ],
    ['a type', 'l1,sale,p,,,GBP,1.00,0,,2026-03-01T00:00:00Z', 'line 2: the type is one of'],
    [
      'more decimals',
      'l1,payment,p,,,GBP,1.001,0,,2026-03-01T00:00:00Z',
      'line 2: "1.001" is no amount of GBP',
    ],
    [
      'a separator',
      'l1,payment,p,,,GBP,"1,000.00",0,,2026-03-01T00:00:00Z',
      'line 2: "1,000.00" is no amount',
    ],
    [
      'a positive fee',
      'l1,payment,p,,,GBP,1.00,0.30,,2026-03-01T00:00:00Z',
      'line 2: the fee is what the provider keeps',
    ],
    [
      'no zone',
      'l1,payment,p,,,GBP,1.00,0,,2026-03-01T00:00:00',
      'line 2: "2026-03-01T00:00:00" is no instant',
    ],
    ['no reference', ',payment,p,,,GBP,1.00,0,,2026-03-01T00:00:00Z', 'line 2: the line has no reference'],
  ])('is refused as a whole, naming the line: %s', (_what, row, problem) => {
    expect(() => readSettlementFile(file(row))).toThrow(problem)
  })

  it('is refused without its columns, and with a reference twice', () => {
    expect(() => readSettlementFile('a,b\n')).toThrow('the header lacks line_reference')
    const row = 'l1,payment,p,,,GBP,1.00,0,,2026-03-01T00:00:00Z'
    expect(() => readSettlementFile(file(`${row}\n${row}`))).toThrow('line 3: l1 is in the file twice')
  })

  it('has its columns in any order and may have more', () => {
    const [read] = readSettlementFile(
      'note,at,batch,fee,gross,currency,dispute_reference,refund_reference,payment_reference,type,line_reference\n' +
        '"=cmd()",2026-03-01T00:00:00Z,,-0.3,-1,JPY,,re_1,p,refund,l1\n'.replace('-0.3', '-3'),
    )
    expect(read).toMatchObject({
      lineReference: 'l1',
      grossMinor: -1n,
      feeMinor: -3n,
      netMinor: -4n,
      batch: null,
    })
  })
})
