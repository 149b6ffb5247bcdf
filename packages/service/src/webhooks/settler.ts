/**
 * Groups what there is to record: while one statement is under way, those that end meanwhile become the next one, so that
 * a busy process commits once for many attempts and a quiet one waits for nothing.
 * Not for what is recorded (`settlements.ts`).
 * Law: an attempt that was made is worth recording; a lost connection is tried again well inside the lease.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Queryable } from '../kernel/database.ts'
import { type Settlement, settleDeliveries } from './settlements.ts'

const triesMax = 3
const pauseMs = 1_000

interface Waiting {
  readonly settlement: Settlement
  readonly resolve: (counted: boolean) => void
  readonly reject: (error: unknown) => void
}

export class Settler {
  readonly #db: Queryable
  #waiting: Waiting[] = []
  #running = false

  constructor(db: Queryable) {
    this.#db = db
  }

  /** True when it counted. */
  settle(settlement: Settlement): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ settlement, resolve, reject })
      if (!this.#running) void this.#run()
    })
  }

  // A batch is as large as the number of attempts under way, which has its own limit.
  async #run(): Promise<void> {
    this.#running = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      try {
        const counted = await this.#record(batch.map((one) => one.settlement))
        for (const { settlement, resolve } of batch) resolve(counted.has(settlement.id))
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#running = false
  }

  async #record(settlements: Settlement[]): Promise<Set<string>> {
    for (let tries = 1; ; tries++) {
      try {
        return await settleDeliveries(this.#db, settlements)
      } catch (error) {
        if (tries === triesMax) throw error
        await pause(pauseMs)
      }
    }
  }
}
