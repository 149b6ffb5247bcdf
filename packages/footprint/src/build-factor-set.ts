// The command that builds the published factor sets: node build-factor-set.js --sources DIR --out DIR
// It refuses sources whose SHA-256 is not the one in <out>/sources.json, so that what is published can be traced.

import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { readCsv } from './csv.ts'
import type { BuiltFactorSet } from './factor-set-builder.ts'
import { buildFactorSets } from './factor-set-builder.ts'
import type { SourceFile, Sources } from './source-tables.ts'
import { SOURCE_FILES } from './source-tables.ts'

/** The hex SHA-256 of the bytes or of the text in UTF-8. */
export function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex')
}

/**
 * Reads the source tables, checking each against the manifest.
 *
 * @param expected file name to SHA-256, as in data/sources.json
 * @throws Error naming each file whose hash differs or is not in the manifest
 */
export async function readSources(folder: string, expected: Record<string, string>): Promise<Sources> {
  const files = await Promise.all(SOURCE_FILES.map((file) => readFile(join(folder, file))))
  const hashes = files.map(sha256)
  const strange = SOURCE_FILES.filter((file, i) => expected[file] !== hashes[i])
  if (strange.length > 0) throw new Error(`not the sources of the manifest: ${strange.join(', ')}`)
  const pair = <T>(values: T[]) => Object.fromEntries(SOURCE_FILES.map((file, i) => [file, values[i]]))
  return {
    tables: pair(files.map((bytes, i) => readCsv(bytes.toString('utf8'), SOURCE_FILES[i]!))),
    sha256: pair(hashes),
  } as { tables: Sources['tables']; sha256: Record<SourceFile, string> }
}

/** The text of manifest.json: which file holds which set, and its hash. */
export function manifestText(sets: BuiltFactorSet[]): string {
  const entries = sets.map(({ id, version, fileName, text }) => ({
    id,
    version,
    file: fileName,
    sha256: sha256(text),
  }))
  return `${JSON.stringify({ factorSets: entries }, null, 2)}\n`
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { sources: { type: 'string' }, out: { type: 'string' } } })
  const { sources: from, out } = values
  if (!from || !out) throw new Error('usage: build-factor-set --sources DIR --out DIR')
  const expected: Record<string, string> = JSON.parse(await readFile(join(out, 'sources.json'), 'utf8'))
  const sets = buildFactorSets(await readSources(from, expected))
  for (const set of sets) await writeFile(join(out, set.fileName), set.text)
  const manifest = manifestText(sets)
  await writeFile(join(out, 'manifest.json'), manifest)
  process.stdout.write(manifest)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main()
