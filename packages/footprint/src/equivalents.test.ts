// Two comparisons, different in kind and graspable in size, in the units of the reader.

import { describe, expect, test } from 'vitest'
import { equivalents } from './equivalents.ts'
import { readableArea, readableMass, unitsOf } from './measures.ts'

const GB = { locale: 'en-GB' }

describe('equivalents', () => {
  test('a shop of groceries', () => {
    const [car, train] = equivalents({ co2eGrams: 18760.5 }, GB)
    expect(car).toMatchObject({ id: 'petrol_car_distance', unit: 'mi', value: expect.closeTo(70.86, 2) })
    expect(train).toMatchObject({ id: 'uk_rail_passenger_distance', unit: 'mi' })
  })

  test('a coffee', () => {
    const [car, phone] = equivalents({ co2eGrams: 500 }, { locale: 'de-DE' })
    expect(car).toMatchObject({ id: 'petrol_car_distance', unit: 'km', value: expect.closeTo(3.04, 2) })
    expect(phone).toMatchObject({ id: 'smartphone_charges', unit: 'count', value: expect.closeTo(40.3, 1) })
  })

  test('an American drives an American car', () => {
    const [car] = equivalents({ co2eGrams: 39_300 }, { locale: 'en-US' })
    expect(car).toMatchObject({ id: 'us_passenger_car_distance', unit: 'mi', value: expect.closeTo(100, 6) })
    const [metric] = equivalents({ co2eGrams: 39_300 }, { locale: 'en-US', units: 'metric' })
    expect(metric).toMatchObject({ unit: 'km', value: expect.closeTo(160.9, 1) })
  })

  test('nature is compared with areas', () => {
    const [bays, tables] = equivalents({ msaM2: 66.4018 }, GB)
    expect(bays).toMatchObject({ id: 'parking_bays', value: expect.closeTo(5.764, 3) })
    expect(tables).toMatchObject({ id: 'table_tennis_tables' })
    const [, pools] = equivalents({ msaM2: 10_000 }, GB)
    expect(pools).toMatchObject({ id: 'olympic_swimming_pools', value: 8 })
  })

  test.each(['en-GB', 'en-US', 'fr-FR'])('stay graspable from a gram to a hundred tonnes (%s)', (locale) => {
    for (let exponent = 0; exponent <= 8; exponent += 0.1) {
      const pair = equivalents({ co2eGrams: 10 ** exponent }, { locale })
      expect(pair).toHaveLength(2)
      expect(pair[0].id).not.toBe(pair[1].id)
      for (const { value } of pair) {
        expect(value).toBeGreaterThanOrEqual(0.4)
        expect(value).toBeLessThanOrEqual(1700)
      }
    }
  })

  test('stay graspable from a hand to fifty hectares', () => {
    for (let exponent = -1.5; exponent <= 5.7; exponent += 0.1) {
      const pair = equivalents({ msaM2: 10 ** exponent }, GB)
      for (const { value, source } of pair) {
        expect(value).toBeGreaterThanOrEqual(0.4)
        expect(value).toBeLessThanOrEqual(1100)
        expect(source).not.toBe('')
      }
    }
  })

  test('nothing is like nothing', () => {
    expect(equivalents({ co2eGrams: 0 }, GB).map(({ value }) => value)).toEqual([0, 0])
  })
})

describe('measures', () => {
  test.each([
    [18760.5, 'metric', 18.7605, 'kg'],
    [999, 'metric', 999, 'g'],
    [2_500_000, 'metric', 2.5, 't'],
    [100, 'imperial', 3.5274, 'oz'],
    [18760.5, 'imperial', 41.3598, 'lb'],
  ] as const)('%d g in %s units', (grams, units, value, unit) => {
    expect(readableMass(grams, units)).toEqual({ value: expect.closeTo(value, 4), unit })
  })

  test.each([
    [0.05, 'metric', 500, 'cm2'],
    [66.4018, 'metric', 66.4018, 'm2'],
    [25_000, 'metric', 2.5, 'ha'],
    [0.05, 'imperial', 77.5002, 'in2'],
    [66.4018, 'imperial', 714.7431, 'ft2'],
    [8093.7128, 'imperial', 2, 'acre'],
  ] as const)('%d m2 in %s units', (m2, units, value, unit) => {
    expect(readableArea(m2, units)).toEqual({ value: expect.closeTo(value, 3), unit })
  })

  test('units follow the country, not the language', () => {
    const locales = ['en-US', 'en_US', 'es-US', 'en-GB', 'fr', 'ru-RU', 'en-AUS']
    expect(locales.map(unitsOf)).toEqual([...Array(3).fill('imperial'), ...Array(4).fill('metric')])
  })
})
