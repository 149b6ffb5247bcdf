import { expect, test } from 'vitest'
import { type RangeChart, renderRangeChart } from './chart.ts'
import { logScale } from './chart-scale.ts'
import { readerOf } from './method-format.ts'
import { wordsFor } from './words.ts'

const chart: RangeChart = {
  id: 'one',
  title: 'Two things',
  unit: 'kg',
  description: 'The first is twice the second.',
  rowHeading: 'Thing',
  rows: [
    { label: 'First', low: 1, central: 2, high: 4 },
    { label: 'Second (region)', low: 0.5, central: 1, high: 2, hollow: true },
  ],
  format: (value) => `=${value}`,
  reader: readerOf(wordsFor('en-GB')),
}

test('equal ratios are equal distances, and everything has its place', () => {
  const scale = logScale([0.5, 8])
  expect(scale.percentOf(0.5)).toBe(1)
  expect(scale.percentOf(2)).toBeCloseTo(50, 9)
  expect(scale.percentOf(8)).toBe(99)
  expect(scale.ticks).toEqual([0.5, 1, 2, 5])
})

test.each([[[0.00001, 90_000]], [[3, 3]], [[0]], [[]], [[0, -4, Number.NaN, 7]], [[0.11, 0.12]]])(
  'an axis for %j stays in the picture',
  (values) => {
    const { percentOf, ticks } = logScale(values)
    expect(ticks.length).toBeLessThanOrEqual(7)
    for (const value of [...values, ...ticks, 0, 1e12]) {
      expect(percentOf(value)).toBeGreaterThanOrEqual(1)
      expect(percentOf(value)).toBeLessThanOrEqual(99)
    }
  },
)

test('what is drawn is written too: title, description and the same numbers in a table', () => {
  const { text } = renderRangeChart(chart)
  expect(text).toContain('role="img"')
  expect(text).toContain('aria-labelledby="one-title one-description"')
  expect(text).toContain('<title id="one-title">Two things</title>')
  expect(text).toContain('<desc id="one-description">The first is twice the second.</desc>')
  expect(text).toMatch(/<th scope="row">First<\/th><td>=1<\/td><td>=2<\/td><td>=4<\/td>/)
  expect(text.match(/<circle class="plot-mark"/g)).toHaveLength(1)
  expect(text.match(/<circle class="plot-mark plot-hollow"/g)).toHaveLength(1)
})

test('no text gets into the markup', () => {
  const text = `</text></svg><script>"'\`&<img src=x onerror=y>`
  const row = { label: text, low: 1, central: 2, high: 3 }
  const hostile = { ...chart, title: text, unit: text, description: text, rowHeading: text, rows: [row] }
  const markup = renderRangeChart({ ...hostile, format: () => text }).text
  expect(markup).not.toMatch(/<script|<img/)
  expect(markup.match(/<\/svg>/g)).toHaveLength(1)
  expect(markup.replace(/"[^"]*"/g, '')).not.toMatch(/<[^>]* onerror=/)
})
