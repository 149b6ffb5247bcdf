/**
 * Turning what was thrown into the documented error body: `{ error, code, requestId }`, with `issues` for single fields;
 * under `/v2` into the nested one of that version.
 * Anything that is not a refusal is our bug: it answers 500, is logged with the request id, and says nothing else.
 */
import type { Duplex } from 'node:stream'

import { type ErrorCode, errors } from '@ekko/contract/errors'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../kernel/log.ts'
import { type Issue, Refusal } from '../kernel/refusal.ts'
import { isV2, v2ErrorBody } from './v2-errors.ts'

const codesOfFastify: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'REQUEST_ENTITY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'BAD_REQUEST',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'BAD_REQUEST',
  FST_ERR_VALIDATION: 'BAD_REQUEST',
  FST_ERR_BAD_URL: 'BAD_REQUEST',
  FST_ERR_MAX_PARAM_LENGTH: 'NOT_FOUND',
  FST_ERR_NOT_FOUND: 'NOT_FOUND',
}

export function refusalFrom(cause: unknown): Refusal | undefined {
  if (cause instanceof Refusal) return cause
  const { code, message } = cause as Partial<FastifyError>
  const known = code === undefined ? undefined : codesOfFastify[code]
  if (known) return new Refusal(known, plain(known, message ?? ''))
  return (cause as { name?: string }).name === 'DatabaseUnavailable'
    ? new Refusal('SERVICE_UNAVAILABLE', 'the database cannot be reached; nothing was done')
    : undefined
}

function plain(code: ErrorCode, message: string): string {
  return code === 'BAD_REQUEST'
    ? message.toLowerCase()
    : errors[code].meaning.toLowerCase().replace(/\.$/, '')
}

export function errorBody(
  refusal: Refusal,
  requestId: string,
): { error: string; code: string; requestId: string; issues?: readonly Issue[] } {
  const body = { error: refusal.message, code: refusal.code, requestId }
  return refusal.issues.length > 0 ? { ...body, issues: refusal.issues } : body
}

/** What is no HTTP, or has a head longer than Node reads, meets no route: it is answered here, by hand, and ends. */
export function refuseUnreadable(cause: { code?: string }, socket: Duplex, requestId: string): void {
  if (cause.code === 'ECONNRESET' || !socket.writable) return
  const isLong = cause.code === 'HPE_HEADER_OVERFLOW'
  const error = isLong ? 'the address and the headers are longer than the service reads' : 'this is not http'
  // Browsers know the one status that may come on a connection over which they asked nothing; it has no code of ours.
  const isLate = cause.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  const text = isLate ? '' : JSON.stringify(errorBody(new Refusal('BAD_REQUEST', error), requestId))
  socket.end(
    [
      isLate ? 'HTTP/1.1 408 Request Timeout' : 'HTTP/1.1 400 Bad Request',
      'connection: close',
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(text)}`,
      `x-request-id: ${requestId}`,
      '',
      text,
    ].join('\r\n'),
  )
}

export function sendRefusal(request: FastifyRequest, reply: FastifyReply, cause: unknown, log: Log): void {
  let refusal = refusalFrom(cause)
  // Whoever went away in the middle of a request is nobody's bug, and reads no answer.
  if (request.raw.errored === cause) refusal = new Refusal('BAD_REQUEST', 'the request broke off')
  if (!refusal) {
    log.error('request failed', {
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url,
      cause,
    })
    refusal = new Refusal('INTERNAL_SERVER_ERROR', 'something went wrong on our side')
  }
  const toV2 = isV2(request.url)
  if (refusal.code === 'UNAUTHORIZED' && !toV2) reply.header('www-authenticate', 'Bearer')
  const body = toV2 ? v2ErrorBody(refusal, request.id, request.url) : errorBody(refusal, request.id)
  reply
    .code(refusal.status)
    .header('x-request-id', request.id)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(body))
}
