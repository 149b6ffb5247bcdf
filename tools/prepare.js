// Installs what is missing and builds. Plain JavaScript without dependencies, because it runs before anything is installed.
// `run` installs what running takes; `all` also what testing takes. A stamp remembers what was done.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stampFile = join(root, 'node_modules', '.ekko-installed')
const nodeMinimum = [20, 19]

/** @param {'run' | 'all'} scope */
export function prepare(scope) {
  refuseOldNode()
  if (!isInstalled(scope)) install(scope)
  must('npm', ['run', '--silent', 'build'])
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > nodeMinimum[0] || (major === nodeMinimum[0] && minor >= nodeMinimum[1])) return
  process.stderr.write(
    `ekko needs Node ${nodeMinimum.join('.')} or newer; this is ${process.versions.node}\n`,
  )
  process.exit(1)
}

function isInstalled(scope) {
  if (!existsSync(stampFile)) return false
  const [lock, installed] = readFileSync(stampFile, 'utf8').split('\n')
  return lock === lockHash() && (installed === 'all' || installed === scope)
}

function install(scope) {
  process.stdout.write('installing what is missing …\n')
  // Warnings about packages that we do not use directly would only worry a newcomer.
  const quiet = ['--loglevel=error', '--no-audit', '--no-fund']
  must('npm', scope === 'all' ? ['ci', ...quiet] : ['ci', '--omit=dev', ...quiet])
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, `${lockHash()}\n${scope}\n`)
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
}

function must(command, args) {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0) process.exit(status ?? 1)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) prepare(process.argv[2] === 'run' ? 'run' : 'all')
