/**
 * The form to get a receipt by e-mail, on the receipt and where the shopper is thanked: one field, no script. Pure.
 * Law: what was typed is shown again only to whoever typed it, and never stands in an address.
 */
import { type Html, html } from '../kernel/html.ts'
import type { Words } from './words.ts'

export interface MailFormView {
  /** Where the form is sent. */
  readonly action: string
  readonly state: 'ready' | 'problem' | 'sent' | 'enough'
  /** What was typed, after a mistake. */
  readonly typed: string
}

/** The outcome stands at the top of a page, where it is read first; the form after what it is about. */
export function renderMailOutcome({ state }: MailFormView, words: Words): Html | false {
  const say = words.receipt
  if (state === 'ready') return false
  if (state !== 'problem') {
    return html`<p class="receipt-outcome" role="status">${state === 'sent' ? say.mailSent : say.mailEnough}</p>`
  }
  return html`<div class="problem" role="alert">
    <h2 class="title">${words.problemHeading}</h2>
    <p><a href="#email">${say.mailProblem}</a></p>
  </div>`
}

export function renderMailForm({ action, state, typed }: MailFormView, words: Words): Html | false {
  if (state === 'sent' || state === 'enough') return false
  const isProblem = state === 'problem'
  const invalid = isProblem ? html`aria-invalid="true"` : html``
  return html`<form method="post" action="${action}" class="receipt-mail">
    <h2 class="label">${words.receiptMailHeading}</h2>
    <label for="email">${words.receiptMailLabel}</label>
    <div class="receipt-mail-row">
      <input id="email" name="email" type="email" inputmode="email" autocomplete="email" maxlength="254" required value="${typed}" aria-describedby="${isProblem ? 'email-problem email-hint' : 'email-hint'}" ${invalid}>
      <button class="button" type="submit">${words.receiptMailButton}</button>
    </div>
    ${isProblem && html`<p class="problem-text" id="email-problem">${words.receipt.mailProblem}</p>`}
    <p class="fine" id="email-hint">${words.receiptMailHint}</p>
  </form>`
}
