/**
 * Counts what one process is sending, and says how much more it may.
 * An attempt that is not over soon stops counting among the quick ones and joins the slow ones, which have far more room:
 * a wait costs a socket, not work. So receivers that begin to hang all at once pass through and hold up nobody.
 * Law: the number of sockets is bounded, and so is what one endpoint may hold.
 */
import type { Claim } from './claims.ts'

/** Attempts at a time that are young, or that the slow ones have no room for. */
export const attemptsMax = 64
/** Of these, those that endpoints which are not well may not take. */
export const healthyReserve = 16
/** An attempt older than this is slow: several times what a receiver in another continent needs. */
export const slowAfterMs = 250
export const slowMax = 512
/** Of these, for endpoints that are not well. */
const slowFailingMax = slowMax / 2
/** With an attempt older than this under way, an endpoint gets no other. */
export const stuckAfterMs = 1_000

interface Taken {
  readonly endpointId: string
  readonly isWell: boolean
  readonly startedMs: number
  isSlow: boolean
  readonly timer: NodeJS.Timeout
}

export class Slots {
  readonly #byEndpoint = new Map<string, Set<Taken>>()
  readonly #onRoom: () => void
  #quick = 0
  #slow = 0
  #quickFailing = 0
  #slowFailing = 0

  /** @param onRoom called when an attempt made room by becoming slow */
  constructor(onRoom: () => void) {
    this.#onRoom = onRoom
  }

  /** How many more may start. */
  get free(): number {
    return attemptsMax - this.#quick
  }

  /** How many of them may be for endpoints that are not well. */
  get freeForFailing(): number {
    if (this.#slowFailing >= slowFailingMax) return 0
    return Math.max(0, Math.min(this.free, attemptsMax - healthyReserve - this.#quickFailing))
  }

  sendingTo(endpointId: string): number {
    return this.#byEndpoint.get(endpointId)?.size ?? 0
  }

  /** Whether something is under way to this endpoint for so long that it probably hangs. */
  isStuck(endpointId: string): boolean {
    const [oldest] = this.#byEndpoint.get(endpointId) ?? []
    return oldest !== undefined && performance.now() - oldest.startedMs > stuckAfterMs
  }

  /** Takes a slot. The answer gives it back. */
  take({ endpointId, health }: Claim): () => void {
    const taken: Taken = {
      endpointId,
      isWell: health === 'closed',
      startedMs: performance.now(),
      isSlow: false,
      timer: setTimeout(() => this.#slowDown(taken), slowAfterMs),
    }
    this.#count(taken, 1)
    const others = this.#byEndpoint.get(endpointId)
    if (others) others.add(taken)
    else this.#byEndpoint.set(endpointId, new Set([taken]))
    return () => this.#giveBack(taken)
  }

  #slowDown(taken: Taken): void {
    if (this.#slow >= slowMax) return
    this.#count(taken, -1)
    taken.isSlow = true
    this.#count(taken, 1)
    this.#onRoom()
  }

  #giveBack(taken: Taken): void {
    clearTimeout(taken.timer)
    this.#count(taken, -1)
    const others = this.#byEndpoint.get(taken.endpointId)!
    others.delete(taken)
    if (others.size === 0) this.#byEndpoint.delete(taken.endpointId)
  }

  #count({ isSlow, isWell }: Taken, by: 1 | -1): void {
    if (isSlow) this.#slow += by
    else this.#quick += by
    if (isWell) return
    if (isSlow) this.#slowFailing += by
    else this.#quickFailing += by
  }
}
