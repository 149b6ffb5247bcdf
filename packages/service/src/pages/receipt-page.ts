/**
 * The receipt as a page that prints as one sheet of A4: what was paid, where it went, what became of it, how to check it.
 * Pure; works without a script. What is signed comes from the receipt, what changes from the state of the money.
 */
import { type Html, html } from '../kernel/html.ts'
import { decimalToMinor, exponentOf } from '../kernel/money.ts'
import { type Receipt, type ReceiptProject, rangeOfEstimate } from '../receipts/receipt.ts'
import type { ReceiptFile } from '../receipts/receipts.ts'
import { footprintSentence } from './component-footprint.ts'
import { renderSplit } from './component-split.ts'
import { renderPage } from './layout.ts'
import { type MailFormView, renderMailForm, renderMailOutcome } from './receipt-mail-form.ts'
import { renderMoneyState } from './receipt-money.ts'
import { dayInWords, moneyIn, receiptWords } from './receipt-words.ts'
import type { PageFrameView, SplitView } from './views.ts'
import { type Words, wordsFor } from './words.ts'
import { formatGrams } from './words-format.ts'
import { rich } from './words-html.ts'

export interface ReceiptPageView {
  readonly stylesheetPath: string
  readonly file: ReceiptFile
  /** The page's own address. */
  readonly url: string
  readonly methodUrl: string
  /** Name of a country by ISO 3166-1 alpha-3; undefined when it is not known. */
  readonly countryName: (iso3: string) => string | undefined
  /** What the form to send it shows; null where nothing can be sent. */
  readonly mail: MailFormView | null
}

export function renderReceiptPage(view: ReceiptPageView): string {
  const { receipt, money } = view.file
  const words = receiptWords(receipt)
  const say = words.receipt
  const title = say.titleWithTotal({ title: say.title, total: moneyIn(receipt, receipt.total) })
  const isProblem = view.mail?.state === 'problem'
  const main = html`<article class="receipt">
    ${view.mail && renderMailOutcome(view.mail, words)}
    ${receipt.environment === 'sandbox' && html`<p class="receipt-test">${say.isTest}</p>`}
    <h1>${say.title}</h1>
    <p class="amount-paid">${moneyIn(receipt, receipt.total)}</p>
    <p class="lead">${say.lead({ merchant: receipt.merchant, day: dayInWords(receipt.paidAt, words) })}</p>
    ${renderNotice(view.file, words)}
    <dl class="receipt-facts">
      <div><dt>${say.paidTo}</dt><dd><bdi>${receipt.operator}</bdi></dd></div>
      <div><dt>${say.number}</dt><dd><code>${receipt.jti}</code></dd></div>
    </dl>
    ${renderPaid(receipt, words)}
    <section aria-labelledby="goes-to">
      <h2 id="goes-to" class="label">${say.goesTo}</h2>
      <ul class="receipt-projects">${receipt.projects.map((project) => renderProject(project, view, words))}</ul>
    </section>
    ${renderMoneyState(receipt, money, words)}
    ${renderEstimate(view, words)}
    ${renderCheck(view, words)}
    ${view.mail && renderMailForm(view.mail, words)}
  </article>`
  return renderPage(frameOf(view.stylesheetPath, receipt), words, {
    title: isProblem ? words.problemTitle({ problem: words.problemHeading, title }) : title,
    main,
  })
}

/** For an address that leads to no receipt, and for our own failures; says nothing of which it is that is wrong. */
export function renderNoReceipt(
  frame: Pick<PageFrameView, 'environment' | 'stylesheetPath' | 'locale'>,
  isFault: boolean,
): string {
  const words = wordsFor(frame.locale)
  const say = words.receipt
  const [title, body] = isFault ? [say.failed, say.failedBody] : [say.missing, say.missingBody]
  const main = html`<h1>${title}</h1><p class="lead">${body}</p>`
  const rest = { appearance: null, merchantName: null, returnUrl: null }
  return renderPage({ ...frame, ...rest }, words, { title, main })
}

function frameOf(stylesheetPath: string, { environment, locale }: Receipt): PageFrameView {
  return {
    stylesheetPath,
    environment,
    locale,
    appearance: null,
    merchantName: null,
    returnUrl: null,
  }
}

function renderNotice({ receipt, money }: ReceiptFile, words: Words): Html | false {
  const say = words.receipt
  const notices = [
    money.state === 'reversed' && say.allGivenBack,
    money.state !== 'reversed' &&
      money.reversals.length > 0 &&
      say.someGivenBack({ money: moneyIn(receipt, money.left) }),
    money.disputedAt !== null && say.disputed({ day: dayInWords(money.disputedAt, words) }),
  ].filter((notice) => notice !== false)
  return (
    notices.length > 0 &&
    html`<div class="receipt-notice">${notices.map((notice) => html`<p>${notice}</p>`)}</div>`
  )
}

function renderPaid(receipt: Receipt, words: Words): Html {
  const { currency, amounts, cardCost, projects } = receipt
  const minor = (decimal: string) => decimalToMinor(decimal, exponentOf(currency))!
  const split: SplitView = {
    impactMinor: minor(amounts.impact),
    impactTaxMinor: minor(amounts.impactTax),
    serviceFeeMinor: minor(amounts.serviceFee),
    serviceFeeTaxMinor: minor(amounts.serviceFeeTax),
  }
  const names = projects.map(({ name }) => name)
  return html`${renderSplit(minor(receipt.total), split, names, currency, words, 'paid')}
    ${cardCost !== null && html`<p class="fine">${words.cardCostPaid({ cost: moneyIn(receipt, cardCost) })}</p>`}`
}

function renderProject(project: ReceiptProject, view: ReceiptPageView, words: Words): Html {
  const { name, impactPartner, region, countryCode, standard, registry, grams, amounts, sample } = project
  const money = moneyIn(view.file.receipt, amounts.impact)
  const say = words.receipt
  const use =
    grams === null ? say.gift({ money }) : say.credits({ money, weight: formatGrams(grams, words.locale) })
  const place = [view.countryName(countryCode), region].filter(Boolean).join(', ')
  const facts = [place, words.runBy({ partner: impactPartner }), standard, registry]
    .filter(Boolean)
    .join(' · ')
  return html`<li>
    <p class="project-name"><bdi>${name}</bdi>${sample && html` <span class="tag">${words.sample}</span>`}</p>
    <p class="receipt-use">${use}</p>
    <p class="project-facts">${facts}</p>
  </li>`
}

function renderEstimate({ file, methodUrl }: ReceiptPageView, words: Words): Html | false {
  const { estimate } = file.receipt
  if (!estimate) return false
  const { id, version } = estimate.provenance.factorSet
  const say = words.receipt
  const footprint = { ...rangeOfEstimate(estimate), equivalents: [] }
  return html`<section aria-labelledby="estimate">
    <h2 id="estimate" class="label">${say.estimate}</h2>
    <p class="fine">${footprintSentence({ footprint, impactType: estimate.kind, methodUrl }, words)} ${words.doesNotChange}
      ${say.factorSet({ name: `${id} ${version}` })} <a href="${methodUrl}">${words.methodLink}</a></p>
  </section>`
}

/** On the command line as it is downloaded; the id is a UUID of ours, so the name holds nothing else. */
export function receiptFileName({ jti }: Pick<Receipt, 'jti'>, ending: 'json' | 'jws'): string {
  return `ekko-receipt-${jti}.${ending}`
}

const keysFileName = 'ekko-keys.json'

/** Where the public keys of an issuer are to be had. */
export function keysUrlOf(origin: string): string {
  return `${origin}/.well-known/${keysFileName}`
}

export const verifyCommand = (receipt: Receipt): string =>
  `npx ekko receipt verify ${receiptFileName(receipt, 'json')} --keys ${keysFileName}`

function renderCheck({ file, url }: ReceiptPageView, words: Words): Html {
  const say = words.receipt
  const { receipt, keys } = file
  const signedAt = new Date(receipt.iat * 1000).toISOString()
  return html`<section aria-labelledby="check">
    <h2 id="check" class="label">${say.check}</h2>
    <p class="fine">${rich(say.signedBy, { day: dayInWords(signedAt, words), key: html`<code>${keys[0]?.kid}</code>` })} ${say.checkLead}</p>
    <p class="receipt-command" dir="ltr"><code>${verifyCommand(receipt)}</code></p>
    <p class="fine receipt-files"><a href="${url}.json" download="${receiptFileName(receipt, 'json')}">${say.file}</a>
      <a href="${url}.jws" download="${receiptFileName(receipt, 'jws')}">${say.signature}</a> <a href="${keysUrlOf(receipt.iss)}" download="${keysFileName}">${say.keys}</a></p>
    <p class="fine receipt-online">${say.online} <span dir="ltr">${url}</span></p>
  </section>`
}
