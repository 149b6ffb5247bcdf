// A PostgreSQL for measuring: DATABASE_URL, or one started from the binaries on this machine with fsync on, and stopped after.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const debianFolder = '/usr/lib/postgresql'
const startTriesMax = 100
const startPauseMs = 100

/** Answers `{ url, stop }`. */
export async function startPostgres() {
  if (process.env.DATABASE_URL) return { url: process.env.DATABASE_URL, stop: () => {} }
  const bin = findBinaries()
  const folder = mkdtempSync(join(tmpdir(), 'ekko-bench-'))
  const port = await freePort()
  run(
    as(join(bin, 'initdb'), [
      '-D',
      join(folder, 'data'),
      '-U',
      'ekko',
      '--auth=trust',
      '-E',
      'UTF8',
      '--no-sync',
    ]),
  )
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    shared_buffers: '256MB',
    max_connections: 50,
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const [command, args] = as(join(bin, 'postgres'), ['-D', join(folder, 'data'), ...flags])
  const server = spawn(command, args, { stdio: 'ignore' })
  const url = `postgres://ekko@127.0.0.1:${port}/postgres`
  await untilReady(join(bin, 'pg_isready'), port)
  return {
    url,
    stop: async () => {
      server.kill('SIGINT')
      await new Promise((resolve) => server.once('exit', resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function findBinaries() {
  const debian = existsSync(debianFolder)
    ? readdirSync(debianFolder)
        .sort((a, b) => b - a)
        .map((v) => join(debianFolder, v, 'bin'))
    : []
  const folders = [...debian, ...(process.env.PATH ?? '').split(':')]
  const found = folders.find(
    (folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  )
  if (!found) throw new Error('no PostgreSQL here: set DATABASE_URL, or install one')
  return found
}

// PostgreSQL refuses to run as root; a user namespace makes it believe that it does not.
function as(command, args) {
  return process.getuid?.() === 0
    ? ['unshare', ['-U', '--map-user=1000', '--map-group=1000', command, ...args]]
    : [command, args]
}

function run([command, args]) {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command}: ${stderr}`)
}

async function untilReady(pgIsReady, port) {
  for (let tries = 0; tries < startTriesMax; tries++) {
    if (spawnSync(pgIsReady, ['-h', '127.0.0.1', '-p', String(port)]).status === 0) return
    await new Promise((resolve) => setTimeout(resolve, startPauseMs))
  }
  throw new Error('the PostgreSQL of the benchmark did not start')
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
