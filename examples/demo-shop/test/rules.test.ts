import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countOf, maxQuantity, readCart, withQuantity, writeCart } from '../src/cart.ts'
import { catalogue } from '../src/catalogue.ts'
import { shopOptionsFrom } from '../src/config.ts'
import { html, trusted } from '../src/html.ts'
import { illustrationOf } from '../src/illustrations.ts'
import { sumChecks } from '../src/sum-check.ts'
import { sampleEvent, sampleRecord } from './samples.ts'

describe('html', () => {
  test('no value can leave its place, in text or in an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', '`', 'a') }), (value) => {
        const { text } = html`<p title="${value}">${[value]}</p>`
        expect(text.replace(/^<p title="|">|<\/p>$/g, '')).not.toMatch(/[<>"'`]/)
      }),
    )
  })

  test('prints nothing for what is not there, and trusts only what was made to be trusted', () => {
    expect(html`${null}${undefined}${false}${0}${trusted('<b>')}${html`${'<'}`}`.text).toBe('0<b>&#60;')
  })
})

describe('the cart', () => {
  test('survives any cookie, and holds only what is sold in quantities that are allowed', () => {
    const cookie = fc.oneof(
      fc.string(),
      fc.stringMatching(/^(monstera|snake-plant|x)\.\d{0,4}(~monstera\.\d)?$/),
    )
    fc.assert(
      fc.property(cookie, (text) => {
        for (const { product, quantity } of readCart(text)) {
          expect(catalogue).toContain(product)
          expect(quantity).toBeGreaterThanOrEqual(1)
          expect(quantity).toBeLessThanOrEqual(maxQuantity)
        }
      }),
    )
  })

  test('reads back what it wrote; 0 takes a line out; nonsense changes nothing', () => {
    const two = withQuantity(withQuantity([], 'monstera', 2), 'terracotta-pot', 3)
    expect(readCart(writeCart(two))).toEqual(two)
    expect(countOf(withQuantity(two, 'monstera', 0))).toBe(3)
    expect(withQuantity(two, 'gold', 1)).toEqual(two)
    expect(withQuantity(two, 'monstera', 1.5)).toEqual(two)
    expect(withQuantity(two, 'monstera', Number.NaN)).toEqual(two)
  })
})

test('every product has a drawing, without a style that the page’s policy would refuse', () => {
  const drawings = catalogue.map(({ sku }) => illustrationOf(sku).text)
  expect(new Set(drawings).size).toBe(catalogue.length)
  for (const drawing of drawings) expect(drawing).not.toMatch(/style|href|url\(/)
})

describe('the sums', () => {
  const record = sampleRecord('id', 'shop', 'root')

  test('hold for a record that adds up', () => {
    expect(sumChecks(record, sampleEvent(record)).map((check) => check.holds)).toEqual([
      true,
      true,
      true,
      true,
    ])
  })

  test('do not hold when a penny is missing anywhere', () => {
    const event = sampleEvent(record)
    const short = { ...record, amounts: { ...record.amounts, total: 1.23 } }
    expect(sumChecks(short, event).map((check) => check.holds)).toEqual([false, true, true, false])
    const shares = { ...record, profitShares: record.profitShares.slice(1) }
    expect(sumChecks(shares, event).map((check) => check.holds)).toEqual([true, false, true, true])
    const lines = { ...record, credits: [] }
    expect(sumChecks(lines, event).map((check) => check.holds)).toEqual([true, true, false, true])
  })
})

describe('the settings', () => {
  test('need an API key only', () => {
    expect(shopOptionsFrom({ EKKO_API_KEY: 'ek_test_key' })).toEqual({
      port: 4001,
      ekkoOrigin: 'http://127.0.0.1:4000',
      apiKey: 'ek_test_key',
      dataFolder: '.data',
    })
  })

  test.each([{}, { EKKO_API_KEY: 'k', DEMO_PORT: '70000' }, { EKKO_API_KEY: 'k', EKKO_ORIGIN: 'nowhere' }])(
    'are refused with a sentence: %j',
    (environment) => {
      expect(() => shopOptionsFrom(environment)).toThrow(/\.$/)
    },
  )
})
