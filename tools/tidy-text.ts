// What must not stand in any file of the repository, and the documents that must be there.

import { at, type Exceptions, type Finding, type Rule } from './tidy-rule.ts'
import { isTest, type Node, nameOf, type SourceFile, textOf } from './tidy-tree.ts'

/** The words are put together, so that a search for them does not end here. */
const words = (...halves: readonly (readonly [string, string])[]) => halves.map(([a, b]) => a + b).join('|')
const unfinished = new RegExp(
  `\\b(${words(['TO', 'DO'], ['FIX', 'ME'])})\\b|${words(['not ', 'implemented'], ['coming ', 'soon'])}`,
)
const aUnfinished = words(['TO', 'DO'])

const nothingIsUnfinished: Rule = {
  law: 'Nothing says of itself that it is unfinished',
  because: 'a note in the code is an issue that nobody is told of',
  remedy: 'finish it, or open an issue and take the note out',
  find: (tree) =>
    tree
      .filter(({ path }) => /^(packages|examples|tools)\//.test(path))
      .flatMap((file) => linesWith(unfinished, file)),
  broken: { 'packages/service/src/app.ts': `// ${aUnfinished}: the rest` },
  kept: { 'packages/service/src/app.ts': '// The whole of it.' },
}

const machines = ['work', 'farm', 'root', 'home/[a-z]+', 'Users/[a-zA-Z]+', 'tmp/[a-z]+', 'private/tmp']
const machinePath = new RegExp(`(^|[^A-Za-z0-9._/-])/(${machines.join('|')})/`)
const aMachinePath = ['', 'farm', 'ekko', 'node_modules'].join('/')

const mayLookOutside: Exceptions = {
  'packages/footprint/src/build-factor-set.test.ts':
    'rebuilds the factor sets where the published tables lie beside the repository, and says so where they do not',
}

const noMachinePaths: Rule = {
  law: 'No file names a path of somebody’s machine, or one outside the repository',
  because: 'it is there on no other machine',
  remedy: 'say it relative to the file (import.meta.url), take it as an argument, or make a temporary folder',
  exceptions: mayLookOutside,
  find: (tree) => [
    ...tree.flatMap((file) => linesWith(machinePath, file)),
    ...tree
      .filter(({ path }) => mayLookOutside[path] === undefined)
      .flatMap((file) =>
        file.nodes.filter((node) => leavesRepository(node, file)).map((node) => at(file, node)),
      ),
  ],
  broken: {
    'docs/guides/start.md': `Run ${aMachinePath}/.bin/ekko`,
    'packages/footprint/src/sources.test.ts': "new URL('../../../../shared/data', import.meta.url)",
  },
  kept: {
    'docs/guides/start.md': 'Open http://127.0.0.1:4000/home/page and https://ekko.example.org/work/',
    'packages/footprint/src/footprint.test.ts': "new URL('../data/', import.meta.url)",
  },
}

function leavesRepository(node: Node, { path }: SourceFile): boolean {
  const depth = path.split('/').length - 1
  const text = textOf(node)
  return text !== undefined && (/^(\.\.\/)+/.exec(text)?.[0].length ?? 0) > depth * '../'.length
}

/** Tests that may find that they cannot run here: each says what it takes, and when it runs. */
const mayStandAside: Exceptions = {
  'packages/footprint/src/build-factor-set.test.ts':
    'needs the published tables, which are not in the repository',
  'packages/service/test/database-lock.test.ts': 'needs the right to make a process namespace',
}
const tests = new Set(['test', 'it', 'describe', 'suite', 'bench'])
const asides = new Set(['skip', 'only', 'todo', 'fails', 'skipIf', 'runIf'])
const asideFunctions = new Set(['xit', 'fit', 'xdescribe', 'fdescribe', 'xtest'])

const everyTestRuns: Rule = {
  law: 'No test is skipped, focused or put off',
  because: 'a suite that is green because it did not look is worse than none',
  remedy:
    'mend the test or delete it; one that depends on what a machine offers is listed in tools/tidy-text.ts with what it takes',
  exceptions: mayStandAside,
  find: (tree) =>
    tree
      .filter(({ path }) => isTest(path) && mayStandAside[path] === undefined)
      .flatMap((file) => file.nodes.filter(standsAside).map((node) => at(file, node))),
  broken: {
    'packages/service/test/a.test.ts': "it.skip('adds', () => {})",
    'packages/service/test/b.test.ts': "describe.each([1]).only('adds', () => {})",
    'packages/service/test/c.test.ts': "xit('adds', () => {})",
  },
  kept: { 'packages/service/test/a.test.ts': "it.each([1])('adds %i', () => {})\nqueue.skip(1)" },
}

function standsAside(node: Node): boolean {
  if (node.type === 'CallExpression') return nameOf(node.callee).some((name) => asideFunctions.has(name))
  if (node.type !== 'MemberExpression' || !nameOf(node.property).some((name) => asides.has(name)))
    return false
  return firstName(node.object).some((name) => tests.has(name))
}

/** `it` of `it.each(…).only`. */
function firstName(value: unknown): string[] {
  const { object, callee } = (value ?? {}) as { object?: unknown; callee?: unknown }
  return object || callee ? firstName(object ?? callee) : nameOf(value)
}

const lockFileNamesNoPlaces: Rule = {
  law: 'The lock file names no package addresses',
  because: 'an install goes to the registry of whoever installs, which may be a mirror',
  remedy:
    'run `npm config set omit-lockfile-registry-resolved true`, make the lock file again, and try `npm ci` without node_modules',
  find: (tree) =>
    tree
      .filter(({ path }) => path === 'package-lock.json')
      .flatMap((file) => linesWith(/"resolved": "https?:/, file)),
  broken: { 'package-lock.json': '"resolved": "https://registry.example.org/a.tgz"' },
  kept: { 'package-lock.json': '"resolved": "packages/node", "integrity": "sha512-…"' },
}

const readmeLinesMax = 80
const neededDocuments = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'LICENSE',
]

const documentsAreThere: Rule = {
  law: `The root has its documents, and the README at most ${readmeLinesMax} lines`,
  because: 'a newcomer looks for them by name, and reads one page before deciding',
  remedy: 'write what is missing; what the README has too much of goes to docs/',
  find: (tree) => [
    ...neededDocuments
      .filter((path) => !tree.some((file) => file.path === path))
      .map((path) => ({ path, what: 'is missing' })),
    ...tree
      .filter(({ path, lineCount }) => path === 'README.md' && lineCount > readmeLinesMax)
      .map(({ path, lineCount }) => ({ path, what: `${lineCount} lines` })),
  ],
  broken: { 'README.md': 'One line.\n'.repeat(readmeLinesMax + 1) },
  kept: Object.fromEntries(neededDocuments.map((path) => [path, 'One line.\n'])),
}

function linesWith(pattern: RegExp, file: SourceFile): Finding[] {
  return file.text
    .split('\n')
    .flatMap((text, index) =>
      pattern.test(text) ? [{ path: file.path, line: index + 1, what: text.trim().slice(0, 120) }] : [],
    )
}

export const textRules: readonly Rule[] = [
  nothingIsUnfinished,
  noMachinePaths,
  everyTestRuns,
  lockFileNamesNoPlaces,
  documentsAreThere,
]
