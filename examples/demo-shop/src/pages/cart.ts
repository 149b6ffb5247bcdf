/**
 * For: the cart, with quantities that can be changed.
 * Not for: delivery and discounts; the shop has none.
 */
import { type CartLine, countOf, maxQuantity, totalOf } from '../cart.ts'
import { type Html, html } from '../html.ts'
import { illustrationOf } from '../illustrations.ts'
import { price } from '../market.ts'
import { layout } from './layout.ts'

export const cartPage = (cart: readonly CartLine[]): Html =>
  layout(
    { narrow: true, title: 'Cart', cartCount: countOf(cart) },
    cart.length === 0
      ? html`<h1>Your cart is empty</h1><p><a href="/">Back to the shop</a></p>`
      : html`<h1>Your cart</h1>
<ul class="lines">
${cart.map(cartLine)}
</ul>
<p class="total"><span>Total</span> <strong>${price(totalOf(cart, 'GBP'), 'GBP')}</strong></p>
<p class="actions"><a class="button" href="/checkout">Go to checkout</a> <a href="/">Go on shopping</a></p>`,
  )

const cartLine = ({ product, quantity }: CartLine): Html => html`<li class="line">
<div class="tile tile-small">${illustrationOf(product.sku)}</div>
<div class="line-name"><strong>${product.name}</strong><span class="quiet">${price(product.price.GBP, 'GBP')} each</span></div>
<form class="line-quantity" method="post" action="/cart">
<input type="hidden" name="sku" value="${product.sku}">
<label><span class="hidden">Quantity of ${product.name}</span>
<input type="number" name="quantity" min="0" max="${maxQuantity}" value="${quantity}" required></label>
<button class="plain">Change</button>
</form>
<span class="price">${price(product.price.GBP * quantity, 'GBP')}</span>
</li>
`
