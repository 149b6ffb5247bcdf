// The ledger: does sealing keep up with booking, how far behind is it, and how fast is everything verified, next to PostgreSQL
// merely printing the postings. Books through `book_contribution`, as the service does.
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { systemClock } from '../../packages/service/dist/kernel/clock.js'
import { newId } from '../../packages/service/dist/kernel/id.js'
import { silentLog } from '../../packages/service/dist/kernel/log.js'
import { Metrics } from '../../packages/service/dist/kernel/metrics.js'
import { migrate } from '../../packages/service/dist/kernel/migrate.js'
import { openPostgres } from '../../packages/service/dist/kernel/postgres.js'
import { verifyLedger } from '../../packages/service/dist/ledger/ledger.js'
import { startSealing } from '../../packages/service/dist/ledger/seal-rounds.js'
import { sealedChannel, sealNow } from '../../packages/service/dist/ledger/seals.js'
import { startPostgres } from './postgres.js'

const bookingsMax = Number(process.env.EKKO_BENCH_BOOKINGS ?? 12_000)
const clients = 16
const bell = 'bench_bell'
const bellMs = 10
const rounds = 3
const master = new Uint8Array(32).fill(7)

export async function ledgerBench() {
  const postgres = await startPostgres()
  const database = await openPostgres({ url: postgres.url, poolMax: clients + 6, onWarning: console.warn })
  const context = {
    environment: 'sandbox',
    origin: 'http://127.0.0.1',
    database,
    clock: systemClock,
    log: silentLog,
    keys: { master },
  }
  try {
    await migrate(database)
    const parties = await prepare(database, 2 * bookingsMax)
    const alone = await bookAll(database, parties, 0)
    const backlogMs = await timed(() => sealNow(context))
    console.log(`booking alone, ${clients} at once: ${rate(bookingsMax, alone)} journals/s`)
    console.log(`sealing what waits, alone: ${rate(bookingsMax, backlogMs)} journals/s`)
    await bookAndSeal(context, parties, alone)
    await verifyAll(context, postgres.url)
  } finally {
    await database.close()
    await postgres.stop()
  }
}

/** Booking with the sealer at work, and for each journal how long after its commit its seal was seen. */
async function bookAndSeal(context, parties, aloneMs) {
  const { database } = context
  const committedAt = new Map()
  const lags = []
  let seen = bookingsMax
  const look = async () => {
    const rows = await database.query(
      'select seal_number as number, journal_id as id from seal where seal_number > $1 order by seal_number',
      [seen],
    )
    const now = performance.now()
    for (const { number, id } of rows) {
      seen = Math.max(seen, Number(number))
      // Seen before its client had the answer: no lag at all.
      lags.push(Math.max(0, now - (committedAt.get(id) ?? now)))
    }
  }
  let looking = Promise.resolve()
  const onSealed = () => {
    looking = looking.then(look)
  }
  const unlisten = await database.listen(sealedChannel, onSealed, onSealed)
  const sealing = startSealing(context, new Metrics(), bell)
  const ringing = setInterval(() => database.query("select pg_notify($1, '')", [bell]), bellMs)
  const bookedMs = await bookAll(database, parties, bookingsMax, (id) =>
    committedAt.set(id, performance.now()),
  )
  const caughtUpMs = await timed(() => sealNow(context))
  clearInterval(ringing)
  await sealing.stop()
  onSealed()
  await looking
  await unlisten()
  lags.sort((a, b) => a - b)
  const at = (share) => lags[Math.ceil(share * lags.length) - 1].toFixed(0)
  console.log(
    `booking while sealing: ${rate(bookingsMax, bookedMs)} journals/s (${(aloneMs / bookedMs).toFixed(2)} of alone); ` +
      `${lags.length} seals, lag p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms; caught up ${caughtUpMs.toFixed(0)} ms after`,
  )
}

async function verifyAll({ database }, url) {
  await database.query('analyze')
  const results = []
  for (let round = 0; round < rounds; round++) {
    let report
    const verifyMs = await timed(async () => {
      report = await verifyLedger(database, master)
    })
    if (report.broken.length > 0) throw new Error(report.broken.join('\n'))
    const copyMs = await timed(() => copyPostings(url))
    results.push({ verified: report.postings / (verifyMs / 1000), copied: report.postings / (copyMs / 1000) })
  }
  results.sort((a, b) => a.verified - b.verified)
  const { verified, copied } = results[Math.floor(rounds / 2)]
  console.log(
    `verify, laws and seals: ${verified.toFixed(0)} postings/s; copy posting to stdout: ${copied.toFixed(0)} postings/s; ` +
      `ratio ${(verified / copied).toFixed(3)} (median of ${rounds})`,
  )
}

function copyPostings(url) {
  const { status, stderr } = spawnSync('psql', [url, '-qc', 'copy posting to stdout'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`psql: ${stderr}`)
}

async function prepare(database, count) {
  const [root, shop, session] = [randomUUID(), randomUUID(), randomUUID()]
  for (const [id, parent] of [
    [root, null],
    [shop, root],
  ]) {
    await database.query(
      `insert into organisation (id, parent_id, root_id, path, trading_name, legal_name, address, currency,
         relative_profit_share_ppm, service_fee_ppm, brand_id, product_id, created_at)
       values ($1, $2, $3, $4, 'Bench', 'Bench Ltd', '{}', 'GBP', 0, 0, gen_random_uuid(), gen_random_uuid(), now())`,
      [id, parent, root, parent === null ? [id] : [parent, id]],
    )
  }
  await database.query(
    `insert into post_purchase_session (id, quote_id, organisation_id, variant, created_at, expires_at, link_expires_at)
     values ($1, $1, $2, 'embedded', now(), now(), now())`,
    [session, shop],
  )
  const rows = await database.query(
    `insert into contribution (id, session_id, quote_id, organisation_id, consumer_id, state, currency, amount_minor, split,
       card_cost_minor, consent, psp, created_at, updated_at)
     select gen_random_uuid(), $1, $1, $2, gen_random_uuid(), 'failed', 'GBP', 792, '{}', 0, '{}', 'bench', now(), now()
     from generate_series(1, $3::integer) returning id`,
    [session, shop, count],
  )
  return { root, shop, contributions: rows.map(({ id }) => id) }
}

async function bookAll(database, parties, from, onBooked = () => {}) {
  const wanted = parties.contributions.slice(from, from + bookingsMax)
  let next = 0
  return timed(() =>
    Promise.all(
      Array.from({ length: clients }, async () => {
        while (next < wanted.length) {
          const contribution = wanted[next++]
          const booking = bookingOf(parties)
          await database.query('select book_contribution($1, $2::jsonb)', [
            contribution,
            JSON.stringify(booking),
          ])
          onBooked(booking.journalId)
        }
      }),
    ),
  )
}

function bookingOf({ root, shop }) {
  const now = new Date()
  const id = () => newId(now.getTime())
  const [allocationId, eventId] = [id(), id()]
  const posting = (kind, ownerId, amount) => ({ kind, ownerId, amount: String(amount) })
  const line = (number, kind, impact) => ({
    line: number,
    kind,
    impactPartnerId: root,
    projectId: shop,
    grams: kind === 'credit' ? 1000.5 : null,
    impact: String(impact),
    impactTax: String(impact / 5),
    serviceFee: String(impact / 10),
    serviceFeeTax: String(impact / 50),
  })
  return {
    now,
    paidAt: now,
    journalId: id(),
    allocationId,
    postings: [
      posting('psp_clearing', root, 792),
      posting('project_payable', root, -100),
      posting('project_payable', shop, -200),
      posting('partner_payable', root, -300),
      posting('service_fee', root, -20),
      posting('profit_share_payable', shop, -40),
      posting('sales_tax_payable', root, -132),
    ],
    impact: '600',
    impactTax: '120',
    serviceFee: '60',
    serviceFeeTax: '12',
    impactTaxPpm: 200_000,
    serviceFeeTaxPpm: 200_000,
    lines: [line(1, 'credit', 100), line(2, 'credit', 200), line(3, 'contribution', 300)],
    shares: [
      { line: 1, organisationId: root, amount: '20' },
      { line: 2, organisationId: shop, amount: '40' },
    ],
    record: {
      id: allocationId,
      fundsAt: now,
      partnerIds: [root],
      body: JSON.stringify({ id: allocationId, filler: 'x'.repeat(1200) }),
    },
    event: {
      id: eventId,
      type: 'IMPACT_PAYMENT',
      sequence: 1,
      body: JSON.stringify({ eventId, filler: 'x'.repeat(600) }),
    },
  }
}

async function timed(work) {
  const began = performance.now()
  await work()
  return performance.now() - began
}

const rate = (count, ms) => Math.round(count / (ms / 1000))
