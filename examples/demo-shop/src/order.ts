/**
 * For: what an order is, and how it is told to ekko.
 * Not for: keeping it or sending anything; orders.ts does.
 * Law: an order is complete without a session. The session is an addition that may be missing.
 */
import type { NewPostPurchaseSession, SdkVariant } from '@ekko/node'
import { type CartLine, totalOf } from './cart.ts'
import { productOf } from './catalogue.ts'
import { type CurrencyCode, type Market, marketOf } from './market.ts'

export interface Order {
  readonly id: string
  /** For people: LK-1001. */
  readonly number: string
  readonly placedAt: string
  readonly marketId: string
  readonly currencyCode: CurrencyCode
  readonly lines: readonly OrderLine[]
  /** Minor units. */
  readonly totalMinor: number
  readonly variant: SdkVariant
  readonly session?: { sessionId: string; clientSecret: string; quoteId: string; expiresAt: string }
  /** Why there is no session: an error code. */
  readonly sessionProblem?: string
}

export interface OrderLine {
  readonly sku: string
  readonly name: string
  readonly quantity: number
  /** Minor units. */
  readonly unitMinor: number
}

export const orderFrom = (
  cart: readonly CartLine[],
  market: Market,
  facts: Pick<Order, 'id' | 'number' | 'placedAt' | 'variant'>,
): Order => ({
  ...facts,
  marketId: market.id,
  currencyCode: market.currencyCode,
  lines: cart.map(({ product, quantity }) => ({
    sku: product.sku,
    name: product.name,
    quantity,
    unitMinor: product.price[market.currencyCode],
  })),
  totalMinor: totalOf(cart, market.currencyCode),
})

export const sessionRequest = (order: Order, organisationId: string): NewPostPurchaseSession => {
  const market = marketOf(order.marketId)
  return {
    organisationId,
    sdkVariant: order.variant,
    locale: market?.locale ?? null,
    consumer: { reference: `shopper-${order.number}`, countryCode: market?.countryCode ?? 'GBR' },
    transaction: { amount: order.totalMinor / 100, currencyCode: order.currencyCode },
    orderItems: order.lines.map((line, index) => ({
      itemReference: `line-${index + 1}`,
      sku: line.sku,
      description: line.name,
      category: productOf(line.sku)?.category ?? null,
      quantity: line.quantity,
      unitPrice: { value: line.unitMinor / 100, currencyCode: order.currencyCode },
    })),
  }
}
