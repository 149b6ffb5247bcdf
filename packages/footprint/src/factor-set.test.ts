// A factor set is refused as a whole when any of it is not what the format says.

import { describe, expect, test } from 'vitest'
import { openFactorSet } from './factor-set.ts'
import type { FactorSetFile } from './factor-set-file.ts'
import { FactorSetError } from './factor-set-file.ts'
import { loadFactorSet } from './node-factor-sets.ts'

const published = await loadFactorSet()
const { sha256 } = published.identity

describe('the published set', () => {
  test('covers the world', () => {
    expect(published.mccs.size).toBe(1061)
    expect(published.countries.size).toBe(249)
    expect(published.currencies.size).toBe(34)
    expect(published.baskets.size).toBe(163)
    const tiers = [...published.countries.values()].map((country) => country.tier)
    const count = (tier: string) => tiers.filter((t) => t === tier).length
    expect(['home', 'direct', 'proxy'].map(count)).toEqual([1, 43, 205])
  })

  test('names the brand blocks of airlines, car rental and lodging', () => {
    const baskets = ['3005', '3357', '3501'].map((mcc) => published.mccs.get(mcc)?.row.basket)
    expect(baskets).toEqual(['air', 'car_rental', 'hotel'])
  })

  test('is loaded once', async () => {
    expect(await loadFactorSet('ekko-factors', '1.0.0')).toBe(published)
  })

  test('that does not exist is refused, saying which do', async () => {
    await expect(loadFactorSet('ekko-factors', '9.9.9')).rejects.toThrow('epa-us@1.0.0')
  })
})

describe('a file is refused when', () => {
  const broken: [string, (file: FactorSetFile) => void, string][] = [
    ['its format is another', (file) => Object.assign(file, { format: 'ekko-factor-set/2' }), 'format'],
    ['it is for another method', (file) => Object.assign(file, { methodVersion: '2.0.0' }), 'methodVersion'],
    ['it has no version', (file) => Object.assign(file, { version: '' }), 'version'],
    ['a table is missing', (file) => Object.assign(file, { mccs: undefined }), 'mccs is not a list'],
    ['a row is short', (file) => file.baskets[0]!.pop(), 'baskets has a row of another length'],
    [
      'a factor is negative',
      (file) => Object.assign(file.baskets[0]!, { 3: -1 }),
      'baskets grocery: column 4',
    ],
    [
      'a factor is a text',
      (file) => Object.assign(file.baskets[0]!, { 2: '0.4' }),
      'baskets grocery: column 3',
    ],
    ['a ratio is zero', (file) => Object.assign(file.countries[0]![4], { 3: 0 }), 'countries AND: column 5'],
    ['a ratio is missing', (file) => file.countries[0]![4].pop(), 'countries AND: column 5'],
    ['a basket is unknown', (file) => Object.assign(file.mccs[0]!, { 1: 'vets' }), 'mccs 0742: column 2'],
    [
      'a category code is no code',
      (file) => Object.assign(file.mccs[0]!, { 0: '742' }),
      'mccs 742: column 1',
    ],
    ['a basket has a reason', (file) => Object.assign(file.mccs[0]!, { 2: 'cash' }), 'contradict'],
    ['a row comes twice', (file) => file.mccs.push(file.mccs[0]!), 'mccs has 0742 twice'],
    [
      'a currency has no prices',
      (file) => Object.assign(file.currencies[0]!, { 2: 'XXX' }),
      'currencies USD',
    ],
    ['an interval is missing', (file) => file.intervals.pop(), 'intervals are incomplete'],
  ]

  test.each(broken)('%s', (_, breakIt, message) => {
    const file = structuredClone(published.file)
    breakIt(file)
    expect(() => openFactorSet(file, sha256)).toThrow(FactorSetError)
    expect(() => openFactorSet(file, sha256)).toThrow(message)
  })

  test.each([null, [], 'text', 1])('it is %j', (value) => {
    expect(() => openFactorSet(value, sha256)).toThrow(FactorSetError)
  })

  test('its hash is not one', () => {
    expect(() => openFactorSet(published.file, 'abc')).toThrow('sha256')
  })
})
