/**
 * The end of a lane: nothing fails any more, everything under way comes to its end, and then every law has to hold and
 * every contribution has to agree with the provider. In between, the laws that hold at any moment.
 */
import { pollDisputes } from '../../src/allocations/disputes.ts'
import { followHint } from '../../src/allocations/provider-news.ts'
import { pollRefunds } from '../../src/allocations/refunds.ts'
import { pollContributions } from '../../src/contributions/payment-attempts.ts'
import { verifyLedger } from '../../src/ledger/ledger.ts'
import { sealBatch } from '../../src/ledger/seals.ts'
import { listImpactRecords } from '../../src/reconciliation/records.ts'
import { disagreements, readBooks } from './books.ts'
import { endLongTransaction } from './disasters.ts'
import { followFeed, tell } from './readers.ts'
import { Broken } from './verdict.ts'
import { live, master, type World } from './world.ts'

const roundsMax = 60
const lawsTimeoutMs = 3_600_000
const roundMs = 7 * 3_600_000
const pageOfBooks = 1_000
const pageOfFeed = 100

/** Laws that hold at any moment, also in the middle of everything. */
export async function checkLaws({ options }: World): Promise<void> {
  const { database } = options.store
  const { broken } = await verifyLedger(database, master)
  if (broken.length > 0) throw new Broken(broken.join('\n'))
  await database.transaction(
    async (tx) => {
      for (const { law, finds } of alwaysLaws) {
        const found = await tx.query<{ found: string }>(`${finds} limit 5`)
        if (found.length > 0)
          throw new Broken(`${law}: not so for ${found.map((row) => row.found).join(', ')}`)
      }
    },
    { timeoutMs: lawsTimeoutMs },
  )
}

const alwaysLaws = [
  {
    law: 'suspense is what open disputes hold',
    finds: `select currency as found from (
        select p.currency, p.amount_minor as amount from posting p join account k on k.id = p.account_id
          where k.kind = 'dispute_suspense'
        union all
        select a.currency, -d.amount_minor from dispute d join funds_allocation a on a.id = d.allocation_id
          where d.state = 'open') as held
      group by currency having sum(amount) <> 0`,
  },
  {
    law: 'nobody is owed less than nothing by an allocation',
    finds: `select k.id::text as found from account k join posting p on p.account_id = k.id
      where k.kind in ('project_payable', 'partner_payable', 'service_fee', 'profit_share_payable', 'sales_tax_payable')
      group by k.id having sum(p.amount_minor) > 0`,
  },
  {
    law: 'all accounts of a currency together are zero',
    finds: 'select currency as found from posting group by currency having sum(amount_minor) <> 0',
  },
  {
    law: 'the events of an allocation are counted without a gap',
    finds: `select object_id::text as found from event group by object_id having count(*) <> max(object_sequence)`,
  },
  {
    law: 'each movement that was told of has one record and one event',
    finds: `select coalesce(i.journal_id, e.journal_id)::text as found from impact_record i
      full join event e on e.journal_id = i.journal_id
      where i.id is null or e.id is null
      union all select journal_id::text from event where journal_id is not null group by journal_id having count(*) > 1`,
  },
] as const

/** Ends everything, then holds the books against the provider. */
export async function reckon(world: World): Promise<void> {
  await comeToRest(world)
  await checkLaws(world)
  await compareAll(world)
  await readEverything(world)
}

async function comeToRest(world: World): Promise<void> {
  world.life.expect(undefined)
  live(world)
  await endLongTransaction(world)
  Object.assign(world.weather, { fault: 0, misreport: 0 })
  world.skewMs = 0
  endAtProvider(world)
  await emptyMailbox(world)
  for (let round = 0; ; round += 1) {
    world.now += roundMs
    world.psp.settleLate()
    endAtProvider(world)
    await pollAll(world)
    await emptyMailbox(world)
    const left = await underWay(world)
    if (left.length === 0) break
    if (round >= roundsMax) throw new Broken(`this never comes to an end: ${left.slice(0, 5).join(', ')}`)
  }
  await tellAgain(world)
  while ((await sealBatch(world.services.context, 'now')).count > 0);
}

/** Payers, banks and schemes make up their minds. */
function endAtProvider({ provider, chance, now }: World): void {
  for (const payment of provider.payments) {
    const { status, expiresAt, refunds, disputes } = payment
    if (status === 'pending') provider.move(payment, chance.happens(0.7) ? 'paid' : 'failed')
    if ((status === 'open' || status === 'processing') && expiresAt <= now) provider.move(payment, 'expired')
    for (const refund of refunds)
      if (refund.status === 'pending')
        provider.settleRefund(refund, chance.happens(0.8) ? 'succeeded' : 'failed')
    for (const dispute of disputes)
      if (dispute.status === 'open')
        provider.decide(dispute, chance.happens(0.5) ? 'won' : 'lost', dispute.feeMinor)
  }
}

async function emptyMailbox({ mailbox, services }: World): Promise<void> {
  for (const { hint } of mailbox.splice(0)) await followHint(services.context, services, hint)
}

async function pollAll({ services }: World): Promise<void> {
  const { context } = services
  for (const poll of [pollContributions, pollRefunds, pollDisputes])
    while ((await poll(context, services)) > 0);
}

/** What has no end yet, apart from payments that can never be booked. */
async function underWay({ options, provider }: World): Promise<string[]> {
  const rows = await options.store.database.query<{ id: string; what: string }>(
    `select id::text, 'contribution ' || id || ' is ' || state as what from contribution
       where state in ('created', 'processing', 'pending')
     union all select id::text, 'reversal ' || id || ' is requested' from reversal where state = 'requested'
     union all select id::text, 'dispute ' || id || ' is open' from dispute where state = 'open'`,
  )
  const isWrong = (id: string) => provider.byReference.get(id)?.some((payment) => payment.isWrong) ?? false
  return rows.filter(({ id }) => !isWrong(id)).map(({ what }) => what)
}

/** Whoever keeps the books asks once more about what a lost database may have missed. */
async function tellAgain({ counts, provider, services }: World): Promise<void> {
  if (!counts.has('restored from a backup')) return
  for (const { pspReference, status, isForgotten } of provider.payments) {
    if (status !== 'paid' || isForgotten) continue
    await followHint(services.context, services, { eventId: 'again', pspReference, kind: 'payment' })
  }
}

async function compareAll({ options, provider }: World): Promise<void> {
  const payments = provider.payments.filter((payment) => !payment.isForgotten)
  for (let from = 0; from < payments.length; from += pageOfBooks) {
    const page = payments.slice(from, from + pageOfBooks)
    const references = page.map(({ reference }) => reference)
    const books = new Map(
      (await readBooks(options.store.database, references)).map((book) => [book.id, book]),
    )
    for (const payment of page) {
      const twins = provider.byReference.get(payment.reference)!
      // Where a contribution has several payments, the one that was paid counts, else the newest.
      const counting = twins.find(({ status }) => status === 'paid') ?? twins.at(-1)
      if (payment !== counting) continue
      const found = disagreements(payment, books.get(payment.reference))
      if (found.length > 0) throw new Broken(tell(payment, found))
    }
  }
  await compareSessions({ options, provider })
}

/** A shopper pays once for a session, unless the provider said that a payment was over and then took it all the same. */
async function compareSessions({ options, provider }: Pick<World, 'options' | 'provider'>): Promise<void> {
  const twice = await options.store.database.query<{ ids: string[] }>(
    `select json_agg(id) as ids from contribution where state = 'paid' group by session_id having count(*) > 1`,
  )
  for (const { ids } of twice) {
    const promised = ids.filter((id) => !provider.byReference.get(id)?.some((payment) => payment.wasToldOver))
    if (promised.length > 1) throw new Broken(`one session was paid for twice: ${ids.join(' and ')}`)
  }
}

/** The feed and the records, page by page to their end: everything once. */
async function readEverything(world: World): Promise<void> {
  const { database } = world.options.store
  while ((await followFeed(world, pageOfFeed)) > 0);
  const [written] = await database.query<{ events: bigint; records: bigint }>(
    'select (select count(*) from event) as events, (select count(*) from impact_record) as records',
  )
  const seen = [...world.feeds.values()].reduce((sum, reader) => sum + reader.seen, 0)
  if (BigInt(seen) !== written!.events) throw new Broken(`the feed has ${seen} of ${written!.events} events`)
  const records = new Set<string>()
  for (const rootId of new Set(world.merchants.map((merchant) => merchant.rootId)))
    await readRecords(world, rootId, records)
  if (BigInt(records.size) !== written!.records)
    throw new Broken(`the pages have ${records.size} of ${written!.records} records`)
}

async function readRecords({ services }: World, rootId: string, seen: Set<string>): Promise<void> {
  const window = { dateTimeFrom: '2020-01-01', dateTimeTo: '2999-01-01', limit: String(pageOfFeed) }
  for (let after: string | undefined; ; ) {
    const query = { ...window, ...(after !== undefined && { startingAfter: after }) }
    const page = await listImpactRecords(services.context, services.organisations, rootId, query)
    for (const { id } of page.data) {
      if (seen.has(id)) throw new Broken(`record ${id} is on two pages`)
      seen.add(id)
    }
    after = page.data.at(-1)?.id
    if (!page.hasMore) return
  }
}
