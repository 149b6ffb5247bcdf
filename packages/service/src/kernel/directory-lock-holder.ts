// Who holds a lock file, written so that another process can tell whether the holder still lives.
// Not for the lock's protocol. Law: "dead" is said only when the kernel has said so; all else is "unknown".

import fs from 'node:fs'
import os from 'node:os'

export interface LockHolder {
  token: string
  pid: number
  host: string
  program: string
  /** Identity of the running kernel and of the process table that the pid belongs to; absent where there is none. */
  bootId?: string
  pidNamespace?: string
  /** When the process began, in the kernel's own units: tells a reused pid apart. */
  startedAt?: string
}

/** This process, as another one will read it. */
export function thisProcess(): Omit<LockHolder, 'token'> {
  const identity = { bootId: bootId(), pidNamespace: pidNamespace(), startedAt: startOf(process.pid) }
  return {
    pid: process.pid,
    host: os.hostname(),
    program: process.argv.slice(1, 3).join(' '),
    ...(Object.fromEntries(Object.entries(identity).filter(([, value]) => value !== undefined)) as object),
  }
}

/** Whether the holder lives, as far as this process can look. A pid means nothing in another container. */
export function standingOf(holder: LockHolder): 'alive' | 'dead' | 'unknown' {
  if (holder.bootId !== bootId() || holder.pidNamespace !== pidNamespace()) return 'unknown'
  // Systems without /proc have neither, and no containers of their own either: there the host's name has to do.
  if (holder.pidNamespace === undefined && holder.host !== os.hostname()) return 'unknown'
  if (!exists(holder.pid)) return 'dead'
  const startedAt = startOf(holder.pid)
  if (startedAt === undefined || holder.startedAt === undefined) return 'unknown'
  return startedAt === holder.startedAt ? 'alive' : 'dead'
}

/** For messages. */
export function describeHolder(holder: LockHolder): string {
  const where = holder.host === os.hostname() ? '' : ` on ${holder.host}`
  if (holder.pid === process.pid && standingOf(holder) === 'alive') return `this same process (${holder.pid})`
  return `process ${holder.pid}${where} (${holder.program})`
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function bootId(): string | undefined {
  return readOrNothing(() => fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
}

function pidNamespace(): string | undefined {
  return readOrNothing(() => fs.readlinkSync('/proc/self/ns/pid'))
}

// Fields 3 and 22 of /proc/<pid>/stat; the second is a name in brackets that may itself hold spaces and brackets.
// A zombie has ended and merely waits for its parent to take note.
function startOf(pid: number): string | undefined {
  const stat = readOrNothing(() => fs.readFileSync(`/proc/${pid}/stat`, 'utf8'))
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields?.[0] === 'Z' ? 'ended' : fields?.[19]
}

function readOrNothing(read: () => string): string | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
