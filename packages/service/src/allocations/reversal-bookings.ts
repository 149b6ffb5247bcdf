/**
 * Writing what was given back: the hold on the allocation, then its booking, then perhaps its undoing.
 * Laws: no more is ever held or booked than is left, and what the provider took beyond that is our loss and never a
 * project's; each booking is one plpgsql call; calling it again changes nothing.
 */
import type { Context } from '../kernel/context.ts'
import type { Transaction } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { type Account, type Payable, received, reversed } from '../ledger/posting.ts'
import { splitFromJson } from '../quotes/quote.ts'
import {
  type AllocationFacts,
  type Amounts,
  eventFor,
  payablesOf,
  type ReversalFacts,
  recordFor,
  type StoredRecord,
} from './allocation.ts'
import { factsOf, loadSource, postingsToJson, recordToJson } from './allocations.ts'
import { type Initiator, type ReversalKind, reversalOf, reversibleMinor } from './reversal.ts'
import {
  type AllocationRow,
  insertReversal,
  isPaid,
  loadReversals,
  lockAllocation,
  type ReversalRow,
} from './reversal-rows.ts'

export interface Hold {
  readonly id: string
  readonly kind: ReversalKind
  readonly initiator: Initiator
  readonly reason: string | null
  readonly pspReference: string | null
  readonly pollAt: Date | null
}

/**
 * Stores how a reversal will be taken out of the allocation, with everything reversed before in view. The caller has
 * locked the allocation.
 * @param amountFor how much is wanted, in minor units, given what is left; what exceeds it becomes our loss
 */
export async function hold(
  tx: Transaction,
  context: Context,
  allocation: AllocationRow,
  wanted: Hold,
  amountFor: (leftMinor: bigint) => bigint,
): Promise<void> {
  const earlier = await loadReversals(tx, allocation)
  const done = earlier
    .filter(([row]) => row.state === 'requested' || row.state === 'booked')
    .map(([, amounts]) => amounts)
  const whole = splitFromJson(allocation.split)
  const left = reversibleMinor(whole, done, wanted.initiator)
  const amount = amountFor(left)
  const taken = amount < left ? amount : left
  await insertReversal(
    tx,
    allocation,
    {
      ...wanted,
      sequence: earlier.length + 1,
      lossMinor: amount - taken,
      createdAt: context.clock.now(),
    },
    reversalOf(whole, done, taken, wanted.initiator),
  )
}

export interface BookedReversal {
  readonly kind: ReversalKind
  /** When the money moved, as far as we know. */
  readonly effectiveAt: Date
  readonly pspReference: string | null
  /** When to ask again whether it was undone; null to leave it at that. */
  readonly pollAt: Date | null
}

/** The provider gave the money back, or a scheme kept it. Answers false when it was booked before. */
export async function bookReversal(
  tx: Transaction,
  context: Context,
  allocation: AllocationRow,
  reversalId: string,
  booked: BookedReversal,
): Promise<boolean> {
  const { kind, pspReference, pollAt } = booked
  const booking = await lockAndPrepare(tx, context, allocation, reversalId, booked.effectiveAt, () => ({
    id: reversalId,
    kind,
    undone: false,
  }))
  const postings = reversed(received(collectedIn(allocation, kind, booking.collectorId), booking.payables))
  const journalKind = kind === 'chargeback' ? 'chargeback_lost' : kind
  const p = { ...booking.p, kind, journalKind, pspReference, pollAt, postings: postingsToJson(postings) }
  return callFor(tx, 'select book_reversal($1, $2::jsonb) as changed', reversalId, p)
}

/** The account that the money was taken into. */
function collectedIn(allocation: AllocationRow, kind: ReversalKind, collectorId: string): Account {
  if (!isPaid(allocation)) return { kind: 'merchant_receivable', ownerId: collectorId }
  return { kind: kind === 'chargeback' ? 'dispute_suspense' : 'psp_clearing', ownerId: allocation.rootId }
}

/**
 * The money came back to us: the mirror of the mirror. Answers false when that was booked before, or never was.
 * @param feeBackMinor what the provider gives back of its own charge with it
 */
export async function undoReversal(
  tx: Transaction,
  context: Context,
  allocation: AllocationRow,
  reversalId: string,
  effectiveAt: Date,
  feeBackMinor = 0n,
): Promise<boolean> {
  const booking = await lockAndPrepare(tx, context, allocation, reversalId, effectiveAt, ({ kind }) => ({
    id: reversalId,
    kind,
    undone: true,
  }))
  const { rootId } = allocation
  const feeBack: Payable = { kind: 'psp_cost', ownerId: rootId, amount: feeBackMinor }
  const postings = received({ kind: 'psp_clearing', ownerId: rootId }, [...booking.payables, feeBack])
  const journalKind = booking.kind === 'chargeback' ? 'chargeback_won' : 'refund_failed'
  const p = { ...booking.p, journalKind, postings: postingsToJson(postings) }
  return callFor(tx, 'select undo_reversal($1, $2::jsonb) as changed', reversalId, p)
}

async function lockAndPrepare(
  tx: Transaction,
  context: Context,
  allocation: AllocationRow,
  reversalId: string,
  effectiveAt: Date,
  factsFor: (row: ReversalRow) => ReversalFacts,
) {
  await lockAllocation(tx, allocation)
  const found = (await loadReversals(tx, allocation)).find(([row]) => row.id === reversalId)
  if (!found) throw new Error(`reversal ${reversalId} is gone`)
  const [row, amounts] = found
  const loss: Payable = { kind: 'chargeback_loss', ownerId: allocation.rootId, amount: row.lossMinor }
  const now = context.clock.now()
  const original = await recordOf(tx, allocation)
  // Where nothing came out of the allocation there is nothing to tell its merchant.
  const telling =
    row.amountMinor === 0n ? {} : await recordAndEvent(tx, allocation, original, amounts, factsFor(row), now)
  return {
    kind: row.kind,
    collectorId: original.collectionOrganisationId,
    payables: [...payablesOf(allocation.rootId, amounts), loss],
    p: { now, effectiveAt, journalId: newId(now.getTime()), currency: allocation.currency, ...telling },
  }
}

/** Who collected the money, who is billed and at which rates: a reversal mirrors what was written then. */
async function recordOf(tx: Transaction, { id }: AllocationRow): Promise<StoredRecord> {
  const [row] = await tx.query<{ body: string }>('select body from impact_record where id = $1', [id])
  if (!row) throw new Error(`the record of allocation ${id} is gone`)
  return JSON.parse(row.body) as StoredRecord
}

async function recordAndEvent(
  tx: Transaction,
  allocation: AllocationRow,
  original: StoredRecord,
  amounts: Amounts,
  reversal: ReversalFacts,
  now: Date,
) {
  const facts = factsOf(await loadSource(tx, allocation.quoteId), {
    allocationId: allocation.id,
    sessionId: original.sessionId,
    currency: allocation.currency,
    fundsAt: now,
    collectorId: original.collectionOrganisationId,
    billingOrganisationId: original.billingOrganisationId,
    beneficiaries: original.profitShares.map(({ amount: _, ...beneficiary }) => beneficiary),
  })
  const recordId = reversal.undone ? newId(now.getTime()) : reversal.id
  const record = recordToJson(recordFor(facts, amounts, recordId, reversal), amounts.lines, now)
  // Webhooks tell of the hosted page; whoever asked the API for an allocation has its answer.
  return isPaid(allocation)
    ? { record, event: await eventOf(tx, allocation, facts, amounts, reversal, now) }
    : { record }
}

async function eventOf(
  tx: Transaction,
  allocation: AllocationRow,
  facts: AllocationFacts,
  amounts: Amounts,
  reversal: ReversalFacts,
  now: Date,
) {
  const [last] = await tx.query<{ sequence: number }>(
    'select max(object_sequence) as sequence from event where object_id = $1',
    [allocation.id],
  )
  const event = { eventId: newId(now.getTime()), sequence: last!.sequence + 1, preparedAt: now, reversal }
  const body = eventFor(facts, amounts, event)
  return {
    id: event.eventId,
    type: body.eventType,
    sequence: event.sequence,
    body: JSON.stringify(body),
  }
}

async function callFor(tx: Transaction, sql: string, reversalId: string, p: unknown): Promise<boolean> {
  const [row] = await tx.query<{ changed: boolean }>(sql, [reversalId, JSON.stringify(p)])
  return row!.changed
}
