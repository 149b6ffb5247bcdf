/**
 * What is told of each request once it is answered: a span where traces are kept, and a share of them as log lines.
 * Law: the route, never the address, which may hold a token; ids of ours, never what somebody sent.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../kernel/log.ts'
import { currentTraceId, type OpenSpan, type Tracer } from '../kernel/tracer.ts'

export interface Telling {
  /** Null while traces are not kept. */
  readonly tracer: Tracer | null
  readonly log: Log
  /** Share of the requests that are logged, 0 to 1. */
  readonly logShare: number
}

const serverError = 500

export function tellOfRequests(app: FastifyInstance, { tracer, log, logShare }: Telling): void {
  const spans = new WeakMap<FastifyRequest, OpenSpan>()
  if (tracer) {
    app.addHook('onRequest', (request, _reply, done) => {
      const { traceparent } = request.headers
      const span = tracer.open(
        request.method,
        'server',
        typeof traceparent === 'string' ? traceparent : undefined,
      )
      spans.set(request, span)
      tracer.within(span, done)
    })
  }
  if (!tracer && logShare === 0) return
  // Counting is fairer than chance, and needs none.
  let owed = 0
  app.addHook('onResponse', async (request, reply) => {
    endSpan(spans.get(request), request, reply)
    owed += logShare
    if (owed < 1) return
    owed -= 1
    log.info('request', told(request, reply, spans.get(request)?.traceId))
  })
}

function endSpan(span: OpenSpan | undefined, request: FastifyRequest, reply: FastifyReply): void {
  const route = request.routeOptions.url ?? 'no route'
  span?.end({
    name: `${request.method} ${route}`,
    attributes: {
      'http.request.method': request.method,
      'http.route': route,
      'http.response.status_code': reply.statusCode,
      'ekko.request_id': request.id,
    },
    failed: reply.statusCode >= serverError,
  })
}

function told(
  request: FastifyRequest,
  reply: FastifyReply,
  traceId = currentTraceId(),
): Record<string, unknown> {
  return {
    requestId: request.id,
    ...(traceId && { traceId }),
    method: request.method,
    route: request.routeOptions.url ?? null,
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime),
    ...(request.principal?.organisationId && { organisationId: request.principal.organisationId }),
  }
}
