/** Pure: a project as its operator sees it, with every price, what is left of its stock and what it delivered. */
import type { ManagedProject } from '@ekko/contract/operator-resources'
import { toMajor } from '../kernel/money.ts'

const gramsPerTonne = 1_000_000

interface StoredAmount {
  readonly currency: string
  /** Digits. */
  readonly minor: string
}

/** Quantities in grams, as decimal text. */
export interface ManagedRow extends Omit<ManagedProject, 'location' | 'prices' | 'stockTonnes' | 'delivery'> {
  readonly country: string
  readonly region: string
  readonly state: string
  readonly deliveryYear: number | null
  readonly prices: readonly StoredAmount[]
  readonly stockGrams: string | null
  readonly retiredGrams: string
  readonly disbursed: readonly StoredAmount[]
}

export function showManaged(row: ManagedRow): ManagedProject {
  const { country, region, state, deliveryYear, prices, stockGrams, retiredGrams, disbursed, ...rest } = row
  const delivered = Number(retiredGrams) > 0 ? 'retired' : disbursed.length > 0 ? 'disbursed' : 'planned'
  return {
    ...rest,
    location: { countryCode: country, region, state },
    prices: prices.map(({ currency, minor }) => ({
      currencyCode: currency,
      unitPrice: toMajor(BigInt(minor), currency),
    })),
    // Contributions of one moment may sell a little more than there is.
    stockTonnes: stockGrams === null ? null : Math.max(0, Number(stockGrams)) / gramsPerTonne,
    delivery: {
      expectedYear: deliveryYear,
      state: delivered,
      retiredTonnes: Number(retiredGrams) / gramsPerTonne,
      disbursed: disbursed.map(({ currency, minor }) => ({
        currencyCode: currency,
        amount: toMajor(BigInt(minor), currency),
      })),
    },
  }
}
