/**
 * How the footprint is estimated, in a page of words for a critical reader: the formula, how sure it is, what is wrong with
 * it, whose data it is, and how to check it without us. Pure but for its route; made once for each language.
 * Law: a number comes from the loaded factor set, or stands beside the source that it was taken from.
 */
import type { FactorSet } from '@ekko/footprint/factor-set'
import { type CarbonEstimate, estimate } from '@ekko/footprint/footprint'
import type { FastifyInstance } from 'fastify'
import { type Html, html } from '../kernel/html.ts'
import type { Services } from '../services.ts'
import { preferredLocale, resolveLocale } from '../sessions/locale.ts'
import { renderPage } from './layout.ts'
import { biasesSection } from './method-biases.ts'
import { countryChart, shopChart } from './method-charts.ts'
import { type Reader, readerOf } from './method-format.ts'
import { renderFormula } from './method-formula.ts'
import { sourcesSection } from './method-sources.ts'
import { countOf, uncertaintySection } from './method-uncertainty.ts'
import { sendPage } from './page-answer.ts'
import type { PageFrameView } from './views.ts'
import { wordsFor } from './words.ts'
import { formatFootprint } from './words-format.ts'
import { rich } from './words-html.ts'

export function registerMethodPage(
  app: FastifyInstance,
  { context, factorSet }: Services,
  stylesheetPath: string,
): void {
  /** Bounded by the locales that there are. */
  const pages = new Map<string, string>()
  const frame = {
    environment: context.environment,
    appearance: null,
    stylesheetPath,
    merchantName: null,
    returnUrl: null,
  }
  app.get('/method', (request, reply) => {
    // A session’s link names its language; anybody else is asked through the browser.
    const wished = new URL(request.url, context.origin).searchParams.get('locale')
    const locale = wished ? resolveLocale(wished) : preferredLocale(request.headers['accept-language'])
    const page = pages.get(locale) ?? renderMethodPage(factorSet, { ...frame, locale })
    pages.set(locale, page)
    return sendPage(reply.header('vary', 'accept-language'), 200, page)
  })
}

export function renderMethodPage(set: FactorSet, frame: PageFrameView): string {
  const words = wordsFor(frame.locale)
  const reader = readerOf(words)
  const title = words.methodTitle
  const main = html`<article class="method-page">
    <h1>${title}</h1>
    <p class="lead">${words.method.lead}</p>
    ${contents(reader)}
    ${exampleSection(set, reader)}
    ${formulaSection(set, reader)}
    ${factorsSection(set, reader)}
    ${uncertaintySection(set, reader)}
    ${natureSection(set, reader)}
    ${notApplicableSection(set, reader)}
    ${biasesSection(set, reader)}
    ${sourcesSection(set, reader)}
    ${verifySection(set, reader)}
  </article>`
  return renderPage(frame, words, { title, main })
}

function contents({ words: { method } }: Reader): Html {
  const sections = [
    ['formula', method.formula],
    ['factors', method.factors],
    ['uncertainty', method.uncertainty],
    ['nature', method.nature],
    ['not-applicable', method.notApplicable],
    ['biases', method.biases],
    ['sources', method.sources],
    ['verify', method.verify],
  ] as const
  return html`<nav class="contents" aria-label="${method.onThisPage}"><ul>
  ${sections.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}
</ul></nav>`
}

/** The same purchase as in the tests of the footprint package and in docs/explanation/method.md. */
const example = { mcc: '5411', country: 'GBR', amount: 50, currency: 'GBP', date: '2024-06-30' } as const

/** Nothing when the set is an operator’s own and knows no British supermarkets. */
function exampleOf(set: FactorSet): CarbonEstimate | undefined {
  const result = estimate(set, { kind: 'carbon', ...example })
  return result.outcome === 'estimated' ? result : undefined
}

function exampleSection(set: FactorSet, { words, money }: Reader): Html | false {
  const result = exampleOf(set)
  if (!result) return false
  const { co2eGrams, lowGrams, highGrams } = result
  const view = { central: co2eGrams, low: lowGrams, high: highGrams, equivalents: [] }
  const { central, low, high } = formatFootprint(view, 'carbon', words.locale)
  const given = { money: money(example.amount, example.currency), central, low, high }
  return html`<p class="example">${words.method.example(given)}</p>`
}

function formulaSection(set: FactorSet, reader: Reader): Html {
  const { method } = reader.words
  const year = String(set.file.baseYear)
  const terms = [
    [method.priceIndex, method.priceIndexMeaning({ year })],
    [method.exchangeRate, method.exchangeRateMeaning({ year })],
    [method.parts, method.partsMeaning({ baskets: reader.exact(set.baskets.size) })],
    [method.ratios, method.ratiosMeaning({ groups: reader.exact(set.file.ratioGroups.length) })],
    [method.orderItems, method.orderItemsMeaning],
  ]
  return html`<section aria-labelledby="formula">
    <h2 id="formula">${method.formula}</h2>
    ${renderFormula([method.lineDollars, method.lineFactor, method.lineGrams])}
    <dl class="terms">${terms.map(([term, meaning]) => html`<div><dt>${term}</dt><dd>${meaning}</dd></div>`)}</dl>
    ${exampleInNumbers(set, reader)}
  </section>`
}

function exampleInNumbers(set: FactorSet, { words, figures, exact, amount }: Reader): Html | false {
  const { method } = words
  const result = exampleOf(set)
  if (!result) return false
  const { deflator, exchangeRate, baseYearUsd, parts } = result.provenance
  const { basketRow: row, countryRatio: ratio, emissionFactor: factor } = parts[0]!
  const usd = figures(baseYearUsd, 5)
  const kg = figures(factor.total, 4)
  const lines = [
    `${method.dollars} = ${exact(example.amount)} × 100 ÷ ${exact(deflator.index)} ÷ ${exact(exchangeRate.perUsd)} = ${usd}`,
    `${method.factor} = ${exact(row.domesticKgPerUsd)} × ${exact(ratio.value)} + ${exact(row.importedKgPerUsd)} + ${exact(row.tradeMarginKgPerUsd)} × ${exact(ratio.trade)} = ${kg}`,
    `${method.grams} = 1000 × ${usd} × ${kg} = ${amount(result.co2eGrams)}`,
  ]
  return html`<p>${method.exampleInNumbers}</p>
    ${renderFormula(lines)}
    <p class="fine">${method.writtenRounded}</p>`
}

function factorsSection(set: FactorSet, reader: Reader): Html {
  const { method } = reader.words
  return html`<section aria-labelledby="factors">
    <h2 id="factors">${method.factors}</h2>
    <p>${method.chartsLead}</p>
    ${shopChart(set, reader)}
    ${countryChart(set, reader)}
    <p>${method.rings({ count: reader.exact(countOf(set, 'proxy')) })}</p>
  </section>`
}

function natureSection(set: FactorSet, { words: { method }, exact }: Reader): Html {
  const climate = method.lineClimate({ factor: exact(set.climateMsaM2PerKg) })
  return html`<section aria-labelledby="nature">
    <h2 id="nature">${method.nature}</h2>
    <p>${method.natureLead}</p>
    ${renderFormula([climate, method.lineLand, method.linePollution, method.lineWater])}
    <p>${method.natureMeaning}</p>
  </section>`
}

function notApplicableSection(set: FactorSet, { words, exact }: Reader): Html {
  const { method } = words
  const left = [...set.mccs.values()].filter((mcc) => mcc.notApplicable !== null)
  const reasons = [...new Set(left.map((mcc) => mcc.notApplicable!))]
  const withCodes = reasons.map((reason) => {
    const codes = left.filter((mcc) => mcc.notApplicable === reason).map((mcc) => mcc.row.mcc)
    return html`<div><dt>${method.reason({ reason })}</dt><dd>${words.list(codes)}</dd></div>`
  })
  return html`<section aria-labelledby="not-applicable">
    <h2 id="not-applicable">${method.notApplicable}</h2>
    <p>${method.notApplicableLead({ left: exact(left.length), all: exact(set.mccs.size) })}</p>
    <dl class="facts">${withCodes}</dl>
    <p>${method.refunds}</p>
  </section>`
}

const estimateCommand = [
  `npx ekko footprint estimate --mcc ${example.mcc} --country ${example.country} \\`,
  `  --amount ${example.amount} --currency ${example.currency} --date ${example.date}`,
]

function verifySection({ identity }: FactorSet, { words: { method, why } }: Reader): Html {
  const name = html`<code>${identity.id} ${identity.version}</code>`
  return html`<section aria-labelledby="verify">
    <h2 id="verify">${method.verify}</h2>
    <p>${method.verifyLead({ why: why.title })}</p>
    ${renderFormula(['npx ekko footprint verify ekko-quote.json'])}
    <p>${method.verifyExample}</p>
    ${renderFormula(estimateCommand)}
    <p>${rich(method.verifySets, { name })}</p>
  </section>`
}
