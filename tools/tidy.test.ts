// The guard of the house: holds every tidy rule against the tree, and first proves that each rule can object.
// The rules are in the files beside this one, each with its reason and what to do. For what the compiler and Biome check
// already, there is no rule here.

import { describe, expect, it } from 'vitest'
import { fileRules } from './tidy-files.ts'
import { layerRules } from './tidy-layers.ts'
import { purityRules } from './tidy-purity.ts'
import { explain, type Rule } from './tidy-rule.ts'
import { textRules } from './tidy-text.ts'
import { readRepository, treeOf } from './tidy-tree.ts'

const rules: readonly Rule[] = [...layerRules, ...purityRules, ...fileRules, ...textRules]
const byLaw = rules.map((rule) => [rule.law, rule] as const)

describe('a tidy rule', () => {
  it.each(byLaw)('objects to each file of its broken example: %s', (_law, { find, broken, beside }) => {
    const paths = find(treeOf({ ...beside, ...broken })).map(({ path }) => path)
    expect(paths).not.toEqual([])
    expect(Object.keys(broken).filter((path) => !paths.includes(path))).toEqual([])
  })

  it.each(byLaw)('leaves its kept example alone: %s', (_law, { find, kept, beside }) => {
    expect(find(treeOf({ ...beside, ...kept }))).toEqual([])
  })
})

describe('the tree', () => {
  const tree = readRepository()

  it('is read as a whole', () => {
    const paths = new Set(tree.map(({ path }) => path))
    const known = ['package.json', '.ci/run', 'packages/service/src/kernel/clock.ts', 'tools/tidy.test.ts']
    expect(known.filter((path) => !paths.has(path))).toEqual([])
  })

  it('has every file that is an exception to a rule', () => {
    const paths = new Set(tree.map(({ path }) => path))
    const exceptions = rules.flatMap((rule) => Object.keys(rule.exceptions ?? {}))
    expect(exceptions.filter((path) => !paths.has(path))).toEqual([])
  })

  it.each(byLaw)('keeps the law: %s', (_law, rule) => {
    const findings = rule.find(tree)
    if (findings.length > 0) expect.fail(explain(rule, findings))
  })
})
