import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvLine, readCsv } from './csv.ts'

describe('a table of comma-separated values', () => {
  it('quotes what would end a field, and ends lines as RFC 4180 says', () => {
    expect(csvLine(['a,b', 'say "hello"', 'two\nlines', 12.5, null, true])).toBe(
      '"a,b","say ""hello""","two\nlines",12.5,,true\r\n',
    )
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1'])(
    'runs nothing in a spreadsheet: %j',
    (text) => {
      expect(readCsv(csvLine([text]))[0]!.fields).toEqual([`'${text}`])
    },
  )

  it('leaves negative numbers numbers', () => {
    expect(csvLine([-1.5, -3n])).toBe('-1.5,-3\r\n')
  })

  it('is read as it was written', () => {
    const cell = fc.string({ unit: 'grapheme' }).filter((text) => !/^[=+\-@\t\r\n＝＋－＠]/.test(text))
    const row = fc.array(cell, { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), (rows) => {
        expect(readCsv(rows.map((each) => csvLine(each)).join('')).map(({ fields }) => fields)).toEqual(rows)
      }),
    )
  })

  it('names the line of a row that has another number of fields', () => {
    expect(() => readCsv('a,b\n1,"x\ny"\n3\n')).toThrow('line 4: 1 fields, not 2')
  })
})
