/**
 * What the sandbox provider's answers say, in the port's words. Pure.
 * Law: an answer of another shape than expected is `unknown`; nothing is read out of it.
 */
import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import type {
  Outcome,
  PspDispute,
  PspPayment,
  PspRefund,
  PspReversals,
  PspSession,
  PspSettlementLine,
} from './psp.ts'
import type { PspAnswer } from './psp-http.ts'

/** `read` gives null for an answer that it does not understand. */
export function outcomeOf<T>(answer: PspAnswer, read: (body: unknown) => T | null): Outcome<T> {
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
  // What the provider charges for it; null until it is paid.
  costMinor: Type.Union([MinorUnits, Type.Null()]),
  checkoutUrl: OptionalText,
})

const RefundBody = Type.Object({
  id: Type.String(),
  payment: Type.String(),
  // Empty for a refund made in the provider's dashboard.
  reference: Type.String(),
  kind: oneOf('refund', 'void'),
  status: oneOf('pending', 'succeeded', 'failed'),
  amountMinor: MinorUnits,
  currency: Type.String(),
  failureCode: OptionalText,
})

const DisputeBody = Type.Object({
  id: Type.String(),
  payment: Type.String(),
  status: oneOf('open', 'won', 'lost'),
  amountMinor: MinorUnits,
  feeMinor: MinorUnits,
  currency: Type.String(),
  reason: Type.String(),
  openedAt: Type.String(),
  closedAt: OptionalText,
})

const ReversalsBody = Type.Object({ refunds: Type.Array(RefundBody), disputes: Type.Array(DisputeBody) })

const SignedMinorUnits = Type.String({ pattern: '^-?[0-9]{1,18}$' })

const SettlementLineBody = Type.Object({
  id: Type.String(),
  type: oneOf(
    'payment',
    'refund',
    'refund_failed',
    'chargeback',
    'chargeback_reversed',
    'fee',
    'payout',
    'other',
  ),
  payment: OptionalText,
  refund: OptionalText,
  dispute: OptionalText,
  currency: Type.String(),
  grossMinor: SignedMinorUnits,
  feeMinor: SignedMinorUnits,
  netMinor: SignedMinorUnits,
  batch: OptionalText,
  at: Type.String(),
})

const SettlementBody = Type.Object({ lines: Type.Array(SettlementLineBody), hasMore: Type.Boolean() })

const FoundBody = Type.Object({ payments: Type.Array(PaymentBody) })
const FoundRefundBody = Type.Object({ refunds: Type.Array(RefundBody) })

function parse<Schema extends TSchema>(schema: Schema, body: unknown): Static<Schema> | null {
  return Value.Check(schema, body) ? body : null
}

export function readSession(body: unknown): PspSession | null {
  const payment = parse(PaymentBody, body)
  if (payment === null || payment.checkoutUrl === null) return null
  return { pspReference: payment.id, redirectUrl: payment.checkoutUrl }
}

export function readFound(body: unknown): PspPayment | undefined | null {
  const found = parse(FoundBody, body)
  if (found === null) return null
  const first = found.payments[0]
  return first && toPayment(first)
}

export function readPayment(body: unknown): PspPayment | null {
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
    ...(body.costMinor !== null && { cardCostMinor: BigInt(body.costMinor) }),
    ...(body.paidAt !== null && { paidAt: new Date(body.paidAt) }),
    ...(body.checkoutUrl !== null && { redirectUrl: body.checkoutUrl }),
  }
}

export function readRefund(body: unknown): PspRefund | null {
  const refund = parse(RefundBody, body)
  return refund && toRefund(refund)
}

export function readFoundRefund(body: unknown): PspRefund | undefined | null {
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
    kind: body.kind,
    status: body.status,
    money: { minor: BigInt(body.amountMinor), currency: body.currency },
    ...(body.failureCode !== null && { failureCode: body.failureCode }),
  }
}

export function readDispute(body: unknown): PspDispute | null {
  const dispute = parse(DisputeBody, body)
  return dispute && toDispute(dispute)
}

function toDispute(body: Static<typeof DisputeBody>): PspDispute {
  return {
    disputeReference: body.id,
    pspReference: body.payment,
    status: body.status,
    money: { minor: BigInt(body.amountMinor), currency: body.currency },
    feeMinor: BigInt(body.feeMinor),
    reason: body.reason,
    openedAt: new Date(body.openedAt),
    ...(body.closedAt !== null && { closedAt: new Date(body.closedAt) }),
  }
}

export function readReversals(body: unknown): PspReversals | null {
  const reversals = parse(ReversalsBody, body)
  return (
    reversals && {
      refunds: reversals.refunds.map(toRefund),
      disputes: reversals.disputes.map(toDispute),
    }
  )
}

export function readSettlement(
  body: unknown,
): { readonly lines: readonly PspSettlementLine[]; readonly hasMore: boolean } | null {
  const settlement = parse(SettlementBody, body)
  return settlement && { lines: settlement.lines.map(toSettlementLine), hasMore: settlement.hasMore }
}

function toSettlementLine(body: Static<typeof SettlementLineBody>): PspSettlementLine {
  return {
    lineReference: body.id,
    type: body.type,
    pspReference: body.payment,
    refundReference: body.refund,
    disputeReference: body.dispute,
    currency: body.currency,
    grossMinor: BigInt(body.grossMinor),
    feeMinor: BigInt(body.feeMinor),
    netMinor: BigInt(body.netMinor),
    batch: body.batch,
    at: new Date(body.at),
  }
}
