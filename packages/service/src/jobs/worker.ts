/**
 * Work that has to happen although nobody asks: one table, one loop each. A round that fails is logged and comes again.
 */
import { setMaxListeners } from 'node:events'
import { pollDisputes } from '../allocations/disputes.ts'
import { pollRefunds } from '../allocations/refunds.ts'
import { pollContributions } from '../contributions/payment-attempts.ts'
import { purgeAnswers } from '../kernel/idempotent-request.ts'
import { forgetMailAddresses, sendReceiptMails } from '../receipts/receipt-mails.ts'
import { issueReceipts } from '../receipts/receipts.ts'
import { findMissing, matchSettlements } from '../reconciliation/matches.ts'
import { readSettlements } from '../reconciliation/settlements.ts'
import { closeDueMonths } from '../reconciliation/statements.ts'
import type { Services } from '../services.ts'

interface Job {
  readonly name: string
  readonly everyMs: number
  /** Answers how much there was to do; a full round is followed by the next at once. */
  readonly round: (services: Services) => Promise<number>
}

const jobs: readonly Job[] = [
  {
    name: 'poll contributions',
    everyMs: 1_000,
    round: (services) => pollContributions(services.context, services),
  },
  { name: 'poll refunds', everyMs: 2_000, round: (services) => pollRefunds(services.context, services) },
  { name: 'poll disputes', everyMs: 60_000, round: (services) => pollDisputes(services.context, services) },
  { name: 'sign receipts', everyMs: 2_000, round: ({ context }) => issueReceipts(context) },
  {
    name: 'send receipts',
    everyMs: 2_000,
    round: async ({ context, mailer, receiptMail }) =>
      mailer ? sendReceiptMails(context, mailer, receiptMail) : 0,
  },
  {
    name: 'read settlements',
    everyMs: 30_000,
    round: async ({ context, psp }) => {
      await readSettlements(context, psp)
      return 0
    },
  },
  {
    name: 'match settlements',
    everyMs: 5_000,
    round: (services) => matchSettlements(services.context, services),
  },
  {
    name: 'find what was not settled',
    everyMs: 3_600_000,
    round: async ({ context, psp }) => {
      await findMissing(context, psp.id)
      return 0
    },
  },
  {
    name: 'close the month',
    everyMs: 3_600_000,
    round: async ({ context }) => {
      await closeDueMonths(context)
      return 0
    },
  },
  { name: 'forget addresses', everyMs: 60_000, round: ({ context }) => forgetMailAddresses(context) },
  { name: 'forget old answers', everyMs: 600_000, round: (services) => purgeAnswers(services.context) },
]

export interface Worker {
  /** Starts no new round and waits for those under way. */
  stop(): Promise<void>
}

export function startWorker(services: Services): Worker {
  const stopping = new AbortController()
  // Each loop listens while it pauses.
  setMaxListeners(jobs.length, stopping.signal)
  const loops = jobs.map((job) => repeat(services, job, stopping.signal))
  return {
    async stop() {
      stopping.abort()
      await Promise.all(loops)
    },
  }
}

async function repeat(
  services: Services,
  { name, everyMs, round }: Job,
  stopping: AbortSignal,
): Promise<void> {
  while (!stopping.aborted) {
    const done = await round(services).catch((cause) => {
      services.context.log.error('a round of background work failed', { job: name, cause })
      return 0
    })
    if (done === 0) await pause(everyMs, stopping)
  }
}

function pause(ms: number, stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stopping.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      stopping.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    stopping.addEventListener('abort', done)
  })
}
