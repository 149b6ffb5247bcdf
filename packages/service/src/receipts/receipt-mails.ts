/**
 * Receipts by e-mail, for whoever asks. The address lives in one row of its own, sealed, until the mail has left.
 * Laws: the row forgets the address in the statement that says how it ended, and the table allows nothing else; no more
 * than a few mails for one receipt; no address is ever logged; mail leaves outside of any transaction, at least once.
 */
import type { Context } from '../kernel/context.ts'
import type { Transaction } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { deriveKey, seal, unseal } from '../kernel/secret.ts'
import { addressKeptMaxMs, type Mail, type Mailer, type MailOutcome, nextMailAt } from './mailer.ts'
import { loadReceipt, type ReceiptFile } from './receipts.ts'

/** For one receipt, ever: it is a receipt, not a way to write to people. */
const mailsPerReceiptMax = 3
const batchMax = 5
/** Longer than sending may take; whoever took it up and died leaves it to others then. */
const leaseMs = 5 * 60 * 1000

export type ComposeMail = (file: ReceiptFile) => Mail

/** False when this receipt was sent often enough. The address is one that `readMailAddress` gave. */
export function requestReceiptMail(
  context: Context,
  allocationId: string,
  address: string,
): Promise<boolean> {
  return context.database.transaction((tx) => queueReceiptMail(tx, context, allocationId, address))
}

/** Along with what else is written, for example the allocation itself. */
export async function queueReceiptMail(
  tx: Transaction,
  context: Pick<Context, 'clock' | 'keys'>,
  allocationId: string,
  address: string,
): Promise<boolean> {
  const now = context.clock.now()
  const id = newId(now.getTime())
  // Locking the receipt makes two requests take turns, so that both count.
  await tx.query('select allocation_id from receipt where allocation_id = $1 for update', [allocationId])
  const rows = await tx.query(
    `insert into receipt_mail (id, allocation_id, recipient, next_at, requested_at)
     select $1, $2, $3, $4, $4
     where (select count(*) from receipt_mail where allocation_id = $2) < ${mailsPerReceiptMax} returning 1`,
    [id, allocationId, seal(sealingKey(context), address, sealContext(id)), now],
  )
  return rows.length > 0
}

/** How many more mails of this receipt may be asked for. */
export async function receiptMailsLeft({ database }: Context, allocationId: string): Promise<number> {
  const [row] = await database.query<{ sent: bigint }>(
    'select count(*) as sent from receipt_mail where allocation_id = $1',
    [allocationId],
  )
  return Math.max(0, mailsPerReceiptMax - Number(row!.sent))
}

interface Due {
  readonly id: string
  readonly allocationId: string
  readonly recipient: Uint8Array
  readonly attempts: number
  readonly requestedAt: Date
}

/** Sends what is due. Answers how many it looked at. */
export async function sendReceiptMails(
  context: Context,
  mailer: Mailer,
  compose: ComposeMail,
): Promise<number> {
  const now = context.clock.now()
  const due = await context.database.query<Due>(
    `update receipt_mail set attempts = attempts + 1, next_at = $2 where id in (
       select id from receipt_mail where state = 'pending' and next_at <= $1 and requested_at > $3
       order by next_at limit ${batchMax} for update skip locked)
     returning id, allocation_id as "allocationId", recipient, attempts, requested_at as "requestedAt"`,
    [now, new Date(now.getTime() + leaseMs), new Date(now.getTime() - addressKeptMaxMs)],
  )
  await Promise.all(due.map((each) => sendOne(context, mailer, compose, each)))
  return due.length
}

async function sendOne(context: Context, mailer: Mailer, compose: ComposeMail, due: Due): Promise<void> {
  const outcome = await attempt(context, mailer, compose, due)
  const now = context.clock.now()
  if (outcome.kind === 'later') {
    const nextAt = nextMailAt(due.attempts, due.requestedAt, now)
    context.log.warn('a receipt could not be sent by e-mail', { mailId: due.id, code: outcome.code, nextAt })
    if (nextAt) {
      await context.database.query(
        `update receipt_mail set next_at = $2, failure = $3 where id = $1 and state = 'pending' and attempts = $4`,
        [due.id, nextAt, outcome.code, due.attempts],
      )
      return
    }
  }
  await context.database.query(
    `update receipt_mail set state = $2, failure = $3, ended_at = $4, recipient = null, next_at = null
     where id = $1 and state = 'pending'`,
    [due.id, outcome.kind === 'sent' ? 'sent' : 'failed', outcome.kind === 'sent' ? null : outcome.code, now],
  )
}

/** What is thrown may quote the address, so of it only the kind is told. */
async function attempt(
  context: Context,
  mailer: Mailer,
  compose: ComposeMail,
  due: Due,
): Promise<MailOutcome> {
  try {
    const file = await loadReceipt(context, due.allocationId)
    const to = unseal(sealingKey(context), due.recipient, sealContext(due.id))
    return await mailer.send(to, due.id, compose(file!))
  } catch (cause) {
    return { kind: 'later', code: cause instanceof Error ? cause.name : 'unknown' }
  }
}

/** Erases addresses whose time is over, whether or not anything can be sent. Answers how many. */
export async function forgetMailAddresses({ database, clock }: Context): Promise<number> {
  const now = clock.now()
  const rows = await database.query(
    `update receipt_mail set state = 'failed', failure = 'too late', ended_at = $1, recipient = null, next_at = null
     where state = 'pending' and requested_at <= $2 returning 1`,
    [now, new Date(now.getTime() - addressKeptMaxMs)],
  )
  return rows.length
}

function sealingKey({ keys }: Pick<Context, 'keys'>): Buffer {
  return deriveKey(keys.master, 'receipt mail addresses')
}

const sealContext = (id: string): string => `receipt mail ${id}`
