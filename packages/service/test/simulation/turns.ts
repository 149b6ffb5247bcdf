/**
 * Makes a race repeatable: of several use cases under way at once, only one takes a step (a statement, a commit, a call of
 * the provider) at a time, and chance says whose turn it is. Not for what runs alone, which needs no turns.
 * Law: nobody waits for ever. A step that waits for a lock is passed over until whoever holds the lock has let go; the
 * database says whether it does, since a slow machine would make every time-out a matter of luck.
 */
import type { Chance } from './chance.ts'

const lookEveryMs = 8
/** Whatever the database says, after this the turn goes on. */
const turnMaxMs = 3_000

/** How many statements wait for a lock now. */
export type CountBlocked = () => Promise<number>

export class Turns {
  readonly #chance: Chance
  readonly #countBlocked: CountBlocked
  readonly #waiting: Array<() => void> = []
  #busy = false
  #planned = false
  /** Passed over, and not done yet. */
  #passedOver = 0

  constructor(chance: Chance, countBlocked: CountBlocked) {
    this.#chance = chance
    this.#countBlocked = countBlocked
  }

  /** Waits for a turn; what it answers gives the turn back. */
  async take(): Promise<() => void> {
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve)
      this.#plan()
    })
    const turn = { isOver: false, isPassedOver: false }
    void this.#watch(turn)
    return () => {
      if (turn.isOver) return
      turn.isOver = true
      if (turn.isPassedOver) this.#passedOver -= 1
      else this.#next()
    }
  }

  async #watch(turn: { isOver: boolean; isPassedOver: boolean }): Promise<void> {
    const until = performance.now() + turnMaxMs
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
      if (turn.isOver) return
      const isBlocked = (await this.#countBlocked()) > this.#passedOver
      if (turn.isOver) return
      if (isBlocked || performance.now() > until) break
    }
    turn.isPassedOver = true
    this.#passedOver += 1
    this.#next()
  }

  #next(): void {
    this.#busy = false
    this.#plan()
  }

  // After this turn of the event loop, so that everybody who can be there is there.
  #plan(): void {
    if (this.#busy || this.#planned) return
    this.#planned = true
    setImmediate(() =>
      setImmediate(() => {
        this.#planned = false
        if (this.#busy || this.#waiting.length === 0) return
        this.#busy = true
        const [next] = this.#waiting.splice(this.#chance.below(this.#waiting.length), 1)
        next!()
      }),
    )
  }
}
