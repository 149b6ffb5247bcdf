/**
 * Posts one webhook and says what came of it. Never throws: whatever happens is an `Attempt`.
 * Not for deciding what happens next (`delivery.ts`).
 * Law: one deadline covers connecting, headers and body; redirects are not followed; of an answer at most 16 KiB are
 * read and the first 1 KiB is kept. A 2xx whose body breaks off is no success: nobody knows what the receiver did.
 */
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Environment } from '../kernel/context.ts'
import {
  AddressRefused,
  guardedAgent,
  type Resolve,
  resolveByNameServers,
  systemResolve,
} from './connector.ts'
import type { Attempt, AttemptOutcome } from './delivery.ts'
import { endpointUrlFault } from './endpoint-url.ts'

export const attemptDeadlineMs = 20_000
export const answerReadBytesMax = 16_384
export const answerKeptBytesMax = 1_024

export interface Egress {
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Attempt>
  /** Breaks off what is under way (`interrupted`) and lets go of all sockets. */
  close(): void
}

export function openEgress(
  environment: Environment,
  {
    deadlineMs = attemptDeadlineMs,
    resolve = environment === 'production' ? resolveByNameServers() : systemResolve,
  }: { deadlineMs?: number; resolve?: Resolve } = {},
): Egress {
  const kept = agentsFor(environment, resolve, true)
  const fresh = agentsFor(environment, resolve, false)
  const underWay = new Set<AbortController>()

  return {
    async post(url, headers, body) {
      if (endpointUrlFault(url, environment) !== undefined) return failed('refused', 0, 'URL_REFUSED')
      const startedMs = performance.now()
      const abort = new AbortController()
      const timer = setTimeout(() => abort.abort('timeout'), deadlineMs)
      underWay.add(abort)
      const send = (agents: Agents) => exchange(new URL(url), agents, headers, body, abort.signal)
      try {
        // A server may close an idle connection at the moment we reuse it. That says nothing about the receiver.
        const reply = await send(kept).catch((error) =>
          error instanceof StaleSocket ? send(fresh) : Promise.reject(error),
        )
        return { ...reply, durationMs: since(startedMs), detail: null }
      } catch (error) {
        return failed(outcomeOf(error, abort.signal), since(startedMs), codeOf(error))
      } finally {
        clearTimeout(timer)
        underWay.delete(abort)
      }
    },
    close() {
      for (const abort of underWay) abort.abort('interrupted')
      for (const agent of [...Object.values(kept), ...Object.values(fresh)]) agent.destroy()
    },
  }
}

type Agents = ReturnType<typeof agentsFor>
type Reply = Pick<Attempt, 'outcome' | 'httpStatus' | 'answer' | 'retryAfter'>

class StaleSocket extends Error {}
class BrokenAnswer extends Error {
  readonly code = 'ANSWER_INCOMPLETE'
}

function agentsFor(environment: Environment, resolve: Resolve, keepAlive: boolean) {
  return {
    'http:': guardedAgent('http:', environment, resolve, keepAlive),
    'https:': guardedAgent('https:', environment, resolve, keepAlive),
  }
}

function exchange(
  url: URL,
  agents: Agents,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const bytes = Buffer.from(body)
    const secure = url.protocol === 'https:'
    const request: ClientRequest = (secure ? requestHttps : requestHttp)(url, {
      method: 'POST',
      agent: secure ? agents['https:'] : agents['http:'],
      headers: { ...headers, 'content-length': bytes.length },
      signal,
    })
    request.on('response', (response) => readReply(response, resolve, reject))
    request.on('error', (error) => {
      const stale = request.reusedSocket && !signal.aborted && resetCodes.includes(codeOf(error) ?? '')
      reject(stale ? new StaleSocket() : error)
    })
    request.on('close', () => reject(new BrokenAnswer()))
    request.end(bytes)
  })
}

const resetCodes = ['ECONNRESET', 'EPIPE']

function readReply(
  response: IncomingMessage,
  resolve: (reply: Reply) => void,
  reject: (error: Error) => void,
): void {
  const chunks: Buffer[] = []
  let readBytes = 0
  const finish = () => {
    const status = response.statusCode ?? 0
    resolve({
      outcome: status >= 200 && status <= 299 ? 'accepted' : 'rejected',
      httpStatus: status,
      answer: beginning(Buffer.concat(chunks)),
      retryAfter: response.headers['retry-after'],
    })
  }
  response.on('data', (chunk: Buffer) => {
    if (readBytes < answerKeptBytesMax) chunks.push(chunk)
    readBytes += chunk.length
    if (readBytes < answerReadBytesMax) return
    finish()
    response.destroy()
  })
  response.on('end', finish)
  response.on('error', () => reject(new BrokenAnswer()))
}

// PostgreSQL's text holds no NUL, and bytes that are no UTF-8 grow when they are replaced.
function beginning(bytes: Buffer): string {
  const text = bytes.subarray(0, answerKeptBytesMax).toString('utf8').replaceAll('\0', '\ufffd')
  const kept = Buffer.from(text).subarray(0, answerKeptBytesMax).toString('utf8')
  return Buffer.byteLength(kept) <= answerKeptBytesMax ? kept : kept.replace(/\ufffd+$/, '')
}

function outcomeOf(error: unknown, signal: AbortSignal): AttemptOutcome {
  if (signal.aborted) return signal.reason === 'interrupted' ? 'interrupted' : 'timeout'
  if (error instanceof AddressRefused) return 'refused'
  return error instanceof BrokenAnswer ? 'incomplete' : 'unreachable'
}

function failed(outcome: AttemptOutcome, durationMs: number, detail: string | null): Attempt {
  return { outcome, durationMs, httpStatus: null, detail, answer: null, retryAfter: undefined }
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

function since(startedMs: number): number {
  return Math.round(performance.now() - startedMs)
}
