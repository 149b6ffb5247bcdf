// What the browser SDK costs a page: bytes beside those of others, built in the same way, and the main thread's time, as on
// a machine four times slower. Prints; asserts nothing. The others are fetched with npm into a temporary folder; without a
// network their lines say so.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { rolldown } from 'rolldown'
import { bundleSdk } from '../bundle.js'
import { apiKey, startService } from './server.js'

const others = [
  ['@stripe/stripe-js', '10.2.1', 'loadStripe', 'a loader; the rest comes from its own origin'],
  ['@adyen/adyen-web', '6.45.2', 'AdyenCheckout, Donation', 'core and Donation, without its stylesheet'],
]
const installTimeoutMs = 120_000
const slowdown = 4
const runs = 15

export async function sdk() {
  console.log('\nbrowser SDK, minified for ES2022: bytes, gzip, brotli')
  for (const { name, code } of await bundleSdk()) printSize(name, code)
  for (const other of others) await printOther(other)
  await printMainThread()
}

function printSize(name, code) {
  const sizes = [
    Buffer.byteLength(code),
    gzipSync(code, { level: 9 }).length,
    brotliCompressSync(code).length,
  ]
  console.log(`  ${name.padEnd(32)}${sizes.map((size) => String(size).padStart(9)).join('')}`)
}

async function printOther([name, version, exported, what]) {
  const folder = mkdtempSync(join(tmpdir(), 'ekko-bench-'))
  try {
    writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}')
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=silent']
    const { status } = spawnSync('npm', ['install', ...quiet, `${name}@${version}`], {
      cwd: folder,
      timeout: installTimeoutMs,
    })
    if (status !== 0) return console.log(`  ${name} ${version}: could not be fetched, not measured`)
    mkdirSync(join(folder, 'src'))
    const input = join(folder, 'src', 'entry.js')
    writeFileSync(input, `export { ${exported} } from '${name}'`)
    const build = await rolldown({
      input,
      platform: 'browser',
      transform: { target: 'es2022' },
      logLevel: 'silent',
    })
    const { output } = await build.generate({ format: 'esm', minify: true, codeSplitting: false })
    await build.close()
    printSize(`${name} ${version}`, output.map(({ code }) => code ?? '').join(''))
    console.log(`    ${what}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The same order page with and without the component; the difference is ours. */
async function printMainThread() {
  const folder = mkdtempSync(join(tmpdir(), 'ekko-bench-'))
  const service = await startService({ EKKO_DATA_DIR: folder })
  const shop = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    response.end(orderPage(new URL(request.url, 'http://shop').searchParams, service.origin))
  })
  await new Promise((resolve) => shop.listen(0, '127.0.0.1', resolve))
  const browser = await chromium.launch({ executablePath: await findChromium(), args: ['--no-sandbox'] })
  try {
    const address = `http://localhost:${shop.address().port}/`
    const spent = { with: [], without: [] }
    for (let run = 0; run < runs; run++) {
      const secret = await newSecret(service.origin)
      spent.without.push(await mainThreadMs(browser, address))
      spent.with.push(await mainThreadMs(browser, `${address}?secret=${secret}`))
    }
    const ours = (kind) => quantile(spent.with, kind, 0.5) - quantile(spent.without, kind, 0.5)
    const [script, style, layout, task] = kinds.map(ours)
    // One after the other, so that both of a pair met the same machine.
    const pairs = spent.with.map((run, at) => ({ sum: sumOf(run) - sumOf(spent.without[at]) }))
    const shown = (ms) => `${ms.toFixed(0)} ms`
    console.log(
      `\nmain thread from nothing to ready, processor time x ${slowdown}, median of ${runs}, without the page's own`,
    )
    console.log(
      `  script ${shown(script)}, style ${shown(style)}, layout ${shown(layout)}: ${shown(script + style + layout)}; goal 50 ms`,
    )
    console.log(
      `  half of the pairs of runs between ${shown(quantile(pairs, 'sum', 0.25))} and ${shown(quantile(pairs, 'sum', 0.75))}`,
    )
    console.log(`  every task of the engine, painting without a graphics card included: ${shown(task)}`)
  } finally {
    await browser.close()
    shop.close()
    await service.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function orderPage(query, origin) {
  const secret = query.get('secret')
  const script = `import('${origin}/v1/ekko.mjs').then(async ({ Ekko }) => {
    await new Ekko('${origin}').elements({ clientSecret: '${secret}' })
      .createImpactPayEmbedded({ container: document.querySelector('#slot') }).ready
    document.documentElement.dataset.done = 'yes' })`
  return `<!doctype html><html lang="en"${secret ? '' : ' data-done="yes"'}><title>Order</title><main><h1>Thank you</h1>
    <div id="slot" style="min-height:1000px"></div></main>${secret ? `<script type="module">${script}</script>` : ''}`
}

const kinds = ['Script', 'RecalcStyle', 'Layout', 'Task']

/** By kind, in milliseconds of the processor and not of the clock: other programs on the machine do not count. */
async function mainThreadMs(browser, address) {
  const context = await browser.newContext()
  const page = await context.newPage()
  const engine = await context.newCDPSession(page)
  await engine.send('Performance.enable', { timeDomain: 'threadTicks' })
  const before = await durations(engine)
  await page.goto(address)
  await page.locator('html[data-done]').waitFor({ state: 'attached' })
  await page.waitForTimeout(500)
  const after = await durations(engine)
  await context.close()
  return Object.fromEntries(kinds.map((kind) => [kind, (after[kind] - before[kind]) * slowdown]))
}

async function durations(engine) {
  const { metrics } = await engine.send('Performance.getMetrics')
  const of = (wanted) => metrics.find(({ name }) => name === `${wanted}Duration`).value * 1000
  return Object.fromEntries(kinds.map((kind) => [kind, of(kind)]))
}

async function newSecret(origin) {
  const call = (path, body) =>
    fetch(origin + path, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    }).then((answer) => answer.json())
  const { organisationId } = await call('/v3/organisations/me')
  const session = await call('/v3/post-purchase/sessions', {
    organisationId,
    consumer: { reference: 'bench', countryCode: 'GBR' },
    transaction: { amount: 47.97, currencyCode: 'GBP' },
    merchant: { name: 'Bench', mcc: '5942', countryCode: 'GBR' },
  })
  if (!session.clientSecret) throw new Error(JSON.stringify(session))
  return session.clientSecret
}

async function findChromium() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH
  const { status, stdout } = spawnSync('which', ['chromium'], { encoding: 'utf8' })
  if (status === 0) return stdout.trim()
  const { default: packaged } = await import('@sparticuz/chromium')
  return packaged.executablePath()
}

const sumOf = ({ Script, RecalcStyle, Layout }) => Script + RecalcStyle + Layout

function quantile(list, kind, share) {
  return list.map((one) => one[kind]).sort((a, b) => a - b)[Math.floor(list.length * share)]
}
