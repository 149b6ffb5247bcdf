// Another process that uses the compiled service, for tests of what happens when a process dies.
// Not for tests that one process can do. Law: no child outlives its test.

import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Child {
  process: ChildProcess
  /** The lines it has written so far. */
  lines: string[]
  errors(): string
  /** Resolves with the first line that starts so; rejects when the process ends without one. */
  line(start: string): Promise<string>
  ended: Promise<void>
  kill(): Promise<void>
}

/** Runs an ES module given as text, inside the service's package. */
export function startChild(script: string, values: Record<string, unknown>, wrap: string[] = []): Child {
  const source = `const values = ${JSON.stringify(values)};\nconst say = (line) => require('node:fs').writeSync(1, line + '\\n');\n(async () => {\n${script}\n})()`
  const [command = '', ...rest] = [...wrap, process.execPath, '--input-type=commonjs', '-e', source]
  const child = spawn(command, rest, {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const waiting = new Set<() => void>()
  let rest_ = ''
  let errors = ''
  child.stdout.on('data', (data: Buffer) => {
    const parts = (rest_ + data.toString()).split('\n')
    rest_ = parts.pop() ?? ''
    lines.push(...parts)
    for (const check of waiting) check()
  })
  child.stderr.on('data', (data: Buffer) => {
    errors += data.toString()
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const line = (start: string) =>
    new Promise<string>((resolve, reject) => {
      const check = () => {
        const found = lines.find((each) => each.startsWith(start))
        if (found === undefined) return
        waiting.delete(check)
        resolve(found)
      }
      waiting.add(check)
      check()
      void ended.then(() =>
        reject(new Error(`the child ended without saying "${start}": ${lines.join('|')} ${errors}`)),
      )
    })
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  return { process: child, lines, errors: () => errors, line, ended, kill }
}
