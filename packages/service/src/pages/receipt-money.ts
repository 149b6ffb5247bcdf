/** The changing half of a receipt as a list of steps: paid, allocated, retired or paid out, given back, or still waiting. Pure. */
import { type Html, html } from '../kernel/html.ts'
import type { ProjectState } from '../receipts/money-state.ts'
import type { Receipt } from '../receipts/receipt.ts'
import type { ReceiptFile } from '../receipts/receipts.ts'
import { dayInWords, moneyIn, timeInWords } from './receipt-words.ts'
import type { Words } from './words.ts'
import { formatGrams } from './words-format.ts'

export function renderMoneyState(receipt: Receipt, money: ReceiptFile['money'], words: Words): Html {
  const say = words.receipt
  const steps = [
    renderStep(say.paid, money.paidAt, words),
    renderStep(say.allocated, money.allocatedAt, words),
    ...money.projects.flatMap((project) => renderFulfilments(receipt, project, words)),
    ...money.reversals.map(({ kind, on, amount }) =>
      renderStep(say.givenBack({ kind, money: moneyIn(receipt, amount) }), on, words),
    ),
    ...money.projects.map((project) => renderWaiting(receipt, project, words)),
  ]
  const anyRetired = money.projects.some(
    ({ doing, fulfilments }) => doing === 'retired' && fulfilments.length > 0,
  )
  return html`<section aria-labelledby="became">
    <h2 id="became" class="label">${say.became}</h2>
    <ol class="receipt-steps">${steps}</ol>
    <p class="fine">${anyRetired && `${say.retirementMeaning} `}${say.asOf({ time: timeInWords(money.asOf, words) })}</p>
  </section>`
}

function renderStep(what: string, on: string, words: Words, detail: Html | false = false): Html {
  return html`<li class="done"><p>${what} <time datetime="${on}">${dayInWords(on, words)}</time></p>${detail}</li>`
}

function renderFulfilments(receipt: Receipt, project: ProjectState, words: Words): Html[] {
  const say = words.receipt
  const name = nameOf(receipt, project)
  return project.fulfilments.map(({ on, quantity, registry, serials, reference, url }) => {
    const what =
      project.doing === 'retired'
        ? say.retired({ weight: formatGrams(Number(quantity), words.locale), project: name })
        : say.disbursed({ money: moneyIn(receipt, quantity), project: name })
    const facts = [
      registry && html`${say.registry}: ${registry}`,
      serials && html`${say.serials}: <span class="serials">${serials}</span>`,
      html`${say.reference}: <span class="serials">${reference}</span>`,
      url && html`<a href="${url}" rel="noopener noreferrer nofollow">${say.seeRecord}</a>`,
    ].filter((fact) => fact !== null && fact !== '')
    return renderStep(
      what,
      on,
      words,
      html`<p class="fine">${facts.map((fact, index) => html`${index > 0 && ' · '}${fact}`)}</p>`,
    )
  })
}

function renderWaiting(receipt: Receipt, project: ProjectState, words: Words): Html | false {
  if (project.state === 'done' || project.state === 'reversed') return false
  const { deliveryYear } = projectOf(receipt, project) ?? {}
  const say = words.receipt
  const given = { doing: project.doing, project: nameOf(receipt, project) }
  const waiting = project.state === 'partly done' ? say.waitingRest(given) : say.waiting(given)
  return html`<li class="open"><p>${waiting}
    ${typeof deliveryYear === 'number' && say.expected({ year: String(deliveryYear) })}</p></li>`
}

function nameOf(receipt: Receipt, project: ProjectState): string {
  return projectOf(receipt, project)?.name ?? project.projectId
}

function projectOf({ projects }: Receipt, { projectId }: ProjectState) {
  return projects.find(({ id }) => id === projectId)
}
