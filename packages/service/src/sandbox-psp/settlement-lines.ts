/**
 * The account that the provider keeps for its merchant, one for each currency: lines, and a balance that is their sum.
 * Law: a line is written in the transaction of what it reports, and the lines of a time that was told are all there are.
 * Who writes locks the payment first and the account second.
 */
import type { Transaction } from '../kernel/database.ts'
import type { SandboxPspOptions } from './options.ts'
import { isVoided, type SandboxPayment } from './sandbox-payment.ts'

export interface SettlementLine {
  readonly id: string
  readonly type:
    | 'payment'
    | 'refund'
    | 'refund_failed'
    | 'chargeback'
    | 'chargeback_reversed'
    | 'fee'
    | 'payout'
  readonly paymentId: string | null
  readonly refundId: string | null
  readonly disputeId: string | null
  readonly currency: string
  readonly grossMinor: bigint
  readonly feeMinor: bigint
  readonly batch: string | null
  readonly at: Date
}

interface NewLine {
  readonly type: SettlementLine['type']
  readonly currency: string
  readonly grossMinor: bigint
  readonly feeMinor?: bigint
  readonly payment?: string
  readonly refund?: string
  readonly dispute?: string
  readonly batch?: string
}

export async function addLine(sandbox: SandboxPspOptions, tx: Transaction, line: NewLine): Promise<void> {
  await tx.query(insertLine, [
    line.currency,
    line.type,
    line.payment ?? null,
    line.refund ?? null,
    line.dispute ?? null,
    line.grossMinor,
    line.feeMinor ?? 0n,
    line.batch ?? null,
    sandbox.clock.now(),
  ])
}

/** Brings a locked payment to the account, unless it is there: nothing can be taken back from it before. */
export async function settlePayment(
  sandbox: SandboxPspOptions,
  tx: Transaction,
  payment: SandboxPayment,
): Promise<void> {
  if (payment.settledAt !== null || isVoided(payment)) return
  await tx.query(markSettled, [payment.id, sandbox.clock.now()])
  await addLine(sandbox, tx, {
    type: 'payment',
    currency: payment.currency,
    grossMinor: payment.amountMinor,
    feeMinor: -(payment.feeMinor ?? 0n),
    payment: payment.id,
  })
}

export interface Statement {
  readonly from: Date
  readonly until: Date
  /** The id of the last line of the page before. */
  readonly after: string | undefined
}

export const linesMax = 100

/** One page, oldest first; undefined when there is no line `after`. */
export async function readLines(
  sandbox: SandboxPspOptions,
  { from, until, after }: Statement,
): Promise<{ readonly lines: readonly SettlementLine[]; readonly hasMore: boolean } | undefined> {
  const now = sandbox.clock.now()
  // Waits for whoever is writing, and lets nobody write into the time that is told here.
  await sandbox.database.query(closeTime, [until < now ? until : now])
  if (after === undefined) {
    return page(await sandbox.database.query<SettlementLine>(firstLines, [from, until, linesMax + 1]))
  }
  const known = await sandbox.database.query<{ position: bigint; at: Date }>(lineById, [after])
  const last = known[0]
  if (last === undefined) return undefined
  return page(
    await sandbox.database.query<SettlementLine>(nextLines, [
      from,
      until,
      linesMax + 1,
      last.at,
      last.position,
    ]),
  )
}

function page(rows: readonly SettlementLine[]) {
  return { lines: rows.slice(0, linesMax), hasMore: rows.length > linesMax }
}

export async function readBalances(
  sandbox: SandboxPspOptions,
): Promise<readonly { readonly currency: string; readonly balanceMinor: bigint }[]> {
  return sandbox.database.query(balances)
}

const markSettled = 'update sandbox_psp_payment set settled_at = $2 where id = $1'

const insertLine = `with account as (
    update sandbox_psp_account set balance_minor = balance_minor + $6::bigint + $7::bigint, moved_at = greatest(moved_at, $9)
    where currency = $1 returning currency, moved_at)
  insert into sandbox_psp_line (currency, type, payment_id, refund_id, dispute_id, gross_minor, fee_minor, batch, at)
  select currency, $2, $3, $4, $5, $6, $7, $8, moved_at from account`

const closeTime = `update sandbox_psp_account set moved_at = greatest(moved_at, $1)
  where currency in (select currency from sandbox_psp_account order by currency for update)`

const selectLine = `select id, type, payment_id as "paymentId", refund_id as "refundId", dispute_id as "disputeId",
    currency, gross_minor as "grossMinor", fee_minor as "feeMinor", batch, at from sandbox_psp_line
  where at >= $1 and at < $2`
const firstLines = `${selectLine} order by at, position limit $3`
const nextLines = `${selectLine} and (at, position) > ($4, $5) order by at, position limit $3`
const lineById = 'select position, at from sandbox_psp_line where id = $1'

const balances = `select currency, balance_minor as "balanceMinor" from sandbox_psp_account order by currency`
