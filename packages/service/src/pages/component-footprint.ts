/**
 * The estimate, the same on the component and on the hosted page: the figure, its likely range in words and as a line,
 * two comparisons, the way to the method. Never a figure without its range.
 */
import { type Html, html } from '../kernel/html.ts'
import type { FootprintView, ImpactType } from './views.ts'
import type { Words } from './words.ts'
import { formatFootprint, formatQuantity, shownCount } from './words-format.ts'

interface Estimate {
  readonly footprint: FootprintView
  readonly impactType: ImpactType
  readonly methodUrl: string
}

/** `heading` is given by the caller, who knows its level in the page. */
export function renderFootprint(view: Estimate, words: Words, heading: Html): Html {
  const { footprint, impactType } = view
  const amounts = formatFootprint(footprint, impactType, words.locale)
  const meaning = impactType === 'nature' && words.figureMeaning
  return html`<div class="footprint" part="footprint">
    ${heading}
    <p class="figure" part="figure">${words.about({ amount: amounts.central })}</p>
    ${meaning && html`<p class="figure-meaning">${meaning}</p>`}
    <p class="range" part="range">${words.likely(amounts)}</p>
    ${renderRangeLine(footprint)}
    ${renderComparisons(view, words)}
    <p class="method"><a href="${view.methodUrl}" target="_blank" rel="noopener">${words.methodLink}<span class="hidden"> ${words.opensInNewTab}</span></a></p>
  </div>`
}

/** One sentence, for states in which the estimate is no longer the point. */
export function footprintSentence(view: Estimate, words: Words): string {
  const amounts = formatFootprint(view.footprint, view.impactType, words.locale)
  const given = {
    heading: words.footprintHeading(view),
    figure: words.about({ amount: amounts.central }),
    range: words.likely(amounts),
  }
  return view.impactType === 'nature'
    ? words.footprintSentenceWithMeaning({ ...given, meaning: words.figureMeaning })
    : words.footprintSentence(given)
}

/** A line from the lower to the upper bound with the central estimate on it, by ratio: the error is one of ratios. */
function renderRangeLine({ central, low, high }: FootprintView): Html {
  const position = low > 0 && high > low ? Math.log(central / low) / Math.log(high / low) : 0.5
  const percent = Math.round(Math.min(Math.max(position, 0.02), 0.98) * 100)
  return html`<svg class="range-line" width="100%" height="12" aria-hidden="true" focusable="false"><line class="range-track" x1="1%" x2="99%" y1="6" y2="6"></line><circle class="range-end" cx="1%" cy="6" r="2"></circle><circle class="range-end" cx="99%" cy="6" r="2"></circle><circle class="range-mark" cx="${percent}%" cy="6" r="4.5"></circle></svg>`
}

const comparisonsShown = 2

function renderComparisons({ footprint, impactType }: Estimate, words: Words): Html | false {
  const found = footprint.equivalents
    .slice(0, comparisonsShown)
    .map(({ id, value, unit }) => comparisonWords(id, value, unit, words))
  if (found.length === 0) return false
  const comparisons = found.reduce((one, other) => words.or({ one, other }))
  return html`<p class="equivalents">${words.equivalents({ impactType, comparisons })}</p>`
}

/** One familiar comparison; with its plain unit where it has no words yet. */
export function comparisonWords(id: string, value: number, unit: string, words: Words): string {
  const amount = formatQuantity(value, unit, words.locale)
  const { [id]: say }: Readonly<Partial<Record<string, Comparison>>> = words.comparisons
  return say ? say({ amount, count: shownCount(value) }) : amount
}

type Comparison = (given: { readonly amount: string; readonly count: number }) => string
