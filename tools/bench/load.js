// Sends requests over kept connections for a while and says how many were answered, and how fast.
import http from 'node:http'

export const connections = 32
export const windowMs = 4_000
const warmUpMs = 1_500

/**
 * One window of load. `next` answers `{ path, headers, method?, body? }` for each request.
 * An answer other than `expected` is an error: a benchmark of refusals would be a lie.
 */
export async function load(origin, next, { ms = windowMs, expected = 200 } = {}) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections })
  const { hostname, port } = new URL(origin)
  const send = () => request({ agent, hostname, port, ...next() }, expected)
  await drive(send, warmUpMs)
  const latencies = await drive(send, ms)
  agent.destroy()
  latencies.sort((a, b) => a - b)
  const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))]
  return { perSecond: (latencies.length / ms) * 1000, p50: at(0.5), p99: at(0.99) }
}

async function drive(send, ms) {
  const until = performance.now() + ms
  const latencies = []
  const worker = async () => {
    while (performance.now() < until) {
      const began = performance.now()
      await send()
      latencies.push(performance.now() - began)
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  return latencies
}

function request({ body, ...options }, expected) {
  return new Promise((resolve, reject) => {
    const outgoing = http.request(options, (answer) => {
      answer.on('end', () => {
        if (answer.statusCode === expected) resolve()
        else reject(new Error(`${options.path} answered ${answer.statusCode}`))
      })
      answer.on('error', reject)
      answer.resume()
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Windows of the measured and of its anchor in turn, and the medians of each. */
export async function compare(rounds, measured, anchor) {
  const windows = { measured: [], anchor: [] }
  for (let round = 0; round < rounds; round++) {
    windows.anchor.push(await anchor())
    windows.measured.push(await measured())
  }
  const median = (list, pick) => list.map(pick).sort((a, b) => a - b)[Math.floor(list.length / 2)]
  const summary = (list) => ({
    perSecond: median(list, (one) => one.perSecond),
    p50: median(list, (one) => one.p50),
    p99: median(list, (one) => one.p99),
  })
  const ratios = windows.measured
    .map((one, index) => one.perSecond / windows.anchor[index].perSecond)
    .sort((a, b) => a - b)
  return { measured: summary(windows.measured), anchor: summary(windows.anchor), ratios }
}

export function report(name, goal, { measured, anchor, ratios }, memoryMb) {
  const line = ({ perSecond, p50, p99 }) =>
    `${Math.round(perSecond)}/s, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`
  const middle = ratios[Math.floor(ratios.length / 2)]
  console.log(`\n${name}`)
  console.log(`  service  ${line(measured)}, ${memoryMb} MB`)
  console.log(`  anchor   ${line(anchor)}`)
  console.log(
    `  ratio    ${middle.toFixed(2)} (${ratios.map((ratio) => ratio.toFixed(2)).join(', ')}); goal ${goal}`,
  )
}
