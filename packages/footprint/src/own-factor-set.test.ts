// A factor set of an operator's own: what it has to state, when its licence forbids the use, and how it is named.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sha256 } from './build-factor-set.ts'
import type { FactorSetFile } from './factor-set-file.ts'
import { FactorSetError } from './factor-set-file.ts'
import { factorSetNamed, loadFactorSet } from './node-factor-sets.ts'
import { openOwnFactorSet } from './own-factor-set.ts'

const published = await loadFactorSet()
const STATED = { usage: 'permitted', priceBasis: 'purchaser', currency: 'USD' } as const

function own(over: Partial<Record<keyof FactorSetFile, unknown>> = {}): unknown {
  return { ...published.file, id: 'acme', version: '2.1', licence: 'CC0-1.0', ...STATED, ...over }
}

const opening = (over: Partial<Record<keyof FactorSetFile, unknown>>) => () =>
  openOwnFactorSet(own(over), '0'.repeat(64))

describe('an own set', () => {
  test('is opened under its own name', () => {
    expect(opening({})().identity).toMatchObject({ id: 'acme', version: '2.1', licence: 'CC0-1.0' })
  })

  test.each(['usage', 'priceBasis', 'currency'] as const)('states its %s', (key) => {
    expect(opening({ [key]: undefined })).toThrow(`acme@2.1 does not state its ${key}`)
  })

  test.each([
    [{ priceBasis: 'basic' }, 'priceBasis is not purchaser'],
    [{ currency: 'EUR' }, 'currency is not USD'],
    [{ usage: 'maybe' }, 'usage is neither'],
    [{ licensedTo: 5 }, 'licensedTo is not a text'],
    [{ licence: '' }, 'licence is not a text'],
    [{ baseYear: '2022' }, 'baseYear is not a year'],
  ])('with %j is refused', (over, message) => {
    expect(opening(over)).toThrow(FactorSetError)
    expect(opening(over)).toThrow(message)
  })

  test.each([
    'CC-BY-NC-4.0',
    'CC BY-NC-SA 4.0',
    'cc-by-nc-nd-4.0',
    'PolyForm-Noncommercial-1.0.0',
    'Free for non-commercial research',
    'CC-BY-ND-4.0',
    'No derivatives without permission',
  ])('under %s is refused unless it is licensed to the operator', (licence) => {
    expect(opening({ licence })).toThrow(`acme@2.1 may not be used: its licence ${licence}`)
    expect(opening({ licence, licensedTo: ' ' })).toThrow('licensedTo')
    expect(opening({ licence, licensedTo: 'Acme Bank' })().identity.licence).toBe(licence)
  })

  test('that forbids its use is refused unless it is licensed to the operator', () => {
    expect(opening({ usage: 'forbidden' })).toThrow('it says that its use is forbidden')
    expect(opening({ usage: 'forbidden', licensedTo: 'Acme Bank' })()).toBeDefined()
  })

  test.each(['CC-BY-SA-4.0', 'LicenseRef-ekko-epa-us', 'ODbL-1.0', 'Acme, Inc. and friends', 'OGL-UK-3.0'])(
    'under %s is fine',
    (licence) => expect(opening({ licence })().identity.licence).toBe(licence),
  )
})

describe('a name', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'factor-sets-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function file(name: string, content: string | Uint8Array): Promise<string> {
    await writeFile(join(folder, name), content)
    return join(folder, name)
  }

  test('with a version is a published set', async () => {
    expect(await factorSetNamed('ekko-factors@1.0.0')).toBe(published)
    await expect(factorSetNamed('ekko-factors@9')).rejects.toThrow('there are ekko-factors@1.0.0')
  })

  test('else is a file, identified by the hash of its bytes', async () => {
    const text = JSON.stringify(own())
    const set = await factorSetNamed(await file('acme@2.1.json', text))
    expect(set.identity).toMatchObject({ id: 'acme', version: '2.1', sha256: sha256(text) })
  })

  test('of a file with the bytes of a published set is that set', async () => {
    const bytes = await readFile(new URL('../data/ekko-factors-1.0.0.json', import.meta.url))
    expect(await factorSetNamed(await file('copy.json', bytes))).toBe(published)
  })

  test('of a published set with other bytes is refused', async () => {
    const pretending = own({ id: 'ekko-factors', version: '1.0.0' })
    const name = await file('pretending.json', JSON.stringify(pretending))
    await expect(factorSetNamed(name)).rejects.toThrow('published with other content')
  })

  test.each(['', 'no-such-set', './no/such/file.json'])('%j of nothing says what there is', async (name) => {
    await expect(factorSetNamed(name)).rejects.toThrow(FactorSetError)
    await expect(factorSetNamed(name)).rejects.toThrow('epa-us@1.0.0')
  })

  test('of something else is refused', async () => {
    await expect(factorSetNamed(await file('text.json', 'text'))).rejects.toThrow('is not JSON')
    await expect(factorSetNamed(await file('empty.json', '{}'))).rejects.toThrow('format')
    await expect(factorSetNamed(folder)).rejects.toThrow('nor a file that can be read')
  })
})

describe('a manifest with several versions of one set', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'factor-sets-'))
    const texts = ['1.0.0', '1.1.0'].map((version) => [version, JSON.stringify(own({ version }))] as const)
    const factorSets = texts.map(([version, text]) => ({
      ...{ id: 'acme', version, file: `${version}.json` },
      sha256: sha256(text),
    }))
    for (const [version, text] of texts) await writeFile(join(folder, `${version}.json`), text)
    await writeFile(join(folder, 'manifest.json'), JSON.stringify({ factorSets }))
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('keeps each of them addressable', async () => {
    const at = pathToFileURL(`${folder}/`)
    const versions = await Promise.all(
      ['1.0.0', '1.1.0'].map((version) => loadFactorSet('acme', version, at)),
    )
    expect(versions.map((set) => set.identity.version)).toEqual(['1.0.0', '1.1.0'])
    expect(await loadFactorSet('acme', '1.0.0', at)).toBe(versions[0])
    await expect(loadFactorSet('acme', '1.2.0', at)).rejects.toThrow('there are acme@1.0.0, acme@1.1.0')
  })

  test('refuses a file that was changed afterwards', async () => {
    const at = pathToFileURL(`${folder}/`)
    await writeFile(join(folder, '1.1.0.json'), JSON.stringify(own({ version: '1.1.0', baseYear: 2021 })))
    await expect(loadFactorSet('acme', '1.1.0', new URL(`${at}?again`))).rejects.toThrow('its hash differs')
  })
})
