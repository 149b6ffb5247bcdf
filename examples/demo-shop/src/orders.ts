/**
 * For: placing an order, and asking ekko for a session on the way.
 * Not for: payment; the shop takes none.
 * Law: the order is on the disk before ekko is asked, and ekko has a short time to answer. It can delay an order, never lose one.
 */
import { randomUUID } from 'node:crypto'
import { type EkkoClient, EkkoError, type SdkVariant } from '@ekko/node'
import type { CartLine } from './cart.ts'
import type { Enrolment } from './enrolment.ts'
import type { Market } from './market.ts'
import { type Order, orderFrom, sessionRequest } from './order.ts'
import type { ShopState, StateFile } from './state.ts'

export interface OrdersParts {
  readonly client: EkkoClient
  readonly state: StateFile
  readonly enrolment: Enrolment
  /** Milliseconds that an order waits for ekko in all. */
  readonly sessionBudgetMs: number
  readonly log: (line: string) => void
}

export interface Checkout {
  /** Made when the checkout page was printed, so that pressing the button twice is one order. */
  readonly id: string
  readonly cart: readonly CartLine[]
  readonly market: Market
  readonly variant: SdkVariant
}

export const placeOrder = async (parts: OrdersParts, checkout: Checkout): Promise<Order> => {
  const { state } = parts
  const known = findOrder(state, checkout.id)
  if (known) return known
  await state.change((now) => withOrder(now, checkout))
  const order = findOrder(state, checkout.id)
  if (!order) throw new Error('The order that was just written is not there')
  const offer = await offerContribution(parts, order)
  await state.change((now) => ({
    ...now,
    orders: now.orders.map((each) => (each.id === order.id ? { ...each, ...offer } : each)),
  }))
  return { ...order, ...offer }
}

export const findOrder = (state: StateFile, id: string): Order | undefined =>
  state.read().orders.find((order) => order.id === id)

/** Looks again inside the change: two presses of the button may have come this far together. */
const withOrder = (now: ShopState, checkout: Checkout): ShopState => {
  if (now.orders.some((order) => order.id === checkout.id)) return now
  const order = orderFrom(checkout.cart, checkout.market, {
    id: checkout.id,
    number: numberAfter(now.orders.at(-1)),
    placedAt: new Date().toISOString(),
    variant: checkout.variant,
  })
  return { ...now, orders: [...now.orders, order] }
}

const numberAfter = (last: Order | undefined): string =>
  `LK-${last ? Number(last.number.slice(3)) + 1 : 1001}`

export const newOrderId = (): string => randomUUID()
export const isOrderId = (id: string | null): id is string =>
  id !== null && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)

const offerContribution = async (
  parts: OrdersParts,
  order: Order,
): Promise<Pick<Order, 'session' | 'sessionProblem'>> => {
  const endsAt = performance.now() + parts.sessionBudgetMs
  const organisationId = await parts.enrolment.organisationId(parts.sessionBudgetMs)
  const timeoutMs = endsAt - performance.now()
  if (organisationId === undefined || timeoutMs <= 0) return { sessionProblem: 'NOT_ENROLLED' }
  try {
    const { sessionId, clientSecret, quoteId, expiresAt } = await parts.client.postPurchaseSessions.create(
      sessionRequest(order, organisationId),
      { idempotencyKey: `order-${order.id}`, timeoutMs },
    )
    return { session: { sessionId, clientSecret, quoteId, expiresAt } }
  } catch (error) {
    if (!(error instanceof EkkoError)) throw error
    if (error.status === 404) parts.enrolment.forget()
    parts.log(`Order ${order.number} goes on without a contribution: ${error.message}`)
    return { sessionProblem: error.code }
  }
}
