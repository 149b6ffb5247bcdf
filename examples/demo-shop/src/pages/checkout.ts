/**
 * For: the checkout, which asks only for what the demonstration needs.
 * Not for: card numbers or addresses; there is no field for either.
 */
import { type CartLine, countOf, totalOf } from '../cart.ts'
import { type Html, html } from '../html.ts'
import { homeMarket, type Market, markets, price } from '../market.ts'
import { layout } from './layout.ts'

export const checkoutPage = (cart: readonly CartLine[], orderId: string): Html =>
  layout(
    { narrow: true, title: 'Checkout', cartCount: countOf(cart) },
    html`<h1>Checkout</h1>
<form class="checkout" method="post" action="/checkout">
<input type="hidden" name="order" value="${orderId}">
<fieldset>
<legend>Where are you?</legend>
${markets.map((market) => marketChoice(market, cart))}
</fieldset>
<fieldset>
<legend>How should the contribution be offered?</legend>
${waysToShow.map(wayChoice)}
</fieldset>
<p class="actions"><button class="wide">Pay (demo)</button> <span class="quiet">No card is asked for, and none is charged.</span></p>
</form>`,
  )

const marketChoice = (market: Market, cart: readonly CartLine[]): Html => html`<label class="choice">
<input type="radio" name="market" value="${market.id}"${market === homeMarket ? html` checked` : ''}>
<span><strong>${market.name}</strong><span class="quiet">${market.currencyCode}, ${market.locale}</span></span>
<span class="price">${price(totalOf(cart, market.currencyCode), market.currencyCode)}</span>
</label>
`

interface WayToShow {
  readonly value: string
  readonly name: string
  readonly explanation: string
}

const waysToShow: readonly WayToShow[] = [
  { value: 'embedded', name: 'Embedded', explanation: 'In the confirmation page, by the browser SDK.' },
  {
    value: 'takeover',
    name: 'Takeover',
    explanation: 'In front of the confirmation page, by the browser SDK.',
  },
  {
    value: 'server',
    name: 'Printed by the shop’s server',
    explanation: 'In the confirmation page, without the SDK; works with JavaScript off.',
  },
]

const wayChoice = (way: WayToShow, index: number): Html => html`<label class="choice">
<input type="radio" name="shownAs" value="${way.value}"${index === 0 ? html` checked` : ''}>
<span><strong>${way.name}</strong><span class="quiet">${way.explanation}</span></span>
</label>
`
