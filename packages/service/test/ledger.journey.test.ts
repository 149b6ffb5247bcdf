// What an auditor and an operator do: keep a checkpoint, ask for a proof of a contribution, check it with the published keys
// and no database, prove later that the ledger only grew, and all of that still after the consumer was forgotten.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { runLedger } from '../src/cli/ledger.ts'
import { type TestService, testService } from './support/service.ts'

const folder = mkdtempSync(join(tmpdir(), 'ekko-ledger-'))
let service: TestService
let contributionId = ''

beforeAll(async () => {
  service = await testService({ engine: 'postgres' })
  vi.stubEnv('DATABASE_URL', service.data.url!)
  const session = await service.session(await service.organisation())
  await service.contribute(session.payUrl, '5.00', 'success')
  const [row] = await service.data.database.query<{ id: string }>(
    'select id from contribution where session_id = $1',
    [session.sessionId],
  )
  contributionId = row!.id
})
afterEach(() => vi.restoreAllMocks())
afterAll(async () => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
  await service.dispose()
})

/** Runs `ekko ledger …`; answers the exit code and what it printed. */
async function ledger(...args: string[]): Promise<{ code: number; text: string }> {
  const printed: string[] = []
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(String(text))
    return true
  })
  const code = await runLedger(args).finally(() => write.mockRestore())
  return { code, text: printed.join('').trimEnd() }
}

function saved(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

const fetchText = async (path: string) => (await fetch(service.origin + path)).text()

describe('the ledger’s proofs', () => {
  test('are checked offline with the published keys, and say so when nothing vouches for the key', async () => {
    const proof = saved('proof.json', (await ledger('prove', contributionId, '--json')).text)
    const keys = saved('keys.json', await fetchText('/.well-known/ekko-keys.json'))
    const line = (await ledger('keys')).text
    expect(await ledger('check', proof, '--keys', keys)).toMatchObject({
      code: 0,
      text: expect.stringContaining('seal 1 of'),
    })
    expect(await ledger('check', proof, '--key', line)).toMatchObject({ code: 0 })
    expect(await ledger('check', proof)).toMatchObject({
      code: 3,
      text: expect.stringContaining('The key came with the file'),
    })
    const { content, ...rest } = JSON.parse((await ledger('prove', contributionId, '--json')).text)
    content.postings[0].amount = '1'
    const forged = saved('forged.json', JSON.stringify({ content, ...rest }))
    expect(await ledger('check', forged, '--key', line)).toMatchObject({
      code: 1,
      text: expect.stringContaining('not proved'),
    })
  })

  test('show that a kept checkpoint is the beginning of today’s ledger', async () => {
    const { headers, status } = await fetch(`${service.origin}/ledger/checkpoint`)
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      200,
      'text/plain; charset=utf-8',
      'public, max-age=5',
    ])
    const kept = saved('checkpoint', await fetchText('/ledger/checkpoint'))
    const session = await service.session(await service.organisation())
    await service.contribute(session.payUrl, '3.00', 'success')
    expect(await ledger('consistency', kept)).toMatchObject({
      code: 0,
      text: expect.stringContaining('the first 1 of the 2 seals'),
    })
    const proof = saved('consistency.json', (await ledger('consistency', kept, '--json')).text)
    expect(await ledger('check', proof, '--key', (await ledger('keys')).text)).toMatchObject({ code: 0 })
  })

  test('stay when the consumer is forgotten, and never showed who that was', async () => {
    const before = (await ledger('prove', contributionId, '--json')).text
    const [row] = await service.data.database.query<{ id: string }>(
      'select organisation_id as id from contribution where id = $1',
      [contributionId],
    )
    const erased = await service.api('POST', '/v3/consumers/erase', {
      organisationId: row!.id,
      consumer: { reference: 'consumer_123' },
    })
    expect(erased).toMatchObject({ status: 200, body: { erasedSessions: 1 } })
    const after = (await ledger('prove', contributionId, '--json')).text
    expect(JSON.parse(after).content).toEqual(JSON.parse(before).content)
    expect(before).not.toContain('consumer_123')
    const key = (await ledger('keys')).text
    for (const [name, text] of Object.entries({ before, after })) {
      expect(await ledger('check', saved(`${name}.json`, text), '--key', key)).toMatchObject({ code: 0 })
    }
    expect(await ledger('verify')).toMatchObject({
      code: 0,
      text: expect.stringContaining('every law and every seal holds'),
    })
  })

  test('and verifying, balances and keys answer what they are asked and nothing else', async () => {
    const { text } = await ledger(
      'balances',
      '--at',
      '2100-01-01',
      '--by',
      'recorded',
      '--account',
      'psp_clearing',
      '--json',
    )
    expect(JSON.parse(text).balances).toMatchObject([{ kind: 'psp_clearing', balance: '800' }])
    expect((await ledger('balances')).text).toMatch(/total +GBP 0$/m)
    expect((await ledger('balances', '--at', '2020-01-01')).text).toBe('no account was posted to')
    const key = JSON.parse((await ledger('rotate-key', '--json')).text).key
    expect((await ledger('keys')).text.split('\n')).toEqual([expect.any(String), key])
    expect(await ledger('verify', '--balances', '--json')).toMatchObject({ code: 0 })
    const wrong = [
      ['nonsense'],
      ['prove'],
      ['prove', 'x'],
      ['verify', '--at', '2020-01-01'],
      ['balances', '--at', 'then'],
      ['balances', '--at', '2026-02-30'],
      ['balances', '--at', '2026-03-31T10:00'],
      ['balances', '--account', 'x'],
    ]
    for (const args of wrong) await expect(runLedger(args), args.join(' ')).rejects.toThrow(TypeError)
    await expect(runLedger(['prove', service.rootId])).rejects.toThrow('nothing in the ledger has this id')
  })
})
