/**
 * For: the order confirmation, and the place in it (or in front of it) for the contribution.
 * Not for: fetching anything; what could be had is passed in.
 * Law: the order comes first in the page and never depends on the slot.
 */
import { type Html, html } from '../html.ts'
import { illustrationOf } from '../illustrations.ts'
import { marketOf, price } from '../market.ts'
import type { Order, OrderLine } from '../order.ts'
import { layout } from './layout.ts'

export type Slot =
  | { readonly kind: 'none' }
  | { readonly kind: 'printed'; readonly markup: Html }
  | { readonly kind: 'sdk'; readonly ekkoOrigin: string; readonly clientSecret: string }

export const confirmationPage = (order: Order, slot: Slot): Html =>
  layout(
    {
      narrow: true,
      title: `Order ${order.number}`,
      scripts: slot.kind === 'sdk' && scripts(slot.ekkoOrigin),
    },
    html`<article class="order" data-order="${order.number}">
<p class="tick" aria-hidden="true">✓</p>
<h1>Thank you. Your order is confirmed.</h1>
<p class="quiet">Order <strong>${order.number}</strong>, ${date(order.placedAt)}, ${marketOf(order.marketId)?.name}</p>
<ul class="lines">
${order.lines.map((line) => orderLine(line, order))}
</ul>
<p class="total"><span>Total</span> <strong>${price(order.totalMinor, order.currencyCode)}</strong></p>
</article>
${slotMarkup(order, slot)}
<p class="actions"><a href="/">Back to the shop</a> <a href="/events">What the shop received</a></p>`,
  )

const orderLine = (line: OrderLine, order: Order): Html => html`<li class="line">
<div class="tile tile-small">${illustrationOf(line.sku)}</div>
<div class="line-name"><strong>${line.name}</strong><span class="quiet">${line.quantity} × ${price(line.unitMinor, order.currencyCode)}</span></div>
<span class="price">${price(line.unitMinor * line.quantity, order.currencyCode)}</span>
</li>
`

const slotMarkup = (order: Order, slot: Slot): Html | false => {
  if (slot.kind === 'none') return false
  if (slot.kind === 'printed') return html`<div class="contribution" data-ekko-printed>${slot.markup}</div>`
  return html`<div class="contribution" id="ekko" data-ekko-origin="${slot.ekkoOrigin}" data-client-secret="${slot.clientSecret}" data-variant="${order.variant}" data-locale="${marketOf(order.marketId)?.locale}"><div id="ekko-container"></div></div>`
}

/** Both load without holding up the page; shop.js waits for the SDK, or does without it. */
const scripts = (ekkoOrigin: string): Html =>
  html`<script src="${ekkoOrigin}/v1/ekko.js" id="ekko-sdk" async></script>
<script src="/shop.js" async></script>`

const date = (instant: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' }).format(new Date(instant))
