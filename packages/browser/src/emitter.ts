/** Handlers by event. A handler that throws is reported as the merchant's own error and keeps nobody from hearing the rest. */
import type { ImpactEvents } from './surface.ts'

export class Emitter {
  readonly #handlers = new Map<string, Set<(event: never) => void>>()

  on<Name extends keyof ImpactEvents>(name: Name, handler: (event: ImpactEvents[Name]) => void): () => void {
    const handlers = this.#handlers.get(name) ?? new Set()
    this.#handlers.set(name, handlers.add(handler))
    return () => {
      handlers.delete(handler)
    }
  }

  emit<Name extends keyof ImpactEvents>(name: Name, event: ImpactEvents[Name]): void {
    for (const handler of [...(this.#handlers.get(name) ?? [])]) {
      try {
        ;(handler as (event: ImpactEvents[Name]) => void)(event)
      } catch (cause) {
        if (typeof reportError === 'function') reportError(cause)
      }
    }
  }
}
