/** The page with the card form and the test cards. Pure; errors are summed up first and repeated at their fields. */
import { type Html, html } from '../kernel/html.ts'
import type { CardField, CardForm, FieldErrors } from './card-form.ts'
import { amount, cancelForm, layout, purchase } from './checkout-layout.ts'
import { delayMsDefault, sandboxPspPath } from './options.ts'
import type { SandboxPayment } from './sandbox-payment.ts'
import { testCards } from './test-card.ts'

export interface CheckoutView {
  readonly payment: SandboxPayment
  readonly form: CardForm
  readonly errors: FieldErrors
  readonly delayMs: number | undefined
}

export const emptyForm: CardForm = { number: '', expiry: '', code: '' }

export function checkoutPage(view: CheckoutView): Html {
  const { payment } = view
  const wrong =
    Object.keys(view.errors).length > 0 || (payment.failureCode !== null && view.form === emptyForm)
  return layout(
    `${wrong ? 'Error: ' : ''}Pay ${amount(payment)}`,
    html`<h1>Pay ${amount(payment)}</h1>
${errorSummary(view)}
${purchase(payment)}
<div class="columns">
<div>
${cardForm(view)}
${cancelForm(payment)}
</div>
${cardList(payment, view.delayMs ?? delayMsDefault)}
</div>`,
  )
}

export function missingPage(): Html {
  return layout(
    'Not found',
    html`<h1>There is no such payment</h1>
<p>The address may be incomplete. Go back to the shop and start again; nothing was paid.</p>`,
  )
}

const failures: { readonly [code: string]: string } = {
  card_declined: 'was declined by the bank',
  insufficient_funds: 'was declined: there is not enough money',
  authentication_failed: 'was not charged, because the payment was not approved',
}

function errorSummary({ payment, form, errors }: CheckoutView): Html | undefined {
  const fields = (['number', 'expiry', 'code'] as const).filter((field) => errors[field] !== undefined)
  if (fields.length > 0) {
    return html`<div class="problem" role="alert" tabindex="-1" autofocus>
<h2>There is a problem</h2>
<ul>${fields.map((field) => html`<li><a href="#${field}">${errors[field]}</a></li>`)}</ul>
</div>`
  }
  if (payment.failureCode === null || form !== emptyForm) return undefined
  return html`<div class="problem" role="alert" tabindex="-1" autofocus>
<h2>Nothing was paid</h2>
<p>The card ending in ${payment.cardLastFour} ${failures[payment.failureCode] ?? 'was not charged'}. You can try another card.</p>
</div>`
}

function cardForm(view: CheckoutView): Html {
  const { payment, form } = view
  const ready = form !== emptyForm && Object.keys(view.errors).length === 0
  return html`<form class="card" method="post" action="${sandboxPspPath}/checkout/${payment.checkoutToken}" novalidate>
<h2>Card</h2>
<input type="hidden" name="attempt" value="${payment.attempts}">
${field(view, 'number', 'Card number', 'cc-number', 23)}
<div class="pair">
${field(view, 'expiry', 'Expiry date', 'cc-exp', 9, 'Month / year')}
${field(view, 'code', 'Security code', 'cc-csc', 4, 'Three or four digits')}
</div>
<button class="pay" type="submit"${ready && html` autofocus`}>Pay ${amount(payment)}</button>
</form>`
}

function field(
  view: CheckoutView,
  name: CardField,
  label: string,
  autocomplete: string,
  maxLength: number,
  hint?: string,
): Html {
  const error = view.errors[name]
  const describedBy = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ')
  return html`<div class="field">
<label for="${name}">${label}</label>
${hint && html`<p class="hint" id="${name}-hint">${hint}</p>`}
${error && html`<p class="error" id="${name}-error"><span class="unseen">Error: </span>${error}</p>`}
<input id="${name}" name="${name}" value="${view.form[name]}" type="text" inputmode="numeric" spellcheck="false" autocomplete="${autocomplete}" maxlength="${maxLength}" required${describedBy !== '' && html` aria-describedby="${describedBy}"`}${error !== undefined && html` aria-invalid="true"`}>
</div>`
}

/** One click fills the form: a GET, so it can be repeated and changes nothing. */
function cardList(payment: SandboxPayment, delayMs: number): Html {
  return html`<form class="cards" method="get" action="${sandboxPspPath}/checkout/${payment.checkoutToken}">
<h2>Test cards</h2>
<p class="hint">Choose one to fill in the form. What is delayed comes after ${delayMs / 1000} seconds.</p>
<ul>${testCards.map(
    (card) => html`<li><button type="submit" name="card" value="${card.case}">
<span class="digits">${card.number}</span> <span class="effect">${card.effect}</span>
</button></li>`,
  )}</ul>
</form>`
}
