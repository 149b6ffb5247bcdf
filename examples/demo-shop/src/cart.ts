/**
 * For: the cart, as it lies in the visitor's cookie: `monstera.1~terracotta-pot.3`.
 * Not for: prices; they are looked up when they are needed, so a cookie cannot change one.
 * Law: whatever the cookie says, a cart has products that exist, in quantities of 1 to 20.
 */
import { catalogue, type Product, productOf } from './catalogue.ts'
import type { CurrencyCode } from './market.ts'

export const cartCookie = 'loam_and_kiln_cart'
export const maxQuantity = 20

export interface CartLine {
  readonly product: Product
  readonly quantity: number
}

export const readCart = (cookie: string | undefined): CartLine[] => {
  const quantities = new Map<string, number>()
  for (const part of (cookie ?? '').slice(0, 1_000).split('~')) {
    const [sku = '', quantity = ''] = part.split('.')
    if (/^\d{1,3}$/.test(quantity)) quantities.set(sku, Number(quantity))
  }
  return catalogue.flatMap((product) => lineOf(product, quantities.get(product.sku) ?? 0))
}

export const writeCart = (cart: readonly CartLine[]): string =>
  cart.map(({ product, quantity }) => `${product.sku}.${quantity}`).join('~')

/** The cart with one product's quantity set; 0 takes it out. A product that is not sold changes nothing. */
export const withQuantity = (cart: readonly CartLine[], sku: string | null, quantity: number): CartLine[] => {
  const product = productOf(sku)
  if (!product || !Number.isInteger(quantity)) return [...cart]
  return catalogue.flatMap((each) => {
    const line = cart.find((one) => one.product === each)
    return each === product ? lineOf(each, quantity) : line ? [line] : []
  })
}

export const quantityOf = (cart: readonly CartLine[], sku: string | null): number =>
  cart.find((line) => line.product.sku === sku)?.quantity ?? 0

/** Minor units. */
export const totalOf = (cart: readonly CartLine[], currencyCode: CurrencyCode): number =>
  cart.reduce((sum, { product, quantity }) => sum + product.price[currencyCode] * quantity, 0)

export const countOf = (cart: readonly CartLine[]): number =>
  cart.reduce((sum, { quantity }) => sum + quantity, 0)

const lineOf = (product: Product, quantity: number): CartLine[] =>
  quantity < 1 ? [] : [{ product, quantity: Math.min(quantity, maxQuantity) }]
