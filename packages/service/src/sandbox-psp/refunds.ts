/**
 * The sandbox provider's refunds: SQL and use cases.
 * Law: never more than was paid goes back, counting what is still on its way; a refund that fails is given back exactly.
 */
import type { Transaction } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { ApiError } from './api-error.ts'
import { queueNotification } from './notifications.ts'
import { delayMsDefault, type SandboxPspOptions } from './options.ts'
import { lockPayment } from './payments.ts'
import type { SandboxPayment } from './sandbox-payment.ts'

export interface NewRefund {
  readonly payment: string
  readonly reference: string
  readonly amountMinor: bigint
  readonly currency: string
}

export interface SandboxRefund {
  readonly id: string
  readonly paymentId: string
  readonly reference: string
  readonly amountMinor: bigint
  readonly currency: string
  readonly status: 'pending' | 'succeeded' | 'failed'
  readonly failureCode: string | null
}

export async function createRefund(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  command: NewRefund,
): Promise<SandboxRefund> {
  const payment = await lockPayment(tx, { id: command.payment })
  if (payment === undefined) throw new ApiError(404, 'not_found', 'No such payment')
  refuseImpossible(payment, command)
  const now = sandbox.clock.now()
  const slow = payment.cardCase === 'refund_failure' || payment.cardCase === 'delayed_refund'
  const dueAt = slow ? new Date(now.getTime() + (sandbox.delayMs ?? delayMsDefault)) : null
  const id = newId(now.getTime())
  const status = slow ? 'pending' : 'succeeded'
  await tx.query(insertRefund, [id, payment.id, command.reference, command.amountMinor, status, now, dueAt])
  await tx.query(addRefunded, [payment.id, command.amountMinor])
  await queueNotification(sandbox, tx, { type: 'refund.changed', payment: payment.id, refund: id })
  const { reference, amountMinor, currency } = command
  return { id, paymentId: payment.id, reference, amountMinor, currency, status, failureCode: null }
}

function refuseImpossible(payment: SandboxPayment, command: NewRefund): void {
  if (payment.status !== 'paid') throw new ApiError(409, 'not_paid', `The payment is ${payment.status}`)
  if (command.currency !== payment.currency) {
    throw new ApiError(422, 'currency_mismatch', `The payment is in ${payment.currency}`)
  }
  const left = payment.amountMinor - payment.refundedMinor
  if (command.amountMinor > left) {
    throw new ApiError(409, 'refund_exceeds_payment', `${left} minor units are left of the payment`)
  }
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

/** Ends a pending refund whose time has come. The payment is locked first, as everywhere, so that nobody deadlocks. */
export async function settleRefund(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  due: { readonly id: string; readonly paymentId: string },
): Promise<void> {
  const payment = await lockPayment(tx, { id: due.paymentId })
  const failureCode = payment?.cardCase === 'refund_failure' ? 'refund_failed' : null
  const ended = await tx.query<{ amountMinor: bigint }>(endRefund, [
    due.id,
    failureCode === null ? 'succeeded' : 'failed',
    failureCode,
  ])
  if (ended[0] === undefined) return
  if (failureCode !== null) await tx.query(addRefunded, [due.paymentId, -ended[0].amountMinor])
  await queueNotification(sandbox, tx, { type: 'refund.changed', payment: due.paymentId, refund: due.id })
}

const insertRefund = `insert into sandbox_psp_refund (id, payment_id, reference, amount_minor, status, created_at, due_at)
  values ($1, $2, $3, $4, $5, $6, $7)`

const addRefunded = 'update sandbox_psp_payment set refunded_minor = refunded_minor + $2 where id = $1'

const selectRefund = `select r.id, r.payment_id as "paymentId", r.reference, r.amount_minor as "amountMinor", p.currency,
    r.status, r.failure_code as "failureCode"
  from sandbox_psp_refund r join sandbox_psp_payment p on p.id = r.payment_id`
const refundById = `${selectRefund} where r.id = $1`
const refundByReference = `${selectRefund} where r.payment_id = $1 and r.reference = $2
  order by r.created_at desc, r.id desc limit 1`

const endRefund = `update sandbox_psp_refund set status = $2, failure_code = $3, due_at = null
  where id = $1 and status = 'pending' returning amount_minor as "amountMinor"`
