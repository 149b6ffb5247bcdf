/**
 * What somebody can do in the provider's dashboard, by hand or by API, and what the merchant then learns by notification
 * only. Law: each action is one transaction, and goes through the same rules as the merchant's own requests.
 */
import type { Transaction } from '../kernel/database.ts'
import { disputeJson, paymentJson, refundJson } from './api-answer.ts'
import { notFound } from './api-error.ts'
import { closeBatches } from './batches.ts'
import { readDashboardDispute, readDashboardRefund, readNews, readResend } from './dashboard-request.ts'
import { closeDispute, openDispute } from './disputes.ts'
import { checkoutsUrl, type SandboxPspOptions } from './options.ts'
import { expirePayment, lockPayment } from './payments.ts'
import { createRefund, createVoid, leftToRefund } from './refunds.ts'
import { resendNotifications, setNewsMode } from './resends.ts'

/** `id` is a payment's, or a dispute's for `win` and `lose`; `settle` has none. */
export type Action = (
  sandbox: SandboxPspOptions,
  tx: Transaction,
  id: string,
  body: unknown,
) => Promise<unknown>

export const paymentActions = {
  async refund(sandbox, tx, id, body) {
    const { amountMinor } = readDashboardRefund(body)
    const payment = await lockPayment(tx, { id })
    if (payment === undefined) throw notFound()
    const left = await leftToRefund(tx, payment)
    const { currency } = payment
    const amount = amountMinor ?? (left === 0n ? payment.amountMinor : left)
    return refundJson(
      await createRefund(sandbox, tx, { payment: id, reference: '', amountMinor: amount, currency }),
    )
  },
  void: async (sandbox, tx, id) => refundJson(await createVoid(sandbox, tx, id)),
  dispute: async (sandbox, tx, id, body) =>
    disputeJson(await openDispute(sandbox, tx, id, readDashboardDispute(body))),
  expire: async (sandbox, tx, id) => paymentJson(checkoutsUrl(sandbox), await expirePayment(sandbox, tx, id)),
  async news(sandbox, tx, id, body) {
    const { mode } = readNews(body)
    await setNewsMode(sandbox, tx, id, mode)
    return { mode }
  },
  resend: async (sandbox, tx, id, body) => ({
    queued: await resendNotifications(sandbox, tx, id, readResend(body)),
  }),
} satisfies { readonly [name: string]: Action }

export const disputeActions = {
  win: async (sandbox, tx, id) => disputeJson(await closeDispute(sandbox, tx, id, 'won')),
  lose: async (sandbox, tx, id) => disputeJson(await closeDispute(sandbox, tx, id, 'lost')),
} satisfies { readonly [name: string]: Action }

export const accountActions = {
  settle: async (sandbox, tx) => ({ batches: await closeBatches(sandbox, tx) }),
} satisfies { readonly [name: string]: Action }
