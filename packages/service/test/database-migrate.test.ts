// The laws of migrations, on both engines, with migrations of their own.

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../src/kernel/database.ts'
import { MigrationRefused, migrate, pendingMigrations } from '../src/kernel/migrate.ts'
import { openPostgres } from '../src/kernel/postgres.ts'
import { engines, type TestDatabase, testDatabase } from './support/database.ts'

describe.each(engines)('migrations on the %s engine', { timeout: 60_000 }, (engine) => {
  let test: TestDatabase
  let database: Database
  let folder: string
  const write = (file: string, text: string) => fs.writeFileSync(path.join(folder, file), text)

  beforeAll(async () => {
    test = await testDatabase({ engine, migrations: null })
    database = test.database
  })
  afterAll(() => test?.dispose())
  beforeEach(async () => {
    await database.query('drop schema public cascade')
    await database.query('create schema public')
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ekko-migrations-'))
    write('000001_first.sql', 'create table a (id int); -- two statements\ninsert into a values (1);')
    write('000002_second.sql', 'alter table a add column b text;')
  })
  afterEach(() => fs.rmSync(folder, { recursive: true }))

  it('are applied in order, each once', async () => {
    expect(await pendingMigrations(database, folder)).toEqual(['000001_first', '000002_second'])
    expect(await migrate(database, folder)).toEqual({ applied: ['000001_first', '000002_second'] })
    expect(await database.query('select * from a')).toEqual([{ id: 1, b: null }])
    expect(await pendingMigrations(database, folder)).toEqual([])
    expect(await migrate(database, folder)).toEqual({ applied: [] })
    write('000003_third.sql', 'drop table a')
    expect(await migrate(database, folder)).toEqual({ applied: ['000003_third'] })
  })

  it('that fail leave nothing behind and can be mended', async () => {
    write('000002_second.sql', 'create table half (id int); selec 1;')
    await expect(migrate(database, folder)).rejects.toMatchObject({ code: '42601' })
    expect(await pendingMigrations(database, folder)).toEqual(['000002_second'])
    expect(await database.query(`select to_regclass('half') as half`)).toEqual([{ half: null }])
    write('000002_second.sql', 'create table half (id int);')
    expect(await migrate(database, folder)).toEqual({ applied: ['000002_second'] })
  })

  it('that were changed after they were applied are refused', async () => {
    await migrate(database, folder)
    write('000001_first.sql', 'create table a (id bigint);')
    await expect(migrate(database, folder)).rejects.toThrow(MigrationRefused)
    await expect(migrate(database, folder)).rejects.toThrow('000001_first was changed')
    await expect(pendingMigrations(database, folder)).rejects.toThrow(MigrationRefused)
  })

  it('of a newer program are refused', async () => {
    await migrate(database, folder)
    fs.rmSync(path.join(folder, '000002_second.sql'))
    await expect(migrate(database, folder)).rejects.toThrow('newer than this program: it has 000002_second')
  })

  it('must be numbered without gaps', async () => {
    write('000004_fourth.sql', '')
    await expect(migrate(database, folder)).rejects.toThrow('expected 000003')
  })

  it('may be applied by several processes at once', async () => {
    write('000003_slow.sql', 'select pg_sleep(0.2); create table c ();')
    const others =
      test.url === undefined
        ? [database]
        : await Promise.all(
            [1, 2, 3].map(() => openPostgres({ url: test.url!, poolMax: 2, onWarning: () => undefined })),
          )
    const results = await Promise.all([database, ...others].map((each) => migrate(each, folder)))
    expect(results.flatMap(({ applied }) => applied).sort()).toEqual([
      '000001_first',
      '000002_second',
      '000003_slow',
    ])
    await Promise.all(others.filter((each) => each !== database).map((each) => each.close()))
  })
})
