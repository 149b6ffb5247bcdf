import { describe, expect, it } from 'vitest'
import { FulfilmentTableError, readFulfilments } from './fulfilment-table.ts'

const head = 'kind,project_id,date,tonnes,amount,currency,registry,serials,reference,url,from,until\n'
const id = '0190aaaa-0000-7000-8000-000000000001'
const retired = `retired,${id},2027-03-01,1.5,,,Registry,"A-1, A-2",R-1,https://registry.example/1,2026-01-01,2026-12-31\n`
const disbursed = `disbursed,${id},2027-01-15,,1200.50,GBP,,,BANK-7,,,\n`

describe('a table of fulfilments', () => {
  it('is read row by row, in milligrams and minor units', () => {
    expect(readFulfilments(head + retired + disbursed)).toEqual([
      {
        ...{ row: 2, kind: 'retired', projectId: id, on: '2027-03-01', milligrams: 1_500_000_000n },
        ...{ currency: null, amountMinor: null, registry: 'Registry', serials: 'A-1, A-2', reference: 'R-1' },
        ...{ url: 'https://registry.example/1', from: '2026-01-01', until: '2026-12-31' },
      },
      {
        ...{ row: 3, kind: 'disbursed', projectId: id, on: '2027-01-15', milligrams: null },
        ...{ currency: 'GBP', amountMinor: 120_050n, registry: null, serials: null, reference: 'BANK-7' },
        ...{ url: null, from: null, until: null },
      },
    ])
  })

  it('may leave out the columns that it has no use for', () => {
    const short = `kind,project_id,date,amount,currency,reference\ndisbursed,${id},2027-01-15,5.00,GBP,B\n`
    expect(readFulfilments(short)).toHaveLength(1)
  })

  it.each([
    ['kind', retired.replace('retired', 'offset')],
    ['project_id', retired.replace(id, 'p1')],
    ['date is not a day', retired.replace('2027-03-01', '2027-02-30')],
    ['tonnes', retired.replace('1.5', '-1')],
    ['tonnes', retired.replace('1.5', '0')],
    ['tonnes', retired.replace('1.5', '1.0000000001')],
    ['serials is missing', retired.replace('"A-1, A-2"', '')],
    ['registry is missing', retired.replace('Registry', ' ')],
    ['reference is missing', retired.replace('R-1', '')],
    ['url', retired.replace('https://registry.example/1', 'javascript:alert(1)')],
    ['url', retired.replace('https:', 'http:')],
    ['several lines', retired.replace('A-1, A-2', 'A-1\nA-2')],
    ['not for what was retired', retired.replace(',,,Registry', ',5,,Registry')],
    ['currency', disbursed.replace('GBP', 'XXX')],
    ['amount', disbursed.replace('1200.50', '1200.505')],
    ['not for what was disbursed', disbursed.replace(',,1200.50', ',1,1200.50')],
  ])('is refused as a whole, naming the row and %s', (what, row) => {
    const read = () => readFulfilments(head + disbursed + row)
    expect(read).toThrow(FulfilmentTableError)
    expect(read).toThrow(new RegExp(`^row 3: .*${what}`))
  })

  it('is refused with columns that are unknown or missing, or with no rows', () => {
    expect(() => readFulfilments(head.replace('url', 'link') + retired)).toThrow('row 1: unknown column link')
    expect(() => readFulfilments('kind,date,reference\nretired,x,y\n')).toThrow('no column project_id')
    expect(() => readFulfilments(head)).toThrow('row 2')
  })
})
