/**
 * `npm run simulate -- --operations N --seed S`: bundles the simulation of the service's tests from the sources and runs it.
 * `--lanes`, `--organisations`, `--engine postgres|embedded`, `--json`. Not for production: it starts servers of its own.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

const service = new URL('../packages/service/', import.meta.url)

/** Sources find their neighbours on the disk by their own address, which a bundle would hide. */
const ownAddresses = {
  name: 'own-addresses',
  transform: (code, file) =>
    code.includes('import.meta.url')
      ? code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(file).href))
      : null,
}

async function bundled() {
  const build = await rolldown({
    input: fileURLToPath(new URL('test/simulation/main.ts', service)),
    platform: 'node',
    resolve: { conditionNames: ['source', 'import', 'node', 'default'] },
    external: (id) => id.startsWith('node:') || builtinModules.includes(id) || isPackage(id),
    plugins: [ownAddresses],
  })
  try {
    const { output } = await build.generate({ format: 'esm', codeSplitting: false })
    return output[0].code
  } finally {
    await build.close()
  }
}

/** Of others: loaded from node_modules as ever. */
function isPackage(id) {
  return !id.startsWith('.') && !id.startsWith('/') && !id.startsWith('@ekko/')
}

// Beside what was built, from where packages are found.
const folder = new URL('dist/', service)
const file = fileURLToPath(new URL(`simulation-${process.pid}.mjs`, folder))
mkdirSync(folder, { recursive: true })
writeFileSync(file, await bundled())
const child = spawn(process.execPath, [file, ...process.argv.slice(2)], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code) => {
  rmSync(file, { force: true })
  process.exitCode = code ?? 1
})
