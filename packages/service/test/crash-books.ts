// What has to hold in the database of a service that was killed, and what is still owed until it has recovered.
// Law: this reads the tables of both sides, the service's and the sandbox provider's, which the service itself never does.

import type { Database, Queryable } from '../src/kernel/database.ts'
import { verifyLedger } from '../src/ledger/ledger.ts'

interface Check {
  readonly law: string
  /** Finds what breaks the law. */
  readonly finds: string
}

/** True at every moment, also in the middle of a crash. */
const always: readonly Check[] = [
  {
    law: 'a shopper is charged once for a session at most',
    finds: `select c.session_id::text as found from sandbox_psp_payment p join contribution c on c.id::text = p.reference
            where p.status = 'paid' group by c.session_id having count(*) > 1`,
  },
  {
    law: 'a session has one paid contribution at most',
    finds: `select session_id::text as found from contribution where state = 'paid' group by session_id having count(*) > 1`,
  },
  {
    law: 'a contribution is paid only if the provider has the money, to the penny',
    finds: `select c.id::text as found from contribution c where c.state = 'paid' and not exists (
              select from sandbox_psp_payment p where p.reference = c.id::text and p.status = 'paid'
                and p.id::text = c.psp_reference and p.amount_minor = c.amount_minor and p.currency = c.currency)`,
  },
  {
    law: 'an allocation has one record, one event and one delivery of it',
    finds: `select a.id::text as found from funds_allocation a
            where (select count(*) from impact_record i where i.id = a.id) <> 1
              or (select count(*) from event e where e.object_id = a.id and e.type = 'IMPACT_PAYMENT') <> 1
              or (select count(*) from event e join delivery d on d.event_id = e.id
                  where e.object_id = a.id and e.type = 'IMPACT_PAYMENT') <> 1`,
  },
  {
    law: 'what is not paid has left no trace in the books',
    finds: `select r.id::text as found from impact_record r where not exists (
              select from funds_allocation a join contribution c on c.id = a.contribution_id
              where a.id = r.allocation_id and c.state = 'paid')`,
  },
  {
    law: 'a reversal is booked only if the provider gave the money back, to the penny',
    finds: `select r.id::text as found from reversal r where r.state = 'booked' and not exists (
              select from sandbox_psp_refund p where p.reference = r.id::text and p.status = 'succeeded'
                and p.amount_minor = r.amount_minor)`,
  },
  {
    law: 'a booked reversal has one record and one event, and their events count without a gap',
    finds: `select r.id::text as found from reversal r where r.state = 'booked'
              and (select count(*) from impact_record i where i.id = r.id) <> 1
            union all
            select e.object_id::text from event e join funds_allocation a on a.id = e.object_id group by e.object_id
            having count(*) <> max(e.object_sequence) or count(*) <>
              1 + (select count(*) from reversal r where r.allocation_id = e.object_id and r.state = 'booked')`,
  },
  {
    law: 'money goes back once for each reversal at most',
    finds: `select reference as found from sandbox_psp_refund group by reference having count(*) > 1`,
  },
  {
    law: 'a request that is sent again with its key has one effect',
    finds: `select encode(lookup, 'hex') as found from consumer group by lookup having count(*) > 1
            union all select allocation_id::text from reversal group by allocation_id having count(*) > 1`,
  },
]

/** True once the service has recovered. */
const recovered: readonly Check[] = [
  {
    law: 'what the provider was paid is booked',
    finds: `select p.id::text as found from sandbox_psp_payment p left join contribution c on c.id::text = p.reference
            where p.status = 'paid' and c.state is distinct from 'paid'`,
  },
  {
    // One that never reached the provider stays open for as long as the shopper may come back and go on with it.
    law: 'a contribution that reached the provider is in flight only while the shopper can still pay',
    finds: `select c.id::text as found from contribution c where c.state in ('created', 'processing', 'pending')
              and exists (select from sandbox_psp_payment p where p.reference = c.id::text)
              and not exists (select from sandbox_psp_payment p
                              where p.reference = c.id::text and p.status in ('open', 'processing'))`,
  },
  {
    law: 'every reversal has an outcome',
    finds: `select id::text as found from reversal where state = 'requested'`,
  },
  {
    law: 'what the provider gave back is booked',
    finds: `select p.id::text as found from sandbox_psp_refund p left join reversal r on r.id::text = p.reference
            where p.status = 'succeeded' and r.state is distinct from 'booked'`,
  },
  {
    law: 'every delivery has arrived',
    finds: `select id::text as found from delivery where status <> 'delivered'`,
  },
]

/** One sentence for each law that is broken; empty when the books are whole. */
export async function brokenLaws(database: Queryable): Promise<string[]> {
  const { broken } = await verifyLedger(database)
  return [...broken, ...(await breaches(database, always))]
}

/** One sentence for each thing that the service still has to do. */
export function unfinishedWork(database: Queryable): Promise<string[]> {
  return breaches(database, recovered)
}

async function breaches(database: Queryable, checks: readonly Check[]): Promise<string[]> {
  const broken: string[] = []
  for (const { law, finds } of checks) {
    const found = await database.query<{ found: string }>(finds)
    if (found.length > 0) broken.push(`${law}: not so for ${found.map((row) => row.found).join(', ')}`)
  }
  return broken
}

/** Sessions and reversals whose webhook has come, or comes soon after the next start. */
export async function owedEvents(database: Queryable): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `select c.session_id::text as id from sandbox_psp_payment p join contribution c on c.id::text = p.reference
     where p.status = 'paid' or (p.status = 'pending' and p.card_case = 'delayed_success')
     union all
     select r.id::text from reversal r join funds_allocation a on a.id = r.allocation_id
       join sandbox_psp_payment p on p.reference = a.contribution_id::text
     where r.state = 'booked' or (r.state = 'requested' and (p.card_case <> 'delayed_refund' or exists (
       select from sandbox_psp_refund f where f.reference = r.id::text and f.status = 'succeeded')))`,
  )
  return rows.map((row) => row.id)
}

/**
 * An hour passes: whatever waits for its time, or for the lease of a dead process to run out, is due.
 * Only while no service runs.
 */
export async function letTimePass(database: Database): Promise<void> {
  await database.transaction(async (tx) => {
    for (const [table, column] of dueColumns) {
      await tx.query(
        `update ${table} set ${column} = ${column} - interval '1 hour' where ${column} is not null`,
      )
    }
  })
}

const dueColumns = [
  ['contribution', 'poll_at'],
  ['reversal', 'poll_at'],
  ['sandbox_psp_payment', 'due_at'],
  ['sandbox_psp_refund', 'due_at'],
  ['sandbox_psp_notification', 'next_at'],
  ['delivery', 'next_at'],
  ['delivery', 'lease_until'],
  ['webhook_endpoint', 'probe_at'],
  ['idempotent_request', 'claimed_until'],
] as const

export interface Outcomes {
  readonly paid: number
  readonly unpaid: number
  readonly reversed: number
}

/** What came of everything, for a test that wants to know that it tested something. */
export async function countOutcomes(database: Queryable): Promise<Outcomes> {
  const [row] = await database.query<Outcomes>(
    `select (select count(*)::int from contribution where state = 'paid') as paid,
       (select count(*)::int from contribution where state <> 'paid') as unpaid,
       (select count(*)::int from reversal where state = 'booked') as reversed`,
  )
  return row!
}
