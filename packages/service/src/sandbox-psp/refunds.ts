/**
 * The sandbox provider's refunds and voids: SQL and use cases.
 * Law: never more than was paid goes back, counting what is still on its way and what disputes hold; a refund that fails
 * is given back exactly. All of a payment that has not come to the account is voided: no line ever tells of it.
 */
import type { Queryable, Transaction } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { ApiError } from './api-error.ts'
import { disputesOf, planDispute } from './disputes.ts'
import { queueNotification } from './notifications.ts'
import { delayMsDefault, type SandboxPspOptions } from './options.ts'
import { lockPayment } from './payments.ts'
import { isVoid, type SandboxPayment } from './sandbox-payment.ts'
import { addLine, settlePayment } from './settlement-lines.ts'
import { refundCourses } from './test-card.ts'

export interface NewRefund {
  readonly payment: string
  /** The merchant's; empty for a refund made in the dashboard. */
  readonly reference: string
  readonly amountMinor: bigint
  readonly currency: string
}

export interface SandboxRefund {
  readonly id: string
  readonly paymentId: string
  readonly reference: string
  readonly kind: 'refund' | 'void'
  readonly amountMinor: bigint
  readonly currency: string
  readonly status: 'pending' | 'succeeded' | 'failed'
  readonly failureCode: string | null
}

/** Refunds of one payment, the failed ones too. */
export const refundsMax = 100

export async function createRefund(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  command: NewRefund,
): Promise<SandboxRefund> {
  const payment = await lockPayment(tx, { id: command.payment })
  if (payment === undefined) throw new ApiError(404, 'not_found', 'No such payment')
  refuseImpossible(payment, command, await leftToRefund(tx, payment))
  if ((await refundsOf(tx, payment.id)).length >= refundsMax) {
    throw new ApiError(409, 'too_many_refunds', `A payment has at most ${refundsMax} refunds`)
  }
  return isVoid(payment, command.amountMinor)
    ? voidPayment(sandbox, tx, payment, command)
    : refundPayment(sandbox, tx, payment, command)
}

/** Calls a payment off; refused once it was settled or partly given back. */
export async function createVoid(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  paymentId: string,
): Promise<SandboxRefund> {
  const payment = await lockPayment(tx, { id: paymentId })
  if (payment === undefined) throw new ApiError(404, 'not_found', 'No such payment')
  const { amountMinor, currency } = payment
  const command = { payment: paymentId, reference: '', amountMinor, currency }
  refuseImpossible(payment, command, await leftToRefund(tx, payment))
  if (!isVoid(payment, amountMinor)) {
    throw new ApiError(409, 'not_voidable', 'The payment was settled, or its card is one for refunds')
  }
  return voidPayment(sandbox, tx, payment, command)
}

/** What refunds and disputes have left of a locked payment; never below zero. */
export async function leftToRefund(queryable: Queryable, payment: SandboxPayment): Promise<bigint> {
  const disputes = await disputesOf(queryable, payment.id)
  const held = disputes
    .filter(({ status }) => status !== 'won')
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
  const left = payment.amountMinor - payment.refundedMinor - held
  return left > 0n ? left : 0n
}

function refuseImpossible(payment: SandboxPayment, command: NewRefund, left: bigint): void {
  if (payment.status !== 'paid') throw new ApiError(409, 'not_paid', `The payment is ${payment.status}`)
  if (command.currency !== payment.currency) {
    throw new ApiError(422, 'currency_mismatch', `The payment is in ${payment.currency}`)
  }
  if (command.amountMinor <= left) return
  const disputed = command.amountMinor <= payment.amountMinor - payment.refundedMinor
  const why = `${left} minor units are left of the payment`
  throw new ApiError(409, disputed ? 'payment_disputed' : 'refund_exceeds_payment', why)
}

async function voidPayment(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  payment: SandboxPayment,
  command: NewRefund,
): Promise<SandboxRefund> {
  return writeRefund(sandbox, tx, payment, command, { kind: 'void', status: 'succeeded', dueAt: null })
}

async function refundPayment(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  payment: SandboxPayment,
  command: NewRefund,
): Promise<SandboxRefund> {
  const course = payment.cardCase === null ? undefined : refundCourses[payment.cardCase]
  const dueMs = sandbox.clock.now().getTime() + (sandbox.delayMs ?? delayMsDefault)
  await settlePayment(sandbox, tx, payment)
  const refund = await writeRefund(sandbox, tx, payment, command, {
    kind: 'refund',
    status: course?.begins ?? 'succeeded',
    dueAt: course === undefined ? null : new Date(dueMs),
  })
  const { currency, amountMinor } = refund
  const line = { currency, payment: payment.id, refund: refund.id }
  await addLine(sandbox, tx, { ...line, type: 'refund', grossMinor: -amountMinor })
  await planDispute(sandbox, tx, payment, 'refund')
  return refund
}

async function writeRefund(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  payment: SandboxPayment,
  { reference, amountMinor }: NewRefund,
  { kind, status, dueAt }: Pick<SandboxRefund, 'kind' | 'status'> & { readonly dueAt: Date | null },
): Promise<SandboxRefund> {
  const now = sandbox.clock.now()
  const id = newId(now.getTime())
  await tx.query(insertRefund, [id, payment.id, reference, kind, amountMinor, status, now, dueAt])
  await tx.query(addRefunded, [payment.id, amountMinor])
  await queueNotification(sandbox, tx, { type: 'refund.changed', payment: payment.id, refund: id })
  const { currency } = payment
  return { id, paymentId: payment.id, reference, kind, amountMinor, currency, status, failureCode: null }
}

export async function findRefund(sandbox: SandboxPspOptions, id: string): Promise<SandboxRefund | undefined> {
  const rows = await sandbox.database.query<SandboxRefund>(refundById, [id])
  return rows[0]
}

/** The newest refund of a payment that has the merchant's reference. */
export async function findRefundByReference(
  sandbox: SandboxPspOptions,
  paymentId: string,
  reference: string,
): Promise<SandboxRefund | undefined> {
  const rows = await sandbox.database.query<SandboxRefund>(refundByReference, [paymentId, reference])
  return rows[0]
}

/** All of a payment, the failed ones too, oldest first. */
export async function refundsOf(queryable: Queryable, paymentId: string): Promise<readonly SandboxRefund[]> {
  return queryable.query<SandboxRefund>(refundsByPayment, [paymentId])
}

/**
 * Does to a refund what its card promised, once its time has come. The payment is locked first, as everywhere, so that
 * nobody deadlocks.
 */
export async function settleRefund(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  due: { readonly id: string; readonly paymentId: string },
): Promise<void> {
  const payment = await lockPayment(tx, { id: due.paymentId })
  if (payment === undefined || payment.cardCase === null) return
  const failureCode = refundCourses[payment.cardCase]?.failureCode ?? null
  const status = failureCode === null ? 'succeeded' : 'failed'
  const [ended] = await tx.query<{ amountMinor: bigint }>(endRefund, [due.id, status, failureCode])
  if (ended === undefined) return
  if (failureCode !== null) {
    await tx.query(addRefunded, [due.paymentId, -ended.amountMinor])
    const line = { currency: payment.currency, payment: payment.id, refund: due.id }
    await addLine(sandbox, tx, { ...line, type: 'refund_failed', grossMinor: ended.amountMinor })
  }
  await queueNotification(sandbox, tx, { type: 'refund.changed', payment: due.paymentId, refund: due.id })
}

const insertRefund = `insert into sandbox_psp_refund
  (id, payment_id, reference, kind, amount_minor, status, created_at, due_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`

const addRefunded = 'update sandbox_psp_payment set refunded_minor = refunded_minor + $2 where id = $1'

const selectRefund = `select r.id, r.payment_id as "paymentId", r.reference, r.kind, r.amount_minor as "amountMinor",
    p.currency, r.status, r.failure_code as "failureCode"
  from sandbox_psp_refund r join sandbox_psp_payment p on p.id = r.payment_id`
const refundById = `${selectRefund} where r.id = $1`
const refundsByPayment = `${selectRefund} where r.payment_id = $1 order by r.position`
const refundByReference = `${selectRefund} where r.payment_id = $1 and r.reference = $2
  order by r.position desc limit 1`

const endRefund = `update sandbox_psp_refund set status = $2, failure_code = $3, due_at = null
  where id = $1 and due_at is not null returning amount_minor as "amountMinor"`
