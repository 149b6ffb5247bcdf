// The committed factor sets are the ones of the manifest, and come out of the sources byte for byte.
// The sources are not in the repository: they are looked for beside it or where EKKO_FACTOR_SOURCES says.

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { manifestText, readSources, sha256 } from './build-factor-set.ts'
import { readCsv } from './csv.ts'
import { equivalents } from './equivalents.ts'
import { buildFactorSets } from './factor-set-builder.ts'
import { publishedFactorSets } from './node-factor-sets.ts'

const DATA = new URL('../data/', import.meta.url)
const SOURCES =
  process.env.EKKO_FACTOR_SOURCES ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const present = existsSync(SOURCES)
if (!present) {
  console.warn('\n*** FACTOR SOURCES NOT FOUND: the factor sets are checked by hash only, NOT REBUILT. ***')
  console.warn('*** Set EKKO_FACTOR_SOURCES to the folder that holds baskets.csv and the other tables. ***\n')
}

const committed = (file: string) => readFileSync(new URL(file, DATA))
const expected: Record<string, string> = JSON.parse(committed('sources.json').toString())

describe('the committed sets', () => {
  test('have the hashes that were published with them', async () => {
    const sets = await publishedFactorSets()
    // Written out here a second time, so that a changed set cannot pass by changing the manifest with it.
    expect(sets.map(({ id, version, sha256 }) => [`${id}@${version}`, sha256])).toEqual([
      ['ekko-factors@1.0.0', '7c6e6301a8029e9a85575c95e2b9a430b5dbf8bcbc4a94afb3394ba37c974f65'],
      ['epa-us@1.0.0', 'e37a593ea9d48b408fa286798bb3955bdceb67e74daf181c79d83b4c71d81afb'],
    ])
    for (const set of sets) expect(sha256(committed(set.file))).toBe(set.sha256)
  })

  test('are small enough for a page', async () => {
    for (const { file } of await publishedFactorSets())
      expect(gzipSync(committed(file)).length).toBeLessThan(150_000)
  })

  test('say under which licence they may be used', async () => {
    const licence = committed('LICENSE').toString()
    for (const { file } of await publishedFactorSets()) {
      expect(licence).toContain(file)
      const { attribution } = JSON.parse(committed(file).toString())
      for (const line of attribution) expect(licence).toContain(line)
    }
  })
})

describe.skipIf(!present)('a rebuild from the sources', () => {
  test('gives the committed bytes', async () => {
    const sets = buildFactorSets(await readSources(SOURCES, expected))
    for (const { fileName, text } of sets) expect(text === committed(fileName).toString()).toBe(true)
    expect(manifestText(sets)).toBe(committed('manifest.json').toString())
  })

  test('refuses a source that is not the one of the manifest', async () => {
    const other = { ...expected, 'baskets.csv': '0'.repeat(64) }
    await expect(readSources(SOURCES, other)).rejects.toThrow('baskets.csv')
  })

  test('starts from baskets that follow from their own components', async () => {
    const { tables } = await readSources(SOURCES, expected)
    const n = (value: string | undefined) => Number(value || 0)
    for (const basket of tables['baskets.csv'].filter((row) => row.domestic !== '')) {
      const parts = tables['basket_components.csv'].filter((row) => row.basket === basket.basket)
      const sum = (term: (row: Record<string, string>) => number) =>
        parts.reduce((total, row) => total + term(row), 0)
      const importShare = (row: Record<string, string>) => n(row.weight) * n(row.import_share)
      const domestic = sum((row) => (n(row.weight) - importShare(row)) * n(row.epa_without_margins))
      const usCpi2022Over2019 = 1.1447
      const imported = sum(
        (row) =>
          (importShare(row) * n(row.producer_to_purchaser) * n(row.import_factor_kg_per_2019usd_basic)) /
          usCpi2022Over2019,
      )
      // The components are themselves rounded to three decimals.
      expect(Math.abs(domestic - n(basket.domestic))).toBeLessThan(0.0006)
      expect(Math.abs(imported - n(basket.imported))).toBeLessThan(0.0006)
    }
  })

  test('and the equivalents use the published factors', () => {
    const rows = readCsv(readFileSync(`${SOURCES}/equivalents.csv`, 'utf8'), 'equivalents.csv')
    const factor = (id: string) => Number(rows.find((row) => row.id === id)?.value)
    const count = (kg: number, locale: string, id: string) =>
      equivalents({ co2eGrams: kg * 1000 }, { locale }).find((one) => one.id === id)?.value
    expect(count(factor('us_car_mile'), 'en-US', 'us_passenger_car_distance')).toBeCloseTo(1, 9)
    expect(count(factor('uk_car_petrol_km'), 'fr-FR', 'petrol_car_distance')).toBeCloseTo(1, 9)
    expect(count(factor('smartphone_charge') * 50, 'fr-FR', 'smartphone_charges')).toBeCloseTo(50, 9)
    expect(count(factor('uk_rail_pkm') * 500, 'fr-FR', 'uk_rail_passenger_distance')).toBeCloseTo(500, 9)
    expect(count(factor('petrol_litre_forecourt') * 400, 'fr-FR', 'petrol_burned')).toBeCloseTo(400, 9)
    expect(count(factor('gasoline_gallon') * 100, 'en-US', 'gasoline_burned')).toBeCloseTo(100, 9)
    expect(count(factor('us_car_year') * 10, 'fr-FR', 'us_passenger_car_years')).toBeCloseTo(10, 9)
    expect(
      count(factor('tree_seedling_10y') * 200, 'fr-FR', 'urban_tree_seedlings_grown_10_years'),
    ).toBeCloseTo(200, 9)
  })
})

describe('comma-separated tables', () => {
  test('with quotes, doubled quotes, commas and either line ending', () => {
    const text = '\uFEFFa,b\r\n"x, ""y""",\n"two\nlines",3\n'
    expect(readCsv(text, 'table')).toEqual([
      { a: 'x, "y"', b: '' },
      { a: 'two\nlines', b: '3' },
    ])
  })

  test('with a row too short or a stray quote are refused', () => {
    expect(() => readCsv('a,b\n1\n', 'table')).toThrow('table row 2: 1 fields, not 2')
    expect(() => readCsv('a\n1"2\n', 'table')).toThrow('unreadable field')
  })
})
