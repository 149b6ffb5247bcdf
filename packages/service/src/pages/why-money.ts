/** The first steps: from the amount paid to dollars of the factor set’s base year, and from the shop to a basket. Pure. */
import type { Provenance } from '@ekko/footprint/provenance'
import { html } from '../kernel/html.ts'
import {
  confidenceWords,
  dayInWords,
  dollars,
  exact,
  figures,
  money,
  stepMoney,
  tidied,
} from './method-format.ts'
import { renderFormula } from './method-formula.ts'
import type { PlaceName, Step } from './why-factors.ts'

export function moneySteps(provenance: Provenance, place: PlaceName): Step[] {
  const { input, exchangeRate } = provenance
  const day = input.date === null ? '' : `, on ${dayInWords(input.date)}`
  const paid: Step = {
    title: `${money(input.amount, input.currency)} was paid`,
    body: html`<p>The amount of the order${day}, as the shop reported it. Tax in it is not taken out.</p>`,
  }
  // A rate of a day gives dollars of that day, so US prices come second; a rate of the base year needs older money first.
  return exchangeRate.date === null
    ? [paid, oldPricesStep(provenance, place), oldRateStep(provenance)]
    : [paid, datedRateStep(provenance), usPricesStep(provenance, place)]
}

function oldPricesStep({ input, deflator, exchangeRate }: Provenance, place: PlaceName): Step {
  const { amount, currency } = input
  const older = stepMoney((amount * 100) / deflator.index, currency)
  return {
    title: `At prices of ${exchangeRate.year}`,
    body: html`${renderFormula([`${money(amount, currency)} × 100 ÷ ${exact(deflator.index)} = ${older}`])}
      <p>${indexWords({ input, deflator }, place, exchangeRate.year)}</p>`,
  }
}

function oldRateStep({ input, deflator, exchangeRate, baseYearUsd }: Provenance): Step {
  const { amount, currency } = input
  const isDollar = currency === 'USD'
  const older = stepMoney((amount * 100) / deflator.index, currency)
  return {
    title: `In US dollars of ${exchangeRate.year}`,
    body: isDollar
      ? html`<p>It is in US dollars already: ${dollars(baseYearUsd)}.</p>`
      : html`${renderFormula([`${older} ÷ ${exact(exchangeRate.perUsd)} = ${dollars(baseYearUsd)}`])}
        <p>${exact(exchangeRate.perUsd)} ${currency} for a dollar is the mean market rate of ${exchangeRate.year}.</p>`,
  }
}

function datedRateStep({ input, exchangeRate }: Provenance): Step {
  const { amount, currency } = input
  return {
    title: 'In US dollars',
    body: html`${renderFormula([`${money(amount, currency)} ÷ ${exact(exchangeRate.perUsd)} = ${dollars(amount / exchangeRate.perUsd)}`])}
      <p>The factor set has no rate for ${currency}. This one is of ${dayInWords(exchangeRate.date!)}, from
        ${exchangeRate.source}.</p>`,
  }
}

function usPricesStep({ input, deflator, exchangeRate, baseYearUsd }: Provenance, place: PlaceName): Step {
  return {
    title: 'At the prices that the factors are for',
    body: html`${renderFormula([`${dollars(input.amount / exchangeRate.perUsd)} × 100 ÷ ${exact(deflator.index)} = ${dollars(baseYearUsd)}`])}
      <p>${indexWords({ input, deflator }, place, undefined)}</p>`,
  }
}

function indexWords(
  { input, deflator }: Pick<Provenance, 'input' | 'deflator'>,
  place: PlaceName,
  baseYear: number | undefined,
): string {
  const base = baseYear === undefined ? 'the factors’ own year' : String(baseYear)
  const index = `The index of consumer prices in ${place(deflator.country)} is ${exact(deflator.index)} for ${deflator.year}, ${base} being 100.`
  const isAssumed = input.date === null || Number(input.date.slice(0, 4)) > deflator.year
  return [
    index,
    deflator.standIn && 'It stands in for the currency’s own country, which has none.',
    isAssumed && `${deflator.year} is its last year, and is taken for the purchase too.`,
  ]
    .filter(Boolean)
    .join(' ')
}

export function basketStep(provenance: Provenance, place: PlaceName, itemShare = 0): Step {
  const { mccRow, parts } = provenance
  const description = tidied(mccRow.description)
  const hasItems = parts.length > 1 || itemShare > 0
  return {
    title: 'A kind of shop, a basket of things',
    body: html`<p>The shop’s merchant category is <code>${mccRow.mcc}</code>, “${description}”. It stands for the basket
        <code>${mccRow.basket}</code>: what households spend on in such a place (industry NAICS ${mccRow.naics2017}).
        ${mccRow.confidence && html`The match is of tier ${mccRow.confidence}: ${confidenceWords[mccRow.confidence]}.`}</p>
      ${
        itemShare > 0 &&
        html`<p>Items of the order whose category is known make up ${figures(itemShare * 100, 3)} % of the amount. They are
          counted with baskets of their own, the rest with the shop’s.</p>`
      }
      ${
        hasItems &&
        html`<table class="figures">
          <caption class="hidden">Baskets of this purchase</caption>
          <thead><tr><th scope="col">Basket</th><th scope="col">Share</th><th scope="col">US dollars</th></tr></thead>
          <tbody>${parts.map(
            ({ basketRow, share }) =>
              html`<tr><th scope="row"><code>${basketRow.basket}</code></th><td>${figures(share * 100, 3)} %</td><td>${dollars(provenance.baseYearUsd * share)}</td></tr>`,
          )}</tbody>
        </table>`
      }
      <p>The shop is in ${place(provenance.input.country)}.</p>`,
  }
}
