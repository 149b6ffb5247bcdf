/**
 * For: what the shop pretends to sell.
 * Not for: pictures; illustrations.ts draws them.
 * Law: prices are whole minor units, fixed for each currency and never converted.
 */
import type { CurrencyCode } from './market.ts'

export interface Product {
  readonly sku: string
  readonly name: string
  readonly description: string
  /** COICOP 2018, so that the footprint can follow what was bought and not only where. */
  readonly category: string
  readonly price: Readonly<Record<CurrencyCode, number>>
}

const pots = 'coicop:05.4'
const tools = 'coicop:05.5'
const plants = 'coicop:09.3.1'

export const catalogue: readonly Product[] = [
  {
    sku: 'terracotta-pot',
    name: 'Terracotta pot',
    description: 'Hand-thrown, 18 cm, with a saucer that fits.',
    category: pots,
    price: { GBP: 1_400, EUR: 1_650, USD: 1_800 },
  },
  {
    sku: 'monstera',
    name: 'Monstera deliciosa',
    description: 'Young plant, 45 cm, in a nursery pot.',
    category: plants,
    price: { GBP: 2_600, EUR: 3_000, USD: 3_400 },
  },
  {
    sku: 'indigo-planter',
    name: 'Indigo planter',
    description: 'Stoneware, reactive glaze; no two alike.',
    category: pots,
    price: { GBP: 3_250, EUR: 3_750, USD: 4_100 },
  },
  {
    sku: 'snake-plant',
    name: 'Snake plant',
    description: 'Forgives dark corners and long holidays.',
    category: plants,
    price: { GBP: 1_950, EUR: 2_250, USD: 2_500 },
  },
  {
    sku: 'watering-can',
    name: 'Enamel watering can',
    description: '1.5 litres, a long spout, a slow pour.',
    category: tools,
    price: { GBP: 2_450, EUR: 2_850, USD: 3_150 },
  },
  {
    sku: 'string-of-pearls',
    name: 'String of pearls',
    description: 'Trailing, in a hanging pot with a cord.',
    category: plants,
    price: { GBP: 2_147, EUR: 2_449, USD: 2_749 },
  },
]

export const productOf = (sku: string | null): Product | undefined =>
  catalogue.find((product) => product.sku === sku)
