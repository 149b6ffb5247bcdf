/**
 * What the method is known to get wrong, each with its size and where that size comes from. The page’s most useful part
 * for anybody who wants to use a figure. Pure; what can be computed from the factor set is.
 */
import type { FactorSet } from '@ekko/footprint/factor-set'
import { type Html, html } from '../kernel/html.ts'
import { dollarIn } from './method-charts.ts'
import type { Reader } from './method-format.ts'
import { countOf } from './method-uncertainty.ts'

interface Bias {
  readonly title: string
  readonly size: string
  readonly text: string
  readonly source: string
}

/** With and without radiative forcing, short-haul economy: UK DESNZ conversion factors 2024 v1.1. */
const radiativeForcingRatio = 1.69
/** Price level of India in 2022, United States = 1: World Bank, PA.NUS.PPP over the market exchange rate. */
const indianPriceLevel = 0.26

export function biasesSection(set: FactorSet, reader: Reader): Html {
  const { method } = reader.words
  const all = [...moneyBiases(set, reader), ...factorBiases(set, reader), ...natureBiases(set, reader)]
  return html`<section aria-labelledby="biases">
    <h2 id="biases">${method.biases}</h2>
    <p>${method.biasesLead}</p>
    <ul class="biases">${all.map(renderBias)}</ul>
  </section>`
}

function renderBias({ title, size, text, source }: Bias): Html {
  return html`<li><h3>${title}</h3> <p class="size">${size}</p> <p>${text}</p> <p class="fine">${source}</p></li>`
}

function moneyBiases(set: FactorSet, { words: { method }, figures, exact }: Reader): Bias[] {
  const { bias } = method
  const india = dollarIn(set, '5411', 'IND')?.provenance.parts[0]?.countryRatio.value
  const ratio = india === undefined ? bias.notMuchHigher : exact(india)
  return [
    { title: bias.tax, size: bias.taxSize, text: bias.taxText, source: method.ownDerivation },
    {
      title: bias.rates,
      size: bias.ratesSize,
      text: bias.ratesText({ level: figures(indianPriceLevel, 2), ratio }),
      source: bias.ratesSource,
    },
  ]
}

function factorBiases(set: FactorSet, { words: { method }, figures, exact }: Reader): Bias[] {
  const { bias } = method
  const flight = (dollarIn(set, '4511', 'USA')?.co2eGrams ?? 0) / 1000
  const foodRatio = set.file.ratioGroups.indexOf('food')
  const proxies = [...set.countries.values()].filter(({ tier }) => tier === 'proxy')
  const values = new Set(proxies.map(({ ratios }) => ratios[foodRatio])).size
  const known = countOf(set, 'direct') + countOf(set, 'home')
  return [
    { title: bias.taxis, size: bias.taxisSize, text: bias.taxisText, source: method.ownDerivation },
    {
      title: bias.flights,
      size: bias.flightsSize({ ratio: exact(radiativeForcingRatio) }),
      text: bias.flightsText({
        included: figures(flight * radiativeForcingRatio, 3),
        excluded: figures(flight, 3),
      }),
      source: bias.flightsSource,
    },
    {
      title: bias.regions,
      size: bias.regionsSize({ proxies: exact(proxies.length), all: exact(set.countries.size) }),
      text: bias.regionsText({ known: exact(known), proxies: exact(proxies.length), values: exact(values) }),
      source: method.countedInSet,
    },
    {
      title: bias.old,
      size: bias.oldSize,
      text: bias.oldText({ year: String(set.file.baseYear) }),
      source: bias.oldSource,
    },
    {
      title: bias.secondHand,
      size: bias.secondHandSize,
      text: bias.secondHandText,
      source: bias.secondHandSource,
    },
  ]
}

function natureBiases(set: FactorSet, { words: { method }, figures }: Reader): Bias[] {
  const { bias } = method
  const landPerDollar = (country: string) => {
    const part = dollarIn(set, '5411', country)?.provenance.parts[0]
    return part === undefined
      ? 0
      : (part.emissionFactor.total / part.basketRow.usKgPerUsd) * part.basketRow.landUseM2PerUsd
  }
  const tyres = set.baskets.get('tires')?.row.landUseM2PerUsd
  const parts = set.baskets.get('auto_parts')?.row.landUseM2PerUsd
  return [
    {
      title: bias.land,
      size: bias.landSize({ low: figures(landPerDollar('GBR'), 2), high: figures(landPerDollar('IND'), 2) }),
      text: bias.landText({ home: figures(landPerDollar('USA'), 3) }),
      source: bias.landSource,
    },
    {
      title: bias.tyres,
      size: tyres && parts ? bias.tyresSize({ times: figures(tyres / parts, 2) }) : bias.tyresSizeUnknown,
      text: bias.tyresText,
      source: method.computedFromSet,
    },
    { title: bias.missing, size: bias.missingSize, text: bias.missingText, source: bias.missingSource },
  ]
}
