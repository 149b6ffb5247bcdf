/**
 * For: the shop front.
 * Not for: prices in other currencies; the checkout shows those.
 */
import { type CartLine, countOf } from '../cart.ts'
import { catalogue, type Product } from '../catalogue.ts'
import { type Html, html } from '../html.ts'
import { illustrationOf } from '../illustrations.ts'
import { price } from '../market.ts'
import { layout } from './layout.ts'

export const frontPage = (cart: readonly CartLine[]): Html =>
  layout(
    { title: 'Plants and pottery', cartCount: countOf(cart) },
    html`<section class="hero">
<h1>Plants, and pots to put them in.</h1>
<p>Six things, made or grown slowly. Put some in the cart and go through the checkout to see what comes after it.</p>
</section>
<ul class="goods">
${catalogue.map(card)}
</ul>`,
  )

const card = (product: Product): Html => html`<li class="card">
<div class="tile">${illustrationOf(product.sku)}</div>
<div class="card-text">
<h2>${product.name}</h2>
<p>${product.description}</p>
</div>
<form class="card-foot" method="post" action="/cart">
<span class="price">${price(product.price.GBP, 'GBP')}</span>
<input type="hidden" name="sku" value="${product.sku}">
<button name="add" value="1" aria-label="Add ${product.name} to the cart">Add to cart</button>
</form>
</li>
`
