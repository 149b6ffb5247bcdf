/**
 * For: the checkout and the order confirmation.
 * Not for: money; the button says so.
 * Law: the confirmation is whole without ekko: whatever is missing, only the contribution is.
 */
import { cartCookieHeader, cartOf } from './browse.ts'
import { trusted } from './html.ts'
import { marketOf } from './market.ts'
import type { Order } from './order.ts'
import { findOrder, isOrderId, newOrderId, placeOrder } from './orders.ts'
import { checkoutPage } from './pages/checkout.ts'
import { confirmationPage } from './pages/confirmation.ts'
import type { RouteParts } from './routes.ts'
import { formOf, type Handler, page, plain, type Reply, seeOther, type Visit } from './visit.ts'

export const buy = (parts: RouteParts): Readonly<Record<string, Handler>> => ({
  'GET /checkout': (visit) => {
    const cart = cartOf(visit)
    return cart.length === 0 ? seeOther('/cart') : page(checkoutPage(cart, newOrderId()))
  },
  'POST /checkout': (visit) => checkOut(parts, visit),
  'GET /orders/:id': (visit) => confirm(parts, visit),
})

const checkOut = async (parts: RouteParts, visit: Visit): Promise<Reply> => {
  const form = formOf(visit)
  const id = form.get('order')
  const market = marketOf(form.get('market'))
  if (!isOrderId(id) || !market) return plain(400, 'The form is not complete.\n')
  const cart = cartOf(visit)
  const known = findOrder(parts.state, id)
  if (cart.length === 0 && !known) return seeOther('/cart')
  const shownAs = form.get('shownAs')
  const variant = shownAs === 'takeover' ? 'takeover' : 'embedded'
  const order = await placeOrder(parts, { id, cart, market, variant })
  return seeOther(`/orders/${order.id}${shownAs === 'server' ? '?render=server' : ''}`, cartCookieHeader([]))
}

const confirm = async (parts: RouteParts, visit: Visit): Promise<Reply> => {
  const order = findOrder(parts.state, visit.path.slice('/orders/'.length))
  if (!order) return plain(404, 'There is no such order.\n')
  if (visit.query.get('render') !== 'server') return page(confirmationPage(order, sdkSlot(parts, order)))
  const markup = await printedComponent(parts, order)
  // Without JavaScript the printed component has only its stylesheet to be styled with, and that is ekko's.
  const slot = markup ? { kind: 'printed' as const, markup: trusted(markup) } : sdkSlot(parts, order)
  return { ...page(confirmationPage(order, slot)), styleOrigin: parts.ekkoOrigin }
}

const sdkSlot = (parts: RouteParts, order: Order) =>
  order.session
    ? { kind: 'sdk' as const, ekkoOrigin: parts.ekkoOrigin, clientSecret: order.session.clientSecret }
    : { kind: 'none' as const }

const printedComponent = async (parts: RouteParts, order: Order): Promise<string> =>
  order.session
    ? parts.client.component(order.session.clientSecret, {
        onUnavailable: (reason) =>
          parts.log(`Order ${order.number} is shown without the component: ${reason.message}`),
      })
    : ''
