// A folder of files as one compressed file, and back. Not a tar: nobody else reads it, and it keeps what it needs only.
// Law: when unpacking returns, every file and folder is on the disk.

import fs from 'node:fs'
import path from 'node:path'
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'

interface Entry {
  path: string
  /** Absent for a folder. */
  bytes?: number
}

const lengthBytes = 4
// 40 MB, mostly zeros: the lowest qualities already reach a tenth, the highest take seconds.
const compression = { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } }
/** More files in flight gain nothing: node has four threads for them. */
const filesAtOnce = 8

/** Packs `folder` into `file`, which appears whole or not at all. */
export function packArchive(folder: string, file: string): void {
  const entries: Entry[] = []
  const bodies: Buffer[] = []
  for (const item of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const full = path.join(item.parentPath, item.name)
    const relative = path.relative(folder, full).split(path.sep).join('/')
    if (item.isDirectory()) {
      entries.push({ path: relative })
      continue
    }
    const body = fs.readFileSync(full)
    entries.push({ path: relative, bytes: body.length })
    bodies.push(body)
  }
  const header = Buffer.from(JSON.stringify(entries))
  const length = Buffer.alloc(lengthBytes)
  length.writeUInt32BE(header.length)
  const unfinished = `${file}.${process.pid}.new`
  fs.writeFileSync(unfinished, brotliCompressSync(Buffer.concat([length, header, ...bodies]), compression))
  fs.renameSync(unfinished, file)
}

/** Unpacks `file` into `folder`, which must not exist. */
export async function unpackArchive(file: string, folder: string): Promise<void> {
  const content = brotliDecompressSync(fs.readFileSync(file))
  const headerEnd = lengthBytes + content.readUInt32BE(0)
  const entries = JSON.parse(content.toString('utf8', lengthBytes, headerEnd)) as Entry[]
  const folders = [
    folder,
    ...entries.filter(({ bytes }) => bytes === undefined).map((entry) => path.join(folder, entry.path)),
  ]
  for (const each of folders) fs.mkdirSync(each, { recursive: true, mode: 0o700 })
  const files: { path: string; body: Buffer }[] = []
  let offset = headerEnd
  for (const { path: relative, bytes } of entries) {
    if (bytes === undefined) continue
    files.push({ path: path.join(folder, relative), body: content.subarray(offset, offset + bytes) })
    offset += bytes
  }
  await Promise.all(Array.from({ length: filesAtOnce }, () => writeAll(files)))
  for (const each of folders) syncDirectory(each)
}

/** Makes the names in a folder durable. Not every system can; those keep names in order by themselves. */
export function syncDirectory(folder: string): void {
  if (process.platform === 'win32') return
  const descriptor = fs.openSync(folder, 'r')
  try {
    fs.fsyncSync(descriptor)
  } finally {
    fs.closeSync(descriptor)
  }
}

async function writeAll(files: { path: string; body: Buffer }[]): Promise<void> {
  for (let file = files.pop(); file !== undefined; file = files.pop()) {
    const handle = await fs.promises.open(file.path, 'wx', 0o600)
    try {
      await handle.writeFile(file.body)
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
}
