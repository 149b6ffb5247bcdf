/** The last step: how far from the figure the truth may be, and why so far. Pure. */
import type { EstimatePart, Provenance } from '@ekko/footprint/provenance'
import { type Html, html } from '../kernel/html.ts'
import { rangeOf } from '../quotes/estimator.ts'
import type { Reader } from './method-format.ts'
import { observedCoverage } from './method-uncertainty.ts'
import type { Step } from './why-factors.ts'
import type { QuoteRecord } from './why-record.ts'

export function rangeStep(
  { parts }: Provenance,
  { footprint, impactType }: QuoteRecord,
  reader: Reader,
): Step {
  const { low, high } = rangeOf(footprint)
  const { confidence, countryTier } = parts[0]!.interval
  const isCarbon = impactType === 'carbon'
  const { words, amount, figures } = reader
  const { why, tiers } = words
  const ends = isCarbon
    ? { low: amount(low), high: `${amount(high)} g` }
    : { low: figures(low, 3), high: `${figures(high, 3)} m²` }
  return {
    title: why.rangeTitle(ends),
    body: html`${parts.length > 1 && html`<p>${why.rangesAdded}</p>`}
      ${isCarbon ? carbonTable(parts, reader) : natureTable(parts, reader)}
      <p>${why.rangeTiers({
        tier: confidence,
        confidence: tiers.confidence({ tier: confidence }),
        country: tiers.country({ tier: countryTier }),
        coverage: observedCoverage,
      })}</p>`,
  }
}

function carbonTable(parts: readonly EstimatePart[], { words: { why, chart }, exact }: Reader): Html {
  return html`<table class="figures">
    <caption class="hidden">${why.multipliers}</caption>
    <thead><tr><th scope="col">${why.basket}</th><th scope="col">${why.tier}</th><th scope="col">${chart.low}</th><th scope="col">${chart.high}</th></tr></thead>
    <tbody>${parts.map(
      ({ basketRow, interval }) =>
        html`<tr><th scope="row"><code>${basketRow.basket}</code></th><td>${interval.confidence}</td><td>× ${exact(interval.carbonLow)}</td><td>× ${exact(interval.carbonHigh)}</td></tr>`,
    )}</tbody>
  </table>`
}

function natureTable(parts: readonly EstimatePart[], { words: { why, chart }, exact }: Reader): Html {
  const rows = parts.flatMap(({ basketRow, interval: i }) =>
    [
      ['climate', i.climateStressLow, i.climateStressHigh] as const,
      ['land', i.landUseLow, i.landUseHigh] as const,
      ['pollution', i.pollutionLow, i.pollutionHigh] as const,
      ['water', i.waterUseLow, i.waterUseHigh] as const,
    ].map(([pressure, low, high]) => ({
      label: [why.pressureNames({ pressure }), parts.length > 1 && basketRow.basket]
        .filter(Boolean)
        .join(', '),
      low,
      high,
    })),
  )
  return html`<table class="figures">
    <caption class="hidden">${why.multipliersOfPressures}</caption>
    <thead><tr><th scope="col">${why.pressure}</th><th scope="col">${chart.low}</th><th scope="col">${chart.high}</th></tr></thead>
    <tbody>${rows.map(
      ({ label, low, high }) =>
        html`<tr><th scope="row">${label}</th><td>× ${exact(low)}</td><td>× ${exact(high)}</td></tr>`,
    )}</tbody>
  </table>`
}
