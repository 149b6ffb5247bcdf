// One connection that only listens, shared by all channels, and its return after a loss.
// Not for delivery guarantees: a notification is a hint to look, and a gap is a hint to look everywhere.
// Law: after every loss each listener hears of a gap, once the connection listens again.

import pg from 'pg'
import { quotedChannel } from './database-channel.ts'
import { DatabaseUnavailable } from './database-errors.ts'

const firstReconnectPauseMs = 100
const reconnectPauseMaxMs = 5_000
/** A connection that died without a word (a router, a suspended machine) is found by asking. */
const probeIntervalMs = 30_000

interface Subscription {
  channel: string
  quoted: string
  onNotify: (payload: string) => void
  onGap: () => void
}

export interface Listener {
  listen(
    channel: string,
    onNotify: (payload: string) => void,
    onGap: () => void,
  ): Promise<() => Promise<void>>
  close(): Promise<void>
}

/** A listener that connects when the first channel is asked for. */
export function openListener(config: pg.ClientConfig, onWarning: (message: string) => void): Listener {
  const listener = new ListeningConnection(config, onWarning)
  return {
    listen: async (channel, onNotify, onGap) =>
      listener.add({ channel, quoted: quotedChannel(channel), onNotify, onGap }),
    close: () => listener.close(),
  }
}

class ListeningConnection {
  readonly #config: pg.ClientConfig
  readonly #onWarning: (message: string) => void
  readonly #subscriptions = new Set<Subscription>()
  #connecting: Promise<pg.Client> | undefined
  #probe: NodeJS.Timeout | undefined
  #retry: NodeJS.Timeout | undefined
  #closed = false

  constructor(config: pg.ClientConfig, onWarning: (message: string) => void) {
    this.#config = config
    this.#onWarning = onWarning
  }

  async add(subscription: Subscription): Promise<() => Promise<void>> {
    // Known before the connection is, so that a connection made meanwhile listens to it too.
    this.#subscriptions.add(subscription)
    this.#connecting ??= this.#connect()
    const client = await this.#connecting.catch((error: unknown) => {
      this.#subscriptions.delete(subscription)
      throw error
    })
    await client.query(`listen ${subscription.quoted}`).catch((error: unknown) => {
      // If the connection is going down, its end brings every channel back, this one included.
      if (!isDown(error)) throw error
    })
    return () => this.#remove(subscription)
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#retry)
    const client = await this.#connecting?.catch(() => undefined)
    await client?.end().catch(() => undefined)
  }

  async #remove(subscription: Subscription): Promise<void> {
    this.#subscriptions.delete(subscription)
    const stillUsed = [...this.#subscriptions].some(({ channel }) => channel === subscription.channel)
    if (stillUsed || this.#closed) return
    const client = await this.#connecting?.catch(() => undefined)
    await client?.query(`unlisten ${subscription.quoted}`).catch(() => undefined)
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(this.#config)
    // Every error that matters is followed by "end"; without a handler it would end the process.
    client.on('error', () => undefined)
    client.on('notification', (message) => this.#deliver(message.channel, message.payload ?? ''))
    try {
      await client.connect()
      for (const quoted of new Set([...this.#subscriptions].map((each) => each.quoted))) {
        await client.query(`listen ${quoted}`)
      }
    } catch (error) {
      this.#connecting = undefined
      client.end().catch(() => undefined)
      throw new DatabaseUnavailable(`cannot listen to PostgreSQL: ${(error as Error).message}`, {
        cause: error,
      })
    }
    client.once('end', () => this.#lost())
    this.#probe = setInterval(() => {
      client.query('select 1').catch(() => client.end().catch(() => undefined))
    }, probeIntervalMs)
    this.#probe.unref()
    return client
  }

  #lost(): void {
    clearInterval(this.#probe)
    this.#connecting = undefined
    if (this.#closed) return
    this.#onWarning('the connection that listens to PostgreSQL was lost; connecting again')
    this.#reconnect(firstReconnectPauseMs)
  }

  #reconnect(pauseMs: number): void {
    this.#retry = setTimeout(() => {
      if (this.#closed) return
      this.#connecting ??= this.#connect()
      this.#connecting.then(
        () => {
          for (const subscription of this.#subscriptions) this.#call(subscription.onGap)
        },
        () => this.#reconnect(Math.min(reconnectPauseMaxMs, pauseMs * 2)),
      )
    }, pauseMs)
  }

  #deliver(channel: string, payload: string): void {
    for (const subscription of this.#subscriptions) {
      if (subscription.channel === channel) this.#call(() => subscription.onNotify(payload))
    }
  }

  #call(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.#onWarning(`a listener failed: ${String(error)}`)
    }
  }
}

function isDown(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || error.severity === 'FATAL'
}
