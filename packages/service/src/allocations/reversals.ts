/**
 * Reversing an allocation because a merchant asks. What was paid on the hosted page goes back through the provider first,
 * and what it accepted is booked (`refunds.ts`); what an organisation collected itself is its own to give back, so the
 * reversal is booked at once.
 */
import type { NewReversal, Reversal } from '@ekko/contract/allocation-resources'
import type { Context } from '../kernel/context.ts'
import { newId } from '../kernel/id.ts'
import { parseAmount, toMajor } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Organisations } from '../organisations/organisations.ts'
import type { Amounts } from './allocation.ts'
import { showLines } from './allocation-answer.ts'
import { type RefundSources, refundPollMs, settleRefund } from './refunds.ts'
import { bookReversal, hold } from './reversal-bookings.ts'
import {
  type AllocationRow,
  findReversal,
  isPaid,
  loadAllocation,
  loadReversal,
  lockAllocation,
  type ReversalRow,
} from './reversal-rows.ts'

export interface ReversalSources extends RefundSources {
  readonly organisations: Organisations
}

/** More reversals of one allocation than this are a mistake. */
const reversalsMax = 1000

/**
 * With an id of the caller’s own, asking again answers what the first time began.
 * @throws Refusal NOT_FOUND, ALREADY_REVERSED, INVALID_AMOUNT, CONFLICT
 */
export async function reverseAllocation(
  context: Context,
  sources: ReversalSources,
  principalId: string,
  allocationId: string,
  wanted: NewReversal,
  id?: string,
): Promise<Reversal> {
  const allocation = await findAllocation(context, sources.organisations, principalId, allocationId)
  const reversalId = await requestReversal(context, allocation, wanted, id)
  if (isPaid(allocation)) await settleRefund(context, sources, reversalId)
  const [reversal, amounts] = await loadReversal(context.database, allocation, reversalId)
  if (reversal.state !== 'requested' && reversal.state !== 'booked') {
    throw new Refusal('CONFLICT', 'the payment provider could not give the money back; nothing was booked')
  }
  return showReversal(allocation, reversal, amounts)
}

async function findAllocation(
  context: Context,
  organisations: Organisations,
  principalId: string,
  allocationId: string,
): Promise<AllocationRow> {
  const row = await loadAllocation(context.database, allocationId)
  const noSuch = () => new Refusal('NOT_FOUND', 'no such allocation')
  if (!row) throw noSuch()
  await organisations.find(principalId, row.organisationId).catch((cause) => {
    throw cause instanceof Refusal ? noSuch() : cause
  })
  return row
}

function requestReversal(
  context: Context,
  allocation: AllocationRow,
  wanted: NewReversal,
  givenId: string | undefined,
): Promise<string> {
  const now = context.clock.now()
  const id = givenId ?? newId(now.getTime())
  const amount = wanted.amount == null ? null : parseAmount(wanted.amount, allocation.currency, '/amount')
  return context.database.transaction(async (tx) => {
    await lockAllocation(tx, allocation)
    if (await findReversal(tx, id)) return id
    const [open] = await tx.query("select id from dispute where allocation_id = $1 and state = 'open'", [
      allocation.id,
    ])
    // The scheme holds the money already; giving it back as well would pay the consumer twice.
    if (open) throw new Refusal('CONFLICT', 'the payment is disputed, and the scheme has not decided yet')
    const [earlier] = await tx.query<{ count: bigint }>(
      'select count(*) as count from reversal where allocation_id = $1',
      [allocation.id],
    )
    const request = {
      id,
      kind: 'refund',
      initiator: wanted.initiatedBy ?? 'merchant',
      reason: wanted.reason ?? null,
      pspReference: null,
      pollAt: isPaid(allocation) ? new Date(now.getTime() + refundPollMs) : null,
    } as const
    await hold(tx, context, allocation, request, (left) => {
      const asked = amount ?? left
      if (left === 0n || asked > left || earlier!.count >= reversalsMax) throw tooMuch(allocation, left)
      return asked
    })
    if (!isPaid(allocation)) {
      const { kind, pspReference, pollAt } = request
      await bookReversal(tx, context, allocation, id, { kind, pspReference, pollAt, effectiveAt: now })
    }
    return id
  })
}

function tooMuch({ currency }: AllocationRow, left: bigint): Refusal {
  return new Refusal(
    'ALREADY_REVERSED',
    `only ${toMajor(left, currency)} ${currency} of the allocation is left to reverse`,
  )
}

/** As documented: amounts negative, rates not. */
function showReversal(allocation: AllocationRow, reversal: ReversalRow, amounts: Amounts): Reversal {
  return {
    fundsAllocationId: allocation.id,
    reversalId: reversal.id,
    reversalKind: reversal.kind,
    status: reversal.state === 'booked' ? 'done' : 'pending',
    currencyCode: allocation.currency,
    totalAmount: toMajor(-amounts.total, allocation.currency) + 0,
    ...showLines(amounts, allocation, -1n),
    taxLiability: 'platform',
  }
}
