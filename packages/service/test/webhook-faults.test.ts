// Holds docs/explanation/webhooks-faults.md against the tests, both ways: what the page calls shown is a test of that name, and
// every test of a fault is on the page.

import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const service = new URL('../', import.meta.url)
const page = readFileSync(new URL('../../docs/explanation/webhooks-faults.md', service), 'utf8')
const faultTests = ['process', 'database', 'receiver', 'state'].map(
  (one) => `test/webhook-${one}-faults.test.ts`,
)

interface Shown {
  readonly file: string
  readonly title: string
}

const rows = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| Fault'))
const shownBy = (row: string): Shown[] =>
  [...row.matchAll(/`((?:src|test)\/[^`]+)` “([^”]+)”/g)].map(([, file, title]) => ({
    file: file!,
    title: title!,
  }))

test('every fault names the tests that show it, and they are there', () => {
  expect(rows.length).toBeGreaterThan(40)
  expect(rows.filter((row) => shownBy(row).length === 0)).toEqual([])
  const missing = rows.flatMap(shownBy).filter(({ file, title }) => {
    const url = new URL(file, service)
    return !existsSync(url) || !readFileSync(url, 'utf8').includes(title)
  })
  expect(missing).toEqual([])
})

test('every test of a fault is named on the page', () => {
  const named = new Set(rows.flatMap(shownBy).map(({ title }) => title))
  const titles = faultTests.flatMap((file) => titlesOf(readFileSync(new URL(file, service), 'utf8')))
  expect(titles.length).toBeGreaterThan(35)
  expect(titles.filter((title) => !named.has(title))).toEqual([])
})

/** Of a table of tests the first column, which is the title's beginning. */
function titlesOf(source: string): string[] {
  const plain = [...source.matchAll(/\btest\(\s*'([^']+)'/g)].map(([, title]) => title!)
  const tables = [...source.matchAll(/test\.each\(\[(.*?)\]\s*(?:as const)?\s*\)/gs)]
  const firsts = tables.flatMap(([, table]) =>
    [...table!.matchAll(/^\s*\['([^']+)'/gm)].map(([, first]) => first!),
  )
  return [...plain, ...firsts]
}
