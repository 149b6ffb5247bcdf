/**
 * The sandbox provider's disputes: SQL and use cases. A dispute is opened by a card that brings one or in the dashboard;
 * it ends by time or in the dashboard.
 * Law: opening takes the amount and the fee from the account at once, winning gives back both, losing neither. A
 * dispute knows nothing of refunds: a shopper may get the same money twice, as with real cards.
 */
import type { Queryable, Transaction } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { ApiError } from './api-error.ts'
import { priceOf } from './card-cost.ts'
import { queueNotification } from './notifications.ts'
import { delayMsDefault, type SandboxPspOptions } from './options.ts'
import { lockPayment } from './payments.ts'
import { isVoided, type SandboxPayment } from './sandbox-payment.ts'
import { addLine, settlePayment } from './settlement-lines.ts'
import { disputeCourses } from './test-card.ts'

export interface SandboxDispute {
  readonly id: string
  readonly paymentId: string
  readonly amountMinor: bigint
  readonly feeMinor: bigint
  readonly currency: string
  readonly reason: string
  readonly status: 'planned' | 'open' | 'won' | 'lost'
  readonly outcome: 'won' | 'lost' | null
  readonly dueAt: Date | null
  readonly openedAt: Date | null
  readonly closedAt: Date | null
}

export interface NewDispute {
  readonly amountMinor: bigint | undefined
  readonly reason: string
  /** What time makes of it; null waits for the dashboard. */
  readonly outcome: 'won' | 'lost' | null
}

/** Disputes of one payment, one after the other. */
const disputesMax = 20
/** Exchange rates may make a dispute dearer than its payment, within reason. */
const amountTimesMax = 2n
const planReason = 'fraudulent'

/** The dispute that the card brings after it paid or after a refund, if it is one of those. */
export async function planDispute(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  payment: SandboxPayment,
  after: 'payment' | 'refund',
): Promise<void> {
  const course = payment.cardCase === null ? undefined : disputeCourses[payment.cardCase]
  if (course?.after !== after) return
  // One is enough: a second refund brings no second dispute.
  if ((await tx.query(anyDispute, [payment.id])).length > 0) return
  const amountMinor = course.of === 'whole' ? payment.amountMinor : (payment.amountMinor + 1n) / 2n
  await insert(sandbox, tx, payment, {
    status: 'planned',
    amountMinor,
    reason: planReason,
    outcome: course.outcome,
  })
  tx.afterCommit(() => sandbox.bell.ring())
}

/** A dispute opened by hand. */
export async function openDispute(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  paymentId: string,
  { amountMinor, reason, outcome }: NewDispute,
): Promise<SandboxDispute> {
  const payment = await lockPayment(tx, { id: paymentId })
  if (payment === undefined) throw new ApiError(404, 'not_found', 'No such payment')
  if (payment.status !== 'paid') throw new ApiError(409, 'not_paid', `The payment is ${payment.status}`)
  if (isVoided(payment)) throw new ApiError(409, 'voided', 'Nothing was taken that could be disputed')
  const amount = amountMinor ?? payment.amountMinor
  if (amount > payment.amountMinor * amountTimesMax) {
    throw new ApiError(422, 'invalid_request', 'At most twice the payment can be disputed')
  }
  const known = await disputesOf(tx, paymentId)
  if (known.some(({ status }) => status === 'open')) {
    throw new ApiError(409, 'dispute_open', 'Another dispute of this payment is open')
  }
  if (known.length >= disputesMax) throw new ApiError(409, 'too_many_disputes', `${disputesMax} were opened`)
  const dispute = await insert(sandbox, tx, payment, { status: 'open', amountMinor: amount, reason, outcome })
  await takeMoney(sandbox, tx, payment, dispute)
  return dispute
}

/** Ends an open dispute. */
export async function closeDispute(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  id: string,
  outcome: 'won' | 'lost',
): Promise<SandboxDispute> {
  const dispute = await lockDispute(tx, id)
  if (dispute === undefined || dispute.status === 'planned') {
    throw new ApiError(404, 'not_found', 'No such dispute')
  }
  if (dispute.status === outcome) return dispute
  if (dispute.status !== 'open') throw new ApiError(409, 'dispute_closed', `It was ${dispute.status}`)
  return close(sandbox, tx, dispute, outcome)
}

/** Opens a planned dispute, or ends an open one, whose time has come. */
export async function moveDispute(sandbox: SandboxPspOptions, tx: Transaction, id: string): Promise<void> {
  const dispute = await lockDispute(tx, id)
  const now = sandbox.clock.now()
  // Somebody else may have moved it while this waited for the lock.
  if (dispute === undefined || dispute.dueAt === null || dispute.dueAt > now) return
  if (dispute.status === 'open') {
    await close(sandbox, tx, dispute, dispute.outcome ?? 'lost')
    return
  }
  const payment = await lockPayment(tx, { id: dispute.paymentId })
  const others = await disputesOf(tx, dispute.paymentId)
  const pointless =
    payment === undefined || isVoided(payment) || others.some(({ status }) => status === 'open')
  if (pointless) {
    await tx.query(dropPlanned, [id])
    return
  }
  await tx.query(openPlanned, [id, now, later(sandbox, now)])
  await takeMoney(sandbox, tx, payment, dispute)
}

export async function findDispute(
  sandbox: SandboxPspOptions,
  id: string,
): Promise<SandboxDispute | undefined> {
  const rows = await sandbox.database.query<SandboxDispute>(disputeById, [id])
  return rows[0]?.status === 'planned' ? undefined : rows[0]
}

/** Those that were opened, oldest first. */
export async function disputesOf(
  queryable: Queryable,
  paymentId: string,
): Promise<readonly SandboxDispute[]> {
  return queryable.query<SandboxDispute>(disputesByPayment, [paymentId])
}

async function close(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  dispute: SandboxDispute,
  outcome: 'won' | 'lost',
): Promise<SandboxDispute> {
  const closedAt = sandbox.clock.now()
  await tx.query(endDispute, [dispute.id, outcome, closedAt])
  const { id, paymentId: payment, currency, amountMinor, feeMinor } = dispute
  if (outcome === 'won') {
    const line = { currency, payment, dispute: id }
    await addLine(sandbox, tx, { ...line, type: 'chargeback_reversed', grossMinor: amountMinor })
    await addLine(sandbox, tx, { ...line, type: 'fee', grossMinor: feeMinor })
  }
  await queueNotification(sandbox, tx, { type: 'dispute.changed', payment, dispute: id })
  return { ...dispute, status: outcome, dueAt: null, closedAt }
}

async function takeMoney(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  payment: SandboxPayment,
  { id, currency, amountMinor, feeMinor }: SandboxDispute,
): Promise<void> {
  await settlePayment(sandbox, tx, payment)
  const line = { currency, payment: payment.id, dispute: id }
  await addLine(sandbox, tx, { ...line, type: 'chargeback', grossMinor: -amountMinor })
  await addLine(sandbox, tx, { ...line, type: 'fee', grossMinor: -feeMinor })
  await queueNotification(sandbox, tx, { type: 'dispute.changed', payment: payment.id, dispute: id })
}

async function insert(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  payment: SandboxPayment,
  dispute: Pick<SandboxDispute, 'amountMinor' | 'reason' | 'outcome'> & { status: 'planned' | 'open' },
): Promise<SandboxDispute> {
  const now = sandbox.clock.now()
  const id = newId(now.getTime())
  const feeMinor = priceOf(payment.currency).disputeFeeMinor
  const openedAt = dispute.status === 'open' ? now : null
  const dueAt = dispute.outcome === null ? null : later(sandbox, now)
  const { amountMinor, reason, status, outcome } = dispute
  await tx.query(insertDispute, [
    id,
    payment.id,
    amountMinor,
    feeMinor,
    reason,
    status,
    outcome,
    dueAt,
    openedAt,
  ])
  const { currency } = payment
  return { ...dispute, id, paymentId: payment.id, feeMinor, currency, dueAt, openedAt, closedAt: null }
}

/** The payment is locked first, as everywhere, so that nobody deadlocks. */
async function lockDispute(tx: Transaction, id: string): Promise<SandboxDispute | undefined> {
  await tx.query(lockPaymentOf, [id])
  const rows = await tx.query<SandboxDispute>(disputeById, [id])
  return rows[0]
}

function later(sandbox: SandboxPspOptions, now: Date): Date {
  return new Date(now.getTime() + (sandbox.delayMs ?? delayMsDefault))
}

const insertDispute = `insert into sandbox_psp_dispute
  (id, payment_id, amount_minor, fee_minor, reason, status, outcome, due_at, opened_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

const lockPaymentOf = `select id from sandbox_psp_payment
  where id = (select payment_id from sandbox_psp_dispute where id = $1) for update`

const selectDispute = `select d.id, d.payment_id as "paymentId", d.amount_minor as "amountMinor",
    d.fee_minor as "feeMinor", p.currency, d.reason, d.status, d.outcome, d.due_at as "dueAt",
    d.opened_at as "openedAt", d.closed_at as "closedAt"
  from sandbox_psp_dispute d join sandbox_psp_payment p on p.id = d.payment_id`
const disputeById = `${selectDispute} where d.id = $1`
const disputesByPayment = `${selectDispute} where d.payment_id = $1 and d.status <> 'planned' order by d.opened_at, d.position`

const anyDispute = 'select 1 from sandbox_psp_dispute where payment_id = $1 limit 1'

const openPlanned = `update sandbox_psp_dispute set status = 'open', opened_at = $2, due_at = $3 where id = $1`
const dropPlanned = 'delete from sandbox_psp_dispute where id = $1'
const endDispute = `update sandbox_psp_dispute set status = $2, closed_at = $3, due_at = null where id = $1`
