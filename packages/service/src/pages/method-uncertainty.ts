/**
 * How the range around an estimate is made: its components with the reason for each, and the chart of what comes out.
 * Pure. The components are written here with their sources; `method.test.ts` proves that the factor set's ranges are
 * exactly what follows from them.
 */
import type { FactorSet } from '@ekko/footprint/factor-set'
import { CONFIDENCE_TIERS, type ConfidenceTier, type CountryTier } from '@ekko/footprint/factor-set-file'
import { type Html, html } from '../kernel/html.ts'
import { tierChart } from './method-charts.ts'
import type { Reader } from './method-format.ts'
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

/** That are in both versions of the EPA’s factors. */
const industriesCompared = 1016

/** How many of other published factors fall inside the 90 % range; with a perfect range it would be 90. */
export const observedCoverage = '84–88\u00a0%'

export function uncertaintySection(set: FactorSet, reader: Reader): Html {
  const { words, exact } = reader
  const { method, tiers } = words
  const { category, country } = spreads
  const power = exact(ninetyPerCentZ)
  const byTier = words.list(CONFIDENCE_TIERS.map((tier) => `${tier} ${exact(category[tier])}`))
  const meanings = CONFIDENCE_TIERS.map((tier) =>
    method.tierMeaning({ tier, meaning: tiers.confidence({ tier }) }),
  )
  const counts = { direct: exact(countOf(set, 'direct')), proxy: exact(countOf(set, 'proxy')) }
  const byCountry = { home: exact(country.home), direct: exact(country.direct), proxy: exact(country.proxy) }
  return html`<section aria-labelledby="uncertainty">
    <h2 id="uncertainty">${method.uncertainty}</h2>
    <p>${method.uncertaintyLead}</p>
    <dl class="terms">
      <div><dt>${method.spreadBase({ spread: exact(spreads.base) })}</dt><dd>${method.spreadBaseMeaning({ industries: exact(industriesCompared) })}</dd></div>
      <div><dt>${method.spreadShop({ spreads: byTier })}</dt><dd>${method.spreadShopMeaning} ${meanings.join(' ')}</dd></div>
      <div><dt>${method.spreadCountry(byCountry)}</dt><dd>${method.spreadCountryMeaning(counts)}</dd></div>
      <div><dt>${method.spreadPrice({ spread: exact(spreads.price) })}</dt><dd>${method.judged}</dd></div>
    </dl>
    <p>${method.spreadsMeaning({ power })}</p>
    ${renderFormula([method.lineSpread, method.lineLow({ power }), method.lineHigh({ power })])}
    <p><strong>${method.indicative}</strong> ${method.indicativeMeaning({ coverage: observedCoverage })}</p>
    <p>${natureSpreads(set, reader)}</p>
    ${tierChart(set, reader)}
  </section>`
}

function natureSpreads(set: FactorSet, { words: { method }, exact, figures }: Reader): string {
  const { climateStress, landUse, pollution, waterUse } = spreads.nature
  return method.natureSpreads({
    climate: exact(climateStress),
    land: exact(landUse),
    pollution: exact(pollution),
    water: exact(waterUse),
    carbonFactor: figures(upperOf(set, carbonHighColumn), 2),
    landFactor: figures(upperOf(set, landUseHighColumn), 2),
  })
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
