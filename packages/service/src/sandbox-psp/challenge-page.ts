/** The bank's question before a payment (3-D Secure), as a page of this provider. Pure. */
import { type Html, html } from '../kernel/html.ts'
import { amount, cancelForm, layout, purchase } from './checkout-layout.ts'
import { sandboxPspPath } from './options.ts'
import type { SandboxPayment } from './sandbox-payment.ts'

export function challengePage(payment: SandboxPayment): Html {
  return layout(
    `Approve ${amount(payment)}`,
    html`<h1>Do you approve this payment?</h1>
<p>Here the bank of the card ending in ${payment.cardLastFour} would ask you to confirm.</p>
${purchase(payment)}
<form class="question" method="post" action="${sandboxPspPath}/checkout/${payment.checkoutToken}/challenge">
<input type="hidden" name="attempt" value="${payment.attempts}">
<button class="pay" type="submit" name="answer" value="approve">Approve</button>
<button class="other" type="submit" name="answer" value="refuse">Refuse</button>
</form>
${cancelForm(payment)}`,
  )
}
