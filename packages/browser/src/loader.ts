/**
 * The SDK's small door: the same surface at once, and the rest of the SDK fetched from the deployment when it is needed. For
 * bundles that must stay small and pages that must work while our origin does not. Importing it has no effect.
 * Law: nothing throws after construction, nothing rejects, and a fetch that failed is tried again under another address,
 * because Firefox remembers a module that failed. `import()` needs no Trusted Types policy.
 */
import { loadMs, pauseMs, requestTries } from './limits.ts'
import type {
  EkkoOptions,
  ElementsOptions,
  EmbeddedOptions,
  ImpactElement,
  ImpactElements,
  ImpactEvents,
  ImpactFactory,
  ReadyResult,
  TakeoverOptions,
} from './surface.ts'

interface Core {
  readonly Ekko: new (deployment: string, options: EkkoOptions) => ImpactFactory
}

const cores: Record<string, Promise<Core | null> | undefined> = {}
/** Only our own file name is a proof of our own origin. */
const scriptAddress =
  typeof document === 'undefined'
    ? null
    : /.*\/loader\.js/.exec((document.currentScript as HTMLScriptElement | null)?.src ?? '')

export class Ekko implements ImpactFactory {
  readonly #deployment: string
  readonly #options: EkkoOptions & { readonly origin: string }

  /**
   * @param deployment an origin; or `sandbox` or `prod`, with the origin in the options when this was bundled.
   * @throws TypeError when it cannot be told where the service is.
   */
  constructor(deployment: string, options: EkkoOptions = {}) {
    const named = /^(sandbox|prod)$/.test(deployment)
    this.#deployment = deployment
    this.#options = {
      ...options,
      origin: new URL(named ? (options.origin ?? String(scriptAddress)) : deployment).origin,
    }
  }

  elements(options?: ElementsOptions): ImpactElements {
    let elements: ImpactElements | undefined
    const make = (create: (elements: ImpactElements) => ImpactElement) => {
      const startedAt = performance.now()
      return later(this.#options.origin, ({ Ekko }) => {
        elements ??= new Ekko(this.#deployment, { ...this.#options, startedAt }).elements(options)
        return create(elements)
      })
    }
    return {
      createImpactPayEmbedded: (wish: EmbeddedOptions) => make((from) => from.createImpactPayEmbedded(wish)),
      createCheckout: (wish: EmbeddedOptions) => make((from) => from.createCheckout(wish)),
      createImpactPayPageTakeover: (wish?: TakeoverOptions) =>
        make((from) => from.createImpactPayPageTakeover(wish)),
    }
  }
}

/** An element that does what it was told as soon as there is one. */
function later(origin: string, create: (core: Core) => ImpactElement): ImpactElement {
  let element: ImpactElement | undefined
  let wish: Parameters<ImpactElement['update']>[0] | undefined
  let isDestroyed = false
  const waiting = new Set<() => void>()
  const lost = new Set<(event: ImpactEvents['loaderror']) => void>()
  return {
    ready: coreOf(origin).then((core): ReadyResult | Promise<ReadyResult> => {
      if (isDestroyed) return { status: 'destroyed' }
      if (!core) {
        // In turns of their own, so that one that throws keeps nobody from hearing it.
        for (const tell of lost)
          setTimeout(tell, 0, { code: 'network', retryable: false, attempt: requestTries })
        return { status: 'unavailable', reason: 'network' }
      }
      element = create(core)
      for (const listen of waiting) listen()
      if (wish) element.update(wish)
      return element.ready
    }),
    on: (name, handler) => {
      let off = () => {
        waiting.delete(listen)
        lost.delete(handler as never)
      }
      const listen = () => {
        off = element!.on(name, handler)
      }
      if (element) listen()
      else waiting.add(listen)
      if (name === 'loaderror') lost.add(handler as never)
      return () => off()
    },
    update: (options) => {
      wish = options
      element?.update(options)
    },
    destroy: () => {
      isDestroyed = true
      element?.destroy()
    },
  }
}

/** One fetch for all elements of a page; the next element tries anew when it came to nothing. */
function coreOf(origin: string): Promise<Core | null> {
  cores[origin] ??= load(origin).then((core) => {
    if (!core) cores[origin] = undefined
    return core
  })
  return cores[origin]
}

async function load(origin: string): Promise<Core | null> {
  for (let attempt = 1; attempt <= requestTries; attempt++) {
    const core = await Promise.race([
      import(`${origin}/v1/ekko.mjs${attempt > 1 ? `?again=${attempt}` : ''}`).catch(() => pause(pauseMs)),
      pause(loadMs / requestTries),
    ])
    if (core?.Ekko) return core
  }
  return null
}

function pause(milliseconds: number): Promise<null> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, null))
}
