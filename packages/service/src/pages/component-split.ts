/**
 * Where the money goes, line by line, adding up to what is paid. The same table before and after paying.
 * Lines of nothing are left out, except the two that everybody asks about: the project's and the fee.
 */
import { type Html, html } from '../kernel/html.ts'
import type { CardCostView, SplitView } from './views.ts'
import type { Words } from './words.ts'
import { formatMoney, formatShare } from './words-format.ts'

export function renderSplit(
  amountMinor: bigint,
  split: SplitView,
  projectNames: readonly string[],
  currency: string,
  words: Words,
  total: 'to pay' | 'paid' | 'added' = 'to pay',
): Html {
  const row = (label: string, minor: bigint, className = '') =>
    html`<tr class="${className}"><th scope="row">${label}</th><td>${formatMoney(minor, currency, words.locale)}</td></tr>`
  const highCost = total === 'to pay' && split.cardCost && highCostSentence(split.cardCost, words)
  return html`<table class="split" part="split">
    <caption>${words.splitHeading}</caption>
    <tbody>
      ${row(words.splitImpact({ projects: words.list(projectNames) }), split.impactMinor)}
      ${split.impactTaxMinor !== 0n && row(words.splitImpactTax, split.impactTaxMinor)}
      ${row(words.splitServiceFee, split.serviceFeeMinor)}
      ${split.serviceFeeTaxMinor !== 0n && row(words.splitServiceFeeTax, split.serviceFeeTaxMinor)}
      ${row(totals[total](words), amountMinor, 'total')}
    </tbody>
  </table>
  ${split.cardCost && html`<p class="fine" part="card-cost">${cardCostSentences(split.cardCost, currency, words)}</p>`}
  ${highCost && html`<p part="high-cost">${highCost}</p>`}`
}

const totals = {
  'to pay': (words: Words) => words.total,
  paid: (words: Words) => words.totalPaid,
  added: (words: Words) => words.checkout.added,
}

/** What the card payment costs, and who pays for it. */
export function cardCostSentences(cost: CardCostView, currency: string, words: Words): string {
  const money = (minor: bigint) => formatMoney(minor, currency, words.locale)
  const given = { cost: money(cost.minor) }
  const costs = cost.isActual ? words.cardCostPaid(given) : words.cardCost(given)
  return cost.beyondFeeMinor > 0n
    ? words.sentences([costs, words.cardCostBeyond({ beyond: money(cost.beyondFeeMinor) })])
    : costs
}

/** Only where costs are a lot; in words, for whoever sees no colours. */
export function highCostSentence({ highShare }: CardCostView, words: Words): string | null {
  return highShare === null ? null : words.highCost({ share: formatShare(highShare, words.locale) })
}
