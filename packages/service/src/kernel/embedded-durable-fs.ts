// The embedded engine's way to the disk, with the flush that its own file system leaves out.
// Not for other file systems. Law: when PostgreSQL asks for a file to be flushed, the kernel is asked.

import fs from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'

/** PGlite's folder on disk, with fsync. */
export class DurableFS extends NodeFS {
  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const ready = await super.init(...args)
    ready.emscriptenOpts.preRun?.push((module) => {
      const nodefs = module.NODEFS as unknown as { stream_ops: StreamOperations }
      nodefs.stream_ops.fsync = (stream) => {
        try {
          fs.fdatasyncSync(stream.nfd)
          return 0
        } catch {
          // PostgreSQL then stops rather than trust the page cache, which is right: the kernel reports such a loss once.
          return wasiIoError
        }
      }
    })
    return ready
  }
}

/** PGlite's start parameters without "fsync off". The method "fdatasync" does nothing in Emscripten; "fsync" calls us. */
export const durableStartParams: string[] = PGlite.defaultStartParams
  .filter((parameter) => parameter !== '-F')
  .concat(['-c', 'fsync=on', '-c', 'wal_sync_method=fsync'])

interface StreamOperations {
  fsync?: (stream: { nfd: number }) => number
}

const wasiIoError = 29
