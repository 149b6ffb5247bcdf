/** The first steps: from the amount paid to dollars of the factor set’s base year, and from the shop to a basket. Pure. */
import type { Provenance } from '@ekko/footprint/provenance'
import { type Html, html } from '../kernel/html.ts'
import { tidied } from './method-format.ts'
import { renderFormula } from './method-formula.ts'
import type { Place, Step } from './why-factors.ts'
import { rich } from './words-html.ts'

export function moneySteps(provenance: Provenance, place: Place): Step[] {
  const { input, exchangeRate } = provenance
  const { money, day, words } = place.reader
  const paid: Step = {
    title: words.why.paidTitle({ money: money(input.amount, input.currency) }),
    body: html`<p>${input.date === null ? words.why.paid : words.why.paidOn({ day: day(input.date) })}</p>`,
  }
  // A rate of a day gives dollars of that day, so US prices come second; a rate of the base year needs older money first.
  return exchangeRate.date === null
    ? [paid, oldPricesStep(provenance, place), oldRateStep(provenance, place)]
    : [paid, datedRateStep(provenance, place), usPricesStep(provenance, place)]
}

function oldPricesStep({ input, deflator, exchangeRate }: Provenance, place: Place): Step {
  const { amount, currency } = input
  const { words, money, exact, stepMoney } = place.reader
  const older = stepMoney((amount * 100) / deflator.index, currency)
  return {
    title: words.why.pricesTitle({ year: String(exchangeRate.year) }),
    body: html`${renderFormula([`${money(amount, currency)} × 100 ÷ ${exact(deflator.index)} = ${older}`])}
      <p>${indexWords({ input, deflator }, place, exchangeRate.year)}</p>`,
  }
}

function oldRateStep({ input, deflator, exchangeRate, baseYearUsd }: Provenance, { reader }: Place): Step {
  const { amount, currency } = input
  const { words, dollars, exact, stepMoney } = reader
  const year = String(exchangeRate.year)
  const rate = exact(exchangeRate.perUsd)
  const older = stepMoney((amount * 100) / deflator.index, currency)
  return {
    title: words.why.dollarsOfTitle({ year }),
    body:
      currency === 'USD'
        ? html`<p>${words.why.dollarsAlready({ dollars: dollars(baseYearUsd) })}</p>`
        : html`${renderFormula([`${older} ÷ ${rate} = ${dollars(baseYearUsd)}`])}
        <p>${words.why.meanRate({ rate, currency, year })}</p>`,
  }
}

function datedRateStep({ input, exchangeRate }: Provenance, { reader }: Place): Step {
  const { amount, currency } = input
  const { words, dollars, exact, money, day } = reader
  const usd = dollars(amount / exchangeRate.perUsd)
  return {
    title: words.why.dollarsTitle,
    body: html`${renderFormula([`${money(amount, currency)} ÷ ${exact(exchangeRate.perUsd)} = ${usd}`])}
      <p>${words.why.datedRate({ currency, day: day(exchangeRate.date!), source: exchangeRate.source })}</p>`,
  }
}

function usPricesStep({ input, deflator, exchangeRate, baseYearUsd }: Provenance, place: Place): Step {
  const { words, dollars, exact } = place.reader
  const today = dollars(input.amount / exchangeRate.perUsd)
  return {
    title: words.why.factorPricesTitle,
    body: html`${renderFormula([`${today} × 100 ÷ ${exact(deflator.index)} = ${dollars(baseYearUsd)}`])}
      <p>${indexWords({ input, deflator }, place, undefined)}</p>`,
  }
}

function indexWords(
  { input, deflator }: Pick<Provenance, 'input' | 'deflator'>,
  { reader, nameOf }: Place,
  baseYear: number | undefined,
): string {
  const { why } = reader.words
  const year = String(deflator.year)
  const given = { place: nameOf(deflator.country), index: reader.exact(deflator.index), year }
  const isAssumed = input.date === null || Number(input.date.slice(0, 4)) > deflator.year
  return [
    baseYear === undefined ? why.indexOfFactors(given) : why.index({ ...given, base: String(baseYear) }),
    deflator.standIn && why.indexStandsIn,
    isAssumed && why.indexIsLast({ year }),
  ]
    .filter(Boolean)
    .join(' ')
}

export function basketStep(provenance: Provenance, { reader, nameOf }: Place, itemShare = 0): Step {
  const { mccRow, parts, input } = provenance
  const { words, percent } = reader
  const { why, tiers } = words
  const tier = mccRow.confidence
  return {
    title: why.basketTitle,
    body: html`<p>${rich(why.basketBody, {
      code: html`<code>${mccRow.mcc}</code>`,
      description: english(tidied(mccRow.description)),
      basket: html`<code>${mccRow.basket}</code>`,
      naics: mccRow.naics2017,
    })} ${tier && why.match({ tier, meaning: tiers.confidence({ tier }) })}</p>
      ${itemShare > 0 && html`<p>${why.items({ share: percent(itemShare, 3) })}</p>`}
      ${(parts.length > 1 || itemShare > 0) && basketsTable(provenance, { reader, nameOf })}
      <p>${why.shopIn({ place: nameOf(input.country) })}</p>`,
  }
}

function basketsTable({ parts, baseYearUsd }: Provenance, { reader }: Place): Html {
  const { words, percent, dollars } = reader
  return html`<table class="figures">
    <caption class="hidden">${words.why.basketsOfPurchase}</caption>
    <thead><tr><th scope="col">${words.why.basket}</th><th scope="col">${words.why.share}</th><th scope="col">${words.why.usDollars}</th></tr></thead>
    <tbody>${parts.map(
      ({ basketRow, share }) =>
        html`<tr><th scope="row"><code>${basketRow.basket}</code></th><td>${percent(share, 3)}</td><td>${dollars(baseYearUsd * share)}</td></tr>`,
    )}</tbody>
  </table>`
}

/** The card networks describe their categories in English only. */
function english(text: string): Html {
  return html`<bdi lang="en">${text}</bdi>`
}
