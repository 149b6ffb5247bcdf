// An exclusive lock on a folder, for an engine that does not guard its own files.
// Not for locks between threads or rows, and not for folders that several machines write through a lagging network share.
// Law: of all processes that believe in a lock file, one at most is right, and a wrong one finds out before it writes.

import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describeHolder, type LockHolder, standingOf, thisProcess } from './directory-lock-holder.ts'

/** How often the holder shows that it lives. */
const beatIntervalMs = 1_000
/** A holder that cannot be looked up as a process counts as dead after this long without a beat. */
const staleAfterMs = 8_000
const observeIntervalMs = 250
/** Losing a race means somebody else made progress; this many losses in a row mean that something is wrong. */
const roundsMax = 50

export interface DirectoryLock {
  /** The lock file, and the inode that is ours: whoever finds another one there has lost the lock. */
  readonly file: string
  readonly inode: bigint
  release(): void
}

export interface DirectoryLockOptions {
  onWarning: (message: string) => void
  /** Called once when another process has taken the lock over, which it does when this one seemed dead. */
  onLost: () => void
}

/** The folder is in use. The message names the folder and the process that has it. */
export class DirectoryLocked extends Error {
  override readonly name = 'DirectoryLocked'
}

/** Takes the lock of `directory` or refuses. Waits only for a holder of which nothing but its beat can be seen. */
export async function lockDirectory(
  directory: string,
  options: DirectoryLockOptions,
): Promise<DirectoryLock> {
  const file = path.join(directory, 'ekko.lock')
  const held = await acquire(file, directory, options)
  const beat = setInterval(() => {
    if (stillHeld(file, held.inode)) return beatOnce(held)
    clearInterval(beat)
    options.onLost()
  }, beatIntervalMs)
  beat.unref()
  let released = false
  const release = () => {
    if (released) return
    released = true
    clearInterval(beat)
    letGo(file, held)
  }
  return { file, inode: held.inode, release }
}

/** Whether the lock file is still the one with this inode. Cheap enough to ask before every flush. */
export function stillHeld(file: string, inode: bigint): boolean {
  try {
    return fs.statSync(file, { bigint: true }).ino === inode
  } catch {
    return false
  }
}

interface Held {
  descriptor: number
  inode: bigint
}

// The file appears whole and only if there is none, by a hard link. A stale one is replaced under a lock of its own,
// named after the stale holder: of two takers one gets that, and the other then finds a holder that is not stale.
async function acquire(file: string, directory: string, options: DirectoryLockOptions): Promise<Held> {
  for (let round = 0; round < roundsMax; round += 1) {
    const created = create(file)
    if (created !== undefined) return created
    const holder = read(file)
    if (holder === undefined) continue
    const standing = await judge(file, holder, directory, options.onWarning)
    if (standing === 'moved') continue
    if (standing === 'alive') throw new DirectoryLocked(`${directory} is in use by ${describeHolder(holder)}`)
    const replaced = await replace(file, holder, directory, options)
    if (replaced !== undefined) return replaced
  }
  throw new DirectoryLocked(`${directory} cannot be locked: other processes keep taking ${file}`)
}

async function replace(
  file: string,
  stale: LockHolder,
  directory: string,
  options: DirectoryLockOptions,
): Promise<Held | undefined> {
  const right = await acquire(`${file}.${stale.token.slice(0, 8)}`, directory, options)
  try {
    if (read(file)?.token !== stale.token) return undefined
    const candidate = writeCandidate(file)
    fs.renameSync(candidate.path, file)
    options.onWarning(`took ${directory} over from ${describeHolder(stale)}, which no longer runs`)
    return candidate.held
  } finally {
    letGo(`${file}.${stale.token.slice(0, 8)}`, right)
  }
}

async function judge(
  file: string,
  holder: LockHolder,
  directory: string,
  onWarning: (message: string) => void,
): Promise<'alive' | 'dead' | 'moved'> {
  const standing = standingOf(holder)
  if (standing !== 'unknown') return standing
  onWarning(`${directory} was last used by ${describeHolder(holder)}; waiting to see whether it still runs`)
  const before = beatOf(file)
  for (let waitedMs = 0; waitedMs < staleAfterMs; waitedMs += observeIntervalMs) {
    await pause(observeIntervalMs)
    const now = beatOf(file)
    if (now?.inode !== before?.inode) return 'moved'
    if (now?.beat !== before?.beat) return 'alive'
  }
  return 'dead'
}

function create(file: string): Held | undefined {
  const candidate = writeCandidate(file)
  try {
    fs.linkSync(candidate.path, file)
    return candidate.held
  } catch (error) {
    fs.closeSync(candidate.held.descriptor)
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined
    throw error
  } finally {
    fs.unlinkSync(candidate.path)
  }
}

function writeCandidate(file: string): { path: string; held: Held } {
  const holder: LockHolder = { token: randomUUID(), ...thisProcess() }
  const candidate = `${file}.${holder.token}.new`
  const descriptor = fs.openSync(candidate, 'wx', 0o600)
  fs.writeSync(descriptor, `${JSON.stringify(holder)}\n`)
  fs.fsyncSync(descriptor)
  return { path: candidate, held: { descriptor, inode: fs.fstatSync(descriptor, { bigint: true }).ino } }
}

function read(file: string): LockHolder | undefined {
  let text: string
  try {
    text = fs.readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    return JSON.parse(text) as LockHolder
  } catch {
    throw new DirectoryLocked(
      `${file} is not a lock file of this program; remove it if nothing uses the folder`,
    )
  }
}

function letGo(file: string, held: Held): void {
  if (stillHeld(file, held.inode)) fs.rmSync(file, { force: true })
  fs.closeSync(held.descriptor)
}

// Through the descriptor, so that a holder that lost its file can never refresh somebody else's.
function beatOnce(held: Held): void {
  const nowSeconds = (performance.timeOrigin + performance.now()) / 1000
  fs.futimesSync(held.descriptor, nowSeconds, nowSeconds)
}

function beatOf(file: string): { inode: bigint; beat: bigint } | undefined {
  try {
    const { ino, mtimeNs } = fs.statSync(file, { bigint: true })
    return { inode: ino, beat: mtimeNs }
  } catch {
    return undefined
  }
}
