// `ekko rates` as a process: what it imports and lists, and what it says when a file is wrong.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const bin = fileURLToPath(new URL('../../bin/ekko.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'ekko-rates-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function rates(...args: string[]) {
  const { PATH } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'rates', ...args], {
    env: { PATH, EKKO_DATA_DIR: join(folder, 'data') },
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

function fileOf(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

describe('ekko rates', () => {
  it('imports and lists, and says what was there before', () => {
    expect(rates('list')).toMatchObject({ status: 0, stdout: 'no rates were imported\n' })
    const ecb = fileOf('eurofxref-hist.csv', 'Date,USD,TRY,\n2024-06-28,1.25,35,\n2024-06-27,1.2,36,\n')
    const source = 'European Central Bank'
    expect(JSON.parse(rates('import', ecb, '--json').stdout)).toEqual({ source, added: 6, known: 0 })
    expect(rates('import', ecb).stdout).toBe(`0 rates of ${source} added, 6 known before\n`)
    const pesos = fileOf('pesos.csv', 'date,currency,per_usd\n2024-06-28,ARS,912.5\n')
    expect(rates('import', pesos, '--source', 'A bank').stdout).toContain('1 rates of A bank added')

    const listed = JSON.parse(rates('list', '--json').stdout)
    expect(listed).toHaveLength(4)
    expect(listed).toContainEqual({
      ...{ currency: 'TRY', source, firstDay: '2024-06-27', lastDay: '2024-06-28', days: 2 },
    })
    expect(rates('list').stdout).toContain('ARS  2024-06-28 to 2024-06-28  1 days  A bank\n')

    const other = fileOf('other.csv', 'date,currency,per_usd\n2024-06-28,ARS,900\n')
    expect(rates('import', other, '--source', 'A bank')).toMatchObject({
      ...{ status: 1, stdout: '' },
      stderr: expect.stringContaining('A bank has 912.5 USD for ARS on 2024-06-28 already, not 900 USD'),
    })
  }, 120_000)

  it('names the line that is wrong, before it opens the database', () => {
    const wrong = fileOf('wrong.csv', 'date,currency,per_usd\n2024-06-28,ARS,912.5\n2024-06-31,ARS,912.5\n')
    expect(rates('import', wrong)).toMatchObject({
      ...{ status: 1, stdout: '' },
      stderr: 'ekko rates: line 3: "2024-06-31" is not a day (YYYY-MM-DD)\n',
    })
    expect(rates('import', join(folder, 'none.csv'))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('ENOENT'),
    })
  })

  it.each([[], ['import'], ['import', 'a', 'b'], ['list', 'a'], ['list', '--source', 'x'], ['forget']])(
    'with %j is not understood',
    (...args) => {
      expect(rates(...(args as string[]))).toMatchObject({ status: 2, stdout: '' })
    },
  )

  it('explains itself', () => {
    expect(rates('--help')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('date,currency,per_usd'),
    })
  })
})
