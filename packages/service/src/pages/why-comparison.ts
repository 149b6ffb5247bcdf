/**
 * The form “what if” and its answer beside this purchase. Pure; a plain GET form, so an answer has an address and needs no
 * script. Law: what is hypothetical says so wherever its figure stands.
 */
import type { Country, FactorSet } from '@ekko/footprint/factor-set'
import type { CarbonEstimate, NatureEstimate } from '@ekko/footprint/footprint'
import type { EstimateInput, Provenance } from '@ekko/footprint/provenance'
import { type Html, html } from '../kernel/html.ts'
import { rangeOf } from '../quotes/estimator.ts'
import { renderRangeChart } from './chart.ts'
import { alphaTwoOf, countryName } from './country-name.ts'
import { type Reader, tidied } from './method-format.ts'
import type { Place } from './why-factors.ts'
import type { WhyView } from './why-page.ts'
import type { Answer } from './why-what-if.ts'
import type { Words } from './words.ts'
import { formatFootprint } from './words-format.ts'

export function whatIfSection(view: WhyView, set: FactorSet, answer: Answer | undefined, place: Place): Html {
  const { input } = view.provenance
  const { words, money, day } = place.reader
  const { why } = words
  const given = { money: money(input.amount, input.currency) }
  const lead =
    input.date === null ? why.whatIfLead(given) : why.whatIfLeadOn({ ...given, day: day(input.date) })
  return html`<section class="what-if" id="what-if" aria-labelledby="what-if-title">
    <h2 id="what-if-title">${why.whatIf}</h2>
    <p>${lead} ${input.items && why.whatIfItems}</p>
    ${answer?.outcome === 'refused' && problem(answer.message, words)}
    ${renderForm(view, set, answer?.outcome === 'refused', place.reader)}
    ${answer?.outcome === 'not_applicable' && html`<p class="example"><strong>${why.hypothetical}:</strong> ${answer.message}</p>`}
    ${answer?.outcome === 'estimated' && renderAnswer(view, set, answer.estimate, place)}
  </section>`
}

function problem(message: string, words: Words): Html {
  return html`<div class="problem" role="alert"><p class="label">${words.problemHeading}</p> <p class="problem-text" id="what-if-problem">${message}</p></div>`
}

function renderForm(
  { whyUrl, question, provenance }: WhyView,
  set: FactorSet,
  isInvalid: boolean,
  reader: Reader,
): Html {
  const { why } = reader.words
  const { country, kind } = question ?? { country: provenance.input.country, kind: provenance.input.mcc }
  const invalid = (unknown: boolean) =>
    isInvalid && unknown && html` aria-invalid="true" aria-describedby="what-if-problem"`
  return html`<form method="get" action="${whyUrl}#what-if">
    <div class="field"><label for="what-if-kind">${why.kindOfShop}</label>
      <select id="what-if-kind" name="kind"${invalid(!set.mccs.has(kind))}>${options(kindsOf(set, provenance.input, reader), kind, why.asHere)}</select></div>
    <div class="field"><label for="what-if-country">${why.country}</label>
      <select id="what-if-country" name="country"${invalid(!set.countries.has(country))}>${options(countriesOf(set, reader), country, why.asHere)}</select></div>
    <button class="button" type="submit">${why.estimateAgain}</button>
  </form>`
}

type Option = readonly [value: string, label: string]

/** What was asked for and is not in the list leaves nothing chosen but the first, which is empty. */
function options(all: readonly Option[], chosen: string, asHere: string): Html[] {
  const isKnown = all.some(([value]) => value === chosen)
  const found = all.map(([value, label]) =>
    value === chosen
      ? html`<option value="${value}" selected>${label}</option>`
      : html`<option value="${value}">${label}</option>`,
  )
  return isKnown ? found : [html`<option value="" selected>${asHere}</option>`, ...found]
}

function countriesOf({ countries }: FactorSet, { words, compare }: Reader): Option[] {
  const named = ({ iso3, name }: Country): Option => [
    iso3,
    countryName(alphaTwoOf(iso3), words.locale) || name,
  ]
  return [...countries.values()].map(named).sort(([, one], [, other]) => compare(one, other))
}

/** Codes from 3000 to 3999 are single airlines, hotels and car hirers, which the codes for all of their kind stand for. */
const isBrand = /^3\d{3}$/

function kindsOf({ mccs }: FactorSet, { mcc }: EstimateInput, { compare }: Reader): Option[] {
  const all = [...mccs.values()]
    .map((one) => one.row)
    .filter((row) => row.mcc === mcc || !isBrand.test(row.mcc))
  return all
    .map((row): Option => [row.mcc, `${tidied(row.description)} (${row.mcc})`])
    .sort(([, one], [, other]) => compare(one, other))
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
  { reader }: Place,
): Html {
  const { why } = reader.words
  const here: Side = { ...rangeOf(record.footprint), provenance }
  const there: Side =
    found.kind === 'carbon'
      ? { provenance: found.provenance, central: found.co2eGrams, low: found.lowGrams, high: found.highGrams }
      : { provenance: found.provenance, central: found.msaM2, low: found.lowM2, high: found.highM2 }
  const times = here.central > 0 ? there.central / here.central : 1
  return html`<div class="answer">
    <p><strong>${why.hypothetical}:</strong> ${verdict(times, reader)} ${why.overlap}</p>
    ${renderTable(record.impactType, [here, there], set, reader)}
    ${renderChart(record.impactType, here, there, reader)}
  </div>`
}

function verdict(times: number, { words: { why }, figures }: Reader): string {
  if (Math.abs(times - 1) < 0.005) return why.sameEstimate
  return why.timesEstimate({ times: figures(times, 2) })
}

function renderTable(
  impactType: WhyView['record']['impactType'],
  sides: readonly Side[],
  set: FactorSet,
  { words, figures }: Reader,
): Html {
  const { why, chart } = words
  const cells = (text: (side: Side) => string | Html) => sides.map((side) => html`<td>${text(side)}</td>`)
  const amounts = (side: Side) => formatFootprint({ ...side, equivalents: [] }, impactType, words.locale)
  const first = ({ provenance }: Side) => provenance.parts[0]!
  return html`<table class="figures compare">
    <caption class="hidden">${why.compared}</caption>
    <thead><tr><td></td><th scope="col">${why.thisPurchase}</th><th scope="col">${why.hypothetical}</th></tr></thead>
    <tbody>
      <tr><th scope="row">${why.kindOfShop}</th>${cells(({ provenance }) => `${tidied(provenance.mccRow.description)} (${provenance.mccRow.mcc})`)}</tr>
      <tr><th scope="row">${why.country}</th>${cells(({ provenance: { input } }) => countryName(alphaTwoOf(input.country), words.locale) || (set.countries.get(input.country)?.name ?? input.country))}</tr>
      <tr><th scope="row">${why.basket}</th>${cells(({ provenance }) => html`<code>${provenance.parts.map(({ basketRow }) => basketRow.basket).join(', ')}</code>`)}</tr>
      <tr><th scope="row">${why.perDollar}</th>${cells(({ provenance }) => figures(averageFactor(provenance), 3))}</tr>
      <tr><th scope="row">${why.tier}</th>${cells((side) => `${first(side).interval.confidence}, ${words.tiers.countryShort({ tier: first(side).interval.countryTier })}`)}</tr>
      <tr class="sum"><th scope="row">${chart.estimate}</th>${cells((side) => words.about({ amount: amounts(side).central }))}</tr>
      <tr><th scope="row">${why.range}</th>${cells((side) => words.likely(amounts(side)))}</tr>
    </tbody>
  </table>`
}

function averageFactor({ parts }: Provenance): number {
  return parts.reduce((sum, { share, emissionFactor }) => sum + share * emissionFactor.total, 0)
}

function renderChart(
  impactType: WhyView['record']['impactType'],
  here: Side,
  there: Side,
  reader: Reader,
): Html {
  const { words, twoFigures } = reader
  const { why } = words
  const size = impactType === 'carbon' ? 1000 : 1
  const row = (label: string, { central, low, high }: Side, hollow: boolean) => ({
    label,
    central: central / size,
    low: low / size,
    high: high / size,
    hollow,
  })
  const rows = [row(why.thisPurchase, here, false), row(why.hypothetical, there, true)] as const
  const sentence = ({ label, central, low, high }: (typeof rows)[number]) =>
    words.chart.sentence({
      label,
      central: twoFigures(central),
      low: twoFigures(low),
      high: twoFigures(high),
    })
  return renderRangeChart({
    id: 'what-if-chart',
    title: why.sideBySide,
    unit: impactType === 'carbon' ? 'kg CO₂e' : why.natureUnit,
    description: rows.map(sentence).join(' '),
    rowHeading: why.purchase,
    rows,
    format: twoFigures,
    reader,
  })
}
