/**
 * The sandbox provider's payments: SQL and the use cases of its API.
 * Law: a change is written to a row that is locked, and its notification in the same transaction.
 */
import type { Queryable, Transaction } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { randomToken } from '../kernel/secret.ts'
import { ApiError } from './api-error.ts'
import { cardCostMinor } from './card-cost.ts'
import { queueNotification } from './notifications.ts'
import type { SandboxPspOptions } from './options.ts'
import { asOf, isOpen, type Progress, type SandboxPayment } from './sandbox-payment.ts'

export interface NewPayment {
  readonly reference: string
  readonly amountMinor: bigint
  readonly currency: string
  readonly description: string
  readonly locale: string
  readonly returnUrl: string
  readonly expiresAt: Date
}

// 190 bits: the checkout URL is the shopper's only credential.
const checkoutTokenChars = 32

export async function createPayment(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  command: NewPayment,
): Promise<SandboxPayment> {
  const now = sandbox.clock.now()
  const rows = await tx.query<SandboxPayment>(insertPayment, [
    newId(now.getTime()),
    randomToken(checkoutTokenChars),
    command.reference,
    command.amountMinor,
    command.currency,
    command.description,
    command.locale,
    command.returnUrl,
    now,
    command.expiresAt,
  ])
  return rows[0]!
}

/** Closes a payment that nobody has paid. */
export async function expirePayment(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  id: string,
): Promise<SandboxPayment> {
  const payment = await lockPayment(tx, { id })
  if (payment === undefined) throw new ApiError(404, 'not_found', 'No such payment')
  if (payment.status === 'expired') return payment
  if (!isOpen(payment)) throw new ApiError(409, 'not_open', `The payment is ${payment.status}`)
  return writeProgress(sandbox, tx, payment, { ...payment, status: 'expired' })
}

export async function findPayment(
  sandbox: SandboxPspOptions,
  by: { id: string } | { checkoutToken: string } | { reference: string },
): Promise<SandboxPayment | undefined> {
  const rows = await selectPayment(sandbox.database, by)
  return rows[0] && asOf(rows[0], sandbox.clock.now())
}

/** The newest first. */
export async function newestPayments(sandbox: SandboxPspOptions, limit: number): Promise<SandboxPayment[]> {
  const rows = await sandbox.database.query<SandboxPayment>(paymentsNewestFirst, [limit])
  return rows.map((payment) => asOf(payment, sandbox.clock.now()))
}

function selectPayment(
  database: Queryable,
  by: { id: string } | { checkoutToken: string } | { reference: string },
) {
  if ('id' in by) return database.query<SandboxPayment>(paymentById, [by.id])
  if ('checkoutToken' in by) return database.query<SandboxPayment>(paymentByToken, [by.checkoutToken])
  return database.query<SandboxPayment>(paymentByReference, [by.reference])
}

export async function lockPayment(
  tx: Transaction,
  by: { id: string } | { checkoutToken: string },
): Promise<SandboxPayment | undefined> {
  const rows =
    'id' in by
      ? await tx.query<SandboxPayment>(lockPaymentById, [by.id])
      : await tx.query<SandboxPayment>(lockPaymentByToken, [by.checkoutToken])
  return rows[0]
}

/** Writes how far a locked payment has come, and tells the merchant when its status is news. */
export async function writeProgress(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  payment: SandboxPayment,
  to: Progress,
): Promise<SandboxPayment> {
  const rows = await tx.query<SandboxPayment>(updateProgress, [
    payment.id,
    to.status,
    to.attempts,
    to.cardCase,
    to.cardLastFour,
    to.failureCode,
    to.dueAt,
    to.paidAt,
    to.status === 'paid' ? cardCostMinor(payment.amountMinor, payment.currency) : null,
  ])
  const written = rows[0]!
  if (written.status !== payment.status && !isOpen(written)) {
    await queueNotification(sandbox, tx, { type: 'payment.changed', payment: payment.id })
  }
  return written
}

const columns = `id, checkout_token as "checkoutToken", reference, amount_minor as "amountMinor",
  refunded_minor as "refundedMinor", currency, description, locale, return_url as "returnUrl", status, attempts,
  card_case as "cardCase", card_last_four as "cardLastFour", failure_code as "failureCode", created_at as "createdAt",
  expires_at as "expiresAt", due_at as "dueAt", paid_at as "paidAt", fee_minor as "feeMinor", settled_at as "settledAt",
  news`

// The account is there before its first line, so that whoever reads lines can wait for whoever writes one.
const insertPayment = `with account as (
    insert into sandbox_psp_account (currency, balance_minor, moved_at) values ($5, 0, $9) on conflict do nothing)
  insert into sandbox_psp_payment
  (id, checkout_token, reference, amount_minor, currency, description, locale, return_url, created_at, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning ${columns}`

const paymentById = `select ${columns} from sandbox_psp_payment where id = $1`
const paymentsNewestFirst = `select ${columns} from sandbox_psp_payment order by id desc limit $1`
const paymentByToken = `select ${columns} from sandbox_psp_payment where checkout_token = $1`
// One reference may have several payments, as with real providers; the one that holds money is the one to know of.
const paymentByReference = `select ${columns} from sandbox_psp_payment where reference = $1
  order by status = 'paid' desc, created_at desc, id desc limit 1`
const lockPaymentById = `${paymentById} for update`
const lockPaymentByToken = `${paymentByToken} for update`

const updateProgress = `update sandbox_psp_payment
  set status = $2, attempts = $3, card_case = $4, card_last_four = $5, failure_code = $6, due_at = $7, paid_at = $8,
    fee_minor = $9
  where id = $1 returning ${columns}`
