/**
 * Notifications to the merchant: written with the news they tell, sent afterwards, tried again until taken or given up.
 * On demand those of a payment go out twice, are held, or are sent again: late, several times, in the wrong order.
 * Law: none is lost by a crash. A row that was claimed and not finished is due again once its lease is over. Each attempt
 * is signed anew, and those of one payment leave one after the other, in the order in which they are due.
 */
import type { Transaction } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { signatureHeader, signNotification } from './notification-signature.ts'
import type { SandboxPspOptions } from './options.ts'

export interface News {
  readonly type: 'payment.changed' | 'refund.changed' | 'dispute.changed'
  readonly payment: string
  readonly refund?: string
  readonly dispute?: string
}

interface Claimed {
  readonly position: bigint
  readonly eventId: string
  readonly paymentId: string
  readonly body: string
  readonly attempts: number
  readonly dueAt: Date
}

/** How long after each failed attempt the next one comes; after the last of them the notification is given up. */
const retryDelaysMs = [
  1_000, 5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 10_800_000, 21_600_000, 43_200_000,
]
const sendDeadlineMs = 5_000
const leaseMs = 15_000
const batchMax = 20
const errorMaxChars = 200

export async function queueNotification(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  news: News,
): Promise<void> {
  const now = sandbox.clock.now()
  const id = newId(now.getTime())
  const body = JSON.stringify({ id, createdAt: now.toISOString(), ...news })
  await tx.query(insertNotification, [id, news.payment, body, now])
  tx.afterCommit(() => sandbox.bell.ring())
}

/** Sends what is due. An aborted send counts as one that failed. */
export async function sendNotifications(sandbox: SandboxPspOptions, stopping: AbortSignal): Promise<void> {
  const now = sandbox.clock.now()
  const leaseEnd = new Date(now.getTime() + leaseMs)
  const claimed = await sandbox.database.query<Claimed>(claimNotifications, [now, leaseEnd, batchMax])
  const inOrder = claimed.toSorted(
    (a, b) => a.dueAt.getTime() - b.dueAt.getTime() || Number(a.position - b.position),
  )
  const queues = [...new Set(inOrder.map(({ paymentId }) => paymentId))].map((paymentId) =>
    inOrder.filter((notification) => notification.paymentId === paymentId),
  )
  await Promise.all(queues.map((queue) => sendInOrder(sandbox, queue, leaseEnd.getTime(), stopping)))
  if (claimed.length === batchMax) sandbox.bell.ring()
}

/** What a slow receiver leaves no time for is due again when the lease is over. */
async function sendInOrder(
  sandbox: SandboxPspOptions,
  queue: readonly Claimed[],
  leaseEndMs: number,
  stopping: AbortSignal,
): Promise<void> {
  for (const notification of queue) {
    if (sandbox.clock.now().getTime() > leaseEndMs - sendDeadlineMs) return
    await sendOne(sandbox, notification, stopping)
  }
}

async function sendOne(
  sandbox: SandboxPspOptions,
  notification: Claimed,
  stopping: AbortSignal,
): Promise<void> {
  const error = await post(sandbox, notification.body, stopping)
  const now = sandbox.clock.now()
  if (error === undefined) {
    await sandbox.database.query(markDelivered, [notification.position, now])
    return
  }
  const delayMs = retryDelaysMs[notification.attempts - 1]
  const nextAt = delayMs === undefined ? null : new Date(now.getTime() + delayMs)
  await sandbox.database.query(markFailed, [notification.position, nextAt, error.slice(0, errorMaxChars)])
  sandbox.log.warn('sandbox provider: a notification was not taken', {
    notification: notification.eventId,
    attempts: notification.attempts,
    error,
    givenUp: nextAt === null,
  })
}

/** What went wrong, or undefined when the receiver took it. */
async function post(
  sandbox: SandboxPspOptions,
  body: string,
  stopping: AbortSignal,
): Promise<string | undefined> {
  try {
    const response = await fetch(sandbox.notificationUrl(), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [signatureHeader]: signNotification(sandbox.notificationSecret, body, sandbox.clock.now()),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([stopping, AbortSignal.timeout(sendDeadlineMs)]),
    })
    await response.body?.cancel()
    return response.ok ? undefined : `status ${response.status}`
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return cause instanceof Error ? cause.message || cause.name : String(cause)
  }
}

const insertNotification = `insert into sandbox_psp_notification (event_id, payment_id, body, held, next_at, created_at)
  select $1, p.id, $3, p.news = 'held', case when p.news <> 'held' then $4::timestamptz end, $4
  from sandbox_psp_payment p, generate_series(1, case p.news when 'double' then 2 else 1 end) where p.id = $2`

const claimNotifications = `with due as (
    select position, next_at from sandbox_psp_notification where next_at <= $1 order by next_at, position limit $3
    for update skip locked)
  update sandbox_psp_notification n set attempts = attempts + 1, next_at = $2 from due where n.position = due.position
  returning n.position, n.event_id as "eventId", n.payment_id as "paymentId", n.body, n.attempts, due.next_at as "dueAt"`

const markDelivered =
  'update sandbox_psp_notification set delivered_at = $2, next_at = null where position = $1'
const markFailed = `update sandbox_psp_notification set next_at = $2, last_error = $3
  where position = $1 and delivered_at is null`
