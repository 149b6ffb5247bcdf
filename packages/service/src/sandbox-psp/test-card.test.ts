import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { passesLuhn, testCardByNumber, testCards } from './test-card.ts'

describe('the test cards', () => {
  it('are numbers that forms accept, each for one thing', () => {
    for (const card of testCards) {
      expect(passesLuhn(card.number.replaceAll(' ', ''))).toBe(true)
      expect(testCardByNumber(card.number.replaceAll(' ', ''))).toBe(card)
    }
    expect(new Set(testCards.map((card) => card.case)).size).toBe(testCards.length)
  })

  it('are all in the guide, with what they do', () => {
    const guide = readFileSync(
      new URL('../../../../docs/guides/sandbox-payment-provider.md', import.meta.url),
      'utf8',
    )
    const rows = [...guide.matchAll(/^\| ([0-9]{4}(?: [0-9]{4}){3}) \| (.*) \|$/gm)]
    expect(rows.map(([, number, effect]) => ({ number, effect }))).toEqual(
      testCards.map(({ number, effect }) => ({ number, effect })),
    )
  })
})
