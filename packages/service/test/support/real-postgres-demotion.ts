// PostgreSQL refuses to run as root. As root, this finds another identity for it; otherwise it changes nothing.
// Also gives it binaries that this identity can read and whose libraries are complete.
// Law: nothing outside the server's own temporary folder is changed.

import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Demotion {
  /** Options for the process. */
  spawn: { uid?: number; gid?: number }
  /** Puts what is needed before a command. */
  wrap(command: string[]): string[]
  /** Gives a file to the identity. */
  own(file: string): void
  /** A folder with the same binaries that will run; a copy inside `scratch` where the original would not. */
  readable(binaries: string, scratch: string): Promise<string>
}

/** The identity for a server that lives in `folder`. */
export async function demotion(folder: string): Promise<Demotion> {
  if (process.getuid?.() !== 0) return { spawn: {}, wrap: same, own: () => undefined, readable: completed }
  if (await mayUnshare()) return { spawn: {}, wrap: unshared, own: () => undefined, readable: completed }
  fs.chownSync(folder, nobody, nobody)
  return {
    spawn: { uid: nobody, gid: nobody },
    wrap: same,
    own: (file) => fs.chownSync(file, nobody, nobody),
    // The project may be in a folder that only root may enter.
    readable: async (binaries, scratch) => {
      const copy = copied(binaries, scratch)
      // So that the one who is left at the end may delete it.
      for (const name of fs.readdirSync(scratch, { recursive: true, encoding: 'utf8' })) {
        fs.lchownSync(path.join(scratch, name), nobody, nobody)
      }
      return copy
    },
  }
}

// A user that owns nothing, by convention, on every system.
const nobody = 65534
const same = (command: string[]) => command
// A namespace in which root is called 1000: no user has to exist, and files need no new owner.
const unshared = (command: string[]) => ['unshare', '-U', '--map-user=1000', '--map-group=1000', ...command]

async function mayUnshare(): Promise<boolean> {
  const [command = '', ...rest] = unshared(['true'])
  return run(command, rest).then(
    () => true,
    () => false,
  )
}

// The npm package's libraries need links that its install script makes, and install scripts are often blocked.
async function completed(binaries: string, scratch: string): Promise<string> {
  const missing = linksOf(binaries).some(({ target }) => !fs.existsSync(target))
  return missing ? copied(binaries, scratch) : binaries
}

function copied(binaries: string, scratch: string): string {
  const links = path.join(binaries, '..', linksFile)
  // A distribution's binaries know where their own files are; a copy would not find them.
  if (!fs.existsSync(links)) return binaries
  const copy = path.join(scratch, 'native')
  fs.cpSync(path.join(binaries, '..'), copy, { recursive: true, verbatimSymlinks: true })
  for (const { source, target } of linksOf(path.join(copy, 'bin'))) {
    if (!fs.existsSync(target)) fs.symlinkSync(path.basename(source), target)
  }
  return path.join(copy, 'bin')
}

const linksFile = 'pg-symlinks.json'

function linksOf(binaries: string): { source: string; target: string }[] {
  const file = path.join(binaries, '..', linksFile)
  if (!fs.existsSync(file)) return []
  const links = JSON.parse(fs.readFileSync(file, 'utf8')) as { source: string; target: string }[]
  // Written relative to the package, whose folder "native" is ours.
  const resolved = (each: string) => path.join(binaries, '..', path.relative('native', each))
  return links.map(({ source, target }) => ({ source: resolved(source), target: resolved(target) }))
}
