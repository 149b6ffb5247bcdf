/**
 * The dashboard for developers, without JavaScript: what happened, and a form for each thing that a merchant's staff, a bank
 * or a network may do. Pure. Addresses are relative to `home`, which carries the pass.
 */
import { type Html, html } from '../kernel/html.ts'
import { minorToDecimal } from '../kernel/money.ts'
import { layout } from './checkout-layout.ts'
import type { Overview, PaymentFile, ShownNotification } from './dashboards.ts'
import type { SandboxDispute } from './disputes.ts'
import { isOpen, isVoid, isVoided, type SandboxPayment } from './sandbox-payment.ts'

export interface DashboardView {
  /** Path of the dashboard, pass included. */
  readonly home: string
  /** New for each page, so that a form that is sent twice acts once. */
  readonly key: string
  /** Why the last action was refused. */
  readonly problem?: string | undefined
}

export function overviewPage(view: DashboardView, { balances, payments }: Overview): Html {
  return layout(
    'Dashboard',
    html`<h1>Dashboard</h1>
${problem(view)}
<h2>Account</h2>
<ul>${balances.map(({ currency, balanceMinor }) => html`<li>${money(balanceMinor, currency)}</li>`)}</ul>
${button(view, 'settle', 'Close the batches and pay out')}
<h2>Newest payments</h2>
<div class="wide"><table><thead><tr><th scope="col">Begun</th><th scope="col">For</th><th scope="col">Amount</th><th scope="col">State</th></tr></thead>
<tbody>${payments.map(
      (payment) => html`<tr><td>${time(payment.createdAt)}</td>
<td><a href="${view.home}/payments/${payment.id}">${payment.description === '' ? payment.reference : payment.description}</a></td>
<td class="amount">${money(payment.amountMinor, payment.currency)}</td><td>${payment.status}</td></tr>`,
    )}</tbody></table></div>`,
  )
}

export function paymentPage(view: DashboardView, file: PaymentFile): Html {
  const { payment } = file
  return layout(
    `Payment of ${money(payment.amountMinor, payment.currency)}`,
    html`<p><a href="${view.home}">All payments</a></p>
<h1>Payment of ${money(payment.amountMinor, payment.currency)}</h1>
${problem(view)}
${facts(file)}
${actions(view, file)}
${refunds(file)}
${disputes(view, file)}
${notifications(view, file)}`,
  )
}

function problem({ problem: why }: DashboardView): Html | undefined {
  if (why === undefined) return undefined
  return html`<div class="problem" role="alert"><h2>Nothing was done</h2><p>${why}</p></div>`
}

function facts({ payment }: PaymentFile): Html {
  const facts: readonly (readonly [string, string])[] = [
    ['State', payment.status],
    ['Reference', payment.reference],
    ['Card', payment.cardLastFour === null ? 'none yet' : `ends in ${payment.cardLastFour}`],
    ['Cost', costOf(payment)],
    ['Given back', money(payment.refundedMinor, payment.currency)],
    ['Settled', payment.settledAt === null ? 'no' : time(payment.settledAt)],
  ]
  return html`<dl class="purchase">${facts.map(([name, fact]) => html`<div><dt>${name}</dt><dd>${fact}</dd></div>`)}</dl>`
}

function costOf(payment: SandboxPayment): string {
  if (payment.feeMinor === null) return 'none yet'
  return isVoided(payment) ? 'nothing, as it was voided' : money(payment.feeMinor, payment.currency)
}

function actions(view: DashboardView, { payment, leftMinor }: PaymentFile): Html {
  const at = `payments/${payment.id}`
  if (isOpen(payment)) return button(view, `${at}/expire`, 'Let it expire')
  if (payment.status !== 'paid') return html`<p>There is nothing to do with it.</p>`
  return html`<h2>Actions</h2>
${leftMinor > 0n && amountForm(view, `${at}/refund`, 'Refund', payment, leftMinor)}
${isVoid(payment, payment.amountMinor) && button(view, `${at}/void`, 'Void')}
${amountForm(view, `${at}/dispute`, 'Open a dispute', payment, payment.amountMinor)}`
}

function amountForm(
  view: DashboardView,
  path: string,
  label: string,
  { currency }: SandboxPayment,
  minor: bigint,
): Html {
  const id = path.replaceAll('/', '-')
  return form(
    view,
    path,
    html`<label for="${id}">${label}, amount in ${currency}</label>
<input id="${id}" name="amount" value="${minorToDecimal(minor, currency)}" type="text" inputmode="decimal" autocomplete="off" required>
<button class="other" type="submit">${label}</button>`,
  )
}

function refunds({ refunds: all }: PaymentFile): Html | undefined {
  if (all.length === 0) return undefined
  return html`<h2>Refunds and voids</h2>
<ul>${all.map(
    (refund) =>
      html`<li>${refund.kind} of ${money(refund.amountMinor, refund.currency)}: ${refund.status}${refund.reference === '' && ', made here'}</li>`,
  )}</ul>`
}

function disputes(view: DashboardView, { disputes: all }: PaymentFile): Html | undefined {
  if (all.length === 0) return undefined
  return html`<h2>Disputes</h2>
<ul>${all.map((dispute) => html`<li>${disputeText(dispute)} ${dispute.status === 'open' && decide(view, dispute)}</li>`)}</ul>`
}

function disputeText({ amountMinor, currency, reason, status }: SandboxDispute): string {
  return `${money(amountMinor, currency)} (${reason}): ${status}`
}

function decide(view: DashboardView, { id }: SandboxDispute): Html {
  return html`${button(view, `disputes/${id}/win`, 'Win it')} ${button(view, `disputes/${id}/lose`, 'Lose it')}`
}

function notifications(view: DashboardView, { payment, notifications: all }: PaymentFile): Html {
  const at = `payments/${payment.id}`
  const mode = (value: string, label: string) =>
    button(view, `${at}/news`, label, html`<input type="hidden" name="mode" value="${value}">`)
  const again = (order: string, copies: number, label: string) =>
    button(
      view,
      `${at}/resend`,
      label,
      html`<input type="hidden" name="order" value="${order}"><input type="hidden" name="copies" value="${copies}">`,
    )
  return html`<h2>Notifications</h2>
<p class="hint">From now on they leave ${{ prompt: 'at once', double: 'twice', held: 'when you say so' }[payment.news]}.</p>
<div class="actions">${mode('prompt', 'Send at once')}${mode('double', 'Send twice')}${mode('held', 'Hold')}
${all.length > 0 && html`${again('as_sent', 1, 'Send all again')}${again('as_sent', 2, 'Send all twice')}${again('reversed', 1, 'Send all in reverse')}`}</div>
<ul>${all.map((one) => notification(view, at, one))}</ul>`
}

function notification(view: DashboardView, at: string, one: ShownNotification): Html {
  const state = one.held
    ? 'held'
    : one.deliveredAt !== null
      ? `delivered ${time(one.deliveredAt)}`
      : one.nextAt !== null
        ? `due ${time(one.nextAt)}`
        : 'given up'
  const { type } = JSON.parse(one.body) as { type: string }
  const event = html`<input type="hidden" name="event" value="${one.eventId}">`
  return html`<li>${type}, ${state}, attempts: ${one.attempts} ${button(view, `${at}/resend`, 'Send again', event)}</li>`
}

function button(view: DashboardView, path: string, label: string, fields?: Html): Html {
  return form(view, path, html`${fields}<button class="other" type="submit">${label}</button>`)
}

function form({ home, key }: DashboardView, path: string, inside: Html): Html {
  return html`<form class="action" method="post" action="${home}/${path}"><input type="hidden" name="key" value="${key}">${inside}</form>`
}

function money(minor: bigint, currency: string): string {
  return `${minorToDecimal(minor, currency)} ${currency}`
}

function time(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
