/**
 * For: "What the shop received": every webhook, whether it verified, and the record that it must agree with.
 * Not for: fetching them.
 * Law: all of it came from outside, so all of it is escaped.
 */
import { randomUUID } from 'node:crypto'
import type { ImpactRecord } from '@ekko/node'
import type { EventReport } from '../event-report.ts'
import { type Html, html } from '../html.ts'
import type { RefusedWebhook } from '../state.ts'
import type { SumCheck } from '../sum-check.ts'
import { layout } from './layout.ts'

export interface Overview {
  readonly organisationId: string | undefined
  readonly endpoint: { readonly id: string; readonly url: string } | undefined
  readonly events: readonly EventReport[]
  readonly refused: readonly RefusedWebhook[]
}

export const eventsPage = (overview: Overview, refundOutcome: string | null): Html =>
  layout(
    { title: 'What the shop received' },
    html`<h1>What the shop received</h1>
<p>Each webhook as it came, and beside it the record that the API keeps of the same movement of money.</p>
${refundOutcome && refundNotice(refundOutcome)}
<dl class="facts">
<dt>Organisation</dt><dd><code>${overview.organisationId ?? 'not enrolled yet'}</code></dd>
<dt>Endpoint</dt><dd><code>${overview.endpoint?.url ?? 'not registered yet'}</code></dd>
</dl>
${overview.events.length === 0 && html`<p class="empty">Nothing has come yet. Buy something and make a contribution.</p>`}
${overview.events.map((report) => eventCard(report, overview.organisationId))}
${overview.refused.length > 0 && refusedList(overview.refused)}`,
  )

const refundNotice = (outcome: string): Html => {
  if (outcome === 'done') return html`<p class="message">The contribution was given back.</p>`
  if (outcome === 'pending')
    return html`<p class="message">The refund is on its way; a webhook will tell when it is done.</p>`
  return html`<p class="message message-bad">The contribution was not given back: <code>${outcome}</code></p>`
}

const eventCard = (report: EventReport, ownId: string | undefined): Html => {
  const { event } = report
  return html`<article class="event" data-event-id="${report.webhookId}">
<header>
<h2>${event.eventType === 'IMPACT_PAYMENT' ? 'Contribution paid' : 'Contribution given back'}</h2>
<p class="big">${event.payment?.amount?.toFixed(2)} ${event.payment?.currencyCode}</p>
<p class="quiet"><span class="tag tag-good">Signature verified</span> ${report.receivedAt.replace('T', ' ').slice(0, 19)} UTC${report.deliveries > 1 && html`, delivered ${report.deliveries} times, kept once`}</p>
</header>
<div class="columns">
<section><h3>Webhook</h3><pre tabindex="0">${JSON.stringify(event, null, 2)}</pre></section>
<section><h3>Record</h3>${report.record ? recordTable(report.record, report.checks, ownId) : html`<p class="message message-bad">The record could not be fetched: <code>${report.recordProblem}</code></p>`}
${report.refundable && refundForm(event.fundsAllocationId)}</section>
</div>
</article>
`
}

const recordTable = (record: ImpactRecord, checks: readonly SumCheck[], ownId: string | undefined): Html => {
  const { amounts, fundsCurrencyCode } = record
  return html`<table>
<caption>${record.reversal ? 'Reversal' : 'Allocation'} <code>${record.id.slice(0, 8)}</code>, amounts in ${fundsCurrencyCode}</caption>
<tbody>
${row('Impact', amounts.impact)}${row('Tax on it', amounts.impactTax)}${row('Service fee', amounts.serviceFee)}${row('Tax on the fee', amounts.serviceFeeTax)}
</tbody>
<tbody class="sum">${row('Total', amounts.total)}</tbody>
<tbody>
${record.profitShares.map((share) => row(share.organisationId === ownId ? 'Fee kept by this shop' : html`Fee kept by <code>${share.organisationId.slice(0, 8)}</code>`, share.amount))}
</tbody>
</table>
<ul class="checks">
${checks.map(checkLine)}
</ul>`
}

const row = (name: string | Html, amount: number): Html =>
  html`<tr><th scope="row">${name}</th><td>${amount.toFixed(2)}</td></tr>`

const checkLine = (check: SumCheck): Html =>
  html`<li><span class="tag ${check.holds ? 'tag-good' : 'tag-bad'}">${check.holds ? 'holds' : 'does not hold'}</span> ${check.says}: <span class="arithmetic">${check.parts.map((part) => part.toFixed(2)).join(' + ') || '0.00'} = ${check.sum.toFixed(2)}</span></li>`

/** `press` names this one button, so that pressing it twice is one refund. */
const refundForm = (fundsAllocationId: string): Html => html`<form method="post" action="/refund">
<input type="hidden" name="fundsAllocationId" value="${fundsAllocationId}">
<input type="hidden" name="press" value="${randomUUID()}">
<button class="plain">Refund this contribution</button>
</form>`

const refusedList = (refused: readonly RefusedWebhook[]): Html => html`<section class="refused">
<h2>Refused</h2>
<p class="quiet">These did not verify. The shop answered 400 and did nothing with them.</p>
${refused.toReversed().map((each) => html`<details><summary><span class="tag tag-bad">${each.reason}</span> ${each.receivedAt.replace('T', ' ').slice(0, 19)} UTC</summary><pre tabindex="0">${each.body}</pre></details>`)}
</section>`
