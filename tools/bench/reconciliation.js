// What a page of records costs at a depth of a million against the first page, and an export against `COPY … TO STDOUT` of the
// same rows. Needs a build; `node tools/bench/reconciliation.js`. Prints ratios beside the goals and judges nothing.
// Each record that is exported has a consumer of its own, as in the service, where each session writes one: an export of
// records that share consumers could open each seal once and would look better than it is.

import { createHash, randomUUID } from 'node:crypto'
import { loadavg } from 'node:os'
import Fastify from 'fastify'
import pg from 'pg'
import { ConsumerSeals } from '../../packages/service/dist/consumers/consumer.js'
import { openDatabase } from '../../packages/service/dist/kernel/database.js'
import { newId } from '../../packages/service/dist/kernel/id.js'
import { migrate } from '../../packages/service/dist/kernel/migrate.js'
import { organisationsIn } from '../../packages/service/dist/organisations/organisations.js'
import { openExport } from '../../packages/service/dist/reconciliation/exports.js'
import { listImpactRecords } from '../../packages/service/dist/reconciliation/records.js'
import { startPostgres } from './postgres.js'

const records = Number(process.env.EKKO_BENCH_RECORDS ?? 1_000_100)
const exported = Math.min(records, 100_000)
const consumersAtOnce = 5_000
const watchMs = 50
const pageRounds = 200
const exportRounds = Number(process.env.EKKO_BENCH_ROUNDS ?? 3)
const page = { dateTimeFrom: '2020-01-01', dateTimeTo: '2100-01-01', limit: '25' }

const server = await startPostgres()
const database = await openDatabase({ url: server.url, dataDir: '.', onWarning: () => {} })
try {
  await migrate(database)
  const clock = { now: () => new Date() }
  const keys = { master: createHash('sha256').update('bench').digest() }
  const log = { error: console.error, warn: () => {}, info: () => {} }
  const context = { environment: 'sandbox', origin: 'http://127.0.0.1', database, clock, log, keys }
  const organisations = organisationsIn(database, clock)
  const rootId = await fill(keys.master)
  await pages(context, organisations, rootId)
  await exports(context, organisations, rootId)
} finally {
  await database.close()
  await server.stop()
}

/** Records and their seals; the journals behind them are not read by either, so they are left out. */
async function fill(master) {
  const rootId = randomUUID()
  const client = await connect()
  await client.query(
    `insert into organisation (id, root_id, path, trading_name, legal_name, address, currency, relative_profit_share_ppm,
       service_fee_ppm, brand_id, product_id, created_at)
     values ($1, $1, array[$1::uuid], 'Bench', 'Bench', '{}', 'GBP', 0, 0, gen_random_uuid(), gen_random_uuid(), now())`,
    [rootId],
  )
  const consumerIds = await fillConsumers(client, master, rootId)
  await client.query("set session_replication_role = 'replica'")
  await client.query(
    `insert into impact_record (id, allocation_id, journal_id, organisation_id, organisation_path, consumer_id, partner_ids,
       funds_at, body)
     select id, id, id, $1, array[$1::uuid], ($2::uuid[])[1 + n % cardinality($2::uuid[])], array[$1::uuid], now(), '{"id":"' || id || '","filler":"' || repeat('x', 1100) || '"}'
     from (select n, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id from generate_series(1, $3::integer) n) as n`,
    [rootId, consumerIds, records],
  )
  await client.query(
    `insert into seal (seal_number, journal_id, record_id, organisation_id, root_id, leaf_hash, chain_hash, sealed_at)
     select n, id, id, $1, $1, sha256('a'), sha256('a'), now()
     from generate_series(1, $2::integer) n, lateral (
       select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id) as own`,
    [rootId, records],
  )
  await client.query('analyze impact_record, seal')
  await client.end()
  return rootId
}

async function fillConsumers(client, master, rootId) {
  const seals = new ConsumerSeals(master)
  const ids = Array.from({ length: exported }, () => newId(Date.now()))
  for (let from = 0; from < exported; from += consumersAtOnce) {
    const some = ids.slice(from, from + consumersAtOnce)
    const sealed = some.map((id, index) => seals.seal(id, rootId, { reference: `consumer_${from + index}` }))
    const column = (name) => sealed.map((each) => each[name])
    await client.query(
      `insert into consumer (id, organisation_id, lookup, sealed_key, sealed)
       select id, $1, lookup, sealed_key, sealed from unnest($2::uuid[], $3::bytea[], $4::bytea[], $5::bytea[])
         as row (id, lookup, sealed_key, sealed)`,
      [rootId, some, column('lookup'), column('sealedKey'), column('sealed')],
    )
  }
  await client.query('analyze consumer')
  return ids
}

async function pages(context, organisations, rootId) {
  // The records are numbered as they are sealed, so the cursor of a depth is known.
  const cursor = `00000000-0000-7000-8000-${(records - 1_000_000).toString(16).padStart(12, '0')}`
  const deep = { ...page, startingAfter: cursor }
  const [{ id }] = (await listImpactRecords(context, organisations, rootId, { ...page, limit: '1' })).data
  const near = { ...page, startingAfter: id }
  const times = { first: [], near: [], deep: [] }
  for (let round = 0; round < pageRounds; round++) {
    for (const [name, query] of Object.entries({ first: page, near, deep })) {
      const began = performance.now()
      await listImpactRecords(context, organisations, rootId, query)
      times[name].push(performance.now() - began)
    }
  }
  const [first, second, last] = Object.values(times).map(median)
  console.log(
    `a page: first ${first.toFixed(2)} ms, second ${second.toFixed(2)} ms, at depth 1,000,000 ${last.toFixed(2)} ms: ` +
      `${(last / first).toFixed(2)} of the first, ${(last / second).toFixed(2)} of the second (goal at most 1.2)`,
  )
}

async function exports(context, organisations, rootId) {
  const client = await connect()
  // The last records only: what is measured is the rate.
  await client.query("set session_replication_role = 'replica'")
  await client.query('delete from seal where seal_number > $1', [exported])
  const app = Fastify()
  app.get('/', async (_request, reply) =>
    reply.send(await openExport(context, organisations, rootId, 'impact-records', 'ndjson', {})),
  )
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  const open = (format) => openExport(context, organisations, rootId, 'impact-records', format, {})
  const runs = {
    copy: () => copyOut(client, rootId),
    stream: () => drain(open('ndjson')),
    http: async () => drain((await fetch(origin)).body),
    csv: () => drain(open('csv')),
  }
  const found = Object.fromEntries(Object.keys(runs).map((name) => [name, []]))
  for (let round = 1; round <= exportRounds; round++)
    for (const [name, run] of Object.entries(runs)) {
      const one = await measured(run)
      found[name].push(one)
      console.log(
        `round ${round}, ${name}: ${Math.round(one.rate)} rows/s, ${one.cpuUs.toFixed(1)} µs of CPU here a row, ` +
          `memory grew by ${Math.round(one.grownBytes / 2 ** 20)} MB, load ${loadavg()[0].toFixed(1)}`,
      )
    }
  await app.close()
  await client.end()
  const rateOf = (name) => median(found[name].map(({ rate }) => rate))
  for (const name of Object.keys(runs))
    console.log(
      `export ${name}: ${Math.round(rateOf(name))} rows/s, ${(rateOf(name) / rateOf('copy')).toFixed(2)} of COPY (goal at least 0.5)`,
    )
}

/** Rows a second, processor time of this process for each, and how far its memory grew beyond where it began. */
async function measured(run) {
  const rss = process.memoryUsage.rss()
  let most = rss
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss())
  }, watchMs)
  const cpu = process.cpuUsage()
  const began = performance.now()
  await run()
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  clearInterval(watch)
  return { rate: exported / seconds, cpuUs: (user + system) / exported, grownBytes: most - rss }
}

async function drain(stream) {
  let bytes = 0
  for await (const part of await stream) bytes += part.length
  return bytes
}

function copyOut(client, rootId) {
  const sql = `copy (
    select r.body, c.sealed_key, c.sealed from seal s join impact_record r on r.id = s.record_id
    left join consumer c on c.id = r.consumer_id
    where s.root_id = '${rootId}' order by s.seal_number) to stdout`
  return new Promise((resolve, reject) => {
    let bytes = 0
    client.query({
      submit: (connection) => connection.query(sql),
      handleCopyData: ({ chunk }) => {
        bytes += chunk.length
      },
      handleCommandComplete: () => {},
      handleReadyForQuery: () => resolve(bytes),
      handleError: reject,
      handleRowDescription: () => {},
      handleDataRow: () => {},
    })
  })
}

async function connect() {
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  return client
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
