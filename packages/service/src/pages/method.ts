/**
 * How the footprint is estimated, in a page of words: what goes in, what comes out, how sure it is, whose data it is.
 * Pure but for its route. The credits at the end are a condition of the data's licence.
 */
import type { FastifyInstance } from 'fastify'
import { html } from '../kernel/html.ts'
import type { Services } from '../services.ts'
import { renderPage } from './layout.ts'
import { sendPage } from './page-answer.ts'
import { wordsFor } from './words.ts'

export function registerMethodPage(
  app: FastifyInstance,
  { context, factorSet }: Services,
  stylesheetPath: string,
): void {
  const { id, version, sha256, licence } = factorSet.identity
  const frame = {
    environment: context.environment,
    locale: 'en-GB',
    appearance: null,
    stylesheetPath,
    merchantName: null,
    returnUrl: null,
  }
  const main = html`<h1>How the footprint is estimated</h1>
    <p class="lead">From three things a shop knows: what kind of shop it is, in which country, and how much was spent.
      It describes this kind of purchase, not the very things in the basket.</p>
    <h2 class="label">The arithmetic</h2>
    <p>The amount is turned into US dollars of 2022, with that year’s exchange rate and the consumer prices since then.
      Each kind of shop stands for a basket of goods and services. For a dollar spent on the basket there is a factor: the
      emissions of making it at home, of making what is imported, and of the trade in between. The first and the last are
      scaled to the country; the result is grams of CO2e.</p>
    <h2 class="label">How sure it is</h2>
    <p>Every estimate comes with a range. About nine in ten comparable estimates should fall inside it; it is wide, because
      spending says little about what exactly was bought. Value added tax is not taken out, so high-tax countries are
      estimated up to about 15 % too high. For most countries outside Europe and North America the factors of a whole
      region stand in.</p>
    <h2 class="label">Recompute it</h2>
    <p>Each quote carries its factor set, row, price index and exchange rate. The command
      <code>ekko footprint verify</code> derives the number again, offline. This service uses
      <code>${id} ${version}</code> (SHA-256 <code>${sha256.slice(0, 16)}…</code>), licence ${licence}.</p>
    <h2 class="label">Whose data it is</h2>
    <p class="fine">EXIOBASE 3 (Stadler et al. 2018), CC BY-SA 4.0. US EPA Supply Chain GHG Emission Factors v1.3 and USEEIO,
      public domain. memobank/carbon-footprint, CC BY-SA 4.0. Ember / Our World in Data, CC BY 4.0. World Bank, CC BY 4.0.
      European Central Bank. Contains public sector information licensed under the Open Government Licence v3.0 (DESNZ).</p>`
  const page = renderPage(frame, wordsFor('en-GB'), { title: 'How the footprint is estimated', main })
  app.get('/method', (_request, reply) => sendPage(reply, 200, page))
}
