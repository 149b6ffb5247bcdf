/**
 * The component as HTML: a custom element with its shadow root inside, for the merchant's own HTML and for the browser SDK.
 * Pure. Works without JavaScript: a plain form that opens the hosted page. No inline style, no script, no picture.
 * The markup is a strict subset (every attribute quoted or bare, every element closed or void): the SDK's builder reads it.
 */
import { type Html, html } from '../kernel/html.ts'
import { footprintSentence, renderFootprint } from './component-footprint.ts'
import { renderAmounts, renderProjects, renderQueryFields, withoutQuery } from './component-offer.ts'
import { renderSplit } from './component-split.ts'
import { appearancePath } from './styles/appearance.ts'
import type { ComponentView } from './views.ts'
import { type Words, wordsFor } from './words.ts'
import { formatMoney } from './words-format.ts'

/**
 * `link`: the stylesheets are linked inside the shadow root, for HTML that has to stand without JavaScript.
 * `adopted`: the browser SDK fetches the addresses in `data-styles` and adopts them, which any strict policy allows.
 */
export function renderComponent(
  view: ComponentView,
  options: { readonly styles: 'link' | 'adopted' },
): string {
  const words = wordsFor(view.locale)
  const fallback = html`<a href="${view.payUrl}">${words.fallbackLink}</a>`
  return renderElement(view, options, renderState(view, words), fallback)
}

type Frame = Pick<
  ComponentView,
  'environment' | 'locale' | 'state' | 'sessionId' | 'stylesheetPath' | 'appearance' | 'origin'
> & { readonly variant: ComponentView['variant'] | 'checkout' }

/** @param fallback for browsers that leave the template where it is */
export function renderElement(
  view: Frame,
  options: { readonly styles: 'link' | 'adopted' },
  content: Html,
  fallback: Html | false,
): string {
  const words = wordsFor(view.locale)
  const styles = stylesheets(view)
  const linked = options.styles === 'link'
  // Said again inside: the reset of the host takes the language away that engines choose glyphs and line breaks by.
  const card = html`<section class="card" part="card" lang="${words.locale}" aria-labelledby="ekko-heading">
    ${view.environment === 'sandbox' && html`<p class="notice" part="notice">${words.testMode}</p>`}
    ${content}
  </section>`
  return html`<ekko-impact data-state="${view.state}" data-session="${view.sessionId}" data-variant="${view.variant}" data-styles="${styles.join(' ')}" lang="${words.locale}" dir="${words.direction}"><template shadowrootmode="open">
    ${linked && styles.map((address) => html`<link rel="stylesheet" href="${address}">`)}
    ${view.variant === 'takeover' ? renderDialog(card, linked) : card}
  </template>${fallback}</ekko-impact>`.text
}

function stylesheets(view: Frame): readonly string[] {
  const paths = [view.stylesheetPath, ...(view.appearance ? [appearancePath(view.appearance)] : [])]
  return paths.map((path) => view.origin + path)
}

/** Open from the start only where no script may come to open it; the SDK opens it as a modal one. */
function renderDialog(card: Html, open: boolean): Html {
  return open
    ? html`<dialog class="dialog" part="dialog" aria-labelledby="ekko-heading" open>${card}</dialog>`
    : html`<dialog class="dialog" part="dialog" aria-labelledby="ekko-heading">${card}</dialog>`
}

function renderState(view: ComponentView, words: Words): Html {
  switch (view.state) {
    case 'ready':
      return renderReady(view, words)
    case 'pending':
      return renderOutcome(view, words, words.pendingHeading, html`<p>${words.pendingBody}</p>`)
    case 'thanked':
      return renderThanks(view, words)
    case 'failed':
      return renderOutcome(
        view,
        words,
        words.failedHeading,
        html`<p>${words.failedBody}</p>${renderRetry(view, words)}`,
      )
    case 'dismissed':
      return html`${renderFootprint(view, words, heading(words.footprintHeading(view)))}
        ${renderDismissed(view, words, false)}`
    case 'expired':
      return renderOutcome(view, words, words.expiredHeading, html`<p>${words.expiredBody}</p>`)
  }
}

function renderReady(view: ComponentView, words: Words): Html {
  return html`${renderFootprint(view, words, heading(words.footprintHeading(view)))}
    ${renderOffer(view, words)}
    ${renderDismissed(view, words, true)}`
}

function renderOffer(view: ComponentView, words: Words): Html {
  const { projects } = view
  const projectsHeading = html`<h4 class="label" part="heading">${words.projectsHeading}</h4>`
  return html`<div class="offer" part="offer" data-ekko="offer">
    <h3 class="title" part="heading">${words.offerHeading({ projectCount: projects.length })}</h3>
    <p class="lead">${words.sentences([words.offerLead(view), words.doesNotChange])}</p>
    <form method="get" action="${withoutQuery(view.payUrl)}" target="_blank" rel="noopener" data-ekko="pay">
      ${renderQueryFields(view.payUrl)}
      <fieldset>
        <legend class="label">${words.amountLegend}</legend>
        ${renderAmounts(view.suggestions, view.currency, projects.length, words)}
        <p class="other"><a part="other-amount" href="${view.payUrl}" target="_blank" rel="noopener" data-ekko="pay-link">${words.otherAmount}<span class="hidden"> ${words.opensInNewTab}</span></a></p>
      </fieldset>
      ${renderProjects(projects, words, projectsHeading)}
      <div class="actions" part="actions">
        <button class="button" part="button decline" type="submit" form="ekko-decline" data-ekko="decline">${words.decline}</button>
        <button class="button" part="button contribute" type="submit">${words.contribute}</button>
      </div>
      <p class="fine">${words.beforeYouPay}</p>
    </form>
    ${renderDeclineForm(view)}
    <p class="waiting" data-ekko="waiting" hidden>${words.waiting}</p>
  </div>`
}

/**
 * Its own form, so that Enter in the amounts never means no. Without JavaScript a dialog closes by itself, and elsewhere the
 * hosted page says that nothing was charged.
 */
function renderDeclineForm(view: ComponentView): Html {
  return view.variant === 'takeover'
    ? html`<form id="ekko-decline" method="dialog"></form>`
    : html`<form id="ekko-decline" method="get" action="${withoutQuery(view.payUrl)}" target="_blank" rel="noopener">
      ${renderQueryFields(view.payUrl)}<input type="hidden" name="decline" value="yes">
    </form>`
}

/** Rendered hidden along with the offer, so that saying no is answered at once and not after a round trip. */
function renderDismissed(view: ComponentView, words: Words, hidden: boolean): Html {
  const content = html`<h3 class="title" part="heading" tabindex="-1" data-ekko="dismissed-heading">${words.dismissedHeading}</h3>
    <p>${words.dismissedBody}</p>
    <p><a href="${view.payUrl}" target="_blank" rel="noopener" data-ekko="pay-link">${words.changedYourMind}<span class="hidden"> ${words.opensInNewTab}</span></a></p>`
  return hidden
    ? html`<div class="outcome" part="outcome" data-ekko="dismissed" hidden>${content}</div>`
    : html`<div class="outcome" part="outcome" data-ekko="dismissed">${content}</div>${renderClose(view, words)}`
}

function renderThanks(view: ComponentView, words: Words): Html {
  const { contribution, currency } = view
  if (!contribution) throw new Error('a component in state thanked needs its contribution')
  const { amountMinor, split, projectNames, receiptUrl } = contribution
  const impact = formatMoney(split.impactMinor, currency, words.locale)
  const thanks = words.thankedBody({ impact, projects: words.list(projectNames) })
  const content = html`<p>${words.sentences([thanks, words.doesNotChange])}</p>
    ${renderSplit(amountMinor, split, projectNames, currency, words, 'paid')}
    ${receiptUrl && html`<p><a href="${receiptUrl}" target="_blank" rel="noopener">${words.receiptLink}<span class="hidden"> ${words.opensInNewTab}</span></a></p>`}`
  return renderOutcome(
    view,
    words,
    words.thankedHeading({ money: formatMoney(amountMinor, currency, words.locale) }),
    content,
  )
}

function renderOutcome(view: ComponentView, words: Words, title: string, content: Html): Html {
  return html`<div class="outcome" part="outcome">
    <h2 class="title" part="heading" id="ekko-heading" tabindex="-1" data-ekko="heading">${title}</h2>
    ${content}
  </div>
  <p class="fine">${footprintSentence(view, words)} <a href="${view.methodUrl}" target="_blank" rel="noopener">${words.methodLink}<span class="hidden"> ${words.opensInNewTab}</span></a></p>
  ${renderClose(view, words)}`
}

function renderRetry(view: ComponentView, words: Words): Html {
  return html`<p><a class="button" part="button" href="${view.payUrl}" target="_blank" rel="noopener" data-ekko="pay-link">${words.tryAgain}<span class="hidden"> ${words.opensInNewTab}</span></a></p>`
}

function renderClose(view: ComponentView, words: Words): Html | false {
  return (
    view.variant === 'takeover' &&
    html`<form class="actions" method="dialog"><button class="button" part="button" type="submit" data-ekko="close">${words.close}</button></form>`
  )
}

function heading(text: string): Html {
  return html`<h2 class="label" part="heading" id="ekko-heading" tabindex="-1" data-ekko="heading">${text}</h2>`
}
