// The operator's command line as a process: exit codes, `--help`, `--json`, and that no key leaks into a listing.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { manual } from '../../src/cli/manual.ts'
import { readConfig } from '../../src/config.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { settlementColumns } from '../../src/reconciliation/settlement-file.ts'
import { startService } from '../../src/service.ts'
import { call, freePort, sessionExample } from '../support/service.ts'

const bin = fileURLToPath(new URL('../../bin/ekko.js', import.meta.url))
const dataDir = mkdtempSync(join(tmpdir(), 'ekko-cli-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

const ekko = (...args: string[]) => ekkoWith({}, ...args)

function ekkoWith(env: Record<string, string>, ...args: string[]) {
  const { PATH } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    env: { PATH, EKKO_DATA_DIR: dataDir, ...env },
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

/** Besides what it answers, which of the service's files it loaded: the engine tells when it is asked for coverage. */
function loading(...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'ekko-cli-loaded-'))
  const { status, stdout } = ekkoWith({ NODE_V8_COVERAGE: folder }, ...args)
  const scripts: { url: string }[] = readdirSync(folder).flatMap(
    (file) => JSON.parse(readFileSync(join(folder, file), 'utf8')).result,
  )
  rmSync(folder, { recursive: true })
  const loaded = scripts.flatMap(({ url }) => url.match(/packages\/\w+\/dist\/(.*)\.js$/)?.[1] ?? [])
  return { status, stdout, loaded: loaded.sort() }
}
const help = ['cli/commands', 'cli/manual']

describe('ekko', () => {
  it('explains itself and each of its commands, and loads none of them for that', () => {
    const overview = loading('--help')
    expect(overview).toMatchObject({ status: 0, loaded: help })
    expect(overview).toEqual(loading())
    for (const [name, { usage, help: text }] of Object.entries(manual)) {
      expect(usage).toMatch(new RegExp(`^ekko ${name}( |$)`))
      expect(overview.stdout).toContain(`\n  ${usage.split('\n')[0]}\n`)
      if (name === 'footprint') continue
      expect(loading(name, '--help')).toMatchObject({ status: 0, stdout: `${usage}\n\n${text}\n` })
    }
    expect(loading('keys', 'create', '-h')).toMatchObject({ status: 0, loaded: help })
  }, 60_000)

  it('knows the columns of a settlement file', () => {
    expect(manual.settlements.help.replaceAll('\n', ' ')).toContain(settlementColumns.join(', '))
  })

  it('loads neither the service nor a database for what needs neither', () => {
    const { status, loaded } = loading('ledger', 'check', join(dataDir, 'no-such-proof.json'))
    expect(status).toBe(1)
    expect(loaded).toContain('cli/ledger')
    for (const needless of ['main', 'service', 'cli/keys', 'kernel/postgres', 'kernel/embedded'])
      expect(loaded).not.toContain(needless)
  })

  it('hands footprints on to the footprint package', () => {
    const estimate = ekko(
      'footprint',
      'estimate',
      '--mcc',
      '5812',
      '--country',
      'USA',
      '--amount',
      '100',
      '--currency',
      'USD',
      '--date',
      '2022-06-30',
      '--json',
    )
    expect(JSON.parse(estimate.stdout).co2eGrams).toBeCloseTo(19_400, 0)
    expect(ekko('footprint', '--help').status).toBe(0)
  })

  it('refuses what it does not know with exit code 2', () => {
    expect(ekko('nonsense').status).toBe(2)
    expect(ekko('keys').status).toBe(2)
    expect(ekko('toString').status).toBe(2)
    expect(ekko('keys', 'create', '--scopes', 'everything').status).toBe(2)
    expect(ekkoWith({ PORT: 'x' }, 'keys', 'list').status).toBe(2)
    expect(ekko('verify', '--nonsense').status).toBe(2)
    expect(ekko('keys', 'create', 'not-a-uuid').status).toBe(2)
    expect(ekko('consumers', 'erase', 'not-a-uuid', 'x').status).toBe(2)
  })

  it('migrates, makes and revokes keys, and verifies the books of a data folder', async () => {
    expect(JSON.parse(ekko('migrate', '--json').stdout)).toHaveProperty('applied')
    expect(ekko('keys', 'create').stderr).toContain('ekko serve')
    const config = readConfig({ PORT: String(await freePort()), EKKO_DATA_DIR: dataDir })
    const service = await startService(config, { log: silentLog })
    const session = await call(service.origin, service.apiKey!, 'POST', '/v3/post-purchase/sessions', {
      ...sessionExample(service.rootId),
      consumer: { reference: 'to be erased', countryCode: 'GBR' },
    })
    expect(session.status).toBe(201)
    await service.close()

    const { apiKey } = JSON.parse(ekko('keys', 'create', '--json').stdout)
    expect(apiKey).toMatch(/^ek_test_[0-9A-Za-z]{40}$/)
    const listed = ekko('keys', 'list', '--json')
    expect(listed.stdout).not.toContain(apiKey)
    const keys = JSON.parse(listed.stdout)
    expect(keys).toHaveLength(2)
    expect(JSON.parse(ekko('keys', 'revoke', keys[0].id, '--json').stdout)).toEqual({ revoked: true })
    expect(ekko('keys', 'revoke', keys[0].id).status).toBe(1)
    const erase = () => ekko('consumers', 'erase', service.rootId, 'to be erased', '--json')
    const [first, second] = [erase(), erase()]
    expect([first.status, JSON.parse(first.stdout).erasedSessions]).toEqual([0, 1])
    expect([second.status, JSON.parse(second.stdout).erasedSessions]).toEqual([1, 0])
    const verified = ekko('verify', '--json')
    expect([verified.status, JSON.parse(verified.stdout).broken]).toEqual([0, []])
    expect(ekko('verify').stdout).toContain('every law and every seal holds')
  }, 120_000)

  it('says in one sentence why it cannot start', () => {
    const { PATH } = process.env
    const misspelt = spawnSync(process.execPath, [bin, 'serve'], {
      env: { PATH, EKKO_DATADIR: '/nowhere' },
      encoding: 'utf8',
    })
    expect([misspelt.status, misspelt.stderr]).toEqual([
      1,
      'ekko cannot start: unknown variables: EKKO_DATADIR\n',
    ])
    const production = spawnSync(process.execPath, [bin, 'serve'], {
      env: { PATH, EKKO_ENVIRONMENT: 'production', EKKO_ORIGIN: 'https://ekko.example' },
      encoding: 'utf8',
    })
    expect(production.stderr).toContain('production needs DATABASE_URL and EKKO_SECRET_KEY')
  })
})
