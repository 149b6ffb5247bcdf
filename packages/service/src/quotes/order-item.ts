/**
 * Pure: what the lines of an order tell the estimate. Lines only ever decide what the money was spent on, never how
 * much it was: that is the transaction's amount. Law: no line can fail a session; one that says nothing that we can
 * use counts as the merchant's own category.
 *
 * A line costs quantity × unit price and weighs quantity × list price, or what it costs where it has no list price.
 * Together the lines stand for what they cost, at most the transaction's amount; that is shared out by weight. What
 * they leave of the amount (delivery, lines that cannot be read) is the merchant's. So a discount, on a line or on the
 * whole order, changes how much was spent and not on what: of 30 paid for a coat of 80 and a shirt of 20, the coat has
 * 24 and the shirt 6, whichever of the two was reduced.
 */
import type { NewPostPurchaseSession } from '@ekko/contract/session-resources'
import type { FactorSet } from '@ekko/footprint/factor-set'
import { basketOfCategory } from '@ekko/footprint/items'
import { MAX_AMOUNT, type PurchaseItem } from '@ekko/footprint/purchase'

export type OrderItem = NonNullable<NewPostPurchaseSession['orderItems']>[number]

/**
 * The order by category, in major units that add up to the transaction's amount at most; undefined when it has no
 * category that the factor set knows.
 */
export function itemsByCategory(
  factorSet: FactorSet,
  items: readonly OrderItem[] | null | undefined,
  transaction: { readonly currency: string; readonly amountMajor: number },
): PurchaseItem[] | undefined {
  const lines = (items ?? []).flatMap((item) => lineOf(item, transaction.currency) ?? [])
  const cost = lines.reduce((sum, line) => sum + line.cost, 0)
  const weight = lines.reduce((sum, line) => sum + line.weight, 0)
  if (weight === 0) return undefined
  const moneyPerWeight = Math.min(cost, transaction.amountMajor) / weight
  const amounts = new Map<string, number>()
  for (const line of lines) {
    if (line.category === null || !basketOfCategory(factorSet, line.category)) continue
    amounts.set(line.category, (amounts.get(line.category) ?? 0) + line.weight * moneyPerWeight)
  }
  const known = [...amounts].flatMap(([category, amount]) => (amount > 0 ? { category, amount } : []))
  return known.length === 0 ? undefined : known
}

interface Line {
  readonly category: string | null
  readonly cost: number
  readonly weight: number
}

/** Without a quantity there is one. Undefined when there is no price, or it is negative or in another currency. */
function lineOf(
  { category, quantity: given, unitPrice, listPrice }: OrderItem,
  currency: string,
): Line | undefined {
  const quantity = given ?? 1
  const cost = priceOf(unitPrice, quantity, currency)
  if (cost === undefined) return undefined
  // A list price below the price says nothing of a discount.
  const weight = Math.max(cost, priceOf(listPrice, quantity, currency) ?? 0)
  return { category: category ?? null, cost, weight }
}

function priceOf(price: OrderItem['unitPrice'], quantity: number, currency: string): number | undefined {
  if (!price || price.currencyCode !== currency || quantity < 0 || price.value < 0) return undefined
  const value = quantity * price.value
  return value <= MAX_AMOUNT ? value : undefined
}
