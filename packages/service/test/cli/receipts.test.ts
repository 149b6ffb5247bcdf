// `ekko receipt` and `ekko fulfilments` as processes: what verifies offline, with which exit code, and what is recorded.

import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { ed25519PublicKey } from '../../src/kernel/ed25519.ts'
import { receiptType } from '../../src/receipts/receipt.ts'
import { jwkOf, signJws } from '../../src/receipts/signature.ts'

const bin = fileURLToPath(new URL('../../bin/ekko.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'ekko-receipts-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function ekko(...args: string[]) {
  const { PATH } = process.env
  // No server is there: whoever reads the configuration to verify would not get far.
  const env =
    args[0] === 'receipt' && args[1] === 'verify' ? { DATABASE_URL: 'postgres://127.0.0.1:1/none' } : {}
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    env: { PATH, EKKO_DATA_DIR: join(folder, 'data'), ...env },
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

function fileOf(name: string, content: unknown): string {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  return join(folder, name)
}

const { jwks, receipts } = JSON.parse(
  readFileSync(new URL('../../vectors/receipt-vectors.json', import.meta.url), 'utf8'),
)
const keys = fileOf('keys.json', jwks)
const good: string = receipts[0].jws
const decoded = (jws: string) => JSON.parse(Buffer.from(jws.split('.')[1]!, 'base64url').toString())

describe('ekko receipt verify', () => {
  it('tells a receipt from what only looks like one, without a database', () => {
    const few = [
      'signed with the second key',
      'another amount',
      'no algorithm',
      'a key that is not published',
      'padded',
    ]
    const tried = receipts.filter(({ name }: { name: string }) => few.some((each) => name.startsWith(each)))
    expect(tried).toHaveLength(few.length)
    for (const { name, jws, fault } of tried) {
      const { status, stdout } = ekko('receipt', 'verify', jws, '--keys', keys, '--json')
      const answer = stdout ? JSON.parse(stdout) : {}
      if (name === 'padded base64') expect([name, status]).toEqual([name, 1])
      else expect([name, status, answer.fault ?? null]).toEqual([name, fault === null ? 0 : 1, fault])
    }
    expect(existsSync(join(folder, 'data'))).toBe(false)
  }, 120_000)

  it('lets a stranger’s receipt say nothing in its own voice', () => {
    const seed = randomBytes(32)
    const says = 'https://a.example\n\u001b[2Jsigned by https://b.example \u202e: nothing was changed since'
    const receipt = { ...decoded(good), iss: says, total: `1\n${says}` }
    const key = jwkOf(ed25519PublicKey(seed), new Date(0), null)
    const file = { receipt, jws: signJws(seed, receiptType, receipt), keys: [key] }
    const { status, stdout } = ekko('receipt', 'verify', fileOf('stranger.json', file))
    expect(status).toBe(1)
    expect(stdout).toContain('does not prove that https://a.example')
    expect(stdout).not.toMatch(/[^\P{Cc}\n]|\u202e|^signed by/mu)
  })

  it('prints who signed, what was paid, that it adds up and that the footprint follows from the factor set', () => {
    const { status, stdout } = ekko('receipt', 'verify', fileOf('good.jws', `${good}\n`), '--keys', keys)
    expect(status).toBe(0)
    for (const text of [
      'signed by https://ekko.example on 2026-11-21T12:00:01.000Z',
      'no real money was paid',
      '2.00 GBP on 2026-11-21T12:00:00.000Z, after an order with Harbour Books',
      '1.64 GBP to Sample efficient cookstoves, credits of 58571.429 g CO2e',
      'the parts add up to what was paid',
      'every figure is the same',
    ])
      expect(stdout).toContain(text)
  })

  it('does not say who signed when the key came with the file, and has an exit code for that', () => {
    const file = { receipt: decoded(good), jws: good, keys: jwks.keys }
    const own = ekko('receipt', 'verify', fileOf('own.json', file))
    expect(own.status).toBe(3)
    expect(own.stdout).toContain('does not prove that https://ekko.example signed it')
    expect(JSON.parse(ekko('receipt', 'verify', fileOf('own.json', file), '--json').stdout)).toMatchObject({
      ...{ verified: false, signerKnown: false, faults: [] },
    })
    expect(ekko('receipt', 'verify', fileOf('own.json', file), '--keys', keys).status).toBe(0)
  })

  it('finds a file whose copy to read is not what was signed', () => {
    const receipt = { ...decoded(good), total: '200.00' }
    const told = ekko('receipt', 'verify', fileOf('told.json', { receipt, jws: good }), '--keys', keys)
    expect([told.status, told.stdout]).toEqual([1, expect.stringContaining('is not what was signed')])
  })

  it('tells what it cannot use from what it does not believe', () => {
    expect(ekko('receipt', 'verify', good).stderr).toContain('say --keys JWKS.json')
    expect(ekko('receipt', 'verify', good).status).toBe(2)
    expect(ekko('receipt', 'verify', fileOf('other.json', { total: 1 }), '--keys', keys).status).toBe(2)
    expect(ekko('receipt', 'verify', join(folder, 'none'), '--keys', keys).status).toBe(1)
    expect(ekko('receipt', 'verify', good, '--keys', fileOf('no.json', 'no')).status).toBe(2)
    expect(ekko('receipt').status).toBe(2)
    expect(ekko('receipt', '--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('offline') })
  })
})

describe('ekko receipt rotate-key and ekko fulfilments', () => {
  it('rotate, record, list and withdraw in the data folder', () => {
    const first = JSON.parse(ekko('receipt', 'rotate-key', '--json').stdout)
    expect(first).toMatchObject({ number: 1, replaced: null })
    const second = JSON.parse(ekko('receipt', 'rotate-key', '--json').stdout)
    expect(second).toMatchObject({ number: 2, replaced: first.kid })

    expect(ekko('fulfilments', 'list')).toMatchObject({ status: 0, stdout: 'nothing is recorded\n' })
    const row = 'disbursed,0190aaaa-0000-7000-8000-000000000001,2027-01-15,5.00,GBP,B'
    const table = fileOf('table.csv', `kind,project_id,date,amount,currency,reference\n${row}\n`)
    expect(ekko('fulfilments', 'import', table)).toMatchObject({
      status: 1,
      stderr: 'ekko fulfilments: row 2: there is no such project; nothing was recorded\n',
    })
    const id = '0190aaaa-0000-7000-8000-000000000002'
    expect(ekko('fulfilments', 'withdraw', id, 'a mistake').status).toBe(1)
    expect(ekko('fulfilments', 'withdraw', id).status).toBe(2)
    expect(ekko('fulfilments').status).toBe(2)
    expect(ekko('fulfilments', '--help').stdout).toContain('project_id')
  }, 120_000)
})
