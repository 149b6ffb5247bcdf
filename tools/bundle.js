/**
 * Makes the browser SDK's two files from what tsc has built: `ekko.js` for pages without modules, `ekko.mjs` for `import`.
 * Run by `npm run build`. No source maps: the files are small, and the TypeScript is public.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { rolldown } from 'rolldown'

/** Brotli. What a shopper on a train downloads before anything of ours can be seen; a larger SDK fails the build. */
export const bytesMax = 8 * 1024

const browserPackage = new URL('../packages/browser/', import.meta.url)
const targets = [
  { name: 'ekko.js', entry: 'global', format: 'iife' },
  { name: 'ekko.mjs', entry: 'index', format: 'esm' },
]

/**
 * @param {'dist' | 'src'} from built JavaScript, or the TypeScript itself for tests that must not depend on a build
 * @returns {Promise<{ name: string, code: string, bytes: number, brotliBytes: number }[]>}
 */
export async function bundleSdk(from = 'dist') {
  return Promise.all(targets.map((target) => bundle(target, from)))
}

async function bundle({ name, entry, format }, from) {
  const build = await rolldown({
    input: fileURLToPath(new URL(`${from}/${entry}.${from === 'src' ? 'ts' : 'js'}`, browserPackage)),
    platform: 'browser',
    // A classic script has no import.meta and knows its address from document.currentScript.
    transform: { target: 'es2022', define: format === 'iife' ? { 'import.meta.url': 'undefined' } : {} },
  })
  try {
    const { output } = await build.generate({ format, minify: true })
    const { code } = output[0]
    return { name, code, bytes: Buffer.byteLength(code), brotliBytes: brotliCompressSync(code).length }
  } finally {
    await build.close()
  }
}

async function main() {
  const folder = new URL('dist/bundle/', browserPackage)
  await mkdir(folder, { recursive: true })
  for (const { name, code, bytes, brotliBytes } of await bundleSdk()) {
    await writeFile(new URL(name, folder), code)
    console.log(`${name}: ${bytes} bytes, ${brotliBytes} with brotli`)
    if (brotliBytes > bytesMax) {
      console.error(`${name} is larger than ${bytesMax} bytes`)
      process.exitCode = 1
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
