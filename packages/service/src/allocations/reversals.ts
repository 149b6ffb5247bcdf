/**
 * Reversing an allocation of the hosted page: the money goes back through the PSP first, and what it accepted is booked.
 * Laws: a reversal is stored before the PSP is asked, with its id as the idempotency key, so that a crash in between is
 * made good by the poller; no more is ever requested than is left; nothing is booked on a guess.
 */
import type { NewReversal, Reversal } from '@ekko/contract/resources'
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { parseAmount, toMajor } from '../kernel/money.ts'
import { ppmWhole } from '../kernel/rate.ts'
import { Refusal } from '../kernel/refusal.ts'
import { reversed } from '../ledger/posting.ts'
import type { Organisations } from '../organisations/organisations.ts'
import type { Outcome, Psp, PspRefund } from '../payments/psp.ts'
import { splitFromJson } from '../quotes/quote.ts'
import { type Amounts, eventFor, postingsFor, recordFor } from './allocation.ts'
import { factsOf, loadSource, postingsToJson, recordToJson } from './allocations.ts'
import { reversalOf } from './reversal.ts'
import {
  type AllocationRow,
  insertParts,
  loadAllocation,
  loadReversal,
  loadReversals,
  type ReversalRow,
} from './reversal-rows.ts'

export interface ReversalSources {
  readonly organisations: Organisations
  readonly psp: Psp
  /** Called when a session's contribution changed, after it was stored. */
  readonly onChange: (sessionId: string) => void
}

const pollMs = 30_000
const pollBatchMax = 20
/** More partial reversals of one allocation than this are a mistake. */
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
  await settleReversal(context, sources, reversalId)
  const [reversal, amounts] = await loadReversal(context.database, allocation, reversalId)
  if (reversal.state === 'rejected' || reversal.state === 'failed') {
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

/** Stores how the reversal will be taken out of the allocation, with everything reversed before in view. */
function requestReversal(
  context: Context,
  allocation: AllocationRow,
  wanted: NewReversal,
  givenId: string | undefined,
): Promise<string> {
  const now = context.clock.now()
  const id = givenId ?? newId(now.getTime())
  return context.database.transaction(async (tx) => {
    await tx.query('select id from contribution where id = $1 for update', [allocation.contributionId])
    const earlier = await loadReversals(tx, allocation)
    if (earlier.some(([row]) => row.id === id)) return id
    const counted = earlier.filter(([row]) => row.state === 'requested' || row.state === 'booked')
    const left = allocation.totalMinor - counted.reduce((sum, [row]) => sum + row.amountMinor, 0n)
    const amount = wanted.amount == null ? left : parseAmount(wanted.amount, allocation.currency, '/amount')
    if (left === 0n || amount > left || earlier.length >= reversalsMax) {
      const rest = toMajor(left, allocation.currency)
      throw new Refusal(
        'ALREADY_REVERSED',
        `only ${rest} ${allocation.currency} of the allocation is left to reverse`,
      )
    }
    const amounts = reversalOf(
      splitFromJson(allocation.split),
      counted.map(([, before]) => before),
      amount,
    )
    await tx.query(
      `insert into reversal (id, allocation_id, state, sequence, amount_minor, reason, created_at, poll_at)
       values ($1, $2, 'requested', $3, $4, $5, $6, $7)`,
      [
        id,
        allocation.id,
        earlier.length + 1,
        amount,
        wanted.reason ?? null,
        now,
        new Date(now.getTime() + pollMs),
      ],
    )
    await insertParts(tx, id, amounts)
    return id
  })
}

/** Asks the PSP for the refund, or how it stands, and books what came of it. Safe to call again at any time. */
async function settleReversal(context: Context, sources: ReversalSources, reversalId: string): Promise<void> {
  const [request] = await context.database.query<RefundRequest>(
    `select id, allocation_id as "allocationId", state, amount_minor as "amountMinor", psp_reference as "pspReference",
       created_at as "createdAt" from reversal where id = $1`,
    [reversalId],
  )
  if (request?.state !== 'requested') return
  const allocation = (await loadAllocation(context.database, request.allocationId))!
  const outcome = await askForRefund(context, sources.psp, allocation, request)
  if (outcome.kind === 'unknown') return
  if (outcome.kind === 'declined' || outcome.kind === 'rejected')
    return endUnbooked(context.database, reversalId, 'rejected')
  const { status, refundReference } = outcome.value
  if (status === 'failed') return endUnbooked(context.database, reversalId, 'failed')
  await context.database.query(
    'update reversal set psp_reference = $2 where id = $1 and psp_reference is null',
    [reversalId, refundReference],
  )
  if (status === 'succeeded') {
    await bookReversal(context, allocation, reversalId)
    sources.onChange(allocation.sessionId)
  }
}

interface RefundRequest {
  readonly id: string
  readonly allocationId: string
  readonly state: ReversalRow['state']
  readonly amountMinor: bigint
  readonly pspReference: string | null
  readonly createdAt: Date
}

/** The provider forgets keys: past its window the same call would pay again, so our reference is looked up first. */
async function askForRefund(
  context: Context,
  psp: Psp,
  allocation: AllocationRow,
  request: RefundRequest,
): Promise<Outcome<PspRefund>> {
  if (request.pspReference !== null) return psp.fetchRefund(request.pspReference)
  const ageMs = context.clock.now().getTime() - request.createdAt.getTime()
  if (ageMs > psp.idempotencyWindowMs / 2) {
    const found = await psp.findRefund(allocation.pspReference, request.id)
    if (found.kind !== 'done')
      return found.kind === 'pending' ? { kind: 'unknown', cause: 'refund look-up pending' } : found
    if (found.value) return { kind: 'done', value: found.value }
  }
  const money = { minor: request.amountMinor, currency: allocation.currency }
  return psp.refund({ pspReference: allocation.pspReference, reference: request.id, money }, request.id)
}

/** The money stays where it is, so the books do too; what was held back for this reversal is free again. */
async function endUnbooked(
  database: Queryable,
  reversalId: string,
  state: 'rejected' | 'failed',
): Promise<void> {
  await database.query(
    "update reversal set state = $2, poll_at = null where id = $1 and state = 'requested'",
    [reversalId, state],
  )
}

async function bookReversal(context: Context, allocation: AllocationRow, reversalId: string): Promise<void> {
  const now = context.clock.now()
  const source = await loadSource(context.database, allocation.quoteId)
  const facts = factsOf(source, {
    allocationId: allocation.id,
    sessionId: allocation.sessionId,
    currency: allocation.currency,
    fundsAt: now,
  })
  await context.database.transaction(async (tx) => {
    // Reversals of one allocation take turns, so that their events are numbered without a gap.
    await tx.query('select id from contribution where id = $1 for update', [allocation.contributionId])
    const all = await loadReversals(tx, allocation)
    const [, amounts] = all.find(([row]) => row.id === reversalId)!
    const sequence = 2 + all.filter(([row]) => row.state === 'booked').length
    const event = { eventId: newId(now.getTime()), sequence, preparedAt: now, reversalId }
    const booking = {
      now,
      journalId: newId(now.getTime()),
      postings: postingsToJson(reversed(postingsFor(facts.rootId, amounts))),
      record: recordToJson(recordFor(facts, amounts, reversalId), amounts.lines, now),
      event: {
        id: event.eventId,
        type: 'IMPACT_PAYMENT_REVERSAL',
        sequence,
        body: JSON.stringify(eventFor(facts, amounts, event)),
      },
    }
    await tx.query('select book_reversal($1, $2::jsonb)', [reversalId, JSON.stringify(booking)])
  })
}

/** Takes up reversals whose refund has no known outcome yet. Answers how many it looked at. */
export async function pollReversals(context: Context, sources: ReversalSources): Promise<number> {
  const now = context.clock.now()
  const due = await context.database.query<{ id: string }>(
    `update reversal set poll_at = $2 where id in (
       select id from reversal where poll_at <= $1 order by poll_at limit ${pollBatchMax} for update skip locked)
     returning id`,
    [now, new Date(now.getTime() + pollMs)],
  )
  for (const { id } of due) {
    await settleReversal(context, sources, id).catch((cause) =>
      context.log.error('settling a reversal failed; it will be tried again', { reversalId: id, cause }),
    )
  }
  return due.length
}

/** As documented: amounts negative, rates not. */
function showReversal(allocation: AllocationRow, reversal: ReversalRow, amounts: Amounts): Reversal {
  const negative = (minor: bigint) => toMajor(-minor, allocation.currency) + 0
  const shown = amounts.lines.map((line) => ({
    kind: line.kind,
    impactPartnerId: line.impactPartnerId,
    projectId: line.projectId,
    amounts: {
      impactAmount: negative(line.impact),
      impactSalesTaxAmount: negative(line.impactTax),
      impactSalesTaxRate: allocation.impactTaxPpm / ppmWhole,
      serviceFeeAmount: negative(line.serviceFee),
      serviceFeeSalesTaxAmount: negative(line.serviceFeeTax),
      serviceFeeSalesTaxRate: allocation.serviceFeeTaxPpm / ppmWhole,
    },
  }))
  return {
    fundsAllocationId: allocation.id,
    reversalId: reversal.id,
    status: reversal.state === 'booked' ? 'done' : 'pending',
    currencyCode: allocation.currency,
    totalAmount: negative(amounts.total),
    credits: shown
      .filter(({ kind }) => kind === 'credit')
      .map(({ projectId, amounts }) => ({ projectId, ...amounts })),
    contribution: shown
      .filter(({ kind }) => kind === 'contribution')
      .map(({ impactPartnerId, projectId, amounts }) => ({ impactPartnerId, projectId, ...amounts })),
    taxLiability: 'platform',
  }
}
