/**
 * A bounded map whose entries are good for a set time. For rows that change rarely and are read on every request;
 * whoever uses it accepts that a change made by another process is seen that much later.
 */
import type { Clock } from './clock.ts'

export class Cache<Value> {
  readonly #entries = new Map<string, { value: Value; until: number }>()
  readonly #clock: Clock
  readonly #ttlMs: number
  readonly #entriesMax: number
  #timesForgotten = 0

  constructor(clock: Clock, ttlMs: number, entriesMax: number) {
    this.#clock = clock
    this.#ttlMs = ttlMs
    this.#entriesMax = entriesMax
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (entry.until > this.#clock.now().getTime()) return entry.value
    this.#entries.delete(key)
    return undefined
  }

  set(key: string, value: Value): void {
    this.#entries.delete(key)
    this.#entries.set(key, { value, until: this.#clock.now().getTime() + this.#ttlMs })
    if (this.#entries.size > this.#entriesMax) {
      const [oldest] = this.#entries.keys()
      this.#entries.delete(oldest!)
    }
  }

  delete(key: string): void {
    this.#timesForgotten += 1
    this.#entries.delete(key)
  }

  clear(): void {
    this.#timesForgotten += 1
    this.#entries.clear()
  }

  /**
   * What is kept for the key, or what `load` finds. Not kept are misses, and what was found while something was forgotten: it
   * may have been looked up before the change.
   */
  async through(key: string, load: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const kept = this.get(key)
    if (kept !== undefined) return kept
    const before = this.#timesForgotten
    const loaded = await load()
    if (loaded !== undefined && this.#timesForgotten === before) this.set(key, loaded)
    return loaded
  }
}
