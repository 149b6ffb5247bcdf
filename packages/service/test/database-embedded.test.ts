// What the embedded engine promises of its folder: durability, one process at a time, a whole folder or none.

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { PGlite } from '@electric-sql/pglite'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Database, openDatabase } from '../src/kernel/database.ts'
import { CommitUnknown, DatabaseUnavailable } from '../src/kernel/database-errors.ts'
import { DirectoryLocked } from '../src/kernel/directory-lock.ts'
import { openEmbedded } from '../src/kernel/embedded.ts'
import { unpackArchive } from '../src/kernel/embedded-archive.ts'
import { DurableFS, durableStartParams } from '../src/kernel/embedded-durable-fs.ts'
import { EmbeddedEngine } from '../src/kernel/embedded-engine.ts'
import { buildBase, buildTemplate } from '../src/kernel/embedded-template.ts'
import { type Child, startChild } from './support/database-child.ts'

// Each start of the engine takes a second of processor time, and several on a machine that is busy with other tests.
describe('the embedded database', { timeout: 120_000 }, () => {
  let template: string
  let dataDir: string
  const open: { close(): Promise<unknown> }[] = []
  const children: Child[] = []

  beforeAll(async () => {
    template = await buildBase()
  })
  beforeEach(() => {
    dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'ekko-embedded-'))
  })
  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.kill()))
    await Promise.all(open.splice(0).map((database) => database.close()))
    fs.rmSync(dataDir, { recursive: true, force: true })
  })

  const openHere = async (onWarning: (message: string) => void = () => undefined): Promise<Database> => {
    const database = await openEmbedded({ dataDir, template, onWarning })
    open.push(database)
    return database
  }
  const child = (script: string) => {
    const started = startChild(script, { dataDir, template })
    children.push(started)
    return started
  }
  const openInChild = `const { openEmbedded } = await import('@ekko/service/kernel/embedded')
    const db = await openEmbedded({ dataDir: values.dataDir, template: values.template, onWarning: say })`

  it('keeps what was committed when it is closed and opened again', async () => {
    const database = await openHere()
    await database.query('create table t (id int)')
    await database.query('insert into t values (1)')
    await database.close()
    const again = await openHere()
    expect(await again.query('select * from t')).toEqual([{ id: 1 }])
  })

  it('loses no acknowledged commit to kill -9 under load, and shows no half transaction', async () => {
    const rounds = 3
    const acknowledged = new Set<number>()
    let database = await openHere()
    await database.query('create table single (id int primary key)')
    await database.query('create table pair (id int, side text, primary key (id, side))')
    await database.close()
    for (let round = 0; round < rounds; round += 1) {
      const load = child(`${openInChild}
        let id = ${round * 1_000_000}
        const single = async () => { for (;;) { const mine = ++id; await db.query('insert into single values ($1)', [mine]); say('ack ' + mine) } }
        const pair = async () => { for (;;) { const mine = ++id; await db.transaction(async (tx) => {
          await tx.query("insert into pair values ($1, 'left')", [mine]); await tx.query("insert into pair values ($1, 'right')", [mine]) }); say('ack ' + mine) } }
        for (let writer = 0; writer < 8; writer += 1) { single(); pair() }`)
      // By count and not by time, so that a busy machine tests as much; then at any moment.
      await vi.waitFor(() => expect(load.lines.length).toBeGreaterThan(100), { timeout: 30_000 })
      await pause(50 * Math.random())
      await load.kill()
      for (const line of load.lines) acknowledged.add(Number(line.slice('ack '.length)))
      database = await openHere()
      const rows = await database.query<{ id: number }>('select id from single union select id from pair')
      const found = new Set(rows.map(({ id }) => id))
      expect([...acknowledged].filter((id) => !found.has(id))).toEqual([])
      expect(await database.query('select id from pair group by id having count(*) <> 2')).toEqual([])
      await database.close()
    }
    expect(acknowledged.size).toBeGreaterThan(rounds * 100)
  })

  it('flushes to the disk before a commit is settled, and not when nothing was written', async () => {
    await unpackArchive(template, path.join(dataDir, 'postgres'))
    const startParams = [...durableStartParams, '-c', 'synchronous_commit=off']
    const db = await PGlite.create({ fs: new DurableFS(path.join(dataDir, 'postgres')), startParams })
    open.push(db)
    const engine = new EmbeddedEngine(db, () => undefined)
    const run = (text: string) => engine.run({ id: 1, kind: 'script', text })
    await run('create table t (id int)')
    await engine.settle()
    await engine.settle()
    const flush = vi.spyOn(fs, 'fdatasyncSync')
    await run('insert into t values (1)')
    await run('insert into t values (2)')
    expect(flush).not.toHaveBeenCalled()
    await engine.settle()
    expect(flush).toHaveBeenCalled()
    flush.mockClear()
    await run('select * from t')
    await engine.settle()
    expect(flush).not.toHaveBeenCalled()
    flush.mockRestore()
  })

  it('tells everybody when its thread is given up, and calls no commit certain', async () => {
    const warnings: string[] = []
    const database = await openHere((message) => warnings.push(message))
    await database.query('create table t (id int)')
    const waiting = Array.from({ length: 4 }, () =>
      database.query('select pg_sleep(30)').catch((error: unknown) => error),
    )
    fs.rmSync(path.join(dataDir, 'ekko.lock'))
    for (const outcome of await Promise.all(waiting)) expect(outcome).toBeInstanceOf(CommitUnknown)
    await expect(database.query('select 1')).rejects.toBeInstanceOf(DatabaseUnavailable)
    await expect(database.transaction(async (tx) => tx.query('select 1'))).rejects.toBeInstanceOf(
      DatabaseUnavailable,
    )
    expect(warnings.join()).toContain('stopped')
  })

  it('is refused to a second process, by name, and to a second caller of the same one', async () => {
    const holder = child(`${openInChild}
      say('open')
      setInterval(() => undefined, 1000)`)
    await holder.line('open')
    await expect(openHere()).rejects.toThrow(DirectoryLocked)
    await expect(openHere()).rejects.toThrow(dataDir)
    await expect(openHere()).rejects.toThrow(`process ${holder.process.pid}`)
    await holder.kill()
    const mine = await openHere()
    await expect(openHere()).rejects.toThrow('this same process')
    expect(await mine.query('select 1 as value')).toEqual([{ value: 1 }])
  })

  it('starts a fresh folder from the template', async () => {
    const folder = path.join(dataDir, 'templates')
    const migrations = path.join(dataDir, 'migrations')
    fs.mkdirSync(migrations)
    fs.writeFileSync(path.join(migrations, '000001_one.sql'), 'create table from_template (id int)')
    fs.mkdirSync(folder)
    fs.copyFileSync(template, path.join(folder, path.basename(template)))
    const own = await buildTemplate(migrations, folder)
    expect(await buildTemplate(migrations, folder)).toBe(own)
    const database = await openEmbedded({
      dataDir: path.join(dataDir, 'data'),
      template: own,
      onWarning: () => undefined,
    })
    open.push(database)
    expect(await database.query('select count(*) as count from from_template')).toEqual([{ count: 0n }])
    fs.writeFileSync(path.join(migrations, '000002_two.sql'), 'create table second (id int)')
    const next = await buildTemplate(migrations, folder)
    expect(next).not.toBe(own)
    expect(fs.existsSync(own)).toBe(false)
  })

  it('never takes a half filled folder for a database', async () => {
    const first = child(`${openInChild}\nsay('open')`)
    const half = path.join(dataDir, 'postgres.new', 'base')
    await vi.waitFor(() => expect(fs.existsSync(half)).toBe(true), { timeout: 10_000, interval: 1 })
    await first.kill()
    expect(fs.existsSync(path.join(dataDir, 'postgres'))).toBe(false)
    const database = await openHere()
    expect(await database.query('select 1 as value')).toEqual([{ value: 1 }])
    expect(fs.existsSync(path.join(dataDir, 'postgres.new'))).toBe(false)
  })

  it('is what opens when no server is named', async () => {
    const database = await openDatabase({ dataDir, onWarning: () => undefined })
    open.push(database)
    expect(database.engine).toBe('embedded')
  })
})
