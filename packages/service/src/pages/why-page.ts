/**
 * The page “Why this number?” as a whole document: the figure, the steps to it, how to check them, and what would be
 * different elsewhere. Pure; works without a script. Never a figure without its range.
 */
import type { FactorSet } from '@ekko/footprint/factor-set'
import type { Provenance } from '@ekko/footprint/provenance'
import { recompute } from '@ekko/footprint/recompute'
import { type Html, html } from '../kernel/html.ts'
import { rangeOf } from '../quotes/estimator.ts'
import { renderPage } from './layout.ts'
import { money, named } from './method-format.ts'
import { renderFormula } from './method-formula.ts'
import { licenceLink } from './method-sources.ts'
import type { PageFrameView } from './views.ts'
import { whatIfSection } from './why-comparison.ts'
import { carbonSteps, type PlaceName, type Step } from './why-factors.ts'
import { basketStep, moneySteps } from './why-money.ts'
import { natureSteps } from './why-nature.ts'
import { rangeStep } from './why-range.ts'
import type { QuoteRecord } from './why-record.ts'
import { answerTo, type Question } from './why-what-if.ts'
import { wordsFor } from './words.ts'
import { formatFootprint } from './words-format.ts'

export interface WhyView {
  readonly frame: PageFrameView
  readonly record: QuoteRecord
  /** What the record is called when it is downloaded. */
  readonly fileName: string
  readonly provenance: Provenance
  /** The set that the quote was made with; undefined when this service does not have it. */
  readonly set: FactorSet | undefined
  readonly whyUrl: string
  readonly methodUrl: string
  readonly question: Question | undefined
}

export function renderWhyPage(view: WhyView): { readonly page: string; readonly status: number } {
  const { set, question, provenance } = view
  const answer = set && question && answerTo(set, provenance.input, question)
  const problem = answer?.outcome === 'refused'
  const title = 'Why this number?'
  const main = html`<article class="method-page">
    <h1>${title}</h1>
    ${headline(view)}
    <ol class="steps">${stepsOf(view).map(renderStep)}</ol>
    ${checkSection(view)}
    ${set && whatIfSection(view, set, answer)}
  </article>`
  const page = renderPage(view.frame, wordsFor(view.frame.locale), {
    title: problem ? `There is a problem: ${title}` : title,
    main,
  })
  return { page, status: problem ? 422 : 200 }
}

function headline({ record, provenance, methodUrl }: WhyView): Html {
  const { amount, currency } = provenance.input
  const { footprint, impactType } = record
  const words = wordsFor('en-GB')
  const shown = formatFootprint({ ...rangeOf(footprint), equivalents: [] }, impactType, words.locale)
  const meaning = words.figureMeaning(impactType)
  return html`<div class="footprint">
      <p class="label">${words.footprintHeading(impactType)}</p>
      <p class="figure">${words.about(shown.central)}</p>
      ${meaning && html`<p class="figure-meaning">${meaning}</p>`}
      <p class="range">${words.likely(shown.low, shown.high)}</p>
    </div>
    <p>This is how ${money(amount, currency)} became that figure, with every number that was used. It describes this kind of
      purchase, not the very things that were bought. The reasons, the sources and the known mistakes are on the page
      about <a href="${methodUrl}">the method</a>.</p>`
}

function stepsOf(view: WhyView): Step[] {
  const { provenance, set, record } = view
  const isNature = record.impactType === 'nature'
  const place = placeNames(set)
  return [
    ...moneySteps(provenance, place),
    basketStep(provenance, place, record.footprint.itemShare),
    ...carbonSteps(provenance, place),
    ...(isNature ? natureSteps(provenance, record.footprint, set?.climateMsaM2PerKg) : []),
    rangeStep(provenance, record),
  ]
}

/** A country as it stands after “in”; its code when the set is not to be had. */
function placeNames(set: FactorSet | undefined): PlaceName {
  return (iso3) => (iso3 === 'EMU' ? 'the euro area' : named(set?.countries.get(iso3)?.name ?? iso3))
}

function renderStep({ title, body }: Step): Html {
  return html`<li><h2>${title}</h2>${body}</li>`
}

function checkSection({ record, fileName, provenance, set, whyUrl }: WhyView): Html {
  const { id, version, sha256, licence } = provenance.factorSet
  const name = `${id} ${version}`
  return html`<section aria-labelledby="check">
    <h2 id="check">Check it yourself</h2>
    <p>${verdict(record, set, name)}</p>
    <dl class="facts">
      <div><dt>Factor set</dt><dd>${name}, ${licenceLink(licence)}</dd></div>
      <div><dt>SHA-256</dt><dd><code>${sha256}</code></dd></div>
      <div><dt>Quote</dt><dd><code>${record.quoteId}</code></dd></div>
    </dl>
    <p><a href="${whyUrl}.json" download="${fileName}">Download this quote</a> and derive it again on a computer of your own,
      without network:</p>
    ${renderFormula([`npx ekko footprint verify ${fileName}`])}
    <details class="numbers">
      <summary>Everything that was used, as JSON</summary>
      <pre class="formula">${JSON.stringify(provenance, null, 2)}</pre>
    </details>
  </section>`
}

function verdict(record: QuoteRecord, set: FactorSet | undefined, name: string): string {
  if (!set)
    return `This service does not have the factor set ${name} any more, so it cannot recompute the quote here.`
  const { outcome } = recompute(set, record)
  return outcome === 'same'
    ? 'The quote was recomputed for this page from its own record, and every number came out the same.'
    : 'The quote was recomputed for this page from its own record, and something did not come out the same. The command below lists it.'
}
