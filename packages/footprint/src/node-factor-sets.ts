// Loads factor sets for Node: those that this package publishes, all versions, and an operator's own from a file.
// Browsers fetch the JSON and call openFactorSet.
// A file whose bytes do not have the hash of the manifest is refused: an estimate must name what it came from.

import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import type { FactorSet } from './factor-set.ts'
import { openFactorSet } from './factor-set.ts'
import { FactorSetError } from './factor-set-file.ts'
import { openOwnFactorSet } from './own-factor-set.ts'

/** One published set. */
export interface PublishedFactorSet {
  id: string
  version: string
  file: string
  sha256: string
}

/** The published sets are 0.2 MB; a set a hundred times that would not be read into memory by mistake. */
export const OWN_FACTOR_SET_MAX_BYTES = 32 * 1024 * 1024

export const DEFAULT_FACTOR_SET = { id: 'ekko-factors', version: '1.0.0' }

// The folder beside src and dist alike.
const DATA = new URL('../data/', import.meta.url)

const loaded = new Map<string, Promise<FactorSet>>()

/** Every published set and version, in the order of publication; none is ever taken back. */
export async function publishedFactorSets(folder = DATA): Promise<PublishedFactorSet[]> {
  return JSON.parse(await readFile(new URL('manifest.json', folder), 'utf8')).factorSets
}

/**
 * What a name stands for: `id@version` of a published set, or else the path of a factor set file of one's own.
 *
 * @throws FactorSetError when there is none, when it is not what it has to be, or when its licence forbids the use
 */
export function factorSetNamed(name: string): Promise<FactorSet> {
  const [, id, version] = PUBLISHED_NAME.exec(name) ?? []
  return id === undefined || name.endsWith('.json') ? loadOwnFactorSet(name) : loadFactorSet(id, version)
}

const PUBLISHED_NAME = /^([\w.-]+)@([\w.+-]+)$/

/**
 * Loads a published set; a second call gets the same prepared set. Throws FactorSetError when there is none.
 *
 * @param folder where the sets and their manifest are, if not in this package
 */
export function loadFactorSet(
  id: string = DEFAULT_FACTOR_SET.id,
  version: string = DEFAULT_FACTOR_SET.version,
  folder: URL = DATA,
): Promise<FactorSet> {
  const key = `${id}@${version} ${folder.href}`
  const known = loaded.get(key)
  if (known) return known
  const loading = readFactorSet(id, version, folder)
  loaded.set(key, loading)
  loading.catch(() => loaded.delete(key))
  return loading
}

async function readFactorSet(id: string, version: string, folder: URL): Promise<FactorSet> {
  const sets = await publishedFactorSets(folder)
  const entry = sets.find((set) => set.id === id && set.version === version)
  if (!entry) {
    const offered = sets.map((set) => `${set.id}@${set.version}`).join(', ')
    throw new FactorSetError(`no factor set ${id}@${version}; there are ${offered}`)
  }
  const bytes = await readFile(new URL(entry.file, folder))
  const sha256 = sha256Of(bytes)
  if (sha256 !== entry.sha256)
    throw new FactorSetError(`${entry.file} is not the published file: its hash differs`)
  return openFactorSet(JSON.parse(bytes.toString('utf8')), sha256)
}

async function loadOwnFactorSet(file: string): Promise<FactorSet> {
  const published = await publishedFactorSets()
  const bytes = await readOwnFile(file, published)
  const sha256 = sha256Of(bytes)
  const copied = published.find((set) => set.sha256 === sha256)
  if (copied) return loadFactorSet(copied.id, copied.version)
  const set = openOwnFactorSet(parse(bytes, file), sha256)
  const { id, version } = set.identity
  // An estimate names its set by id and version first: two different sets must not answer to one name.
  if (published.some((each) => each.id === id && each.version === version))
    throw new FactorSetError(`${file} calls itself ${id}@${version}, which is published with other content`)
  return set
}

async function readOwnFile(file: string, published: readonly PublishedFactorSet[]): Promise<Buffer> {
  try {
    const { size } = await stat(file)
    if (size > OWN_FACTOR_SET_MAX_BYTES)
      throw new FactorSetError(`${file} is larger than ${OWN_FACTOR_SET_MAX_BYTES} bytes`)
    return await readFile(file)
  } catch (error) {
    if (error instanceof FactorSetError) throw error
    const offered = published.map(({ id, version }) => `${id}@${version}`).join(', ')
    throw new FactorSetError(
      `${file} is neither a published factor set (${offered}) nor a file that can be read: ${(error as Error).message}`,
    )
  }
}

function parse(bytes: Buffer, file: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw new FactorSetError(`${file} is not JSON: ${(error as Error).message}`)
  }
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
