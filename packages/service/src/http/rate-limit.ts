/**
 * How many requests one API key or one client secret may make: a bucket of tokens each, filled at a steady rate.
 * The buckets are in the memory of the process, so with several replicas each allows the rate of its own; why that is
 * enough is in docs/decisions/0006. Law: the number of buckets is bounded, and a full bucket is the same as none.
 * Headers: draft-ietf-httpapi-ratelimit-headers-10, and Retry-After (RFC 9110).
 */
import type { FastifyReply } from 'fastify'
import type { Clock } from '../kernel/clock.ts'
import { Refusal } from '../kernel/refusal.ts'

export interface RateLimits {
  /** Requests per second; 0 for no limit. */
  readonly perKey: number
  readonly perSecret: number
}

/** A bucket holds what comes in in so many seconds, so that a burst after a pause is let through. */
const bucketSeconds = 2
const bucketsMax = 100_000
const msPerSecond = 1000

interface Bucket {
  tokens: number
  atMs: number
}

export class RateLimiter {
  readonly #clock: Clock
  readonly #perSecond: number
  readonly #size: number
  readonly #policy: string
  readonly #name: string
  readonly #buckets = new Map<string, Bucket>()

  /** @param name of the policy, for the headers */
  constructor(clock: Clock, name: string, perSecond: number) {
    this.#clock = clock
    this.#name = name
    this.#perSecond = perSecond
    this.#size = Math.max(1, Math.floor(perSecond * bucketSeconds))
    this.#policy = `"${name}";q=${this.#size};w=${Math.max(1, Math.round(this.#size / perSecond))}`
  }

  /** Takes one request of `caller`, and says so in the headers. @throws Refusal TOO_MANY_REQUESTS */
  take(caller: string, reply: FastifyReply): void {
    if (this.#perSecond === 0) return
    const bucket = this.#filled(caller)
    const isAllowed = bucket.tokens >= 1
    if (isAllowed) bucket.tokens -= 1
    const missing = this.#size - bucket.tokens
    reply.header('ratelimit-policy', this.#policy)
    reply.header(
      'ratelimit',
      `"${this.#name}";r=${Math.floor(bucket.tokens)};t=${Math.ceil(missing / this.#perSecond)}`,
    )
    if (isAllowed) return
    const waitSeconds = Math.max(1, Math.ceil((1 - bucket.tokens) / this.#perSecond))
    reply.header('retry-after', String(waitSeconds))
    throw new Refusal('TOO_MANY_REQUESTS', `too many requests; try again in ${waitSeconds} s`)
  }

  #filled(caller: string): Bucket {
    const nowMs = this.#clock.now().getTime()
    const before = this.#buckets.get(caller)
    const bucket = before ?? { tokens: this.#size, atMs: nowMs }
    const gained = (Math.max(0, nowMs - bucket.atMs) / msPerSecond) * this.#perSecond
    bucket.tokens = Math.min(this.#size, bucket.tokens + gained)
    bucket.atMs = nowMs
    if (!before) this.#remember(caller, bucket)
    return bucket
  }

  #remember(caller: string, bucket: Bucket): void {
    if (this.#buckets.size >= bucketsMax) {
      const [oldest] = this.#buckets.keys()
      this.#buckets.delete(oldest!)
    }
    this.#buckets.set(caller, bucket)
  }
}
