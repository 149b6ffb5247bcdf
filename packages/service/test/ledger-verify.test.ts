// The verifier finds every change of what was sealed: one value of each column of each table in turn, a row that is gone, a
// row that is too many, made by somebody who may switch off every trigger and constraint.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settableClock, systemClock } from '../src/kernel/clock.ts'
import type { Context } from '../src/kernel/context.ts'
import { newId } from '../src/kernel/id.ts'
import { rotateKey } from '../src/ledger/checkpoints.ts'
import { verifyLedger } from '../src/ledger/ledger.ts'
import { sealNow } from '../src/ledger/seals.ts'
import { periodAt } from '../src/reconciliation/period.ts'
import { closeMonths } from '../src/reconciliation/statements.ts'
import { bookings } from './support/bookings.ts'
import { type TestDatabase, testDatabase } from './support/database.ts'

const master = new Uint8Array(32).fill(7)

/** What is sealed, and the columns that are not, each with its reason. */
const tables: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  account: {},
  journal: { xid: 'another number in each cluster' },
  posting: {},
  funds_allocation: {},
  allocation_line: {},
  allocation_share: {},
  reversal: {
    state: 'moves on',
    reason: 'may name somebody',
    psp: 'known from the contribution',
    psp_reference: 'may come later',
    undoing_journal_id: 'comes later; the laws watch it',
    undone_at: 'comes later',
    poll_at: 'moves on',
  },
  reversal_line: {},
  reversal_share: {},
  impact_record: {},
  event: { xid: 'another number in each cluster', position: 'orders nothing that is sealed' },
  seal: {},
  seal_tree: {},
  checkpoint: {},
  checkpoint_key: {},
  statement: {},
  statement_line: {},
  statement_period: {},
}

let data: TestDatabase
beforeAll(async () => {
  data = await testDatabase({ engine: 'postgres' })
  const { database } = data
  const context = { database, clock: systemClock, keys: { master } }
  const books = await bookings(database)
  const journals = await books.book(database, 250)
  await sealNow(context, 'now')
  await database.transaction((tx) => rotateKey(tx, master))
  for (const journal of journals.slice(0, 3)) await books.refund(database, journal)
  const event = newId(Date.now())
  await database.query(`select append_event($1::uuid, $2, 'IMPACT_PAYMENT', $1::uuid, 1, '{}', now())`, [
    event,
    books.rootId,
  ])
  await books.book(database, 20)
  await sealNow(context, 'now')
  // Later than everything above, so that the month of it is over.
  const later = settableClock(new Date(Date.now() + 40 * 86_400_000))
  await closeMonths(
    { ...data, clock: later, keys: context.keys } as unknown as Context,
    books.rootId,
    periodAt(new Date()),
  )
  const constraints = await database.query<{ table: string; name: string }>(
    `select conrelid::regclass::text as table, conname as name from pg_constraint
     where contype = 'c' and conrelid = any ($1::regclass[])`,
    [Object.keys(tables)],
  )
  for (const { table, name } of constraints)
    await database.query(`alter table ${table} drop constraint ${name}`)
})
afterAll(() => data.dispose())

const broken = async () => (await verifyLedger(data.database, master)).broken

/** As whoever owns the database can. */
function unguarded(statement: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
  return data.database.transaction(async (tx) => {
    await tx.script('set local session_replication_role = replica')
    return tx.query(statement, values)
  })
}

const changed: Readonly<Record<string, (column: string) => string>> = {
  uuid: (column) =>
    `overlay(${column}::text placing translate(right(${column}::text, 1), '0123456789abcdef', '1032547698badcfe') from 36)::uuid`,
  text: (column) =>
    `overlay(${column} placing case when left(${column}, 1) = 'x' then 'y' else 'x' end from 1 for 1)`,
  int2: (column) => `${column} + 8`,
  int4: (column) => `${column} + 65536`,
  int8: (column) => `${column} + 65536`,
  numeric: (column) => `${column} + 0.1`,
  bool: (column) => `not ${column}`,
  bytea: (column) => `set_bit(${column}, 77, 1 - get_bit(${column}, 77))`,
  timestamptz: (column) => `${column} + interval '1 microsecond'`,
  _uuid: (column) => `array_append(${column}, '00000000-0000-0000-0000-000000000001')`,
}

describe('the verifier', () => {
  test('finds nothing in books that nobody changed', async () => {
    expect(await verifyLedger(data.database, master)).toMatchObject({
      journals: 273,
      seals: 274,
      checkpoints: 2,
      broken: [],
    })
  })

  test.each(Object.keys(tables))(
    'finds a change of each sealed column of %s',
    async (table) => {
      const columns = await data.database.query<{ name: string; type: string }>(
        `select attname as name, typname as type from pg_attribute a join pg_type t on t.oid = a.atttypid
       where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
        [table],
      )
      const sealed = columns.filter(({ name }) => tables[table]![name] === undefined)
      expect(sealed.length).toBeGreaterThan(1)
      for (const { name, type } of sealed) {
        const [row] = await unguarded(
          `update ${table} t set ${name} = ${changed[type]!(`t.${name}`)}
         from (select ctid, ${name}::text as old from ${table} where ${name} is not null order by random() limit 1) as one
         where t.ctid = one.ctid returning t.ctid::text as place, one.old`,
        )
        expect([table, name, row]).toMatchObject([table, name, { old: expect.any(String) }])
        const found = await broken()
        await unguarded(`update ${table} set ${name} = $2::text::${type} where ctid = $1::text::tid`, [
          row!.place,
          row!.old,
        ])
        expect([table, name, found.length > 0]).toEqual([table, name, true])
      }
      expect(await broken()).toEqual([])
    },
    120_000,
  )

  test.each(Object.keys(tables).filter((table) => table !== 'checkpoint'))(
    'finds that a row of %s is gone',
    async (table) => {
      await data.database.query(`create table gone as select * from ${table} order by random() limit 1`)
      await unguarded(`delete from ${table} t using gone where t = gone`)
      const found = await broken()
      await unguarded(`insert into ${table} overriding system value select * from gone`)
      await data.database.query('drop table gone')
      expect([table, found.length > 0]).toEqual([table, true])
    },
    30_000,
  )

  test('names the first seal that is wrong, and what of it', async () => {
    await unguarded(
      `update impact_record set body = body || ' ' where journal_id = (select journal_id from seal where seal_number = 17)`,
    )
    const [journal] = await data.database.query<{ id: string }>(
      'select journal_id as id from seal where seal_number = 17',
    )
    expect(await broken()).toEqual([
      `seal 17: what is stored of journal ${journal!.id} is not what was sealed`,
    ])
    await unguarded(`update impact_record set body = left(body, -1) where journal_id = $1`, [journal!.id])
    expect(await broken()).toEqual([])
  })

  test('finds postings that were added to a sealed journal although they balance', async () => {
    const [journal] = await data.database.query<{ id: string }>(
      'select journal_id as id from seal where seal_number = 20',
    )
    await unguarded(
      `insert into posting select journal_id, line + 100, account_id, currency, amount_minor * sign
       from posting cross join (values (1), (-1)) as s (sign)
       where journal_id = $1 and line = 1 on conflict do nothing`,
      [journal!.id],
    )
    expect((await broken())[0]).toContain('seal 20:')
    await unguarded('delete from posting where journal_id = $1 and line > 100', [journal!.id])
  })

  test('finds a journal that was slipped in behind the sealer', async () => {
    const id = newId(Date.now())
    await unguarded(
      `insert into journal (id, kind, cause, effective_at, recorded_at) values ($1, 'refund', 'slipped', now(), now())`,
      [id],
    )
    expect(await broken()).toEqual([
      `a journal has postings that add up to zero in each currency, and a posting has its journal: broken by ${id}`,
      `each journal is sealed or waits to be: broken by ${id}`,
    ])
    await unguarded('delete from journal where id = $1', [id])
  })

  test.each(
    Object.entries({
      amount_minor: 'c.amount_minor + 1',
      currency: `'EUR'`,
      organisation_id: 'gen_random_uuid()',
      quote_id: 'gen_random_uuid()',
      consumer_id: 'gen_random_uuid()',
    }),
  )('finds that the %s of a paid contribution became another', async (column, value) => {
    await data.database.query(
      `create table before as select * from contribution where state = 'paid' limit 1`,
    )
    await unguarded(`update contribution c set ${column} = ${value} from before where c.id = before.id`)
    const found = await broken()
    await unguarded(
      `update contribution c set ${column} = before.${column} from before where c.id = before.id`,
    )
    await data.database.query('drop table before')
    expect(found).toContainEqual(expect.stringContaining('an allocation is what was paid'))
    expect(await broken()).toEqual([])
  })

  test('finds postings of no journal, and to no account of their currency', async () => {
    const [posting] = await data.database.query<{ journal: string; account: string }>(
      'select journal_id as journal, account_id as account from posting limit 1',
    )
    for (const [law, journal, currency] of [
      ['a posting has its journal', newId(Date.now()), 'GBP'],
      ['a posting goes to an account of its currency', posting!.journal, 'EUR'],
    ] as const) {
      await unguarded('insert into posting values ($1, 101, $2, $3, 5), ($1, 102, $2, $3, -5)', [
        journal,
        posting!.account,
        currency,
      ])
      expect(await broken()).toContainEqual(expect.stringContaining(`${law}: broken by ${journal}`))
      await unguarded('delete from posting where line > 100')
    }
    expect(await broken()).toEqual([])
  })

  const other = '00000000-0000-4000-8000-000000000001'
  test.each(
    Object.entries({
      'a record of no journal': {
        add: `insert into impact_record select $1, allocation_id, $1, organisation_id, organisation_path, consumer_id,
          partner_ids, funds_at, body from impact_record limit 1`,
        remove: 'delete from impact_record where id = $1',
      },
      'an event of another journal': {
        add: `insert into event (id, organisation_id, root_id, type, object_id, object_sequence, body, created_at, journal_id)
          select $1, organisation_id, root_id, type, $1, 9, body, created_at, $1 from event limit 1`,
        remove: 'delete from event where id = $1',
      },
      'a line of no allocation': {
        add: `insert into allocation_line select $1, 1, kind, impact_partner_id, project_id, grams, 500, 0, 0, 0
          from allocation_line limit 1`,
        remove: 'delete from allocation_line where allocation_id = $1',
      },
      'a share of no allocation': {
        add: 'insert into allocation_share values ($1, 1, $1, 500)',
        remove: 'delete from allocation_share where allocation_id = $1',
      },
      'a line of no reversal': {
        add: 'insert into reversal_line values ($1, 1, 1, 500, 0, 0, 0)',
        remove: 'delete from reversal_line where reversal_id = $1',
      },
      'a share of no reversal': {
        add: 'insert into reversal_share values ($1, 1, $1, 500)',
        remove: 'delete from reversal_share where reversal_id = $1',
      },
      'something to be sealed that is not there': {
        add: 'insert into unsealed (journal_id) values ($1)',
        remove: 'delete from unsealed where journal_id = $1',
      },
      'something to be sealed that was': {
        add: 'insert into unsealed (journal_id) select journal_id from seal where seal_number = 1 and $1::uuid is not null',
        remove: 'delete from unsealed where $1::uuid is not null',
      },
      'a subtree of seals to come': {
        add: 'insert into seal_tree select 8, 7, sha256(uuid_send($1))',
        remove: 'delete from seal_tree where place = 7 and $1::uuid is not null',
      },
      'a month that nobody closed': {
        add: `insert into statement_period select root_id, '1999-01', '1999-02-01', 0, closed_at from statement_period
          where $1::uuid is not null`,
        remove: `delete from statement_period where period = '1999-01' and $1::uuid is not null`,
      },
    }),
  )('finds %s', async (_name, { add, remove }) => {
    await unguarded(add, [other])
    const found = await broken()
    await unguarded(remove, [other])
    expect(found).toHaveLength(1)
    expect(await broken()).toEqual([])
  })

  test('finds that the last checkpoint is gone, unless it was signed in the second of the one before', async () => {
    await data.database.query('create table gone as select * from checkpoint')
    await unguarded('delete from checkpoint')
    expect(await broken()).toEqual([
      'a checkpoint speaks for every seal, but for those of the second after it: broken by 1',
    ])
    await unguarded('insert into checkpoint select * from gone')
    await data.database.query('drop table gone')
    expect(await broken()).toEqual([])
  })

  test('finds a payout of a statement that its lines do not come to, although all of it was hashed anew', async () => {
    await data.database.query('create table whole as select * from statement')
    const [payable] = await data.database.query<{ id: string; line: number; content: string }>(
      `select s.id, l.line, s.content from statement s join statement_line l on l.statement_id = s.id and l.kind = 'payable'
       where not exists (select from statement t where t.organisation_id = s.organisation_id and t.period > s.period) limit 1`,
    )
    const content = JSON.parse(payable!.content)
    content.lines[payable!.line - 1].amount += 1
    await unguarded(
      `update statement set content = $2, hash = sha256(previous_hash || convert_to($2, 'UTF8')) where id = $1`,
      [payable!.id, JSON.stringify(content)],
    )
    await unguarded(
      'update statement_line set amount_minor = amount_minor + 100 where statement_id = $1 and line = $2',
      [payable!.id, payable!.line],
    )
    expect(await broken()).toEqual([
      `what a statement pays out or carries forward follows from its other lines: broken by ${payable!.id}`,
    ])
    await unguarded(
      'update statement s set content = w.content, hash = w.hash from whole w where w.id = s.id',
    )
    await unguarded(
      'update statement_line set amount_minor = amount_minor - 100 where statement_id = $1 and line = $2',
      [payable!.id, payable!.line],
    )
    expect(await broken()).toEqual([])
  })

  test('finds a ledger that was sealed anew with a key of somebody else', async () => {
    await unguarded(
      `update checkpoint_key set public_key = set_byte(public_key, 0, 255 - get_byte(public_key, 0)) where generation = 2`,
    )
    expect((await broken())[0]).toBe('checkpoint key 2 is not this deployment’s')
    await unguarded(
      `update checkpoint_key set public_key = set_byte(public_key, 0, 255 - get_byte(public_key, 0)) where generation = 2`,
    )
    expect(await broken()).toEqual([])
  })

  test('finds that seals were cut off behind their checkpoint', async () => {
    await data.database.query('create table gone as select * from seal where seal_number > 270')
    await unguarded('delete from seal where seal_number > 270')
    expect(await broken()).toContain('a checkpoint speaks for 274 seals, but there are only 270')
    await unguarded('insert into seal select * from gone')
    expect(await broken()).toEqual([])
  })
})
