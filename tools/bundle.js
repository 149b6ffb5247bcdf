/**
 * Makes the browser SDK's files from its TypeScript: `ekko.js` for pages without modules, `ekko.mjs` for `import`, and the
 * loader, which is all that a merchant's own bundle has to carry. Each has a budget, and a larger one fails the build.
 * Run by `npm run build`, after tsc has checked them. No source maps: the files are small, and the TypeScript is public.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { rolldown } from 'rolldown'

const browserPackage = new URL('../packages/browser/', import.meta.url)
/** Brotli bytes: what a shopper on a train downloads before anything of ours can be seen. */
const targets = [
  { name: 'ekko.js', entry: 'global', format: 'iife', brotliMax: 8 * 1024 },
  { name: 'ekko.mjs', entry: 'index', format: 'esm', brotliMax: 8 * 1024 },
  { name: 'loader.js', entry: 'loader-global', format: 'iife', brotliMax: 700 },
  { name: 'loader.mjs', entry: 'loader', format: 'esm', brotliMax: 700 },
]

/** @returns {Promise<{ name: string, code: string, bytes: number, brotliBytes: number, brotliMax: number }[]>} */
export async function bundleSdk() {
  return Promise.all(targets.map(bundle))
}

async function bundle({ name, entry, format, brotliMax }) {
  const build = await rolldown({
    input: fileURLToPath(new URL(`src/${entry}.ts`, browserPackage)),
    platform: 'browser',
    // A classic script has no import.meta and knows its address from document.currentScript.
    transform: { target: 'es2022', define: format === 'iife' ? { 'import.meta.url': 'undefined' } : {} },
  })
  try {
    const { output } = await build.generate({ format, minify: true })
    const { code } = output[0]
    const brotliBytes = brotliCompressSync(code).length
    return { name, code, bytes: Buffer.byteLength(code), brotliBytes, brotliMax }
  } finally {
    await build.close()
  }
}

async function main() {
  const folder = new URL('dist/bundle/', browserPackage)
  await mkdir(folder, { recursive: true })
  for (const { name, code, bytes, brotliBytes, brotliMax } of await bundleSdk()) {
    await writeFile(new URL(name, folder), code)
    console.log(`${name}: ${bytes} bytes, ${brotliBytes} with brotli`)
    if (brotliBytes > brotliMax) {
      console.error(`${name} is larger than ${brotliMax} bytes`)
      process.exitCode = 1
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
