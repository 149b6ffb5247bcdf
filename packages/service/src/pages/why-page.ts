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
import { type Reader, readerOf } from './method-format.ts'
import { renderFormula } from './method-formula.ts'
import { licenceLink } from './method-sources.ts'
import type { PageFrameView } from './views.ts'
import { whatIfSection } from './why-comparison.ts'
import { carbonSteps, type Place, type Step } from './why-factors.ts'
import { basketStep, moneySteps } from './why-money.ts'
import { natureSteps } from './why-nature.ts'
import { rangeStep } from './why-range.ts'
import type { QuoteRecord } from './why-record.ts'
import { answerTo, type Question } from './why-what-if.ts'
import { type Words, wordsFor } from './words.ts'
import { formatFootprint } from './words-format.ts'
import { rich } from './words-html.ts'

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
  const words = wordsFor(view.frame.locale)
  const answer = set && question && answerTo(set, provenance.input, question, words)
  const problem = answer?.outcome === 'refused'
  const { title } = words.why
  const place = placeIn(words, set)
  const main = html`<article class="method-page">
    <h1>${title}</h1>
    ${headline(view, place.reader)}
    <ol class="steps">${stepsOf(view, place).map(renderStep)}</ol>
    ${checkSection(view, words)}
    ${set && whatIfSection(view, set, answer, place)}
  </article>`
  const page = renderPage(view.frame, words, {
    title: problem ? words.problemTitle({ problem: words.problemHeading, title }) : title,
    main,
  })
  return { page, status: problem ? 422 : 200 }
}

function headline({ record, provenance, methodUrl }: WhyView, { words, money }: Reader): Html {
  const { amount, currency } = provenance.input
  const { footprint, impactType } = record
  const shown = formatFootprint({ ...rangeOf(footprint), equivalents: [] }, impactType, words.locale)
  const meaning = impactType === 'nature' && words.figureMeaning
  return html`<div class="footprint">
      <p class="label">${words.footprintHeading({ impactType })}</p>
      <p class="figure">${words.about({ amount: shown.central })}</p>
      ${meaning && html`<p class="figure-meaning">${meaning}</p>`}
      <p class="range">${words.likely(shown)}</p>
    </div>
    <p>${rich(words.why.intro, {
      money: money(amount, currency),
      page: html`<a href="${methodUrl}">${words.methodTitle}</a>`,
    })}</p>`
}

function stepsOf(view: WhyView, place: Place): Step[] {
  const { provenance, set, record } = view
  const isNature = record.impactType === 'nature'
  return [
    ...moneySteps(provenance, place),
    basketStep(provenance, place, record.footprint.itemShare),
    ...carbonSteps(provenance, place),
    ...(isNature ? natureSteps(provenance, record.footprint, set?.climateMsaM2PerKg, place.reader) : []),
    rangeStep(provenance, record, place.reader),
  ]
}

/** Where the set is not to be had, English has nothing but the code of a country. */
function placeIn(words: Words, set: FactorSet | undefined): Place {
  const reader = readerOf(words)
  return { reader, nameOf: (iso3) => reader.country(iso3, set) }
}

function renderStep({ title, body }: Step): Html {
  return html`<li><h2>${title}</h2>${body}</li>`
}

function checkSection({ record, fileName, provenance, set, whyUrl }: WhyView, { why }: Words): Html {
  const { id, version, sha256, licence } = provenance.factorSet
  const name = `${id} ${version}`
  return html`<section aria-labelledby="check">
    <h2 id="check">${why.check}</h2>
    <p>${verdict(record, set, name, why)}</p>
    <dl class="facts">
      <div><dt>${why.factorSet}</dt><dd>${name}, ${licenceLink(licence)}</dd></div>
      <div><dt>SHA-256</dt><dd><code>${sha256}</code></dd></div>
      <div><dt>${why.quote}</dt><dd><code>${record.quoteId}</code></dd></div>
    </dl>
    <p><a href="${whyUrl}.json" download="${fileName}">${why.download}</a></p>
    <p>${why.deriveAgain}</p>
    ${renderFormula([`npx ekko footprint verify ${fileName}`])}
    <details class="numbers">
      <summary>${why.everything}</summary>
      <pre class="formula" dir="ltr">${JSON.stringify(provenance, null, 2)}</pre>
    </details>
  </section>`
}

function verdict(record: QuoteRecord, set: FactorSet | undefined, name: string, why: Words['why']): string {
  if (!set) return why.notChecked({ name })
  const { outcome } = recompute(set, record)
  return outcome === 'same' ? why.checkedSame : why.checkedDifferent
}
