/**
 * Whose data it is: what each table is for, its version and its licence, and the credits. Pure.
 * Law: the credits of the factor set are printed as they stand in it. They are a condition of its licence, CC BY-SA 4.0.
 */
import type { FactorSet } from '@ekko/footprint/factor-set'
import { type Html, html } from '../kernel/html.ts'
import { exact } from './method-format.ts'

interface Source {
  readonly name: string
  readonly version: string
  readonly use: string
  readonly licence: string
}

/** Of an operator’s own factor set we know the credits that it carries, and nothing else. */
const describedSet = 'ekko-factors'

export function sourcesSection(set: FactorSet): Html {
  const { id, version, sha256, licence, methodVersion } = set.identity
  const { attribution, sources, mccs, baskets } = set.file
  return html`<section aria-labelledby="sources">
    <h2 id="sources">The data and its licences</h2>
    <p>All of it is in one file, the factor set, which never changes once it is published.</p>
    <dl class="facts">
      <div><dt>Factor set</dt><dd>${id} ${version}</dd></div>
      <div><dt>SHA-256</dt><dd><code>${sha256}</code></dd></div>
      <div><dt>Method</dt><dd>${methodVersion}</dd></div>
      <div><dt>Licence</dt><dd>${licenceLink(licence)}</dd></div>
      <div><dt>Holds</dt><dd>${exact(mccs.length)} merchant categories, ${exact(baskets.length)} baskets, ${exact(set.countries.size)} countries, ${exact(set.currencies.size)} currencies</dd></div>
    </dl>
    ${id === describedSet && html`<ul class="sources">${sourcesOf(set).map(renderSource)}</ul>`}
    <h3>Credits</h3>
    <p>“${id} ${version}”, ${licenceLink(licence)}, made from:</p>
    <ul class="credits">${attribution.map((line) => html`<li>${line}</li>`)}</ul>
    <p>All of them were changed: selected, combined into baskets, scaled, converted and rounded. None of their authors
      endorses the result. ${licence.includes('-SA-') && 'A changed factor set has to be published under the same licence.'}</p>
    <details class="numbers">
      <summary>SHA-256 of the tables it was built from</summary>
      <dl class="facts">${sources.map(([table, hash]) => html`<div><dt>${table}</dt><dd><code>${hash}</code></dd></div>`)}</dl>
    </details>
  </section>`
}

export function licenceLink(licence: string): Html | string {
  if (licence !== 'CC-BY-SA-4.0') return licence
  return html`<a href="https://creativecommons.org/licenses/by-sa/4.0/" rel="license noopener">CC BY-SA 4.0</a>`
}

function renderSource({ name, version, use, licence }: Source): Html {
  return html`<li><h3>${name}</h3> <p class="fine">${version}</p> <p>${use}</p> <p class="size">${licence}</p></li>`
}

function sourcesOf(set: FactorSet): Source[] {
  return [...emissionSources(), ...priceSources(set), ...natureAndCodes()]
}

function emissionSources(): Source[] {
  return [
    {
      name: 'US EPA Supply Chain GHG Emission Factors',
      version: 'v1.3.0, NAICS 2017, US dollars of 2022',
      use: 'What is made in the United States, and trade.',
      licence: 'Public domain (US government work)',
    },
    {
      name: 'USEEIO',
      version: 'v2.0.1-411, with household spending of 2012 (Bureau of Economic Analysis)',
      use: 'Which industries a basket consists of, import shares, land, pollution and water.',
      licence: 'Public domain, CC0',
    },
    {
      name: 'US EPA import factors',
      version: 'on EXIOBASE 3, year 2019',
      use: 'What is imported into the United States.',
      licence: 'CC BY-SA 4.0 (EXIOBASE)',
    },
    {
      name: 'EXIOBASE 3, through memobank/carbon-footprint',
      version: 'year 2019, commit eaed443',
      use: 'Ratios between countries for each group of goods.',
      licence: 'CC BY-SA 4.0',
    },
    {
      name: 'Ember and Our World in Data',
      version: 'grid intensities, through mlco2/codecarbon, commit b05965e',
      use: 'Ratios for electricity and, in part, for utilities.',
      licence: 'CC BY 4.0',
    },
    {
      name: 'European Commission Weekly Oil Bulletin; US EIA',
      version: 'prices of 2022',
      use: 'Litres of fuel for a unit of money.',
      licence: 'Reuse with credit (Decision 2011/833/EU); public domain',
    },
    {
      name: 'UK DESNZ conversion factors',
      version: '2024 v1.1',
      use: 'Making and moving fuel; comparisons with everyday things.',
      licence: 'Open Government Licence v3.0',
    },
  ]
}

function priceSources({ usPrices, currencies, file }: FactorSet): Source[] {
  return [
    {
      name: 'World Bank consumer prices',
      version: `FP.CPI.TOTL.ZG, ${usPrices.firstYear} to ${usPrices.years.at(-1)!.year}, where there are figures`,
      use: `Brings amounts to the prices of ${file.baseYear}.`,
      licence: 'CC BY 4.0',
    },
    {
      name: 'European Central Bank reference rates',
      version: `mean of ${file.baseYear}`,
      use: `Exchange rates of ${exact(currencies.size)} currencies; the Taiwan dollar is from the US Federal Reserve.`,
      licence: 'Reuse with credit',
    },
  ]
}

function natureAndCodes(): Source[] {
  return [
    {
      name: 'Published constants for nature',
      version:
        'van Rooij and Arets (Plansup, WUR); Alkemade et al. 2009, doi 10.1007/s10021-009-9229-5; ReCiPe 2016 v1.1',
      use: 'From emissions, land, pollution and water to area of intact nature.',
      licence: 'Facts, cited',
    },
    {
      name: 'Merchant categories',
      version: 'greggles/mcc-codes, commit 16e8ab1; pax2pay/merchant-category, commit f81c767',
      use: 'Codes and descriptions. Which basket stands for which code is this project’s own work: nobody had published it for all codes.',
      licence: 'Unlicense; MIT; ours under the licence of the set',
    },
  ]
}
