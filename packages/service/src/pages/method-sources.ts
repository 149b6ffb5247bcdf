/**
 * Whose data it is: what each table is for, its version and its licence, and the credits. Pure.
 * Law: the credits of the factor set are printed as they stand in it. They are a condition of its licence, CC BY-SA 4.0.
 */
import type { FactorSet } from '@ekko/footprint/factor-set'
import { type Html, html } from '../kernel/html.ts'
import type { Reader } from './method-format.ts'
import type { Words } from './words.ts'
import { rich } from './words-html.ts'

interface Source {
  readonly name: string
  readonly version: string
  readonly use: string
  readonly licence: string
}

/** Of an operator’s own factor set we know the credits that it carries, and nothing else. */
const describedSet = 'ekko-factors'

export function sourcesSection(set: FactorSet, { words, exact }: Reader): Html {
  const { method, why } = words
  const { id, version, sha256, licence, methodVersion } = set.identity
  const { attribution, sources, mccs, baskets } = set.file
  return html`<section aria-labelledby="sources">
    <h2 id="sources">${method.sourcesTitle}</h2>
    <p>${method.sourcesLead}</p>
    <dl class="facts">
      <div><dt>${why.factorSet}</dt><dd>${id} ${version}</dd></div>
      <div><dt>SHA-256</dt><dd><code>${sha256}</code></dd></div>
      <div><dt>${method.method}</dt><dd>${methodVersion}</dd></div>
      <div><dt>${method.licence}</dt><dd>${licenceLink(licence)}</dd></div>
      <div><dt>${method.holds}</dt><dd>${method.holdsMeaning({
        categories: exact(mccs.length),
        baskets: exact(baskets.length),
        countries: exact(set.countries.size),
        currencies: exact(set.currencies.size),
      })}</dd></div>
    </dl>
    ${id === describedSet && html`<ul class="sources">${sourcesOf(set, { words, exact }).map(renderSource)}</ul>`}
    <h3>${method.credits}</h3>
    <p>${rich(method.madeFrom, { name: `${id} ${version}`, licence: html`${licenceLink(licence)}` })}</p>
    <ul class="credits">${attribution.map((line) => html`<li dir="auto" lang="en">${line}</li>`)}</ul>
    <p>${method.changed} ${licence.includes('-SA-') && method.shareAlike}</p>
    <details class="numbers">
      <summary>${method.tables}</summary>
      <dl class="facts">${sources.map(([table, hash]) => html`<div><dt>${table}</dt><dd><code>${hash}</code></dd></div>`)}</dl>
    </details>
  </section>`
}

export function licenceLink(licence: string): Html | string {
  if (licence !== 'CC-BY-SA-4.0') return licence
  return html`<a href="https://creativecommons.org/licenses/by-sa/4.0/" rel="license noopener">CC BY-SA 4.0</a>`
}

function renderSource({ name, version, use, licence }: Source): Html {
  return html`<li><h3 lang="en">${name}</h3> <p class="fine" lang="en">${version}</p> <p>${use}</p> <p class="size" lang="en">${licence}</p></li>`
}

/** Names, versions and licences stay as their authors have them. */
function sourcesOf(set: FactorSet, { words: { method }, exact }: Pick<Reader, 'words' | 'exact'>): Source[] {
  const { use } = method
  return [...emissionSources(use), ...priceSources(set, use, exact), ...natureAndCodes(use)]
}

type Uses = Words['method']['use']

function emissionSources(use: Uses): Source[] {
  return [
    {
      name: 'US EPA Supply Chain GHG Emission Factors',
      version: 'v1.3.0, NAICS 2017, US dollars of 2022',
      use: use.epa,
      licence: 'Public domain (US government work)',
    },
    {
      name: 'USEEIO',
      version: 'v2.0.1-411, with household spending of 2012 (Bureau of Economic Analysis)',
      use: use.useeio,
      licence: 'Public domain, CC0',
    },
    {
      name: 'US EPA import factors',
      version: 'on EXIOBASE 3, year 2019',
      use: use.imports,
      licence: 'CC BY-SA 4.0 (EXIOBASE)',
    },
    {
      name: 'EXIOBASE 3, through memobank/carbon-footprint',
      version: 'year 2019, commit eaed443',
      use: use.exiobase,
      licence: 'CC BY-SA 4.0',
    },
    {
      name: 'Ember and Our World in Data',
      version: 'grid intensities, through mlco2/codecarbon, commit b05965e',
      use: use.ember,
      licence: 'CC BY 4.0',
    },
    {
      name: 'European Commission Weekly Oil Bulletin; US EIA',
      version: 'prices of 2022',
      use: use.oil,
      licence: 'Reuse with credit (Decision 2011/833/EU); public domain',
    },
    {
      name: 'UK DESNZ conversion factors',
      version: '2024 v1.1',
      use: use.desnz,
      licence: 'Open Government Licence v3.0',
    },
  ]
}

function priceSources(
  { usPrices, currencies, file }: FactorSet,
  use: Uses,
  exact: Reader['exact'],
): Source[] {
  return [
    {
      name: 'World Bank consumer prices',
      version: `FP.CPI.TOTL.ZG, ${usPrices.firstYear} to ${usPrices.years.at(-1)!.year}, where there are figures`,
      use: use.worldBank({ year: String(file.baseYear) }),
      licence: 'CC BY 4.0',
    },
    {
      name: 'European Central Bank reference rates',
      version: `mean of ${file.baseYear}`,
      use: use.ecb({ count: exact(currencies.size) }),
      licence: 'Reuse with credit',
    },
  ]
}

function natureAndCodes(use: Uses): Source[] {
  return [
    {
      name: 'Published constants for nature',
      version:
        'van Rooij and Arets (Plansup, WUR); Alkemade et al. 2009, doi 10.1007/s10021-009-9229-5; ReCiPe 2016 v1.1',
      use: use.nature,
      licence: 'Facts, cited',
    },
    {
      name: 'Merchant categories',
      version: 'greggles/mcc-codes, commit 16e8ab1; pax2pay/merchant-category, commit f81c767',
      use: use.categories,
      licence: 'Unlicense; MIT; ours under the licence of the set',
    },
  ]
}
