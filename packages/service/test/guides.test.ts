// The guides for operators, run as they stand: every shell block in a shell, every TypeScript block with the SDK.

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { areas } from '@ekko/contract/scopes'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EkkoClient } from '../../node/src/index.ts'
import { sessionExample, type TestService, testService } from './support/service.ts'

const bin = fileURLToPath(new URL('../bin/ekko.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'ekko-guides-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** As much of curl as the guides use, so that it need not be installed; a refusal ends the shell. */
const curl = `#!${process.execPath}
const given = process.argv.slice(2), request = { headers: {} }
let url = '', word
while ((word = given.shift()) !== undefined) {
  if (word === '-s') continue
  if (word === '-X') request.method = given.shift()
  else if (word === '-H') request.headers[given[0].split(': ')[0]] = given.shift().split(': ')[1]
  else if (word === '-d') { request.body = given.shift(); request.method ??= 'POST' }
  else url = word
}
fetch(url, request).then(async (response) => {
  const text = await response.text()
  if (!response.ok) throw new Error(request.method + ' ' + url + ': ' + text)
  process.stdout.write(text + '\\n')
}).catch((error) => { console.error(error.message); process.exitCode = 22 })
`

function blocksOf(guide: string, kind: 'sh' | 'ts'): string[] {
  const text = textOf(guide)
  const found = text.matchAll(new RegExp(`^( *)\`\`\`${kind}\\n(.*?)^ *\`\`\`$`, 'gms'))
  return [...found].map(([, indent, block]) => block!.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
}

function textOf(guide: string): string {
  return readFileSync(new URL(`../../../docs/guides/${guide}.md`, import.meta.url), 'utf8')
}

describe.each(['sh', 'ts'] as const)('what the guides say in %s', (kind) => {
  let service: TestService
  beforeAll(async () => {
    service = await testService({ engine: 'postgres' })
    writeFileSync(join(folder, 'curl'), curl, { mode: 0o755 })
    const ekko = `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`
    writeFileSync(join(folder, 'ekko'), ekko, { mode: 0o755 })
  })
  afterAll(() => service.dispose())

  /** What the guide leaves to the reader, by the beginning of the block that comes after it; '' is before all TypeScript. */
  type Meanwhile = Readonly<Record<string, () => Promise<Record<string, string>>>>

  const follow = (guide: string, meanwhile: Meanwhile = {}) => {
    const blocks = blocksOf(guide, kind)
    expect(blocks.length).toBeGreaterThan(2)
    return kind === 'sh' ? inShell(blocks, meanwhile) : withSdk(blocks, meanwhile)
  }

  /** What a block sets and defines is there in the next; answers all of it and what was printed. */
  async function inShell(blocks: readonly string[], meanwhile: Meanwhile): Promise<string> {
    const { PATH } = process.env
    let env: Record<string, string> = {
      ...{ PATH: `${folder}:${PATH}`, DATABASE_URL: service.data.url!, STATE: join(folder, 'state') },
    }
    let printed = ''
    for (const block of blocks) {
      env = { ...env, ...(await happened(block, meanwhile)) }
      const own = block.replace('http://127.0.0.1:4000', service.origin).replace('ek_test_…', service.rootKey)
      const script = `set -euo pipefail -o allexport\n${own}\nenv -0 > "$STATE"\n`
      printed += (await promisify(execFile)('bash', ['-c', script], { env })).stdout
      const state = readFileSync(env.STATE!, 'utf8').split('\0').filter(Boolean)
      env = Object.fromEntries(
        state.map((each) => [each.split('=', 1)[0]!, each.slice(each.indexOf('=') + 1)]),
      )
    }
    return printed
  }

  async function withSdk(blocks: readonly string[], meanwhile: Meanwhile): Promise<string> {
    const printed: string[] = []
    const reader = { log: (...words: unknown[]) => printed.push(words.join(' ')) }
    const ekko = new EkkoClient({ apiKey: service.rootKey, baseUrl: service.origin })
    const known = await happened('', meanwhile)
    const steps = blocks.map((block, index) => `await before(${index})\n${block}`)
    const AsyncFunction = (async () => {}).constructor as FunctionConstructor
    const names = ['ekko', 'console', 'organisationId', 'before', ...Object.keys(known)]
    const before = (index: number) => happened(blocks[index]!, meanwhile)
    await new AsyncFunction(...names, steps.join('\n'))(
      ...[ekko, reader, service.rootId, before, ...Object.values(known)],
    )
    return printed.join('\n')
  }

  async function happened(block: string, meanwhile: Meanwhile): Promise<Record<string, string>> {
    const event = Object.entries(meanwhile).find(([start]) =>
      start === '' ? block === '' : block.startsWith(start),
    )
    return event ? event[1]() : {}
  }

  test('of keys: they are created, looked at, rolled and stopped', async () => {
    const leaked = async () => {
      const { id } = (await service.api('POST', '/v3/api-keys', { name: 'leaked' })).body
      return { [kind === 'sh' ? 'LEAKED' : 'leaked']: id }
    }
    const printed = await follow('api-keys', {
      '': leaked,
      'curl -s -X PATCH $ORIGIN/v3/api-keys/$LEAKED': leaked,
    })
    const { data } = (await service.api('GET', '/v3/api-keys?limit=100')).body
    const named = (name: string) => data.filter((key: { name: string }) => key.name === name)
    const servers = named('shop server')
    expect(servers.at(-1)).toMatchObject({ scopes: ['sessions:write', 'webhooks:read'], status: 'expired' })
    expect(servers.at(-2)).toMatchObject({ scopes: ['sessions:write', 'webhooks:read'], status: 'active' })
    expect(servers.at(-1).replacedById).toBe(servers.at(-2).id)
    expect(named('leaked').at(-1).allowList).toEqual({ enabled: true, ranges: ['203.0.113.0/28'] })
    expect(printed).toContain('shop server')
    if (kind === 'ts') return
    expect(named('leaked').map(({ status }: { status: string }) => status)).toEqual(['active', 'expired'])
    expect(servers).toHaveLength(3)
  }, 120_000)

  test('of the allow-list: it is switched on from within, and off at the command line', async () => {
    await follow('allow-list')
    const { body } = await service.api('GET', `/v3/organisations/${service.rootId}/allow-list`)
    expect(body).toEqual({ enabled: kind === 'ts', ranges: ['203.0.113.0/28', '127.0.0.1'] })
    await service.api('PATCH', `/v3/organisations/${service.rootId}/allow-list`, { enabled: false })
    const { data } = (await service.api('GET', '/v3/api-keys?limit=1')).body
    expect(data[0].allowList.enabled).toBe(true)
  }, 120_000)

  test('of the catalogue: a project is offered, sold, delivered and taken off offer', async () => {
    const project = async () => (await service.api('GET', '/v3/operator/projects?limit=1')).body.data[0]
    let before: unknown
    const sold = async () => {
      before = await project()
      const { sdkVariant: _, impactType: __, ...purchase } = sessionExample(service.rootId)
      const { quoteId } = (await service.api('POST', '/v3/quotes/carbon', purchase)).body
      const wanted = { organisationId: service.rootId, quoteId, credits: { amount: 37 } }
      expect((await service.api('POST', '/v3/funds/allocations', wanted)).status).toBe(201)
      return {}
    }
    await follow('catalogue', {
      'ask POST /v3/operator/projects/$PROJECT/deliveries': sold,
      'await ekko.managedProjects.recordDelivery': sold,
    })
    expect(before).toMatchObject({
      ...{ name: 'Blanket bog', prices: [{ currencyCode: 'GBP', unitPrice: 32.5 }], stockTonnes: 480 },
      delivery: { state: 'planned', expectedYear: 2031 },
    })
    expect(await project()).toMatchObject({
      status: 'retired',
      delivery: { state: 'retired', retiredTonnes: 0.5 },
    })
    expect((await project()).stockTonnes).toBeLessThan(480)
    const me = (await service.api('GET', '/v3/organisations/me')).body
    expect((await service.api('GET', `/v3/brands/${me.brandId}`)).body.name).toBe('Bloom & Co')
  }, 120_000)
})

test('the guide of keys names every scope and what it is for', () => {
  const rows = [...textOf('api-keys').matchAll(/^\| `(\w+)` \| (.*) \|$/gm)]
  expect(rows.map(([, name, meaning]) => ({ name, meaning }))).toEqual(
    areas.map(({ name, meaning }) => ({ name, meaning })),
  )
})
