/** What the dashboard shows: the newest payments, and everything of one. SQL that only reads. */
import { disputesOf, type SandboxDispute } from './disputes.ts'
import type { SandboxPspOptions } from './options.ts'
import { findPayment, newestPayments } from './payments.ts'
import { leftToRefund, refundsOf, type SandboxRefund } from './refunds.ts'
import type { SandboxPayment } from './sandbox-payment.ts'
import { readBalances } from './settlement-lines.ts'

export interface ShownNotification {
  readonly eventId: string
  readonly body: string
  readonly held: boolean
  readonly attempts: number
  readonly nextAt: Date | null
  readonly deliveredAt: Date | null
}

export interface Overview {
  readonly balances: readonly { readonly currency: string; readonly balanceMinor: bigint }[]
  readonly payments: readonly SandboxPayment[]
}

export interface PaymentFile {
  readonly payment: SandboxPayment
  readonly leftMinor: bigint
  readonly refunds: readonly SandboxRefund[]
  readonly disputes: readonly SandboxDispute[]
  readonly notifications: readonly ShownNotification[]
}

const paymentsMax = 50
const notificationsMax = 50

export async function readOverview(sandbox: SandboxPspOptions): Promise<Overview> {
  return { balances: await readBalances(sandbox), payments: await newestPayments(sandbox, paymentsMax) }
}

export async function readPaymentFile(
  sandbox: SandboxPspOptions,
  id: string,
): Promise<PaymentFile | undefined> {
  const payment = await findPayment(sandbox, { id })
  if (payment === undefined) return undefined
  const { database } = sandbox
  return {
    payment,
    leftMinor: payment.status === 'paid' ? await leftToRefund(database, payment) : 0n,
    refunds: await refundsOf(database, id),
    disputes: await disputesOf(database, id),
    notifications: await database.query<ShownNotification>(notificationsOf, [id, notificationsMax]),
  }
}

const notificationsOf = `select event_id as "eventId", body, held, attempts, next_at as "nextAt",
    delivered_at as "deliveredAt"
  from sandbox_psp_notification where payment_id = $1 order by position desc limit $2`
