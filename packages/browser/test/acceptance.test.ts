// The table of the forty cases: complete, and every test that it names is there.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const page = new URL('../../../docs/explanation/sdk-acceptance.md', import.meta.url)
const rows = [...readFileSync(page, 'utf8').matchAll(/^\| (\d+) \| (.+?) \| (.+) \|$/gm)].map(
  ([, number, , tests]) => ({
    number: Number(number),
    tests: [...tests!.matchAll(/\]\(([^)]+)\): `(.+?)`(?=<br>|$)/g)].map(([, file, title]) => ({
      file: file!,
      title: title!,
    })),
  }),
)

test('there are forty cases, and each is shown by something', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1))
  for (const { number, tests } of rows) expect(tests.length, `case ${number}`).toBeGreaterThan(0)
})

test('every test that the table names is there, by that name', () => {
  const missing = rows.flatMap(({ number, tests }) =>
    tests
      .filter(({ file, title }) => !titlesIn(file).includes(title))
      .map(({ file, title }) => `${number}: ${file} has no “${title}”`),
  )
  expect(missing).toEqual([])
})

/** What stands before the body of every test, as it is written. */
function titlesIn(file: string): string[] {
  const source = readFileSync(new URL(file, page), 'utf8')
  const openings = source.matchAll(/\(\s*(['`])((?:(?!\1).)+)\1,\s*(?:async )?\(/g)
  return Array.from(openings, ([, , title]) => title!)
}
