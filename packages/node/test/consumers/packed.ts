/**
 * For: the package as a merchant gets it: built from the sources as they are now, packed by npm, and installed from the
 * tarball into a project of its own, without a network.
 * Not for: judging it; each test writes a small program and runs it.
 */
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const repository = fileURLToPath(new URL('../../../../', import.meta.url))
const compiler = join(repository, 'node_modules/typescript/bin/tsc')
const stepMs = 60_000

export interface Project {
  readonly folder: string
  write(name: string, text: string): void
  /** What the program writes; rejects with all of it when it fails. */
  node(...args: string[]): Promise<string>
  /** What the compiler objects to. */
  compile(options: Record<string, unknown>, file: string): Promise<string>
}

export interface Packed {
  readonly files: readonly string[]
  /** A new project that has nothing but the package. */
  project(manifest: Record<string, unknown>): Promise<Project>
  dispose(): void
}

export async function packNode(): Promise<Packed> {
  const folder = mkdtempSync(join(tmpdir(), 'ekko-packed-'))
  // Beside the repository's own settings, and never beside its `dist`, which may be older than the sources.
  const source = join(folder, 'packages/node')
  for (const name of ['package.json', 'README.md', 'tsconfig.json', 'src'])
    cpSync(join(repository, 'packages/node', name), join(source, name), { recursive: true })
  cpSync(join(repository, 'tsconfig.base.json'), join(folder, 'tsconfig.base.json'))
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'))
  await step(process.execPath, [compiler, '--project', source], folder)
  const packed = await npm(
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    source,
    folder,
  )
  const entries = Object.values(
    JSON.parse(packed) as Record<string, { filename: string; files: { path: string }[] }>,
  )
  const { filename, files } = entries[0]!
  const folders = [folder]
  return {
    files: files.map(({ path }) => path),
    project(manifest) {
      // Outside of the folder that leads to the repository's modules, so that nothing else is found.
      const own = mkdtempSync(join(tmpdir(), 'ekko-consumer-'))
      folders.push(own)
      return newProject(own, folder, join(folder, filename), manifest)
    },
    dispose: () => {
      for (const each of folders) rmSync(each, { recursive: true, force: true })
    },
  }
}

async function newProject(
  own: string,
  folder: string,
  tarball: string,
  manifest: Record<string, unknown>,
): Promise<Project> {
  const write = (name: string, text: string) => writeFileSync(join(own, name), text)
  write('package.json', JSON.stringify({ name: 'consumer', version: '1.0.0', private: true, ...manifest }))
  await npm(['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', tarball], own, folder)
  return {
    folder: own,
    write,
    node: (...args) => step(process.execPath, args, own),
    async compile(options, file) {
      const compilerOptions = { strict: true, skipLibCheck: false, noEmit: true, types: [], ...options }
      write('tsconfig.json', JSON.stringify({ compilerOptions, files: [file] }))
      const outcome = await run(process.execPath, [compiler, '--project', own], { cwd: own }).catch(
        (cause: { stdout: string }) => cause,
      )
      return outcome.stdout
    },
  }
}

function npm(args: readonly string[], cwd: string, folder: string): Promise<string> {
  return step('npm', [...args, '--offline', '--cache', join(folder, 'npm-cache')], cwd)
}

async function step(command: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    return (await run(command, args, { cwd, timeout: stepMs })).stdout
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout: string; stderr: string }
    throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`)
  }
}
