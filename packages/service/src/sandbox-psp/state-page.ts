/** What a checkout shows once nothing can be done there any more. Pure. */
import { type Html, html } from '../kernel/html.ts'
import { hostOf, layout, purchase } from './checkout-layout.ts'
import type { SandboxPayment, SandboxPaymentStatus } from './sandbox-payment.ts'

const words: {
  readonly [status in SandboxPaymentStatus]: { readonly title: string; readonly text: string }
} = {
  open: { title: 'This payment is open', text: 'Nothing was paid yet.' },
  processing: { title: 'This payment waits for your approval', text: 'Nothing was paid yet.' },
  pending: {
    title: 'Your payment is on its way',
    text: 'The shop learns the result in a moment. There is nothing left to do.',
  },
  paid: { title: 'This is paid', text: 'Thank you. There is nothing left to do.' },
  failed: {
    title: 'This payment did not work',
    text: 'Nothing was paid. You can start again from the shop.',
  },
  expired: {
    title: 'This payment has expired',
    text: 'Nothing was paid. You can start again from the shop.',
  },
  cancelled: {
    title: 'This payment was cancelled',
    text: 'Nothing was paid. You can start again from the shop.',
  },
}

export function statePage(payment: SandboxPayment): Html {
  const { title, text } = words[payment.status]
  return layout(
    title,
    html`<h1>${title}</h1>
<p>${text}</p>
${purchase(payment)}
<p><a class="home" href="${payment.returnUrl}" rel="noreferrer">Return to ${hostOf(payment)}</a></p>`,
  )
}
