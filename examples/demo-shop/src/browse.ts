/**
 * For: the shop front and the cart.
 * Not for: buying; see buy.ts.
 */
import { type CartLine, cartCookie, quantityOf, readCart, withQuantity, writeCart } from './cart.ts'
import { cartPage } from './pages/cart.ts'
import { frontPage } from './pages/front.ts'
import { cookieOf, formOf, type Handler, page, seeOther, type Visit } from './visit.ts'

export const browse = (): Readonly<Record<string, Handler>> => ({
  'GET /': (visit) => page(frontPage(cartOf(visit))),
  'GET /cart': (visit) => page(cartPage(cartOf(visit))),
  'POST /cart': changeCart,
})

export const cartOf = (visit: Visit): CartLine[] => readCart(cookieOf(visit, cartCookie))

export const cartCookieHeader = (cart: readonly CartLine[]): Record<string, string> => ({
  'set-cookie': `${cartCookie}=${writeCart(cart)}; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax`,
})

/** `add` puts one more in; `quantity` says how many there are to be. */
const changeCart: Handler = (visit) => {
  const form = formOf(visit)
  const cart = cartOf(visit)
  const sku = form.get('sku')
  const quantity = form.has('add') ? quantityOf(cart, sku) + 1 : Number(form.get('quantity') || Number.NaN)
  return seeOther('/cart', cartCookieHeader(withQuantity(cart, sku, quantity)))
}
