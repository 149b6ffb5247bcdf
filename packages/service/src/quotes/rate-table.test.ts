import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RateTableError, readRateTable } from './rate-table.ts'

/** As the European Central Bank writes it: newest first, a comma at the end of each line, currencies that are no more. */
const ecb = `Date,USD,JPY,CYP,TRY,BGN,ARS,
2024-06-28,1.0705,171.94,N/A,35.1868,1.9558,N/A,
2024-06-27,1.0696,171.86,N/A,35.1493,1.9558,N/A,
`

describe('the history of the European Central Bank', () => {
  it('is read as units for a euro, without what is not available or no more', () => {
    const { format, rates } = readRateTable(ecb)
    expect(format).toBe('ecb')
    const ofDay = rates.filter(({ day }) => day === '2024-06-28')
    expect(ofDay.map(({ currency, base, unitsPerBase }) => [currency, base, unitsPerBase])).toEqual([
      ['EUR', 'EUR', '1'],
      ['USD', 'EUR', '1.0705'],
      ['JPY', 'EUR', '171.94'],
      ['TRY', 'EUR', '35.1868'],
      ['BGN', 'EUR', '1.9558'],
    ])
  })

  it.each([
    ['2024-06-28,1.0705,171.94', 'line 2: 3 fields, not 8'],
    ['28 June 2024,1.0705,171.94,N/A,35.1868,1.9558,N/A,', 'line 2: "28 June 2024" is not a day'],
    ['2024-06-31,1.0705,171.94,N/A,35.1868,1.9558,N/A,', 'line 2: "2024-06-31" is not a day'],
    ['2024-06-28,-1.07,171.94,N/A,35.1868,1.9558,N/A,', 'line 2: "-1.07" is not a rate'],
    ['2024-06-28,0,171.94,N/A,35.1868,1.9558,N/A,', 'line 2: "0" is not a rate'],
    ['2024-06-28,1e3,171.94,N/A,35.1868,1.9558,N/A,', 'line 2: "1e3" is not a rate'],
  ])('with the line %s is refused', (line, message) => {
    const text = `${ecb.split('\n')[0]}\n${line}\n`
    expect(() => readRateTable(text)).toThrow(RateTableError)
    expect(() => readRateTable(text)).toThrow(message)
  })
})

describe('a table of rates for a dollar', () => {
  it('has its columns in any order, with either line ending and empty lines', () => {
    const text = '\uFEFFcurrency, date ,per_usd\r\n\r\nARS,2024-06-28, 912.5 \r\nKWD,2024-06-28,0.30665\r\n'
    expect(readRateTable(text)).toEqual({
      format: 'per_usd',
      rates: [
        { day: '2024-06-28', currency: 'ARS', base: 'USD', unitsPerBase: '912.5' },
        { day: '2024-06-28', currency: 'KWD', base: 'USD', unitsPerBase: '0.30665' },
      ],
    })
  })

  it.each([
    ['', 'line 1: the columns are neither'],
    ['date,currency,rate\n', 'line 1: the columns are neither'],
    ['date,currency,per_usd\n', 'line 2: there are no rates'],
    ['date,currency,per_usd\n2024-06-28,ARS\n', 'line 2: 2 fields, not 3'],
    ['date,currency,per_usd\n2024-06-28,ARS,"912,5"\n', 'line 2: 4 fields, not 3'],
    ['date,currency,per_usd\n2024-06-28,ARS,912.5\n2024-06-28,PESO,1\n', 'line 3: "PESO" is not a current'],
    ['date,currency,per_usd\n2023-02-29,ARS,912.5\n', 'line 2: "2023-02-29" is not a day'],
    [
      'date,currency,per_usd\n2024-06-28,ARS,1\n\n2024-06-28,ARS,1\n',
      'line 4: ARS on 2024-06-28 was in line 2',
    ],
  ])('%j is refused', (text, message) => {
    expect(() => readRateTable(text)).toThrow(RateTableError)
    expect(() => readRateTable(text)).toThrow(message)
  })
})

it('whatever the text is, it is read or refused by line', () => {
  const piece = fc.constantFrom(
    'date',
    'currency',
    'per_usd',
    'Date',
    'USD',
    '2024-06-28',
    '1.5',
    'ARS',
    'N/A',
  )
  const text = fc
    .array(fc.oneof(piece, fc.constantFrom(',', '\n', '"', ' '), fc.string()))
    .map((all) => all.join(''))
  fc.assert(
    fc.property(text, (given) => {
      try {
        for (const rate of readRateTable(given).rates) expect(Number(rate.unitsPerBase)).toBeGreaterThan(0)
      } catch (cause) {
        expect(cause).toBeInstanceOf(RateTableError)
        expect((cause as Error).message).toMatch(/^line [0-9]+: /)
      }
    }),
  )
})
