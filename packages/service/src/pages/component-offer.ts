/**
 * The parts of the invitation that the component and the hosted page share: amounts, projects, buttons.
 * Nothing is preselected, and both buttons look the same: saying no is as easy as saying yes.
 */
import { type Html, html } from '../kernel/html.ts'
import { minorToDecimal } from '../kernel/money.ts'
import { highCostSentence } from './component-split.ts'
import { countryName } from './country-name.ts'
import { renderPicture } from './pictures.ts'
import type { ProjectView, SuggestionView } from './views.ts'
import type { Words } from './words.ts'
import { formatGrams, formatMoney } from './words-format.ts'

export function renderAmounts(
  suggestions: readonly SuggestionView[],
  currency: string,
  projectCount: number,
  words: Words,
): Html {
  const cards = suggestions.map(({ amountMinor, split, fundsGrams }) => {
    const reaches = words.reaches({
      money: formatMoney(split.impactMinor, currency, words.locale),
      projectCount,
    })
    const highCost = split.cardCost && highCostSentence(split.cardCost, words)
    return html`<label class="amount" part="amount">
      <input type="radio" name="amount" value="${minorToDecimal(amountMinor, currency)}" required>
      <span class="amount-money">${formatMoney(amountMinor, currency, words.locale)}</span>
      <span class="amount-detail">${reaches}${fundsGrams !== undefined && html`<br>${words.pays({ weight: formatGrams(fundsGrams, words.locale) })}`}</span>
      ${highCost && html`<span class="amount-detail" part="high-cost">${highCost}</span>`}
    </label>`
  })
  return html`<div class="amounts" part="amounts">${cards}</div>`
}

export function renderProjects(projects: readonly ProjectView[], words: Words, heading: Html): Html {
  const anySample = projects.some((project) => project.sample)
  return html`<div class="projects">
    ${heading}
    <ul class="project-list" part="projects">${projects.map((project) => renderProject(project, words))}</ul>
    ${anySample && html`<p class="fine">${words.sampleNote}</p>`}
  </div>`
}

function renderProject(project: ProjectView, words: Words): Html {
  const country = countryName(project.countryCode, words.locale)
  const place = [project.place, country]
    .filter((part, index, all) => part && all.indexOf(part) === index)
    .join(', ')
  const record = [project.standard, project.registry].filter(Boolean).join(' · ')
  return html`<li class="project" part="project">
    ${project.picture && renderPicture(project.picture)}
    <div class="project-words">
    <p class="project-name"><bdi>${project.name}</bdi>${project.sample && html` <span class="tag">${words.sample}</span>`}</p>
    ${place && html`<p class="project-facts"><bdi>${place}</bdi></p>`}
    <p class="project-facts">${words.runBy({ partner: project.partnerName })}</p>
    <p class="project-description" dir="auto">${project.shortDescription}</p>
    ${record && html`<p class="project-facts"><bdi>${record}</bdi></p>`}
    ${project.deliveryNote && html`<p class="project-facts">${project.deliveryNote}</p>`}
    </div>
  </li>`
}

/** A form with method GET drops the query of its address, so what is in it goes along as fields. */
export function renderQueryFields(address: string): Html {
  const fields = [...new URL(address).searchParams]
  return html`${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}`
}

/** The address without its query, for the form that `renderQueryFields` completes. */
export function withoutQuery(address: string): string {
  const url = new URL(address)
  return url.origin + url.pathname
}
