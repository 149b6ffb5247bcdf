// The claims guard over every text that a shopper may see and that is not in a catalogue: literals of the pages, of the browser
// SDK, of the demo shop and of the sandbox's payment pages, the sample projects, and what the command line says of the rest.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { samplePartners } from '../packages/service/src/projects/sample-projects.ts'
import { claimsIn, explainClaim } from '../packages/service/src/wording/claim.ts'
import { isProduct, type Node, readRepository } from './tidy-tree.ts'

const shown = [
  'packages/service/src/pages/',
  'packages/service/src/sandbox-psp/',
  'packages/browser/src/',
  'examples/demo-shop/src/',
]

/** What is written between quotes or backticks; a claim is never in an identifier. */
function literalsOf(node: Node): string[] {
  if (node.type === 'Literal' && typeof node.value === 'string') return [node.value]
  if (node.type !== 'TemplateElement') return []
  const { cooked } = node.value as { cooked: string | null }
  return cooked === null ? [] : [cooked.replaceAll(/<[^>]*>/g, ' ')]
}

const files = readRepository().filter(
  // A stylesheet has no words, and offsets of its own.
  ({ path }) =>
    isProduct(path) && !path.endsWith('-style.ts') && shown.some((folder) => path.startsWith(folder)),
)

describe('the claims guard', () => {
  it.each(shown)('finds nothing in %s', (folder) => {
    const inFolder = files.filter(({ path }) => path.startsWith(folder))
    expect(inFolder.length).toBeGreaterThan(5)
    const findings = inFolder.flatMap(({ path, nodes }) =>
      nodes
        .flatMap(literalsOf)
        .flatMap((text) => claimsIn(text).map((each) => `${path}: ${explainClaim(each)}`)),
    )
    expect(findings).toEqual([])
  })

  it('finds nothing in the sample partners and projects', () => {
    const texts = samplePartners.flatMap(({ name, description, projects }) => [
      name,
      description,
      ...projects.flatMap((each) => [each.name, each.shortDescription, each.longDescription]),
    ])
    expect(texts.flatMap(claimsIn)).toEqual([])
  })
})

const bin = fileURLToPath(new URL('../packages/service/bin/ekko.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'ekko-claims-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function check(...args: string[]) {
  const { PATH } = process.env
  const env = { PATH, EKKO_DATA_DIR: join(folder, 'data') }
  return spawnSync(process.execPath, [bin, 'claims', 'check', ...args], { env, encoding: 'utf8' })
}

describe('ekko claims check', () => {
  it('tells a banned wording with its reason and source, and ends with code 1', () => {
    const { status, stdout } = check('--text', 'Klimaneutraler Versand')
    expect(status).toBe(1)
    expect(stdout).toMatch(/“Klimaneutraler” may not be said: .*2024\/825/)
  })

  it('reads files: JSON by its keys, and text by its lines', () => {
    const copy = join(folder, 'copy.json')
    writeFileSync(copy, JSON.stringify({ $note: 'never say green', banner: { text: 'Go green' } }))
    const page = join(folder, 'page.html')
    writeFileSync(page, '<p>Fine.</p>\n\n<p>We <b>offset</b>\nyour purchase.</p>')
    const { status, stdout } = check(copy, page, '--json')
    expect(status).toBe(1)
    const { findings } = JSON.parse(stdout) as { findings: { where: string; kind: string }[] }
    expect(findings.map(({ where, kind }) => [where, kind])).toEqual([
      [`${copy} banner text`, 'generic'],
      [`${page}:3`, 'offset'],
    ])
  })

  it('without arguments holds the catalogues and the database to it', () => {
    const { status, stdout } = check()
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^\d{4,} texts: nothing was found\n$/)])
  })

  it('is refused with code 2 when it cannot be meant so', () => {
    expect(check('file.md', '--text', 'both').status).toBe(2)
  })
})
