// What both engines promise alike. What only one of them can do has a file of its own.

import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Database } from '../src/kernel/database.ts'
import { SqlError, TransactionMisuse } from '../src/kernel/database-errors.ts'
import { engines, type TestDatabase, testDatabase } from './support/database.ts'

describe.each(engines)('a database on the %s engine', (engine) => {
  let test: TestDatabase
  let database: Database

  beforeAll(async () => {
    test = await testDatabase({ engine, migrations: null })
    database = test.database
    await database.query(
      'create table account (id bigint primary key, owner text not null unique, balance numeric)',
    )
    await database.query('alter table account add constraint account_balance_positive check (balance >= 0)')
  })
  beforeEach(() => database.query('truncate account'))
  afterAll(() => test?.dispose())

  const one = async <T>(text: string, values?: unknown[]): Promise<T> => {
    const [row] = await database.query<{ value: T }>(text, values)
    return row!.value
  }
  const owners = async () =>
    (await database.query<{ owner: string }>('select owner from account order by id')).map((row) => row.owner)
  const insert = 'insert into account (id, owner, balance) values ($1, $2, $3) returning id'

  it('names its engine', () => expect(database.engine).toBe(engine))

  describe('types', () => {
    it('gives every int8 as a bigint, small or large, sums included', async () => {
      expect(await one('select 1::int8 as value')).toBe(1n)
      expect(await one('select $1::int8 as value', [9_223_372_036_854_775_807n])).toBe(
        9_223_372_036_854_775_807n,
      )
      expect(await one('select count(*) as value from account')).toBe(0n)
    })

    it('gives numeric as text without losing a digit', async () => {
      const exact = '12345678901234567890.123456789012345678'
      expect(await one('select $1::numeric as value', [exact])).toBe(exact)
      expect(await one('select sum(x)::numeric as value from (values (1::int8), (2)) as v(x)')).toBe('3')
    })

    it('gives instants as Date, in UTC whatever the server thinks', async () => {
      const instant = new Date('2026-11-21T01:44:00.123Z')
      expect(await one('select $1::timestamptz as value', [instant])).toEqual(instant)
      expect(await one(`select date_trunc('day', $1::timestamptz) as value`, [instant])).toEqual(
        new Date('2026-11-21T00:00:00Z'),
      )
      expect(await one(`select to_char($1::timestamptz, 'HH24:MI') as value`, [instant])).toBe('01:44')
    })

    it('gives a date as text, since it is no instant', async () => {
      expect(await one('select $1::date as value', ['2026-11-21'])).toBe('2026-11-21')
    })

    it('takes objects as JSON and gives them back parsed', async () => {
      const value = { text: 'é "quoted"', list: [1, null, { deep: true }] }
      expect(await one('select $1::jsonb as value', [value])).toEqual(value)
      expect(await one('select $1::jsonb as value', [JSON.stringify([1, 2])])).toEqual([1, 2])
    })

    it('carries bytes unchanged', async () => {
      const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
      const back = await one<Buffer>('select $1::bytea as value', [bytes])
      expect(Uint8Array.from(back)).toEqual(bytes)
      expect(await one('select length($1::bytea) as value', [new Uint8Array(0)])).toBe(0)
    })

    it('carries uuid, boolean, float and null', async () => {
      const id = randomUUID()
      expect(await one('select $1::uuid as value', [id])).toBe(id)
      expect(await one('select $1::boolean as value', [false])).toBe(false)
      expect(await one('select $1::float8 as value', [0.1])).toBe(0.1)
      expect(await one('select $1::text as value', [null])).toBeNull()
      expect(await one('select $1::text as value', [undefined])).toBeNull()
    })

    it('takes arrays as parameters, for any() and for unnest()', async () => {
      const ids = [randomUUID(), randomUUID()]
      expect(await one('select $2 = any($1::uuid[]) as value', [ids, ids[1]])).toBe(true)
      const rows = await database.query('select * from unnest($1::int8[], $2::text[]) as v(id, name)', [
        [1n, 2n],
        ['a "b" \\ {c},', null],
      ])
      expect(rows).toEqual([
        { id: 1n, name: 'a "b" \\ {c},' },
        { id: 2n, name: null },
      ])
    })

    it('gives arrays with their elements parsed', async () => {
      expect(await one('select array[1, null, 3]::int8[] as value')).toEqual([1n, null, 3n])
      expect(await one('select array[1.10, 2]::numeric[] as value')).toEqual(['1.10', '2'])
      expect(await one(`select '{}'::uuid[] as value`)).toEqual([])
      expect(await one('select array[[1, 2], [3, 4]]::int4[] as value')).toEqual([
        [1, 2],
        [3, 4],
      ])
      expect(await one(`select array[timestamptz '2026-01-01 00:00Z'] as value`)).toEqual([
        new Date('2026-01-01T00:00:00Z'),
      ])
    })

    it('refuses what cannot be a value before sending anything', async () => {
      await expect(database.query('select $1', [() => 1])).rejects.toThrow(TypeError)
    })

    it('carries texts of a megabyte', async () => {
      const long = 'ä'.repeat(1_000_000)
      expect(await one('select $1::text as value', [long])).toBe(long)
    })
  })

  describe('errors', () => {
    it('names the constraint that a row would break', async () => {
      await database.query(insert, [1n, 'ada', '1'])
      const twice = await database.query(insert, [2n, 'ada', '1']).catch((error: unknown) => error)
      expect(twice).toBeInstanceOf(SqlError)
      expect(twice).toMatchObject({
        code: '23505',
        constraint: 'account_owner_key',
        detail: 'Key (owner)=(ada) already exists.',
        table: 'account',
        schema: 'public',
      })
      await expect(database.query(insert, [3n, 'bob', '-1'])).rejects.toMatchObject({
        code: '23514',
        constraint: 'account_balance_positive',
      })
      await expect(database.query(insert, [4n, null, '1'])).rejects.toMatchObject({
        code: '23502',
        column: 'owner',
      })
    })

    it('tells the code that a function raised, with its detail and hint', async () => {
      const raise = `do $$ begin raise exception 'no' using errcode = 'EK001', detail = 'because', hint = 'ask'; end $$`
      await expect(database.query(raise)).rejects.toMatchObject({
        code: 'EK001',
        message: 'no',
        detail: 'because',
        hint: 'ask',
      })
    })

    it('goes on after a statement that is not SQL, also when it is repeated', async () => {
      for (let round = 0; round < 2; round += 1) {
        await expect(database.query('selec 1')).rejects.toMatchObject({ code: '42601' })
        await expect(database.query('select $1::int4 as value', ['x'])).rejects.toMatchObject({
          code: '22P02',
        })
        expect(await one('select $1::int4 as value', ['7'])).toBe(7)
      }
    })

    it('finds a table that was made after the statement first failed', async () => {
      const text = 'select count(*) as value from made_later'
      await expect(database.query(text)).rejects.toMatchObject({ code: '42P01' })
      await database.query('create table made_later ()')
      expect(await one(text)).toBe(0n)
      await database.query('drop table made_later')
    })

    it('recovers when a table changes its shape under a prepared statement', async () => {
      await database.query('create table shape (a int)')
      await database.query('insert into shape values (1)')
      expect(await database.query('select * from shape')).toEqual([{ a: 1 }])
      await database.query(`alter table shape add b text default 'x'`)
      await database.query('select * from shape').catch(() => undefined)
      expect(await database.query('select * from shape')).toEqual([{ a: 1, b: 'x' }])
      await database.query('drop table shape')
    })
  })

  describe('transactions', () => {
    it('commit all or nothing', async () => {
      const result = await database.transaction(async (tx) => {
        await tx.query(insert, [1n, 'ada', '1'])
        await tx.query(insert, [2n, 'bob', '2'])
        return 'done'
      })
      expect(result).toBe('done')
      const failure = new Error('changed my mind')
      const refused = database.transaction(async (tx) => {
        await tx.query(insert, [3n, 'eve', '3'])
        throw failure
      })
      await expect(refused).rejects.toBe(failure)
      expect(await owners()).toEqual(['ada', 'bob'])
    })

    it('are read committed', async () => {
      const level = await database.transaction((tx) => tx.query('show transaction_isolation'))
      expect(level).toEqual([{ transaction_isolation: 'read committed' }])
    })

    it('roll back when a statement fails, and say so even when the caller hides it', async () => {
      const hidden = database.transaction(async (tx) => {
        await tx.query(insert, [1n, 'ada', '1'])
        await tx.query(insert, [1n, 'bob', '1']).catch(() => undefined)
      })
      await expect(hidden).rejects.toMatchObject({ code: '25P02' })
      expect(await owners()).toEqual([])
    })

    it('survive a failed statement inside a savepoint', async () => {
      await database.transaction(async (tx) => {
        await tx.query(insert, [1n, 'ada', '1'])
        await tx.query('savepoint attempt')
        await tx.query(insert, [1n, 'bob', '1']).catch(() => undefined)
        await tx.query('rollback to savepoint attempt')
        await tx.query(insert, [2n, 'bob', '1'])
      })
      expect(await owners()).toEqual(['ada', 'bob'])
    })

    it('report a constraint that is checked at the commit', async () => {
      await database.query('create table parent (id int primary key)')
      await database.query('create table child (parent int references parent deferrable initially deferred)')
      const orphan = database.transaction((tx) => tx.query('insert into child values (1)'))
      await expect(orphan).rejects.toMatchObject({ code: '23503', constraint: 'child_parent_fkey' })
      expect(await one('select count(*) as value from child')).toBe(0n)
      await database.query('drop table child, parent')
    })

    it('keep the order of statements that were sent together', async () => {
      const values = await database.transaction(async (tx) => {
        const answers = Array.from({ length: 20 }, (_, index) =>
          tx.query<{ value: number }>('select $1::int4 as value', [index]),
        )
        return (await Promise.all(answers)).map(([row]) => row!.value)
      })
      expect(values).toEqual(Array.from({ length: 20 }, (_, index) => index))
    })

    it('are repeated when the database asks for it, as often as that may help', async () => {
      let attempts = 0
      const result = await database.transaction(async (tx) => {
        attempts += 1
        await tx.query(insert, [BigInt(attempts), `try ${attempts}`, '1'])
        if (attempts < 3)
          await tx.query(`do $$ begin raise exception 'again' using errcode = '40001'; end $$`)
        return attempts
      })
      expect(result).toBe(3)
      expect(await owners()).toEqual(['try 3'])
      attempts = 0
      const hopeless = database.transaction(async (tx) => {
        attempts += 1
        await tx.query(`do $$ begin raise exception 'again' using errcode = '40P01'; end $$`)
      })
      await expect(hopeless).rejects.toMatchObject({ code: '40P01' })
      expect(attempts).toBeGreaterThan(1)
      expect(attempts).toBeLessThan(20)
    })

    it('cannot be used after their end', async () => {
      const tx = await database.transaction(async (open) => open)
      await expect(tx.query('select 1')).rejects.toThrow(TransactionMisuse)
      expect(() => tx.afterCommit(() => undefined)).toThrow(TransactionMisuse)
    })

    it('cannot be bypassed from inside', async () => {
      const bypass = database.transaction(() => database.query('select 1'))
      await expect(bypass).rejects.toThrow(TransactionMisuse)
      const nested = database.transaction(() => database.transaction(async () => 1))
      await expect(nested).rejects.toThrow(TransactionMisuse)
      expect(await one('select 1 as value')).toBe(1)
    })

    it('run many at once without mixing', async () => {
      await database.query('insert into account select n, n::text, 0 from generate_series(1, 4) as n')
      const add = (id: number) =>
        database.transaction(async (tx) => {
          const [row] = await tx.query<{ balance: string }>(
            'select balance from account where id = $1 for update',
            [id],
          )
          await tx.query('update account set balance = $2 where id = $1', [id, Number(row!.balance) + 1])
        })
      await Promise.all(Array.from({ length: 80 }, (_, index) => add((index % 4) + 1)))
      const balances = await database.query('select balance from account order by id')
      expect(balances).toEqual(Array.from({ length: 4 }, () => ({ balance: '20' })))
    })

    it('that are forgotten by their caller are ended, and the others go on', async () => {
      const forgotten = database.transaction(
        async (tx) => {
          await tx.query(insert, [1n, 'ada', '1'])
          await pause(1_500)
          await tx.query(insert, [2n, 'bob', '1'])
        },
        { timeoutMs: 300 },
      )
      const outcome = forgotten.catch((error: unknown) => error)
      await database.query(insert, [3n, 'eve', '1'])
      expect(await outcome).toBeInstanceOf(Error)
      expect(await owners()).toEqual(['eve'])
    })
  })

  describe('afterCommit', () => {
    it('runs once, when others can see the commit, and before the caller goes on', async () => {
      const seen: string[] = []
      await database.transaction(async (tx) => {
        await tx.query(insert, [1n, 'ada', '1'])
        tx.afterCommit(() => seen.push('committed'))
        expect(seen).toEqual([])
      })
      expect(seen).toEqual(['committed'])
    })

    it('is forgotten with a rollback, a failed commit or a failed attempt', async () => {
      const run = vi.fn()
      await database
        .transaction(async (tx) => {
          tx.afterCommit(run)
          throw new Error('no')
        })
        .catch(() => undefined)
      await database
        .transaction(async (tx) => {
          tx.afterCommit(run)
          await tx.query('selec').catch(() => undefined)
        })
        .catch(() => undefined)
      expect(run).not.toHaveBeenCalled()
      let attempts = 0
      await database.transaction(async (tx) => {
        attempts += 1
        tx.afterCommit(run)
        if (attempts < 3)
          await tx.query(`do $$ begin raise exception 'again' using errcode = '40001'; end $$`)
      })
      expect(run).toHaveBeenCalledTimes(1)
    })

    it('cannot undo the commit by failing', async () => {
      await database.transaction(async (tx) => {
        tx.afterCommit(() => {
          throw new Error('broken callback')
        })
        await tx.query(insert, [1n, 'ada', '1'])
      })
      expect(await owners()).toEqual(['ada'])
      expect(test.warnings.join()).toContain('broken callback')
    })
  })

  describe('notifications', () => {
    it('arrive after the commit, and never after a rollback', async () => {
      const heard: string[] = []
      const stop = await database.listen(
        'news',
        (payload) => heard.push(payload),
        () => undefined,
      )
      const notify = `select pg_notify('news', $1)`
      await database.transaction(async (tx) => {
        await tx.query(notify, ['first'])
        await pause(50)
        expect(heard).toEqual([])
      })
      await database
        .transaction(async (tx) => {
          await tx.query(notify, ['never'])
          throw new Error('no')
        })
        .catch(() => undefined)
      await database.query(notify, ['second'])
      await vi.waitFor(() => expect(heard).toEqual(['first', 'second']))
      await stop()
      await database.query(notify, ['third'])
      await pause(50)
      expect(heard).toEqual(['first', 'second'])
    })

    it('reach every listener of their channel and no other', async () => {
      const heard: string[] = []
      const stops = await Promise.all([
        database.listen(
          'left',
          (payload) => heard.push(`a ${payload}`),
          () => undefined,
        ),
        database.listen(
          'left',
          (payload) => heard.push(`b ${payload}`),
          () => undefined,
        ),
        database.listen(
          'right',
          (payload) => heard.push(`c ${payload}`),
          () => undefined,
        ),
      ])
      await database.query(`select pg_notify('left', 'x')`)
      await vi.waitFor(() => expect(heard.sort()).toEqual(['a x', 'b x']))
      await Promise.all(stops.map((stop) => stop()))
    })

    it('take plain channel names only', async () => {
      await expect(
        database.listen(
          'a; drop table account',
          () => undefined,
          () => undefined,
        ),
      ).rejects.toThrow(TypeError)
    })
  })

  it('refuses work after it was closed', async () => {
    const other = await testDatabase({ engine, migrations: null })
    await other.dispose()
    await expect(other.database.query('select 1')).rejects.toThrow()
    await expect(other.database.transaction(async () => 1)).rejects.toThrow()
  })
})
