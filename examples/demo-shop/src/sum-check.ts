/**
 * For: checking that a record's amounts add up, the way a merchant's finance would.
 * Not for: fetching the record.
 * Law: sums are taken in whole millionths, so that 0.1 + 0.2 is 0.3 and a missing penny is seen.
 */
import type { ImpactPaymentEvent, ImpactRecord } from '@ekko/node'

export interface SumCheck {
  readonly says: string
  /** Major units. */
  readonly parts: readonly number[]
  readonly sum: number
  readonly holds: boolean
}

export const sumChecks = (record: ImpactRecord, event: ImpactPaymentEvent): SumCheck[] => {
  const { total, impact, impactTax, serviceFee, serviceFeeTax } = record.amounts
  const lines = [...record.credits, ...record.contribution]
  return [
    check(
      'Impact, its tax, service fee and its tax make the total',
      [impact, impactTax, serviceFee, serviceFeeTax],
      total,
    ),
    check(
      'The profit shares make the service fee',
      record.profitShares.map((share) => share.amount),
      serviceFee,
    ),
    check(
      'The projects’ lines make the impact',
      lines.map((line) => line.amounts.impact),
      impact,
    ),
    check('The webhook named the same amount', [event.payment.amount], Math.abs(total)),
  ]
}

const check = (says: string, parts: readonly number[], sum: number): SumCheck => ({
  says,
  parts,
  sum,
  holds: parts.reduce((running, part) => running + millionths(part), 0) === millionths(sum),
})

const millionths = (amount: number): number => Math.round(amount * 1_000_000)
