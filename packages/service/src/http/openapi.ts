/**
 * The OpenAPI 3.1 document, derived from the contract's tables and nothing else.
 */
import { type ErrorCode, errors } from '@ekko/contract/errors'
import { type Operation, operations } from '@ekko/contract/operations'
import { ErrorBody, resources } from '@ekko/contract/resources'
import type { TSchema } from 'typebox'

/** What any operation may answer besides its own refusals. */
const commonErrors = [
  'BAD_REQUEST',
  'INTERNAL_SERVER_ERROR',
  'SERVICE_UNAVAILABLE',
] as const satisfies readonly ErrorCode[]
const callerErrors = {
  apiKey: ['UNAUTHORIZED'],
  clientSecret: ['UNAUTHORIZED'],
  anyone: [],
} as const satisfies Record<Operation['caller'], readonly ErrorCode[]>

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
    paths,
    components: {
      schemas: resources,
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'A server’s key: ek_test_… or ek_live_…' },
        clientSecret: {
          type: 'http',
          scheme: 'bearer',
          description: 'A session’s secret for the browser: cs_test_… or cs_live_…',
        },
      },
    },
  }
}

/** What a POST that came with an Idempotency-Key may answer besides. */
const keyErrors = ['IDEMPOTENCY_IN_FLIGHT', 'IDEMPOTENCY_KEY_REUSED'] as const satisfies readonly ErrorCode[]
const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'The same request again is answered with the first answer and has no second effect, for 30 days',
  schema: { type: 'string', maxLength: 255 },
}

function describe(operationId: string, operation: Operation): Record<string, unknown> {
  const { answer, body } = operation
  const takesKey = operation.method === 'POST' && operation.caller === 'apiKey'
  return {
    operationId,
    summary: operation.summary,
    ...(operation.caller === 'anyone' ? {} : { security: [{ [operation.caller]: [] }] }),
    parameters: [
      ...parameters(operation.params, 'path'),
      ...parameters(operation.query, 'query'),
      ...(takesKey ? [idempotencyKey] : []),
    ],
    ...(body && {
      requestBody: {
        required: !operation.bodyOptional,
        content: { 'application/json': { schema: referenced(body) } },
      },
    }),
    responses: {
      [answer.status]: {
        description: operation.summary,
        ...(answer.status !== 204 && {
          content: answer.mediaType
            ? { [answer.mediaType]: { schema: { type: 'string' } } }
            : { 'application/json': { schema: referenced(answer.schema!) } },
        }),
      },
      ...refusals([
        ...commonErrors,
        ...callerErrors[operation.caller],
        ...operation.errors,
        ...(takesKey ? keyErrors : []),
      ]),
    },
  }
}

function parameters(schema: TSchema | undefined, where: 'path' | 'query'): unknown[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, TSchema>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: required.includes(name),
    schema: property,
  }))
}

function refusals(codes: readonly ErrorCode[]): Record<string, unknown> {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of codes)
    byStatus.set(errors[code].status, [...(byStatus.get(errors[code].status) ?? []), code])
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      {
        description: list.map((code) => `${code}: ${errors[code].meaning}`).join(' '),
        content: { 'application/json': { schema: referenced(ErrorBody) } },
      },
    ]),
  )
}

const names = new Map<unknown, string>(Object.entries(resources).map(([name, schema]) => [schema, name]))

function referenced(schema: TSchema): unknown {
  const name = names.get(schema)
  if (name) return { $ref: `#/components/schemas/${name}` }
  const { items } = schema as { items?: TSchema }
  return items && names.has(items) ? { ...schema, items: referenced(items) } : schema
}
