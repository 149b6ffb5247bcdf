/**
 * Sends what is due: takes deliveries on lease, posts each, records how it went.
 * Woken by whoever just committed an event, by NOTIFY from other processes, and by its own poll as the backstop.
 * Not for SQL (`claims.ts`), HTTP (`egress.ts`) or rules (`delivery.ts`, `health.ts`, `schedule.ts`).
 * Law: at least once. No network call is made inside a database transaction; a process that dies loses its leases and
 * nothing else.
 */
import { randomUUID } from 'node:crypto'
import { deliveriesChannel } from '../events/events.ts'
import type { Context } from '../kernel/context.ts'
import { newId } from '../kernel/id.ts'
import { unseal } from '../kernel/secret.ts'
import { type Claim, claimDeliveries, closeLeftovers } from './claims.ts'
import { judge } from './delivery.ts'
import { type Egress, openEgress } from './egress.ts'
import { sealContext, secretsKey } from './endpoints.ts'
import { recordHealth } from './health-records.ts'
import { Settler } from './settler.ts'
import { signWebhook } from './signature.ts'

/** Attempts that one process makes at a time. */
export const attemptsMax = 64
/** Slots that endpoints which are not well may not take. */
export const healthyReserve = 16
export const pollMs = 1_000
export const sweepMs = 10_000
/** How long `stop` waits for attempts that are under way. */
export const drainMs = 10_000

export interface Deliveries {
  /** Something may be due now. */
  wake(): void
  /** Claims nothing more, waits for what is under way, and breaks off what takes too long: it is sent again later. */
  stop(): Promise<void>
}

export interface DeliveriesOptions {
  readonly egress?: Egress
  readonly drainMs?: number
  /** 0 to 1, for jitter. */
  readonly chance?: () => number
}

export function startDeliveries(context: Context, options: DeliveriesOptions = {}): Deliveries {
  return new Dispatcher(context, options)
}

class Dispatcher implements Deliveries {
  readonly #context: Context
  readonly #egress: Egress
  readonly #settler: Settler
  readonly #key: Uint8Array
  readonly #chance: () => number
  readonly #drainMs: number
  readonly #inFlight = new Map<string, number>()
  readonly #failing = new Set<string>()
  readonly #attempts = new Set<Promise<void>>()
  readonly #timers: NodeJS.Timeout[]
  readonly #unlisten: Promise<() => Promise<void>>
  #claiming: Promise<void> | undefined
  #again = false
  #stopped = false

  constructor(context: Context, options: DeliveriesOptions) {
    this.#context = context
    this.#egress = options.egress ?? openEgress(context.environment)
    this.#settler = new Settler(context.database)
    this.#key = secretsKey(context)
    this.#chance = options.chance ?? Math.random
    this.#drainMs = options.drainMs ?? drainMs
    this.#timers = [setInterval(() => this.wake(), pollMs), setInterval(() => this.#sweep(), sweepMs)]
    const wake = () => this.wake()
    this.#unlisten = context.database.listen(deliveriesChannel, wake, wake).catch((error) => {
      context.log.warn('deliveries are not notified, only polled', { error })
      return async () => {}
    })
    this.wake()
  }

  wake(): void {
    if (this.#stopped) return
    this.#again = true
    this.#claiming ??= this.#claimAll().finally(() => {
      this.#claiming = undefined
      if (this.#again) this.wake()
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const timer of this.#timers) clearInterval(timer)
    await (await this.#unlisten)()
    await this.#claiming
    const limit = setTimeout(() => this.#egress.close(), this.#drainMs)
    await Promise.all(this.#attempts)
    clearTimeout(limit)
    this.#egress.close()
  }

  async #claimAll(): Promise<void> {
    try {
      while (this.#again && !this.#stopped && this.#attempts.size < attemptsMax) {
        this.#again = false
        const claims = await this.#claim()
        for (const claim of claims) this.#start(claim)
      }
      // With every slot taken, the attempt that ends first wakes us.
      if (this.#attempts.size >= attemptsMax) this.#again = false
    } catch (error) {
      this.#again = false
      this.#context.log.warn('deliveries could not be claimed', { error })
    }
  }

  #claim(): Promise<Claim[]> {
    return claimDeliveries(this.#context.database, this.#context.clock.now(), randomUUID(), {
      total: attemptsMax - this.#attempts.size,
      failing: Math.max(0, attemptsMax - healthyReserve - this.#failing.size),
      inFlight: this.#inFlight,
    })
  }

  #start(claim: Claim): void {
    const { endpointId, deliveryId } = claim
    this.#inFlight.set(endpointId, (this.#inFlight.get(endpointId) ?? 0) + 1)
    if (claim.health !== 'closed') this.#failing.add(deliveryId)
    const attempt = this.#deliver(claim)
      .catch((error) =>
        this.#context.log.error('a delivery, or what follows from it, was not recorded', {
          deliveryId,
          error,
        }),
      )
      .finally(() => {
        const left = (this.#inFlight.get(endpointId) ?? 1) - 1
        if (left > 0) this.#inFlight.set(endpointId, left)
        else this.#inFlight.delete(endpointId)
        this.#failing.delete(deliveryId)
        this.#attempts.delete(attempt)
        this.wake()
      })
    this.#attempts.add(attempt)
  }

  async #deliver(claim: Claim): Promise<void> {
    const { clock, database, log } = this.#context
    const startedAt = clock.now()
    const attempt = await this.#egress.post(claim.url, this.#headers(claim, startedAt), claim.body)
    const settledAt = clock.now()
    const verdict = judge(attempt, claim.attempts, settledAt, this.#chance())
    const id = newId(startedAt.getTime())
    if (!(await this.#settler.settle({ id, claim, attempt, verdict, startedAt, settledAt }))) return
    const disabled = await recordHealth(database, claim, attempt, clock.now())
    if (disabled === undefined) return
    log.warn('webhook endpoint disabled', { endpointId: claim.endpointId, reason: disabled })
    await closeLeftovers(database, clock.now())
  }

  #headers(claim: Claim, at: Date): Record<string, string> {
    const seconds = Math.floor(at.getTime() / 1000)
    const secrets = claim.sealedSecrets.map((sealed) =>
      unseal(this.#key, sealed, sealContext(claim.endpointId)),
    )
    return {
      'content-type': 'application/json',
      'user-agent': 'ekko-webhooks/1',
      'webhook-id': claim.eventId,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signWebhook(secrets, claim.eventId, seconds, claim.body),
    }
  }

  #sweep(): void {
    const { clock, database, log } = this.#context
    closeLeftovers(database, clock.now()).catch((error) =>
      log.warn('leftover deliveries were not closed', { error }),
    )
  }
}
