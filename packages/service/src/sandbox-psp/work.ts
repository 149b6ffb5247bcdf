/**
 * The sandbox provider's own loop: ends what was delayed, expires what nobody paid, opens and decides disputes,
 * pays out, sends notifications.
 * Any number of replicas may run it: each row is locked or leased by one of them.
 */

import { closeDueBatches } from './batches.ts'
import { moveDispute } from './disputes.ts'
import { forgetKeys } from './idempotent-answers.ts'
import { sendNotifications } from './notifications.ts'
import { type SandboxPspOptions, settleEveryMsDefault } from './options.ts'
import { lockPayment, writeProgress } from './payments.ts'
import { settleRefund } from './refunds.ts'
import { asOf, settlePending } from './sandbox-payment.ts'

const pollMs = 1_000
const waitMinMs = 10
const batchMax = 50

export function startSandboxPspWork(sandbox: SandboxPspOptions): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const done = run(sandbox, stopping.signal)
  return {
    async stop() {
      stopping.abort()
      sandbox.bell.ring()
      await done
    },
  }
}

async function run(sandbox: SandboxPspOptions, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    let waitMs = pollMs
    try {
      await workOnce(sandbox, stopping)
      waitMs = await untilNextDueMs(sandbox)
    } catch (error) {
      sandbox.log.error('sandbox provider: its work failed and is tried again', { error })
    }
    await sandbox.bell.wait(waitMs)
  }
}

/** One round, in the order in which one thing causes the next. */
export async function workOnce(sandbox: SandboxPspOptions, stopping: AbortSignal): Promise<void> {
  await settlePayments(sandbox)
  await settleRefunds(sandbox)
  await moveDisputes(sandbox)
  await closeDueBatches(sandbox)
  await sendNotifications(sandbox, stopping)
  await forgetKeys(sandbox)
}

async function settlePayments(sandbox: SandboxPspOptions): Promise<void> {
  const due = await sandbox.database.query<{ id: string }>(duePayments, [sandbox.clock.now(), batchMax])
  for (const { id } of due) {
    await sandbox.database.transaction(async (tx) => {
      const locked = await lockPayment(tx, { id })
      if (locked === undefined) return
      const now = sandbox.clock.now()
      const isDue = locked.status === 'pending' && locked.dueAt !== null && locked.dueAt <= now
      const to = isDue ? settlePending(locked, now) : asOf(locked, now)
      if (to.status !== locked.status) await writeProgress(sandbox, tx, locked, to)
    })
  }
}

async function settleRefunds(sandbox: SandboxPspOptions): Promise<void> {
  const due = await sandbox.database.query<{ id: string; paymentId: string }>(dueRefunds, [
    sandbox.clock.now(),
    batchMax,
  ])
  for (const refund of due) await sandbox.database.transaction((tx) => settleRefund(sandbox, tx, refund))
}

async function moveDisputes(sandbox: SandboxPspOptions): Promise<void> {
  const due = await sandbox.database.query<{ id: string }>(dueDisputes, [sandbox.clock.now(), batchMax])
  for (const { id } of due) await sandbox.database.transaction((tx) => moveDispute(sandbox, tx, id))
}

async function untilNextDueMs(sandbox: SandboxPspOptions): Promise<number> {
  const rows = await sandbox.database.query<{ at: Date | null }>(nextDue, [
    sandbox.settleEveryMs ?? settleEveryMsDefault,
  ])
  const at = rows[0]?.at
  if (!at) return pollMs
  return Math.min(pollMs, Math.max(waitMinMs, at.getTime() - sandbox.clock.now().getTime()))
}

const duePayments = `select id from sandbox_psp_payment where due_at <= $1
  union all select id from sandbox_psp_payment where status in ('open', 'processing') and expires_at <= $1 limit $2`

const dueRefunds = `select id, payment_id as "paymentId" from sandbox_psp_refund where due_at <= $1
  order by due_at limit $2`

const dueDisputes = 'select id from sandbox_psp_dispute where due_at <= $1 order by due_at limit $2'

const nextDue = `select least(
    (select min(due_at) from sandbox_psp_payment where due_at is not null),
    (select min(due_at) from sandbox_psp_refund where due_at is not null),
    (select min(due_at) from sandbox_psp_dispute where due_at is not null),
    (select min(paid_at) from sandbox_psp_payment where status = 'paid' and settled_at is null and refunded_minor = 0)
      + $1::bigint * interval '1 millisecond',
    (select min(at) from sandbox_psp_line where batch is null) + $1::bigint * interval '1 millisecond',
    (select min(next_at) from sandbox_psp_notification where next_at is not null),
    (select min(expires_at) from sandbox_psp_payment where status in ('open', 'processing'))
  ) as at`
