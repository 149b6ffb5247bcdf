/** The last step: how far from the figure the truth may be, and why so far. Pure. */
import type { EstimatePart, Provenance } from '@ekko/footprint/provenance'
import { type Html, html } from '../kernel/html.ts'
import { rangeOf } from '../quotes/estimator.ts'
import { amount, confidenceWords, countryTierWords, exact, figures } from './method-format.ts'
import { observedCoverage } from './method-uncertainty.ts'
import type { Step } from './why-factors.ts'
import type { QuoteRecord } from './why-record.ts'

export function rangeStep({ parts }: Provenance, { footprint, impactType }: QuoteRecord): Step {
  const { low, high } = rangeOf(footprint)
  const { confidence, countryTier } = parts[0]!.interval
  const isCarbon = impactType === 'carbon'
  const ends = isCarbon
    ? `${amount(low)} to ${amount(high)} g`
    : `${figures(low, 3)} to ${figures(high, 3)} m²`
  return {
    title: `The range: ${ends}`,
    body: html`${parts.length > 1 && html`<p>Each basket has its own multipliers; the ends of their ranges are added up.</p>`}
      ${isCarbon ? carbonTable(parts) : natureTable(parts)}
      <p>Tier ${confidence} for the kind of shop, ${confidenceWords[confidence]}, and ${countryTierWords[countryTier]}. A 90 % range is
        meant. It is indicative: held against other published factors, ${observedCoverage} of them fall inside.</p>`,
  }
}

function carbonTable(parts: readonly EstimatePart[]): Html {
  return html`<table class="figures">
    <caption class="hidden">What the estimate is multiplied by at either end</caption>
    <thead><tr><th scope="col">Basket</th><th scope="col">Tier</th><th scope="col">Low</th><th scope="col">High</th></tr></thead>
    <tbody>${parts.map(
      ({ basketRow, interval }) =>
        html`<tr><th scope="row"><code>${basketRow.basket}</code></th><td>${interval.confidence}</td><td>× ${exact(interval.carbonLow)}</td><td>× ${exact(interval.carbonHigh)}</td></tr>`,
    )}</tbody>
  </table>`
}

function natureTable(parts: readonly EstimatePart[]): Html {
  const rows = parts.flatMap(({ basketRow, interval: i }) =>
    [
      ['Climate', i.climateStressLow, i.climateStressHigh] as const,
      ['Land use', i.landUseLow, i.landUseHigh] as const,
      ['Pollution', i.pollutionLow, i.pollutionHigh] as const,
      ['Water use', i.waterUseLow, i.waterUseHigh] as const,
    ].map(([pressure, low, high]) => ({
      label: parts.length > 1 ? `${pressure}, ${basketRow.basket}` : pressure,
      low,
      high,
    })),
  )
  return html`<table class="figures">
    <caption class="hidden">What each pressure is multiplied by at either end</caption>
    <thead><tr><th scope="col">Pressure</th><th scope="col">Low</th><th scope="col">High</th></tr></thead>
    <tbody>${rows.map(
      ({ label, low, high }) =>
        html`<tr><th scope="row">${label}</th><td>× ${exact(low)}</td><td>× ${exact(high)}</td></tr>`,
    )}</tbody>
  </table>`
}
