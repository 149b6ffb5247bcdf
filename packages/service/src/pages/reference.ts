/**
 * The reference of the API, `/reference`: every operation, its fields, examples and refusals, on one page that is found
 * through by the browser’s own search and works without a network, a script or anybody else’s server.
 * Law: it says what the contract’s tables say; nothing here is written by hand but the words around them.
 */
import { type ErrorCode, errors } from '@ekko/contract/errors'
import { errorExample } from '@ekko/contract/examples'
import { type Operation, operations } from '@ekko/contract/operations'
import { areaOf, areas } from '@ekko/contract/scopes'
import type { FastifyInstance } from 'fastify'
import { type Html, html } from '../kernel/html.ts'
import type { Services } from '../services.ts'
import { renderPage } from './layout.ts'
import { sendPage } from './page-answer.ts'
import { operationSection, withBreaks } from './reference-operation.ts'
import type { PageFrameView } from './views.ts'
import { wordsFor } from './words.ts'

export function registerReference(app: FastifyInstance, { context }: Services, stylesheetPath: string): void {
  const frame: PageFrameView = {
    locale: 'en-GB',
    environment: context.environment,
    merchantName: null,
    returnUrl: null,
    stylesheetPath,
    appearance: null,
  }
  /** Made when somebody first asks: it is long, and few do. */
  let page: string | undefined
  app.get('/reference', (_request, reply) => {
    page ??= renderReference(frame, context.origin)
    return sendPage(reply, 200, page)
  })
  app.get('/docs', (_request, reply) => reply.redirect('/reference', 308))
  app.get('/openapi.json', (_request, reply) => reply.redirect('/v3/openapi.json', 308))
}

interface Group {
  readonly id: string
  readonly title: string
  readonly operations: ReadonlyArray<readonly [string, Operation]>
}

export function renderReference(frame: PageFrameView, origin: string): string {
  const groups = groupsOf(Object.entries<Operation>(operations))
  const main = html`<article class="reference-page">
    <div class="intro">
      <h1>API reference</h1>
      <p class="lead">Every operation of this service, with what it takes, what it answers and how it refuses. The same as a document for tools: <a href="/openapi.json">openapi.json</a>.</p>
    </div>
    ${contents(groups)}
    <div class="operations">
      ${basics(origin)}
      ${groups.map((group) => groupSection(group, origin))}
      ${scopeSection()}
      ${errorSection()}
    </div>
  </article>`
  return renderPage(frame, wordsFor('en-GB'), { title: 'API reference', main })
}

/** By area of the scopes; what no area knows comes last. */
function groupsOf(all: ReadonlyArray<readonly [string, Operation]>): Group[] {
  const known = areas.map(({ name, meaning }) => ({
    id: name,
    title: meaning,
    operations: all.filter(([, operation]) => areaOf(operation.path)?.name === name),
  }))
  const browsers = all.filter(([, operation]) => areaOf(operation.path) === undefined)
  return [...known, { id: 'browsers', title: 'For browsers and for everybody', operations: browsers }]
}

function contents(groups: readonly Group[]): Html {
  return html`<nav class="reference-contents" aria-label="On this page">
    <ul>
      <li><a href="#basics">Basics</a></li>
      ${groups.map(
        ({ id, title, operations: own }) => html`<li><a href="#${id}">${title}</a>
        <ul>${own.map(
          ([name, { method, path }]) =>
            html`<li><a href="#${name}"><span class="verb">${method}</span> <span>${withBreaks(path.replace(/^\/v3/, ''))}</span></a></li>`,
        )}</ul></li>`,
      )}
      <li><a href="#scopes">Scopes</a></li>
      <li><a href="#errors">Errors</a></li>
    </ul>
  </nav>`
}

function basics(origin: string): Html {
  return html`<section aria-labelledby="basics">
    <h2 id="basics">Basics</h2>
    <dl class="facts">
      <div><dt>Address</dt><dd><code>${origin}</code></dd></div>
      <div><dt>Bodies</dt><dd>JSON both ways. Amounts are numbers in major units of their currency, ids are UUIDs, countries ISO 3166-1 alpha-3, currencies ISO 4217.</dd></div>
      <div><dt>Credential</dt><dd><code>Authorization: Bearer …</code> with an API key (<code>ek_…</code>) from a server, or a client secret (<code>cs_…</code>) from a browser.</dd></div>
      <div><dt>Trying again</dt><dd>A POST with an <code>Idempotency-Key</code> has its effect once: the same request again is answered with the first answer, for 30 days, and says <code>Idempotent-Replayed: true</code>.</dd></div>
      <div><dt>Lists</dt><dd><code>limit</code> is 1 to 100, 25 by default. <code>hasMore</code> says whether to ask again with <code>startingAfter</code>, the id of the last record.</dd></div>
      <div><dt>Rate limits</dt><dd>Each key and each client secret has its own. <code>RateLimit</code> says what is left, <code>RateLimit-Policy</code> how much there is; 429 comes with <code>Retry-After</code>.</dd></div>
      <div><dt>Request id</dt><dd>Every answer has <code>X-Request-Id</code>. Quote it when you ask about a request.</dd></div>
    </dl>
  </section>`
}

function groupSection({ id, title, operations: own }: Group, origin: string): Html {
  return html`<section class="group" aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${own.map(([name, operation]) => operationSection(name, operation, origin))}
  </section>`
}

function scopeSection(): Html {
  return html`<section aria-labelledby="scopes">
    <h2 id="scopes">Scopes</h2>
    <p>A key may be limited to some areas, each to read it or to write it; writing includes reading. A key without scopes may do everything that its organisation may.</p>
    <dl class="facts">${areas.map(
      ({ name, meaning }) =>
        html`<div><dt><code>${name}:read</code> <code>${name}:write</code></dt><dd>${meaning}</dd></div>`,
    )}</dl>
  </section>`
}

const retryWords = {
  never: 'Sending the same again cannot help.',
  later: 'Send the same again later.',
  'after change': 'Change the request, or what it needs, first.',
} as const

function errorSection(): Html {
  const codes = Object.keys(errors) as ErrorCode[]
  return html`<section aria-labelledby="errors">
    <h2 id="errors">Errors</h2>
    <p>A refusal always looks like this, with <code>issues</code> where single fields are at fault:</p>
    <pre class="example-code" tabindex="0" role="group" aria-label="Example of a refusal"><code>${JSON.stringify(errorExample('INVALID_AMOUNT'), null, 2)}</code></pre>
    <dl class="facts errors">${codes.map(
      (
        code,
      ) => html`<div id="${code}"><dt><span class="status">${errors[code].status}</span> <code>${code}</code></dt>
      <dd>${errors[code].meaning} ${retryWords[errors[code].retry]}</dd></div>`,
    )}</dl>
  </section>`
}
