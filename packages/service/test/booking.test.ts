// Contributions that are paid at the same moment are booked together: each whole and once, or not at all. And postings obey
// their laws though no foreign key guards them.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../src/kernel/database.ts'
import { newId } from '../src/kernel/id.ts'
import { together } from '../src/kernel/together.ts'
import { verifyLedger } from '../src/ledger/ledger.ts'
import { bookings } from './support/bookings.ts'
import { engines, type TestDatabase, testDatabase } from './support/database.ts'

const id = () => newId(Date.now())

describe.each(engines)('booking on %s', (engine) => {
  let data: TestDatabase
  let organisationId: string
  let rootId: string
  beforeAll(async () => {
    data = await testDatabase({ engine })
    const made = await bookings(data.database)
    rootId = made.rootId
    organisationId = made.organisationIds[0]!
  })
  afterAll(() => data.dispose())

  const pending = async (count: number) => {
    const rows = await data.database.query<{ id: string }>(
      `insert into contribution (id, session_id, quote_id, organisation_id, consumer_id, state, currency, amount_minor, split,
         card_cost_minor, consent, psp, created_at, updated_at)
       select gen_random_uuid(), s.id, s.id, $1, gen_random_uuid(), 'failed', 'GBP', 792, '{}', 0, '{}', 'booked', now(), now()
       from post_purchase_session s cross join generate_series(1, $2::integer) returning id`,
      [organisationId, count],
    )
    return rows.map((row) => row.id)
  }

  const posting = (kind: string, ownerId: string, amount: number) => ({ kind, ownerId, amount: `${amount}` })

  function bookingOf(contributionId: string, taken = 792) {
    const [now, allocationId, eventId] = [new Date(), id(), id()]
    return {
      contributionId,
      now,
      paidAt: now,
      journalId: id(),
      allocationId,
      postings: [
        posting('psp_clearing', rootId, taken),
        posting('project_payable', organisationId, -600),
        posting('service_fee', rootId, -60),
        posting('sales_tax_payable', rootId, -132),
      ],
      impact: '600',
      impactTax: '120',
      serviceFee: '60',
      serviceFeeTax: '12',
      impactTaxPpm: 200_000,
      serviceFeeTaxPpm: 200_000,
      lines: [
        {
          line: 1,
          kind: 'credit',
          impactPartnerId: rootId,
          projectId: organisationId,
          grams: 1000.5,
          impact: '600',
          impactTax: '120',
          serviceFee: '60',
          serviceFeeTax: '12',
        },
      ],
      shares: [{ line: 1, organisationId: rootId, amount: '60' }],
      record: {
        id: allocationId,
        fundsAt: now,
        partnerIds: [rootId],
        body: JSON.stringify({ allocationId }),
      },
      event: { id: eventId, type: 'IMPACT_PAYMENT', sequence: 1, body: JSON.stringify({ eventId }) },
    }
  }
  type Booking = ReturnType<typeof bookingOf>

  const book = (rows: readonly Booking[], on: Database = data.database) =>
    on.query('select book_contributions($1::jsonb)', [JSON.stringify(rows)])

  const bookedOf = async (contributionIds: readonly string[]) =>
    data.database.query<{ id: string; postings: bigint; records: bigint; events: bigint }>(
      `select c.id, (select count(*) from posting where journal_id = a.journal_id) as postings,
         (select count(*) from impact_record where journal_id = a.journal_id) as records,
         (select count(*) from event where journal_id = a.journal_id) as events
       from contribution c join funds_allocation a on a.contribution_id = c.id
       where c.id = any($1::uuid[]) and c.state = 'paid'`,
      [contributionIds],
    )

  it('writes everything of each, and the ledger holds', async () => {
    const ids = await pending(20)
    await book(ids.map((one) => bookingOf(one)))
    const booked = await bookedOf(ids)
    expect(booked).toHaveLength(20)
    for (const { postings, records, events } of booked)
      expect({ postings, records, events }).toEqual({ postings: 4n, records: 1n, events: 1n })
    expect((await verifyLedger(data.database)).broken).toEqual([])
  })

  it('books the same one once, however often it comes, in one batch or later', async () => {
    const [first, second] = await pending(2)
    await book([bookingOf(first!), bookingOf(second!), bookingOf(first!)])
    await book([bookingOf(second!), bookingOf(first!)])
    expect(await bookedOf([first!, second!])).toHaveLength(2)
    expect((await verifyLedger(data.database)).broken).toEqual([])
  })

  it('of batches that hold the same ones in other orders, each one is booked once', async () => {
    const ids = await pending(12)
    const orders = [ids, [...ids].reverse(), [...ids.slice(5), ...ids.slice(0, 5)]]
    await Promise.all(orders.map((order) => book(order.map((one) => bookingOf(one)))))
    expect(await bookedOf(ids)).toHaveLength(12)
    expect((await verifyLedger(data.database)).broken).toEqual([])
  })

  // The embedded engine never looks at its tables by itself.
  if (engine === 'postgres')
    it('reads no table whole, though it was planned when all were small', async () => {
      const scans = async () => {
        await data.database.query('select pg_stat_force_next_flush()')
        const [row] = await data.database.query<{ scans: bigint }>(
          "select sum(seq_scan)::bigint as scans from pg_stat_user_tables where relname in ('journal', 'posting')",
        )
        return row!.scans
      }
      const ids = await pending(20)
      await data.database.query('analyze')
      const before = await scans()
      for (const one of ids) await book([bookingOf(one)])
      expect(await scans()).toBe(before)
    })

  it('fails alone when its own journal does not balance', async () => {
    const ids = await pending(3)
    const insert = together<Booking>(async (rows) => void (await book(rows)))
    const outcomes = await Promise.allSettled(
      ids.map((one, index) => insert(bookingOf(one, index === 1 ? 793 : 792))),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect((await bookedOf(ids)).map((row) => row.id).sort()).toEqual([ids[0], ids[2]].sort())
  })

  it('refuses a contribution that nobody knows, and books nothing beside it', async () => {
    const [known] = await pending(1)
    await expect(book([bookingOf(known!), bookingOf(id())])).rejects.toMatchObject({ code: 'P0002' })
    expect(await bookedOf([known!])).toEqual([])
  })

  it('refuses a posting to an account of another currency, to none, and to a journal that is not its own', async () => {
    const [account] = await data.database.query<{ id: string }>('select id from account limit 1')
    const before = bookingOf((await pending(1))[0]!)
    await book([before])
    const post = (accountId: string, currency: string, journalId?: string) =>
      data.database.transaction(async (tx) => {
        const own = journalId ?? id()
        if (journalId === undefined)
          await tx.query(
            `insert into journal (id, kind, cause, effective_at, recorded_at) values ($1::uuid, 'contribution', $1::uuid::text, now(), now())`,
            [own],
          )
        await tx.query('insert into posting values ($1, 101, $2, $3, 5), ($1, 102, $2, $3, -5)', [
          own,
          accountId,
          currency,
        ])
      })
    await expect(post(account!.id, 'EUR')).rejects.toMatchObject({ code: '23503' })
    await expect(post(id(), 'GBP')).rejects.toMatchObject({ code: '23503' })
    await expect(post(account!.id, 'GBP', before.journalId)).rejects.toMatchObject({ code: '23001' })
    await expect(post(account!.id, 'GBP', id())).rejects.toMatchObject({ code: '23001' })
    await post(account!.id, 'GBP')
  })

  it('refuses postings that do not balance, also after its journal was looked at', async () => {
    const [account] = await data.database.query<{ id: string }>('select id from account limit 1')
    const post = (...statements: string[]) =>
      data.database.transaction(async (tx) => {
        const own = id()
        await tx.query(
          `insert into journal (id, kind, cause, effective_at, recorded_at) values ($1::uuid, 'refund', $1::uuid::text, now(), now())`,
          [own],
        )
        for (const postings of statements) {
          await tx.query(
            `insert into posting select $1, line, $2, 'GBP', amount from (values ${postings}) as n (line, amount)`,
            [own, account!.id],
          )
          await tx.script('set constraints all immediate')
        }
      })
    await post('(1, 5), (2, -5)', '(3, 7), (4, -7)')
    await expect(post('(1, 5), (2, -5)', '(3, 500)')).rejects.toMatchObject({ code: '23514' })
    await expect(post('(1, 5)')).rejects.toMatchObject({ code: '23514' })
    await expect(post()).rejects.toMatchObject({ code: '23514' })
  })
})
