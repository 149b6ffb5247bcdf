/**
 * The hosted payment page, one step at a time, as whole documents that work without any script.
 * Pure. It restates what the component said, because this page alone is ours: amount, projects, fee split, consent.
 */
import { type Html, html } from '../kernel/html.ts'
import { exponentOf, minorToDecimal } from '../kernel/money.ts'
import { footprintSentence, renderFootprint } from './component-footprint.ts'
import { renderAmounts, renderProjects, renderQueryFields, withoutQuery } from './component-offer.ts'
import { cardCostSentences, renderSplit } from './component-split.ts'
import { backWords, type PageContent, renderPage } from './layout.ts'
import { renderMailForm } from './receipt-mail-form.ts'
import type {
  ChooseView,
  ClosedView,
  ContinueView,
  FailedView,
  PaymentPageView,
  PendingView,
  ReviewView,
  ThankedView,
} from './views.ts'
import { type Words, wordsFor } from './words.ts'
import { formatMoney } from './words-format.ts'

export function renderPaymentPage(view: PaymentPageView): string {
  const words = wordsFor(view.locale)
  const content = renderStep(view, words)
  return renderPage(view, words, {
    ...content,
    title: words.documentTitle({ page: content.title, about: aboutPage(view.merchantName, words) }),
  })
}

function aboutPage(merchantName: string | null, words: Words): string {
  return merchantName ? words.pageTitle({ merchantName }) : words.pageTitlePlain
}

/**
 * What the consumer agrees to, word for word. The service stores it with its hash; the page shows the same string.
 * Depends on nothing but the view and the catalogue.
 */
export function consentText(
  view: Pick<ReviewView, 'locale' | 'currency' | 'amountMinor' | 'split' | 'projects' | 'merchantName'>,
): string {
  const words = wordsFor(view.locale)
  const money = (minor: bigint) => formatMoney(minor, view.currency, words.locale)
  const { impactMinor, impactTaxMinor, serviceFeeMinor, serviceFeeTaxMinor } = view.split
  const parts = [
    words.consentImpact({ money: money(impactMinor), projects: words.list(namesOf(view)) }),
    impactTaxMinor !== 0n && words.consentImpactTax({ money: money(impactTaxMinor) }),
    words.consentServiceFee({ money: money(serviceFeeMinor) }),
    serviceFeeTaxMinor !== 0n && words.consentServiceFeeTax({ money: money(serviceFeeTaxMinor) }),
  ].filter((part) => part !== false)
  const total = money(view.amountMinor)
  const consent = words.consent({
    button: words.pay({ money: total }),
    total,
    parts: words.list(parts),
    merchantName: view.merchantName,
  })
  const { cardCost } = view.split
  const costs = cardCost ? [cardCostSentences(cardCost, view.currency, words)] : []
  return words.sentences([consent, ...costs, words.doesNotChange])
}

function renderStep(view: PaymentPageView, words: Words): PageContent {
  switch (view.step) {
    case 'choose':
      return renderChoose(view, words)
    case 'review':
      return renderReview(view, words)
    case 'continue':
      return renderContinue(view, words)
    case 'pending':
      return renderPending(view, words)
    case 'thanked':
      return renderThanked(view, words)
    case 'failed':
      return renderFailed(view, words)
    default:
      return renderClosed(view, words)
  }
}

function renderChoose(view: ChooseView, words: Words): PageContent {
  const { projects, problem } = view
  const title = words.chooseHeading
  const main = html`${problem && renderProblem(view, problem, words)}
    <h1>${title}</h1>
    <p class="lead">${words.sentences([words.chooseLead(view), words.doesNotChange])}</p>
    <form method="get" action="${withoutQuery(view.pageUrl)}">
      ${renderQueryFields(view.pageUrl)}
      <fieldset>
        <legend class="label">${words.amountLegend}</legend>
        ${renderAmounts(view.suggestions, view.currency, projects.length, words)}
        ${renderOtherAmount(view, words)}
      </fieldset>
      ${renderProjects(projects, words, html`<h2 class="label">${words.projectsHeading}</h2>`)}
      <div class="actions">
        <a class="button" href="${declineAddress(view)}">${words.decline}</a>
        <button class="button" type="submit">${words.review}</button>
      </div>
    </form>
    ${renderFootprint(view, words, html`<h2 class="label">${words.footprintHeading(view)}</h2>`)}`
  return { title: problem ? words.problemTitle({ problem: words.problemHeading, title }) : title, main }
}

function renderOtherAmount(view: ChooseView, words: Words): Html {
  const { problem, typed, currency } = view
  const money = (minor: bigint) => formatMoney(minor, currency, words.locale)
  // After a mistake the choice is the consumer's own, so it stands; before that nothing is chosen for anybody.
  const chosen = problem !== null && problem !== 'nothing_chosen'
  const radio = chosen
    ? html`<input type="radio" name="amount" value="other" required checked>`
    : html`<input type="radio" name="amount" value="other" required>`
  const describedBy = problem ? 'other-hint other-problem' : 'other-hint'
  const invalid = chosen ? html`aria-invalid="true"` : html``
  return html`<div class="other-amount">
    <label class="amount">${radio}<span class="amount-money">${words.otherAmount}</span></label>
    <div class="other-amount-field">
      <label for="other">${words.otherAmountLabel({ currency })}</label>
      <input id="other" name="other" type="text" inputmode="decimal" autocomplete="off" maxlength="32" value="${typed}" aria-describedby="${describedBy}" ${invalid}>
      <p class="fine" id="other-hint">${words.otherAmountHint({ minimum: money(view.minimumMinor), maximum: money(view.maximumMinor) })}</p>
      ${problem && html`<p class="problem-text" id="other-problem">${problemText(view, problem, words)}</p>`}
    </div>
  </div>`
}

function renderProblem(view: ChooseView, problem: NonNullable<ChooseView['problem']>, words: Words): Html {
  return html`<div class="problem" role="alert">
    <h2 class="title">${words.problemHeading}</h2>
    <p><a href="#other">${problemText(view, problem, words)}</a></p>
  </div>`
}

function problemText(view: ChooseView, problem: NonNullable<ChooseView['problem']>, words: Words): string {
  const money = (minor: bigint) => formatMoney(minor, view.currency, words.locale)
  return words.amountProblem({
    problem,
    minimum: money(view.minimumMinor),
    maximum: money(view.maximumMinor),
    decimals: exponentOf(view.currency),
  })
}

function renderReview(view: ReviewView, words: Words): PageContent {
  const { amountMinor, currency, projects } = view
  const money = formatMoney(amountMinor, currency, words.locale)
  const main = html`<h1>${words.reviewHeading}</h1>
    <p class="amount-paid">${money}</p>
    <p class="lead">${words.reviewLead(view)} <a href="${view.pageUrl}">${words.changeAmount}</a></p>
    ${renderSplit(amountMinor, view.split, namesOf(view), currency, words)}
    ${renderProjects(projects, words, html`<h2 class="label">${words.projectsHeading}</h2>`)}
    <p class="fine">${footprintSentence(view, words)} <a href="${view.methodUrl}">${words.methodLink}</a></p>
    <form method="post" action="${view.payActionUrl}">
      <p class="consent">${consentText(view)}</p>
      <input type="hidden" name="amount" value="${minorToDecimal(amountMinor, currency)}">
      <input type="hidden" name="consent" value="${view.consentDigest}">
      <div class="actions">
        <a class="button" href="${declineAddress(view)}">${words.decline}</a>
        <button class="button" type="submit">${words.pay({ money })}</button>
      </div>
    </form>`
  return { title: words.reviewHeading, main }
}

/** A link, so that Enter in a field never means no. */
function declineAddress(view: ChooseView | ReviewView): string {
  const url = new URL(view.pageUrl)
  url.searchParams.set('decline', 'yes')
  return url.href
}

function renderContinue(view: ContinueView, words: Words): PageContent {
  const main = html`<h1>${words.continueHeading}</h1>
    <p class="amount-paid">${formatMoney(view.amountMinor, view.currency, words.locale)}</p>
    <p class="lead">${words.continueBody}</p>
    ${renderSplit(view.amountMinor, view.split, namesOf(view), view.currency, words)}
    <p class="fine">${words.doesNotChange}</p>
    <p class="actions"><a class="button" href="${view.continueUrl}">${words.continueToPayment}</a></p>`
  return { title: words.continueHeading, main }
}

function renderPending(view: PendingView, words: Words): PageContent {
  const main = html`<h1>${words.pendingHeading}</h1>
    <p class="amount-paid">${formatMoney(view.amountMinor, view.currency, words.locale)}</p>
    <p class="lead">${words.pendingBody}</p>
    <p class="actions"><a class="button" href="${view.pageUrl}">${words.checkAgain}</a></p>`
  return { title: words.pendingHeading, main, refreshSeconds: view.refreshSeconds }
}

function renderThanked(view: ThankedView, words: Words): PageContent {
  const { amountMinor, split, projectNames, receiptUrl } = view.contribution
  const title = words.thankedHeading({ money: formatMoney(amountMinor, view.currency, words.locale) })
  const impact = formatMoney(split.impactMinor, view.currency, words.locale)
  const thanks = words.thankedBody({ impact, projects: words.list(projectNames) })
  const main = html`<h1>${title}</h1>
    <p class="lead">${words.sentences([thanks, words.doesNotChange])}</p>
    ${renderSplit(amountMinor, split, projectNames, view.currency, words, 'paid')}
    ${receiptUrl && html`<p><a href="${receiptUrl}">${words.receiptLink}</a></p>`}
    ${view.receiptMailUrl && renderMailForm({ action: view.receiptMailUrl, state: 'ready', typed: '' }, words)}
    ${renderProjects(view.projects, words, html`<h2 class="label">${words.projectsHeading}</h2>`)}
    <p class="fine">${footprintSentence(view, words)} <a href="${view.methodUrl}">${words.methodLink}</a></p>
    ${renderWayOut(view, words)}`
  return { title, main }
}

function renderFailed(view: FailedView, words: Words): PageContent {
  const main = html`<h1>${words.failedHeading}</h1>
    <p class="lead">${words.failedBody}</p>
    <div class="actions">
      ${view.returnUrl && html`<a class="button" href="${view.returnUrl}">${backWords(view.merchantName, words)}</a>`}
      <a class="button" href="${retryAddress(view)}">${words.tryAgain}</a>
    </div>`
  return { title: words.failedHeading, main }
}

function retryAddress(view: FailedView): string {
  const url = new URL(view.pageUrl)
  if (view.amountMinor !== null)
    url.searchParams.set('amount', minorToDecimal(view.amountMinor, view.currency))
  return url.href
}

function renderClosed(view: ClosedView, words: Words): PageContent {
  const [title, body] = {
    declined: [words.dismissedHeading, words.dismissedBody],
    expired: [words.expiredHeading, words.expiredBody],
    unavailable: [words.unavailableHeading, words.unavailableBody],
  }[view.step] as [string, string]
  return { title, main: html`<h1>${title}</h1><p class="lead">${body}</p>${renderWayOut(view, words)}` }
}

function renderWayOut(view: { returnUrl: string | null; merchantName: string | null }, words: Words): Html {
  return view.returnUrl
    ? html`<p class="actions"><a class="button" href="${view.returnUrl}">${backWords(view.merchantName, words)}</a></p>`
    : html`<p class="fine">${words.closePage}</p>`
}

function namesOf(view: { readonly projects: readonly { readonly name: string }[] }): readonly string[] {
  return view.projects.map((project) => project.name)
}
