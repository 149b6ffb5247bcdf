/**
 * One HTTP exchange with a provider, for adapters without a client of their own. JSON both ways.
 * Law: one deadline covers connecting, sending and the whole answer; anything but a complete JSON answer is `unknown`.
 * For requests only that may be repeated: GET, or POST with an idempotency key.
 */
import http from 'node:http'
import https from 'node:https'
import { traceparent } from '../kernel/tracer.ts'

export interface PspRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

export type PspAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'unknown'; readonly cause: string }

export type PspTransport = (request: PspRequest, deadlineMs: number) => Promise<PspAnswer>

const socketsMax = 32
const answerMaxBytes = 1_048_576

/** Sockets are kept open between calls; idle ones do not keep the process alive. */
export function pspTransport(): PspTransport {
  const agents = {
    'http:': new http.Agent({ keepAlive: true, maxSockets: socketsMax }),
    'https:': new https.Agent({ keepAlive: true, maxSockets: socketsMax }),
  }
  return async (request, deadlineMs) => {
    const deadline = AbortSignal.timeout(deadlineMs)
    const agent = agents[new URL(request.url).protocol as keyof typeof agents]
    try {
      return await exchange(request, agent, deadline)
    } catch (error) {
      // The provider may close a kept socket at the moment it is used again; a fresh one tells whether it is there.
      if (!(error instanceof StaleSocket)) return unknown(error, deadline)
    }
    return exchange(request, false, deadline).catch((error: unknown) => unknown(error, deadline))
  }
}

class StaleSocket extends Error {
  override readonly name = 'StaleSocket'
}

function unknown(error: unknown, deadline: AbortSignal): PspAnswer {
  if (deadline.aborted) return { kind: 'unknown', cause: 'no answer before the deadline' }
  return { kind: 'unknown', cause: error instanceof Error ? error.message || error.name : String(error) }
}

function exchange(request: PspRequest, agent: http.Agent | false, deadline: AbortSignal): Promise<PspAnswer> {
  const body = request.body === undefined ? undefined : JSON.stringify(request.body)
  const trace = traceparent()
  const headers: Record<string, string> = {
    accept: 'application/json',
    ...(trace && { traceparent: trace }),
    ...request.headers,
  }
  if (body !== undefined) {
    headers['content-type'] = 'application/json'
    headers['content-length'] = String(Buffer.byteLength(body))
  }
  const { request: send } = request.url.startsWith('https:') ? https : http
  return new Promise((resolve, reject) => {
    const outgoing = send(request.url, { method: request.method, headers, agent, signal: deadline })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const stale = outgoing.reusedSocket && error.code === 'ECONNRESET'
      reject(stale ? new StaleSocket() : error)
    })
    outgoing.on('response', (incoming) => {
      readJson(incoming).then((json) => {
        resolve({ kind: 'answer', status: incoming.statusCode ?? 0, body: json })
      }, reject)
    })
    outgoing.end(body)
  })
}

async function readJson(incoming: http.IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > answerMaxBytes) throw new Error('the answer is longer than we read')
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new Error(`status ${incoming.statusCode} with a body that is not JSON`)
  }
}
