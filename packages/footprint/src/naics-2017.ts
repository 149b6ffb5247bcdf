// Which of our baskets stands for a NAICS 2017 industry, for order items that carry one.
// Derived from the source tables, never guessed: an industry that no single basket stands for is left out, so
// that the item falls back on the merchant's own category.

import type { CsvRecord } from './csv.ts'
import { number, text } from './csv.ts'
import type { CategoryLine } from './factor-set-file.ts'

interface Tables {
  'mcc_to_naics.csv': CsvRecord[]
  'basket_components.csv': CsvRecord[]
  'epa_supply_chain_ghg_v1.3.0_naics6_usd2022.csv': CsvRecord[]
}

/** A producing industry counts as a basket when at least this share of the basket's money goes to it. */
const MINIMUM_WEIGHT = 0.5

/** NAICS code to basket, sorted by code: the merchant categories' own codes first, then the producing industries. */
export function naicsBaskets(tables: Tables): CategoryLine[] {
  const baskets = new Map(producingIndustries(tables))
  for (const [naics, basket] of merchantIndustries(tables['mcc_to_naics.csv'])) {
    if (basket === null) baskets.delete(naics)
    else baskets.set(naics, basket)
  }
  return [...baskets].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** The codes given to merchant categories; null where categories with unlike baskets share one. */
function merchantIndustries(mccs: CsvRecord[]): Map<string, string | null> {
  const industries = new Map<string, string | null>()
  for (const row of mccs) {
    const [naics, basket] = [text(row, 'naics6'), text(row, 'basket')]
    if (naics === '' || basket === '') continue
    const known = industries.get(naics)
    industries.set(naics, known === undefined || known === basket ? basket : null)
  }
  return industries
}

// Trade is left out: the EPA factor of a wholesaler or retailer is per dollar of its margin, not of its sales.
function producingIndustries(tables: Tables): [string, string][] {
  const best = new Map<string, { basket: string; weight: number }>()
  for (const row of tables['basket_components.csv']) {
    const [code, weight] = [text(row, 'useeio_code'), number(row, 'weight')]
    if (weight < MINIMUM_WEIGHT || weight <= (best.get(code)?.weight ?? 0)) continue
    best.set(code, { basket: text(row, 'basket'), weight })
  }
  return tables['epa_supply_chain_ghg_v1.3.0_naics6_usd2022.csv'].flatMap((row): [string, string][] => {
    const naics = text(row, '2017 NAICS Code')
    const basket = best.get(text(row, 'Reference USEEIO Code'))?.basket
    return basket === undefined || /^4[245]/.test(naics) ? [] : [[naics, basket]]
  })
}
