/**
 * One life of the service's process: it takes steps (statements, commits, calls of the provider) until it is over, by its
 * own end or by a crash. A crash is what kill -9 is: at the chosen step, before or after its effect, everything in memory
 * is lost and nothing more is done. Law: after a crash no step has any effect.
 */
import type { Turns } from './turns.ts'

export class Crash extends Error {
  override readonly name = 'Crash'
}

/** What goes wrong at one step of an operation; the step is counted from the operation's first. */
export interface Hazard {
  readonly fault: DatabaseFault | 'crash before' | 'crash after'
  atStep: number
}

export type DatabaseFault =
  | 'database unavailable'
  | 'connection lost in a transaction'
  | 'serialization failure'
  | 'deadlock'
  | 'commit unknown, not committed'
  | 'commit unknown, committed'
  | 'backend killed during commit'

export type Step = 'statement' | 'transaction' | 'statement of a transaction' | 'commit' | 'call'

const fits: { readonly [fault in Hazard['fault']]: readonly Step[] } = {
  'crash before': ['statement', 'statement of a transaction', 'commit', 'call'],
  'crash after': ['statement', 'commit', 'call'],
  'database unavailable': ['statement', 'transaction'],
  'connection lost in a transaction': ['statement of a transaction'],
  'serialization failure': ['statement of a transaction'],
  deadlock: ['statement of a transaction'],
  'commit unknown, not committed': ['commit'],
  'commit unknown, committed': ['statement', 'commit'],
  'backend killed during commit': ['commit'],
}

export class Life {
  /** Set while use cases race. */
  turns: Turns | undefined
  /** Counts what happened, by name. */
  readonly #count: (fault: string) => void
  #hazard: Hazard | undefined
  #isOver = false
  #struck = false

  constructor(count: (fault: string) => void) {
    this.#count = count
  }

  /** Each operation begins with what may go wrong in it. */
  expect(hazard: Hazard | undefined): void {
    this.#hazard = hazard
    this.#struck = false
  }

  /** Whether something went wrong in the operation under way. */
  get wasStruck(): boolean {
    return this.#struck
  }

  get isOver(): boolean {
    return this.#isOver
  }

  end(): void {
    this.#isOver = true
  }

  /** Does `run` as one step. It is given the fault of the database that belongs to this step, if any. */
  async step<T>(kind: Step, what: string, run: (fault: DatabaseFault | undefined) => Promise<T>): Promise<T> {
    this.assertAlive(what)
    const passOn = await this.turns?.take()
    try {
      this.assertAlive(what)
      const fault = this.#faultAt(kind)
      if (fault === 'crash before') this.crash(what)
      const result = await run(fault === 'crash after' ? undefined : fault)
      if (fault === 'crash after') this.crash(what)
      this.assertAlive(what)
      return result
    } finally {
      passOn?.()
    }
  }

  /** The commit is no call of ours: what happens at it is asked for just before. */
  commitFault(): DatabaseFault | 'crash after' | undefined {
    this.assertAlive('commit')
    const fault = this.#faultAt('commit')
    return fault === 'crash before' ? this.crash('commit') : fault
  }

  crash(at: string): never {
    this.#isOver = true
    throw new Crash(`the process was killed at: ${at}`)
  }

  assertAlive(at: string): void {
    if (this.#isOver) throw new Crash(`the process was gone before: ${at}`)
  }

  #faultAt(kind: Step): Hazard['fault'] | undefined {
    const hazard = this.#hazard
    if (hazard === undefined || !fits[hazard.fault].includes(kind)) return undefined
    hazard.atStep -= 1
    if (hazard.atStep >= 0) return undefined
    this.#hazard = undefined
    this.#struck = true
    this.#count(hazard.fault)
    return hazard.fault
  }
}
