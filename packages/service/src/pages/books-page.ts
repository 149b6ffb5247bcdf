/**
 * The page that follows one contribution from payment to projects, for finance and support. Pure; works without a script.
 * Law: every amount on it is read from the books; nothing is worked out that the ledger does not say.
 */
import { type Html, html } from '../kernel/html.ts'
import { chart } from '../ledger/chart.ts'
import type { Trace, TracedJournal, TracedLine, TracedPosting } from '../reconciliation/traces.ts'
import { type Chapter, storyOf } from './books-story.ts'
import { renderPage } from './layout.ts'
import type { PageFrameView } from './views.ts'
import { wordsFor } from './words.ts'
import { formatGrams, formatMoney } from './words-format.ts'

const locale = 'en-GB'

/** The empty-handed page: a field to look something up, and what went wrong with the last look, if anything. */
export function renderBooksSearch(frame: PageFrameView, sought: string, problem: string | null): string {
  const title = 'Follow a contribution'
  const main = html`<article class="books">
    <h1>${title}</h1>
    <p class="lead">By the id of a contribution, session, allocation, reversal or dispute, or by what the payment
      provider calls the payment, refund or dispute.</p>
    ${problem && html`<p class="problem problem-text" role="alert">${problem}</p>`}
    ${searchForm(sought)}
  </article>`
  return renderPage(frame, wordsFor(locale), { title, main })
}

function searchForm(sought: string): Html {
  return html`<form method="get" action="/books" class="look-up">
    <label for="reference">Id or reference</label>
    <div><input id="reference" name="reference" value="${sought}" required maxlength="200" autocomplete="off"
      spellcheck="false"><button class="button" type="submit">Look up</button></div>
  </form>`
}

export function renderBooksPage(frame: PageFrameView, trace: Trace): string {
  const { contribution } = trace
  const money = moneyIn(contribution.currency)
  const title = `Contribution of ${money(contribution.amountMinor)}`
  const main = html`<article class="books">
    <h1>${title}</h1>
    <p class="lead"><strong class="state">${contribution.state}</strong> · ${contribution.organisationName}
      · <code>${contribution.id}</code></p>
    ${story(storyOf(trace, money))}
    ${destinations(trace, money)}
    ${shares(trace, money)}
    ${journals(trace, money)}
    ${balances(trace, money)}
    ${consent(trace)}
  </article>`
  return renderPage(frame, wordsFor(locale), { title, main })
}

type Money = (minor: bigint) => string

const moneyIn =
  (currency: string): Money =>
  (minor) =>
    formatMoney(minor, currency, locale)

function story(chapters: readonly Chapter[]): Html {
  return html`<section aria-labelledby="story"><h2 id="story">What happened</h2>
    <ol class="story">${chapters.map(
      ({ at, what, reference }) => html`<li><time datetime="${at.toISOString()}">${instant(at)}</time>
        <p>${what}${reference && html` <code>${reference}</code>`}</p></li>`,
    )}</ol></section>`
}

function destinations({ lines, contribution: { currency } }: Trace, money: Money): Html | null {
  if (lines.length === 0) return null
  return html`<section aria-labelledby="projects"><h2 id="projects">Where the money goes</h2>
    ${table(
      [
        'Project',
        'Reaches it',
        'Tax on it',
        'Service fee',
        'Tax on the fee',
        'Given back',
        'Stands at the project',
        'What became of it',
      ],
      lines.map((line) => [
        html`${line.projectName} <span class="aside">${line.partnerName}</span>`,
        money(line.impactMinor),
        money(line.impactTaxMinor),
        money(line.serviceFeeMinor),
        money(line.serviceFeeTaxMinor),
        money(line.reversedMinor),
        money(line.impactMinor - line.reversedImpactMinor),
        becameOf(line.became, currency),
      ]),
    )}</section>`
}

function becameOf({ state, doing, fulfilments }: TracedLine['became'], currency: string): Html {
  const done = doing === 'retired' ? 'retired' : 'paid out'
  const quantityOf = (quantity: string) =>
    doing === 'retired' ? formatGrams(Number(quantity), locale) : `${currency} ${quantity}`
  const words = {
    allocated: `not ${done} yet`,
    'partly done': `${done} in part`,
    done,
    reversed: 'given back',
  }
  return html`${words[state]}${fulfilments.map(
    ({
      on,
      quantity,
      registry,
      serials,
      reference,
      url,
    }) => html`<br><span class="aside">${quantityOf(quantity)}, ${on},
      ${registry && html`${registry} `}${serials && html`${serials}, `}${url ? html`<a href="${url}" rel="noopener noreferrer nofollow">${reference}</a>` : reference}</span>`,
  )}`
}

function shares(trace: Trace, money: Money): Html | null {
  if (trace.shares.length === 0) return null
  return html`<section aria-labelledby="shares"><h2 id="shares">Who shares the service fee</h2>
    ${table(
      ['Organisation', 'Share', 'Given back', 'Stands'],
      trace.shares.map((share) => [
        share.organisationName,
        money(share.amountMinor),
        money(share.reversedMinor),
        money(share.amountMinor - share.reversedMinor),
      ]),
    )}</section>`
}

function journals(trace: Trace, money: Money): Html | null {
  if (trace.journals.length === 0) return null
  return html`<section aria-labelledby="journals"><h2 id="journals">Journals</h2>
    ${trace.journals.map((journal) => renderJournal(journal, money))}</section>`
}

function renderJournal(journal: TracedJournal, money: Money): Html {
  const sealed = journal.sealNumber === null ? 'not sealed yet' : `sealed as number ${journal.sealNumber}`
  return html`<h3>${titleCase(journal.kind)}</h3>
    <p class="aside">${instant(journal.effectiveAt)}, recorded ${instant(journal.recordedAt)}, ${sealed}
      · <code>${journal.id}</code></p>
    ${table(
      ['Account', 'Debit', 'Credit'],
      journal.postings.map((posting) => postingRow(posting, money)),
    )}`
}

function postingRow(posting: TracedPosting, money: Money): Cell[] {
  const { amountMinor } = posting
  return [
    accountName(posting),
    amountMinor > 0n ? money(amountMinor) : '',
    amountMinor < 0n ? money(-amountMinor) : '',
  ]
}

/** What all journals of this contribution come to, account by account. */
function balances(trace: Trace, money: Money): Html | null {
  const sums = new Map<string, { readonly posting: TracedPosting; readonly sum: bigint }>()
  for (const posting of trace.journals.flatMap((journal) => journal.postings)) {
    const key = `${posting.kind} ${posting.ownerName}`
    sums.set(key, { posting, sum: (sums.get(key)?.sum ?? 0n) + posting.amountMinor })
  }
  if (sums.size === 0) return null
  return html`<section aria-labelledby="balances"><h2 id="balances">What all of it comes to</h2>
    ${table(
      ['Account', 'Meaning', 'Debit', 'Credit'],
      [...sums.values()].map(({ posting, sum }) => {
        const [account, debit, credit] = postingRow({ ...posting, amountMinor: sum }, money)
        return [account!, html`<span class="aside">${chart[posting.kind].meaning}</span>`, debit!, credit!]
      }),
    )}</section>`
}

function consent({ contribution: { consent: given } }: Trace): Html | null {
  if (given === null) return null
  return html`<section aria-labelledby="consent"><h2 id="consent">What the shopper agreed to</h2>
    <blockquote class="consent" lang="${given.locale}">${given.text}</blockquote>
    <p class="aside">${instant(new Date(given.at))}, ${given.locale}, SHA-256 <code>${given.sha256}</code></p></section>`
}

type Cell = Html | string

/** The first column names its row; all others are amounts or notes. */
function table(columns: readonly string[], rows: ReadonlyArray<readonly Cell[]>): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${columns.join(', ')}"><table>
    <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
    <tbody>${rows.map(
      ([first, ...rest]) =>
        html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>`,
    )}</tbody></table></div>`
}

function accountName({ kind, ownerName }: TracedPosting): Html {
  return html`${titleCase(kind)} <span class="aside">${ownerName}</span>`
}

function titleCase(name: string): string {
  const words = name.replaceAll('_', ' ').replace(/^psp\b/, 'PSP')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** To the second and in UTC, as the exports have it. */
function instant(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
