/**
 * Disputes as rows: what a scheme took, and what it decided. Heard of by notification, then asked about until decided.
 * Laws: the money is in suspense until then; what a lost dispute takes comes out of the allocation as far as that goes,
 * the rest is our loss; nothing is booked on a guess.
 */
import type { Context } from '../kernel/context.ts'
import type { Queryable, Transaction } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import type { PspDispute } from '../payments/psp.ts'
import { postingsToJson } from './allocations.ts'
import { type DisputeState, disputeStep, openedPostings, wonPostings } from './dispute.ts'
import type { RefundSources } from './refunds.ts'
import { bookReversal, hold, undoReversal } from './reversal-bookings.ts'
import { allocationOfPayment, lockAllocation, type PaidAllocation } from './reversal-rows.ts'

interface DisputeRow {
  readonly id: string
  readonly state: DisputeState
  readonly amountMinor: bigint
  readonly feeMinor: bigint
  readonly reversalId: string | null
}

/** Schemes take weeks to decide. */
const pollEveryMs = 6 * 3_600_000
const pollBatchMax = 20

/** The provider told of a dispute: books whatever of it is news. */
export async function followDispute(
  context: Context,
  { psp, onChange }: RefundSources,
  seen: PspDispute,
): Promise<void> {
  const allocation = await allocationOfPayment(context.database, psp.id, seen.pspReference)
  if (!allocation) return
  if (seen.money.currency !== allocation.currency || seen.money.minor <= 0n) {
    const about = { allocationId: allocation.id, disputeReference: seen.disputeReference }
    return context.log.error('a dispute is in another currency than its payment', about)
  }
  await context.database.transaction(async (tx) => {
    await lockAllocation(tx, allocation)
    const dispute =
      (await findDispute(tx, psp.id, seen)) ?? (await openDispute(tx, context, allocation, seen))
    const step = disputeStep(dispute.state, seen.status)
    if (step === 'lost') await lose(tx, context, allocation, dispute, seen)
    if (step === 'won') await win(tx, context, allocation, dispute, seen)
  })
  onChange(allocation.sessionId)
}

async function findDispute(
  database: Queryable,
  psp: string,
  { disputeReference }: PspDispute,
): Promise<DisputeRow | undefined> {
  const [row] = await database.query<DisputeRow>(
    `select id, state, amount_minor as "amountMinor", fee_minor as "feeMinor", reversal_id as "reversalId"
     from dispute where psp = $1 and psp_reference = $2`,
    [psp, disputeReference],
  )
  return row
}

async function openDispute(
  tx: Transaction,
  context: Context,
  allocation: PaidAllocation,
  { disputeReference, money, feeMinor, reason, openedAt }: PspDispute,
): Promise<DisputeRow> {
  const now = context.clock.now()
  const id = newId(now.getTime())
  const p = {
    id,
    allocationId: allocation.id,
    psp: allocation.psp,
    pspReference: disputeReference,
    amount: money.minor.toString(),
    fee: feeMinor.toString(),
    reason,
    openedAt,
    now,
    pollAt: new Date(now.getTime() + pollEveryMs),
    journalId: newId(now.getTime()),
    currency: allocation.currency,
    postings: postingsToJson(openedPostings(allocation.rootId, money.minor, feeMinor)),
  }
  await tx.query('select open_dispute($1::jsonb)', [JSON.stringify(p)])
  return { id, state: 'open', amountMinor: money.minor, feeMinor, reversalId: null }
}

async function lose(
  tx: Transaction,
  context: Context,
  allocation: PaidAllocation,
  dispute: DisputeRow,
  seen: PspDispute,
): Promise<void> {
  const reversalId = newId(context.clock.now().getTime())
  const chargeback = { kind: 'chargeback', pspReference: null, pollAt: null } as const
  const reversal = { ...chargeback, id: reversalId, initiator: 'scheme', reason: seen.reason } as const
  await hold(tx, context, allocation, reversal, () => dispute.amountMinor)
  const effectiveAt = closedAtOf(context, seen)
  await bookReversal(tx, context, allocation, reversalId, { ...chargeback, effectiveAt })
  await tx.query(
    "update dispute set state = 'lost', closed_at = $2, reversal_id = $3, poll_at = null where id = $1",
    [dispute.id, effectiveAt, reversalId],
  )
}

/** Out of suspense or, where the dispute was lost first and an appeal won it, back into the allocation. */
async function win(
  tx: Transaction,
  context: Context,
  allocation: PaidAllocation,
  dispute: DisputeRow,
  seen: PspDispute,
): Promise<void> {
  const now = context.clock.now()
  const closedAt = closedAtOf(context, seen)
  const feeBack = dispute.feeMinor > seen.feeMinor ? dispute.feeMinor - seen.feeMinor : 0n
  if (dispute.reversalId !== null) {
    await undoReversal(tx, context, allocation, dispute.reversalId, closedAt, feeBack)
    await tx.query("update dispute set state = 'won', closed_at = $2 where id = $1", [dispute.id, closedAt])
    return
  }
  const p = {
    closedAt,
    now,
    journalId: newId(now.getTime()),
    currency: allocation.currency,
    postings: postingsToJson(wonPostings(allocation.rootId, dispute.amountMinor, feeBack)),
  }
  await tx.query('select win_dispute($1, $2::jsonb)', [dispute.id, JSON.stringify(p)])
}

function closedAtOf({ clock }: Context, { closedAt }: PspDispute): Date {
  return closedAt ?? clock.now()
}

/** Asks how open disputes stand. Answers how many it looked at. */
export async function pollDisputes(context: Context, sources: RefundSources): Promise<number> {
  const now = context.clock.now()
  const due = await context.database.query<{ pspReference: string }>(
    `update dispute set poll_at = $2 where id in (
       select id from dispute where poll_at <= $1 and psp = $3 order by poll_at limit ${pollBatchMax} for update skip locked)
     returning psp_reference as "pspReference"`,
    [now, new Date(now.getTime() + pollEveryMs), sources.psp.id],
  )
  for (const { pspReference } of due) {
    await lookAtDispute(context, sources, pspReference).catch((cause) =>
      context.log.error('following a dispute failed; it will be tried again', { pspReference, cause }),
    )
  }
  return due.length
}

async function lookAtDispute(
  context: Context,
  sources: RefundSources,
  disputeReference: string,
): Promise<void> {
  const outcome = await sources.psp.fetchDispute(disputeReference)
  if (outcome.kind === 'done') await followDispute(context, sources, outcome.value)
}
