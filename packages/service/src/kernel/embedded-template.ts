// A migrated, empty embedded database as a file, made when the project is built, so that the first start takes a second.
// Not for data. Law: it is used only if it was made from exactly these migrations and this engine.

import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Database } from './database.ts'
import { openEmbedded, postgresFolder } from './embedded.ts'
import { packArchive } from './embedded-archive.ts'
import { migrate, migrationsFolder, readMigrations } from './migrate.ts'

const distFolder = fileURLToPath(new URL('../../dist/', import.meta.url))
/** Counts up when the way the template is made changes. */
const templateFormat = 1

/** The template that fits the service's migrations, if it was built. */
export function currentTemplate(): string | undefined {
  const file = templateFile(migrationsFolder, distFolder)
  return fs.existsSync(file) ? file : undefined
}

/**
 * Builds the template of `migrations` into `folder`, unless it is there, and removes those it replaces. Answers its file.
 * It starts from a base without migrations, which is kept: a new migration then costs a second instead of ten.
 */
export async function buildTemplate(migrations = migrationsFolder, folder = distFolder): Promise<string> {
  const file = templateFile(migrations, folder)
  if (fs.existsSync(file)) return file
  const base = await buildBase(folder)
  await buildFile(file, base, (database) => migrate(database, migrations))
  removeOthers(templateName, file)
  return file
}

/** Builds the part of every template that no migration changes. Answers its file. */
export async function buildBase(folder = distFolder): Promise<string> {
  const file = path.join(folder, `embedded-base.${hashed([templateFormat, engineVersion()])}.br`)
  if (fs.existsSync(file)) return file
  await buildFile(file, undefined, async () => undefined)
  removeOthers(baseName, file)
  return file
}

async function buildFile(
  file: string,
  from: string | undefined,
  prepare: (database: Database) => Promise<unknown>,
): Promise<void> {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'ekko-template-'))
  try {
    const database = await openEmbedded({ dataDir: scratch, template: from, onWarning: () => undefined })
    try {
      await prepare(database)
    } finally {
      await database.close()
    }
    fs.mkdirSync(path.dirname(file), { recursive: true })
    packArchive(path.join(scratch, postgresFolder), file)
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true })
  }
}

const templateName = /^embedded-template\.[0-9a-f]+\.br$/
const baseName = /^embedded-base\.[0-9a-f]+\.br$/

function removeOthers(name: RegExp, kept: string): void {
  const folder = path.dirname(kept)
  for (const other of fs.readdirSync(folder)) {
    if (name.test(other) && other !== path.basename(kept))
      fs.rmSync(path.join(folder, other), { force: true })
  }
}

function templateFile(migrations: string, folder: string): string {
  const contents = readMigrations(migrations).map(({ name, sha256 }) => [name, sha256])
  return path.join(folder, `embedded-template.${hashed([templateFormat, engineVersion(), contents])}.br`)
}

function hashed(parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}

function engineVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite')
  const manifest = fs.readFileSync(path.join(path.dirname(entry), '..', 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

if (process.argv[1] !== undefined && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${path.relative(process.cwd(), await buildTemplate())}\n`)
}
