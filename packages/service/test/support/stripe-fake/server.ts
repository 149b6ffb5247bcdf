/**
 * For tests: an unofficial fake of Stripe on a port of its own, for the few endpoints that the adapter speaks. It keeps
 * state, refuses what Stripe refuses, remembers idempotency keys, and can be told to fail as networks and servers do.
 */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import Stripe from 'stripe'
import { FakeAccount, type Means } from './account.ts'
import { endpoints, expanded } from './endpoints.ts'
import { type Form, Refused, readForm } from './form.ts'
import { newEvent } from './money-objects.ts'

export const fakeApiVersion = '2026-10-28.endive'

/** What goes wrong with a call. `after`: what was asked for has happened all the same. */
export type Fault =
  | 'closes before'
  | 'closes after'
  | 'conflicts'
  | 'limits'
  | 'fails before, for ever'
  | 'fails after, for ever'
  | 'truncates'
  | 'answers another shape'
  | 'is slow'

export interface SentNotification {
  readonly rawBody: Buffer
  readonly headers: { readonly 'stripe-signature': string }
}

export interface StripeFake {
  readonly account: FakeAccount
  readonly server: { readonly protocol: 'http'; readonly host: string; readonly port: number }
  readonly origin: string
  readonly secretKey: string
  readonly webhookSecret: string
  readonly sent: readonly SentNotification[]
  /** Method and path of each call, in order. */
  readonly calls: readonly string[]
  /** The next calls that match fail in this way. */
  fault(fault: Fault, times?: number, path?: RegExp): void
  /** No call fails any more. */
  heal(): void
  /** As Stripe does after a day. */
  forgetKeys(): void
  /** As a shopper at the fake's page. Answers where the page leads to. */
  shop(url: string, means: Means): Promise<string>
  /** Waits until what is under way has come to its end: slow banks, and notifications on their way. */
  settle(): Promise<void>
  close(): Promise<void>
}

export interface StripeFakeOptions {
  readonly delayMs?: number
  /** Where events go; nowhere unless given. A function, as a port is known late. */
  readonly notificationUrl?: () => string
}

const slowMs = 400

interface Remembered {
  readonly fingerprint: string
  status: number
  body: string | undefined
}

export async function startStripeFake(options: StripeFakeOptions = {}): Promise<StripeFake> {
  const secretKey = 'sk_test_unofficial_fake'
  const webhookSecret = 'whsec_unofficial_fake'
  const sent: SentNotification[] = []
  const calls: string[] = []
  const pending = new Set<Promise<unknown>>()
  const track = (work: Promise<unknown>) => {
    pending.add(work)
    void work.finally(() => pending.delete(work))
  }
  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  const webhooks = new Stripe(secretKey).webhooks
  const account = new FakeAccount({
    nowS: () => Math.floor(Date.now() / 1000),
    later: (what) => track(wait(options.delayMs ?? 40).then(what)),
    emit(type, object) {
      const created = Math.floor(Date.now() / 1000)
      const event = newEvent(account.id('evt'), created, fakeApiVersion, type, object)
      const payload = JSON.stringify(event)
      const signature = webhooks.generateTestHeaderString({ payload, secret: webhookSecret })
      sent.push({ rawBody: Buffer.from(payload), headers: { 'stripe-signature': signature } })
      if (options.notificationUrl) track(deliver(options.notificationUrl(), payload, signature))
    },
  })
  const faults: { fault: Fault; path: RegExp }[] = []
  const keys = new Map<string, Remembered>()
  let origin = ''

  const server = http.createServer((request, response) => {
    const handle = async () => {
      const body = await bodyOf(request)
      const url = new URL(request.url ?? '/', 'http://fake')
      if (url.pathname.startsWith('/c/pay/')) return showPage(account, url, request, body, response)
      calls.push(`${request.method} ${url.pathname}`)
      const index = faults.findIndex(({ path }) => path.test(url.pathname))
      const fault = index < 0 ? undefined : faults.splice(index, 1)[0]!.fault
      if (fault === 'closes before') return request.socket.destroy()
      if (fault === 'conflicts') return send(response, 409, errorBody('idempotency_key_in_use'))
      if (fault === 'limits') return send(response, 429, errorBody('rate_limit'))
      const answer = await answerTo(request, url, body, fault)
      if (fault === 'closes after') return request.socket.destroy()
      if (fault === 'answers another shape') return send(response, 200, '{"hello":"world"}')
      if (fault === 'truncates') return send(response, 200, answer.body.slice(0, -20))
      send(response, answer.status, answer.body)
    }
    track(handle().catch((error: unknown) => send(response, 500, errorBody(String(error)))))
  })

  async function answerTo(
    request: http.IncomingMessage,
    url: URL,
    body: string,
    fault: Fault | undefined,
  ): Promise<{ status: number; body: string }> {
    const method = request.method ?? ''
    const key = request.headers['idempotency-key']
    let remembered: Remembered | undefined
    try {
      checkHeaders(request, secretKey)
      const endpoint = endpoints.find((each) => each.method === method && each.path.test(url.pathname))
      if (!endpoint) throw new Refused(404, '', `Unrecognized request URL (${method}: ${url.pathname})`)
      const form = readForm(method === 'POST' ? body : url.search.slice(1), endpoint.known)
      if (method === 'POST') {
        if (typeof key !== 'string' || key.startsWith('stripe-node-retry-'))
          throw new Refused(400, 'key_missing', 'every POST of ours has a key of ours')
        const fingerprint = `${url.pathname}?${body}`
        const known = keys.get(key)
        if (known) return replay(known, fingerprint)
        remembered = { fingerprint, status: 0, body: undefined }
        keys.set(key, remembered)
      }
      // Two calls with one key may be under way at once, as at Stripe.
      await wait(fault === 'is slow' ? slowMs : 1)
      const id = endpoint.path.exec(url.pathname)?.[1] ?? ''
      const run = () =>
        JSON.stringify(expanded(account, endpoint.answer(account, form as Form, id, origin), form))
      if (fault === 'fails after, for ever') run()
      return remember(fault?.endsWith('for ever') ? [500, errorBody('api_error', 'api_error')] : [200, run()])
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return remember([error.status, errorBody(error.code, error.type, error.message)])
    }

    function remember([status, answered]: [number, string]) {
      if (remembered) Object.assign(remembered, { status, body: answered })
      return { status, body: answered }
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  origin = `http://127.0.0.1:${port}`
  const settle = async () => {
    while (pending.size > 0) await Promise.allSettled([...pending])
  }
  return {
    account,
    server: { protocol: 'http', host: '127.0.0.1', port },
    origin,
    secretKey,
    webhookSecret,
    sent,
    calls,
    fault(fault, times = 1, path = /^/) {
      for (let time = 0; time < times; time++) faults.push({ fault, path })
    },
    heal: () => void faults.splice(0),
    forgetKeys: () => keys.clear(),
    async shop(url, means) {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ means }),
      })
      if (response.status !== 303) throw new Error(`the page answers ${response.status}`)
      return response.headers.get('location') ?? ''
    },
    settle,
    async close() {
      await settle()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function checkHeaders({ headers }: http.IncomingMessage, secretKey: string): void {
  if (headers.authorization !== `Bearer ${secretKey}`)
    throw new Refused(401, 'api_key_invalid', 'Invalid API Key provided')
  if (headers['stripe-version'] !== fakeApiVersion)
    throw new Refused(400, 'api_version_invalid', `another version: ${headers['stripe-version']}`)
}

function replay(known: Remembered, fingerprint: string): { status: number; body: string } {
  if (known.fingerprint !== fingerprint)
    return { status: 400, body: errorBody('', 'idempotency_error', 'the key was used with other parameters') }
  if (known.body === undefined) return { status: 409, body: errorBody('idempotency_key_in_use') }
  return { status: known.status, body: known.body }
}

function errorBody(code: string, type = 'invalid_request_error', message = code): string {
  return JSON.stringify({ error: { type, message, ...(code !== '' && { code }) } })
}

/** The page of the fake's checkout: a button for each means of payment. */
function showPage(
  account: FakeAccount,
  url: URL,
  request: http.IncomingMessage,
  body: string,
  response: http.ServerResponse,
): void {
  const id = url.pathname.slice('/c/pay/'.length)
  const session = account.session(id)
  if (request.method !== 'POST') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    response.end(`<!doctype html><title>Unofficial fake</title><h1>${session.amount_total} ${session.currency}</h1>
      <form method="post"><button name="means" value="card">Pay</button></form>`)
    return
  }
  try {
    account.pay(id, new URLSearchParams(body).get('means') as Means)
    response.writeHead(303, { location: session.success_url ?? '' }).end()
  } catch (error) {
    send(response, error instanceof Refused ? error.status : 500, errorBody(String(error)))
  }
}

async function deliver(url: string, payload: string, signature: string): Promise<void> {
  await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature },
    body: payload,
  })
}

async function bodyOf(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function send(response: http.ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_fake' }).end(body)
}
