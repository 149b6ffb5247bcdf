// What a browser may load imports nothing of Node and nothing from other packages, however deep the imports go.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

function importsOf(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  if (!file.startsWith('./')) return seen
  const source = readFileSync(new URL(file, import.meta.url), 'utf8')
  for (const [, imported] of source.matchAll(/^(?:import|export)\b[^'"]*?from '([^']+)'/gm))
    importsOf(imported!, seen)
  return seen
}

test.each(['footprint', 'factor-set', 'recompute', 'items', 'equivalents', 'measures'])('%s', (name) => {
  const imported = [...importsOf(`./${name}.ts`)]
  expect(imported.filter((file) => !file.startsWith('./'))).toEqual([])
  for (const file of imported)
    expect(readFileSync(new URL(file, import.meta.url), 'utf8')).not.toMatch(
      /\b(process|Buffer|fetch|Date\.now|Math\.random)\b/,
    )
})

test('the check itself sees through to Node', () => {
  expect([...importsOf('./cli.ts')]).toContain('node:fs/promises')
})
