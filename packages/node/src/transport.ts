/**
 * For: one call to the service from beginning to end: deadline, attempts, idempotency key, answer or error.
 * Not for: knowing any operation; the resources say what to call.
 * Law: every attempt of one POST carries the same Idempotency-Key, and all attempts together fit into one deadline.
 */
import { parseAnswer, readText, refusalFrom } from './answer.ts'
import { type Deadline, startDeadline } from './deadline.ts'
import { EkkoConnectionError, EkkoError } from './errors.ts'
import { isWorthAnotherAttempt, maxAttempts, waitMs } from './retry.ts'
import { version } from './version.ts'

/** What a caller may say about any one call. */
export interface CallOptions {
  /** For POST. One is made when absent, so that retries within the call are safe; give your own to be safe across restarts. */
  idempotencyKey?: string
  /** Milliseconds for this call in all, retries and waits included. */
  timeoutMs?: number
  signal?: AbortSignal
}

export interface Call extends CallOptions {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  /** Text, numbers, dates and what is undefined. */
  readonly query?: object | undefined
  readonly body?: unknown
  /** Instead of the API key. */
  readonly bearer?: string
  readonly accept?: 'application/json' | 'text/html' | '*/*'
  readonly maxBytes?: number
}

export interface Connection {
  readonly apiKey: string
  readonly baseUrl: string
  readonly timeoutMs: number
  readonly fetch: typeof fetch
}

/** What each operation is: a method and a path, with the caller's wishes handed through. */
export interface Transport {
  get<T>(path: string, options: CallOptions, query?: object): Promise<T>
  post<T>(path: string, body: unknown, options: CallOptions): Promise<T>
  patch<T>(path: string, body: unknown, options: CallOptions): Promise<T>
  delete(path: string, options: CallOptions): Promise<void>
  html(call: Call): Promise<string>
  /** The answer as it comes; the deadline is for its beginning. */
  stream(call: Call): Promise<ReadableStream<Uint8Array>>
}

/** Edge runtimes have no `process`, or one without versions. */
const nodeVersion: string | undefined = globalThis.process?.versions?.node
const maxJsonBytes = 16 * 1024 * 1024

export const createTransport = (connection: Connection): Transport => {
  const json = <T>(call: Call) =>
    send(connection, call, async (response, text) => parseAnswer<T>(await text(), response))
  return {
    get: (path, options, query) => json({ ...options, method: 'GET', path, query }),
    post: (path, body, options) => json({ ...options, method: 'POST', path, body }),
    patch: (path, body, options) => json({ ...options, method: 'PATCH', path, body }),
    delete: (path, options) =>
      send(
        connection,
        { ...options, method: 'DELETE', path },
        async (_response, text) => void (await text()),
      ),
    html: (call) => send(connection, { ...call, accept: 'text/html' }, htmlOnly),
    stream: (call) => send(connection, { ...call, accept: '*/*' }, streamOf),
  }
}

/** @param text reads all of the answer */
type Reader<T> = (response: Response, text: () => Promise<string>) => Promise<T>

const htmlOnly: Reader<string> = async (response, text) => {
  const html = await text()
  if (/^text\/html\b/i.test(response.headers.get('content-type') ?? '')) return html
  throw new EkkoConnectionError('The answer is not HTML; does baseUrl point at the service?', {
    code: 'UNREADABLE_ANSWER',
    status: response.status,
  })
}

const streamOf: Reader<ReadableStream<Uint8Array>> = async ({ body }) =>
  body ?? new ReadableStream({ start: (controller) => controller.close() })

const send = async <T>(connection: Connection, call: Call, read: Reader<T>): Promise<T> => {
  const deadline = startDeadline(limitOf(call.timeoutMs ?? connection.timeoutMs), call.signal)
  try {
    const request = requestOf(connection, call)
    for (let attempt = 1; ; attempt++) {
      const outcome = await attemptOnce(connection, request, call, deadline, read)
      if (!(outcome instanceof EkkoError)) return outcome.value
      const wait = waitMs(attempt, outcome.retryAfterMs, Math.random())
      const hopeless = attempt >= maxAttempts || !isWorthAnotherAttempt(outcome)
      // A wait that outlives the deadline would only delay the same news.
      if (hopeless || wait >= deadline.remainingMs()) throw outcome
      await deadline.pause(wait).catch((cause) => {
        throw outcomeUnknown(cause, deadline)
      })
    }
  } finally {
    deadline.end()
  }
}

const attemptOnce = async <T>(
  connection: Connection,
  request: Request,
  call: Call,
  deadline: Deadline,
  read: Reader<T>,
): Promise<EkkoError | { value: T }> => {
  try {
    const init = { ...request.init, signal: deadline.signal }
    const response = await deadline.hold(connection.fetch(request.url, init))
    const text = () => deadline.hold(readText(response, call.maxBytes ?? maxJsonBytes))
    return response.ok ? { value: await read(response, text) } : refusalFrom(response, await text())
  } catch (cause) {
    return cause instanceof EkkoError ? cause : outcomeUnknown(cause, deadline)
  }
}

const outcomeUnknown = (cause: unknown, deadline: Deadline): EkkoError => {
  if (deadline.expired())
    return new EkkoConnectionError('No answer came in time', { code: 'TIMEOUT', retryable: true, cause })
  if (deadline.signal.aborted)
    return new EkkoConnectionError('The call was aborted', { code: 'ABORTED', cause })
  return new EkkoConnectionError('The service could not be reached', {
    code: 'CONNECTION_FAILED',
    retryable: true,
    cause,
  })
}

interface Request {
  readonly url: string
  readonly init: RequestInit
}

const requestOf = (connection: Connection, call: Call): Request => {
  const url = new URL(connection.baseUrl + call.path)
  for (const [name, value] of Object.entries<unknown>({ ...call.query }))
    if (value !== undefined)
      url.searchParams.set(name, value instanceof Date ? value.toISOString() : String(value))
  const headers: Record<string, string> = {
    authorization: `Bearer ${call.bearer ?? connection.apiKey}`,
    accept: call.accept ?? 'application/json',
    'user-agent': `ekko-node/${version}${nodeVersion === undefined ? '' : ` node/${nodeVersion}`}`,
  }
  // Redirects are not followed: they would carry a POST, or the key, to where nobody meant it to go.
  const init: RequestInit = { method: call.method, headers, redirect: 'manual' }
  if (call.method === 'POST')
    headers['idempotency-key'] = checkedKey(call.idempotencyKey ?? crypto.randomUUID())
  if (call.body !== undefined) {
    headers['content-type'] = 'application/json'
    init.body = JSON.stringify(call.body)
  }
  return { url: url.href, init }
}

const checkedKey = (idempotencyKey: string): string => {
  if (/^[\x21-\x7e]{1,255}$/.test(idempotencyKey)) return idempotencyKey
  throw new TypeError('idempotencyKey must be 1 to 255 visible ASCII characters')
}

const longestTimerMs = 2 ** 31 - 1
const limitOf = (timeoutMs: number): number => {
  if (timeoutMs > 0 && timeoutMs <= longestTimerMs) return timeoutMs
  throw new TypeError('timeoutMs must be a number of milliseconds above 0')
}
