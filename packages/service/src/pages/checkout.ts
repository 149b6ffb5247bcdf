/**
 * The component of a checkout session as HTML: boxes to tick before a purchase is paid. Pure.
 * Everything that can be chosen is written out, each for the ticks that it belongs to (`data-when`), so that the SDK adds
 * nothing up and finds no words: it shows what fits and reports what stands in it.
 * Law: nothing is ticked, and without the SDK nothing can be, because nobody would hear of it.
 */
import { type Html, html } from '../kernel/html.ts'
import { minorToDecimal } from '../kernel/money.ts'
import { renderElement } from './component.ts'
import { renderFootprint } from './component-footprint.ts'
import { renderProjects } from './component-offer.ts'
import { renderSplit } from './component-split.ts'
import type { CheckoutChoiceView, CheckoutTicks, CheckoutView } from './views.ts'
import { type Words, wordsFor } from './words.ts'
import { formatDays, formatGrams, formatMoney } from './words-format.ts'

export function renderCheckout(view: CheckoutView, options: { readonly styles: 'link' | 'adopted' }): string {
  const words = wordsFor(view.locale)
  const content = view.state === 'ready' ? renderReady(view, words) : renderExpired(words)
  return renderElement({ ...view, variant: 'checkout' }, options, content, false)
}

function renderReady(view: CheckoutView, words: Words): Html {
  const { choices, projects, currency } = view
  const heading = html`<h2 class="label" part="heading" id="ekko-heading" tabindex="-1" data-ekko="heading">${words.footprintHeading(view)}</h2>`
  const projectsHeading = html`<h4 class="label" part="heading">${words.projectsHeading}</h4>`
  return html`${renderFootprint(view, words, heading)}
  <div class="offer" part="offer" data-ekko="offer">
    <h3 class="title" part="heading">${words.offerHeading({ projectCount: projects.length })}</h3>
    <p class="lead">${words.sentences([words.checkout.lead, words.doesNotChange])}</p>
    <fieldset data-ekko="choices" disabled>
      <legend class="label">${words.checkout.legend}</legend>
      <div class="amounts" part="amounts">
        ${renderImpact(view, words)}
        ${renderRoundUp(view, words)}
      </div>
    </fieldset>
    <div class="sum" part="sum" role="status">
      ${choices.map((choice) => renderSum(choice, currency, words))}
    </div>
    ${choices.map((choice) => renderAdded(choice, view, words))}
    ${renderProjects(projects, words, projectsHeading)}
  </div>`
}

function renderExpired(words: Words): Html {
  return html`<div class="outcome" part="outcome">
    <h2 class="title" part="heading" id="ekko-heading" tabindex="-1" data-ekko="heading">${words.expiredHeading}</h2>
    <p>${words.expiredBody}</p>
  </div>`
}

function renderImpact({ choices, currency, projects }: CheckoutView, words: Words): Html | false {
  const added = addedBy(choices, 'impact')
  if (!added) return false
  const money = formatMoney(added.amountMinor, currency, words.locale)
  const reaching = formatMoney(added.split.impactMinor, currency, words.locale)
  const weight = formatGrams(added.fundsGrams, words.locale)
  return html`<label class="amount" part="amount">
    <input type="checkbox" name="impact">
    <span class="amount-money">${words.checkout.add({ money })}</span>
    <span class="amount-detail">${words.reaches({ money: reaching, projectCount: projects.length })}${added.fundsGrams > 0 && html`<br>${words.pays({ weight })}`}</span>
  </label>`
}

/** What it rounds up to depends on the other box. */
function renderRoundUp({ choices, currency }: CheckoutView, words: Words): Html | false {
  const alone = choices.find(({ ticks }) => ticks === 'round-up')
  const together = choices.find(({ ticks }) => ticks === 'impact round-up')
  const impact = addedBy(choices, 'impact')
  if (!alone?.added || !together?.added || !impact) return false
  const text = (when: string, totalMinor: bigint, addsMinor: bigint) => {
    const total = formatMoney(totalMinor, currency, words.locale)
    const money = formatMoney(addsMinor, currency, words.locale)
    const content = html`<span class="amount-money">${words.checkout.roundUp({ total })}</span> <span class="amount-detail">${words.checkout.adds({ money })}</span>`
    return when.startsWith('impact')
      ? html`<span class="when" data-when="${when}" hidden>${content}</span>`
      : html`<span class="when" data-when="${when}">${content}</span>`
  }
  return html`<label class="amount" part="amount">
    <input type="checkbox" name="round-up">
    ${text(',round-up', alone.totalMinor, alone.added.amountMinor)}
    ${text('impact,impact round-up', together.totalMinor, together.added.amountMinor - impact.amountMinor)}
  </label>`
}

/** Said when it changes, and reported by the SDK as it stands in the attributes: decimal text in major units. */
function renderSum({ ticks, totalMinor, added }: CheckoutChoiceView, currency: string, words: Words): Html {
  const decimal = (minor: bigint) => minorToDecimal(minor, currency)
  if (!added)
    return html`<p data-when="${ticks}" data-amount="${decimal(0n)}" data-credits="${decimal(0n)}" data-contribution="${decimal(0n)}" data-total="${decimal(totalMinor)}" data-currency="${currency}">${words.checkout.nothing}</p>`
  const money = formatMoney(added.amountMinor, currency, words.locale)
  const total = formatMoney(totalMinor, currency, words.locale)
  return html`<p data-when="${ticks}" data-amount="${decimal(added.amountMinor)}" data-credits="${decimal(added.creditsMinor)}" data-contribution="${decimal(added.contributionMinor)}" data-total="${decimal(totalMinor)}" data-currency="${currency}" hidden>${words.checkout.sum({ money, total })}</p>`
}

function renderAdded(
  { ticks, added }: CheckoutChoiceView,
  { currency, payoutDays }: CheckoutView,
  words: Words,
): Html | false {
  if (!added) return false
  const { amountMinor, split, recipientNames, partnerNames } = added
  const disclosure = words.checkout.unitedStates({
    partners: words.list(partnerNames),
    time: formatDays(payoutDays, words.locale),
    fee: formatMoney(split.serviceFeeMinor + split.serviceFeeTaxMinor, currency, words.locale),
  })
  return html`<div data-when="${ticks}" hidden>
    ${renderSplit(amountMinor, split, recipientNames, currency, words, 'added')}
    ${isInUnitedStates(words.locale) && html`<p class="fine" part="disclosure">${disclosure}</p>`}
  </div>`
}

/** There it has to stand beside the choice who gets the money, when, less which fee, and what it means for taxes. */
function isInUnitedStates(locale: string): boolean {
  return locale.endsWith('-US')
}

function addedBy(choices: readonly CheckoutChoiceView[], ticks: CheckoutTicks) {
  return choices.find((choice) => choice.ticks === ticks)?.added
}
