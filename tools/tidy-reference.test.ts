// The committed reference agrees with the sources, as far as that can be seen without a build; `generate.js --check`
// sees the rest. And the table of errors agrees with what the service really throws.

import { expect, it } from 'vitest'
import { errors } from '../packages/contract/src/errors.ts'
import { isProduct, type Node, nameOf, readRepository, type SourceFile, textOf } from './tidy-tree.ts'

const tree = readRepository()
const service = tree.filter(({ path }) => isProduct(path) && path.startsWith('packages/service/'))
const thrown = new Set(service.flatMap(codesThrownIn))

it('every code of the table has its section in errors.md, and every section its code', () => {
  const sections = [...textAt('docs/reference/errors.md').matchAll(/^## (\S+)\n\n(\d+)\. (.*)$/gm)]
  const documented = sections.map(([, code, status, meaning]) => ({ code, status: Number(status), meaning }))
  const table = Object.entries(errors).map(([code, { status, meaning }]) => ({ code, status, meaning }))
  expect(documented).toEqual(table)
})

it('every code of the table is thrown somewhere', () => {
  expect(Object.keys(errors).filter((code) => !thrown.has(code))).toEqual([])
})

it('every state table is drawn in states.md', () => {
  const page = textAt('docs/reference/states.md')
  const declaring = service.filter(({ text }) => /^export const \w+: StateTable</m.test(text))
  expect(declaring).not.toEqual([])
  expect(declaring.map(({ path }) => path).filter((path) => !page.includes(path))).toEqual([])
})

function textAt(path: string): string {
  return tree.find((file) => file.path === path)?.text ?? ''
}

/** First arguments of `new Refusal` and `refuseField`, and what the framework's own errors are turned into. */
function codesThrownIn({ path, nodes }: SourceFile): string[] {
  const isTurnedInto = path === 'packages/service/src/http/refusals.ts'
  return nodes.flatMap((node) => {
    const text = isTurnedInto && node.type === 'Property' ? textOf(node.value) : firstArgument(node)
    return text === undefined ? [] : [text]
  })
}

function firstArgument({ callee, arguments: given }: Node): string | undefined {
  const refuses = nameOf(callee).some((name) => name === 'Refusal' || name === 'refuseField')
  return refuses && Array.isArray(given) ? textOf(given[0]) : undefined
}
