// What a file may be called, how long it and its functions may grow, how it begins, and that somebody needs it.

import type { Exceptions, Finding, Rule } from './tidy-rule.ts'
import { isCode, isForTests, isProduct, isTest, type Node, type SourceFile, type Tree } from './tidy-tree.ts'

const fileLinesMax = 300
const testLinesMax = 450
const functionLinesMax = 70

/** Longer than the limit because each is one thing that is looked up, not read. */
const longFiles: Exceptions = {
  'packages/contract/src/resources.ts': 'the table of every object of the API',
  'packages/node/src/types.ts': 'the same table as types',
}

const filesAreShort: Rule = {
  law: `Files have at most ${fileLinesMax} lines, tests ${testLinesMax}`,
  because:
    'a file that fits in the head is one thing; a long one is usually two that have not been named yet',
  remedy:
    'find the second thing, give it its name and move it out; a table that is looked up is listed in tools/tidy-files.ts',
  exceptions: longFiles,
  find: (tree) =>
    tree
      .filter(({ path }) => isCode(path) && longFiles[path] === undefined)
      .filter(({ path, lineCount }) => lineCount > (isTest(path) ? testLinesMax : fileLinesMax))
      .map(({ path, lineCount }) => ({ path, what: `${lineCount} lines` })),
  broken: {
    'packages/service/src/quotes/quotes.ts': '// \n'.repeat(fileLinesMax + 1),
    'packages/service/src/quotes/quotes.test.ts': '// \n'.repeat(testLinesMax + 1),
  },
  kept: {
    'packages/service/src/quotes/quotes.ts': '// \n'.repeat(fileLinesMax),
    'packages/service/migrations/000001_core.sql': '-- \n'.repeat(fileLinesMax + 1),
    'packages/contract/src/resources.ts': '// \n'.repeat(fileLinesMax + 1),
  },
}

const functionsAreShort: Rule = {
  law: `Functions have at most ${functionLinesMax} lines`,
  because: 'a function that fits a screen can be checked by looking at it',
  remedy: 'let it call functions that say what its parts do, written below it',
  find: (tree) =>
    tree
      .filter(({ path }) => isCode(path) && !isForTests(path))
      .flatMap((file) => file.nodes.filter(isFunction).flatMap((node) => tooLong(node, file))),
  broken: { 'packages/service/src/quotes/quotes.ts': `function long() {${'\n'.repeat(functionLinesMax)}}` },
  kept: {
    'packages/service/src/quotes/quotes.ts': `function short() {${'\n'.repeat(functionLinesMax - 1)}}`,
    'packages/service/src/quotes/quotes.test.ts': `describe(() => {${'\n'.repeat(functionLinesMax)}})`,
  },
}

function isFunction({ type }: Node): boolean {
  return type === 'FunctionDeclaration' || type === 'FunctionExpression' || type === 'ArrowFunctionExpression'
}

function tooLong(node: Node, file: SourceFile): Finding[] {
  const line = file.lineAt(node.start)
  const lines = file.lineAt(node.end) - line + 1
  return lines > functionLinesMax ? [{ path: file.path, line, what: `a function of ${lines} lines` }] : []
}

const filesSayWhatTheyAreFor: Rule = {
  law: 'Every source file begins with a comment that says what it is for',
  because: 'a reader decides by the first line whether to read on',
  remedy: 'begin with a sentence on what the file is for, what it is not for, and the law that it keeps',
  find: (tree) =>
    tree
      .filter(({ path }) => (isCode(path) && !isTest(path)) || /\.(sql|css)$/.test(path))
      .filter(({ text }) => !beginsWithSentence(text))
      .map(({ path, text }) => ({ path, what: `begins with ${JSON.stringify(text.slice(0, 40))}` })),
  broken: {
    'packages/service/src/quotes/quote.ts': "import './offer.ts'\n// Prices a footprint.",
    'packages/service/src/quotes/offer.ts': '// biome-ignore lint: because it has to be so\n',
    'packages/service/migrations/000001_core.sql': 'create table one ();',
  },
  kept: {
    'packages/service/src/quotes/quote.ts': '/**\n * Prices a footprint. Pure.\n */',
    'packages/service/bin/ekko.js': '#!/usr/bin/env node\n// The door to the command line.',
    'packages/service/migrations/000001_core.sql': '-- Organisations and their keys.',
  },
}

function beginsWithSentence(text: string): boolean {
  const first = /^(?:#!.*\n)?(?:\/\/|--|\/\*\*?)\s*(?:\*\s*)?(.*)/.exec(text)?.[1] ?? ''
  return first.length >= 12 && !/^(biome-|@ts-|eslint)/.test(first)
}

const vagueNames = /^(utils?|helpers?|common|types|constants|misc|shared)$/
const vagueButMeant: Exceptions = {
  'packages/node/src/types.ts':
    'the API’s objects as a merchant’s editor shows them; the door exports it whole',
}

const filesHaveNames: Rule = {
  law: 'No file is called utils, helpers, common, types, constants, misc or shared',
  because: 'such a name gathers whatever has no place, and nobody finds it again',
  remedy: 'name it by what it knows, or move each part to where it is used',
  exceptions: vagueButMeant,
  find: (tree) =>
    tree
      .filter(
        ({ path, name }) => isProduct(path) && vagueNames.test(name) && vagueButMeant[path] === undefined,
      )
      .map(({ path }) => ({ path, what: 'has a name that says nothing' })),
  broken: { 'packages/service/src/quotes/helpers.ts': '' },
  kept: { 'packages/service/src/quotes/sales-tax.ts': '', 'packages/node/src/types.ts': '' },
}

const doors = new Set(['packages/browser/src/index.ts', 'packages/node/src/index.ts'])

const noBarrels: Rule = {
  law: 'No file only passes others on, except the doors of the two SDKs',
  because: 'a barrel hides where a thing lives and loads everything to get one',
  remedy: 'import from the file that declares it',
  find: (tree) =>
    tree
      .filter(({ path }) => isProduct(path) && !doors.has(path))
      .filter((file) => file.name === 'index' || onlyPassesOn(file))
      .map(({ path }) => ({ path, what: 'is a barrel' })),
  broken: {
    'packages/service/src/quotes/index.ts': 'export const one = 1',
    'packages/service/src/quotes/all.ts': "export * from './quote.ts'\nexport { two } from './quotes.ts'",
  },
  kept: {
    'packages/node/src/index.ts': "export { Ekko } from './client.ts'",
    'packages/contract/src/events.ts': "export type { Id } from './resources.ts'\nexport const two = 2",
  },
}

function onlyPassesOn({ nodes }: SourceFile): boolean {
  const body = nodes[0]?.body
  if (!Array.isArray(body) || body.length === 0) return false
  return body.every(({ type, source }) => /^Export(All|Named)Declaration$/.test(type) && source)
}

const noDefaultExports: Rule = {
  law: 'Nothing is exported as default',
  because: 'a thing without a name of its own is called something else in each file',
  remedy: 'export it by its name',
  find: (tree) =>
    tree
      .filter(({ path }) => isProduct(path))
      .flatMap((file) =>
        file.nodes
          .filter(({ type }) => type === 'ExportDefaultDeclaration')
          .map(({ start }) => ({ path: file.path, line: file.lineAt(start), what: 'exports a default' })),
      ),
  broken: { 'packages/service/src/app.ts': 'export default 1' },
  kept: { 'packages/service/src/app.ts': 'export const one = 1', 'vitest.config.ts': 'export default {}' },
}

/** Where running starts, or where others come in. Tools and tests start by themselves. */
const entries = [
  /^packages\/service\/bin\/ekko\.js$/,
  /^packages\/browser\/src\/(index|global)\.ts$/,
  /^packages\/node\/src\/index\.ts$/,
  /^packages\/footprint\/src\/(footprint|recompute|equivalents|node-factor-sets|cli|build-factor-set)\.ts$/,
  /^examples\/demo-shop\/src\/main\.ts$/,
  /^tools\/(?!tidy)[^.]+\.js$/,
  /^packages\/\w+\/bench\//,
  // Read by the compiler only: they fail to compile when two descriptions of one thing drift apart.
  /\.drift\.ts$/,
]

const everyFileIsNeeded: Rule = {
  law: 'Every file is reached from an entry point, and test support from a test',
  because: 'what nothing runs is read, kept and believed all the same',
  remedy:
    'delete it, or import it where it is needed; what only tests use lies in test/ or testing/; an entry point is listed in tools/tidy-files.ts',
  find: (tree) => {
    const alive = reachable(tree, ({ path }) => entries.some((entry) => entry.test(path)))
    const tested = reachable(tree, ({ path }) => isTest(path) || path === 'vitest.config.ts')
    return tree
      .filter(({ path }) =>
        isProduct(path) ? !alive.has(path) : isSupport(path) && !tested.has(path) && !alive.has(path),
      )
      .map(({ path }) => ({ path, what: tested.has(path) ? 'is used by tests only' : 'is used by nothing' }))
  },
  beside: { 'packages/service/src/quotes/quote.test.ts': "import './quote.ts'" },
  broken: {
    'packages/service/src/quotes/quote.ts': 'export const one = 1',
    'packages/service/test/support/service.ts': 'export const two = 2',
  },
  kept: {
    'packages/service/bin/ekko.js': "import('../dist/cli.js')",
    'packages/service/src/quotes/quote.ts': '',
    'packages/service/src/cli.ts': "import './service.ts'\nimport './quotes/quote.ts'",
    'packages/service/src/service.ts': "new Worker(new URL('./embedded-worker.ts', import.meta.url))",
    'packages/service/src/embedded-worker.ts': '',
    'packages/service/test/api.test.ts': "import './support/service.ts'",
    'packages/service/test/support/service.ts': '',
  },
}

function isSupport(path: string): boolean {
  return isCode(path) && isForTests(path) && !isTest(path)
}

function reachable(tree: Tree, isStart: (file: SourceFile) => boolean): ReadonlySet<string> {
  const byPath = new Map(tree.map((file) => [file.path, file]))
  const seen = new Set(tree.filter(isStart).map(({ path }) => path))
  for (const path of seen) {
    for (const { target } of byPath.get(path)?.imports ?? []) seen.add(target)
  }
  return seen
}

const noImportCycles: Rule = {
  law: 'No two files need each other to load',
  because: 'which of the two is whole when the other looks depends on who came first',
  remedy: 'move what both need to a third file, or import only the type',
  find: (tree) => {
    const needs = new Map(tree.map(({ path, imports }) => [path, imports.filter((each) => !each.typeOnly)]))
    const leadsBack = (start: string) => {
      const seen = new Set([start])
      for (const path of seen) {
        for (const { target } of needs.get(path) ?? []) {
          if (target === start) return true
          seen.add(target)
        }
      }
      return false
    }
    return tree
      .filter(({ path }) => isProduct(path) && leadsBack(path))
      .map(({ path }) => ({ path, what: 'is in a circle' }))
  },
  broken: {
    'packages/service/src/quotes/quote.ts': "import { two } from './offer.ts'",
    'packages/service/src/quotes/offer.ts': "import { one } from './quote.ts'",
  },
  kept: {
    'packages/service/src/quotes/quote.ts': "import { two } from './offer.ts'",
    'packages/service/src/quotes/offer.ts': "import type { One } from './quote.ts'",
  },
}

export const fileRules: readonly Rule[] = [
  filesAreShort,
  functionsAreShort,
  filesSayWhatTheyAreFor,
  filesHaveNames,
  noBarrels,
  noDefaultExports,
  everyFileIsNeeded,
  noImportCycles,
]
