// The servers under measurement, each a process of its own: the built service, and the bare anchors.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { freePort } from './postgres.js'

const bin = fileURLToPath(new URL('../../packages/service/bin/ekko.js', import.meta.url))
const readyTriesMax = 600
const readyPauseMs = 10
export const apiKey = 'ek_test_BenchmarkBenchmarkBenchmarkBenchmark'

/** Starts the service; answers when /healthz does. */
export function startService(env) {
  // One session's component is asked for as often as a thousand shoppers would.
  const own = { EKKO_BOOTSTRAP_API_KEY: apiKey, EKKO_RATE_LIMIT_PER_SECRET: '100000' }
  return start(bin, ['serve'], { ...own, ...env }, '/healthz')
}

/** Starts one of the files beside this one. */
export function startAnchor(name, env) {
  return start(fileURLToPath(new URL(`${name}.js`, import.meta.url)), [], env, '/')
}

async function start(file, args, env, readyPath) {
  const port = await freePort()
  const began = performance.now()
  const child = spawn(process.execPath, [file, ...args], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', PORT: String(port), ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const origin = `http://127.0.0.1:${port}`
  await untilAnswers(origin + readyPath, child)
  return {
    origin,
    startMs: performance.now() - began,
    memoryMb: () =>
      Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024),
    stop: () => {
      child.kill('SIGTERM')
      return new Promise((resolve) => child.once('exit', resolve))
    },
  }
}

async function untilAnswers(url, child) {
  for (let tries = 0; tries < readyTriesMax * 10; tries++) {
    if (child.exitCode !== null) throw new Error(`a server ended with code ${child.exitCode}`)
    const answered = await fetch(url).then(
      (answer) => answer.arrayBuffer().then(() => true),
      () => false,
    )
    if (answered) return
    await new Promise((resolve) => setTimeout(resolve, readyPauseMs))
  }
  throw new Error(`${url} did not answer`)
}
