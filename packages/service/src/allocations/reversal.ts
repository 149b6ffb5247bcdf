/**
 * Pure: how a reversal is taken out of an allocation. Each component of each line gives back by the monotone catch-up
 * rule; what comes out of the service fee comes out of the profit shares by the same rule.
 */
import { takeBack } from '../ledger/split.ts'
import { totalGrams } from '../quotes/quote.ts'
import type { Amounts } from './allocation.ts'

const components = ['impact', 'impactTax', 'serviceFee', 'serviceFeeTax'] as const

/**
 * @param whole what was allocated
 * @param done what was reversed before, line by line and share by share in the same order
 * @param amount minor units to give back now, at most what is left
 */
export function reversalOf(whole: Amounts, done: readonly Amounts[], amount: bigint): Amounts {
  const flat = (amounts: Amounts) =>
    amounts.lines.flatMap((line) => components.map((component) => line[component]))
  const taken = takeBack(flat(whole), sumOf(done.map(flat), flat(whole).length), amount)
  const lines = whole.lines.map((line, index) => {
    const [impact, impactTax, serviceFee, serviceFeeTax] = taken.slice(index * components.length) as [
      bigint,
      bigint,
      bigint,
      bigint,
    ]
    const grams =
      line.grams === null
        ? null
        : gramsBack(
            line,
            done.map((before) => before.lines[index]!),
            impact,
          )
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
