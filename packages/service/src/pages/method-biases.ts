/**
 * What the method is known to get wrong, each with its size and where that size comes from. The page’s most useful part
 * for anybody who wants to use a figure. Pure; what can be computed from the factor set is.
 */
import type { FactorSet } from '@ekko/footprint/factor-set'
import { type Html, html } from '../kernel/html.ts'
import { dollarIn } from './method-charts.ts'
import { exact, figures } from './method-format.ts'
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

export function biasesSection(set: FactorSet): Html {
  return html`<section aria-labelledby="biases">
    <h2 id="biases">Known biases</h2>
    <p>A range is for errors that go either way. These go one way, are known, and are not corrected in this version.</p>
    <ul class="biases">${[...moneyBiases(set), ...factorBiases(set), ...natureBiases(set)].map(renderBias)}</ul>
  </section>`
}

function renderBias({ title, size, text, source }: Bias): Html {
  return html`<li><h3>${title}</h3> <p class="size">${size}</p> <p>${text}</p> <p class="fine">${source}</p></li>`
}

function moneyBiases(set: FactorSet): Bias[] {
  const india = dollarIn(set, '5411', 'IND')?.provenance.parts[0]?.countryRatio.value
  return [
    {
      title: 'Value added tax stays in the amount',
      size: 'up to about 15 % too high',
      text: 'Tax is not taken out, although nothing is made with it. Countries with a high rate are overstated: of a price with 20 % tax, 17 % is tax, while the prices behind the factors hold a little sales tax already.',
      source: 'Size: our derivation.',
    },
    {
      title: 'Market exchange rates, not purchasing power',
      size: 'not measured; too low rather than too high where prices are low',
      text: `A dollar buys more where prices are low. India’s price level was ${figures(indianPriceLevel, 2)} of that of the United States, so the same basket costs a quarter there, while its ratio for food is ${india === undefined ? 'not much higher' : exact(india)}. Part of this is right, because the ratio is measured per unit of money too; part of it is lost, because ratios are pulled towards the country’s average.`,
      source: 'Price level: World Bank PA.NUS.PPP, 2022. The size of what is lost has not been measured.',
    },
  ]
}

function factorBiases(set: FactorSet): Bias[] {
  const flight = (dollarIn(set, '4511', 'USA')?.co2eGrams ?? 0) / 1000
  const foodRatio = set.file.ratioGroups.indexOf('food')
  const proxies = [...set.countries.values()].filter(({ tier }) => tier === 'proxy')
  const values = new Set(proxies.map(({ ratios }) => ratios[foodRatio])).size
  return [
    {
      title: 'Taxis',
      size: '2 to 4 times too high',
      text: 'Taxis share one factor with all local passenger transport (NAICS 485), in which a dollar of fare stands for far more travel than it does in a taxi.',
      source: 'Size: our derivation.',
    },
    {
      title: 'Flights are counted without radiative forcing',
      size: `times ${exact(radiativeForcingRatio)} with it`,
      text: `What aircraft do high up besides emitting CO₂ is left out. With it, a dollar of flight in the United States would be ${figures(flight * radiativeForcingRatio, 3)} kg CO₂e and not ${figures(flight, 3)}.`,
      source: 'Ratio: UK DESNZ conversion factors 2024 v1.1, short-haul economy with and without.',
    },
    {
      title: 'Most countries borrow the factors of a region',
      size: `${exact(countOf(set, 'proxy'))} of ${exact(set.countries.size)} countries`,
      text: `EXIOBASE knows ${exact(countOf(set, 'direct') + countOf(set, 'home'))} countries. All others take the ratios of a region of the world: for food, ${exact(proxies.length)} countries share ${exact(values)} values. A figure for one of them says more about its region than about it, and its range is widened for that.`,
      source: 'Counted in the factor set.',
    },
    {
      title: 'Old baskets and factors',
      size: 'not measured',
      text: `What a shop of a kind sells follows US household spending of 2012; the factors are of 2019 to ${set.file.baseYear}. What has become cleaner since is overstated, and what households have begun or ceased to buy is not seen.`,
      source: 'Bureau of Economic Analysis 2012, through USEEIO.',
    },
    {
      title: 'Second-hand shops',
      size: 'dealer’s margin only',
      text: 'Things that were made before are not counted as made again. That is a choice, and it makes these shops look small.',
      source: 'Convention of this method.',
    },
  ]
}

function natureBiases(set: FactorSet): Bias[] {
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
      title: 'Land use abroad follows carbon',
      size: `from ${figures(landPerDollar('GBR'), 2)} to ${figures(landPerDollar('IND'), 2)} m² for a dollar of groceries`,
      text: `Land, pollution and water are known for the United States only: ${figures(landPerDollar('USA'), 3)} m² for a dollar of groceries. Elsewhere they are scaled with the carbon factor, as if a country that emits twice as much also used twice the land. The United Kingdom and India, the two ends above, are not known to differ like that. US rangeland also makes food heavy on land everywhere.`,
      source: 'Computed from the factor set; the error is not measured, its judged spread is in the range.',
    },
    {
      title: 'Tyres are priced as US timber',
      size: tyres && parts ? `${figures(tyres / parts, 2)} times other car parts` : 'too high',
      text: 'Rubber comes through the forestry sector of the US model, so the land behind tyres is that of timber. Nature estimates of tyre shops are too high.',
      source: 'Computed from the factor set.',
    },
    {
      title: 'Pressures that are not counted',
      size: 'too low by what they are',
      text: 'Disturbance, fragmentation, toxic substances, invasive species and overexploitation are missing from nature estimates.',
      source: 'No usable factor per dollar was found.',
    },
  ]
}
