// The compiled service as a process of its own, which a test may kill at any moment.
// Not for tests that one process can do. Law: no process outlives the test that started it.

import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../bin/ekko.js', import.meta.url))
// As in vitest.config.ts: none of these processes lives long enough for a second compilation of the engine.
const compilesOnce = '--liftoff-only'
// Below the range from which systems give out ports by themselves, so that a restart finds its port free again.
const portFirst = 20_000
const portLast = 30_000

export interface ProcessSettings {
  readonly port: number
  readonly dataDir: string
  readonly apiKey: string
  /** A PostgreSQL; without it the embedded database in `dataDir`. */
  readonly databaseUrl?: string | undefined
}

export interface ServiceProcess {
  readonly origin: string
  readonly processId: number
  /** Resolves once it serves; rejects with what it complained of when it ends before. */
  readonly ready: Promise<void>
  /** Resolves with the exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>
  /** What it wrote to standard error so far. */
  complaints(): string
  signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void
}

export function launchService({ port, dataDir, apiKey, databaseUrl }: ProcessSettings): ServiceProcess {
  const child = spawn(process.execPath, [compilesOnce, program, 'serve'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH ?? '',
      TMPDIR: tmpdir(),
      PORT: String(port),
      EKKO_DATA_DIR: dataDir,
      EKKO_BOOTSTRAP_API_KEY: apiKey,
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    },
  })
  const killAlso = () => void child.kill('SIGKILL')
  process.once('exit', killAlso)
  let complaints = ''
  child.stderr.on('data', (data: Buffer) => {
    complaints += data.toString()
  })
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      process.off('exit', killAlso)
      resolve(code)
    })
  })
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', () => resolve())
    void ended.then((code) => reject(new Error(`the service ended with code ${code}: ${complaints}`)))
  })
  // Whoever only waits for the end is not interested in why it was never ready.
  ready.catch(() => undefined)
  return {
    origin: `http://127.0.0.1:${port}`,
    processId: child.pid!,
    ready,
    ended,
    complaints: () => complaints,
    signal: (name) => void child.kill(name),
  }
}

/** A port that nobody listens on. */
export async function quietPort(): Promise<number> {
  for (;;) {
    const port = portFirst + Math.floor(Math.random() * (portLast - portFirst))
    const probe = createServer()
    const free = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!free) continue
    await new Promise((resolve) => probe.close(resolve))
    return port
  }
}
