/**
 * Notifications to the merchant: written with the news they tell, sent afterwards, tried again until taken or given up.
 * Law: none is lost by a crash. A row that was claimed and not finished is due again once its lease is over.
 */
import type { Transaction } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { signatureHeader, signNotification } from './notification-signature.ts'
import type { SandboxPspOptions } from './options.ts'

export interface News {
  readonly type: 'payment.changed' | 'refund.changed'
  readonly payment: string
  readonly refund?: string
}

interface Claimed {
  readonly id: string
  readonly body: string
  readonly attempts: number
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
  await tx.query(insertNotification, [id, body, now])
  tx.afterCommit(() => sandbox.bell.ring())
}

/** Sends what is due. An aborted send counts as one that failed. */
export async function sendNotifications(sandbox: SandboxPspOptions, stopping: AbortSignal): Promise<void> {
  const now = sandbox.clock.now()
  const lease = new Date(now.getTime() + leaseMs)
  const claimed = await sandbox.database.query<Claimed>(claimNotifications, [now, lease, batchMax])
  await Promise.all(claimed.map((notification) => sendOne(sandbox, notification, stopping)))
  if (claimed.length === batchMax) sandbox.bell.ring()
}

async function sendOne(
  sandbox: SandboxPspOptions,
  notification: Claimed,
  stopping: AbortSignal,
): Promise<void> {
  const error = await post(sandbox, notification.body, stopping)
  const now = sandbox.clock.now()
  if (error === undefined) {
    await sandbox.database.query(markDelivered, [notification.id, now])
    return
  }
  const delayMs = retryDelaysMs[notification.attempts - 1]
  const nextAt = delayMs === undefined ? null : new Date(now.getTime() + delayMs)
  await sandbox.database.query(markFailed, [notification.id, nextAt, error.slice(0, errorMaxChars)])
  sandbox.log.warn('sandbox provider: a notification was not taken', {
    notification: notification.id,
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

const insertNotification =
  'insert into sandbox_psp_notification (id, body, next_at, created_at) values ($1, $2, $3, $3)'

const claimNotifications = `update sandbox_psp_notification set attempts = attempts + 1, next_at = $2
  where id in (select id from sandbox_psp_notification where next_at <= $1 order by next_at limit $3
    for update skip locked)
  returning id, body, attempts`

const markDelivered = 'update sandbox_psp_notification set delivered_at = $2, next_at = null where id = $1'
const markFailed = `update sandbox_psp_notification set next_at = $2, last_error = $3
  where id = $1 and delivered_at is null`
