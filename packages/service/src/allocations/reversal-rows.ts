/**
 * Allocations and their reversals as rows. Not for deciding anything (`reversal.ts`) nor for refunding (`reversals.ts`).
 */
import type { Queryable, Transaction } from '../kernel/database.ts'
import { type Split, type StoredSplit, splitFromJson } from '../quotes/quote.ts'
import type { Amounts } from './allocation.ts'

export interface AllocationRow {
  readonly id: string
  readonly organisationId: string
  readonly contributionId: string
  readonly sessionId: string
  readonly quoteId: string
  readonly currency: string
  readonly totalMinor: bigint
  readonly impactTaxPpm: number
  readonly serviceFeeTaxPpm: number
  readonly pspReference: string
  readonly split: StoredSplit
}

export interface ReversalRow {
  readonly id: string
  readonly allocationId: string
  readonly state: 'requested' | 'booked' | 'rejected' | 'failed'
  readonly sequence: number
  readonly amountMinor: bigint
}

export async function loadAllocation(
  database: Queryable,
  allocationId: string,
): Promise<AllocationRow | undefined> {
  const [row] = await database.query<AllocationRow>(
    `select a.id, a.organisation_id as "organisationId", a.contribution_id as "contributionId", c.session_id as "sessionId",
       a.quote_id as "quoteId", a.currency, a.total_minor as "totalMinor", a.impact_tax_ppm as "impactTaxPpm",
       a.service_fee_tax_ppm as "serviceFeeTaxPpm", c.psp_reference as "pspReference", c.split
     from funds_allocation a join contribution c on c.id = a.contribution_id where a.id = $1`,
    [allocationId],
  )
  return row
}

export async function insertParts(
  tx: Transaction,
  reversalId: string,
  { lines, shares }: Amounts,
): Promise<void> {
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

type Parts = ReadonlyArray<{
  grams: string | null
  impact: bigint
  impactTax: bigint
  serviceFee: bigint
  serviceFeeTax: bigint
}>

/** Every reversal of an allocation with its amounts, in order. */
export async function loadReversals(
  database: Queryable,
  allocation: AllocationRow,
): Promise<Array<[ReversalRow, Amounts]>> {
  const rows = await database.query<ReversalRow>(
    `select id, allocation_id as "allocationId", state, sequence, amount_minor as "amountMinor" from reversal
     where allocation_id = $1 order by sequence`,
    [allocation.id],
  )
  const loaded: Array<[ReversalRow, Amounts]> = []
  for (const row of rows)
    loaded.push([row, await loadAmounts(database, splitFromJson(allocation.split), row)])
  return loaded
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

async function loadAmounts(database: Queryable, whole: Split, row: ReversalRow): Promise<Amounts> {
  const parts: Parts = await database.query(
    `select grams::text, impact_minor as impact, impact_tax_minor as "impactTax", service_fee_minor as "serviceFee",
       service_fee_tax_minor as "serviceFeeTax" from reversal_line where reversal_id = $1 order by line`,
    [row.id],
  )
  const shares = await database.query<{ organisationId: string; amount: bigint }>(
    'select organisation_id as "organisationId", amount_minor as amount from reversal_share where reversal_id = $1 order by line',
    [row.id],
  )
  const lines = parts.map((part, index) => ({
    ...whole.lines[index]!,
    ...part,
    grams: part.grams === null ? null : Number(part.grams),
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
    shares,
  }
}
