/** The frame of the sandbox provider's pages, and what several of them show. Pure. */
import { type Html, html } from '../kernel/html.ts'
import { exponentOf, minorToDecimal } from '../kernel/money.ts'
import { sandboxPspPath } from './options.ts'
import type { SandboxPayment } from './sandbox-payment.ts'

export function layout(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} – Sandbox Pay (test mode)</title>
<link rel="icon" type="image/svg+xml" href="${sandboxPspPath}/assets/icon.svg">
<link rel="stylesheet" href="${sandboxPspPath}/assets/checkout.css">
</head>
<body>
<header class="top">
<p class="maker">Sandbox Pay</p>
<p class="mode"><strong>Test mode.</strong> No real money moves. Never type the number of a real card here.</p>
</header>
<main>
${body}
</main>
</body>
</html>
`
}

/** What is paid for, and to whom the shopper returns. */
export function purchase(payment: SandboxPayment): Html {
  return html`<dl class="purchase">
<div><dt>For</dt><dd>${payment.description === '' ? payment.reference : payment.description}</dd></div>
<div><dt>Amount</dt><dd>${amount(payment)}</dd></div>
<div><dt>Afterwards</dt><dd>You return to ${hostOf(payment)}</dd></div>
</dl>`
}

export function amount(payment: SandboxPayment): string {
  const digits = exponentOf(payment.currency)
  const decimal = minorToDecimal(payment.amountMinor, payment.currency) as Intl.StringNumericLiteral
  const shape = {
    style: 'currency',
    currency: payment.currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  } as const
  try {
    return new Intl.NumberFormat(payment.locale, shape).format(decimal)
  } catch {
    // A locale that is no language tag is no reason to refuse money.
    return new Intl.NumberFormat('en-GB', shape).format(decimal)
  }
}

export function hostOf(payment: SandboxPayment): string {
  return new URL(payment.returnUrl).host
}

export function cancelForm(payment: SandboxPayment): Html {
  return html`<form class="cancel" method="post" action="${sandboxPspPath}/checkout/${payment.checkoutToken}/cancel">
<button class="quiet" type="submit">Cancel and return to ${hostOf(payment)}</button>
</form>`
}
