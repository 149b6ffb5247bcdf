// `npm start`: installs what is missing, builds, and runs the service with the demo shop beside it until Ctrl-C.
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { prepare } from './prepare.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dataDir = process.env.EKKO_DATA_DIR ?? join(root, '.data')
const demoPort = process.env.DEMO_PORT ?? '4001'
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP']

prepare('run')

const children = []
let stopping = false
for (const signal of stopSignals) process.on(signal, () => stop('SIGTERM'))

const service = run('service', ['packages/service/bin/ekko.js', 'serve', '--json'], {}, 'pipe')
createInterface({ input: service.stdout }).once('line', (line) => {
  const { origin, apiKey, sandboxDashboard } = JSON.parse(line)
  const shop = apiKey && (process.env.EKKO_ENVIRONMENT ?? 'sandbox') === 'sandbox'
  if (shop)
    run('demo shop', ['examples/demo-shop/dist/main.js'], { EKKO_ORIGIN: origin, EKKO_API_KEY: apiKey })
  process.stdout.write(welcome(origin, apiKey, shop, sandboxDashboard))
})

function run(name, args, env, stdout = 'inherit') {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, EKKO_DATA_DIR: dataDir, DEMO_PORT: demoPort, ...env },
    stdio: ['ignore', stdout, 'inherit'],
    // A process group of its own: Ctrl-C reaches only us, and we stop the two in order.
    detached: process.platform !== 'win32',
  })
  children.push(child)
  child.on('exit', (code, signal) => {
    if (!stopping && name === 'service') process.stderr.write(`the ${name} stopped (${signal ?? code})\n`)
    children.splice(children.indexOf(child), 1)
    if (name === 'service') {
      process.exitCode = stopping ? 0 : (code ?? 1)
      stop('SIGTERM')
    }
  })
  return child
}

function stop(signal) {
  stopping = true
  for (const child of children) child.kill(signal)
}

function welcome(origin, apiKey, shop, sandboxDashboard) {
  const lines = [
    '',
    shop && `  Open the demo shop   http://127.0.0.1:${demoPort}`,
    `  The service          ${origin}   (API reference: ${origin}/reference)`,
    apiKey && `  API key              ${apiKey}`,
    sandboxDashboard && `  Payment dashboard    ${sandboxDashboard}`,
    `  Data                 ${dataDir}`,
    '',
    '  Sandbox: no real money, sample projects. Ctrl-C stops it.',
    '',
    '',
  ]
  return lines.filter((line) => line !== false && line !== null).join('\n')
}
