/**
 * The form “what if” and its answer beside this purchase. Pure; a plain GET form, so an answer has an address and needs no
 * script. Law: what is hypothetical says so wherever its figure stands.
 */
import type { FactorSet } from '@ekko/footprint/factor-set'
import type { CarbonEstimate, NatureEstimate } from '@ekko/footprint/footprint'
import type { EstimateInput, Provenance } from '@ekko/footprint/provenance'
import { type Html, html } from '../kernel/html.ts'
import { rangeOf } from '../quotes/estimator.ts'
import { renderRangeChart } from './chart.ts'
import { dayInWords, figures, money, tidied, twoFigures } from './method-format.ts'
import type { WhyView } from './why-page.ts'
import type { Answer } from './why-what-if.ts'
import { formatFootprint } from './words-format.ts'

export function whatIfSection(view: WhyView, set: FactorSet, answer: Answer | undefined): Html {
  const { input } = view.provenance
  const when = input.date === null ? '' : ` on ${dayInWords(input.date)}`
  return html`<section class="what-if" id="what-if" aria-labelledby="what-if-title">
    <h2 id="what-if-title">What if?</h2>
    <p>Ask what the same ${money(input.amount, input.currency)}${when} would be estimated at in another country, or in another kind
      of shop. ${input.items && 'Items of the order with a category of their own stay what they are. '}The answer is
      hypothetical, and is kept nowhere.</p>
    ${answer?.outcome === 'refused' && problem(answer.message)}
    ${renderForm(view, set, answer?.outcome === 'refused')}
    ${answer?.outcome === 'not_applicable' && html`<p class="example"><strong>Hypothetical.</strong> ${answer.message}</p>`}
    ${answer?.outcome === 'estimated' && renderAnswer(view, set, answer.estimate)}
  </section>`
}

function problem(message: string): Html {
  return html`<div class="problem" role="alert"><p class="label">There is a problem</p> <p class="problem-text" id="what-if-problem">${message}</p></div>`
}

function renderForm({ whyUrl, question, provenance }: WhyView, set: FactorSet, isInvalid: boolean): Html {
  const { country, kind } = question ?? { country: provenance.input.country, kind: provenance.input.mcc }
  const invalid = (unknown: boolean) =>
    isInvalid && unknown && html` aria-invalid="true" aria-describedby="what-if-problem"`
  return html`<form method="get" action="${whyUrl}#what-if">
    <div class="field"><label for="what-if-kind">Kind of shop</label>
      <select id="what-if-kind" name="kind"${invalid(!set.mccs.has(kind))}>${options(kindsOf(set, provenance.input), kind)}</select></div>
    <div class="field"><label for="what-if-country">Country</label>
      <select id="what-if-country" name="country"${invalid(!set.countries.has(country))}>${options(countriesOf(set), country)}</select></div>
    <button class="button" type="submit">Estimate again</button>
  </form>`
}

type Option = readonly [value: string, label: string]

/** What was asked for and is not in the list leaves nothing chosen but the first, which is empty. */
function options(all: readonly Option[], chosen: string): Html[] {
  const isKnown = all.some(([value]) => value === chosen)
  const found = all.map(([value, label]) =>
    value === chosen
      ? html`<option value="${value}" selected>${label}</option>`
      : html`<option value="${value}">${label}</option>`,
  )
  return isKnown ? found : [html`<option value="" selected>As in this purchase</option>`, ...found]
}

function countriesOf({ countries }: FactorSet): Option[] {
  const all = [...countries.values()].map(({ iso3, name }): Option => [iso3, name])
  return all.sort(byLabel)
}

/** Codes from 3000 to 3999 are single airlines, hotels and car hirers, which the codes for all of their kind stand for. */
const isBrand = /^3\d{3}$/

function kindsOf({ mccs }: FactorSet, { mcc }: EstimateInput): Option[] {
  const all = [...mccs.values()]
    .map((one) => one.row)
    .filter((row) => row.mcc === mcc || !isBrand.test(row.mcc))
  return all.map((row): Option => [row.mcc, `${tidied(row.description)} (${row.mcc})`]).sort(byLabel)
}

const alphabet = new Intl.Collator('en-GB')

function byLabel([, one]: Option, [, other]: Option): number {
  return alphabet.compare(one, other)
}

interface Side {
  readonly provenance: Provenance
  readonly central: number
  readonly low: number
  readonly high: number
}

function renderAnswer(
  { record, provenance }: WhyView,
  set: FactorSet,
  found: CarbonEstimate | NatureEstimate,
): Html {
  const here: Side = { ...rangeOf(record.footprint), provenance }
  const there: Side =
    found.kind === 'carbon'
      ? { provenance: found.provenance, central: found.co2eGrams, low: found.lowGrams, high: found.highGrams }
      : { provenance: found.provenance, central: found.msaM2, low: found.lowM2, high: found.highM2 }
  const times = here.central > 0 ? there.central / here.central : 1
  return html`<div class="answer">
    <p><strong>Hypothetical:</strong> ${verdict(times)} Where the two ranges overlap, the difference may be smaller than it looks,
      or none.</p>
    ${renderTable(record.impactType, [here, there], set)}
    ${renderChart(record.impactType, here, there)}
  </div>`
}

function verdict(times: number): string {
  if (Math.abs(times - 1) < 0.005) return 'the estimate would be the same.'
  return `the estimate would be ${figures(times, 2)} times that of this purchase.`
}

function renderTable(
  impactType: WhyView['record']['impactType'],
  sides: readonly Side[],
  set: FactorSet,
): Html {
  const cells = (text: (side: Side) => string | Html) => sides.map((side) => html`<td>${text(side)}</td>`)
  const amounts = (side: Side) => formatFootprint({ ...side, equivalents: [] }, impactType, 'en-GB')
  const first = ({ provenance }: Side) => provenance.parts[0]!
  return html`<table class="figures compare">
    <caption class="hidden">This purchase and the hypothetical one</caption>
    <thead><tr><td></td><th scope="col">This purchase</th><th scope="col">Hypothetical</th></tr></thead>
    <tbody>
      <tr><th scope="row">Kind of shop</th>${cells(({ provenance }) => `${tidied(provenance.mccRow.description)} (${provenance.mccRow.mcc})`)}</tr>
      <tr><th scope="row">Country</th>${cells(({ provenance: { input } }) => set.countries.get(input.country)?.name ?? input.country)}</tr>
      <tr><th scope="row">Basket</th>${cells(({ provenance }) => html`<code>${provenance.parts.map(({ basketRow }) => basketRow.basket).join(', ')}</code>`)}</tr>
      <tr><th scope="row">kg CO₂e per dollar</th>${cells(({ provenance }) => figures(averageFactor(provenance), 3))}</tr>
      <tr><th scope="row">Tier</th>${cells((side) => `${first(side).interval.confidence}, ${first(side).interval.countryTier}`)}</tr>
      <tr class="sum"><th scope="row">Estimate</th>${cells((side) => `about ${amounts(side).central}`)}</tr>
      <tr><th scope="row">Range</th>${cells((side) => `likely ${amounts(side).low} to ${amounts(side).high}`)}</tr>
    </tbody>
  </table>`
}

function averageFactor({ parts }: Provenance): number {
  return parts.reduce((sum, { share, emissionFactor }) => sum + share * emissionFactor.total, 0)
}

function renderChart(impactType: WhyView['record']['impactType'], here: Side, there: Side): Html {
  const size = impactType === 'carbon' ? 1000 : 1
  const row = (label: string, { central, low, high }: Side, hollow: boolean) => ({
    label,
    central: central / size,
    low: low / size,
    high: high / size,
    hollow,
  })
  const rows = [row('This purchase', here, false), row('Hypothetical', there, true)] as const
  const sentence = ({ label, central, low, high }: (typeof rows)[number]) =>
    `${label}: ${twoFigures(central)}, from ${twoFigures(low)} to ${twoFigures(high)}.`
  return renderRangeChart({
    id: 'what-if-chart',
    title: 'Side by side',
    unit: impactType === 'carbon' ? 'kg CO₂e' : 'm² of intact nature lost for a year',
    description: rows.map(sentence).join(' '),
    rowHeading: 'Purchase',
    rows,
    format: twoFigures,
  })
}
