/**
 * The adapter to the sandbox payment provider. It knows that provider only by its HTTP API, as an adapter to a real one
 * would, although both may live in one process.
 */
import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Secret } from '../kernel/secret.ts'
import type { Outcome, Psp, PspPayment, PspRefund, PspSession } from './psp.ts'
import { type PspAnswer, type PspRequest, pspTransport } from './psp-http.ts'
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
const idempotencyWindowMs = 86_400_000
const descriptionMaxChars = 200

export function sandboxPspAdapter(options: SandboxPspAdapterOptions): Psp {
  const call = caller(options)
  return {
    id: 'sandbox',
    idempotencyWindowMs,

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

    verifyNotification: (rawBody, headers, now) =>
      verifySandboxNotification(options.notificationSecret, rawBody, headers, now),
  }
}

function caller(options: SandboxPspAdapterOptions) {
  const transport = pspTransport()
  return (method: PspRequest['method'], path: string, key?: string, body?: unknown): Promise<PspAnswer> => {
    const headers: Record<string, string> = { authorization: `Bearer ${options.apiKey.reveal()}` }
    if (key !== undefined) headers['idempotency-key'] = key
    const request: PspRequest = { method, url: options.baseUrl() + path, headers, body }
    return transport(request, options.deadlineMs ?? callDeadlineMs)
  }
}

/** `read` gives null for an answer that it does not understand. */
function outcomeOf<T>(answer: PspAnswer, read: (body: unknown) => T | null): Outcome<T> {
  if (answer.kind === 'unknown') return answer
  const { status, body } = answer
  if (status >= 200 && status < 300) {
    const value = read(body)
    return value === null ? { kind: 'unknown', cause: 'an answer of another shape' } : { kind: 'done', value }
  }
  // Too early (408, 429) or the provider's own trouble (5xx) says nothing about the request.
  const refused = status >= 400 && status < 500 && status !== 408 && status !== 429
  if (!refused || !Value.Check(ErrorBody, body)) return { kind: 'unknown', cause: `status ${status}` }
  return { kind: status === 402 ? 'declined' : 'rejected', code: body.error.code }
}

function asRefundOutcome(refund: PspRefund): Outcome<PspRefund> {
  if (refund.status === 'failed') return { kind: 'declined', code: refund.failureCode ?? 'refund_failed' }
  return { kind: refund.status === 'pending' ? 'pending' : 'done', value: refund }
}

const oneOf = <const Literal extends string>(...literals: Literal[]) =>
  Type.Union(literals.map((literal) => Type.Literal(literal)))
const MinorUnits = Type.String({ pattern: '^[0-9]{1,18}$' })
const OptionalText = Type.Union([Type.String(), Type.Null()])

const ErrorBody = Type.Object({ error: Type.Object({ code: Type.String() }) })

const PaymentBody = Type.Object({
  id: Type.String(),
  reference: Type.String(),
  status: oneOf('open', 'processing', 'pending', 'paid', 'failed', 'expired', 'cancelled'),
  amountMinor: MinorUnits,
  refundedMinor: MinorUnits,
  currency: Type.String(),
  failureCode: OptionalText,
  paidAt: OptionalText,
  checkoutUrl: OptionalText,
})

const RefundBody = Type.Object({
  id: Type.String(),
  payment: Type.String(),
  reference: Type.String(),
  status: oneOf('pending', 'succeeded', 'failed'),
  amountMinor: MinorUnits,
  currency: Type.String(),
  failureCode: OptionalText,
})

const FoundBody = Type.Object({ payments: Type.Array(PaymentBody) })
const FoundRefundBody = Type.Object({ refunds: Type.Array(RefundBody) })

function parse<Schema extends TSchema>(schema: Schema, body: unknown): Static<Schema> | null {
  return Value.Check(schema, body) ? body : null
}

function readSession(body: unknown): PspSession | null {
  const payment = parse(PaymentBody, body)
  if (payment === null || payment.checkoutUrl === null) return null
  return { pspReference: payment.id, redirectUrl: payment.checkoutUrl }
}

function readFound(body: unknown): PspPayment | undefined | null {
  const found = parse(FoundBody, body)
  if (found === null) return null
  const first = found.payments[0]
  return first && toPayment(first)
}

function readPayment(body: unknown): PspPayment | null {
  const payment = parse(PaymentBody, body)
  return payment && toPayment(payment)
}

function toPayment(body: Static<typeof PaymentBody>): PspPayment {
  return {
    pspReference: body.id,
    reference: body.reference,
    status: body.status,
    money: { minor: BigInt(body.amountMinor), currency: body.currency },
    refundedMinor: BigInt(body.refundedMinor),
    ...(body.failureCode !== null && { failureCode: body.failureCode }),
    ...(body.paidAt !== null && { paidAt: new Date(body.paidAt) }),
    ...(body.checkoutUrl !== null && { redirectUrl: body.checkoutUrl }),
  }
}

function readRefund(body: unknown): PspRefund | null {
  const refund = parse(RefundBody, body)
  return refund && toRefund(refund)
}

function readFoundRefund(body: unknown): PspRefund | undefined | null {
  const found = parse(FoundRefundBody, body)
  if (found === null) return null
  const first = found.refunds[0]
  return first && toRefund(first)
}

function toRefund(body: Static<typeof RefundBody>): PspRefund {
  return {
    refundReference: body.id,
    pspReference: body.payment,
    reference: body.reference,
    status: body.status,
    money: { minor: BigInt(body.amountMinor), currency: body.currency },
    ...(body.failureCode !== null && { failureCode: body.failureCode }),
  }
}
