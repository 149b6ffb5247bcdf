/**
 * Notifications on demand: what networks do by accident, done on purpose. A receiver has to bear all of it.
 * Not for first sendings (that is `notifications.ts`). Law: an event keeps its id and its body however often it is sent.
 */
import type { Transaction } from '../kernel/database.ts'
import { ApiError } from './api-error.ts'
import type { SandboxPspOptions } from './options.ts'
import { lockPayment } from './payments.ts'
import type { NewsMode } from './sandbox-payment.ts'

export interface Resend {
  /** One event; all of the payment when undefined. */
  readonly event: string | undefined
  readonly copies: number
  readonly order: 'as_sent' | 'reversed'
  readonly delayMs: number
}

export const copiesMax = 10
/** As late as the slowest of the real providers. */
export const resendDelayMaxMs = 3 * 86_400_000
const eventsMax = 100

/** Queues events of a payment again; those that were held go out with them. @returns how many were queued */
export async function resendNotifications(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  paymentId: string,
  { event, copies, order, delayMs }: Resend,
): Promise<number> {
  await mustLock(tx, paymentId)
  const now = sandbox.clock.now()
  const dueAt = new Date(now.getTime() + delayMs)
  const reversed = order === 'reversed'
  const queued = await tx.query(insertAgain, [
    paymentId,
    event ?? null,
    eventsMax,
    copies,
    reversed,
    dueAt,
    now,
  ])
  await tx.query(dropHeld, [paymentId, event ?? null])
  tx.afterCommit(() => sandbox.bell.ring())
  return queued.length
}

/** From now on; what was held until now goes out when the new mode is another one. */
export async function setNewsMode(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  paymentId: string,
  mode: NewsMode,
): Promise<void> {
  await mustLock(tx, paymentId)
  await tx.query(updateMode, [paymentId, mode])
  if (mode !== 'held') await tx.query(letGo, [paymentId, sandbox.clock.now()])
  tx.afterCommit(() => sandbox.bell.ring())
}

async function mustLock(tx: Transaction, paymentId: string): Promise<void> {
  const payment = await lockPayment(tx, { id: paymentId })
  if (payment === undefined) throw new ApiError(404, 'not_found', 'No such payment')
}

const insertAgain = `with event as (
    select event_id, body, min(position) as first from sandbox_psp_notification
    where payment_id = $1 and ($2::uuid is null or event_id = $2)
    group by event_id, body order by first desc limit $3)
  insert into sandbox_psp_notification (event_id, payment_id, body, next_at, created_at)
  select event_id, $1, body, $6, $7 from event, generate_series(1, $4::integer) as copy
  order by copy, case when $5::boolean then -first else first end
  returning position`

const dropHeld = `delete from sandbox_psp_notification
  where payment_id = $1 and held and ($2::uuid is null or event_id = $2)`

const updateMode = 'update sandbox_psp_payment set news = $2 where id = $1'
const letGo = 'update sandbox_psp_notification set held = false, next_at = $2 where payment_id = $1 and held'
