// The repository as the tidy rules see it: files with their text, syntax and imports. No rule lives here.
// Built from the disk for the real check, and from a few lines of text for the tests of the rules themselves.

import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAst } from 'rolldown/parseAst'

export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [member: string]: unknown
}

export interface Import {
  /** A path of the repository, or what was written for anything outside it, such as `node:fs`. */
  readonly target: string
  /** The names as the other file has them; empty for a whole module. */
  readonly names: readonly string[]
  /** Leaves no trace in the built JavaScript. */
  readonly typeOnly: boolean
  readonly line: number
}

export class SourceFile {
  readonly path: string
  readonly text: string
  readonly lineCount: number
  #nodes: readonly Node[] | undefined
  #imports: readonly Import[] | undefined

  constructor(path: string, text: string) {
    this.path = path
    this.text = text
    this.lineCount = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  }

  get name(): string {
    return posix.basename(this.path).replace(/(\.test)?\.\w+$/, '')
  }

  /** Everything in the file, outer before inner; nothing when it is neither TypeScript nor JavaScript. */
  get nodes(): readonly Node[] {
    this.#nodes ??= isCode(this.path) ? nodesOf(parseAst(this.text, { lang: 'ts' }, this.path)) : []
    return this.#nodes
  }

  get imports(): readonly Import[] {
    this.#imports ??= this.nodes.flatMap((node) => importIn(node, this))
    return this.#imports
  }

  lineAt(offset: number): number {
    return this.text.slice(0, offset).split('\n').length
  }
}

export type Tree = readonly SourceFile[]

export function treeOf(texts: Readonly<Record<string, string>>): Tree {
  return Object.entries(texts).map(([path, text]) => new SourceFile(path, text))
}

const root = fileURLToPath(new URL('../', import.meta.url))
const notOurs = new Set(['.git', 'node_modules', 'dist', '.data', 'coverage'])
const textEndings =
  /(\.(ts|js|mjs|cjs|json|md|sql|css|html|svg|csv|yml|yaml|sh)|^\.ci\/run|LICENSE|\.gitignore)$/

export function readRepository(folder = ''): Tree {
  return readdirSync(root + folder, { withFileTypes: true })
    .filter((entry) => !notOurs.has(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = folder + entry.name
      if (entry.isDirectory()) return readRepository(`${path}/`)
      return textEndings.test(path) ? [new SourceFile(path, readFileSync(root + path, 'utf8'))] : []
    })
}

/** Source of a package or an example: neither a test nor what supports tests. */
export function isProduct(path: string): boolean {
  return /^(packages|examples)\/[^/]+\/src\//.test(path) && isCode(path) && !isForTests(path)
}

export function isTest(path: string): boolean {
  return path.endsWith('.test.ts')
}

/** Tests and what only tests use. */
export function isForTests(path: string): boolean {
  return isTest(path) || /\/(test|testing)\//.test(path)
}

export function isCode(path: string): boolean {
  return /\.[cm]?[jt]s$/.test(path)
}

function nodesOf(program: unknown): Node[] {
  const found: Node[] = []
  const look = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return
    if (isNode(value)) found.push(value)
    for (const inner of Object.values(value)) look(inner)
  }
  look(program)
  return found
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

function importIn(node: Node, file: SourceFile): Import[] {
  const written = addressIn(node)
  if (written === undefined) return []
  const named = Array.isArray(node.specifiers) ? node.specifiers.filter(isNode) : []
  const kind = node.importKind ?? node.exportKind
  return [
    {
      target: targetOf(written, file.path),
      names: named.flatMap((each) => nameOf(each.imported ?? each.local)),
      typeOnly:
        kind === 'type' ||
        node.type === 'TSImportType' ||
        (named.length > 0 && named.every((each) => each.importKind === 'type' || each.exportKind === 'type')),
      line: file.lineAt(node.start),
    },
  ]
}

/** What stands between the quotes of anything that names another file. */
function addressIn(node: Node): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return textOf(node.source)
    case 'NewExpression':
      return workerAddress(node)
    default:
      return undefined
  }
}

/** `new URL('./file.js', import.meta.url)`: how a thread or a process is given its file. */
function workerAddress({ callee, arguments: given }: Node): string | undefined {
  const [address, base] = Array.isArray(given) ? given : []
  if (!nameOf(callee).includes('URL') || !isNode(base) || base.type !== 'MemberExpression') return undefined
  const written = textOf(address)
  return written !== undefined && isCode(written) ? written : undefined
}

export function textOf(value: unknown): string | undefined {
  return isNode(value) && value.type === 'Literal' && typeof value.value === 'string'
    ? value.value
    : undefined
}

/** The name of an identifier, as a list of one; empty for anything else. */
export function nameOf(value: unknown): string[] {
  return isNode(value) && value.type === 'Identifier' && typeof value.name === 'string' ? [value.name] : []
}

const ownPackages: Readonly<Record<string, string>> = {
  '@ekko/browser': 'packages/browser/src/index.ts',
  '@ekko/node': 'packages/node/src/index.ts',
  '@ekko/demo-shop': 'examples/demo-shop/src/shop.ts',
}

function targetOf(written: string, from: string): string {
  if (written.startsWith('.')) return fromBuilt(posix.join(posix.dirname(from), written))
  if (ownPackages[written] !== undefined) return ownPackages[written]
  return written.replace(/^@ekko\/(\w+)\/((?!data\/).*)$/, 'packages/$1/src/$2.ts')
}

/** What is loaded in its built form counts as its source. */
function fromBuilt(path: string): string {
  return path.replace(/^((?:packages|examples)\/[^/]+)\/dist\/(.*)\.js$/, '$1/src/$2.ts')
}
