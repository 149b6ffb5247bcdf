// `ekko settlements` and `ekko statements` as processes, over a database of their own.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const bin = fileURLToPath(new URL('../../bin/ekko.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'ekko-settlements-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function ekko(...args: string[]) {
  const { PATH } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    env: { PATH, EKKO_DATA_DIR: join(folder, 'data') },
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

describe('ekko settlements', () => {
  it('imports a file once, lists what does not match, and lets it be dismissed with a note', () => {
    const file = join(folder, 'lines.csv')
    writeFileSync(
      file,
      'line_reference,type,payment_reference,refund_reference,dispute_reference,currency,gross,fee,batch,at\n' +
        'l1,payment,pay_of_others,,,GBP,5.00,-0.28,,2026-03-01T00:00:00Z\n',
    )
    const first = ekko('settlements', 'import', file, '--psp', 'acme')
    expect(first).toMatchObject({ status: 1, stdout: '1 lines added, 0 known before, 1 breaks open\n' })
    expect(JSON.parse(ekko('settlements', 'import', file, '--psp', 'acme', '--json').stdout)).toEqual({
      added: 0,
      known: 1,
      changed: [],
      openBreaks: 1,
    })
    expect(ekko('settlements', 'breaks').stdout).toContain(
      'unknown_payment  4.72 GBP  payment l1 of pay_of_others',
    )
    const [{ id }] = JSON.parse(ekko('settlements', 'breaks', '--json').stdout)
    expect(ekko('settlements', 'dismiss', id, '--note', 'another shop')).toMatchObject({ status: 0 })
    expect(ekko('settlements', 'breaks')).toMatchObject({ status: 0, stdout: 'no open breaks\n' })
  }, 120_000)

  it('says how it is used, and what is wrong with a file', () => {
    expect(ekko('settlements', 'import')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('usage:'),
    })
    const file = join(folder, 'wrong.csv')
    writeFileSync(file, 'a,b\n1,2\n')
    expect(ekko('settlements', 'import', file, '--psp', 'acme')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('the header lacks line_reference'),
    })
  }, 60_000)
})

describe('ekko statements', () => {
  it('says how it is used, and that there is nothing to close', () => {
    expect(ekko('statements', 'close', '2026-13')).toMatchObject({ status: 2 })
    expect(ekko('statements', 'model', 'nobody')).toMatchObject({ status: 2 })
    expect(ekko('statements', 'close', '2026-03')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('there is no organisation yet'),
    })
  }, 60_000)
})
