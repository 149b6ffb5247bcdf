// How webhook delivery compares with a bare loop that signs and posts the same bodies over the same kind of agent.
// Needs a build and a PostgreSQL whose user may create databases: DATABASE_URL=… node tools/bench/webhooks.js [part …]
// Prints ratios beside the goals and judges nothing: on a busy machine only the ratios of one run mean something.

import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { newId } from '../../packages/service/dist/kernel/id.js'
import { claimDeliveries } from '../../packages/service/dist/webhooks/claims.js'
import { startDeliveries } from '../../packages/service/dist/webhooks/deliveries.js'
import { openEgress } from '../../packages/service/dist/webhooks/egress.js'
import { newWebhookSecret, signWebhook } from '../../packages/service/dist/webhooks/signature.js'
import { soundAround, soundFresh } from '../../packages/service/dist/webhooks/soundings.js'
import {
  body,
  clear,
  close,
  context,
  emit,
  nowMs,
  preload,
  receiver,
  settle,
  subscribe,
} from './webhooks-stand.js'

const ROUNDS = Number(process.env.EKKO_BENCH_ROUNDS ?? 3)
const THROUGHPUT_DELIVERIES = 6_000
const CONCURRENCY = 64
const PER_SECOND = 50
const LATENCY_SECONDS = 10
const ISOLATION_SECONDS = 12
const CLAIM_ROUNDS = 60
/** A connection plans a statement anew for the first five times; a process that has run for a second has that behind it. */
const WARM_UP_ROUNDS = 10

const parts = { throughput, latency, isolation, claims }
const asked = process.argv.slice(2)
try {
  for (const [name, part] of Object.entries(parts)) {
    if (asked.length === 0 || asked.includes(name)) await part()
  }
} finally {
  await close()
}

async function throughput() {
  const rows = []
  for (let round = 0; round < ROUNDS; round++) {
    const bare = await bareThroughput()
    const { endpoints } = await subscribe(20)
    await preload(endpoints, THROUGHPUT_DELIVERIES / endpoints.length)
    await receiver.take()
    const startedMs = performance.now()
    const deliveries = startDeliveries(context)
    while ((await receiver.count()) < THROUGHPUT_DELIVERIES) await pause(10)
    const service = THROUGHPUT_DELIVERIES / ((performance.now() - startedMs) / 1000)
    await deliveries.stop()
    rows.push({ bare, service, ratio: service / bare })
    await clear()
  }
  say('deliveries a second (goal: ratio of at least 0.5)', rows)
}

async function bareThroughput() {
  const egress = openEgress('sandbox')
  const secret = newWebhookSecret()
  await receiver.take()
  let left = THROUGHPUT_DELIVERIES
  const startedMs = performance.now()
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (left-- > 0) await egress.post(receiver.url('/bare'), signed(secret, randomUUID()), body)
    }),
  )
  egress.close()
  return THROUGHPUT_DELIVERIES / ((performance.now() - startedMs) / 1000)
}

async function latency() {
  const rows = []
  for (let round = 0; round < ROUNDS; round++) {
    const egress = openEgress('sandbox')
    const secret = newWebhookSecret()
    const bare = await measured(LATENCY_SECONDS, async (id) => {
      const at = nowMs()
      await egress.post(receiver.url('/bare'), signed(secret, id), body)
      return at
    })
    egress.close()
    const { organisations } = await subscribe(20)
    const deliveries = startDeliveries(context)
    const service = await measured(LATENCY_SECONDS, (id) => emit(organisations[pick(20)], id))
    await deliveries.stop()
    rows.push({ bareP99: bare.p99, p50: service.p50, p99: service.p99, ratio: service.p99 / bare.p99 })
    await clear()
  }
  say(`milliseconds from commit to receipt at ${PER_SECOND}/s (goal: p99 ratio of at most 5)`, rows)
}

async function isolation() {
  for (const [count, hanging] of [
    [20, 1],
    [1_000, 200],
  ]) {
    const rows = []
    for (let round = 0; round < ROUNDS; round++) {
      const row = {}
      for (const hang of [0, hanging]) {
        const { organisations } = await subscribe(count, hang)
        const deliveries = startDeliveries(context)
        const healthy = new Set()
        const result = await measured(
          ISOLATION_SECONDS,
          (id) => {
            const index = pick(count)
            if (index >= hang) healthy.add(id)
            return emit(organisations[index], id)
          },
          healthy,
        )
        await stopAtOnce(deliveries)
        Object.assign(row, hang === 0 ? { p99Without: result.p99 } : { p99: result.p99, lost: result.lost })
        await clear()
      }
      rows.push({ ...row, ratio: row.p99 / row.p99Without })
    }
    say(`the others' milliseconds with ${hanging} of ${count} hanging (goal: p99 ratio of at most 2)`, rows)
  }
}

// The whole step of a dispatcher: look at what is new, claim ten, over a backlog of one endpoint and of many.
async function claims() {
  const rows = []
  for (const [endpointCount, each] of [
    [1, 1_000],
    [1, 20_000],
    [1, 100_000],
    [100, 10],
    [100, 1_000],
    [10_000, 10],
  ]) {
    const { endpoints } = await subscribe(endpointCount)
    await preload(endpoints, each)
    await settle()
    const candidates = endpoints.slice(0, 128).map((endpointId) => ({ endpointId, sending: 0 }))
    const { xid } = await soundFresh(context.database, null)
    const times = { fresh: [], around: [], claim: [] }
    for (let round = -WARM_UP_ROUNDS; round < CLAIM_ROUNDS; round++) {
      if (round === 0) for (const list of Object.values(times)) list.length = 0
      await timed(times.fresh, () => soundFresh(context.database, xid))
      await timed(times.around, () => soundAround(context.database, null))
      const room = { total: 10, failing: 0 }
      await timed(times.claim, () =>
        claimDeliveries(context.database, new Date(), randomUUID(), room, candidates),
      )
    }
    rows.push({
      endpoints: endpointCount,
      waiting: endpointCount * each,
      claim: median(times.claim),
      newest: median(times.fresh),
      lookAround: median(times.around),
    })
    await clear()
  }
  for (const row of rows) {
    const shortest = rows.find((one) => one.endpoints === row.endpoints)
    row.ratio = row.claim / shortest.claim
  }
  say(
    `milliseconds, medians of ${CLAIM_ROUNDS} (goal: claim flat from 1,000 to 100,000 waiting, ratio at most 1.5)`,
    rows,
  )
}

// -- what the parts share --

async function measured(seconds, send, only) {
  await receiver.take()
  const sentAt = new Map()
  const sending = []
  const startedMs = performance.now()
  for (let index = 0; index < seconds * PER_SECOND; index++) {
    await pause(Math.max(0, startedMs + (index * 1000) / PER_SECOND - performance.now()))
    const id = newId(Date.now())
    sending.push(send(id).then((at) => sentAt.set(id, at)))
  }
  await Promise.race([Promise.all(sending), pause(2_000)])
  await pause(1_500)
  const arrivals = new Map(await receiver.take())
  const waits = []
  for (const [id, at] of sentAt) {
    if (only === undefined || only.has(id)) waits.push((arrivals.get(id) ?? Number.POSITIVE_INFINITY) - at)
  }
  waits.sort((a, b) => a - b)
  const at = (share) => waits[Math.min(waits.length - 1, Math.floor(share * waits.length))]
  return { p50: at(0.5), p99: at(0.99), lost: waits.filter((wait) => !Number.isFinite(wait)).length }
}

/** What hangs would otherwise be waited for. */
async function stopAtOnce(deliveries) {
  await Promise.race([deliveries.stop(), pause(11_000)])
}

function signed(secret, id) {
  const seconds = Math.floor(Date.now() / 1000)
  return {
    'content-type': 'application/json',
    'user-agent': 'ekko-webhooks/1',
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signWebhook([secret], id, seconds, body),
  }
}

async function timed(times, work) {
  const startedMs = performance.now()
  await work()
  times.push(performance.now() - startedMs)
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1]
}

function pick(count) {
  return Math.floor(Math.random() * count)
}

function say(title, rows) {
  const round = (value) => (typeof value === 'number' ? Number(value.toPrecision(3)) : value)
  console.log(`\n${title}`)
  console.table(
    rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, round(value)]))),
  )
}
