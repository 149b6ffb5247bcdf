/** The middle steps: the factor of the basket in this country, part by part, and the grams that come out. Pure. */
import type { EstimatePart, Provenance } from '@ekko/footprint/provenance'
import { type Html, html } from '../kernel/html.ts'
import { amount, countryTierWords, dollars, exact, figures } from './method-format.ts'
import { renderFormula } from './method-formula.ts'

export interface Step {
  readonly title: string
  readonly body: Html
}

/** Name of a country, or of the euro area, as it stands after “in”. */
export type PlaceName = (iso3: string) => string

export function carbonSteps(provenance: Provenance, place: PlaceName): Step[] {
  return [factorStep(provenance, place), gramsStep(provenance)]
}

export function gramsOf({ parts, baseYearUsd }: Provenance): number {
  return parts.reduce((sum, part) => sum + 1000 * baseYearUsd * part.share * part.emissionFactor.total, 0)
}

function factorStep({ parts, input }: Provenance, place: PlaceName): Step {
  const [main] = parts
  const where = place(input.country)
  const tier = main!.interval.countryTier
  const isOne = parts.length === 1
  const tables = parts.map((part) => factorTable(part))
  return {
    title: 'Emissions for each dollar',
    body: html`<p>${isOne ? 'The basket has' : 'Each basket has'} a factor in kg CO₂e per dollar, made for the United States and
        scaled to ${where}: ${countryTierWords[tier]}.</p>
      ${isOne ? tables : html`${summaryTable(parts)}<details class="numbers"><summary>The factors of each basket</summary>${tables}</details>`}
      ${tier !== 'home' && html`<p>The ratio is how much more or less is emitted for a dollar’s worth there than in the United States. The imported part is taken to be the same everywhere.</p>`}`,
  }
}

/** Services and fuels have one part only; a row of nothing would say nothing. */
function factorTable({ basketRow: row, countryRatio: ratio, emissionFactor: factor }: EstimatePart): Html {
  const rows = [
    ['Made at home', row.domesticKgPerUsd, ratio.value, factor.domestic],
    ['Imported', row.importedKgPerUsd, null, factor.imported],
    ['Trade', row.tradeMarginKgPerUsd, ratio.trade, factor.tradeMargin],
  ] as const
  return html`<table class="figures">
    <caption>${ratio.group ? html`<code>${row.basket}</code>, ratios of the group <code>${ratio.group}</code>` : html`<code>${row.basket}</code>`}</caption>
    <thead><tr><th scope="col">kg CO₂e per dollar</th><th scope="col">USA</th><th scope="col">Ratio</th><th scope="col">Here</th></tr></thead>
    <tbody>${rows
      .filter(([, usKg]) => usKg > 0)
      .map(
        ([label, usKg, by, kg]) =>
          html`<tr><th scope="row">${label}</th><td>${exact(usKg)}</td><td>${by === null ? '–' : `×\u00a0${exact(by)}`}</td><td>${figures(kg, 4)}</td></tr>`,
      )}
      <tr class="sum"><th scope="row">Together</th><td>${exact(row.usKgPerUsd)}</td><td></td><td>${figures(factor.total, 4)}</td></tr></tbody>
  </table>`
}

function summaryTable(parts: readonly EstimatePart[]): Html {
  return html`<table class="figures">
    <caption class="hidden">Factor of each basket</caption>
    <thead><tr><th scope="col">Basket</th><th scope="col">kg CO₂e per dollar</th></tr></thead>
    <tbody>${parts.map(
      ({ basketRow, emissionFactor }) =>
        html`<tr><th scope="row"><code>${basketRow.basket}</code></th><td>${figures(emissionFactor.total, 4)}</td></tr>`,
    )}</tbody>
  </table>`
}

function gramsStep(provenance: Provenance): Step {
  const { parts, baseYearUsd } = provenance
  const grams = gramsOf(provenance)
  const lines = parts.map(
    ({ share, emissionFactor }) =>
      `${dollars(baseYearUsd * share)} × ${figures(emissionFactor.total, 4)} × 1000 = ${amount(1000 * baseYearUsd * share * emissionFactor.total)} g`,
  )
  const of = (part: 'domestic' | 'imported' | 'tradeMargin') =>
    parts.reduce(
      (sum, { share, emissionFactor }) => sum + 1000 * baseYearUsd * share * emissionFactor[part],
      0,
    )
  const rows = [
    ['Made at home', of('domestic')],
    ['Imported', of('imported')],
    ['Trade', of('tradeMargin')],
  ] as const
  return {
    title: 'Grams of CO₂e',
    body: html`${renderFormula(lines)}
      <table class="figures">
        <caption class="hidden">Parts of the estimate</caption>
        <thead><tr><th scope="col">Part</th><th scope="col">Grams CO₂e</th><th scope="col">Share</th></tr></thead>
        <tbody>${rows
          .filter(([, part]) => part > 0)
          .map(
            ([label, part]) =>
              html`<tr><th scope="row">${label}</th><td>${amount(part)}</td><td>${figures((part / grams) * 100, 2)} %</td></tr>`,
          )}
          <tr class="sum"><th scope="row">Together</th><td>${amount(grams)}</td><td>100 %</td></tr></tbody>
      </table>
      <p class="fine">Numbers are written rounded and computed unrounded. In the factor set each part is rounded by itself, so parts may miss their sum by a digit.</p>`,
  }
}
