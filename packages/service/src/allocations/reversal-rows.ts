/**
 * Allocations and their reversals as rows. Not for deciding anything (`reversal.ts`) nor for asking the provider.
 */
import type { Queryable, Transaction } from '../kernel/database.ts'
import { type Split, type StoredSplit, splitFromJson } from '../quotes/quote.ts'
import type { Amounts } from './allocation.ts'
import type { Initiator, ReversalKind, ReversalState } from './reversal.ts'

export interface AllocationRow {
  readonly id: string
  readonly organisationId: string
  readonly rootId: string
  /** Null, like all of the payment, where an organisation collected the money itself. */
  readonly contributionId: string | null
  readonly sessionId: string | null
  readonly quoteId: string
  readonly currency: string
  readonly totalMinor: bigint
  readonly impactTaxPpm: number
  readonly serviceFeeTaxPpm: number
  readonly psp: string | null
  readonly pspReference: string | null
  readonly allocatedAt: Date
  readonly split: StoredSplit
}

/** One of money that was paid on the hosted page. */
export interface PaidAllocation extends AllocationRow {
  readonly contributionId: string
  readonly sessionId: string
  readonly psp: string
  readonly pspReference: string
}

export function isPaid(allocation: AllocationRow): allocation is PaidAllocation {
  return allocation.contributionId !== null
}

export interface ReversalRow {
  readonly id: string
  readonly allocationId: string
  readonly kind: ReversalKind
  readonly initiator: Initiator
  readonly state: ReversalState
  readonly sequence: number
  readonly amountMinor: bigint
  /** What was taken from us beyond what the allocation had left. */
  readonly lossMinor: bigint
  readonly pspReference: string | null
  readonly createdAt: Date
}

const amountsJson = (
  table: string,
) => `'impact', ${table}.impact_minor::text, 'impactTax', ${table}.impact_tax_minor::text,
  'serviceFee', ${table}.service_fee_minor::text, 'serviceFeeTax', ${table}.service_fee_tax_minor::text`
const selectAllocation = `select a.id, a.organisation_id as "organisationId", o.root_id as "rootId",
    a.contribution_id as "contributionId", c.session_id as "sessionId", a.quote_id as "quoteId", a.currency,
    a.total_minor as "totalMinor", a.impact_tax_ppm as "impactTaxPpm", a.service_fee_tax_ppm as "serviceFeeTaxPpm",
    c.psp, c.psp_reference as "pspReference", a.allocated_at as "allocatedAt",
    json_build_object('total', a.total_minor::text, ${amountsJson('a')},
      'lines', (select json_agg(json_build_object('kind', l.kind, 'impactPartnerId', l.impact_partner_id,
        'projectId', l.project_id, 'grams', l.grams, ${amountsJson('l')}) order by l.line)
        from allocation_line l where l.allocation_id = a.id),
      'shares', (select json_agg(json_build_object('organisationId', s.organisation_id,
        'amount', s.amount_minor::text) order by s.line) from allocation_share s where s.allocation_id = a.id)) as split
  from funds_allocation a join organisation o on o.id = a.organisation_id
  left join contribution c on c.id = a.contribution_id`

export async function loadAllocation(
  database: Queryable,
  allocationId: string,
): Promise<AllocationRow | undefined> {
  const [row] = await database.query<AllocationRow>(`${selectAllocation} where a.id = $1`, [allocationId])
  return row
}

export async function allocationOfPayment(
  database: Queryable,
  psp: string,
  pspReference: string,
): Promise<PaidAllocation | undefined> {
  const [row] = await database.query<PaidAllocation>(
    `${selectAllocation} where c.psp = $1 and c.psp_reference = $2`,
    [psp, pspReference],
  )
  return row
}

/** Reversals and disputes of one allocation take turns. */
export async function lockAllocation(tx: Transaction, { id }: AllocationRow): Promise<void> {
  await tx.query('select id from funds_allocation where id = $1 for no key update', [id])
}

export interface NewReversalRow {
  readonly id: string
  readonly kind: ReversalKind
  readonly initiator: Initiator
  readonly sequence: number
  readonly lossMinor: bigint
  readonly reason: string | null
  readonly pspReference: string | null
  readonly createdAt: Date
  readonly pollAt: Date | null
}

export async function insertReversal(
  tx: Transaction,
  allocation: AllocationRow,
  row: NewReversalRow,
  amounts: Amounts,
): Promise<void> {
  await tx.query(
    `insert into reversal (id, allocation_id, kind, initiator, state, sequence, amount_minor, loss_minor, reason, psp,
       psp_reference, created_at, poll_at) values ($1, $2, $3, $4, 'requested', $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      row.id,
      allocation.id,
      row.kind,
      row.initiator,
      row.sequence,
      amounts.total,
      row.lossMinor,
      row.reason,
      allocation.psp,
      row.pspReference,
      row.createdAt,
      row.pollAt,
    ],
  )
  await insertParts(tx, row.id, amounts)
}

async function insertParts(tx: Transaction, reversalId: string, { lines, shares }: Amounts): Promise<void> {
  const column = <T>(pick: (line: (typeof lines)[number]) => T) => lines.map(pick)
  await tx.query(
    `insert into reversal_line (reversal_id, line, grams, impact_minor, impact_tax_minor, service_fee_minor, service_fee_tax_minor)
     select $1, row_number() over (), * from unnest($2::numeric[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])`,
    [
      reversalId,
      column((line) => line.grams?.toString() ?? null),
      column((line) => line.impact),
      column((line) => line.impactTax),
      column((line) => line.serviceFee),
      column((line) => line.serviceFeeTax),
    ],
  )
  await tx.query(
    `insert into reversal_share (reversal_id, line, organisation_id, amount_minor)
     select $1, row_number() over (), * from unnest($2::uuid[], $3::bigint[])`,
    [reversalId, shares.map((share) => share.organisationId), shares.map((share) => share.amount)],
  )
}

const columns = `id, allocation_id as "allocationId", kind, initiator, state, sequence, amount_minor as "amountMinor",
  loss_minor as "lossMinor", psp_reference as "pspReference", created_at as "createdAt"`

export async function findReversal(database: Queryable, id: string): Promise<ReversalRow | undefined> {
  const [row] = await database.query<ReversalRow>(`select ${columns} from reversal where id = $1`, [id])
  return row
}

export async function reversalOfRefund(
  database: Queryable,
  psp: string,
  refundReference: string,
): Promise<ReversalRow | undefined> {
  const [row] = await database.query<ReversalRow>(
    `select ${columns} from reversal where psp = $1 and psp_reference = $2`,
    [psp, refundReference],
  )
  return row
}

interface Part {
  readonly reversalId: string
  readonly grams: string | null
  readonly impact: bigint
  readonly impactTax: bigint
  readonly serviceFee: bigint
  readonly serviceFeeTax: bigint
}

interface Share {
  readonly reversalId: string
  readonly organisationId: string
  readonly amount: bigint
}

/** Every reversal of an allocation with its amounts, in order. */
export async function loadReversals(
  database: Queryable,
  allocation: AllocationRow,
): Promise<Array<[ReversalRow, Amounts]>> {
  const rows = await database.query<ReversalRow>(
    `select ${columns} from reversal where allocation_id = $1 order by sequence`,
    [allocation.id],
  )
  if (rows.length === 0) return []
  const ids = [rows.map((row) => row.id)]
  const parts = await database.query<Part>(
    `select reversal_id as "reversalId", grams::text, impact_minor as impact, impact_tax_minor as "impactTax",
       service_fee_minor as "serviceFee", service_fee_tax_minor as "serviceFeeTax"
     from reversal_line where reversal_id = any($1::uuid[]) order by line`,
    ids,
  )
  const shares = await database.query<Share>(
    `select reversal_id as "reversalId", organisation_id as "organisationId", amount_minor as amount
     from reversal_share where reversal_id = any($1::uuid[]) order by line`,
    ids,
  )
  const whole = splitFromJson(allocation.split)
  const of = <T extends { readonly reversalId: string }>(all: readonly T[], { id }: ReversalRow) =>
    all.filter((each) => each.reversalId === id)
  return rows.map((row) => [row, amountsOf(whole, row, of(parts, row), of(shares, row))])
}

export async function loadReversal(
  database: Queryable,
  allocation: AllocationRow,
  id: string,
): Promise<[ReversalRow, Amounts]> {
  const found = (await loadReversals(database, allocation)).find(([row]) => row.id === id)
  if (!found) throw new Error(`reversal ${id} is gone`)
  return found
}

function amountsOf(
  whole: Split,
  row: ReversalRow,
  parts: readonly Part[],
  shares: readonly Share[],
): Amounts {
  const lines = parts.map(({ grams, impact, impactTax, serviceFee, serviceFeeTax }, index) => ({
    ...whole.lines[index]!,
    grams: grams === null ? null : Number(grams),
    impact,
    impactTax,
    serviceFee,
    serviceFeeTax,
  }))
  const sum = (component: 'impact' | 'impactTax' | 'serviceFee' | 'serviceFeeTax') =>
    lines.reduce((total, line) => total + line[component], 0n)
  return {
    total: row.amountMinor,
    impact: sum('impact'),
    impactTax: sum('impactTax'),
    serviceFee: sum('serviceFee'),
    serviceFeeTax: sum('serviceFeeTax'),
    lines,
    shares: shares.map(({ organisationId, amount }) => ({ organisationId, amount })),
  }
}
