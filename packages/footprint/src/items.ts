// Order items sharpen an estimate: the part of the amount whose items carry a category that the factor set
// knows is counted with that category's basket, and the rest with the merchant's.

import type { Basket, FactorSet, Mcc } from './factor-set.ts'
import type { ConfidenceTier } from './factor-set-file.ts'
import type { Purchase, PurchaseItem, Refused } from './purchase.ts'
import { MAX_ITEMS, refuse, refuseAmount, shown } from './purchase.ts'

/** A share (0 to 1) of the purchase that is counted with one basket. */
export interface BasketShare {
  readonly basket: Basket
  readonly confidence: ConfidenceTier
  readonly share: number
}

export interface Apportionment {
  readonly outcome: 'apportioned'
  /** The merchant's own basket first when it has a share; the shares add up to 1. */
  readonly shares: readonly BasketShare[]
  /** Share of the amount whose items carried a category that could be mapped. */
  readonly itemShare: number
}

/**
 * Splits the amount over baskets. Items that add up to more than the amount (a discount) are scaled down to it;
 * what they leave uncovered (delivery, unmapped items) goes to the merchant's basket.
 */
export function apportion(
  set: FactorSet,
  purchase: Purchase,
  mcc: Mcc,
  own: Basket,
): Apportionment | Refused {
  const items: unknown = purchase.items
  if (!Array.isArray(items)) return refuse('invalid_items', items)
  if (items.length > MAX_ITEMS) return refuse('invalid_items', `${items.length} lines`)
  const spent = new Map<Basket, number>()
  let listed = 0
  let mapped = 0
  for (const item of items as readonly unknown[]) {
    if (!isItem(item)) return refuse('invalid_items', describe(item))
    listed += item.amount
    const basket = item.category === undefined ? undefined : basketOfCategory(set, item.category)
    if (!basket) continue
    mapped += item.amount
    if (basket !== own) spent.set(basket, (spent.get(basket) ?? 0) + item.amount)
  }
  const whole = Math.max(purchase.amount, listed)
  if (whole === 0) return { outcome: 'apportioned', shares: [share(own, mcc.confidence, 1)], itemShare: 0 }
  const others = [...spent]
    .filter(([, amount]) => amount > 0)
    .map(([basket, amount]) => share(basket, basket.confidence, amount / whole))
  // The merchant's share is what is left, so that items of its own basket change nothing, to the last bit.
  const rest = others.reduce((left, other) => left - other.share, 1)
  const tolerance = 1e-12
  const shares = rest > tolerance ? [share(own, mcc.confidence, rest), ...others] : others
  return { outcome: 'apportioned', shares, itemShare: Math.min(1, mapped / whole) }
}

function share(basket: Basket, confidence: ConfidenceTier, value: number): BasketShare {
  return { basket, confidence, share: value }
}

function describe(item: unknown): string {
  return typeof item === 'object' && item !== null
    ? `amount ${shown((item as PurchaseItem).amount)}`
    : shown(item)
}

function isItem(item: unknown): item is PurchaseItem {
  if (typeof item !== 'object' || item === null) return false
  const { amount, category } = item as PurchaseItem
  return refuseAmount(amount) === null && (category === undefined || typeof category === 'string')
}

/**
 * The basket that stands for a category, or undefined. A COICOP code takes its nearest listed parent
 * (`01.1.4.2` counts as `01.1.4`); the scheme may be named (`coicop:01.1.4`, `naics:311511`, `basket:dairy`).
 */
export function basketOfCategory(set: FactorSet, category: string): Basket | undefined {
  const [, scheme, code] = /^(?:(coicop|naics|basket):)?(.{1,40})$/.exec(category) ?? []
  if (code === undefined) return undefined
  if (scheme === 'basket' || (!scheme && set.baskets.has(code))) return set.baskets.get(code)
  if (scheme === 'naics' || (!scheme && /^\d{6}$/.test(code))) return set.naics2017.get(code)
  if (!/^\d{2}(\.\d{1,2})*$/.test(code)) return undefined
  for (let at = code; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const basket = set.coicop2018.get(at)
    if (basket) return basket
  }
  return undefined
}
