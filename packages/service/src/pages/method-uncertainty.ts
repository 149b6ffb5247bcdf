/**
 * How the range around an estimate is made: its components with the reason for each, and the chart of what comes out.
 * Pure. The components are written here with their sources; `method.test.ts` proves that the factor set's ranges are
 * exactly what follows from them.
 */
import type { FactorSet } from '@ekko/footprint/factor-set'
import { CONFIDENCE_TIERS, type ConfidenceTier, type CountryTier } from '@ekko/footprint/factor-set-file'
import { type Html, html } from '../kernel/html.ts'
import { tierChart } from './method-charts.ts'
import { confidenceWords, exact, figures, listOf } from './method-format.ts'
import { renderFormula } from './method-formula.ts'

/** Standard normal quantile of the upper end of a central 90 % interval. */
export const ninetyPerCentZ = 1.645

/** Geometric standard deviations: about two thirds of the truth lies between the estimate divided and multiplied by it. */
export const spreads = {
  base: 1.36,
  category: { A: 1.3, B: 1.5, C: 1.8, D: 2.3 } satisfies Record<ConfidenceTier, number>,
  country: { home: 1, direct: 1.45, proxy: 1.7 } satisfies Record<CountryTier, number>,
  price: 1.1,
  nature: { climateStress: 1.4, landUse: 2.5, pollution: 2.5, waterUse: 3 },
} as const

/** How many of other published factors fall inside the 90 % range; with a perfect range it would be 90. */
export const observedCoverage = '84 to 88 %'

const rangeFormula = [
  'ln(spread)² = ln(base)² + ln(kind of shop)² + ln(country)² + ln(price)²',
  `low  = estimate ÷ spread^${exact(ninetyPerCentZ)}`,
  `high = estimate × spread^${exact(ninetyPerCentZ)}`,
]

export function uncertaintySection(set: FactorSet): Html {
  const { category, country, nature } = spreads
  return html`<section aria-labelledby="uncertainty">
    <h2 id="uncertainty">How sure it is</h2>
    <p>Every estimate has a lower and an upper end, meant as a 90 % range. It describes how far one kind of purchase may be
      from the figure, and it is wide, because an amount of money says little about what was bought with it. Four errors
      are put together as if each were independent of the others:</p>
    <dl class="terms">
      <div><dt>Age and model of the base factors: ${exact(spreads.base)}</dt>
        <dd>Measured. It is the scatter between versions 1.2 and 1.3 of the US EPA’s factors, brought to the same prices,
          over ${exact(1016)} industries.</dd></div>
      <div><dt>Kind of shop: ${listOf(CONFIDENCE_TIERS.map((tier) => `${tier} ${exact(category[tier])}`))}</dt>
        <dd>Judged, by what the merchant category says about the basket. ${CONFIDENCE_TIERS.map((tier) => `${tier}: ${confidenceWords[tier]}. `)}</dd></div>
      <div><dt>Country: ${exact(country.home)}, ${exact(country.direct)} or ${exact(country.proxy)}</dt>
        <dd>Judged. Nothing is scaled in the United States; ${exact(countOf(set, 'direct'))} countries have a model of their own,
          and ${exact(countOf(set, 'proxy'))} are given the factors of a region.</dd></div>
      <div><dt>Prices and exchange rates: ${exact(spreads.price)}</dt><dd>Judged.</dd></div>
    </dl>
    <p>Each number is a geometric standard deviation. Their logarithms are squared, added, and the root of the sum taken; the
      estimate is then divided and multiplied by that spread to the power of ${exact(ninetyPerCentZ)}.</p>
    ${renderFormula(rangeFormula)}
    <p><strong>The range is indicative.</strong> Held against other published factors, ${observedCoverage} of them fall inside it, not 90.
      So it is a little too narrow, and it rests on judgement for three of its four components. It says nothing
      about the biases below, which push many estimates the same way.</p>
    <p>For nature each driver has a further spread, judged too: climate ${exact(nature.climateStress)}, land
      ${exact(nature.landUse)}, pollution ${exact(nature.pollution)}, water ${exact(nature.waterUse)}. The ends of the four
      are added up, which is the widest way to combine them. Of one purchase of the best tier the carbon
      estimate may be off by a factor of ${figures(upperOf(set, carbonHighColumn), 2)}, its land use by ${figures(upperOf(set, landUseHighColumn), 2)}.</p>
    ${tierChart(set)}
  </section>`
}

export function countOf(set: FactorSet, tier: CountryTier): number {
  return [...set.countries.values()].filter((country) => country.tier === tier).length
}

const carbonHighColumn = 3
const landUseHighColumn = 7

/** From the first line of the table of intervals, which is the best tier at home. */
function upperOf({ file }: FactorSet, column: number): number {
  return Number(file.intervals[0]![column])
}
