/**
 * Receipts as rows: signing each allocation's once, and showing it with what became of the money since.
 * Law: what was signed is kept as it was signed and is never signed again; everything in it comes from what was frozen
 * before paying and booked after.
 */
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import type { MoneyState } from './money-state.ts'
import { loadMoneyState } from './money-states.ts'
import {
  type Receipt,
  type ReceiptFacts,
  type ReceiptLine,
  readReceipt,
  receiptOf,
  receiptType,
} from './receipt.ts'
import { publishedKeys, signingKey } from './receipt-keys.ts'
import { type PublicJwk, secondsOf, signJws, verifyJws } from './signature.ts'

/** The file of a receipt: all that is needed to verify it, and where the money stood when it was asked for. */
export interface ReceiptFile {
  readonly receipt: Receipt
  /** The receipt as it was signed. */
  readonly jws: string
  readonly keys: readonly PublicJwk[]
  /** Not signed: it goes on changing. */
  readonly money: MoneyState & { readonly asOf: string }
}

const issueBatchMax = 50

/** Signs it first, when that has not been done yet. Undefined when there is no such allocation. */
export async function loadReceipt(context: Context, allocationId: string): Promise<ReceiptFile | undefined> {
  const jws = await jwsOf(context, allocationId)
  if (jws === undefined) return undefined
  const { keys } = await publishedKeys(context)
  const { payload, kid } = verifyJws(jws, receiptType, { keys })
  return {
    receipt: readReceipt(payload),
    jws,
    keys: keys.filter((key) => key.kid === kid),
    money: {
      asOf: context.clock.now().toISOString(),
      ...(await loadMoneyState(context.database, allocationId)),
    },
  }
}

async function jwsOf(context: Context, allocationId: string): Promise<string | undefined> {
  const row = await selectReceipt(context.database, allocationId)
  if (!row) return undefined
  return row.jws ?? issueReceipt(context, allocationId)
}

async function selectReceipt(
  database: Queryable,
  allocationId: string,
): Promise<{ readonly jws: string | null } | undefined> {
  const [row] = await database.query<{ jws: string | null }>(
    'select jws from receipt where allocation_id = $1',
    [allocationId],
  )
  return row
}

/** Signs what is waiting to be signed. Answers how many it signed. */
export async function issueReceipts(context: Context): Promise<number> {
  const due = await context.database.query<{ id: string }>(
    `select allocation_id as id from receipt where jws is null order by allocation_id limit ${issueBatchMax}`,
  )
  let issued = 0
  for (const { id } of due) {
    try {
      await issueReceipt(context, id)
      issued += 1
    } catch (cause) {
      context.log.error('a receipt could not be signed; it will be tried again', { allocationId: id, cause })
    }
  }
  return issued
}

/** Whoever is first signs; everybody answers what that one wrote. */
async function issueReceipt(context: Context, allocationId: string): Promise<string> {
  const now = context.clock.now()
  const key = await signingKey(context, now)
  const facts = await loadFacts(context, allocationId)
  const iat = Math.max(secondsOf(now), secondsOf(key.validFrom))
  const jws = signJws(key.seed, receiptType, receiptOf(facts, iat))
  await context.database.query(
    'update receipt set kid = $2, jws = $3, issued_at = $4 where allocation_id = $1 and jws is null',
    [allocationId, key.kid, jws, now],
  )
  return (await selectReceipt(context.database, allocationId))!.jws!
}

type FactsRow = Omit<ReceiptFacts, 'origin' | 'environment' | 'lines'>

async function loadFacts(
  { database, origin, environment }: Context,
  allocationId: string,
): Promise<ReceiptFacts> {
  const [row] = await database.query<FactsRow>(
    `select a.id as "allocationId", a.contribution_id as "contributionId", a.quote_id as "quoteId", a.currency,
       a.total_minor as total, a.impact_minor as impact, a.impact_tax_minor as "impactTax",
       a.service_fee_minor as "serviceFee", a.service_fee_tax_minor as "serviceFeeTax", a.allocated_at as "paidAt",
       c.card_cost_actual_minor as "cardCost", c.consent, q.locale, q.footprint,
       coalesce(q.merchant->>'name', o.trading_name) as merchant, r.legal_name as operator
     from funds_allocation a
     join quote q on q.id = a.quote_id
     join organisation o on o.id = a.organisation_id
     join organisation r on r.id = o.root_id
     left join contribution c on c.id = a.contribution_id
     where a.id = $1`,
    [allocationId],
  )
  const lines = await database.query<ReceiptLine>(
    `select coalesce(p.id, i.id) as id, coalesce(p.name, i.name) as name, l.kind, i.name as "impactPartner",
       coalesce(p.country, '') as "countryCode", coalesce(p.region, '') as region, p.standard, p.registry,
       p.delivery_year as "deliveryYear", l.grams::float8 as grams, coalesce(p.sample, i.sample) as sample,
       l.impact_minor as impact, l.impact_tax_minor as "impactTax", l.service_fee_minor as "serviceFee",
       l.service_fee_tax_minor as "serviceFeeTax"
     from allocation_line l
     join impact_partner i on i.id = l.impact_partner_id
     left join project p on p.id = l.project_id
     where l.allocation_id = $1 order by l.line`,
    [allocationId],
  )
  return { ...row!, origin, environment, lines }
}
