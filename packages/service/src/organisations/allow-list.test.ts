import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressSet, plainAddress, rangeFault } from './allow-list.ts'

describe('a list of addresses', () => {
  test('has every address of a block, and the neighbours on neither side', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 1, max: 32 }), (address, bits) => {
        const list = addressSet([`${address}/${bits}`])
        const size = 2 ** (32 - bits)
        const first = Math.floor(wholeOf(address) / size) * size
        expect(list.has(textOf(first))).toBe(true)
        expect(list.has(textOf(first + size - 1))).toBe(true)
        if (first > 0) expect(list.has(textOf(first - 1))).toBe(false)
        if (first + size < 2 ** 32) expect(list.has(textOf(first + size))).toBe(false)
      }),
    )
  })

  test('takes an IPv4 address for the same inside IPv6, and no list has what is no address', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(plainAddress(`::ffff:${address}`)).toBe(address)
        expect(addressSet([`::ffff:${address}`]).has(address)).toBe(true)
      }),
    )
    for (const none of ['', 'unknown', '10.0.0.1:80', '10.0.0', '[::1]', '10.0.0.1, 10.0.0.2'])
      expect(addressSet(['0.0.0.0/0', '::/0']).has(none)).toBe(false)
  })

  test('of one family says nothing of the other', () => {
    expect(addressSet(['0.0.0.0/0']).has('2001:db8::1')).toBe(false)
    expect(addressSet(['::/0']).has('10.0.0.1')).toBe(false)
  })

  test.each([
    ['10.0.0.1', undefined],
    ['10.0.0.0/8', undefined],
    [' 10.0.0.1 - 10.0.0.9 ', undefined],
    ['2001:db8::1-2001:db8::ffff', undefined],
    ['2001:db8::/128', undefined],
    ['10.0.0.0/33', 'at most 32 bits'],
    ['2001:db8::/129', 'at most 128 bits'],
    ['10.0.0.9-10.0.0.1', 'ends before it begins'],
    ['2001:db8::2-2001:db8::1', 'ends before it begins'],
    ['10.0.0.1-2001:db8::1', 'not an address'],
    ['10.0.0.256', 'not an address'],
    ['example.org', 'not an address'],
    ['10.0.0.0/', 'not an address'],
    ['', 'not an address'],
  ])('judges %j', (range, fault) => {
    if (fault === undefined) expect(rangeFault(range)).toBeUndefined()
    else expect(rangeFault(range)).toContain(fault)
  })
})

function wholeOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

function textOf(whole: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(whole / 2 ** shift) % 256).join('.')
}
