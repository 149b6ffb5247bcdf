/**
 * The page of settlement breaks: where the books and the payment provider do not agree, for the root's finance. Pure; works
 * without a script. Nothing can be changed on it: a break is dismissed by the operator's command.
 */
import type { SettlementBreak, SettlementBreakPage } from '@ekko/contract/settlement-resources'
import { type Html, html } from '../kernel/html.ts'
import { renderPage } from './layout.ts'
import type { PageFrameView } from './views.ts'
import { wordsFor } from './words.ts'

const locale = 'en-GB'
const columns = ['Reason', 'Amount', 'Settlement line', 'Payment, journal or payout', 'Found']

export function renderBreaksPage(frame: PageFrameView, { data, hasMore }: SettlementBreakPage): string {
  const title = 'Open breaks'
  const main = html`<article class="books">
    <h1>${title}</h1>
    <p class="lead">Where the ledger and the payment provider’s settlement do not agree. A break ends by itself as soon as
      they do.</p>
    ${data.length === 0 ? html`<p>There are none.</p>` : table(data)}
    ${hasMore && html`<p class="aside">There are more than fit on this page; the command lists all of them.</p>`}
    <p class="aside">To end one that you looked into: <code>ekko settlements dismiss ID --note TEXT</code></p>
  </article>`
  return renderPage(frame, wordsFor(locale), { title, main })
}

function table(breaks: readonly SettlementBreak[]): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${columns.join(', ')}"><table>
    <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
    <tbody>${breaks.map(row)}</tbody></table></div>`
}

function row(each: SettlementBreak): Html {
  const { id, reason, meaning, amount, currencyCode, lineType, lineReference, foundAt } = each
  const money = new Intl.NumberFormat(locale, { style: 'currency', currency: currencyCode }).format(amount)
  const about = each.pspReference ?? each.journalId ?? each.batch
  return html`<tr><th scope="row">${reason.replaceAll('_', ' ')} <span class="aside">${meaning}</span>
      <code>${id}</code></th>
    <td>${money}</td>
    <td>${lineType?.replaceAll('_', ' ')} ${lineReference && html`<code>${lineReference}</code>`}</td>
    <td>${about && html`<a href="/books?reference=${encodeURIComponent(about)}"><code>${about}</code></a>`}</td>
    <td><time datetime="${foundAt}">${foundAt.slice(0, 10)}</time></td></tr>`
}
