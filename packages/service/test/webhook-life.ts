// The life of deliveries as a small model in memory, beside the real one: what each step should do, said once more without
// SQL. Not for HTTP, nor for who is asked when (agenda, slots): a step claims at all endpoints with plenty of room.
// Rules that are pure (verdicts, health, the schedule) are used as they are; leases, order and states are the model's own.

import { expect } from 'vitest'
import { type Claim, leaseMs } from '../src/webhooks/claims.ts'
import {
  type Attempt,
  type DeliveryStatus,
  goneStatus,
  judge,
  tooMuchStatuses,
} from '../src/webhooks/delivery.ts'
import {
  afterFailure,
  afterSuccess,
  attemptsAtOnceMax,
  type Health,
  isEntirelyWell,
  isHopeless,
} from '../src/webhooks/health.ts'
import type { Stand } from './webhook-stand.ts'

export interface ModelEndpoint {
  readonly id: string
  readonly isOrdered: boolean
  url: string
  isPaused: boolean
  isDisabled: boolean
  isDeleted: boolean
  health: Health
  secrets: { id: string; from: number; until: number }[]
}

export interface ModelDelivery {
  readonly id: string
  readonly eventId: string
  readonly endpoint: ModelEndpoint
  status: DeliveryStatus
  attempts: number
  nextAt: number
  lease: { until: number; token: string } | undefined
}

interface ModelEvent {
  readonly object: number
  readonly sequence: number
  readonly createdAt: number
}

const well: Health = {
  health: 'closed',
  attemptsAtOnce: attemptsAtOnceMax,
  failures: 0,
  failingSince: null,
  lastFailureAt: null,
  probeAt: null,
}
const onTrial: Health = { ...well, health: 'degraded', attemptsAtOnce: 1 }

export class Model {
  now: number
  readonly endpoints: ModelEndpoint[] = []
  readonly events = new Map<string, ModelEvent>()
  readonly deliveries: ModelDelivery[] = []
  /** Claims that a living process works at. */
  sending: Claim[] = []
  /** Claims of processes that died, or only seemed to. */
  lost: Claim[] = []

  constructor(now: number) {
    this.now = now
  }

  addEndpoint(id: string, url: string, isOrdered: boolean, secretId: string): void {
    const secrets = [{ id: secretId, from: this.now, until: Number.POSITIVE_INFINITY }]
    const flags = { isPaused: false, isDisabled: false, isDeleted: false }
    this.endpoints.push({ id, url, isOrdered, ...flags, health: well, secrets })
  }

  /** Those that a new event gets a delivery for. */
  subscribed(): ModelEndpoint[] {
    return this.endpoints.filter((one) => !one.isDeleted && !one.isDisabled)
  }

  add(id: string, eventId: string, endpoint: ModelEndpoint): void {
    const lease = undefined
    this.deliveries.push({ id, eventId, endpoint, status: 'pending', attempts: 0, nextAt: this.now, lease })
  }

  sequenceOf(object: number): number {
    return [...this.events.values()].filter((one) => one.object === object).length + 1
  }

  /** What a claim at all endpoints has to give. */
  claimable(): ModelDelivery[] {
    return this.endpoints.flatMap((endpoint) => {
      const { health, attemptsAtOnce, probeAt } = endpoint.health
      const isOpen = !endpoint.isDeleted && !endpoint.isDisabled && !endpoint.isPaused
      if (!isOpen || (health === 'paused' && probeAt!.getTime() > this.now)) return []
      const sending = this.sending.filter((one) => one.endpointId === endpoint.id).length
      const room = (health === 'closed' ? attemptsAtOnce : 1) - sending
      return this.deliveries
        .filter((one) => one.endpoint === endpoint && one.status === 'pending' && one.nextAt <= this.now)
        .filter((one) => this.isIdle(one) && (!endpoint.isOrdered || this.isInTurn(one)))
        .sort((a, b) => a.nextAt - b.nextAt || (a.id < b.id ? -1 : 1))
        .slice(0, Math.max(0, room))
    })
  }

  isIdle({ lease }: ModelDelivery): boolean {
    return lease === undefined || lease.until <= this.now
  }

  isInTurn(one: ModelDelivery): boolean {
    const mine = this.events.get(one.eventId)!
    return !this.deliveries.some((other) => {
      const event = this.events.get(other.eventId)!
      return (
        other.endpoint === one.endpoint &&
        other.status === 'pending' &&
        event.object === mine.object &&
        event.sequence < mine.sequence
      )
    })
  }

  /** Checks what was really claimed, and takes it over. */
  claimed(claims: readonly Claim[]): void {
    const wanted = this.claimable()
    expect(claims.map((one) => one.deliveryId).sort()).toEqual(wanted.map((one) => one.id).sort())
    for (const claim of claims) {
      const delivery = this.deliveries.find((one) => one.id === claim.deliveryId)!
      const { endpoint } = delivery
      const valid = endpoint.secrets.filter((one) => one.until > this.now).map((one) => one.id)
      expect({ ...claim, secretIds: [...claim.secretIds].sort() }).toMatchObject({
        eventId: delivery.eventId,
        attempts: delivery.attempts,
        endpointId: endpoint.id,
        url: endpoint.url,
        health: endpoint.health.health,
        secretIds: valid.sort(),
      })
      expect(claim.body).toContain(delivery.eventId)
      delivery.lease = { until: this.now + leaseMs, token: claim.token }
    }
    for (const endpoint of new Set(wanted.map((one) => one.endpoint))) {
      if (endpoint.health.health !== 'paused') continue
      endpoint.health = { ...endpoint.health, probeAt: new Date(this.now + leaseMs) }
    }
    this.sending.push(...claims)
  }

  /** Answers whether the attempt counts. */
  ended(claim: Claim, attempt: Attempt): boolean {
    this.sending = this.sending.filter((one) => one !== claim)
    this.lost = this.lost.filter((one) => one !== claim)
    const delivery = this.deliveries.find((one) => one.id === claim.deliveryId)!
    if (delivery.lease?.token !== claim.token) return false
    const verdict = judge(attempt, claim.attempts, new Date(this.now), 0)
    const counts = attempt.outcome !== 'interrupted'
    delivery.status = verdict.status
    delivery.nextAt = verdict.nextAt.getTime()
    delivery.attempts += counts ? 1 : 0
    delivery.lease = undefined
    if (counts) this.#feel(delivery.endpoint, claim, attempt)
    return counts
  }

  #feel(endpoint: ModelEndpoint, claim: Claim, attempt: Attempt): void {
    const isSuccess = attempt.outcome === 'accepted'
    if (endpoint.isDisabled || endpoint.isDeleted || (isSuccess && isEntirelyWell(claim))) return
    if (isSuccess) {
      endpoint.health = afterSuccess(endpoint.health)
      return
    }
    const now = new Date(this.now)
    endpoint.health = afterFailure(endpoint.health, now, tooMuchStatuses.includes(attempt.httpStatus ?? 0))
    endpoint.isDisabled = attempt.httpStatus === goneStatus || isHopeless(endpoint.health, now)
    if (endpoint.isDisabled) this.closeLeftovers(endpoint)
  }

  closeLeftovers(endpoint: ModelEndpoint): void {
    if (!endpoint.isDisabled && !endpoint.isDeleted) return
    for (const one of this.deliveries) {
      if (one.endpoint !== endpoint || one.status !== 'pending' || !this.isIdle(one)) continue
      one.status = endpoint.isDeleted ? 'cancelled' : 'exhausted'
      one.lease = undefined
    }
  }

  trustAgain(endpoint: ModelEndpoint): void {
    endpoint.health = onTrial
  }

  replay(one: ModelDelivery): void {
    if (!this.isIdle(one)) return
    Object.assign(one, { status: 'pending', attempts: 0, nextAt: this.now, lease: undefined })
  }

  /** The tables say the same, to the millisecond. */
  async expectAgrees({ data }: Stand): Promise<void> {
    const ids = this.endpoints.map((one) => one.id)
    const deliveries = await data.database.query(deliveriesSql, [ids])
    const endpoints = await data.database.query(endpointsSql, [ids])
    const wanted = this.deliveries.map((one) => ({
      id: one.id,
      event: one.eventId,
      endpoint: one.endpoint.id,
      status: one.status,
      attempts: one.attempts,
      nextAt: one.status === 'pending' ? new Date(one.nextAt) : null,
      leaseUntil: one.lease ? new Date(one.lease.until) : null,
      token: one.lease?.token ?? null,
    }))
    expect(deliveries).toEqual(wanted.sort((a, b) => (a.id < b.id ? -1 : 1)))
    expect(endpoints).toEqual(
      this.endpoints
        .map(({ health: { lastFailureAt: _, ...health }, ...one }) => ({
          id: one.id,
          url: one.url,
          isPaused: one.isPaused,
          isDisabled: one.isDisabled,
          isDeleted: one.isDeleted,
          ...health,
        }))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    )
  }
}

const deliveriesSql = `
select id, event_id as event, endpoint_id as endpoint, status, attempts,
  case when status = 'pending' then next_at end as "nextAt", lease_until as "leaseUntil", lease_token as token
from delivery where endpoint_id = any ($1::uuid[]) order by id`

const endpointsSql = `
select id, url, paused_at is not null as "isPaused", status = 'disabled' as "isDisabled",
  deleted_at is not null as "isDeleted", health, attempts_at_once as "attemptsAtOnce", failures,
  failing_since as "failingSince", probe_at as "probeAt"
from webhook_endpoint where id = any ($1::uuid[]) order by id`
