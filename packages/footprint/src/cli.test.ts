// The footprint commands as a user meets them: output, help and exit codes.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { footprintCli } from './cli.ts'
import { loadFactorSet } from './node-factor-sets.ts'

const EXAMPLE = 'estimate --mcc 5411 --country GBR --amount 50 --currency GBP --date 2024-06-30'

async function run(line: string): Promise<{ code: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const io = { out: (text: string) => (out += text), err: (text: string) => (err += text) }
  const code = await footprintCli(line.split(' ').filter(Boolean), io as never)
  return { code, out, err }
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'footprint-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function fileWith(content: string): Promise<string> {
  const file = join(folder, `${Math.random()}.json`)
  await writeFile(file, content)
  return file
}

describe('estimate', () => {
  test('prints grams with their range', async () => {
    const { code, out } = await run(EXAMPLE)
    expect(code).toBe(0)
    expect(out).toMatch(/^co2eGrams +18760\.5\nlowGrams +7504\.2\nhighGrams +46920\.0\n/)
  })

  test('prints nature with its four parts', async () => {
    const { code, out } = await run(`${EXAMPLE} --kind nature`)
    expect(code).toBe(0)
    for (const part of ['msaM2', 'climateStressM2', 'landUseM2', 'pollutionM2', 'waterUseM2'])
      expect(out).toContain(part)
  })

  test('prints JSON with the provenance', async () => {
    const result = JSON.parse((await run(`${EXAMPLE} --json`)).out)
    expect(result).toMatchObject({
      co2eGrams: expect.closeTo(18760.487, 3),
      provenance: { mccRow: { mcc: '5411' } },
    })
  })

  test('takes items and another factor set', async () => {
    const { out } = await run(`${EXAMPLE} --item dairy=20 --item 01=5 --set epa-us@1.0.0 --json`)
    expect(JSON.parse(out)).toMatchObject({ itemShare: 0.5, provenance: { factorSet: { id: 'epa-us' } } })
  })

  test.each([
    ['--country gbr', 'unknown_country'],
    ['--amount abc', 'invalid_amount'],
    ['--amount=-5', 'negative_amount'],
    ['--amount 1e3', 'invalid_amount'],
    ['--date 2024-02-30', 'invalid_date'],
    ['--kind water', 'invalid_kind'],
  ])('%s is refused with %s', async (change, code) => {
    expect(await run(`${EXAMPLE} ${change}`)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining(code),
    })
  })

  test('of a cash withdrawal says so', async () => {
    expect(await run(`${EXAMPLE} --mcc 6011`)).toMatchObject({ code: 1, out: 'not applicable: cash\n' })
  })

  test.each(['--mccc 1', '--item dairy', '--set ekko-factors@9', '--set nothing', 'extra'])(
    '%s is not understood',
    async (change) => {
      const { code, err, out } = await run(`${EXAMPLE} ${change}`)
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).not.toBe('')
    },
  )

  test('takes the file of an own factor set, whose estimates then verify with it', async () => {
    const { file } = await loadFactorSet()
    const stated = { usage: 'permitted', priceBasis: 'purchaser', currency: 'USD' }
    const own = await fileWith(JSON.stringify({ ...file, id: 'acme', version: '1.0.0', ...stated }))
    const { code, out } = await run(`${EXAMPLE} --set ${own} --json`)
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ provenance: { factorSet: { id: 'acme' } } })
    const record = await fileWith(out)
    expect((await run(`verify ${record} --set ${own}`)).code).toBe(0)
    expect(await run(`verify ${record}`)).toMatchObject({
      code: 1,
      out: expect.stringContaining('no factor set acme@1.0.0'),
    })
    const other = await fileWith(
      JSON.stringify({ ...file, id: 'acme', version: '1.0.0', ...stated, sources: [] }),
    )
    expect(await run(`verify ${record} --set ${other}`)).toMatchObject({
      code: 1,
      out: expect.stringContaining('provenance.factorSet.sha256'),
    })
  })

  test('with a set that its licence forbids is not understood', async () => {
    const { file } = await loadFactorSet()
    const stated = { usage: 'forbidden', priceBasis: 'purchaser', currency: 'USD' }
    const own = await fileWith(JSON.stringify({ ...file, id: 'acme', ...stated }))
    expect(await run(`${EXAMPLE} --set ${own}`)).toMatchObject({
      code: 2,
      err: expect.stringContaining('acme@1.0.0 may not be used'),
    })
  })

  test('names the option that is missing', async () => {
    expect(await run('estimate --mcc 5411')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--country'),
    })
  })
})

describe('verify', () => {
  test('accepts what estimate printed', async () => {
    const { out } = await run(`${EXAMPLE} --json`)
    expect(await run(`verify ${await fileWith(out)}`)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^verified/),
    })
  })

  test('names what was changed', async () => {
    const record = JSON.parse((await run(`${EXAMPLE} --json`)).out)
    record.lowGrams = 1
    const file = await fileWith(JSON.stringify({ footprint: record }))
    expect(await run(`verify ${file}`)).toMatchObject({
      code: 1,
      out: expect.stringContaining('lowGrams: stored 1'),
    })
    expect(JSON.parse((await run(`verify ${file} --json`)).out)).toMatchObject({ outcome: 'different' })
  })

  test.each([
    ['{}', 1],
    ['{"provenance":{"input":{},"factorSet":{"id":"x","version":"1","sha256":"0"}}}', 1],
    ['not json', 2],
  ])('of %s ends with %d', async (content, code) => {
    expect((await run(`verify ${await fileWith(content)}`)).code).toBe(code)
  })

  test('needs one file that exists', async () => {
    expect((await run('verify')).code).toBe(2)
    expect((await run('verify no-such-file.json')).code).toBe(2)
  })
})

describe('help', () => {
  test.each(['--help', 'help', 'estimate --help', 'verify --help'])('%s', async (line) => {
    const { code, out } = await run(line)
    expect(code).toBe(0)
    expect(out).toContain('footprint')
  })

  test.each(['', 'weigh', '--version'])('an unknown command (%s) ends with 2', async (line) => {
    expect(await run(line)).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('footprint estimate'),
    })
  })
})
