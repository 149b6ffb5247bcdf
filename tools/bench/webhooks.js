// How webhook delivery compares with a bare loop that signs and posts the same bodies over the same kind of agent.
// Needs a build and a PostgreSQL whose user may create databases: DATABASE_URL=… node tools/bench/webhooks.js [part …]
// Prints ratios beside the goals and judges nothing: on a busy machine only the ratios of one run mean something.

import { fork } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { appendEvent } from '../../packages/service/dist/events/events.js'
import { systemClock } from '../../packages/service/dist/kernel/clock.js'
import { newId } from '../../packages/service/dist/kernel/id.js'
import { silentLog } from '../../packages/service/dist/kernel/log.js'
import { migrate } from '../../packages/service/dist/kernel/migrate.js'
import { openPostgres } from '../../packages/service/dist/kernel/postgres.js'
import { insertOrganisation } from '../../packages/service/dist/organisations/organisations.js'
import { claimDeliveries } from '../../packages/service/dist/webhooks/claims.js'
import { startDeliveries } from '../../packages/service/dist/webhooks/deliveries.js'
import { openEgress } from '../../packages/service/dist/webhooks/egress.js'
import { newWebhookSecret, signWebhook } from '../../packages/service/dist/webhooks/signature.js'
import { SigningKeys } from '../../packages/service/dist/webhooks/signing-key.js'
import { soundAround, soundFresh } from '../../packages/service/dist/webhooks/soundings.js'

const ROUNDS = 3
const THROUGHPUT_DELIVERIES = 6_000
const CONCURRENCY = 64
const PER_SECOND = 50
const LATENCY_SECONDS = 10
const ISOLATION_SECONDS = 12

const body = JSON.stringify({ filler: randomBytes(450).toString('hex') })
const master = new Uint8Array(32).fill(7)
const receiver = await startReceiver()
const database = await freshDatabase()
const context = {
  environment: 'sandbox',
  origin: 'http://127.0.0.1',
  database: database.database,
  clock: systemClock,
  log: silentLog,
  keys: { master },
}

const parts = { throughput, latency, isolation, claims }
const asked = process.argv.slice(2)
try {
  for (const [name, part] of Object.entries(parts)) {
    if (asked.length === 0 || asked.includes(name)) await part()
  }
} finally {
  await database.drop()
  receiver.process.disconnect()
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
    await database.database.query('analyze')
    const candidates = endpoints.slice(0, 128).map((endpointId) => ({ endpointId, sending: 0 }))
    const { xid } = await soundFresh(database.database, null)
    const times = { fresh: [], around: [], claim: [] }
    for (let round = 0; round < 40; round++) {
      await timed(times.fresh, () => soundFresh(database.database, xid))
      await timed(times.around, () => soundAround(database.database, null))
      const room = { total: 10, failing: 0 }
      await timed(times.claim, () =>
        claimDeliveries(database.database, new Date(), randomUUID(), room, candidates),
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
  say('milliseconds, medians of 40 (goal: claim flat from 1,000 to 100,000 waiting, ratio at most 1.5)', rows)
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

async function emit(organisationId, id) {
  await context.database.transaction((tx) =>
    appendEvent(tx, context.database, {
      id,
      organisationId,
      type: 'IMPACT_PAYMENT',
      objectId: id,
      objectSequence: 1,
      body,
      createdAt: new Date(),
    }),
  )
  return nowMs()
}

/** One organisation for each endpoint; the first `hanging` never answer. */
async function subscribe(count, hanging = 0) {
  const keys = new SigningKeys(master)
  const wanted = {
    tradingName: 'Bench',
    legalName: 'Bench Ltd',
    currencyCode: 'GBP',
    address: { line1: '1', city: 'London', postalCode: 'N1', countryCode: 'GBR' },
  }
  const organisations = []
  const endpoints = []
  for (let index = 0; index < count; index++) {
    const organisation = await insertOrganisation(context.database, systemClock, {
      parent: null,
      wanted,
      relativeSharePpm: 0,
      serviceFeePpm: 0,
    })
    const id = newId(Date.now())
    const path = index < hanging ? `/hang/${index}` : `/hooks/${index}`
    await context.database.query(
      `insert into webhook_endpoint (id, organisation_id, root_id, url, created_at) values ($1, $2, $2, $3, now())`,
      [id, organisation.id, receiver.url(path)],
    )
    await context.database.query(
      'insert into webhook_secret (id, endpoint_id, sealed, valid_from) values ($1, $2, $3, now())',
      [newId(Date.now()), id, keys.seal(id, newWebhookSecret())],
    )
    organisations.push(organisation.id)
    endpoints.push(id)
  }
  return { organisations, endpoints }
}

async function preload(endpoints, each) {
  await context.database.query(
    `with made as (
       insert into event (id, organisation_id, root_id, type, object_id, object_sequence, body, created_at)
       select time_ordered_id(happened), e.organisation_id, e.root_id, 'IMPACT_PAYMENT', gen_random_uuid(), 1, $2, happened
       from generate_series(1, $3::integer) as place
       cross join lateral (select now() - ($3::integer - place) * interval '1 ms' as happened) as t
       join webhook_endpoint e on e.id = any ($1::uuid[])
       returning id, organisation_id, created_at)
     insert into delivery (id, event_id, endpoint_id, next_at, created_at)
     select time_ordered_id(made.created_at), made.id, e.id, made.created_at, made.created_at
     from made join webhook_endpoint e on e.organisation_id = made.organisation_id`,
    [endpoints, body, each],
  )
}

async function clear() {
  await database.script(
    'alter table event disable trigger user; alter table delivery_attempt disable trigger user;' +
      'alter table webhook_endpoint disable trigger user;' +
      'truncate event, delivery, delivery_attempt, webhook_secret, webhook_endpoint; vacuum analyze',
  )
  await receiver.take()
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

async function startReceiver() {
  const child = fork(fileURLToPath(new URL('./webhooks-receiver.js', import.meta.url)))
  const next = () => new Promise((resolve) => child.once('message', resolve))
  const ask = (question) => {
    const answer = next()
    child.send(question)
    return answer
  }
  const port = await next()
  return {
    process: child,
    url: (path) => `http://127.0.0.1:${port}${path}`,
    count: () => ask('count'),
    take: () => ask('take'),
  }
}

async function freshDatabase() {
  const server = process.env.DATABASE_URL
  if (!server) throw new Error('set DATABASE_URL to a PostgreSQL whose user may create databases')
  const name = `ekko_bench_${randomBytes(4).toString('hex')}`
  await once(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const opened = await openPostgres({ url: url.href, poolMax: 10, onWarning: console.warn })
  await migrate(opened)
  return {
    database: opened,
    async script(text) {
      for (const statement of text.split(';')) await once(url.href, statement)
    },
    async drop() {
      await opened.close()
      await once(server, `drop database ${name} with (force)`)
    },
  }
}

async function once(url, statement) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
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

function nowMs() {
  return performance.timeOrigin + performance.now()
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
