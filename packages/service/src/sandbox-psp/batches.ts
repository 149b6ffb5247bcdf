/**
 * Batches: every so often the payments of a currency come to the account, and what is on it is paid out.
 * Law: after a batch the balance is zero, and the lines of the batch add up to nothing with its payout. Who owes pays:
 * the payout of an account below zero is positive, taken from the merchant's bank.
 */
import type { Transaction } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { type SandboxPspOptions, settleEveryMsDefault } from './options.ts'
import { addLine } from './settlement-lines.ts'

/** More than there are currencies. */
const currenciesMax = 200
const paymentsMax = 1_000

/** Closes the batch of each currency in which something has waited for long enough. */
export async function closeDueBatches(sandbox: SandboxPspOptions): Promise<void> {
  const waitMs = sandbox.settleEveryMs ?? settleEveryMsDefault
  const since = new Date(sandbox.clock.now().getTime() - waitMs)
  const due = await sandbox.database.query<{ currency: string }>(waitingCurrencies, [since, currenciesMax])
  for (const { currency } of due) {
    await sandbox.database.transaction((tx) => closeBatch(sandbox, tx, currency))
  }
}

/** Closes the batches of all currencies now. */
export async function closeBatches(sandbox: SandboxPspOptions, tx: Transaction): Promise<readonly string[]> {
  const due = await tx.query<{ currency: string }>(waitingCurrencies, [sandbox.clock.now(), currenciesMax])
  const batches: string[] = []
  for (const { currency } of due) {
    const batch = await closeBatch(sandbox, tx, currency)
    if (batch !== undefined) batches.push(batch)
  }
  return batches
}

/** @returns the batch's id, or undefined when nothing was waiting */
async function closeBatch(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  currency: string,
): Promise<string | undefined> {
  const now = sandbox.clock.now()
  // Held until the end: no line comes between the balance and its payout.
  await tx.query(lockAccount, [currency, now])
  const [account] = await tx.query<{ balanceMinor: bigint }>(settlePayments, [currency, paymentsMax])
  const balanceMinor = account?.balanceMinor ?? 0n
  const batch = newId(now.getTime())
  const filled = await tx.query(fillBatch, [currency, batch])
  if (filled.length === 0) return undefined
  if (balanceMinor !== 0n) {
    await addLine(sandbox, tx, { type: 'payout', currency, grossMinor: -balanceMinor, batch })
  }
  return batch
}

// In one order, so that two who close all of them do not wait for each other in a circle.
const waitingCurrencies = `select distinct currency from (
    select currency from sandbox_psp_payment
    where status = 'paid' and settled_at is null and refunded_minor = 0 and paid_at <= $1
    union all select currency from sandbox_psp_line where batch is null and at <= $1) as waiting
  order by currency limit $2`

const lockAccount = 'update sandbox_psp_account set moved_at = greatest(moved_at, $2) where currency = $1'

// A payment that somebody works on is left to the next batch: waiting here for its lock, while its holder waits for
// the account, would be a deadlock.
const settlePayments = `with due as (
    select id, amount_minor, fee_minor, paid_at from sandbox_psp_payment
    where status = 'paid' and settled_at is null and refunded_minor = 0 and currency = $1
    order by paid_at limit $2 for update skip locked),
  account as (select moved_at from sandbox_psp_account where currency = $1),
  settled as (update sandbox_psp_payment p set settled_at = account.moved_at from due, account where p.id = due.id),
  lines as (
    insert into sandbox_psp_line (currency, type, payment_id, gross_minor, fee_minor, at)
    select $1, 'payment', due.id, due.amount_minor, -due.fee_minor, account.moved_at from due, account order by due.paid_at, due.id
    returning gross_minor + fee_minor as net_minor)
  update sandbox_psp_account set balance_minor = balance_minor + (select coalesce(sum(net_minor), 0) from lines)
  where currency = $1 returning balance_minor as "balanceMinor"`

const fillBatch = `with filled as (
    update sandbox_psp_line set batch = $2 where currency = $1 and batch is null returning position)
  select position from filled limit 1`
