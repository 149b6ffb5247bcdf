// What only a real server can show: concurrency, lost connections, commits of unknown outcome.

import net from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Database } from '../src/kernel/database.ts'
import { CommitUnknown, DatabaseUnavailable, TransactionMisuse } from '../src/kernel/database-errors.ts'
import { openPostgres } from '../src/kernel/postgres.ts'
import { type TestDatabase, testDatabase } from './support/database.ts'

describe('PostgreSQL', () => {
  let test: TestDatabase
  let database: Database
  let outsider: pg.Client

  beforeAll(async () => {
    test = await testDatabase({ engine: 'postgres', migrations: null })
    database = test.database
    await database.query('create table counter (id int primary key, value int not null)')
    outsider = new pg.Client({ connectionString: test.url! })
    await outsider.connect()
  })
  beforeEach(async () => {
    await database.query('truncate counter')
    await database.query('insert into counter values (1, 0), (2, 0)')
  })
  afterAll(async () => {
    await outsider?.end()
    await test?.dispose()
  })

  const killOthers = () =>
    outsider.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    )
  const counter = async (id: number) =>
    (await database.query<{ value: number }>('select value from counter where id = $1', [id]))[0]!.value

  it('runs transactions side by side', async () => {
    let meet: () => void = () => undefined
    const met = new Promise<void>((resolve) => {
      meet = resolve
    })
    let inside = 0
    const both = () =>
      database.transaction(async () => {
        inside += 1
        if (inside === 2) meet()
        await met
      })
    await Promise.all([both(), both()])
  })

  it('repeats a transaction that a deadlock ended, and both happen', async () => {
    const starts: number[] = []
    const lockBoth = (first: number, second: number) =>
      database.transaction(async (tx) => {
        starts.push(first)
        await tx.query('update counter set value = value + 1 where id = $1', [first])
        if (starts.length <= 2) await pause(100)
        await tx.query('update counter set value = value + 1 where id = $1', [second])
      })
    await Promise.all([lockBoth(1, 2), lockBoth(2, 1)])
    expect(starts.length).toBeGreaterThan(2)
    expect([await counter(1), await counter(2)]).toEqual([2, 2])
  })

  it('repeats a transaction that could not be serialised', async () => {
    let attempts = 0
    await database.transaction(async (tx) => {
      attempts += 1
      await tx.query('set transaction isolation level serializable')
      const [row] = await tx.query<{ value: number }>('select value from counter where id = 1')
      if (attempts === 1) await outsider.query('update counter set value = 10 where id = 1')
      await tx.query('update counter set value = $1 where id = 1', [row!.value + 1])
    })
    expect(attempts).toBe(2)
    expect(await counter(1)).toBe(11)
  })

  it('goes on after every idle connection was killed', async () => {
    await Promise.all(Array.from({ length: 5 }, () => database.query('select pg_sleep(0.02)')))
    await killOthers()
    await pause(100)
    expect(await counter(1)).toBe(0)
    expect(test.warnings.join('\n')).toContain('idle PostgreSQL connection was lost')
  })

  it('repeats a transaction whose connection was killed before the commit', async () => {
    let attempts = 0
    await database.transaction(async (tx) => {
      attempts += 1
      await tx.query('update counter set value = value + 1 where id = 1')
      if (attempts === 1) await killOthers()
      await tx.query('update counter set value = value + 1 where id = 2')
    })
    expect(attempts).toBe(2)
    expect([await counter(1), await counter(2)]).toEqual([1, 1])
  })

  it('does not repeat a lone statement that was killed, since it may have been done', async () => {
    const slow = database.query('select pg_sleep(5)').catch((error: unknown) => error)
    await pause(100)
    await killOthers()
    expect(await slow).toBeInstanceOf(CommitUnknown)
    expect(await slow).toMatchObject({ code: '08007' })
  })

  it('ends a transaction that is late, even in the middle of a statement', async () => {
    const late = database.transaction((tx) => tx.query('select pg_sleep(5)'), { timeoutMs: 200 })
    await expect(late).rejects.toThrow()
    const idle = database.transaction(
      async (tx) => {
        await tx.query('update counter set value = 5 where id = 1')
        await pause(1_000)
      },
      { timeoutMs: 200 },
    )
    await expect(idle).rejects.toThrow(TransactionMisuse)
    await database.query('update counter set value = 7 where id = 1')
    expect(await counter(1)).toBe(7)
  })

  it('refuses with the server’s reason when there is no server', async () => {
    const nowhere = openPostgres({
      url: 'postgres://ekko@127.0.0.1:1/none',
      poolMax: 1,
      onWarning: () => undefined,
    })
    await expect(nowhere).rejects.toBeInstanceOf(DatabaseUnavailable)
    await expect(nowhere).rejects.toThrow('ECONNREFUSED')
  })

  it('tells a listener of a gap once it listens again', async () => {
    const heard: string[] = []
    const onGap = vi.fn()
    const stop = await database.listen('gaps', (payload) => heard.push(payload), onGap)
    await killOthers()
    await vi.waitFor(() => expect(onGap).toHaveBeenCalledTimes(1), { timeout: 5_000 })
    await outsider.query(`select pg_notify('gaps', 'after')`)
    await vi.waitFor(() => expect(heard).toEqual(['after']))
    await stop()
  })

  describe('behind a network that fails', () => {
    let proxy: Proxy
    let far: Database
    beforeEach(async () => {
      proxy = await openProxy(new URL(test.url!))
      far = await openPostgres({ url: proxy.url, poolMax: 2, onWarning: () => undefined })
    })
    afterEach(async () => {
      await far.close()
      await proxy.close()
    })

    it.each(['the request', 'the answer'] as const)('a commit is unknown when %s is lost', async (what) => {
      const afterCommit = vi.fn()
      const commit = far.transaction(async (tx) => {
        await tx.query('update counter set value = 1 where id = 1')
        tx.afterCommit(afterCommit)
        proxy.breakAtNext('commit', what)
      })
      await expect(commit).rejects.toBeInstanceOf(CommitUnknown)
      expect(afterCommit).not.toHaveBeenCalled()
      await pause(50)
      expect(await counter(1)).toBe(what === 'the answer' ? 1 : 0)
      expect(await far.query('select 1 as value')).toEqual([{ value: 1 }])
    })
  })
})

interface Proxy {
  url: string
  /** Cuts the connection when a client sends this text: before it arrives, or after it has been carried out. */
  breakAtNext(text: string, lost: 'the request' | 'the answer'): void
  close(): Promise<void>
}

async function openProxy(target: URL): Promise<Proxy> {
  let trap: { text: string; lost: 'the request' | 'the answer' } | undefined
  const server = net.createServer((client) => {
    const upstream = net.connect(Number(target.port), target.hostname)
    let deaf = false
    client.on('data', (data) => {
      if (trap === undefined || !data.includes(trap.text)) {
        upstream.write(data)
        return
      }
      deaf = true
      if (trap.lost === 'the answer') upstream.write(data)
      else client.destroy()
      trap = undefined
    })
    upstream.on('data', (data) => (deaf ? client.destroy() : client.write(data)))
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
    for (const socket of [client, upstream]) socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(target)
  url.port = String((server.address() as net.AddressInfo).port)
  return {
    url: url.toString(),
    breakAtNext: (text, lost) => {
      trap = { text, lost }
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
