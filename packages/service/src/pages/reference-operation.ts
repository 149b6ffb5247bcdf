/** Pure: one operation of the API as a section of the reference: who may call it, what it takes and answers, by example. */
import { errors } from '@ekko/contract/errors'
import { answerExample, bodyExample, exampleFor } from '@ekko/contract/examples'
import type { Operation } from '@ekko/contract/operations'
import { refusalsOf, takesIdempotencyKey } from '@ekko/contract/refusals'
import { scopeFor } from '@ekko/contract/scopes'
import { type Html, html } from '../kernel/html.ts'
import { type FieldRow, fieldRows } from './reference-fields.ts'

export function operationSection(name: string, operation: Operation, origin: string): Html {
  const { method, path, summary, params, query, body, answer } = operation
  return html`<section class="operation" id="${name}" aria-labelledby="${name}-title">
    <div class="told">
      <h3 id="${name}-title"><a href="#${name}">${summary}</a></h3>
      <p class="request"><span class="verb">${method}</span> <code>${withBreaks(path)}</code></p>
      <p class="caller">${callerWords(operation)}</p>
      ${fieldList('In the path', fieldRows(params ?? {}))}
      ${fieldList('In the query', fieldRows(query ?? {}))}
      ${fieldList(operation.bodyOptional ? 'In the body, which may be left out' : 'In the body', fieldRows(body ?? {}))}
      ${
        answer.schema &&
        html`<details><summary>Fields of the answer</summary>${fieldList(null, fieldRows(answer.schema))}</details>`
      }
      ${refusalList(operation)}
    </div>
    <div class="shown">
      ${example('Example request', requestExample(name, operation, origin))}
      ${example(`Answer ${answer.status}`, answerText(name, operation))}
    </div>
  </section>`
}

/** A long path may end its line before each part. */
export function withBreaks(path: string): Html {
  const parts = path
    .replace(/:(\w+)/g, '{$1}')
    .split('/')
    .slice(1)
  return html`${parts.map((part) => html`<wbr>/${part}`)}`
}

function callerWords(operation: Operation): string {
  if (operation.caller === 'anyone') return 'Anybody may call it, without a credential.'
  if (operation.caller === 'clientSecret')
    return 'Called by a browser, with the client secret of its session.'
  const need = scopeFor(operation)
  const scope =
    need === 'anyKey' ? '' : need === 'unlimitedKey' ? ' without scopes' : `; one with scopes needs ${need}`
  const key = takesIdempotencyKey(operation) ? ' It may come with an Idempotency-Key.' : ''
  return `Called by a server, with an API key${scope}.${key}`
}

function fieldList(title: string | null, rows: readonly FieldRow[]): Html | false {
  if (rows.length === 0) return false
  return html`${title !== null && html`<h4>${title}</h4>`}
    <dl class="fields">${rows.map(
      ({ path, kind, isOptional, meaning }) => html`<div>
        <dt><code>${path}</code>${isOptional && html` <span class="optional">optional</span>`}</dt>
        <dd><span class="kind">${kind}</span>${meaning && html`<span>${withCode(meaning)}</span>`}</dd>
      </div>`,
    )}</dl>`
}

/** What stands between backticks is code. */
function withCode(text: string): Html {
  return html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`
}

/** Focusable, because it scrolls where it is wider than the page. */
function example(title: string, text: string | null): Html | false {
  if (text === null) return false
  return html`<h4>${title}</h4>
    <pre class="example-code" tabindex="0" role="group" aria-label="${title}"><code>${text}</code></pre>`
}

const exampleOrder = 'order-10042'

function requestExample(name: string, operation: Operation, origin: string): string {
  const { method, path, params, query, body, caller } = operation
  const values = (params ? exampleFor(params) : {}) as Record<string, string>
  const filled = path.replace(/:(\w+)/g, (_all, each: string) => values[each] ?? each)
  const lines = [`curl ${method === 'GET' ? '' : `-X ${method} `}'${origin}${filled}${queryExample(query)}'`]
  if (operation.version === 'v2') lines.push(`  -H 'X-Api-Key: ek_test_…'`)
  else if (caller !== 'anyone')
    lines.push(`  -H 'Authorization: Bearer ${caller === 'apiKey' ? 'ek_test_…' : 'cs_test_…'}'`)
  if (takesIdempotencyKey(operation)) lines.push(`  -H 'Idempotency-Key: ${exampleOrder}'`)
  if (body) {
    const json = JSON.stringify(bodyExample(name, operation), null, 2).replaceAll("'", "'\\''")
    lines.push(`  -H 'Content-Type: application/json'`, `  -d '${json}'`)
  }
  return lines.join(' \\\n')
}

/** Only what is required: the rest is said above. */
function queryExample(query: Operation['query']): string {
  const { required = [] } = (query ?? {}) as { required?: readonly string[] }
  if (!query || required.length === 0) return ''
  const values = exampleFor(query) as Record<string, string>
  return `?${required.map((name) => `${name}=${encodeURIComponent(values[name] ?? '')}`).join('&')}`
}

function answerText(name: string, operation: Operation): string | null {
  if (operation.answer.mediaType !== undefined) return null
  const example = answerExample(name, operation)
  return example === undefined ? null : JSON.stringify(example, null, 2)
}

function refusalList(operation: Operation): Html {
  const codes = refusalsOf(operation)
  return html`<p class="refusals">Refusals: ${codes.map(
    (code, index) =>
      html`${index > 0 && ', '}<a href="#${code}"><span class="status">${errors[code].status}</span> ${code}</a>`,
  )}</p>`
}
