/**
 * Pure: the life of a reversal, and how it is taken out of an allocation. Each component of each line gives back by the
 * monotone catch-up rule; what comes out of the service fee comes out of the profit shares by the same rule.
 */
import type { StateTable } from '../kernel/state-machine.ts'
import { takeBack } from '../ledger/split.ts'
import { totalGrams } from '../quotes/quote.ts'
import type { Amounts } from './allocation.ts'

export type ReversalState =
  /** Held back from the allocation while the provider is asked. */
  | 'requested'
  | 'booked'
  /** The provider said no. */
  | 'rejected'
  /** The provider took it on and could not do it. */
  | 'failed'
  /** The provider did it, and days later the money came back. */
  | 'undone'

export const reversalStates: StateTable<ReversalState, 'succeeded' | 'failed' | 'refused'> = {
  requested: { succeeded: 'booked', failed: 'failed', refused: 'rejected' },
  booked: { failed: 'undone' },
  rejected: {},
  failed: {},
  undone: {},
}

export type ReversalKind = 'refund' | 'void' | 'chargeback'

/** `provider`: somebody at the provider's own dashboard. `scheme`: a lost dispute. */
export type Initiator = 'merchant' | 'consumer' | 'operator' | 'provider' | 'scheme'

/** Whether the service fee and its tax come back too. They stay only where the service was rendered and was not wanted. */
export const feeReturns: { readonly [by in Initiator]: boolean } = {
  merchant: true,
  consumer: false,
  operator: true,
  provider: true,
  scheme: true,
}

const components = ['impact', 'impactTax', 'serviceFee', 'serviceFeeTax'] as const

/** What is left to give back, in minor units, when `initiator` asks for it. */
export function reversibleMinor(whole: Amounts, done: readonly Amounts[], initiator: Initiator): bigint {
  const left = (component: (typeof components)[number]) =>
    whole[component] - done.reduce((sum, before) => sum + before[component], 0n)
  const asked = feeReturns[initiator] ? components : (['impact', 'impactTax'] as const)
  return asked.reduce((sum, component) => sum + left(component), 0n)
}

/**
 * @param whole what was allocated
 * @param done what was reversed before, line by line and share by share in the same order
 * @param amount minor units to give back now, at most what is reversible
 */
export function reversalOf(
  whole: Amounts,
  done: readonly Amounts[],
  amount: bigint,
  initiator: Initiator,
): Amounts {
  const flat = (amounts: Amounts) =>
    amounts.lines.flatMap((line) => components.map((component) => line[component]))
  const givesBack = (_: bigint, index: number) => feeReturns[initiator] || index % components.length < 2
  const only = (amounts: bigint[]) => amounts.map((value, index) => (givesBack(value, index) ? value : 0n))
  const taken = takeBack(only(flat(whole)), only(sumOf(done.map(flat), flat(whole).length)), amount)
  const lines = whole.lines.map((line, index) => {
    const [impact, impactTax, serviceFee, serviceFeeTax] = taken.slice(index * components.length) as [
      bigint,
      bigint,
      bigint,
      bigint,
    ]
    const before = done.map((amounts) => amounts.lines[index]!)
    const grams = line.grams === null ? null : gramsBack(line, before, impact)
    return { ...line, grams, impact, impactTax, serviceFee, serviceFeeTax }
  })
  const sum = (component: (typeof components)[number]) =>
    lines.reduce((total, line) => total + line[component], 0n)
  const serviceFee = sum('serviceFee')
  const sharesOf = (amounts: Amounts) => amounts.shares.map((share) => share.amount)
  const shareAmounts = takeBack(sharesOf(whole), sumOf(done.map(sharesOf), whole.shares.length), serviceFee)
  return {
    total: amount,
    impact: sum('impact'),
    impactTax: sum('impactTax'),
    serviceFee,
    serviceFeeTax: sum('serviceFeeTax'),
    lines,
    shares: whole.shares.map((share, index) => ({ ...share, amount: shareAmounts[index]! })),
  }
}

/** Credits go back in proportion to the money; the last of it takes whatever is left, so that nothing remains. */
function gramsBack(
  line: { readonly grams: number | null; readonly impact: bigint },
  before: ReadonlyArray<{ readonly grams: number | null; readonly impact: bigint }>,
  impact: bigint,
): number {
  const impactBefore = before.reduce((total, part) => total + part.impact, 0n)
  const gramsBefore = totalGrams(before)
  const reached = impactBefore + impact
  if (line.impact === 0n) return 0
  const due = reached === line.impact ? line.grams! : (line.grams! * Number(reached)) / Number(line.impact)
  return Math.max(0, totalGrams([{ grams: due - gramsBefore }]))
}

function sumOf(rows: readonly bigint[][], length: number): bigint[] {
  return Array.from({ length }, (_, index) => rows.reduce((total, row) => total + row[index]!, 0n))
}
