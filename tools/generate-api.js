// The reference of the API's operations, from the same OpenAPI document that the service serves.

import { errors } from '../packages/contract/dist/errors.js'
import { openApiDocument } from '../packages/service/dist/http/openapi.js'
import { fieldsOf, kindOf } from './generate-fields.js'
import { cell, code, heading, table } from './generate-markdown.js'

const callers = {
  apiKey: 'a server, with its API key',
  xApiKey: 'a server, with its API key in `X-Api-Key`',
  clientSecret: 'a browser, with the client secret of its session',
}

export function openApi() {
  return openApiDocument('http://127.0.0.1:4000')
}

export function apiPage() {
  const document = openApi()
  const objects = new Map(Object.entries(document.components.schemas).map(([name, schema]) => [schema, name]))
  const operations = operationsOf(document)
  return [
    heading('API', 'packages/contract/src/operations.ts'),
    'Bodies and answers are JSON. The credential goes into `Authorization: Bearer …`. Every refusal has the body',
    '[ErrorBody](#errorbody) and a code of [the table of errors](errors.md). The same as a document for tools:',
    '[openapi.json](openapi.json), which a running service also answers at `/v3/openapi.json`.',
    '',
    table(
      ['Operation', 'Request', 'For'],
      operations.map(({ operationId, request, summary }) => [
        `[${operationId}](#${operationId.toLowerCase()})`,
        code(request),
        summary,
      ]),
    ),
    ...operations.map((operation) => operationSection(operation, objects)),
    '## Objects',
    '',
    ...[...objects]
      .sort(byName)
      .map(([schema, name]) => `### ${name}\n\n${fieldTable(schema, objects, ['Field', 'Type', 'Meaning'])}`),
  ].join('\n')
}

const byName = ([, a], [, b]) => (a < b ? -1 : 1)

function operationsOf({ paths }) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      request: `${method.toUpperCase()} ${path}`,
    })),
  )
}

function operationSection(
  { operationId, request, summary, security, parameters, requestBody, responses },
  objects,
) {
  const caller = Object.keys(security?.[0] ?? {})[0]
  return [
    `## ${operationId}`,
    '',
    `${code(request)}: ${summary}. Called by ${callers[caller] ?? 'anyone'}.`,
    '',
    ...(parameters.length > 0 ? [parameterTable(parameters, objects)] : []),
    ...(requestBody ? [bodyPart(requestBody, objects)] : []),
    answerPart(responses, objects),
    '',
    `Refusals: ${codesIn(responses)
      .map((each) => `[${each}](errors.md#${each.toLowerCase()})`)
      .join(', ')}.`,
    '',
  ].join('\n')
}

function parameterTable(parameters, objects) {
  const rows = parameters.map(({ name, in: where, required, schema }) => [
    code(name),
    `${where}${required ? '' : ', optional'}`,
    kindOf(schema, objects),
    cell(schema.description),
  ])
  return table(['Parameter', 'Where', 'Type', 'Meaning'], rows)
}

function bodyPart({ required, content }, objects) {
  const schema = resolved(content['application/json'].schema, objects)
  const name = objects.get(schema)
  const lead = `Body${required ? '' : ', which may be left out'}${name ? `: [${name}](#${name.toLowerCase()})` : ''}`
  return name ? `${lead}.\n` : `${lead}:\n\n${fieldTable(schema, objects, ['Field', 'Type', 'Meaning'])}`
}

function answerPart(responses, objects) {
  const [status, { content }] = Object.entries(responses).find(([each]) => Number(each) < 400)
  if (!content) return `Answer: ${status} without a body.`
  const [[mediaType, { schema }]] = Object.entries(content)
  if (mediaType !== 'application/json')
    return `Answer: ${status}, ${Object.keys(content).map(code).join(' or ')}.`
  return `Answer: ${status}, ${kindOf(resolved(schema, objects), objects)}.`
}

/** Follows a reference, also inside a list, so that an object is recognised by its identity. */
function resolved(schema, objects) {
  if (schema.items) return { ...schema, items: resolved(schema.items, objects) }
  const name = schema.$ref?.split('/').at(-1)
  return name ? [...objects].find(([, each]) => each === name)[0] : schema
}

function codesIn(responses) {
  const said = Object.values(responses)
    .map(({ description }) => description)
    .join(' ')
  return Object.keys(errors).filter((each) => said.includes(`${each}: `))
}

function fieldTable(schema, objects, titles) {
  return table(
    titles,
    fieldsOf(schema, objects).map(({ path, optional, kind, meaning }) => [
      code(path),
      optional ? `${kind}, optional` : kind,
      cell(meaning),
    ]),
  )
}
