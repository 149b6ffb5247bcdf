/**
 * Where the money goes, line by line, adding up to what is paid. The same table before and after paying.
 * Lines of nothing are left out, except the two that everybody asks about: the project's and the fee.
 */
import { type Html, html } from '../kernel/html.ts'
import type { SplitView } from './views.ts'
import type { Words } from './words.ts'
import { formatMoney } from './words-format.ts'

export function renderSplit(
  amountMinor: bigint,
  split: SplitView,
  projectNames: readonly string[],
  currency: string,
  words: Words,
  total: 'to pay' | 'paid' = 'to pay',
): Html {
  const row = (label: string, minor: bigint, className = '') =>
    html`<tr class="${className}"><th scope="row">${label}</th><td>${formatMoney(minor, currency, words.locale)}</td></tr>`
  return html`<table class="split" part="split">
    <caption>${words.splitHeading}</caption>
    <tbody>
      ${row(words.splitImpact(projectNames), split.impactMinor)}
      ${split.impactTaxMinor !== 0n && row(words.splitImpactTax, split.impactTaxMinor)}
      ${row(words.splitServiceFee, split.serviceFeeMinor)}
      ${split.serviceFeeTaxMinor !== 0n && row(words.splitServiceFeeTax, split.serviceFeeTaxMinor)}
      ${row(total === 'paid' ? words.totalPaid : words.total, amountMinor, 'total')}
    </tbody>
  </table>`
}
