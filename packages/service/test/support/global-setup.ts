// Runs once before all test files: starts the real PostgreSQL that they share, and stops it at the end.
// Not for schemas: each test asks for its own database. Law: a server that cannot start fails the tests that need it,
// with the reason, and leaves the others alone.

import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startRealPostgres } from './real-postgres.ts'

export interface ProvidedPostgres {
  /** Prefix of the names of this run's databases. */
  run: string
  url?: string
  problem?: string
}

declare module 'vitest' {
  interface ProvidedContext {
    ekkoPostgres: ProvidedPostgres
  }
}

/** Where a run unpacks what its embedded databases are copied from. */
export function unpackedFolder(run: string): string {
  return path.join(os.tmpdir(), run)
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const run = `ekko_test_${randomBytes(4).toString('hex')}`
  const forget = () => fs.rmSync(unpackedFolder(run), { recursive: true, force: true })
  try {
    const server = await startRealPostgres()
    project.provide('ekkoPostgres', { run, url: server.url })
    return async () => {
      forget()
      await dropAll(server.url, run)
      await server.stop()
    }
  } catch (error) {
    project.provide('ekkoPostgres', { run, problem: (error as Error).message })
    return async () => forget()
  }
}

// A server of our own goes away as a whole, but one named by the environment stays.
async function dropAll(url: string, run: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const left = await client.query<{ datname: string }>(
    'select datname from pg_database where starts_with(datname, $1)',
    [run],
  )
  for (const { datname } of left.rows) {
    await client.query(`alter database ${datname} is_template false`)
    await client.query(`drop database if exists ${datname} with (force)`)
  }
  await client.end()
}
