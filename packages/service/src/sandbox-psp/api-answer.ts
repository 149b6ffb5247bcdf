/** What the sandbox provider's API tells of its things: JSON, amounts as text of minor units, times in UTC. Pure. */
import { priceOf } from './card-cost.ts'
import type { SandboxDispute } from './disputes.ts'
import type { SandboxRefund } from './refunds.ts'
import { isOpen, isVoided, type SandboxPayment } from './sandbox-payment.ts'
import type { SettlementLine } from './settlement-lines.ts'

/** @param checkouts where the checkouts live, without a trailing slash */
export function paymentJson(checkouts: string, payment: SandboxPayment) {
  return {
    id: payment.id,
    reference: payment.reference,
    status: payment.status,
    amountMinor: payment.amountMinor.toString(),
    refundedMinor: payment.refundedMinor.toString(),
    currency: payment.currency,
    failureCode: payment.failureCode,
    cardLastFour: payment.cardLastFour,
    expiresAt: payment.expiresAt.toISOString(),
    paidAt: payment.paidAt?.toISOString() ?? null,
    settledAt: payment.settledAt?.toISOString() ?? null,
    // Nothing is charged for what was called off.
    costMinor: isVoided(payment) ? '0' : (payment.feeMinor?.toString() ?? null),
    checkoutUrl: isOpen(payment) ? `${checkouts}/${payment.checkoutToken}` : null,
  }
}

export function refundJson(refund: SandboxRefund) {
  return {
    id: refund.id,
    payment: refund.paymentId,
    reference: refund.reference,
    kind: refund.kind,
    status: refund.status,
    amountMinor: refund.amountMinor.toString(),
    currency: refund.currency,
    failureCode: refund.failureCode,
  }
}

export function disputeJson(dispute: SandboxDispute) {
  return {
    id: dispute.id,
    payment: dispute.paymentId,
    status: dispute.status,
    amountMinor: dispute.amountMinor.toString(),
    // What is charged now: winning gives it back.
    feeMinor: dispute.status === 'won' ? '0' : dispute.feeMinor.toString(),
    currency: dispute.currency,
    reason: dispute.reason,
    openedAt: dispute.openedAt?.toISOString() ?? null,
    closedAt: dispute.closedAt?.toISOString() ?? null,
  }
}

export function lineJson(line: SettlementLine) {
  return {
    id: line.id,
    type: line.type,
    payment: line.type === 'fee' ? null : line.paymentId,
    refund: line.refundId,
    dispute: line.disputeId,
    currency: line.currency,
    grossMinor: line.grossMinor.toString(),
    feeMinor: line.feeMinor.toString(),
    netMinor: (line.grossMinor + line.feeMinor).toString(),
    batch: line.batch,
    at: line.at.toISOString(),
  }
}

export function priceJson(currency: string) {
  const price = priceOf(currency)
  return {
    currency,
    ratePerMillion: Number(price.ratePerMillion),
    fixedMinor: price.fixedMinor.toString(),
    disputeFeeMinor: price.disputeFeeMinor.toString(),
  }
}
