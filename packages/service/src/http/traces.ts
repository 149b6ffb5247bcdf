/**
 * What is told of each request once it is answered: counts for `/metrics`, a span where traces are kept, and a share of them
 * as log lines.
 * Law: the route, never the address, which may hold a token; ids of ours, never what somebody sent.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import { currentTraceId, type OpenSpan, type Tracer } from '../kernel/tracer.ts'

export interface Telling {
  /** Null while traces are not kept. */
  readonly tracer: Tracer | null
  readonly log: Log
  /** Share of the requests that are logged, 0 to 1. */
  readonly logShare: number
}

const serverError = 500
const msPerSecond = 1000
const durationBoundsSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

export function tellOfRequests(
  app: FastifyInstance,
  metrics: Metrics,
  { tracer, log, logShare }: Telling,
): void {
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
  const count = countingIn(metrics)
  // Counting is fairer than chance, and needs none.
  let owed = 0
  app.addHook('onResponse', (request, reply, done) => {
    count(request, reply)
    endSpan(spans.get(request), request, reply)
    owed += logShare
    if (owed >= 1) {
      owed -= 1
      log.info('request', told(request, reply, spans.get(request)?.traceId))
    }
    done()
  })
}

function countingIn(metrics: Metrics): (request: FastifyRequest, reply: FastifyReply) => void {
  const requests = metrics.counter(
    'ekko_http_requests_total',
    'Requests that this process answered, by method, route and status; the route is none where there is none.',
  )
  const durations = metrics.histogram(
    'ekko_http_request_duration_seconds',
    'How long they took, seconds; the feed of events waits as long as it is asked to.',
    durationBoundsSeconds,
  )
  return ({ method, routeOptions: { url: route = 'none' } }, { statusCode, elapsedTime }) => {
    requests.add({ method, route, status: String(statusCode) })
    durations.observe(elapsedTime / msPerSecond)
  }
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
