// Loads the factor sets that this package publishes, for Node. Browsers fetch the JSON and call openFactorSet.
// A file whose bytes do not have the hash of the manifest is refused: an estimate must name what it came from.

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { FactorSet } from './factor-set.ts'
import { openFactorSet } from './factor-set.ts'
import { FactorSetError } from './factor-set-file.ts'

/** One published set. */
export interface PublishedFactorSet {
  id: string
  version: string
  file: string
  sha256: string
}

export const DEFAULT_FACTOR_SET = { id: 'ekko-factors', version: '1.0.0' }

// The folder beside src and dist alike.
const DATA = new URL('../data/', import.meta.url)

const loaded = new Map<string, Promise<FactorSet>>()

/** Every published set, in the order of publication. */
export async function publishedFactorSets(): Promise<PublishedFactorSet[]> {
  return JSON.parse(await readFile(new URL('manifest.json', DATA), 'utf8')).factorSets
}

/** Loads a published set; a second call gets the same prepared set. Throws FactorSetError when there is none. */
export function loadFactorSet(
  id: string = DEFAULT_FACTOR_SET.id,
  version: string = DEFAULT_FACTOR_SET.version,
): Promise<FactorSet> {
  const key = `${id}@${version}`
  const known = loaded.get(key)
  if (known) return known
  const loading = readFactorSet(id, version)
  loaded.set(key, loading)
  loading.catch(() => loaded.delete(key))
  return loading
}

async function readFactorSet(id: string, version: string): Promise<FactorSet> {
  const sets = await publishedFactorSets()
  const entry = sets.find((set) => set.id === id && set.version === version)
  if (!entry) {
    const offered = sets.map((set) => `${set.id}@${set.version}`).join(', ')
    throw new FactorSetError(`no factor set ${id}@${version}; there are ${offered}`)
  }
  const bytes = await readFile(new URL(entry.file, DATA))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (sha256 !== entry.sha256)
    throw new FactorSetError(`${entry.file} is not the published file: its hash differs`)
  return openFactorSet(JSON.parse(bytes.toString('utf8')), sha256)
}
