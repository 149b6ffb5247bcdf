/**
 * The OpenAPI 3.1 document, derived from the contract's tables and nothing else.
 */
import { accessResources } from '@ekko/contract/access-resources'
import { type ErrorCode, errors } from '@ekko/contract/errors'
import { answerExample, bodyExample, errorExample, exampleFor, v2ErrorExample } from '@ekko/contract/examples'
import { type Operation, operations } from '@ekko/contract/operations'
import { operatorResources } from '@ekko/contract/operator-resources'
import { refusalsOf, takesIdempotencyKey } from '@ekko/contract/refusals'
import { ErrorBody, resources } from '@ekko/contract/resources'
import { areaOf, areas, scopeFor } from '@ekko/contract/scopes'
import { V2ErrorBody, v2Resources } from '@ekko/contract/v2-operations'
import type { TSchema } from 'typebox'

const schemas: Record<string, TSchema> = {
  ...resources,
  ...accessResources,
  ...operatorResources,
  ...v2Resources,
}

export function openApiDocument(origin: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [name, operation] of Object.entries<Operation>(operations)) {
    const path = operation.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(name, operation) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'ekko',
      version: '3',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'Post-purchase environmental contributions. An independent implementation of a publicly documented API.',
    },
    servers: [{ url: origin }],
    tags: [...areas.map(({ name, meaning }) => ({ name, description: meaning })), forBrowsers],
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([name, schema]) => [name, withReferences(schema)]),
      ),
      examples: Object.fromEntries(
        (Object.keys(errors) as ErrorCode[]).map((code) => [code, { value: errorExample(code) }]),
      ),
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'A server’s key: ek_test_… or ek_live_…' },
        xApiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Api-Key',
          description: 'The same key, where version 2 has it',
        },
        clientSecret: {
          type: 'http',
          scheme: 'bearer',
          description: 'A session’s secret for the browser: cs_test_… or cs_live_…',
        },
      },
    },
  }
}

const forBrowsers = { name: 'browsers', description: 'For browsers and for everybody' }

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'The same request again is answered with the first answer and has no second effect, for 30 days',
  schema: { type: 'string', maxLength: 255 },
  example: 'order-10042-allocation',
}

function describe(operationId: string, operation: Operation): Record<string, unknown> {
  const { answer, body, caller, version } = operation
  const need = scopeFor(operation)
  const roles = caller === 'apiKey' && need.includes(':') ? [need] : []
  return {
    operationId,
    tags: [areaOf(operation.path)?.name ?? forBrowsers.name],
    summary: operation.summary,
    security: caller === 'anyone' ? [] : [{ [version === 'v2' ? 'xApiKey' : caller]: roles }],
    parameters: [
      ...parameters(operation.params, 'path'),
      ...parameters(operation.query, 'query'),
      ...(takesIdempotencyKey(operation) ? [idempotencyKey] : []),
    ],
    ...(body && {
      requestBody: {
        required: !operation.bodyOptional,
        content: jsonContent(body, bodyExample(operationId, operation)),
      },
    }),
    responses: {
      [answer.status]: {
        description: operation.summary,
        ...(answer.status !== 204 && { content: answerContent(operationId, operation) }),
      },
      ...refusals(operation),
    },
  }
}

function jsonContent(schema: TSchema, example: unknown): Record<string, unknown> {
  return { 'application/json': { schema: referenced(schema), example } }
}

function answerContent(operationId: string, operation: Operation): Record<string, unknown> {
  const { schema, mediaType } = operation.answer
  if (mediaType === undefined) return jsonContent(schema!, answerExample(operationId, operation))
  return Object.fromEntries([mediaType].flat().map((type) => [type, textContent(type)]))
}

const textExamples: Readonly<Record<string, string>> = {
  'text/html': '<ekko-impact><template shadowrootmode="open">…</template></ekko-impact>',
  'text/csv':
    'id,fundsDateTime,total\r\n0198c1f0-7a2e-7c3d-9b4e-5f6071829010,2026-11-20T10:18:25.601Z,12.40\r\n',
  'application/x-ndjson': '{"id":"0198c1f0-7a2e-7c3d-9b4e-5f6071829010","total":12.4}\n',
}

function textContent(type: string): Record<string, unknown> {
  return { schema: { type: 'string' }, example: textExamples[type] ?? '' }
}

function parameters(schema: TSchema | undefined, where: 'path' | 'query'): unknown[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, TSchema>
    required?: string[]
  }
  const examples = (schema ? exampleFor(schema) : {}) as Record<string, unknown>
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: required.includes(name),
    schema: property,
    example: examples[name],
  }))
}

const retryAfter = {
  'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer', minimum: 1 }, example: 1 },
}

function refusals(operation: Operation): Record<string, unknown> {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of refusalsOf(operation))
    byStatus.set(errors[code].status, [...(byStatus.get(errors[code].status) ?? []), code])
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      {
        description: list.map((code) => `${code}: ${errors[code].meaning}`).join(' '),
        ...(status === errors.TOO_MANY_REQUESTS.status && { headers: retryAfter }),
        content: refusalContent(list, operation),
      },
    ]),
  )
}

function refusalContent(codes: readonly ErrorCode[], { version, path }: Operation): Record<string, unknown> {
  const isV2 = version === 'v2'
  const exampleOf = (code: ErrorCode) =>
    isV2 ? { value: v2ErrorExample(code, path) } : { $ref: `#/components/examples/${code}` }
  return {
    'application/json': {
      schema: referenced(isV2 ? V2ErrorBody : ErrorBody),
      examples: Object.fromEntries(codes.map((code) => [code, exampleOf(code)])),
    },
  }
}

const names = new Map<unknown, string>(Object.entries(schemas).map(([name, schema]) => [schema, name]))

function referenced(schema: unknown): unknown {
  const name = names.get(schema)
  if (name === undefined) return withReferences(schema)
  const { description } = schema as TSchema & { description?: string }
  return { $ref: `#/components/schemas/${name}`, ...(description !== undefined && { description }) }
}

/** What has a name of its own stands in it by that name. */
function withReferences(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(referenced)
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(Object.entries(schema).map(([key, member]) => [key, referenced(member)]))
}
