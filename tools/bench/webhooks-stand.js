// What tools/bench/webhooks.js measures on: a receiver in a process of its own, a fresh database, endpoints and events.

import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { appendEvent } from '../../packages/service/dist/events/events.js'
import { systemClock } from '../../packages/service/dist/kernel/clock.js'
import { newId } from '../../packages/service/dist/kernel/id.js'
import { silentLog } from '../../packages/service/dist/kernel/log.js'
import { migrate } from '../../packages/service/dist/kernel/migrate.js'
import { openPostgres } from '../../packages/service/dist/kernel/postgres.js'
import { insertOrganisation } from '../../packages/service/dist/organisations/organisations.js'
import { newWebhookSecret } from '../../packages/service/dist/webhooks/signature.js'
import { SigningKeys } from '../../packages/service/dist/webhooks/signing-key.js'

/** About as large as an event. */
export const body = JSON.stringify({ filler: randomBytes(450).toString('hex') })

/** Comparable between processes of one machine. */
export function nowMs() {
  return performance.timeOrigin + performance.now()
}

const master = new Uint8Array(32).fill(7)
export const receiver = await startReceiver()
const database = await freshDatabase()

export const context = {
  environment: 'sandbox',
  origin: 'http://127.0.0.1',
  database: database.database,
  clock: systemClock,
  log: silentLog,
  keys: { master },
}

export async function close() {
  await database.drop()
  receiver.process.disconnect()
}

export async function emit(organisationId, id) {
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
export async function subscribe(count, hanging = 0) {
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

export async function preload(endpoints, each) {
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

export async function clear() {
  await database.script(
    'alter table event disable trigger user; alter table delivery_attempt disable trigger user;' +
      'alter table webhook_endpoint disable trigger user;' +
      'truncate event, delivery, delivery_attempt, webhook_secret, webhook_endpoint; vacuum analyze',
  )
  await receiver.take()
}

/** Lets the server finish with what was just loaded, so that its disk and statistics are not what is measured. */
export async function settle() {
  await database.script('vacuum analyze event; vacuum analyze delivery; analyze')
  await database.script('checkpoint').catch(() => undefined)
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
