/**
 * `ekko claims check`: holds texts against the claims guard. Without arguments those that shoppers are shown: the catalogues
 * of every language, and what the database has of partners, projects and brands.
 * Not for the rules, which are in wording/.
 */
import { readdir, readFile, stat } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { migrate } from '../kernel/migrate.ts'
import { loadStoredTexts, type StoredText } from '../projects/project-texts.ts'
import { claims, claimsIn, explainClaim, type Finding } from '../wording/claim.ts'
import { say, withDatabase } from './context.ts'
import { notUnderstood } from './manual.ts'

/** The folder is as far from `src` as it is from `dist`. */
const catalogues = new URL('../../locales/', import.meta.url)
const fileBytesMax = 16 * 1024 * 1024

export async function runClaims(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { text: { type: 'string' }, json: { type: 'boolean', default: false } },
  })
  const [action, ...files] = positionals
  if (action !== 'check' || (values.text !== undefined && files.length > 0)) throw notUnderstood('claims')
  const texts = await textsFor(values.text, files)
  const findings = texts.flatMap(({ where, text }) =>
    claimsIn(text).map((finding) => ({ where, ...finding })),
  )
  const lines = findings.map((finding) => `${finding.where}: ${explainClaim(finding)}`)
  const verdict = `${texts.length} texts: ${findings.length === 0 ? 'nothing was found' : `${findings.length} findings`}`
  say(
    values.json,
    { texts: texts.length, findings: findings.map(withReason) },
    [...lines, verdict].join('\n'),
  )
  return findings.length === 0 ? 0 : 1
}

function withReason(finding: Finding & { readonly where: string }) {
  return { ...finding, ...claims[finding.kind] }
}

async function textsFor(text: string | undefined, files: readonly string[]): Promise<StoredText[]> {
  if (text !== undefined) return [{ where: 'text', text }]
  if (files.length > 0) return (await Promise.all(files.map(textsIn))).flat()
  const names = (await readdir(catalogues)).filter((name) => name.endsWith('.json'))
  const told = await Promise.all(names.map((name) => textsIn(new URL(name, catalogues), `locales/${name}`)))
  let stored: StoredText[] = []
  await withDatabase(async (database) => {
    await migrate(database)
    stored = await loadStoredTexts(database)
    return 0
  })
  return [...told.flat(), ...stored]
}

async function textsIn(file: string | URL, shown: string | number = String(file)): Promise<StoredText[]> {
  const name = typeof shown === 'string' ? shown : String(file)
  const { size } = await stat(file)
  if (size > fileBytesMax) throw new Error(`${name} is larger than ${fileBytesMax} bytes`)
  const text = await readFile(file, 'utf8')
  if (name.endsWith('.json')) return stringsIn(JSON.parse(text), name)
  const plain = /\.html?$/.test(name) ? text.replaceAll(/<[^>]*>/g, ' ') : text
  return paragraphsOf(plain, name)
}

/** What begins with $ is a note to translators, who have to be told which words to avoid. */
function stringsIn(value: unknown, where: string): StoredText[] {
  // The name of a place is not among the words that are said.
  if (typeof value === 'string') return [{ where, text: value.replaceAll(/\{\w+\}/g, '{}') }]
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, each]) =>
    key.startsWith('$') ? [] : stringsIn(each, `${where} ${key}`),
  )
}

/** A claim may go over lines, and never over an empty one. */
function paragraphsOf(text: string, name: string): StoredText[] {
  let line = 1
  return text.split(/\n\s*\n/).map((paragraph) => {
    const found = { where: `${name}:${line}`, text: paragraph }
    line += paragraph.split('\n').length + 1
    return found
  })
}
