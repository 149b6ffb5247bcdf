// How wide an estimate is: multipliers for each confidence of the category and each tier of the country.

import { number } from './csv.ts'
import type { ConfidenceTier, CountryTier, IntervalLine } from './factor-set-file.ts'
import { CONFIDENCE_TIERS, COUNTRY_TIERS } from './factor-set-file.ts'
import type { SourceTables } from './source-tables.ts'
import { findRow, round } from './source-tables.ts'

const Z_90_PER_CENT = 1.645

/** Carbon multipliers as published; for nature each driver's own spread is combined with them on the log scale. */
export function buildIntervals(tables: SourceTables): IntervalLine[] {
  const gsd = (component: string) => number(findRow(tables, 'uncertainty.csv', 'component', component), 'gsd')
  const spread = (components: string[]) => {
    const variance = components.reduce((sum, component) => sum + Math.log(gsd(component)) ** 2, 0)
    return Math.exp(Z_90_PER_CENT * Math.sqrt(variance))
  }
  const lineOf = (confidence: ConfidenceTier, tier: CountryTier): IntervalLine => {
    const carbon = ['base', `mcc_tier_${confidence}`, `country_${tier}`, 'price']
    const published = tables['uncertainty_intervals.csv'].find(
      (row) => row.confidence === confidence && row.country_tier === tier,
    )
    if (!published) throw new Error(`uncertainty_intervals.csv has no row ${confidence} ${tier}`)
    const [low, high] = [number(published, 'low_multiplier'), number(published, 'high_multiplier')]
    if (round(spread(carbon), 3) !== high || round(1 / spread(carbon), 3) !== low)
      throw new Error(`uncertainty_intervals.csv ${confidence} ${tier}: does not follow from uncertainty.csv`)
    const drivers = ['climate', 'land', 'pollution', 'water'].flatMap((driver) => {
      const factor = spread([...carbon, `nature_${driver}`])
      return [round(1 / factor, 4), round(factor, 4)]
    })
    return [confidence, tier, low, high, ...drivers]
  }
  return CONFIDENCE_TIERS.flatMap((confidence) => COUNTRY_TIERS.map((tier) => lineOf(confidence, tier)))
}
