/** The entry: which deployment, which session, which component. Mistakes in the first are told at once; nothing throws later. */
import { Embedded } from './embedded.ts'
import type { Context } from './impact.ts'
import { type Deployment, deploymentOf } from './origin.ts'
import type {
  EkkoOptions,
  ElementsOptions,
  EmbeddedOptions,
  ImpactElement,
  TakeoverOptions,
} from './surface.ts'
import { Takeover } from './takeover.ts'

export class Ekko {
  readonly #deployment: Deployment
  readonly #locale: string | undefined

  /**
   * @param deployment `sandbox` or `prod` for the deployment that this script was loaded from, or the origin of another.
   * @throws TypeError when it cannot be told where the service is.
   */
  constructor(deployment: string, options: EkkoOptions = {}) {
    this.#deployment = deploymentOf(deployment, options.origin)
    this.#locale = options.locale
  }

  elements(options: ElementsOptions = {}): EkkoElements {
    return new EkkoElements(this.#deployment, this.#locale, options)
  }
}

/** The components of one session. */
export class EkkoElements {
  readonly #context: Context

  constructor(deployment: Deployment, locale: string | undefined, options: ElementsOptions) {
    let asked: Promise<string | undefined> | undefined
    const ask = async () => options.clientSecret ?? options.fetchClientSecret?.()
    this.#context = {
      deployment,
      locale,
      secret: () => {
        asked ??= ask()
        return asked
      },
    }
  }

  /** Mounts the component in a container of the page. */
  createImpactPayEmbedded(options: EmbeddedOptions): ImpactElement {
    return new Embedded(this.#context, options ?? {})
  }

  /** Opens the component in front of the page. */
  createImpactPayPageTakeover(options: TakeoverOptions = {}): ImpactElement {
    return new Takeover(this.#context, options)
  }
}
