// The engine that needs nothing installed: PostgreSQL compiled to WebAssembly, in a thread, on a folder of ours.
// Not for many replicas or heavy load. Laws: one process per folder; an acknowledged commit is on the disk; a folder is
// either whole or not there.

import fs from 'node:fs'
import path from 'node:path'
import type { Database } from './database.ts'
import { withAttempts } from './database-attempts.ts'
import { quotedChannel } from './database-channel.ts'
import { type DirectoryLock, lockDirectory } from './directory-lock.ts'
import { syncDirectory, unpackArchive } from './embedded-archive.ts'
import { EmbeddedLink, startWorker } from './embedded-link.ts'
import type { EmbeddedWorkerData } from './embedded-messages.ts'
import { EmbeddedSession } from './embedded-session.ts'

export interface EmbeddedOptions {
  dataDir: string
  /** An archive to start a fresh folder from, instead of building one (which takes seconds). */
  template: string | undefined
  onWarning: (message: string) => void
}

/** Where PostgreSQL's own files are inside the data directory. */
export const postgresFolder = 'postgres'

/** Opens the database in `dataDir`, which is made when it is not there. @throws DirectoryLocked */
export async function openEmbedded({ dataDir, template, onWarning }: EmbeddedOptions): Promise<Database> {
  const directory = path.resolve(dataDir)
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 })
  let link: EmbeddedLink | undefined
  const onLost = () => link?.stop(`another process has taken ${directory} over`)
  const lock = await lockDirectory(directory, { onWarning, onLost })
  try {
    const folder = await wholeFolder(directory, template, lock)
    const worker = await startWorker(workerData(folder, 'serve', lock))
    link = new EmbeddedLink(worker, (error) => onWarning(error.message))
  } catch (error) {
    lock.release()
    throw error
  }
  return database(link, lock, onWarning)
}

function database(link: EmbeddedLink, lock: DirectoryLock, onWarning: (message: string) => void): Database {
  const channels = new Map<string, Set<(payload: string) => void>>()
  const onNotify = (channel: string, payload: string) => {
    for (const notify of channels.get(channel) ?? []) {
      try {
        notify(payload)
      } catch (error) {
        onWarning(`a listener failed: ${String(error)}`)
      }
    }
  }
  const session = new EmbeddedSession(link, { onNotify, onWarning })
  return {
    engine: 'embedded',
    query: (text, values = []) => withAttempts(() => session.query(text, values)),
    transaction: (work, limits) => withAttempts(() => session.transaction(work, limits)),
    // There is no connection to lose, so there is never a gap.
    listen: async (channel, notify) => {
      const quoted = quotedChannel(channel)
      const listeners = channels.get(channel) ?? new Set()
      channels.set(channel, listeners)
      // A wrapper of its own for each call, so that the same function may listen twice.
      const entry = (payload: string) => notify(payload)
      listeners.add(entry)
      await session.script(`listen ${quoted}`)
      return async () => {
        listeners.delete(entry)
      }
    },
    close: async () => {
      await session.drain()
      await link.close()
      lock.release()
    },
  }
}

// Filled under another name and then renamed, so that a crash in between leaves nothing that looks like a database.
async function wholeFolder(
  directory: string,
  template: string | undefined,
  lock: DirectoryLock,
): Promise<string> {
  const folder = path.join(directory, postgresFolder)
  if (fs.existsSync(folder)) return folder
  const fresh = `${folder}.new`
  fs.rmSync(fresh, { recursive: true, force: true })
  if (template !== undefined) await unpackArchive(template, fresh)
  else await createFolder(fresh, lock)
  fs.renameSync(fresh, folder)
  syncDirectory(directory)
  return folder
}

async function createFolder(fresh: string, lock: DirectoryLock): Promise<void> {
  const worker = await startWorker(workerData(fresh, 'create', lock))
  await worker.terminate()
}

function workerData(
  folder: string,
  mode: EmbeddedWorkerData['mode'],
  lock: DirectoryLock,
): EmbeddedWorkerData {
  return { folder, mode, lockFile: lock.file, lockInode: lock.inode }
}
