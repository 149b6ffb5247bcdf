// What a tidy rule is. Each carries two small examples: one that it must object to and one that it must leave alone, so
// that no rule can pass by looking at nothing.

import type { Node, SourceFile, Tree } from './tidy-tree.ts'

export interface Finding {
  readonly path: string
  readonly line?: number | undefined
  /** What stands there that should not. */
  readonly what: string
}

/** Files that a rule does not hold for, by path: each with its reason. */
export type Exceptions = Readonly<Record<string, string>>

export interface Rule {
  /** A sentence that is true of a tidy tree. */
  readonly law: string
  readonly because: string
  /** What to do about a finding. */
  readonly remedy: string
  readonly find: (tree: Tree) => readonly Finding[]
  readonly exceptions?: Exceptions
  /** What both examples import. */
  readonly beside?: Readonly<Record<string, string>>
  readonly broken: Readonly<Record<string, string>>
  readonly kept: Readonly<Record<string, string>>
}

export function explain(rule: Rule, findings: readonly Finding[]): string {
  const places = findings.map(
    ({ path, line, what }) => `  ${path}${line === undefined ? '' : `:${line}`}  ${what}`,
  )
  return [`${rule.law}.`, ...places.sort(), `Why: ${rule.because}.`, `Do: ${rule.remedy}.`].join('\n')
}

/** A finding that shows the very text that is meant. */
export function at(file: SourceFile, node: Node): Finding {
  return { path: file.path, line: file.lineAt(node.start), what: file.text.slice(node.start, node.end) }
}
