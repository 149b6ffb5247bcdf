// The ledger: how fast are contributions of eight postings booked, next to one bare plpgsql call that writes a journal and
// the same postings; does sealing keep up, how far behind is it, and how fast is everything verified, next to PostgreSQL
// merely printing the postings. Books through `book_contributions`, those of one moment together, as the service does.
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { systemClock } from '../../packages/service/dist/kernel/clock.js'
import { newId } from '../../packages/service/dist/kernel/id.js'
import { silentLog } from '../../packages/service/dist/kernel/log.js'
import { Metrics } from '../../packages/service/dist/kernel/metrics.js'
import { migrate } from '../../packages/service/dist/kernel/migrate.js'
import { openPostgres } from '../../packages/service/dist/kernel/postgres.js'
import { together } from '../../packages/service/dist/kernel/together.js'
import { verifyLedger } from '../../packages/service/dist/ledger/ledger.js'
import { startSealing } from '../../packages/service/dist/ledger/seal-rounds.js'
import { sealedChannel, sealNow } from '../../packages/service/dist/ledger/seals.js'
import { startPostgres } from './postgres.js'

const bookingsMax = Number(process.env.EKKO_BENCH_BOOKINGS ?? 12_000)
const amounts = [792, -100, -200, -300, -20, -30, -10, -132]
const bookingRounds = 5
const warmUps = 200
/** For booking and for bare calls; whoever seals, looks or verifies has some of their own. */
const connections = 16
const connectionsBesides = 6
/** As many as there are connections, and so many that they wait for one. */
const fewCallers = 16
const manyCallers = 64
const bell = 'bench_bell'
const bellMs = 10
const rounds = 3
const master = new Uint8Array(32).fill(7)

export async function ledgerBench() {
  const postgres = await startPostgres()
  const open = (poolMax) => openPostgres({ url: postgres.url, poolMax, onWarning: console.warn })
  const [shared, database] = await Promise.all([open(connections), open(connectionsBesides)])
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
    const parties = await prepare(database, 3 * bookingsMax + warmUps)
    // The accounts are there, and statements are planned, before anything is measured.
    await makeBare(database)
    await bookAll(shared, parties, warmUps, fewCallers)
    await all(warmUps, fewCallers, bareBooking(shared))
    await bookBesideBare(shared, parties, fewCallers)
    const alone = await bookBesideBare(shared, parties, manyCallers)
    const backlogMs = await timed(() => sealNow(context))
    console.log(`sealing what waits, alone: ${rate(parties.booked, backlogMs)} journals/s`)
    await bookAndSeal(shared, context, parties, alone)
    await verifyAll(context, postgres.url)
  } finally {
    await Promise.all([shared.close(), database.close()])
    await postgres.stop()
  }
}

/** Rounds of each in turn, both through the same pool. Answers how long all the booking took. */
async function bookBesideBare(shared, parties, callers) {
  const bare = bareBooking(shared)
  const perRound = bookingsMax / bookingRounds
  const rounds = []
  let total = 0
  for (let round = 0; round < bookingRounds; round++) {
    const bareMs = await all(perRound, callers, bare)
    const bookedMs = await bookAll(shared, parties, perRound, callers)
    total += bookedMs
    rounds.push({ booked: rate(perRound, bookedMs), bare: rate(perRound, bareMs), ratio: bareMs / bookedMs })
  }
  rounds.sort((a, b) => a.ratio - b.ratio)
  const { booked, bare: bareRate, ratio } = rounds[Math.floor(bookingRounds / 2)]
  console.log(
    `booking, ${callers} callers, ${connections} connections: ${booked} contributions/s; ` +
      `bare plpgsql call with a journal and eight postings: ${bareRate}/s; ` +
      `ratio ${ratio.toFixed(2)} (median of ${bookingRounds}: ${rounds.map((each) => each.ratio.toFixed(2)).join(', ')}), goal 0.7`,
  )
  return total
}

/** A ledger of two tables with their keys, and nothing else. */
async function makeBare(database) {
  for (const sql of [
    `create table bare_journal (id uuid primary key, kind text not null, cause text not null unique,
       effective_at timestamptz not null, recorded_at timestamptz not null)`,
    `create table bare_posting (journal_id uuid not null, line integer not null, account_id uuid not null,
       currency text not null, amount_minor bigint not null, primary key (journal_id, line))`,
    'create index on bare_posting (account_id)',
    `create function bare_book(p_id uuid, p_at timestamptz, p_accounts uuid[], p_amounts bigint[]) returns void
     language plpgsql as $$
     begin
       insert into bare_journal values (p_id, 'contribution', 'contribution:' || p_id, p_at, p_at);
       insert into bare_posting select p_id, t.line, t.account, 'GBP', t.amount
         from unnest(p_accounts, p_amounts) with ordinality as t (account, amount, line);
     end $$`,
  ])
    await database.query(sql)
}

function bareBooking(shared) {
  const accounts = amounts.map(() => randomUUID())
  return () => {
    const now = new Date()
    return shared.query('select bare_book($1, $2, $3, $4)', [newId(now.getTime()), now, accounts, amounts])
  }
}

/** Booking with the sealer at work, and for each journal how long after its commit its seal was seen. */
async function bookAndSeal(shared, context, parties, aloneMs) {
  const { database } = context
  const committedAt = new Map()
  const lags = []
  let seen = parties.booked
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
  const bookedMs = await bookAll(shared, parties, bookingsMax, manyCallers, (id) =>
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
  return { root, shop, contributions: rows.map(({ id }) => id), booked: 0 }
}

/** Answers how long it took to book the next `count` of them. */
function bookAll(shared, parties, count, callers, onBooked = () => {}) {
  const book = together((bookings) =>
    shared.query('select book_contributions($1::jsonb)', [JSON.stringify(bookings)]),
  )
  return all(count, callers, async () => {
    const booking = bookingOf(parties, parties.contributions[parties.booked++])
    await book(booking)
    onBooked(booking.journalId)
  })
}

function all(count, callers, work) {
  let left = count
  const caller = async () => {
    while (left > 0) {
      left -= 1
      await work()
    }
  }
  return timed(() => Promise.all(Array.from({ length: callers }, caller)))
}

function bookingOf({ root, shop }, contributionId) {
  const now = new Date()
  const id = () => newId(now.getTime())
  const [allocationId, eventId] = [id(), id()]
  const posting = (kind, ownerId, at) => ({ kind, ownerId, amount: String(amounts[at]) })
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
    contributionId,
    now,
    paidAt: now,
    journalId: id(),
    allocationId,
    postings: [
      posting('psp_clearing', root, 0),
      posting('project_payable', root, 1),
      posting('project_payable', shop, 2),
      posting('partner_payable', root, 3),
      posting('service_fee', root, 4),
      posting('profit_share_payable', shop, 5),
      posting('profit_share_payable', root, 6),
      posting('sales_tax_payable', root, 7),
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
