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
    this.#entries.delete(key)
  }

  clear(): void {
    this.#entries.clear()
  }

  /** What is kept for the key, or what `load` finds; misses of `load` are not kept. */
  async through(key: string, load: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const kept = this.get(key)
    if (kept !== undefined) return kept
    const loaded = await load()
    if (loaded !== undefined) this.set(key, loaded)
    return loaded
  }
}
