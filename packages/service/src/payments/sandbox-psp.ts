/**
 * The adapter to the sandbox payment provider. It knows that provider only by its HTTP API, as an adapter to a real one
 * would, although both may live in one process.
 */
import type { Secret } from '../kernel/secret.ts'
import type { Outcome, Psp, PspRefund, PspSettlementLine } from './psp.ts'
import { type PspAnswer, type PspRequest, pspTransport } from './psp-http.ts'
import {
  outcomeOf,
  readDispute,
  readFound,
  readFoundRefund,
  readPayment,
  readRefund,
  readReversals,
  readSession,
  readSettlement,
} from './sandbox-answers.ts'
import { verifySandboxNotification } from './sandbox-notification.ts'

export interface SandboxPspAdapterOptions {
  /** Where the provider lives, for example `http://127.0.0.1:4000/sandbox-psp`; a function, as a port is known late. */
  readonly baseUrl: () => string
  readonly apiKey: Secret
  readonly notificationSecret: Secret
  /** How long one call may take; `callDeadlineMs` unless given. */
  readonly deadlineMs?: number
}

const callDeadlineMs = 10_000
const descriptionMaxChars = 200

export function sandboxPspAdapter(options: SandboxPspAdapterOptions): Psp {
  const call = caller(options)
  return {
    id: 'sandbox',
    // The provider's pages are the service's own neighbours: the form's `'self'` covers them.
    pageOrigins: () => [],

    async createSession({ reference, money, description, locale, returnUrl, expiresAt }, key) {
      const answer = await call('POST', '/v1/payments', key, {
        reference,
        amountMinor: money.minor.toString(),
        currency: money.currency,
        description: description.slice(0, descriptionMaxChars),
        locale,
        returnUrl,
        expiresAt: expiresAt.toISOString(),
      })
      return outcomeOf(answer, readSession)
    },

    expireSession: async (pspReference, key) =>
      outcomeOf(
        await call('POST', `/v1/payments/${encodeURIComponent(pspReference)}/expire`, key, {}),
        readPayment,
      ),

    fetchPayment: async (pspReference) =>
      outcomeOf(await call('GET', `/v1/payments/${encodeURIComponent(pspReference)}`), readPayment),

    findByReference: async (reference) =>
      outcomeOf(await call('GET', `/v1/payments?reference=${encodeURIComponent(reference)}`), readFound),

    async refund({ pspReference, reference, money }, key) {
      const amountMinor = money.minor.toString()
      const body = { payment: pspReference, reference, amountMinor, currency: money.currency }
      const outcome = outcomeOf(await call('POST', '/v1/refunds', key, body), readRefund)
      return outcome.kind === 'done' ? asRefundOutcome(outcome.value) : outcome
    },

    fetchRefund: async (refundReference) =>
      outcomeOf(await call('GET', `/v1/refunds/${encodeURIComponent(refundReference)}`), readRefund),

    async findRefund(pspReference, reference) {
      const query = new URLSearchParams({ payment: pspReference, reference })
      return outcomeOf(await call('GET', `/v1/refunds?${query}`), readFoundRefund)
    },

    fetchDispute: async (disputeReference) =>
      outcomeOf(await call('GET', `/v1/disputes/${encodeURIComponent(disputeReference)}`), readDispute),

    fetchReversals: async (pspReference) =>
      outcomeOf(
        await call('GET', `/v1/payments/${encodeURIComponent(pspReference)}/reversals`),
        readReversals,
      ),

    settlementLines: (window) => settlementLines(call, window),

    verifyNotification: (rawBody, headers, now) =>
      verifySandboxNotification(options.notificationSecret, rawBody, headers, now),
  }
}

type Call = ReturnType<typeof caller>

function caller(options: SandboxPspAdapterOptions) {
  const transport = pspTransport()
  return (method: PspRequest['method'], path: string, key?: string, body?: unknown): Promise<PspAnswer> => {
    const headers: Record<string, string> = { authorization: `Bearer ${options.apiKey.reveal()}` }
    if (key !== undefined) headers['idempotency-key'] = key
    const request: PspRequest = { method, url: options.baseUrl() + path, headers, body }
    return transport(request, options.deadlineMs ?? callDeadlineMs)
  }
}

function asRefundOutcome(refund: PspRefund): Outcome<PspRefund> {
  if (refund.status === 'failed') return { kind: 'declined', code: refund.failureCode ?? 'refund_failed' }
  return { kind: refund.status === 'pending' ? 'pending' : 'done', value: refund }
}

/** Page by page; a page that does not come ends the reading, and the window is read again another time. */
async function* settlementLines(
  call: Call,
  { from, until }: { readonly from: Date; readonly until: Date },
): AsyncGenerator<PspSettlementLine> {
  const query = new URLSearchParams({ from: from.toISOString(), until: until.toISOString() })
  for (;;) {
    const outcome = outcomeOf(await call('GET', `/v1/settlement-lines?${query}`), readSettlement)
    if (outcome.kind !== 'done') throw new Error('the sandbox provider did not tell its settlement lines')
    const { lines, hasMore } = outcome.value
    yield* lines
    const last = lines.at(-1)
    if (!hasMore || last === undefined) return
    query.set('after', last.lineReference)
  }
}
