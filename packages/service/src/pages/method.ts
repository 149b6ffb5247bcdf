/**
 * How the footprint is estimated, in a page of words for a critical reader: the formula, how sure it is, what is wrong with
 * it, whose data it is, and how to check it without us. Pure but for its route; made once, when the service starts.
 * Law: a number comes from the loaded factor set, or stands beside the source that it was taken from.
 */
import type { FactorSet } from '@ekko/footprint/factor-set'
import type { NotApplicableReason } from '@ekko/footprint/factor-set-file'
import { type CarbonEstimate, estimate } from '@ekko/footprint/footprint'
import type { FastifyInstance } from 'fastify'
import { type Html, html } from '../kernel/html.ts'
import type { Services } from '../services.ts'
import { renderPage } from './layout.ts'
import { biasesSection } from './method-biases.ts'
import { countryChart, shopChart } from './method-charts.ts'
import { amount, exact, figures, listOf } from './method-format.ts'
import { renderFormula } from './method-formula.ts'
import { sourcesSection } from './method-sources.ts'
import { countOf, uncertaintySection } from './method-uncertainty.ts'
import { sendPage } from './page-answer.ts'
import type { PageFrameView } from './views.ts'
import { wordsFor } from './words.ts'
import { formatFootprint } from './words-format.ts'

export function registerMethodPage(
  app: FastifyInstance,
  { context, factorSet }: Services,
  stylesheetPath: string,
): void {
  const page = renderMethodPage(factorSet, {
    environment: context.environment,
    locale: 'en-GB',
    appearance: null,
    stylesheetPath,
    merchantName: null,
    returnUrl: null,
  })
  app.get('/method', (_request, reply) => sendPage(reply, 200, page))
}

export function renderMethodPage(set: FactorSet, frame: PageFrameView): string {
  const title = 'How the footprint is estimated'
  const main = html`<article class="method-page">
    <h1>${title}</h1>
    <p class="lead">From what a card payment knows: the kind of shop, its country, the amount and the day. The estimate describes
      this kind of purchase, not the very things that were bought.</p>
    ${contents}
    ${exampleSection(set)}
    ${formulaSection(set)}
    ${factorsSection(set)}
    ${uncertaintySection(set)}
    ${natureSection(set)}
    ${notApplicableSection(set)}
    ${biasesSection(set)}
    ${sourcesSection(set)}
    ${verifySection(set)}
  </article>`
  return renderPage(frame, wordsFor('en-GB'), { title, main })
}

const contents = html`<nav class="contents" aria-label="On this page"><ul>
  ${[
    ['formula', 'The formula'],
    ['factors', 'How much the factors differ'],
    ['uncertainty', 'How sure it is'],
    ['nature', 'Nature'],
    ['not-applicable', 'What has no estimate'],
    ['biases', 'Known biases'],
    ['sources', 'Data and licences'],
    ['verify', 'Recompute it'],
  ].map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}
</ul></nav>`

/** The same purchase as in the tests of the footprint package and in docs/explanation/method.md. */
const example = { mcc: '5411', country: 'GBR', amount: 50, currency: 'GBP', date: '2024-06-30' } as const

/** Nothing when the set is an operator’s own and knows no British supermarkets. */
function exampleOf(set: FactorSet): CarbonEstimate | undefined {
  const result = estimate(set, { kind: 'carbon', ...example })
  return result.outcome === 'estimated' ? result : undefined
}

function exampleSection(set: FactorSet): Html | false {
  const result = exampleOf(set)
  if (!result) return false
  const { co2eGrams, lowGrams, highGrams } = result
  const view = { central: co2eGrams, low: lowGrams, high: highGrams, equivalents: [] }
  const { central, low, high } = formatFootprint(view, 'carbon', 'en-GB')
  return html`<p class="example">For example: £50 spent in a supermarket in the United Kingdom in June 2024 is estimated at about
    ${central}, likely ${low} to ${high}.</p>`
}

const carbonFormula = [
  'dollars = amount × 100 ÷ price index ÷ exchange rate',
  'factor  = made at home × ratio of the group',
  '        + imported',
  '        + trade × ratio of trade',
  'grams   = 1000 × dollars × factor',
]

function formulaSection(set: FactorSet): Html {
  const base = set.file.baseYear
  return html`<section aria-labelledby="formula">
    <h2 id="formula">The formula</h2>
    ${renderFormula(carbonFormula)}
    <dl class="terms">
      <div><dt>Price index</dt><dd>Consumer prices of the currency’s country in the year of the purchase, ${base} being 100. Factors are
        per dollar of ${base}, so newer money is made comparable first.</dd></div>
      <div><dt>Exchange rate</dt><dd>Units of the currency for a US dollar, mean of ${base}. For a currency that the factor set does not
        have, a dated rate is used, and US prices.</dd></div>
      <div><dt>Made at home, imported, trade</dt><dd>kg CO₂e for each dollar spent on a basket: in making what is made in the United States,
        in making what is imported, and in moving and selling both. Each kind of shop stands for one of
        ${exact(set.baskets.size)} baskets of goods or services. A shop’s basket is priced at the till: the factor of retail
        itself covers its margin only, and using that for a whole purchase is a common mistake.</dd></div>
      <div><dt>Ratios</dt><dd>How much more or less is emitted for a dollar’s worth in the country than in the United States, for one
        of ${exact(set.file.ratioGroups.length)} groups of goods. Imports are taken to come from the same places everywhere.</dd></div>
      <div><dt>Order items</dt><dd>Where an order’s items carry a category, their part of the amount is counted with the basket of that
        category, and the rest with the shop’s.</dd></div>
    </dl>
    ${exampleInNumbers(set)}
  </section>`
}

function exampleInNumbers(set: FactorSet): Html | false {
  const result = exampleOf(set)
  if (!result) return false
  const { deflator, exchangeRate, baseYearUsd, parts } = result.provenance
  const { basketRow: row, countryRatio: ratio, emissionFactor: factor } = parts[0]!
  const usd = figures(baseYearUsd, 5)
  const kg = figures(factor.total, 4)
  const lines = [
    `dollars = ${exact(example.amount)} × 100 ÷ ${exact(deflator.index)} ÷ ${exact(exchangeRate.perUsd)} = ${usd}`,
    `factor  = ${exact(row.domesticKgPerUsd)} × ${exact(ratio.value)}`,
    `        + ${exact(row.importedKgPerUsd)}`,
    `        + ${exact(row.tradeMarginKgPerUsd)} × ${exact(ratio.trade)} = ${kg}`,
    `grams   = 1000 × ${usd} × ${kg} = ${amount(result.co2eGrams)}`,
  ]
  return html`<p>With the numbers of the example:</p>
    ${renderFormula(lines)}
    <p class="fine">Written rounded, computed unrounded.</p>`
}

function factorsSection(set: FactorSet): Html {
  return html`<section aria-labelledby="factors">
    <h2 id="factors">How much the factors differ</h2>
    <p>A dot is the estimate and the line its range. The axis is logarithmic: equal steps are equal multiples.</p>
    ${shopChart(set)}
    ${countryChart(set)}
    <p>A ring marks a country that borrows the factors of its region. There are ${exact(countOf(set, 'proxy'))} of them.</p>
  </section>`
}

function natureSection(set: FactorSet): Html {
  const lines = [
    `climate   = ${exact(set.climateMsaM2PerKg)} × kg CO₂e`,
    'land      = dollars × factor ÷ factor in the USA × land per dollar',
    'pollution = dollars × factor ÷ factor in the USA × pollution per dollar',
    'water     = dollars × factor ÷ factor in the USA × water per dollar',
  ]
  return html`<section aria-labelledby="nature">
    <h2 id="nature">Nature</h2>
    <p>For nature the unit is the area of intact nature lost for a year, in square metres of mean species abundance (MSA). It
      adds up four pressures, and it is less certain than carbon by far.</p>
    ${renderFormula(lines)}
    <p>Land, pollution and water per dollar are those of the basket in the United States. Never read the sum as species
      lost: it is an area, weighted by how much less intact it is while it is used.</p>
  </section>`
}

const reasonWords: Readonly<Record<NotApplicableReason, string>> = {
  cash: 'cash and foreign currency',
  transfer: 'money transfers',
  stored_value: 'loading stored value',
  tax: 'taxes',
  fine: 'fines, bail and court costs',
  not_consumption: 'referrals and payments inside a company',
}

function notApplicableSection(set: FactorSet): Html {
  const left = [...set.mccs.values()].filter((mcc) => mcc.notApplicable !== null)
  const reasons = [...new Set(left.map((mcc) => mcc.notApplicable!))]
  const withCodes = reasons.map((reason) => {
    const codes = left.filter((mcc) => mcc.notApplicable === reason).map((mcc) => mcc.row.mcc)
    return html`<div><dt>${reasonWords[reason]}</dt><dd>${listOf(codes)}</dd></div>`
  })
  return html`<section aria-labelledby="not-applicable">
    <h2 id="not-applicable">What has no estimate</h2>
    <p>${exact(left.length)} of ${exact(set.mccs.size)} merchant categories buy nothing that could have a footprint of its own. They
      are answered as not applicable, which is not the same as zero.</p>
    <dl class="facts">${withCodes}</dl>
    <p>A refund is not a purchase and gets no estimate either. Amounts dated before a currency’s price index begins are refused.</p>
  </section>`
}

const estimateCommand = [
  `npx ekko footprint estimate --mcc ${example.mcc} --country ${example.country} \\`,
  `  --amount ${example.amount} --currency ${example.currency} --date ${example.date}`,
]

function verifySection({ identity }: FactorSet): Html {
  return html`<section aria-labelledby="verify">
    <h2 id="verify">Recompute it</h2>
    <p>Each quote keeps every number that went into it, and names its factor set with version and SHA-256. “Why this
      number?”, which the estimate links to, shows the steps and offers the quote as a file. This command derives all of it again,
      without network and without asking anybody, and lists whatever differs:</p>
    ${renderFormula(['npx ekko footprint verify ekko-quote.json'])}
    <p>And this one makes the estimate of the example:</p>
    ${renderFormula(estimateCommand)}
    <p>Published factor sets stay available beside newer ones, so an old quote can be recomputed for as long as it is kept.
      This service estimates with <code>${identity.id} ${identity.version}</code>.</p>
  </section>`
}
