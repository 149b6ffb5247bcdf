/**
 * Sends what is due: takes deliveries on lease, posts each, records how it went.
 * Woken once an event is committed, here at once and elsewhere by NOTIFY, by its own attempts as they end, and by its own
 * look around every second.
 * Not for SQL (`claims.ts`, `soundings.ts`, `settlements.ts`), HTTP (`egress.ts`), who is next (`agenda.ts`, `slots.ts`)
 * or rules (`delivery.ts`, `health.ts`, `schedule.ts`).
 * Law: at least once. No network call is made inside a database transaction; a process that dies loses its leases and
 * nothing else.
 */
import { randomUUID } from 'node:crypto'
import { ConsumerSeals } from '../consumers/consumer.ts'
import { shownBody, withoutReference } from '../events/event-body.ts'
import { deliveriesChannel, wakeHere } from '../events/events.ts'
import type { Context } from '../kernel/context.ts'
import { isId, newId } from '../kernel/id.ts'
import { Metrics } from '../kernel/metrics.ts'
import { Agenda } from './agenda.ts'
import { type Claim, claimDeliveries, type Room } from './claims.ts'
import { type Attempt, judge } from './delivery.ts'
import { type Egress, openEgress } from './egress.ts'
import { recordHealth } from './health-records.ts'
import { closeLeftovers } from './leftovers.ts'
import { type DeliveryMeasures, deliveryMeasures } from './measures.ts'
import { Settler } from './settler.ts'
import { SigningKeys } from './signing-key.ts'
import { Slots } from './slots.ts'
import { lookAroundMax, soundAround, soundFresh } from './soundings.ts'

/** Endpoints that one claim asks for. */
export const candidatesMax = 128
export const pollMs = 1_000
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
  readonly metrics?: Metrics
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
  readonly #keys: SigningKeys
  readonly #seals: ConsumerSeals
  readonly #chance: () => number
  readonly #drainMs: number
  readonly #measures: DeliveryMeasures
  readonly #agenda = new Agenda()
  readonly #slots = new Slots(() => this.#goOn())
  readonly #attempts = new Set<Promise<void>>()
  readonly #timer: NodeJS.Timeout
  readonly #unlisten: Promise<() => Promise<void>>
  readonly #here: ReturnType<typeof wakeHere>
  #claiming: Promise<void> | undefined
  #again = false
  #stopped = false
  // What the next round begins with: a look at the newest events, at the next stretch of all endpoints, or neither.
  #freshAsked = true
  #aroundAsked = true
  #freshSince: string | null = null
  #aroundAfter: string | null = null
  #hasSeenAll = false

  constructor(context: Context, options: DeliveriesOptions) {
    this.#context = context
    this.#egress = options.egress ?? openEgress(context.environment)
    this.#settler = new Settler(context.database)
    this.#keys = new SigningKeys(context.keys.master)
    this.#seals = new ConsumerSeals(context.keys.master)
    this.#chance = options.chance ?? Math.random
    this.#drainMs = options.drainMs ?? drainMs
    this.#measures = deliveryMeasures(options.metrics ?? new Metrics(), () => this.#attempts.size)
    this.#timer = setInterval(() => this.wake(), pollMs)
    this.#here = wakeHere(context.database, () => this.#appended())
    const onGap = () => this.wake()
    this.#unlisten = context.database
      .listen(deliveriesChannel, (payload) => this.#notified(payload), onGap)
      .catch((error) => {
        context.log.warn('deliveries are not notified, only polled', { error })
        return async () => {}
      })
    this.#goOn()
  }

  wake(): void {
    this.#freshAsked = true
    this.#aroundAsked = true
    this.#goOn()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    this.#here.stop()
    await (await this.#unlisten)()
    await this.#claiming
    const limit = setTimeout(() => this.#egress.close(), this.#drainMs)
    await Promise.all(this.#attempts)
    clearTimeout(limit)
    this.#egress.close()
  }

  // A replay or a resumed endpoint says which one; an event says only who committed it, since the tables say the rest.
  #notified(payload: string): void {
    if (payload === this.#here.name) return
    if (isId(payload)) this.#plan(payload, this.#nowMs())
    else this.#freshAsked = true
    this.#goOn()
  }

  #appended(): void {
    this.#freshAsked = true
    this.#goOn()
  }

  #goOn(): void {
    if (this.#stopped) return
    this.#again = true
    this.#claiming ??= this.#claimAll().finally(() => {
      this.#claiming = undefined
      if (this.#again) this.#goOn()
    })
  }

  async #claimAll(): Promise<void> {
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false
        if (this.#freshAsked) await this.#lookAtNewest()
        if (this.#aroundAsked) await this.#lookAround()
        if (this.#slots.free > 0) await this.#claim()
      }
    } catch (error) {
      this.#again = false
      this.#context.log.warn('deliveries could not be claimed', { error })
    }
  }

  async #lookAtNewest(): Promise<void> {
    const { xid, endpoints } = await soundFresh(this.#context.database, this.#freshSince)
    this.#freshAsked = false
    this.#freshSince = xid
    for (const { id, isWell } of endpoints) {
      this.#agenda.mark(id, isWell)
      this.#plan(id, this.#nowMs())
    }
  }

  async #lookAround(): Promise<void> {
    const { database, clock } = this.#context
    const soundings = await soundAround(database, this.#aroundAfter)
    for (const { endpointId, isWell, nextAt } of soundings) {
      this.#agenda.mark(endpointId, isWell)
      this.#plan(endpointId, nextAt.getTime())
    }
    const over = soundings.filter((one) => one.isOver).map((one) => one.endpointId)
    if (over.length > 0) await closeLeftovers(database, clock.now(), over)
    const isLast = soundings.length < lookAroundMax
    this.#aroundAfter = isLast ? null : soundings.at(-1)!.endpointId
    // Everything once after the start, without a pause; later one stretch at a time.
    if (isLast) this.#hasSeenAll = true
    this.#aroundAsked = !this.#hasSeenAll
    if (this.#aroundAsked) this.#again = true
  }

  async #claim(): Promise<void> {
    const room = { total: this.#slots.free, failing: this.#slots.freeForFailing }
    const hasRoom = (id: string) => !this.#slots.isStuck(id)
    const most = { well: candidatesMax, failing: room.failing > 0 ? candidatesMax : 0 }
    const ids = this.#agenda.take(most, this.#nowMs(), hasRoom)
    if (ids.length === 0) return
    const candidates = ids.map((id) => ({ endpointId: id, sending: this.#slots.sendingTo(id) }))
    const startedMs = performance.now()
    const { database, clock } = this.#context
    const claims = await claimDeliveries(database, clock.now(), randomUUID(), room, candidates).catch(
      (error) => {
        for (const id of ids) this.#plan(id, this.#nowMs())
        throw error
      },
    )
    this.#measures.claimed(performance.now() - startedMs)
    for (const claim of claims) this.#start(claim)
    this.#queueAgain(ids, claims, room)
  }

  // With all room of one kind taken, those that got nothing may not have been looked at: they stand in line again.
  #queueAgain(ids: readonly string[], claims: readonly Claim[], room: Room): void {
    const failing = claims.filter((claim) => claim.health !== 'closed').length
    const isFull = claims.length >= room.total || (room.failing > 0 && failing >= room.failing)
    if (isFull) {
      const claimed = new Set(claims.map((claim) => claim.endpointId))
      for (const id of ids) if (!claimed.has(id)) this.#plan(id, this.#nowMs())
    }
    if (isFull ? claims.length > 0 : ids.length >= candidatesMax) this.#again = true
  }

  #start(claim: Claim): void {
    const giveBack = this.#slots.take(claim)
    const attempt = this.#deliver(claim)
      .catch((error) =>
        this.#context.log.error('a delivery, or what follows from it, was not recorded', {
          deliveryId: claim.deliveryId,
          error,
        }),
      )
      .finally(() => {
        giveBack()
        this.#attempts.delete(attempt)
        this.#plan(claim.endpointId, this.#nowMs())
        this.#goOn()
      })
    this.#attempts.add(attempt)
  }

  async #deliver(claim: Claim): Promise<void> {
    const { clock, database, log } = this.#context
    const startedAt = clock.now()
    const attempt = await this.#post(claim, startedAt)
    const settledAt = clock.now()
    this.#measures.attempted(claim, attempt, settledAt)
    const verdict = judge(attempt, claim.attempts, settledAt, this.#chance())
    const id = newId(startedAt.getTime())
    if (!(await this.#settler.settle({ id, claim, attempt, verdict, startedAt, settledAt }))) return
    if (verdict.status === 'pending') this.#plan(claim.endpointId, verdict.nextAt.getTime())
    const health = await recordHealth(database, claim, attempt, clock.now())
    if (health === undefined) return
    this.#agenda.mark(claim.endpointId, health.health === 'closed')
    if (health.probeAt !== null) this.#plan(claim.endpointId, health.probeAt.getTime())
    if (health.noticeAfterMs !== undefined) {
      const { failingSince } = health
      log.warn('webhook endpoint keeps failing', { endpointId: claim.endpointId, failingSince })
    }
    if (health.disabled === undefined) return
    log.warn('webhook endpoint disabled', { endpointId: claim.endpointId, reason: health.disabled })
    await closeLeftovers(database, clock.now(), [claim.endpointId])
  }

  // The consumer is known here for as long as it takes, and is in nothing that is kept of it.
  async #post(claim: Claim, at: Date): Promise<Attempt> {
    const reference = this.#seals.reference(claim.consumer)
    const body = shownBody(claim.body, reference)
    const attempt = await this.#egress.post(claim.url, this.#keys.headers({ ...claim, body }, at), body)
    if (reference === null || attempt.answer === null) return attempt
    return { ...attempt, answer: withoutReference(attempt.answer, reference) }
  }

  #plan(endpointId: string, atMs: number): void {
    this.#agenda.add(endpointId, atMs, this.#nowMs())
  }

  #nowMs(): number {
    return this.#context.clock.now().getTime()
  }
}
