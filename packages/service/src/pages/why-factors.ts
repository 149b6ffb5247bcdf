/** The middle steps: the factor of the basket in this country, part by part, and the grams that come out. Pure. */
import type { EstimatePart, Provenance } from '@ekko/footprint/provenance'
import { type Html, html } from '../kernel/html.ts'
import type { Reader } from './method-format.ts'
import { renderFormula } from './method-formula.ts'
import { rich } from './words-html.ts'

export interface Step {
  readonly title: string
  readonly body: Html
}

/** Who reads, and what countries are called in that language, and the euro area. */
export interface Place {
  readonly reader: Reader
  readonly nameOf: (iso3: string) => string
}

export function carbonSteps(provenance: Provenance, place: Place): Step[] {
  return [factorStep(provenance, place), gramsStep(provenance, place.reader)]
}

export function gramsOf({ parts, baseYearUsd }: Provenance): number {
  return parts.reduce((sum, part) => sum + 1000 * baseYearUsd * part.share * part.emissionFactor.total, 0)
}

function factorStep({ parts, input }: Provenance, { reader, nameOf }: Place): Step {
  const [main] = parts
  const { why, tiers } = reader.words
  const tier = main!.interval.countryTier
  const tables = parts.map((part) => factorTable(part, reader))
  const given = { baskets: parts.length, place: nameOf(input.country), tier: tiers.country({ tier }) }
  return {
    title: why.factorTitle,
    body: html`<p>${why.factor(given)}</p>
      ${parts.length === 1 ? tables : html`${summaryTable(parts, reader)}<details class="numbers"><summary>${why.factorsOfEach}</summary>${tables}</details>`}
      ${tier !== 'home' && html`<p>${why.ratioMeaning}</p>`}`,
  }
}

/** Services and fuels have one part only; a row of nothing would say nothing. */
function factorTable(
  { basketRow: row, countryRatio: ratio, emissionFactor: factor }: EstimatePart,
  { words: { why }, exact, figures }: Reader,
): Html {
  const rows = [
    [why.madeAtHome, row.domesticKgPerUsd, ratio.value, factor.domestic],
    [why.imported, row.importedKgPerUsd, null, factor.imported],
    [why.trade, row.tradeMarginKgPerUsd, ratio.trade, factor.tradeMargin],
  ] as const
  const basket = html`<code>${row.basket}</code>`
  const caption = ratio.group
    ? rich(why.ratiosOfGroup, { basket, group: html`<code>${ratio.group}</code>` })
    : basket
  return html`<table class="figures">
    <caption>${caption}</caption>
    <thead><tr><th scope="col">${why.perDollar}</th><th scope="col">${why.usa}</th><th scope="col">${why.ratio}</th><th scope="col">${why.here}</th></tr></thead>
    <tbody>${rows
      .filter(([, usKg]) => usKg > 0)
      .map(
        ([label, usKg, by, kg]) =>
          html`<tr><th scope="row">${label}</th><td>${exact(usKg)}</td><td>${by === null ? '–' : `×\u00a0${exact(by)}`}</td><td>${figures(kg, 4)}</td></tr>`,
      )}
      <tr class="sum"><th scope="row">${why.together}</th><td>${exact(row.usKgPerUsd)}</td><td></td><td>${figures(factor.total, 4)}</td></tr></tbody>
  </table>`
}

function summaryTable(parts: readonly EstimatePart[], { words: { why }, figures }: Reader): Html {
  return html`<table class="figures">
    <caption class="hidden">${why.factorOfEach}</caption>
    <thead><tr><th scope="col">${why.basket}</th><th scope="col">${why.perDollar}</th></tr></thead>
    <tbody>${parts.map(
      ({ basketRow, emissionFactor }) =>
        html`<tr><th scope="row"><code>${basketRow.basket}</code></th><td>${figures(emissionFactor.total, 4)}</td></tr>`,
    )}</tbody>
  </table>`
}

function gramsStep(
  provenance: Provenance,
  { words: { why }, dollars, figures, amount, percent }: Reader,
): Step {
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
    [why.madeAtHome, of('domestic')],
    [why.imported, of('imported')],
    [why.trade, of('tradeMargin')],
  ] as const
  return {
    title: why.gramsTitle,
    body: html`${renderFormula(lines)}
      <table class="figures">
        <caption class="hidden">${why.partsOfEstimate}</caption>
        <thead><tr><th scope="col">${why.part}</th><th scope="col">${why.grams}</th><th scope="col">${why.share}</th></tr></thead>
        <tbody>${rows
          .filter(([, part]) => part > 0)
          .map(
            ([label, part]) =>
              html`<tr><th scope="row">${label}</th><td>${amount(part)}</td><td>${percent(part / grams, 2)}</td></tr>`,
          )}
          <tr class="sum"><th scope="row">${why.together}</th><td>${amount(grams)}</td><td>${percent(1, 3)}</td></tr></tbody>
      </table>
      <p class="fine">${why.rounding}</p>`,
  }
}
