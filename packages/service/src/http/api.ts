/**
 * Turns each operation of the contract into a route: authenticate, validate, call, answer, refuse.
 * Law: an operation exists because the table has it; nothing else is routed here.
 */
import { type Operation, type OperationName, operations } from '@ekko/contract/operations'
import { type Need, scopeFor } from '@ekko/contract/scopes'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { answerOnce, readKey } from '../kernel/idempotent-request.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import type { Principal } from '../organisations/api-key.ts'
import type { Services } from '../services.ts'
import { type Answer, type Call, handlers } from './handlers.ts'
import { isStorable, parseJsonBody } from './json-body.ts'
import { RateLimiter, type RateLimits } from './rate-limit.ts'
import { sendRefusal } from './refusals.ts'
import { validatorFor } from './validation.ts'

/** Largest JSON body that is read. */
export const bodyBytesMax = 256 * 1024
const preflightMaxAgeS = 86_400
/** What pages may read of our answers. */
const exposedHeaders = 'ekko-state, retry-after, ratelimit, ratelimit-policy, x-request-id'

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal
    sessionId: string
  }
}

/** Of requests without an API key; may do nothing. */
const nobody: Principal = { keyId: '', organisationId: '', scopes: [], address: '' }

/** What stands before every operation. */
interface Gate {
  readonly services: Services
  readonly keys: RateLimiter
  readonly secrets: RateLimiter
}

export function registerApi(app: FastifyInstance, services: Services, limits: RateLimits): void {
  const { clock } = services.context
  const gate: Gate = {
    services,
    keys: new RateLimiter(clock, 'key', limits.perKey),
    secrets: new RateLimiter(clock, 'secret', limits.perSecret),
  }
  app.register(async (api) => {
    // One for all that have none: it is never changed, only replaced.
    api.decorateRequest('principal')
    api.decorateRequest('sessionId', '')
    api.removeAllContentTypeParsers()
    api.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: bodyBytesMax },
      (_request, body, done) => {
        try {
          done(null, parseJsonBody(body as string))
        } catch (cause) {
          done(cause as Error)
        }
      },
    )
    api.setErrorHandler((cause, request, reply) => sendRefusal(request, reply, cause, services.context.log))
    for (const name of Object.keys(operations) as OperationName[]) addRoute(api, gate, name)
    refuseOtherMethods(api)
  })
}

function addRoute(api: FastifyInstance, gate: Gate, name: OperationName): void {
  const { services } = gate
  const operation: Operation = operations[name]
  const need = scopeFor(operation)
  const validate = requestValidator(operation)
  const handler = handlers[name] as (services: Services, call: Call) => Promise<Answer>
  const fromBrowsers = operation.caller === 'clientSecret'
  api.route({
    method: operation.method,
    url: operation.path,
    exposeHeadRoute: false,
    bodyLimit: bodyBytesMax,
    onRequest: (request, reply) => {
      if (fromBrowsers) {
        reply.headers({ 'access-control-allow-origin': '*', 'access-control-expose-headers': exposedHeaders })
      }
      return authenticate(gate, operation, need, request, reply)
    },
    handler: async (request, reply) => {
      validate(request)
      const key =
        operation.method === 'POST' && operation.caller === 'apiKey' ? keyOf(operation, request) : undefined
      if (key === undefined) return send(reply, operation, await handler(services, callOf(request)))
      return sendOnce(services, request, reply, operation, key, handler)
    },
  })
  if (fromBrowsers) addPreflight(api, operation)
}

async function authenticate(
  { services, keys, secrets }: Gate,
  operation: Operation,
  need: Need,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  request.principal = nobody
  if (operation.caller === 'anyone') return
  const credential = credentialOf(operation, request)
  if (operation.caller === 'clientSecret') {
    request.sessionId = sessionOf(services, credential)
    secrets.take(request.sessionId, reply)
    return
  }
  const onKnown = (keyId: string) => keys.take(keyId, reply)
  request.principal = await services.apiKeys.authenticate(credential, { address: request.ip, need, onKnown })
}

function credentialOf({ version }: Operation, { headers }: FastifyRequest): string {
  const sent = version === 'v2' ? `Bearer ${headers['x-api-key'] ?? ''}` : headers.authorization
  const credential = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(sent ?? '')?.[1]
  if (credential !== undefined) return credential
  const where = version === 'v2' ? 'x-api-key' : 'authorization: bearer …'
  throw new Refusal('UNAUTHORIZED', `send a credential in the header ${where}`)
}

function sessionOf({ tokens }: Services, clientSecret: string): string {
  const sessionId = tokens.readClientSecret(clientSecret)
  if (sessionId === undefined) {
    throw new Refusal('UNAUTHORIZED', 'the client secret is missing, unknown or of another environment')
  }
  return sessionId
}

function requestValidator(operation: Operation): (request: FastifyRequest) => void {
  const body = operation.body && validatorFor(operation.body, 'body')
  const query = operation.query && validatorFor(operation.query, 'query')
  const params = operation.params && validatorFor(operation.params, 'path')
  return (request) => {
    if (!isStorable(request.query))
      throw new Refusal('BAD_REQUEST', 'the query holds a character that cannot be stored')
    params?.(request.params)
    query?.(request.query)
    if (body && (request.body !== undefined || !operation.bodyOptional)) body(request.body)
  }
}

/** Of the header or, where the operation has such a field, of the body. */
function keyOf({ body }: Operation, request: FastifyRequest): string | undefined {
  const inHeader = readKey(request.headers['idempotency-key'])
  const { properties = {} } = (body ?? {}) as { properties?: object }
  if (!('idempotencyKey' in properties)) return inHeader
  const inBody = (request.body as { idempotencyKey?: string | null }).idempotencyKey ?? undefined
  if (inHeader !== undefined && inBody !== undefined && inHeader !== inBody) {
    throw refuseField('UNPROCESSABLE_ENTITY', '/idempotencyKey', 'not the same as the header idempotency-key')
  }
  return inHeader ?? inBody
}

async function sendOnce(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  { method, answer }: Operation,
  key: string,
  handler: (services: Services, call: Call) => Promise<Answer>,
): Promise<FastifyReply> {
  const { organisationId, scopes } = request.principal
  // An answer may hold what only the key that asked first was to be given, so whoever may do less asks something else.
  const asWhom = scopes === null ? '' : ` as ${scopes.join(' ')}`
  const keyed = {
    organisationId,
    key,
    request: `${method} ${request.url}${asWhom}\n${JSON.stringify(request.body ?? null)}`,
  }
  const work = async (newId: string) => (await handler(services, { ...callOf(request), newId })).body
  const outcome = await answerOnce(services.context, keyed, answer.status, work)
  reply.code(outcome.status).header('cache-control', 'no-store')
  if (outcome.replayed) reply.header('idempotent-replayed', 'true')
  return reply.type('application/json; charset=utf-8').send(outcome.body)
}

function callOf(request: FastifyRequest): Call {
  const { principal, sessionId, headers } = request
  return {
    principalId: principal.organisationId,
    principal,
    sessionId,
    body: request.body ?? {},
    query: request.query,
    params: request.params,
    origin: headers.origin,
  }
}

function send(reply: FastifyReply, { answer }: Operation, { body, headers }: Answer): FastifyReply {
  reply.code(answer.status).header('cache-control', 'no-store')
  if (headers) reply.headers(headers)
  if (answer.status === 204) return reply.send()
  return answer.mediaType
    ? reply.type(headers?.['content-type'] ?? `${answer.mediaType}; charset=utf-8`).send(body)
    : reply.type('application/json; charset=utf-8').send(JSON.stringify(body))
}

function addPreflight(api: FastifyInstance, operation: Operation): void {
  api.options(operation.path, (_request, reply) =>
    reply
      .code(204)
      .headers({
        'access-control-allow-origin': '*',
        'access-control-allow-methods': operation.method,
        'access-control-allow-headers': 'authorization, content-type, idempotency-key',
        'access-control-max-age': String(preflightMaxAgeS),
      })
      .send(),
  )
}

/** A known path with another method is 405, not 404. */
function refuseOtherMethods(api: FastifyInstance): void {
  const methodsByPath = new Map<string, string[]>()
  for (const { path, method } of Object.values<Operation>(operations)) {
    methodsByPath.set(path, [...(methodsByPath.get(path) ?? []), method])
  }
  for (const [path, methods] of methodsByPath) {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      if (methods.includes(method)) continue
      api.route({
        method,
        url: path,
        exposeHeadRoute: false,
        onRequest: async (_request, reply) => {
          reply.header('allow', methods.join(', '))
          throw new Refusal('METHOD_NOT_ALLOWED', `this path takes ${methods.join(', ')}`)
        },
        handler: async () => undefined,
      })
    }
  }
}
