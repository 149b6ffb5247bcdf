/**
 * Forwards the events of a sandbox to a receiver on a developer's machine, which no webhook can reach: `ekko listen`.
 * It reads the feed over an outgoing connection, waiting there for the next event, and signs each one as a webhook is.
 * Law: no event is lost or comes twice while it runs, however often either side goes away: the cursor moves on only when
 * an event was answered, or refused for good and said so.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { EventPage, ImpactPaymentEvent } from '@ekko/contract/events'
import type { Clock } from '../kernel/clock.ts'
import { deriveKey } from '../kernel/secret.ts'
import { signWebhook } from './signature.ts'

const waitSeconds = 20
const readMaxMs = (waitSeconds + 25) * 1000
const postMaxMs = 20_000
const pageSize = 100
const pausesMs = [250, 1_000, 2_000, 5_000, 10_000]
/** Attempts that a receiver answers with something else than 2xx. One that is not there is waited for. */
export const refusalsMax = 3

export interface ForwardOptions {
  /** Of the sandbox, without a trailing slash. */
  readonly origin: string
  readonly apiKey: string
  readonly forwardTo: string
  /** The last event that the receiver already has; from now on when absent. */
  readonly after?: string
  readonly clock: Clock
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

/** What the receiver verifies with. It stays the same as long as the key does. */
export function forwardingSecret(apiKey: string): string {
  return `whsec_${deriveKey(Buffer.from(apiKey), 'listen').toString('base64')}`
}

/** Forwards until `signal` is aborted. @throws Error when the sandbox refuses the key or the cursor */
export async function forwardEvents(options: ForwardOptions): Promise<void> {
  if (options.apiKey.startsWith('ek_live_')) throw new Error('events of a live deployment are not forwarded')
  const forwarder = new Forwarder(options)
  try {
    await forwarder.run()
  } catch (cause) {
    if (!options.signal.aborted) throw cause
  }
}

class Forwarder {
  readonly #options: ForwardOptions
  readonly #secret: string
  #cursor: string | undefined

  constructor(options: ForwardOptions) {
    this.#options = options
    this.#secret = forwardingSecret(options.apiKey)
    this.#cursor = options.after
  }

  async run(): Promise<void> {
    const { signal, say, forwardTo } = this.#options
    if (this.#cursor === undefined) {
      const { data } = await this.#read({ order: 'newest', limit: '1' })
      this.#cursor = data[0]?.eventId
    }
    say(`forwarding to ${forwardTo}, signed with ${this.#secret}`)
    while (!signal.aborted) {
      const from: Record<string, string> = this.#cursor === undefined ? {} : { startingAfter: this.#cursor }
      const { data } = await this.#read({
        ...from,
        limit: String(pageSize),
        waitSeconds: String(waitSeconds),
      })
      for (const event of data) {
        await this.#forward(event)
        this.#cursor = event.eventId
      }
    }
  }

  /** Tries until the sandbox answers. */
  async #read(query: Record<string, string>): Promise<EventPage> {
    const { origin, apiKey, signal, say } = this.#options
    const url = `${origin}/v3/events?${new URLSearchParams(query)}`
    for (let tries = 0; ; tries++) {
      const answer = await fetch(url, {
        headers: { authorization: `Bearer ${apiKey}` },
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(readMaxMs)]),
      })
        .then(async (response) => ({ status: response.status, text: await response.text() }))
        .catch((cause: unknown) => ({ status: 0, text: reasonOf(cause) }))
      signal.throwIfAborted()
      if (answer.status === 200) {
        if (tries > 0) say('the sandbox is back')
        return JSON.parse(answer.text) as EventPage
      }
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
        throw new Error(`the sandbox answered ${answer.status}: ${answer.text.slice(0, 300)}`)
      }
      if (tries === 0) say(`the sandbox cannot be reached (${answer.status || answer.text}); trying again`)
      await this.#pause(tries)
    }
  }

  async #forward(event: ImpactPaymentEvent): Promise<void> {
    const { say } = this.#options
    const named = `${event.eventType} ${event.eventId}`
    for (let [tries, refusals] = [0, 0]; ; tries++) {
      const { status, reason } = await this.#post(event)
      if (status >= 200 && status <= 299) return say(`${status} ${named}`)
      if (status > 0) refusals += 1
      if (refusals === refusalsMax) {
        const again = this.#cursor === undefined ? '' : `; to have it again: --after ${this.#cursor}`
        return say(`${status} ${named}, given up after ${refusals} answers${again}`)
      }
      if (status > 0 || tries === 0) say(`${status || reason} ${named}, trying again`)
      await this.#pause(tries)
    }
  }

  async #post(event: ImpactPaymentEvent): Promise<{ status: number; reason: string }> {
    const { forwardTo, signal, clock } = this.#options
    const body = JSON.stringify(event)
    const seconds = Math.floor(clock.now().getTime() / 1000)
    const answer = await fetch(forwardTo, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'ekko-listen/1',
        'webhook-id': event.eventId,
        'webhook-timestamp': String(seconds),
        'webhook-signature': signWebhook([this.#secret], event.eventId, seconds, body),
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(postMaxMs)]),
    })
      .then(async (response) => {
        await response.body?.cancel()
        return { status: response.status, reason: '' }
      })
      .catch((cause: unknown) => ({ status: 0, reason: reasonOf(cause) }))
    signal.throwIfAborted()
    return answer
  }

  async #pause(tries: number): Promise<void> {
    const ms = pausesMs[Math.min(tries, pausesMs.length - 1)]!
    await pause(ms, undefined, { signal: this.#options.signal })
  }
}

function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  if (inner instanceof Error && 'code' in inner && typeof inner.code === 'string') return inner.code
  return inner instanceof Error ? inner.message : String(inner)
}
